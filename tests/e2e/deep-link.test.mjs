// Addresses that go straight into a match, and what a wrong one says.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, MAKES } from "./kit/browser.mjs";
import { Player } from "./kit/player.mjs";
import { Server } from "./kit/server.mjs";

let server;
before(async () => {
  server = await Server.start({ bots: 2 });
});
after(() => server?.stop());

for (const make of MAKES) {
  describe(make, { timeout: 120_000 }, () => {
    let browser;
    before(async () => {
      browser = await launch(make);
    });
    after(() => browser?.close());

    test("an address can name the player and the match", async () => {
      const { matches } = await server.get("/api/v1/matches");
      const player = await Player.open(browser, `${server.url}/?play&name=ADA&match=${matches[0].id}`);
      await player.untilPlaying();
      await player.until("the score board knows the name", async () => {
        await player.page.keyboard.down("Tab");
        return /ADA/u.test(await player.text());
      });
      await player.page.keyboard.up("Tab");
      assert.deepEqual(await player.complaints(), []);
      await player.close();
    });

    test("a match that is not there is named, with a way on", async () => {
      const player = await Player.open(browser, `${server.url}/?play&name=ADA&match=zzzzzzzz`);
      await player.until("a problem with something to press", () =>
        player.page.evaluate(() => {
          const alert = document.querySelector("[role=alert], [role=alertdialog]");
          return alert !== null && /match/iu.test(alert.textContent ?? "") && document.querySelector("button:not([hidden])") !== null;
        }),
      );
      await player.close();
    });
  });
}
