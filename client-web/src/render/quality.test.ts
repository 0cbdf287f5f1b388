import { expect, it } from "vitest";

import { Quality } from "./quality";

function run(quality: Quality, dt_ms: number, for_ms: number): void {
  for (let spent = 0; spent < for_ms; spent += dt_ms) quality.measure(dt_ms);
}

it("steps down while frames are slow and never below the lowest", () => {
  const quality = new Quality();
  expect(quality.level.name).toBe("high");
  run(quality, 40, 4000);
  expect(quality.level.name).not.toBe("high");
  run(quality, 40, 60_000);
  expect(quality.level.name).toBe("low");
});

it("steps up again after a long quick stretch, more slowly each time", () => {
  const quality = new Quality();
  run(quality, 40, 60_000);
  run(quality, 16, 9000);
  expect(quality.level.name).toBe("low");
  run(quality, 16, 60_000);
  expect(quality.level.name).not.toBe("low");
});

it("takes a hidden tab's gap for what it is", () => {
  const quality = new Quality();
  for (let gap = 0; gap < 20; gap += 1) quality.measure(5000);
  expect(quality.level.name).toBe("high");
});

it("stays where the player put it", () => {
  const quality = new Quality();
  quality.apply("medium");
  run(quality, 60, 20_000);
  expect(quality.level.name).toBe("medium");
});
