/** Words across the upper third for a moment: a phase began, and while the own ship is gone, when it is back. */

import type { KillEvent, PhaseEvent } from "../../netcode/core-event";
import { header, phaseNumber } from "../../netcode/frame-layout";
import { element, LiveFlag, LiveText } from "../element";

const SHOWN_MS = 2400;

export class PhaseBanner {
  readonly root: HTMLElement;
  readonly respawn: HTMLElement;
  readonly #title: HTMLElement;
  readonly #note: HTMLElement;
  readonly #killer: LiveText;
  readonly #seconds: LiveText;
  readonly #isDead: LiveFlag;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#title = element("p", { class: "banner-title" });
    this.#note = element("p", { class: "banner-note" });
    this.root = element("div", { class: "banner", role: "status" }, this.#title, this.#note);
    const killer = element("p", { class: "respawn-killer" });
    const seconds = element("p", { class: "respawn-seconds" });
    this.respawn = element("div", { class: "respawn", role: "status" }, killer, seconds);
    this.#killer = new LiveText(killer);
    this.#seconds = new LiveText(seconds);
    this.#isDead = new LiveFlag(this.respawn, "is-on");
  }

  announce(event: PhaseEvent): void {
    switch (event.phase) {
      case "warm_up":
        this.say("Warm-up", "Nothing counts yet. Try your ship.");
        break;
      case "live":
        this.say("Fight", "Fly in their wake, then shoot.");
        break;
      case "ended":
        this.say("Time", "");
        break;
    }
  }

  say(title: string, note: string): void {
    this.#title.textContent = title;
    this.#note.textContent = note;
    this.root.classList.add("is-on");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.root.classList.remove("is-on");
    }, SHOWN_MS);
  }

  /** The own ship was destroyed. */
  tellKiller(kill: KillEvent): void {
    this.#killer.set(kill.killer_name === null ? "Your ship is gone" : `${kill.killer_name} got you`);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.root.classList.remove("is-on");
    this.#isDead.set(false);
  }

  update(frame: Float32Array): void {
    const seconds = frame[header.respawnSeconds]!;
    const isDead = frame[header.ownIsAlive] !== 1 && seconds > 0 && frame[header.phase] !== phaseNumber.ended;
    this.#isDead.set(isDead);
    if (isDead) this.#seconds.set(`Back in ${seconds.toFixed(1)} s`);
  }
}
