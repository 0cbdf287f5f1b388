/** Steps the picture's richness down when frames take too long, and back up, more and more cautiously, when they do not. */

import type { RenderSettings } from "./render-settings";

export interface QualityLevel {
  readonly name: "low" | "medium" | "high";
  /** Device pixels to a CSS pixel, at most. */
  readonly resolutionMax: number;
  /** Share of the particles that are made. */
  readonly particles: number;
  /** A wake gets a new point this often. */
  readonly wakeStep_ms: number;
  readonly hasHalos: boolean;
}

export const QUALITY_LEVELS: readonly QualityLevel[] = [
  { name: "low", resolutionMax: 0.75, particles: 0.35, wakeStep_ms: 60, hasHalos: false },
  { name: "medium", resolutionMax: 1, particles: 0.7, wakeStep_ms: 48, hasHalos: true },
  { name: "high", resolutionMax: 2, particles: 1, wakeStep_ms: 36, hasHalos: true },
];

const SLOW_MS = 22;
const QUICK_MS = 17.6;
const SLOW_FOR_MS = 1500;
const QUICK_FOR_MS = 8000;
/** A frame longer than this is a hidden tab or a hiccup, not a slow machine. */
const HICCUP_MS = 600;

export class Quality {
  #index = 2;
  #mean_ms = 16.7;
  #slowFor_ms = 0;
  #quickFor_ms = 0;
  #quickFor_ms_wanted = QUICK_FOR_MS;
  #isAuto = true;

  get level(): QualityLevel {
    return QUALITY_LEVELS[this.#index]!;
  }

  /** Where "auto" begins. */
  start(isSoftwareDrawn: boolean): void {
    this.#index = isSoftwareDrawn ? 0 : QUALITY_LEVELS.length - 1;
  }

  apply(wanted: RenderSettings["quality"]): void {
    this.#isAuto = wanted === "auto";
    if (wanted !== "auto") this.#index = QUALITY_LEVELS.findIndex((level) => level.name === wanted);
  }

  /** Returns whether the level changed. */
  measure(dt_ms: number): boolean {
    if (!this.#isAuto || dt_ms > HICCUP_MS) return false;
    this.#mean_ms += (dt_ms - this.#mean_ms) * 0.06;
    this.#slowFor_ms = this.#mean_ms > SLOW_MS ? this.#slowFor_ms + dt_ms : 0;
    this.#quickFor_ms = this.#mean_ms < QUICK_MS ? this.#quickFor_ms + dt_ms : 0;
    if (this.#slowFor_ms > SLOW_FOR_MS && this.#index > 0) {
      // Each step down makes the next step up wait twice as long, so that the picture does not swing.
      this.#quickFor_ms_wanted = Math.min(this.#quickFor_ms_wanted * 2, 120_000);
      return this.#step(-1);
    }
    if (this.#quickFor_ms > this.#quickFor_ms_wanted && this.#index < QUALITY_LEVELS.length - 1) return this.#step(1);
    return false;
  }

  #step(by: number): boolean {
    this.#index += by;
    this.#slowFor_ms = 0;
    this.#quickFor_ms = 0;
    return true;
  }
}
