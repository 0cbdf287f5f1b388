// Links break, tabs are hidden, servers vanish: the player keeps the seat or is told what to do, and the page is never blank.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, MAKES } from "./kit/browser.mjs";
import { Player } from "./kit/player.mjs";
import { Server } from "./kit/server.mjs";

for (const make of MAKES) {
  describe(make, { timeout: 240_000 }, () => {
    let browser;
    let server;
    before(async () => {
      [browser, server] = await Promise.all([launch(make), Server.start({ bots: 2 })]);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    test("a link that is cut comes back to the same seat, twice in a row", async () => {
      const player = await Player.open(browser, `${server.url}/?play&name=ADA`);
      const { own } = await player.untilPlaying();
      for (let links = 2; links <= 3; links += 1) {
        await server.cutLink(own.slot);
        await player.until(`link ${links} is live`, async () => {
          const stats = await player.stats();
          return stats.connection === "live" && stats.links_opened >= links && stats.transport === "webtransport";
        });
        const before = await player.stats();
        await player.until("snapshots flow again", async () => (await player.stats()).tick > before.tick + 30);
        assert.equal((await player.untilPlaying()).own.slot, own.slot);
      }
      const { matches } = await server.get("/api/v1/matches");
      assert.equal(matches.reduce((sum, { people }) => sum + people, 0), 1, "one player, one seat");
      await player.close();
    });

    test("a hidden tab keeps its link and goes on when it is shown", async () => {
      const player = await Player.open(browser, `${server.url}/?play&name=EVE`);
      const { own } = await player.untilPlaying();
      const cover = await browser.newPage();
      await cover.bringToFront();
      await player.until("the tab is hidden", () => player.page.evaluate(() => document.hidden));
      const { tick: hiddenAt, links_opened: links } = await player.stats();
      await player.until("time goes on behind", async () => (await player.stats()).tick > hiddenAt + 120);
      await player.page.bringToFront();
      const { frames } = await player.scene();
      await player.until("pictures follow each other again", async () => {
        const [scene, stats] = await Promise.all([player.scene(), player.stats()]);
        return scene.frames > frames + 10 && stats.snapshot_hz > 20;
      });
      assert.equal((await player.untilPlaying()).own.slot, own.slot);
      assert.equal((await player.stats()).links_opened, links, "the same link");
      assert.deepEqual(await player.complaints(), []);
      await cover.close();
      await player.close();
    });

    test("a server that vanishes is told, and one that is back gives a seat again", async () => {
      const player = await Player.open(browser, `${server.url}/?play&name=ADA`);
      await player.untilPlaying();
      await server.kill();
      await player.untilText(/connection lost/iu);
      server = await Server.start({ port: server.port, bots: 2 });
      await player.until("the page plays again", async () => {
        const [stats, text] = await Promise.all([player.stats(), player.text()]);
        return stats.connection === "live" && stats.transport === "webtransport" && !/connection lost/iu.test(text);
      }, 90_000);
      await player.untilPlaying();
      await player.close();
    });

    test("who never got in is told what to do", async () => {
      const player = await Player.open(browser, `${server.url}/`);
      await player.untilText(/play/iu);
      await server.kill();
      const buttons = await player.page.$$("button");
      const labels = await Promise.all(buttons.map((button) => button.evaluate((it) => it.textContent ?? "")));
      await buttons[labels.findIndex((label) => /play/iu.test(label))].click();
      await player.untilText(/cannot be reached/iu, 60_000);
      const actions = await player.page.$$eval("button", (all) => all.filter((it) => it.offsetParent !== null).map((it) => it.textContent));
      assert.ok(actions.length >= 1, "there is something to press");
      await player.close();
    });
  });
}
