import { expect, it } from "vitest";

import { cssColour, light, mixColour, paint, PLAYER_COLOURS, shipColour } from "./palette";

it("light hides nothing, paint hides all", () => {
  expect(light(0xff8040, 1)).toBe(0x004080ff);
  expect(paint(0xff8040, 1)).toBe(0xff4080ff);
});

it("alpha beyond its range is held, so that no colour wraps over", () => {
  expect(light(0xffffff, 1.7)).toBe(0x00ffffff);
  expect(paint(0xffffff, -1)).toBe(0);
});

it("a team's colour comes before the player's own", () => {
  expect(shipColour(1, 3)).toBe(0x56b4e9);
  expect(shipColour(2, 3)).toBe(0xe69f00);
  expect(shipColour(0, 3)).toBe(PLAYER_COLOURS[3]);
  expect(shipColour(0, PLAYER_COLOURS.length)).toBe(PLAYER_COLOURS[0]);
});

it("mixes and writes colours", () => {
  expect(mixColour(0x000000, 0xffffff, 0.5)).toBe(0x808080);
  expect(cssColour(0x0072b2)).toBe("#0072b2");
});
