/** Turns what happened in a frame into light: hits, bursts, dashes, respawns. */

import type { Camera } from "../camera";
import { effect, effectKind, effectOffset, header, ship, shipOffset } from "../../netcode/frame-layout";
import { mixColour, shipColour, SHIELD, WHITE } from "../palette";
import type { View } from "../surface/surface";
import type { Particles } from "./particles";
import type { Pickups } from "./pickups";
import type { Ships } from "./ships";
import type { Shots } from "./shots";

export interface EffectParts {
  readonly particles: Particles;
  readonly ships: Ships;
  readonly shots: Shots;
  readonly pickups: Pickups;
  readonly camera: Camera;
}

const TURN = Math.PI * 2;
/** Deaths further away than this do not shake the picture. */
const SHAKE_REACH_M = 30;
/** Points of damage that shake as strongly as damage does. */
const BIG_HIT = 85;

export class Effects {
  /** Share of the particles that the quality level allows. */
  amount = 1;
  readonly #parts: EffectParts;
  readonly #colours = new Map<number, number>();
  #streakDebt = 0;

  constructor(parts: EffectParts) {
    this.#parts = parts;
  }

  setColour(slot: number, colour: number): void {
    this.#colours.set(slot, colour);
  }

  play(frame: Float32Array, now_ms: number): void {
    const count = frame[header.effectCount]!;
    const ownSlot = frame[header.ownSlot]!;
    for (let index = 0; index < count; index += 1) {
      const at = effectOffset(frame, index);
      const x = frame[at + effect.x]!;
      const y = frame[at + effect.y]!;
      const slot = frame[at + effect.slot]!;
      const colour = this.#colourOf(frame, slot);
      switch (frame[at + effect.kind]) {
        case effectKind.railLine: {
          const x2 = frame[at + effect.x2]!;
          const y2 = frame[at + effect.y2]!;
          this.#rail(x, y, x2, y2, colour, now_ms);
          if (slot === ownSlot) this.#parts.camera.shake(0.45);
          break;
        }
        case effectKind.boltHitWall:
          this.#sparks(x, y, 5, 9, colour, 260);
          this.#glow(x, y, 1.1, colour, 0.8, 160);
          break;
        case effectKind.boltHitShip:
          this.#parts.ships.flash(slot, now_ms);
          this.#hit(x, y, colour);
          break;
        case effectKind.shipDestroyed:
          this.#death(x, y, colour);
          this.#parts.camera.shake(slot === ownSlot ? 1 : 0.5 * Math.max(0, 1 - Math.hypot(x - frame[header.cameraX]!, y - frame[header.cameraY]!) / SHAKE_REACH_M));
          break;
        case effectKind.respawn:
          this.#ring(x, y, 5, 1.2, colour, 0.9, 420);
          this.#glow(x, y, 3.6, mixColour(colour, WHITE, 0.4), 0.9, 380);
          break;
        case effectKind.dash:
          this.#dash(frame, x, y, slot, colour);
          break;
        case effectKind.pickupTaken: {
          const taken = this.#parts.pickups.colourAt(x, y);
          this.#ring(x, y, 0.8, 3.6, taken, 0.9, 360);
          this.#sparks(x, y, 8, 6, taken, 380);
          break;
        }
        case effectKind.ownDamaged:
          this.#parts.ships.flash(ownSlot, now_ms);
          this.#parts.camera.shake(0.2 + 0.5 * Math.min(1, frame[at + effect.magnitude]! / BIG_HIT));
          break;
        case effectKind.boltFired:
          this.#glow(x, y, 1, mixColour(colour, WHITE, 0.4), 0.8, 90);
          break;
        default:
          // Newer cores may know more kinds; the own hit confirmed is the overlay's.
          break;
      }
    }
  }

  /** Air that rushes past while riding a wake. */
  streaks(view: View, own: { readonly vx: number; readonly vy: number }, strength: number, dt_ms: number): void {
    const { vx, vy } = own;
    const speed = Math.hypot(vx, vy);
    if (strength < 0.1 || speed < 6) return;
    this.#streakDebt += dt_ms * 0.055 * strength * this.amount;
    while (this.#streakDebt >= 1) {
      this.#streakDebt -= 1;
      this.#parts.particles.add({
        cell: "streak",
        x: view.x + (Math.random() - 0.5) * view.width_m * 0.8 + (vx / speed) * 6,
        y: view.y + (Math.random() - 0.5) * view.height_m * 0.8 + (vy / speed) * 6,
        vx: -vx * 0.55,
        vy: -vy * 0.55,
        life_ms: 300,
        size: 0.09,
        sizeEnd: 0.05,
        stretch: 26,
        angle: Math.atan2(-vy, -vx),
        colour: SHIELD,
        alpha: 0.5 * strength,
      });
    }
  }

  #rail(x: number, y: number, x2: number, y2: number, colour: number, now_ms: number): void {
    this.#parts.shots.addBeam(x, y, x2, y2, colour, now_ms);
    this.#glow(x, y, 2.6, WHITE, 0.9, 160);
    this.#glow(x2, y2, 2.2, mixColour(colour, WHITE, 0.4), 0.9, 260);
    this.#sparks(x2, y2, 8, 14, colour, 340);
    const steps = Math.round((Math.hypot(x2 - x, y2 - y) / 3) * this.amount);
    for (let step = 0; step < Math.min(steps, 24); step += 1) {
      const share = (step + Math.random()) / steps;
      this.#parts.particles.add({
        cell: "glow", x: x + (x2 - x) * share, y: y + (y2 - y) * share,
        vx: (Math.random() - 0.5) * 2.4, vy: (Math.random() - 0.5) * 2.4,
        drag: 2, life_ms: 420 + Math.random() * 260, size: 0.3, sizeEnd: 0.1, colour, alpha: 0.8,
      });
    }
  }

  #hit(x: number, y: number, colour: number): void {
    this.#ring(x, y, 0.7, 2.4, mixColour(colour, WHITE, 0.5), 0.9, 220);
    this.#glow(x, y, 1.8, WHITE, 0.85, 110);
    this.#sparks(x, y, 7, 13, mixColour(colour, WHITE, 0.3), 320);
  }

  #death(x: number, y: number, colour: number): void {
    const { particles } = this.#parts;
    this.#glow(x, y, 6.5, WHITE, 1, 160);
    this.#glow(x, y, 5, colour, 0.9, 620);
    this.#ring(x, y, 1, 7.5, colour, 1, 620);
    this.#ring(x, y, 0.5, 4.2, WHITE, 0.7, 320);
    const pieces = 9;
    for (let piece = 0; piece < pieces; piece += 1) {
      const angle = (piece / pieces) * TURN + Math.random() * 0.5;
      const speed = 5 + Math.random() * 9;
      particles.add({
        cell: "shard", x: x + Math.cos(angle) * 0.6, y: y + Math.sin(angle) * 0.6, vx: Math.cos(angle) * speed, vy: Math.sin(angle) * speed,
        drag: 2.2, life_ms: 800 + Math.random() * 500, size: 0.3 + Math.random() * 0.38, angle, spin: (Math.random() - 0.5) * 16,
        colour: mixColour(colour, WHITE, 0.2), alpha: 1, isSolid: true,
      });
    }
    this.#sparks(x, y, 22, 22, mixColour(colour, WHITE, 0.35), 620);
  }

  #dash(frame: Float32Array, x: number, y: number, slot: number, colour: number): void {
    const at = shipOfSlot(frame, slot);
    const vx = at < 0 ? 1 : frame[at + ship.vx]!;
    const vy = at < 0 ? 0 : frame[at + ship.vy]!;
    const back = Math.atan2(-vy, -vx);
    this.#ring(x, y, 0.9, 2.9, mixColour(colour, WHITE, 0.4), 0.9, 260);
    this.#glow(x, y, 2.6, mixColour(colour, WHITE, 0.5), 0.8, 180);
    const count = Math.ceil(11 * this.amount);
    for (let spark = 0; spark < count; spark += 1) {
      const angle = back + (Math.random() - 0.5) * 1.1;
      const speed = 7 + Math.random() * 15;
      this.#parts.particles.add({
        cell: "streak", x, y, vx: Math.cos(angle) * speed, vy: Math.sin(angle) * speed, drag: 4, life_ms: 240 + Math.random() * 160,
        size: 0.12, sizeEnd: 0.04, stretch: 9, angle: angle + Math.PI, colour: mixColour(colour, WHITE, 0.5), alpha: 0.9,
      });
    }
  }

  #glow(x: number, y: number, size: number, colour: number, alpha: number, life_ms: number): void {
    this.#parts.particles.add({ cell: "glow", x, y, life_ms, size, sizeEnd: size * 1.15, colour, alpha });
  }

  #ring(x: number, y: number, from: number, to: number, colour: number, alpha: number, life_ms: number): void {
    this.#parts.particles.add({ cell: "ring", x, y, life_ms, size: from, sizeEnd: to, colour, alpha });
  }

  #sparks(x: number, y: number, count: number, speedMax: number, colour: number, life_ms: number): void {
    const wanted = Math.ceil(count * this.amount);
    for (let spark = 0; spark < wanted; spark += 1) {
      const angle = Math.random() * TURN;
      const speed = speedMax * (0.35 + 0.65 * Math.random());
      this.#parts.particles.add({
        cell: "streak", x, y, vx: Math.cos(angle) * speed, vy: Math.sin(angle) * speed, drag: 5, life_ms: life_ms * (0.6 + 0.4 * Math.random()),
        size: 0.1, sizeEnd: 0.03, stretch: 6, angle, colour, alpha: 1,
      });
    }
  }

  #colourOf(frame: Float32Array, slot: number): number {
    const at = shipOfSlot(frame, slot);
    if (at >= 0) return shipColour(frame[at + ship.team]!, frame[at + ship.colour]!);
    return this.#colours.get(slot) ?? WHITE;
  }
}

/** Where the ship of a seat lies in the frame, or -1. */
function shipOfSlot(frame: Float32Array, slot: number): number {
  const count = frame[header.shipCount]!;
  for (let index = 0; index < count; index += 1) {
    const at = shipOffset(index);
    if (frame[at + ship.slot] === slot) return at;
  }
  return -1;
}
