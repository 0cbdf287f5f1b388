/** Sparks, rings, pieces and flashes: a fixed number of them, plain numbers in columns, the oldest replaced first. */

import { light, paint } from "../palette";
import type { Atlas, Cell, CellName } from "../surface/atlas";
import type { Brush } from "../surface/surface";

const PARTICLES_MAX = 900;

export interface Spawn {
  readonly cell: CellName;
  readonly x: number;
  readonly y: number;
  readonly vx?: number;
  readonly vy?: number;
  /** Share of the speed that is lost in a second, roughly. */
  readonly drag?: number;
  readonly life_ms: number;
  /** Half sizes in metres, at birth and at death. */
  readonly size: number;
  readonly sizeEnd?: number;
  /** Length to height. */
  readonly stretch?: number;
  readonly angle?: number;
  readonly spin?: number;
  readonly colour: number;
  readonly alpha: number;
  readonly isSolid?: boolean;
}

export class Particles {
  readonly #cells: Atlas["cells"];
  readonly #cell: Cell[] = [];
  readonly #x = new Float32Array(PARTICLES_MAX);
  readonly #y = new Float32Array(PARTICLES_MAX);
  readonly #vx = new Float32Array(PARTICLES_MAX);
  readonly #vy = new Float32Array(PARTICLES_MAX);
  readonly #drag = new Float32Array(PARTICLES_MAX);
  readonly #age = new Float32Array(PARTICLES_MAX);
  readonly #life = new Float32Array(PARTICLES_MAX);
  readonly #size = new Float32Array(PARTICLES_MAX);
  readonly #sizeEnd = new Float32Array(PARTICLES_MAX);
  readonly #stretch = new Float32Array(PARTICLES_MAX);
  readonly #angle = new Float32Array(PARTICLES_MAX);
  readonly #spin = new Float32Array(PARTICLES_MAX);
  readonly #colour = new Uint32Array(PARTICLES_MAX);
  readonly #alpha = new Float32Array(PARTICLES_MAX);
  readonly #isSolid = new Uint8Array(PARTICLES_MAX);
  #next = 0;

  constructor(atlas: Atlas) {
    this.#cells = atlas.cells;
    for (let index = 0; index < PARTICLES_MAX; index += 1) this.#cell.push(atlas.cells.glow);
  }

  clear(): void {
    this.#life.fill(0);
  }

  add(spawn: Spawn): void {
    const index = this.#next;
    this.#next = (this.#next + 1) % PARTICLES_MAX;
    this.#cell[index] = this.#cells[spawn.cell];
    this.#x[index] = spawn.x;
    this.#y[index] = spawn.y;
    this.#vx[index] = spawn.vx ?? 0;
    this.#vy[index] = spawn.vy ?? 0;
    this.#drag[index] = spawn.drag ?? 0;
    this.#age[index] = 0;
    this.#life[index] = spawn.life_ms;
    this.#size[index] = spawn.size;
    this.#sizeEnd[index] = spawn.sizeEnd ?? spawn.size;
    this.#stretch[index] = spawn.stretch ?? 1;
    this.#angle[index] = spawn.angle ?? 0;
    this.#spin[index] = spawn.spin ?? 0;
    this.#colour[index] = spawn.colour;
    this.#alpha[index] = spawn.alpha;
    this.#isSolid[index] = spawn.isSolid ? 1 : 0;
  }

  step(dt_ms: number): void {
    const seconds = dt_ms / 1000;
    for (let index = 0; index < PARTICLES_MAX; index += 1) {
      if (this.#life[index] === 0) continue;
      this.#age[index]! += dt_ms;
      if (this.#age[index]! >= this.#life[index]!) {
        this.#life[index] = 0;
        continue;
      }
      const keep = Math.exp(-this.#drag[index]! * seconds);
      this.#vx[index]! *= keep;
      this.#vy[index]! *= keep;
      this.#x[index]! += this.#vx[index]! * seconds;
      this.#y[index]! += this.#vy[index]! * seconds;
      this.#angle[index]! += this.#spin[index]! * seconds;
    }
  }

  draw(brush: Brush): void {
    for (let index = 0; index < PARTICLES_MAX; index += 1) {
      if (this.#life[index] === 0) continue;
      const share = this.#age[index]! / this.#life[index]!;
      // Sizes ease out, light fades evenly.
      const eased = 1 - (1 - share) * (1 - share);
      const size = this.#size[index]! + (this.#sizeEnd[index]! - this.#size[index]!) * eased;
      const alpha = this.#alpha[index]! * (1 - share);
      const angle = this.#angle[index]!;
      const colour = this.#isSolid[index] === 1 ? paint(this.#colour[index]!, alpha) : light(this.#colour[index]!, alpha);
      brush.sprite(this.#cell[index]!, this.#x[index]!, this.#y[index]!, size * this.#stretch[index]!, size, Math.cos(angle), Math.sin(angle), colour);
    }
  }
}
