/** What the scene draws on: WebGL where there is some, a plain 2D canvas where there is none. */

import type { LevelEvent } from "../../netcode/core-event";
import type { Atlas, Cell } from "./atlas";

/** Draws cells of the atlas. Colours are packed by `light` and `paint` of the palette. */
export interface Brush {
  /** A cell round `x`, `y`, turned by the direction `cos`, `sin`. */
  sprite(cell: Cell, x: number, y: number, halfWidth: number, halfHeight: number, cos: number, sin: number, colour: number): void;
  /** One piece of a ribbon: from the pair a (left, right) to the pair b, the cell's height lying across. */
  piece(
    cell: Cell,
    alx: number, aly: number, arx: number, ary: number, aColour: number,
    blx: number, bly: number, brx: number, bry: number, bColour: number,
  ): void;
}

/** Writes names; the same slot keeps its name from picture to picture. */
export interface LabelBrush {
  label(slot: number, text: string, x: number, y: number, rgb: number, alpha: number): void;
}

export interface View {
  /** The metre in the middle of the picture. */
  readonly x: number;
  readonly y: number;
  /** CSS pixels to a metre. */
  readonly scale: number;
  readonly width_m: number;
  readonly height_m: number;
  /** Size of a device pixel. */
  readonly pixel_m: number;
}

export interface Surface {
  readonly atlas: Atlas;
  readonly canvas: HTMLCanvasElement;
  readonly resolution: number;
  /** Every pixel is drawn by the processor: plain pictures only. */
  readonly isSoftware: boolean;
  setLevel(level: LevelEvent): void;
  resize(width: number, height: number, resolution: number): void;
  /** The layers of one picture, called in this order: ground (metres), world over the walls (metres), names and overlay (CSS pixels). */
  begin(view: View): Brush;
  beginWorld(): Brush;
  beginLabels(): LabelBrush;
  beginOverlay(): Brush;
  present(): void;
  destroy(): void;
}

export const GROUND = 0x0b0f1a;
export const SOLID = 0x121a2b;
export const WALL_EDGE = 0x6f9be0;
export const LABEL_FONT = ["Inter Variable", "Inter", "system-ui", "sans-serif"];
export const LABEL_PX = 12.5;

/** The level's own border is no edge: the ground goes on beyond it. */
export function liesOnBorder(a: number, b: number, end: number): boolean {
  return a === b && (a <= 0 || a >= end);
}
