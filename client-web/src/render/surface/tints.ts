/** Cells in the colours they are asked for, made once each: a 2D canvas cannot tint while it draws. */

import type { Atlas, Cell } from "./atlas";

/** More than a match's colours ever need; past it all of them are made anew. */
const TINTS_MAX = 700;

export interface Tone {
  /** 0xRRGGBB at full strength. */
  rgb: number;
  /** 0 to 1. */
  strength: number;
  isLight: boolean;
}

/** Takes a packed colour apart again: which hue, how strong, and whether it adds to what is behind. */
export function toneOf(colour: number, tone: Tone): void {
  const cover = colour >>> 24;
  const r = colour & 0xff;
  const g = (colour >> 8) & 0xff;
  const b = (colour >> 16) & 0xff;
  const most = cover > 0 ? cover : Math.max(r, g, b);
  tone.isLight = cover === 0;
  tone.strength = most / 255;
  tone.rgb = (restored(r, most) << 16) | (restored(g, most) << 8) | restored(b, most);
}

/** A premultiplied channel at full strength. */
function restored(value: number, most: number): number {
  return most === 0 ? 0 : Math.min(255, Math.round((value * 255) / most));
}

export class Tints {
  readonly #picture: HTMLCanvasElement;
  #byCell = new Map<Cell, Map<number, HTMLCanvasElement>>();
  #count = 0;

  constructor(atlas: Atlas) {
    this.#picture = atlas.picture;
  }

  get(cell: Cell, rgb: number): HTMLCanvasElement {
    // Sixteen steps a channel look the same and keep the number small.
    const key = rgb & 0xf0f0f0;
    const tints = this.#byCell.get(cell);
    const known = tints?.get(key);
    if (known) return known;
    if (this.#count >= TINTS_MAX) {
      this.#byCell = new Map();
      this.#count = 0;
    }
    const made = this.#make(cell, key | 0x0f0f0f);
    this.#count += 1;
    const group = this.#byCell.get(cell) ?? new Map<number, HTMLCanvasElement>();
    group.set(key, made);
    this.#byCell.set(cell, group);
    return made;
  }

  #make(cell: Cell, rgb: number): HTMLCanvasElement {
    const side = this.#picture.width;
    const x = Math.floor(cell.u0 * side);
    const y = Math.floor(cell.v0 * side);
    const width = Math.max(1, Math.round((cell.u1 - cell.u0) * side));
    const height = Math.max(1, Math.round((cell.v1 - cell.v0) * side));
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) return canvas;
    context.drawImage(this.#picture, x, y, width, height, 0, 0, width, height);
    context.globalCompositeOperation = "multiply";
    context.fillStyle = `#${rgb.toString(16).padStart(6, "0")}`;
    context.fillRect(0, 0, width, height);
    context.globalCompositeOperation = "destination-in";
    context.drawImage(this.#picture, x, y, width, height, 0, 0, width, height);
    return canvas;
  }
}
