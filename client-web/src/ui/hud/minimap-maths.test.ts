import { expect, it } from "vitest";

import { mapScale, windowStart } from "./minimap-maths";

it("the longer side of a level fills the map", () => {
  expect(mapScale(96, 72, 192)).toBe(2);
  expect(mapScale(50, 100, 200)).toBe(2);
});

it("a level that fits is shown whole", () => {
  expect(windowStart(10, 96, 96)).toBe(0);
  expect(windowStart(90, 96, 96)).toBe(0);
});

it("the part shown of a large level follows the ship and stops at the border", () => {
  expect(windowStart(200, 160, 400)).toBe(120);
  expect(windowStart(10, 160, 400)).toBe(0);
  expect(windowStart(395, 160, 400)).toBe(240);
});
