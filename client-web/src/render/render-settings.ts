/** What a player may choose about the picture. */
export interface RenderSettings {
  /** "auto" steps down and up with the measured frame time. */
  readonly quality: "auto" | "high" | "medium" | "low";
  readonly isShakeOn: boolean;
  /** No shake, no zoom, no streaks, gentler flashes. */
  readonly isMotionReduced: boolean;
  readonly areNamesShown: boolean;
}

export const DEFAULT_RENDER_SETTINGS: RenderSettings = { quality: "auto", isShakeOn: true, isMotionReduced: false, areNamesShown: true };
