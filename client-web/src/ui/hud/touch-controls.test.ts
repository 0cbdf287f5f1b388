import { expect, it } from "vitest";

import { knobOffset } from "./touch-controls";

it("the knob follows the thumb as far as it can reach", () => {
  expect(knobOffset({ origin_x: 10, origin_y: 10, x: 20, y: 10 }, 56)).toEqual([10, 0]);
  const [x, y] = knobOffset({ origin_x: 0, origin_y: 0, x: 300, y: 400 }, 50);
  expect(x).toBeCloseTo(30);
  expect(y).toBeCloseTo(40);
});
