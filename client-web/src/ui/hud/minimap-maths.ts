/** From metres of a level to pixels of a small square map. */

export interface MapFit {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The largest picture of a level that fits a square of `side` pixels, in its middle. */
export function fitLevel(width_m: number, height_m: number, side: number): MapFit {
  const scale = side / Math.max(width_m, height_m, 1);
  return { scale, left: (side - width_m * scale) / 2, top: (side - height_m * scale) / 2 };
}

/** Whole metres of a level so large that dots would be lost: the map then shows only this much round the own ship. */
export const WINDOW_M_MAX = 160;

/** Where the shown part of a level begins, for a map that follows `at` and never shows more outside than it must. */
export function windowStart(at_m: number, shown_m: number, whole_m: number): number {
  if (shown_m >= whole_m) return (whole_m - shown_m) / 2;
  return Math.min(Math.max(at_m - shown_m / 2, 0), whole_m - shown_m);
}
