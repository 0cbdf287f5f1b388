// One tab with the page in it: what a player sees and does, and everything that the browser complains about.

import { mkdirSync } from "node:fs";
import { OUT } from "./paths.mjs";
import { until } from "./until.mjs";

export const LAPTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export class Player {
  #page;
  #complaints = [];

  static async open(browser, address, { viewport = LAPTOP } = {}) {
    const player = new Player();
    const page = await browser.newPage();
    player.#page = page;
    await page.setViewport(viewport);
    page.on("console", (message) => {
      if (message.type() === "error") void player.#note(message);
    });
    page.on("pageerror", (error) => player.#complaints.push({ text: `uncaught: ${error.stack ?? error}` }));
    await page.evaluateOnNewDocument(() => {
      window.violations = [];
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        window.violations.push(`${violatedDirective} ${blockedURI}`);
      });
    });
    await page.goto(address, { waitUntil: "load" });
    return player;
  }

  get page() {
    return this.#page;
  }

  stats() {
    return this.#page.evaluate(() => window.slipstream?.stats());
  }

  scene() {
    return this.#page.evaluate(() => window.slipstream?.scene());
  }

  setInput(controls) {
    return this.#page.evaluate((wanted) => window.slipstream.setInput(wanted), controls);
  }

  text() {
    return this.#page.evaluate(() => document.body.innerText);
  }

  resize(viewport) {
    return this.#page.setViewport(viewport);
  }

  /** In the match, with a ship of its own on the picture. */
  async untilPlaying(withinMs = 30_000) {
    return this.until("a ship flies over a live link", async () => {
      const [stats, scene] = await Promise.all([this.stats(), this.scene()]);
      return stats?.connection === "live" && scene?.own !== null && scene;
    }, withinMs);
  }

  untilText(wanted, withinMs) {
    return this.until(`the page says ${wanted}`, async () => wanted.test(await this.text()), withinMs);
  }

  until(what, look, withinMs = 20_000) {
    return until(what, look, { withinMs, detail: () => this.describe() });
  }

  /** For the message of a failed test. */
  async describe() {
    const [stats, scene, text] = await Promise.all([this.stats(), this.scene(), this.text()]).catch((error) => [String(error)]);
    return `\nstats ${JSON.stringify(stats)}\nscene ${JSON.stringify(scene)}\ntext ${JSON.stringify(text)}\ncomplaints ${JSON.stringify(this.#complaints.map(({ text: complaint }) => complaint))}`;
  }

  /** An error that was printed as an object says nothing by itself: its stack is asked for. */
  async #note(message) {
    const complaint = { text: `console: ${message.text()}` };
    this.#complaints.push(complaint);
    const spell = (value) => (value instanceof Error ? `${value} ${value.stack ?? ""}` : String(value));
    const parts = await Promise.all(message.args().map((part) => part.evaluate(spell))).catch(() => []);
    if (parts.length > 0) complaint.text = `console: ${parts.join(" ")}`;
  }

  /** Console errors, uncaught exceptions and violations of the content security policy. */
  async complaints() {
    return [...this.#complaints.map(({ text }) => text), ...(await this.#page.evaluate(() => window.violations))];
  }

  async screenshot(name) {
    mkdirSync(OUT, { recursive: true });
    return this.#page.screenshot({ path: `${OUT}${name}.png` });
  }

  close() {
    return this.#page.close();
  }
}
