// Nothing that a host could send makes the browser's core trap: a trap ends the page's game for good.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memory, SlipstreamCore } from "./core.mjs";

const SEED = 20_261_122;
const OPTIONS = "{}";

/** xorshift32: the run can be repeated from its seed. */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

test("random bytes on both lanes are refused or ignored, never fatal", () => {
  const roll = dice(SEED);
  for (let round = 0; round < 400; round += 1) {
    const core = new SlipstreamCore(OPTIONS);
    core.linkOpened(0, 1150);
    for (let unit = 0; unit < 40; unit += 1) {
      const bytes = Uint8Array.from({ length: roll(200) }, () => roll(256));
      if (bytes.length > 0) bytes[0] = roll(8);
      const code = core.receive(unit * 7, roll(2), bytes);
      assert.ok(Number.isInteger(code), `seed ${SEED}, round ${round}`);
      core.advance(unit * 7 + 3);
      core.render(unit * 7 + 5);
    }
    core.free();
  }
});

test("numbers that are none do not disturb the core", () => {
  const core = new SlipstreamCore(OPTIONS);
  for (const odd of [Number.NaN, Infinity, -Infinity, -1, 1e300]) {
    core.setInput(odd, odd, odd, 255);
    core.linkOpened(odd, 0);
    core.advance(odd);
    core.render(odd);
    core.linkLost(odd);
  }
  const frame = new Float32Array(memory.buffer, core.framePtr(), core.frameLen());
  assert.ok(frame.every((number) => Number.isFinite(number)), "the picture holds real numbers");
  assert.ok(JSON.parse(core.stats(1)), "the figures are JSON");
  core.free();
});

test("options and messages that are wrong are told, not swallowed", () => {
  assert.throws(() => new SlipstreamCore("{"), /options/u);
  const core = new SlipstreamCore(OPTIONS);
  assert.throws(() => core.send("{}"), /message/u);
  core.free();
});
