import { describe, expect, it } from "vitest";

import { Trail, wakeHalfWidth, WAKE_MS, wakeStrength } from "./wakes";

describe("a wake", () => {
  it("fades evenly from all to nothing within its time", () => {
    expect(wakeStrength(0)).toBe(1);
    expect(wakeStrength(WAKE_MS)).toBe(0);
    expect(wakeStrength(WAKE_MS / 2)).toBeCloseTo(0.5, 5);
    for (let age = 0; age < WAKE_MS; age += 50) expect(wakeStrength(age)).toBeGreaterThan(wakeStrength(age + 50));
  });

  it("widens with age and no further than its end", () => {
    expect(wakeHalfWidth(0)).toBeLessThan(wakeHalfWidth(200));
    expect(wakeHalfWidth(5000)).toBe(wakeHalfWidth(WAKE_MS));
  });
});

describe("a trail", () => {
  it("keeps a point each step and its head at the ship", () => {
    const trail = new Trail();
    for (let now = 0; now <= 400; now += 10) trail.move(now / 50, 0, 1, now, 40);
    expect(trail.at(trail.length - 1, 0)).toBe(8);
    expect(trail.length).toBeLessThanOrEqual(13);
    for (let index = 1; index < trail.length; index += 1) expect(trail.at(index, 2)).toBeGreaterThan(trail.at(index - 1, 2));
  });

  it("forgets what is older than a wake", () => {
    const trail = new Trail();
    for (let now = 0; now <= 4000; now += 16) trail.move(now / 50, 0, 1, now, 36);
    trail.forgetOld(4000);
    expect(4000 - trail.at(0, 2)).toBeLessThanOrEqual(WAKE_MS);
    trail.forgetOld(9000);
    expect(trail.length).toBe(0);
  });

  it("does not draw a line to where a ship came back", () => {
    const trail = new Trail();
    for (let now = 0; now <= 200; now += 20) trail.move(now / 50, 0, 1, now, 40);
    trail.move(90, 40, 1, 220, 40);
    expect(trail.length).toBe(1);
    expect(trail.at(0, 0)).toBe(90);
  });
});
