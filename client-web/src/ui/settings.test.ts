import { expect, it } from "vitest";

import { DEFAULT_SETTINGS, readSettings } from "./settings";

it("nothing stored gives the defaults and the system's wish for less motion", () => {
  expect(readSettings(null, false)).toEqual(DEFAULT_SETTINGS);
  expect(readSettings(null, true).isMotionReduced).toBe(true);
});

it("a choice outlives the system's wish", () => {
  expect(readSettings(JSON.stringify({ isMotionReduced: false }), true).isMotionReduced).toBe(false);
});

it("nonsense in the store is left out, the rest is kept", () => {
  expect(readSettings("not json", false)).toEqual(DEFAULT_SETTINGS);
  expect(readSettings("[1]", false)).toEqual(DEFAULT_SETTINGS);
  const read = readSettings(JSON.stringify({ name: "x".repeat(80), colour: 99, volume: -1, quality: "ultra", isMuted: true }), false);
  expect(read).toEqual({ ...DEFAULT_SETTINGS, name: "x".repeat(16), isMuted: true });
});
