/** Solid ground and its glowing edge, built once for each level. */

import { Container, Graphics, type TextureSource } from "pixi.js";

import type { LevelEvent } from "../../netcode/core-event";
import { light } from "../palette";
import type { Atlas } from "./atlas";
import { Batch } from "./batch";
import { mitres } from "./mitre";
import { liesOnBorder, SOLID, WALL_EDGE } from "./surface";

/** Half the glow's width. */
const EDGE_M = 0.85;
/** What lies outside the level is solid as far as anybody can see. */
const OUTSIDE_M = 90;
const QUADS_MAX = 16_000;

export class GlWalls {
  readonly container = new Container();
  readonly #edges: Batch;

  constructor(level: LevelEvent, atlas: Atlas, picture: TextureSource) {
    const { width_m, height_m } = level;
    const ground = new Graphics();
    const far = width_m + 2 * OUTSIDE_M;
    ground.rect(-OUTSIDE_M, -OUTSIDE_M, far, OUTSIDE_M).rect(-OUTSIDE_M, height_m, far, OUTSIDE_M);
    ground.rect(-OUTSIDE_M, 0, OUTSIDE_M, height_m).rect(width_m, 0, OUTSIDE_M, height_m);
    for (const [x, y, width, height] of level.solid) ground.rect(x, y, width, height);
    ground.fill(SOLID);
    this.#edges = new Batch(picture, QUADS_MAX);
    this.#edges.begin();
    for (const ring of level.outline) traceRing(this.#edges, atlas, ring, width_m, height_m);
    this.#edges.end();
    this.container.addChild(ground, this.#edges.mesh);
    this.container.eventMode = "none";
  }

  destroy(): void {
    this.#edges.destroy();
    this.container.destroy({ children: true });
  }
}

/** A strip along a closed ring, its corners mitred. */
function traceRing(batch: Batch, atlas: Atlas, ring: readonly number[], width_m: number, height_m: number): void {
  const count = ring.length / 2;
  if (count < 2) return;
  const colour = light(WALL_EDGE, 0.8);
  const sides = mitres(ring);
  for (let from = 0; from < count; from += 1) {
    const to = (from + 1) % count;
    const ax = ring[from * 2]!;
    const ay = ring[from * 2 + 1]!;
    const bx = ring[to * 2]!;
    const by = ring[to * 2 + 1]!;
    if (liesOnBorder(ax, bx, width_m) || liesOnBorder(ay, by, height_m)) continue;
    const amx = sides[from * 2]! * EDGE_M;
    const amy = sides[from * 2 + 1]! * EDGE_M;
    const bmx = sides[to * 2]! * EDGE_M;
    const bmy = sides[to * 2 + 1]! * EDGE_M;
    batch.piece(atlas.cells.edge, ax + amx, ay + amy, ax - amx, ay - amy, colour, bx + bmx, by + bmy, bx - bmx, by - bmy, colour);
  }
}
