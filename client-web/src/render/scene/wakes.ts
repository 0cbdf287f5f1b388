/** The ribbons behind ships: where each has been in the last 0.8 s, wider and fainter with age. */

import { header, ship, shipFlag, shipOffset } from "../../netcode/frame-layout";
import { light, mixColour, shipColour, WHITE } from "../palette";
import type { Atlas, Cell } from "../surface/atlas";
import type { Brush } from "../surface/surface";

export const WAKE_MS = 800;
const POINTS = 32;
/** Floats of a point: x, y, time, strength. */
const POINT_FLOATS = 4;
const TRAILS_MAX = 160;
const WIDTH_YOUNG_M = 0.34;
const WIDTH_OLD_M = 1.45;
/** A ship that moved further between two frames was somewhere else before. */
const BREAK_M = 6;
const FAINT_MPS = 5;
const STRONG_MPS = 17;

/** How much a wake of this age still shines, 0 to 1. */
export function wakeStrength(age_ms: number): number {
  if (age_ms <= 0) return 1;
  if (age_ms >= WAKE_MS) return 0;
  const left = 1 - age_ms / WAKE_MS;
  return left * left * (3 - 2 * left);
}

export function wakeHalfWidth(age_ms: number): number {
  const share = Math.min(1, Math.max(0, age_ms / WAKE_MS));
  return WIDTH_YOUNG_M + (WIDTH_OLD_M - WIDTH_YOUNG_M) * Math.sqrt(share);
}

/** One ship's way, as a ring of points; made once and used again for another ship. */
export class Trail {
  readonly #points = new Float32Array(POINTS * POINT_FLOATS);
  #first = 0;
  #count = 0;
  slot = -1;
  seenAt_ms = 0;
  colour = 0;

  get length(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Age order: 0 is the oldest. */
  at(index: number, part: number): number {
    return this.#points[((this.#first + index) % POINTS) * POINT_FLOATS + part]!;
  }

  /** The head follows the ship; it stays behind as a point once it is `step_ms` old. */
  move(x: number, y: number, strength: number, now_ms: number, step_ms: number): void {
    const last = this.#count - 1;
    if (last >= 0 && Math.hypot(this.at(last, 0) - x, this.at(last, 1) - y) > BREAK_M) this.#count = 0;
    const isHeadSettled = this.#count < 2 || this.at(this.#count - 1, 2) - this.at(this.#count - 2, 2) >= step_ms;
    if (isHeadSettled) {
      if (this.#count === POINTS) this.#dropOldest();
      this.#count += 1;
    }
    const at = ((this.#first + this.#count - 1) % POINTS) * POINT_FLOATS;
    this.#points[at] = x;
    this.#points[at + 1] = y;
    this.#points[at + 2] = now_ms;
    this.#points[at + 3] = strength;
  }

  forgetOld(now_ms: number): void {
    while (this.#count > 0 && now_ms - this.at(0, 2) > WAKE_MS) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#first = (this.#first + 1) % POINTS;
    this.#count -= 1;
  }
}

export class Wakes {
  readonly #cell: Cell;
  readonly #trails: Trail[] = [];
  readonly #bySlot = new Map<number, Trail>();

  constructor(atlas: Atlas) {
    this.#cell = atlas.cells.wake;
  }

  clear(): void {
    this.#bySlot.clear();
    for (const trail of this.#trails) {
      trail.slot = -1;
      trail.clear();
    }
  }

  update(frame: Float32Array, now_ms: number, step_ms: number): void {
    const ships = frame[header.shipCount]!;
    for (let index = 0; index < ships; index += 1) {
      const at = shipOffset(index);
      const trail = this.#trailOf(frame[at + ship.slot]!);
      if (!trail) continue;
      const speed = Math.hypot(frame[at + ship.vx]!, frame[at + ship.vy]!);
      const isDashing = (frame[at + ship.flags]! & shipFlag.dashing) !== 0;
      const strength = Math.min(1, Math.max(0, (speed - FAINT_MPS) / (STRONG_MPS - FAINT_MPS))) * (isDashing ? 1.5 : 1);
      trail.seenAt_ms = now_ms;
      trail.colour = mixColour(shipColour(frame[at + ship.team]!, frame[at + ship.colour]!), WHITE, 0.12);
      trail.move(frame[at + ship.x]!, frame[at + ship.y]!, strength * frame[at + ship.opacity]!, now_ms, step_ms);
    }
  }

  draw(brush: Brush, now_ms: number): void {
    for (const trail of this.#trails) {
      if (trail.slot < 0) continue;
      trail.forgetOld(now_ms);
      if (trail.length >= 2) this.#drawTrail(brush, trail, now_ms);
      if (now_ms - trail.seenAt_ms > WAKE_MS) {
        this.#bySlot.delete(trail.slot);
        trail.slot = -1;
      }
    }
  }

  #drawTrail(brush: Brush, trail: Trail, now_ms: number): void {
    let leftX = 0, leftY = 0, rightX = 0, rightY = 0, colour = 0;
    for (let index = 0; index < trail.length; index += 1) {
      const before = Math.max(0, index - 1);
      const after = Math.min(trail.length - 1, index + 1);
      const alongX = trail.at(after, 0) - trail.at(before, 0);
      const alongY = trail.at(after, 1) - trail.at(before, 1);
      const length = Math.hypot(alongX, alongY) || 1;
      const age_ms = now_ms - trail.at(index, 2);
      const half = wakeHalfWidth(age_ms);
      const acrossX = (-alongY / length) * half;
      const acrossY = (alongX / length) * half;
      const x = trail.at(index, 0);
      const y = trail.at(index, 1);
      const nextColour = light(trail.colour, Math.min(1, 0.85 * wakeStrength(age_ms) * trail.at(index, 3)));
      if (index > 0) {
        brush.piece(this.#cell, leftX, leftY, rightX, rightY, colour, x + acrossX, y + acrossY, x - acrossX, y - acrossY, nextColour);
      }
      leftX = x + acrossX;
      leftY = y + acrossY;
      rightX = x - acrossX;
      rightY = y - acrossY;
      colour = nextColour;
    }
  }

  #trailOf(slot: number): Trail | null {
    const known = this.#bySlot.get(slot);
    if (known) return known;
    let free = this.#trails.find((trail) => trail.slot < 0);
    if (!free) {
      if (this.#trails.length >= TRAILS_MAX) return null;
      free = new Trail();
      this.#trails.push(free);
    }
    free.slot = slot;
    free.clear();
    this.#bySlot.set(slot, free);
    return free;
  }
}
