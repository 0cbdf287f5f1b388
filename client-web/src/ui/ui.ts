import type { CoreEvent, Mode } from "../netcode/core-event";
import type { NetStats } from "../netcode/net-stats";
import { DEFAULT_SETTINGS, type Settings } from "./settings";

export interface PlayOptions {
  readonly mode: Mode;
  readonly colour: number;
}

export interface UiCallbacks {
  onPlay(name: string, options: PlayOptions): void;
  /** Back to the menu, from play or from a failed connection. */
  onLeave(): void;
  onChat(text: string): void;
  /** Also called once from the constructor, with what the browser remembered. */
  onSettings(settings: Settings): void;
}

/** What fills the page. `play` shows the arena with the HUD; phases and results follow from the core's events. */
export type Screen =
  | { readonly kind: "menu" }
  | { readonly kind: "loading"; readonly text: string }
  | { readonly kind: "play" }
  | { readonly kind: "reconnecting"; readonly attempt: number; readonly retry_in_ms: number }
  | { readonly kind: "error"; readonly title: string; readonly text: string; readonly action: "retry" | "reload" | "menu" };

/** Where a thumb went down and is now, in CSS pixels of the window. */
export interface ThumbView {
  readonly origin_x: number;
  readonly origin_y: number;
  readonly x: number;
  readonly y: number;
}

/** Everything on top of the arena, composed. */
export class Ui {
  /** The renderer's host; pointer events of play land here. */
  readonly stage: HTMLElement;
  readonly settings: Settings = DEFAULT_SETTINGS;

  constructor(root: HTMLElement, callbacks: UiCallbacks) {
    this.stage = root;
    callbacks.onSettings(this.settings);
  }

  /** True while typing or in a dialog: keys then belong to the page, not to the ship. */
  get hasKeys(): boolean {
    return false;
  }

  show(_screen: Screen): void {
    // One screen at a time.
  }

  handle(_event: CoreEvent): void {
    // Kill feed, scores, chat, phases.
  }

  /** Once per drawn frame; touches the page only where something changed. */
  update(_frame: Float32Array, _stats: NetStats): void {
    // HUD, minimap, connection line.
  }

  /** The sticks under the thumbs, null while a thumb is up. Buttons carry `data-touch-button="dash"` and `"rail"`. */
  setThumbs(_left: ThumbView | null, _right: ThumbView | null): void {
    // Touch visuals.
  }
}
