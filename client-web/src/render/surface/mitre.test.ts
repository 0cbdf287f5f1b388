import { expect, it } from "vitest";

import { mitres } from "./mitre";

it("a square's corners are mitred to its full width on both sides", () => {
  const sides = mitres([0, 0, 10, 0, 10, 10, 0, 10]);
  for (let corner = 0; corner < 4; corner += 1) expect(Math.hypot(sides[corner * 2]!, sides[corner * 2 + 1]!)).toBeCloseTo(Math.SQRT2, 5);
});

it("a hairpin keeps a plain width instead of a spike", () => {
  const sides = mitres([0, 0, 10, 0, 0, 0.01, 5, 5]);
  for (const side of sides) expect(Math.abs(side)).toBeLessThan(6);
});
