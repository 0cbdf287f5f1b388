/**
 * The ground: a fine grid on near-black, brighter round the own ship. Lines only, no shader over the whole picture: that alone
 * would cost a machine without a graphics card most of its frame.
 */

import { light } from "../palette";
import type { Atlas } from "../surface/atlas";
import type { Brush, View } from "../surface/surface";

const FINE_M = 4;
const COARSE_M = 16;
const LINE = 0x4a6da8;
const SHINE = 0x2c4a86;
/** Light falls off over this distance from the own ship. */
const NEAR_M = 15;
const SHINE_M = 22;
const MARK_M = 0.6;

export class Floor {
  hasHalos = true;
  readonly #cells: Atlas["cells"];
  #focusX = 0;
  #focusY = 0;

  constructor(atlas: Atlas) {
    this.#cells = atlas.cells;
  }

  /** `light` is how much the own ship shines, 0 to 1. */
  draw(brush: Brush, view: View, focusX: number, focusY: number, shine: number): void {
    this.#focusX = focusX;
    this.#focusY = focusY;
    if (this.hasHalos) brush.sprite(this.#cells.halo, focusX, focusY, SHINE_M, SHINE_M, 1, 0, light(SHINE, 0.55 + 0.35 * shine));
    const left = view.x - view.width_m / 2 - 1;
    const right = view.x + view.width_m / 2 + 1;
    const top = view.y - view.height_m / 2 - 1;
    const bottom = view.y + view.height_m / 2 + 1;
    const half = view.pixel_m * 0.6;
    for (let x = Math.ceil(left / FINE_M) * FINE_M; x <= right; x += FINE_M) this.#line(brush, x, top, x, bottom, half, x % COARSE_M === 0);
    for (let y = Math.ceil(top / FINE_M) * FINE_M; y <= bottom; y += FINE_M) this.#line(brush, left, y, right, y, half, y % COARSE_M === 0);
    for (let x = Math.ceil(left / COARSE_M) * COARSE_M; x <= right; x += COARSE_M) {
      for (let y = Math.ceil(top / COARSE_M) * COARSE_M; y <= bottom; y += COARSE_M) this.#mark(brush, x, y, half * 1.3);
    }
  }

  /** In pieces, so that light can fall off along it. */
  #line(brush: Brush, x: number, y: number, x2: number, y2: number, half: number, isCoarse: boolean): void {
    const pieces = 6;
    const base = isCoarse ? 0.2 : 0.085;
    const nx = y === y2 ? 0 : half;
    const ny = y === y2 ? half : 0;
    let colour = light(LINE, base * this.#near(x, y));
    for (let piece = 0; piece < pieces; piece += 1) {
      const ax = x + ((x2 - x) * piece) / pieces;
      const ay = y + ((y2 - y) * piece) / pieces;
      const bx = x + ((x2 - x) * (piece + 1)) / pieces;
      const by = y + ((y2 - y) * (piece + 1)) / pieces;
      const next = light(LINE, base * this.#near(bx, by));
      brush.piece(this.#cells.solid, ax - nx, ay - ny, ax + nx, ay + ny, colour, bx - nx, by - ny, bx + nx, by + ny, next);
      colour = next;
    }
  }

  #mark(brush: Brush, x: number, y: number, half: number): void {
    const colour = light(LINE, 0.6 * this.#near(x, y));
    brush.sprite(this.#cells.solid, x, y, MARK_M, half, 1, 0, colour);
    brush.sprite(this.#cells.solid, x, y, half, MARK_M, 1, 0, colour);
  }

  #near(x: number, y: number): number {
    const dx = x - this.#focusX;
    const dy = y - this.#focusY;
    return 0.42 + 0.9 / (1 + (dx * dx + dy * dy) / (NEAR_M * NEAR_M));
  }
}
