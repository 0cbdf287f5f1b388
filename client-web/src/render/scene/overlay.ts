/** What belongs to the window rather than to the world: arrows to ships beyond its edge, the mark of a hit, the red of being hit. */

import type { Camera } from "../camera";
import { effect, effectKind, effectOffset, header, ship, shipFlag, shipOffset, teamNumber } from "../../netcode/frame-layout";
import { DANGER, light, paint, shipColour, WHITE } from "../palette";
import type { Atlas } from "../surface/atlas";
import type { Brush } from "../surface/surface";

const EDGE_PX = 22;
/** Ships this far beyond the edge have no arrow any more. */
const FAINT_M = 24;
const MARK_MS = 170;
const HURT_MS = 320;
/** Points of damage that make the red as strong as it gets. */
const BIG_HIT = 85;
/** Hits whose marks are shown at once. */
const MARKS_MAX = 6;

export class Overlay {
  isMotionReduced = false;
  readonly #cells: Atlas["cells"];
  readonly #markX = new Float32Array(MARKS_MAX);
  readonly #markY = new Float32Array(MARKS_MAX);
  readonly #markAt_ms = new Float64Array(MARKS_MAX).fill(-MARK_MS);
  #nextMark = 0;
  #hurtAt_ms = -HURT_MS;
  #hurt = 0;

  constructor(atlas: Atlas) {
    this.#cells = atlas.cells;
  }

  draw(brush: Brush, frame: Float32Array, camera: Camera, width: number, height: number, now_ms: number): void {
    this.#take(frame, now_ms);
    this.#drawHurt(brush, width, height, now_ms);
    this.#drawArrows(brush, frame, camera, width, height);
    this.#drawMarks(brush, camera, width, height, now_ms);
  }

  #take(frame: Float32Array, now_ms: number): void {
    for (let index = 0; index < frame[header.effectCount]!; index += 1) {
      const at = effectOffset(frame, index);
      const kind = frame[at + effect.kind];
      if (kind === effectKind.ownHitConfirmed) {
        this.#markX[this.#nextMark] = frame[at + effect.x]!;
        this.#markY[this.#nextMark] = frame[at + effect.y]!;
        this.#markAt_ms[this.#nextMark] = now_ms;
        this.#nextMark = (this.#nextMark + 1) % MARKS_MAX;
      } else if (kind === effectKind.ownDamaged) {
        this.#hurtAt_ms = now_ms;
        this.#hurt = 0.1 + 0.3 * Math.min(1, frame[at + effect.magnitude]! / BIG_HIT);
      }
    }
  }

  #drawHurt(brush: Brush, width: number, height: number, now_ms: number): void {
    const left = 1 - (now_ms - this.#hurtAt_ms) / HURT_MS;
    if (left <= 0) return;
    const colour = light(DANGER, this.#hurt * left * (this.isMotionReduced ? 0.5 : 1));
    const depth = Math.min(width, height) * 0.065;
    const { fade } = this.#cells;
    brush.sprite(fade, width / 2, depth, width / 2, depth, 1, 0, colour);
    brush.sprite(fade, width / 2, height - depth, width / 2, depth, -1, 0, colour);
    brush.sprite(fade, depth, height / 2, height / 2, depth, 0, -1, colour);
    brush.sprite(fade, width - depth, height / 2, height / 2, depth, 0, 1, colour);
  }

  #drawArrows(brush: Brush, frame: Float32Array, camera: Camera, width: number, height: number): void {
    const ownIndex = frame[header.ownShipIndex]!;
    const ownTeam = ownIndex < 0 ? teamNumber.solo : frame[shipOffset(ownIndex) + ship.team]!;
    const halfWidth = width / 2 - EDGE_PX;
    const halfHeight = height / 2 - EDGE_PX;
    for (let index = 0; index < frame[header.shipCount]!; index += 1) {
      const at = shipOffset(index);
      if ((frame[at + ship.flags]! & shipFlag.own) !== 0) continue;
      const x = (frame[at + ship.x]! - camera.x) * camera.scale;
      const y = (frame[at + ship.y]! - camera.y) * camera.scale;
      const over = Math.max(Math.abs(x) / (width / 2), Math.abs(y) / (height / 2));
      if (over <= 1.02) continue;
      const squeeze = Math.max(Math.abs(x) / halfWidth, Math.abs(y) / halfHeight);
      const distance = Math.hypot(x, y);
      const beyond_m = ((over - 1) / over) * (distance / camera.scale);
      const team = frame[at + ship.team]!;
      const isMate = team !== teamNumber.solo && team === ownTeam;
      const alpha = (1 - beyond_m / FAINT_M) * (isMate ? 0.95 : 0.7) * frame[at + ship.opacity]!;
      if (alpha < 0.06) continue;
      const size = isMate ? 8 : 6.5;
      brush.sprite(
        this.#cells.chevron, width / 2 + x / squeeze, height / 2 + y / squeeze, size, size, x / distance, y / distance,
        paint(shipColour(team, frame[at + ship.colour]!), alpha),
      );
    }
  }

  #drawMarks(brush: Brush, camera: Camera, width: number, height: number, now_ms: number): void {
    for (let mark = 0; mark < MARKS_MAX; mark += 1) {
      const left = 1 - (now_ms - this.#markAt_ms[mark]!) / MARK_MS;
      if (left <= 0) continue;
      const x = (this.#markX[mark]! - camera.x) * camera.scale + width / 2;
      const y = (this.#markY[mark]! - camera.y) * camera.scale + height / 2;
      const reach = camera.scale * 1.5 + 7 * left;
      for (let corner = 0; corner < 4; corner += 1) {
        const cos = corner === 0 || corner === 3 ? Math.SQRT1_2 : -Math.SQRT1_2;
        const sin = corner < 2 ? Math.SQRT1_2 : -Math.SQRT1_2;
        brush.sprite(this.#cells.solid, x + cos * reach, y + sin * reach, 5, 1.2, cos, sin, paint(WHITE, left));
      }
    }
  }
}
