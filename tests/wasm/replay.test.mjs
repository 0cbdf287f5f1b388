// The game is the same game in the browser: a match recorded natively has the same state in every tick when wasm plays it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { left, replayHashTrack } from "./core.mjs";

test("a native match has the same state hash in wasm in every tick", () => {
  const native = left("match.hashes");
  const track = replayHashTrack(left("match.recording"));
  assert.equal(track.length * 4, native.length, "as many ticks");
  for (let word = 0; word < track.length; word += 2) {
    const here = [track[word], track[word + 1]];
    const there = [native.readUInt32LE(word * 4), native.readUInt32LE(word * 4 + 4)];
    assert.deepEqual(here, there, `the first tick that differs is ${word / 2 + 1}`);
  }
});

test("a cut recording is refused and not played half", () => {
  const recording = left("match.recording");
  assert.throws(() => replayHashTrack(recording.subarray(0, 200)));
  assert.throws(() => replayHashTrack(recording.subarray(0, recording.length - 3)));
});
