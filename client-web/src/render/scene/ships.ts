/** Ships: a dark hull with a bright rim in the player's colour; the own one has a white heart, a ring and a line of aim. */

import { header, ship, shipFlag, shipOffset, teamNumber } from "../../netcode/frame-layout";
import { DANGER, light, mixColour, paint, PICKUP_COLOURS, shipColour, SHIELD, WHITE } from "../palette";
import { HULL_REACH, type Atlas, type Cell } from "../surface/atlas";
import type { Brush } from "../surface/surface";

/** A hit lights the whole ship up for this long: one frame at 30 Hz, two at 60. */
const FLASH_MS = 34;
const SLOTS = 1024;
const DOWN = Math.PI / 2;
/** Longer pieces of an arc would show their corners. */
const ARC_PIECE_RADIANS = 0.19;

export class Ships {
  /** How much the own ship shines because it rides a wake, 0 to 1; eased by the renderer. */
  wakeLight = 0;
  hasHalos = true;

  readonly #cells: Atlas["cells"];
  readonly #flashUntil_ms = new Float64Array(SLOTS);

  constructor(atlas: Atlas) {
    this.#cells = atlas.cells;
  }

  flash(slot: number, now_ms: number): void {
    if (slot >= 0 && slot < SLOTS) this.#flashUntil_ms[slot] = now_ms + FLASH_MS;
  }

  draw(brush: Brush, frame: Float32Array, now_ms: number): void {
    const count = frame[header.shipCount]!;
    for (let index = 0; index < count; index += 1) {
      if (index !== frame[header.ownShipIndex]) this.#drawShip(brush, frame, shipOffset(index), now_ms);
    }
    const own = frame[header.ownShipIndex]!;
    if (own >= 0) this.#drawOwn(brush, frame, shipOffset(own), now_ms);
  }

  #drawOwn(brush: Brush, frame: Float32Array, at: number, now_ms: number): void {
    const cells = this.#cells;
    const x = frame[at + ship.x]!;
    const y = frame[at + ship.y]!;
    const cos = Math.cos(frame[at + ship.aim]!);
    const sin = Math.sin(frame[at + ship.aim]!);
    const colour = shipColour(frame[at + ship.team]!, frame[at + ship.colour]!);
    brush.sprite(cells.aim, x + cos * 8.2, y + sin * 8.2, 6, 0.16, cos, sin, light(mixColour(colour, WHITE, 0.6), 0.5));
    if (this.wakeLight > 0.01) {
      brush.sprite(cells.glow, x, y, 4.2, 4.2, 1, 0, light(mixColour(colour, WHITE, 0.55), 0.55 * this.wakeLight));
    }
    this.#drawShip(brush, frame, at, now_ms);
    brush.sprite(cells.core, x + cos * 0.12, y + sin * 0.12, 0.52, 0.52, cos, sin, paint(WHITE, 1));
    // The ring is also the dash: a faint whole one, and a bright part as large as the charge.
    brush.sprite(cells.ring, x, y, 1.93, 1.93, 1, 0, light(WHITE, 0.26 + 0.3 * this.wakeLight));
    const charge = frame[header.dashCharge]!;
    const isReady = charge >= 0.999;
    this.#arc(brush, x, y, 1.73, isReady ? 0.075 : 0.06, -DOWN, Math.PI * charge, light(WHITE, isReady ? 0.95 : 0.55));
  }

  #drawShip(brush: Brush, frame: Float32Array, at: number, now_ms: number): void {
    const cells = this.#cells;
    const x = frame[at + ship.x]!;
    const y = frame[at + ship.y]!;
    const vx = frame[at + ship.vx]!;
    const vy = frame[at + ship.vy]!;
    const aim = frame[at + ship.aim]!;
    const flags = frame[at + ship.flags]!;
    const team = frame[at + ship.team]!;
    const opacity = frame[at + ship.opacity]! * ((flags & shipFlag.away) !== 0 ? 0.45 : 1);
    const colour = shipColour(team, frame[at + ship.colour]!);
    const isOwn = (flags & shipFlag.own) !== 0;
    const cos = Math.cos(aim);
    const sin = Math.sin(aim);
    if (this.hasHalos) brush.sprite(cells.halo, x, y, 3.1, 3.1, 1, 0, light(colour, 0.62 * opacity));
    const speed = Math.hypot(vx, vy);
    if ((flags & shipFlag.thrusting) !== 0 && speed > 1) this.#drawThrust(brush, x, y, vx / speed, vy / speed, speed, colour, flags, opacity);
    if ((flags & shipFlag.overcharge) !== 0) brush.sprite(cells.glow, x, y, 2.5, 2.5, 1, 0, light(PICKUP_COLOURS.overcharge, 0.55 * opacity));
    const hull = this.#hullCell(team);
    const rim = mixColour(colour, WHITE, isOwn ? 0.3 : 0.1);
    brush.sprite(hull, x, y, HULL_REACH, HULL_REACH, cos, sin, paint(rim, opacity));
    if ((flags & shipFlag.dashing) !== 0) brush.sprite(hull, x, y, HULL_REACH, HULL_REACH, cos, sin, light(WHITE, 0.7 * opacity));
    if ((flags & shipFlag.protected) !== 0) brush.sprite(cells.bubble, x, y, 2.1, 2.1, 1, 0, light(SHIELD, 0.75 * opacity));
    if (now_ms < this.#flashUntil_ms[frame[at + ship.slot]!]!) {
      brush.sprite(hull, x, y, HULL_REACH, HULL_REACH, cos, sin, paint(WHITE, 1));
      brush.sprite(cells.glow, x, y, 2.4, 2.4, 1, 0, light(WHITE, 0.9));
    }
    this.#drawVitals(brush, x, y, frame[at + ship.hull]!, frame[at + ship.shield]!, colour, opacity);
  }

  #drawThrust(brush: Brush, x: number, y: number, dirX: number, dirY: number, speed: number, colour: number, flags: number, opacity: number): void {
    const isHasty = (flags & shipFlag.haste) !== 0;
    const length = Math.min(2.6, 0.6 + speed * 0.075) * (isHasty ? 1.3 : 1);
    const tint = isHasty ? PICKUP_COLOURS.haste : mixColour(colour, WHITE, 0.35);
    brush.sprite(this.#cells.streak, x - dirX * (0.7 + length * 0.5), y - dirY * (0.7 + length * 0.5), length, 0.42, dirX, dirY, light(tint, 0.85 * opacity));
  }

  /** Two arcs below the ship, only while something is missing: the inner one is the hull, the outer one the shield. */
  #drawVitals(brush: Brush, x: number, y: number, hull: number, shield: number, colour: number, opacity: number): void {
    if (hull > 0.995 && shield > 0.995) return;
    const half = 0.95;
    const isWeak = hull < 0.35;
    this.#arc(brush, x, y, 2.12, 0.1, DOWN, half, paint(0x1d2840, 0.8 * opacity));
    this.#arc(brush, x, y, 2.12, 0.1, DOWN, half * hull, paint(isWeak ? DANGER : mixColour(colour, WHITE, 0.25), opacity));
    if (shield > 0.01) this.#arc(brush, x, y, 2.42, 0.075, DOWN, half * shield, paint(SHIELD, 0.9 * opacity));
  }

  /** A stroke of `half` radians to either side of `middle`. */
  #arc(brush: Brush, x: number, y: number, radius: number, halfWidth: number, middle: number, half: number, colour: number): void {
    if (half <= 0.01) return;
    const inner = radius - halfWidth;
    const outer = radius + halfWidth;
    let cos = Math.cos(middle - half);
    let sin = Math.sin(middle - half);
    const pieces = Math.ceil((2 * half) / ARC_PIECE_RADIANS);
    for (let piece = 1; piece <= pieces; piece += 1) {
      const angle = middle - half + (2 * half * piece) / pieces;
      const nextCos = Math.cos(angle);
      const nextSin = Math.sin(angle);
      brush.piece(
        this.#cells.arc,
        x + cos * outer, y + sin * outer, x + cos * inner, y + sin * inner, colour,
        x + nextCos * outer, y + nextSin * outer, x + nextCos * inner, y + nextSin * inner, colour,
      );
      cos = nextCos;
      sin = nextSin;
    }
  }

  #hullCell(team: number): Cell {
    if (team === teamNumber.blue) return this.#cells.blue;
    return team === teamNumber.orange ? this.#cells.orange : this.#cells.solo;
  }
}
