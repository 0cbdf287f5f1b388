import type { AudioSettings } from "../audio/audio";
import { DEFAULT_RENDER_SETTINGS, type RenderSettings } from "../render/render-settings";

/** Everything a player may choose, kept in the browser. */
export interface Settings extends RenderSettings, AudioSettings {
  readonly name: string;
  /** Index into the palette. */
  readonly colour: number;
}

export const DEFAULT_SETTINGS: Settings = { ...DEFAULT_RENDER_SETTINGS, volume: 0.7, isMuted: false, name: "", colour: 0 };
