import { expect, it } from "vitest";

import { EARSHOT_M, placeSound } from "./place-sound";

it("what is to the right sounds from the right, never from one ear alone", () => {
  expect(placeSound(10, 0).pan).toBeGreaterThan(0.2);
  expect(placeSound(-10, 0).pan).toBeLessThan(-0.2);
  expect(Math.abs(placeSound(50, 0).pan)).toBeLessThan(0.9);
});

it("sounds fade with distance and end at earshot", () => {
  expect(placeSound(0, 0)).toEqual({ pan: 0, gain: 1 });
  expect(placeSound(0, 10).gain).toBeGreaterThan(placeSound(0, 20).gain);
  expect(placeSound(0, EARSHOT_M + 1).gain).toBe(0);
});
