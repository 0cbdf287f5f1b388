/** Bolts in flight, and the lines that rail shots leave for a moment. */

import { bolt, boltOffset, header } from "../../netcode/frame-layout";
import { light, mixColour, shipColour, WHITE } from "../palette";
import type { Atlas } from "../surface/atlas";
import type { Brush } from "../surface/surface";

const BEAMS_MAX = 24;
const BEAM_MS = 420;

interface Beam {
  x: number;
  y: number;
  x2: number;
  y2: number;
  colour: number;
  firedAt_ms: number;
}

export class Shots {
  readonly #cells: Atlas["cells"];
  readonly #beams: Beam[] = [];
  #next = 0;

  constructor(atlas: Atlas) {
    this.#cells = atlas.cells;
    for (let index = 0; index < BEAMS_MAX; index += 1) this.#beams.push({ x: 0, y: 0, x2: 0, y2: 0, colour: WHITE, firedAt_ms: -BEAM_MS });
  }

  addBeam(x: number, y: number, x2: number, y2: number, colour: number, now_ms: number): void {
    const beam = this.#beams[this.#next]!;
    this.#next = (this.#next + 1) % BEAMS_MAX;
    Object.assign(beam, { x, y, x2, y2, colour, firedAt_ms: now_ms });
  }

  draw(brush: Brush, frame: Float32Array, now_ms: number): void {
    for (const beam of this.#beams) {
      const age = (now_ms - beam.firedAt_ms) / BEAM_MS;
      if (age >= 0 && age < 1) this.#drawBeam(brush, beam, age);
    }
    const count = frame[header.boltCount]!;
    const ownSlot = frame[header.ownSlot]!;
    for (let index = 0; index < count; index += 1) {
      const at = boltOffset(frame, index);
      const vx = frame[at + bolt.vx]!;
      const vy = frame[at + bolt.vy]!;
      const speed = Math.hypot(vx, vy) || 1;
      const cos = vx / speed;
      const sin = vy / speed;
      const x = frame[at + bolt.x]!;
      const y = frame[at + bolt.y]!;
      const isOwn = frame[at + bolt.slot] === ownSlot;
      const colour = shipColour(frame[at + bolt.team]!, frame[at + bolt.colour]!);
      // The bright end of the cell is the bolt itself.
      brush.sprite(this.#cells.bolt, x - cos * 0.75, y - sin * 0.75, 1.75, 0.56, cos, sin, light(mixColour(colour, WHITE, isOwn ? 0.3 : 0.05), 0.95));
      brush.sprite(this.#cells.bolt, x - cos * 0.32, y - sin * 0.32, 0.85, 0.24, cos, sin, light(WHITE, 0.9));
    }
  }

  #drawBeam(brush: Brush, beam: Beam, age: number): void {
    const dx = beam.x2 - beam.x;
    const dy = beam.y2 - beam.y;
    const length = Math.hypot(dx, dy) || 1;
    const fade = (1 - age) * (1 - age);
    const half = 0.28 + 0.9 * fade;
    const nx = (-dy / length) * half;
    const ny = (dx / length) * half;
    const colour = light(mixColour(beam.colour, WHITE, 0.25 + 0.5 * fade), 0.95 * fade);
    brush.piece(
      this.#cells.beam,
      beam.x + nx, beam.y + ny, beam.x - nx, beam.y - ny, colour,
      beam.x2 + nx, beam.y2 + ny, beam.x2 - nx, beam.y2 - ny, colour,
    );
  }
}
