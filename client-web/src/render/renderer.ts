import type { LevelEvent, PlayerProfile } from "../netcode/core-event";
import type { RenderSettings } from "./render-settings";

export interface ScreenPoint {
  x: number;
  y: number;
}

/** Draws render frames into a host element. */
export class Renderer {
  readonly #own: ScreenPoint = { x: 0, y: 0 };

  /** Rejects when neither WebGL nor a 2D canvas can be had. */
  static async create(_host: HTMLElement, _settings: RenderSettings): Promise<Renderer> {
    return Promise.resolve(new Renderer());
  }

  /** Where the own ship is on screen, in CSS pixels from the host's corner: what a mouse aims from. */
  get ownOnScreen(): Readonly<ScreenPoint> {
    return this.#own;
  }

  setLevel(_level: LevelEvent): void {
    // The level is drawn once.
  }

  setRoster(_players: readonly PlayerProfile[]): void {
    // Names are made once.
  }

  applySettings(_settings: RenderSettings): void {
    // Settings take effect with the next frame.
  }

  draw(_frame: Float32Array, _now_ms: number, _dt_ms: number): void {
    // One picture.
  }

  resize(): void {
    // The host changed its size.
  }

  destroy(): void {
    // Everything on the graphics card goes.
  }
}
