import { expect, it } from "vitest";

import { light, paint } from "../palette";
import { toneOf, type Tone } from "./tints";

it("a packed colour comes apart into its hue, its strength and its kind", () => {
  const tone: Tone = { rgb: 0, strength: 0, isLight: false };
  toneOf(paint(0xff8000, 0.5), tone);
  expect(tone.isLight).toBe(false);
  expect(tone.strength).toBeCloseTo(0.5, 1);
  expect(tone.rgb >> 16).toBeGreaterThan(250);
  toneOf(light(0xff8000, 0.5), tone);
  expect(tone.isLight).toBe(true);
  expect(tone.strength).toBeCloseTo(0.5, 1);
  toneOf(light(0xff8000, 0), tone);
  expect(tone.strength).toBe(0);
});
