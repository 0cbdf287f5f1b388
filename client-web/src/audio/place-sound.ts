/** Where a sound sits for the ear: left or right, and how loud. */

/** At this distance a sound is half as loud. */
const HALF_M = 16;
/** Beyond this nothing is heard. */
export const EARSHOT_M = 55;
const PAN_M = 30;

export interface Placed {
  /** -1 left, 1 right. */
  readonly pan: number;
  /** 0 to 1. */
  readonly gain: number;
}

export function placeSound(dx_m: number, dy_m: number): Placed {
  const distance = Math.hypot(dx_m, dy_m);
  if (distance > EARSHOT_M) return { pan: 0, gain: 0 };
  const near = HALF_M / (HALF_M + distance);
  const edge = 1 - (distance / EARSHOT_M) ** 3;
  return { pan: Math.max(-0.85, Math.min(0.85, dx_m / PAN_M)), gain: near * edge };
}
