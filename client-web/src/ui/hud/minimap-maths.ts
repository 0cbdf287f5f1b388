/** From metres of a level to pixels of a small map. */

/** A level larger than this is shown in part, round the own ship: its dots would be lost otherwise. */
export const WINDOW_M_MAX = 160;

/** Pixels to a metre, so that the longer side fills `side` pixels. */
export function mapScale(width_m: number, height_m: number, side: number): number {
  return side / Math.max(width_m, height_m, 1);
}

/** Where the shown part of a level begins, for a map that follows `at_m` and never shows what lies outside. */
export function windowStart(at_m: number, shown_m: number, whole_m: number): number {
  return Math.min(Math.max(at_m - shown_m / 2, 0), Math.max(whole_m - shown_m, 0));
}
