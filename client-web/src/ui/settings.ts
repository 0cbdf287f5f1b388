/** Everything a player may choose, kept in this browser. */

import type { AudioSettings } from "../audio/audio";
import { PLAYER_COLOURS } from "../render/palette";
import { DEFAULT_RENDER_SETTINGS, type RenderSettings } from "../render/render-settings";

export interface Settings extends RenderSettings, AudioSettings {
  readonly name: string;
  /** Index into the palette. */
  readonly colour: number;
}

export const DEFAULT_SETTINGS: Settings = { ...DEFAULT_RENDER_SETTINGS, volume: 0.7, isMuted: false, name: "", colour: 0 };

export const NAME_CHARS_MAX = 16;
const KEY = "slipstream.settings";
const QUALITIES = ["auto", "high", "medium", "low"] as const;

/** What was stored, as far as it makes sense; the system's wish for less motion is the default. */
export function readSettings(stored: string | null, prefersReducedMotion: boolean): Settings {
  const defaults = { ...DEFAULT_SETTINGS, isMotionReduced: prefersReducedMotion };
  const found = parse(stored);
  const flag = (key: "isShakeOn" | "isMotionReduced" | "areNamesShown" | "isMuted"): boolean => (typeof found[key] === "boolean" ? found[key] : defaults[key]);
  const { name, colour, volume } = found;
  return {
    name: typeof name === "string" ? name.slice(0, NAME_CHARS_MAX) : defaults.name,
    colour: typeof colour === "number" && PLAYER_COLOURS[colour] !== undefined ? colour : defaults.colour,
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : defaults.volume,
    quality: QUALITIES.find((quality) => quality === found["quality"]) ?? defaults.quality,
    isShakeOn: flag("isShakeOn"),
    isMotionReduced: flag("isMotionReduced"),
    areNamesShown: flag("areNamesShown"),
    isMuted: flag("isMuted"),
  };
}

/** A browser that keeps nothing (private windows, blocked storage) plays with the defaults. */
export function loadSettings(): Settings {
  const prefersReducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  try {
    return readSettings(localStorage.getItem(KEY), prefersReducedMotion);
  } catch {
    return readSettings(null, prefersReducedMotion);
  }
}

export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Nothing to do: the choice holds until the page is closed.
  }
}

function parse(stored: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
