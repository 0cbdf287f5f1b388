import { expect, test } from "vitest";
import { mergeReadings } from "./merge-readings";
import { AT_REST } from "./reading";

test("thrusts add up and are never longer than one", () => {
  const merged = mergeReadings([{ ...AT_REST, moveX: 1 }, { ...AT_REST, moveX: 1, moveY: 1 }], 0);
  expect(Math.hypot(merged.moveX, merged.moveY)).toBeCloseTo(1);
  expect(mergeReadings([{ ...AT_REST, moveX: 1 }, { ...AT_REST, moveX: -1 }], 0).moveX).toBe(0);
  expect(mergeReadings([{ ...AT_REST, moveX: 0.4 }], 0).moveX).toBe(0.4);
});

test("a button is held when any source holds it", () => {
  expect(mergeReadings([{ ...AT_REST, fire: true }, { ...AT_REST, dash: true }], 0)).toMatchObject({ fire: true, dash: true, rail: false });
});

test("the latest aim counts", () => {
  const merged = mergeReadings([{ ...AT_REST, aim: 1, aimedAtMs: 20 }, { ...AT_REST, aim: 2, aimedAtMs: 10 }], 0);
  expect(merged.aim).toBe(1);
});

test("who only has keys aims where they fly, and keeps that aim at rest", () => {
  expect(mergeReadings([{ ...AT_REST, moveY: 1 }], 3).aim).toBeCloseTo(Math.PI / 2);
  expect(mergeReadings([AT_REST], 3).aim).toBe(3);
});
