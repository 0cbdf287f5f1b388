/** The picture without WebGL: the same scene on a plain 2D canvas, at the plainest quality. */

import type { LevelEvent } from "../../netcode/core-event";
import { cssColour } from "../palette";
import { paintAtlas, type Cell } from "./atlas";
import { GROUND, LABEL_FONT, LABEL_PX, liesOnBorder, SOLID, WALL_EDGE, type Brush, type LabelBrush, type Surface, type View } from "./surface";
import { Tints, toneOf } from "./tints";

/** A ribbon has no profile here; this much of its strength gives the same impression. */
const RIBBON_STRENGTH = 0.42;
/** A rail shot's glow, and the share of its width that is its bright thread. */
const GLOW_STRENGTH = 0.16;
const THREAD = 0.16;
const OVERLAP = 0.15;
/** Fainter glows would show the steps of eight bits; strokes may be fainter. */
const FAINTEST_GLOW = 0.045;
const FAINTEST_STROKE = 0.01;
const EDGE_M = 0.13;

export class CanvasSurface implements Surface, Brush, LabelBrush {
  readonly atlas = paintAtlas();
  readonly canvas = document.createElement("canvas");
  readonly isSoftware = true;
  resolution = 1;
  readonly #context: CanvasRenderingContext2D;
  readonly #tints = new Tints(this.atlas);
  readonly #tone = { rgb: 0, strength: 0, isLight: false };
  #level: LevelEvent | null = null;
  #view: View = { x: 0, y: 0, scale: 1, width_m: 1, height_m: 1, pixel_m: 1 };
  #width = 1;
  #height = 1;

  constructor() {
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser draws neither with WebGL nor on a 2D canvas.");
    this.#context = context;
  }

  setLevel(level: LevelEvent): void {
    this.#level = level;
  }

  resize(width: number, height: number, resolution: number): void {
    this.#width = width;
    this.#height = height;
    this.resolution = resolution;
    this.canvas.width = Math.max(1, Math.round(width * resolution));
    this.canvas.height = Math.max(1, Math.round(height * resolution));
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  begin(view: View): Brush {
    this.#view = view;
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = 1;
    context.fillStyle = cssColour(GROUND);
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.#toMetres();
    return this;
  }

  beginWorld(): Brush {
    const context = this.#context;
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = 1;
    if (this.#level) this.#drawWalls(context, this.#level);
    return this;
  }

  beginLabels(): LabelBrush {
    const context = this.#context;
    this.#toPixels();
    context.globalCompositeOperation = "source-over";
    context.font = `500 ${LABEL_PX}px ${LABEL_FONT.map((name) => `"${name}"`).join(", ")}`;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    return this;
  }

  label(_slot: number, text: string, x: number, y: number, rgb: number, alpha: number): void {
    this.#context.globalAlpha = alpha;
    this.#context.fillStyle = cssColour(rgb);
    this.#context.fillText(text, x, y);
  }

  beginOverlay(): Brush {
    this.#toPixels();
    return this;
  }

  present(): void {
    // Everything is on the canvas already.
  }

  destroy(): void {
    this.canvas.remove();
  }

  sprite(cell: Cell, x: number, y: number, halfWidth: number, halfHeight: number, cos: number, sin: number, colour: number): void {
    toneOf(colour, this.#tone);
    if (this.#tone.strength < FAINTEST_GLOW) return;
    const context = this.#context;
    this.#setTone();
    context.save();
    context.transform(cos, sin, -sin, cos, x, y);
    context.drawImage(this.#tints.get(cell, this.#tone.rgb), -halfWidth, -halfHeight, halfWidth * 2, halfHeight * 2);
    context.restore();
  }

  piece(
    cell: Cell,
    alx: number, aly: number, arx: number, ary: number, aColour: number,
    blx: number, bly: number, brx: number, bry: number, bColour: number,
  ): void {
    toneOf(bColour >>> 0 === 0 ? aColour : bColour, this.#tone);
    const { wake, beam } = this.atlas.cells;
    if (cell === beam) {
      // A bright thread in a faint glow.
      const mix = (near: number, far: number): number => far + (near - far) * (0.5 + THREAD / 2);
      this.#quad(mix(alx, arx), mix(aly, ary), mix(arx, alx), mix(ary, aly), mix(blx, brx), mix(bly, bry), mix(brx, blx), mix(bry, bly), 1);
    }
    if (!this.#tone.isLight) {
      // Pieces of a painted stroke overlap a little: their smoothed ends would leave gaps.
      blx += (blx - alx) * OVERLAP;
      bly += (bly - aly) * OVERLAP;
      brx += (brx - arx) * OVERLAP;
      bry += (bry - ary) * OVERLAP;
    }
    this.#quad(alx, aly, arx, ary, blx, bly, brx, bry, cell === wake ? RIBBON_STRENGTH : cell === beam ? GLOW_STRENGTH : 1);
  }

  #quad(alx: number, aly: number, arx: number, ary: number, blx: number, bly: number, brx: number, bry: number, strength: number): void {
    if (this.#tone.strength * strength < FAINTEST_STROKE) return;
    const context = this.#context;
    this.#setTone();
    context.globalAlpha *= strength;
    context.fillStyle = cssColour(this.#tone.rgb);
    context.beginPath();
    context.moveTo(alx, aly);
    context.lineTo(blx, bly);
    context.lineTo(brx, bry);
    context.lineTo(arx, ary);
    context.fill();
  }

  #setTone(): void {
    this.#context.globalCompositeOperation = this.#tone.isLight ? "lighter" : "source-over";
    this.#context.globalAlpha = this.#tone.strength;
  }

  #toMetres(): void {
    const scale = this.#view.scale * this.resolution;
    this.#context.setTransform(scale, 0, 0, scale, this.canvas.width / 2 - this.#view.x * scale, this.canvas.height / 2 - this.#view.y * scale);
  }

  #toPixels(): void {
    this.#context.setTransform(this.canvas.width / this.#width, 0, 0, this.canvas.height / this.#height, 0, 0);
  }

  #drawWalls(context: CanvasRenderingContext2D, level: LevelEvent): void {
    const left = this.#view.x - this.#view.width_m / 2;
    const top = this.#view.y - this.#view.height_m / 2;
    const right = left + this.#view.width_m;
    const bottom = top + this.#view.height_m;
    context.fillStyle = cssColour(SOLID);
    if (left < 0) context.fillRect(left, top, -left, bottom - top);
    if (top < 0) context.fillRect(left, top, right - left, -top);
    if (right > level.width_m) context.fillRect(level.width_m, top, right - level.width_m, bottom - top);
    if (bottom > level.height_m) context.fillRect(left, level.height_m, right - left, bottom - level.height_m);
    for (const [x, y, width, height] of level.solid) {
      if (x < right && y < bottom && x + width > left && y + height > top) context.fillRect(x, y, width, height);
    }
    context.strokeStyle = cssColour(WALL_EDGE);
    context.globalAlpha = 0.85;
    context.lineWidth = EDGE_M;
    context.beginPath();
    for (const ring of level.outline) this.#traceRing(context, ring, level);
    context.stroke();
  }

  #traceRing(context: CanvasRenderingContext2D, ring: readonly number[], level: LevelEvent): void {
    const count = ring.length / 2;
    for (let from = 0; from < count; from += 1) {
      const to = (from + 1) % count;
      const ax = ring[from * 2]!;
      const ay = ring[from * 2 + 1]!;
      const bx = ring[to * 2]!;
      const by = ring[to * 2 + 1]!;
      if (liesOnBorder(ax, bx, level.width_m) || liesOnBorder(ay, by, level.height_m)) continue;
      context.moveTo(ax, ay);
      context.lineTo(bx, by);
    }
  }
}
