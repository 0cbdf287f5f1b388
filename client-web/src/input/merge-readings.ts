// Makes one ship's controls of all sources: thrusts add up, buttons are held when any source holds them, the latest aim counts.

import type { Controls, Reading } from "./reading";

/** `lastAim` stays when nobody aims. A player who only has keys aims where they fly. */
export function mergeReadings(readings: readonly Reading[], lastAim: number): Controls {
  let moveX = 0;
  let moveY = 0;
  let aim: number | undefined;
  let aimedAtMs = -1;
  let fire = false;
  let rail = false;
  let dash = false;
  for (const reading of readings) {
    moveX += reading.moveX;
    moveY += reading.moveY;
    fire ||= reading.fire;
    rail ||= reading.rail;
    dash ||= reading.dash;
    if (reading.aim !== undefined && reading.aimedAtMs > aimedAtMs) {
      aim = reading.aim;
      aimedAtMs = reading.aimedAtMs;
    }
  }
  const length = Math.hypot(moveX, moveY);
  if (length > 1) {
    moveX /= length;
    moveY /= length;
  }
  aim ??= length > 0 ? Math.atan2(moveY, moveX) : lastAim;
  return { moveX, moveY, aim, fire, rail, dash };
}
