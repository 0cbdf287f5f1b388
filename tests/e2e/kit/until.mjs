// Waits for something to become true. Nothing in these tests waits for a time to pass.

import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 40;

/**
 * Resolves with the first truthy value of `look`; rejects after `withinMs`, naming `what` and the last thing that `look` saw.
 * `detail` may tell more about the failure.
 */
export async function until(what, look, { withinMs = 20_000, detail = () => "" } = {}) {
  const deadline = performance.now() + withinMs;
  let last;
  do {
    last = await look();
    if (last) return last;
    await pause(LOOK_EVERY_MS);
  } while (performance.now() < deadline);
  throw new Error(`waited ${withinMs} ms in vain until ${what}; last seen: ${JSON.stringify(last)} ${await detail()}`);
}
