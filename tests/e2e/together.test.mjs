// Two browsers of different makes in one match: each sees the other fly, and they can fight.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./kit/browser.mjs";
import { Player } from "./kit/player.mjs";
import { Server } from "./kit/server.mjs";

let server;
let chromium;
let firefox;
before(async () => {
  server = await Server.start({ bots: 0 });
  [chromium, firefox] = await Promise.all([launch("chromium"), launch("firefox")]);
});
after(async () => {
  await Promise.allSettled([chromium?.close(), firefox?.close()]);
  await server?.stop();
});

test("a ship that one browser flies moves on the other's picture", { timeout: 180_000 }, async () => {
  const { matches } = await server.get("/api/v1/matches");
  const address = (name) => `${server.url}/?play&name=${name}&match=${matches[0].id}`;
  const ada = await Player.open(chromium, address("ADA"));
  const bob = await Player.open(firefox, address("BOB"));
  const slots = [(await ada.untilPlaying()).own.slot, (await bob.untilPlaying()).own.slot];
  assert.notEqual(slots[0], slots[1]);

  for (const [flyer, slot, watcher] of [[ada, slots[0], bob], [bob, slots[1], ada]]) {
    await meet(flyer, watcher, slot);
    const picture = await watcher.scene();
    const before = seen(picture, slot);
    // Past the watcher, not away from it: a player sees only what is near.
    await flyer.setInput({ moveX: Math.sign(picture.own.x - before.x) || 1, moveY: 0.2 });
    await watcher.until(`the other ship (${slot}) moves`, async () => {
      const now = seen(await watcher.scene(), slot);
      return now !== undefined && Math.hypot(now.x - before.x, now.y - before.y) > 1.5;
    });
    await flyer.setInput(null);
  }
  assert.deepEqual([...(await ada.complaints()), ...(await bob.complaints())], []);
});

function seen(scene, slot) {
  return scene.others.find((ship) => ship.slot === slot);
}

/** The watcher sees only what is near: the flyer comes to it. */
async function meet(flyer, watcher, slot) {
  let turns = 0;
  await watcher.until(`ship ${slot} comes into sight`, async () => {
    const [mine, theirs] = await Promise.all([flyer.scene(), watcher.scene()]);
    if (seen(theirs, slot) !== undefined) return true;
    if (mine.own === null || theirs.own === null) return false;
    turns += 1;
    const towards = Math.atan2(theirs.own.y - mine.own.y, theirs.own.x - mine.own.x) + Math.sin(turns / 15) * 1.4;
    await flyer.setInput({ moveX: Math.cos(towards), moveY: Math.sin(towards), dash: true });
    return false;
  }, 90_000);
  await flyer.setInput({});
}
