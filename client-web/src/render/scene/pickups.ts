/** Pickups on their pads: a cross, two arrows, a bolt of lightning; only the pad while they are away. */

import type { LevelEvent, PickupKind } from "../../netcode/core-event";
import { easeShare } from "../camera";
import { isPickupReady } from "../../netcode/frame-layout";
import { light, paint, PICKUP_COLOURS } from "../palette";
import type { Atlas } from "../surface/atlas";
import type { Brush } from "../surface/surface";

interface Pad {
  readonly index: number;
  readonly kind: PickupKind;
  readonly x: number;
  readonly y: number;
  /** 0 away, 1 there; eased. */
  presence: number;
}

export class Pickups {
  readonly #cells: Atlas["cells"];
  #pads: Pad[] = [];

  constructor(atlas: Atlas) {
    this.#cells = atlas.cells;
  }

  setLevel(level: LevelEvent): void {
    this.#pads = level.pickups.map(({ index, kind, x, y }) => ({ index, kind, x, y, presence: 0 }));
  }

  /** The colour of the pad nearest to a place: what was taken there. */
  colourAt(x: number, y: number): number {
    let nearest: Pad | undefined;
    let least = Infinity;
    for (const pad of this.#pads) {
      const distance = Math.hypot(pad.x - x, pad.y - y);
      if (distance < least) {
        least = distance;
        nearest = pad;
      }
    }
    return nearest ? PICKUP_COLOURS[nearest.kind] : PICKUP_COLOURS.repair;
  }

  draw(brush: Brush, frame: Float32Array, dt_ms: number): void {
    const ease = easeShare(dt_ms, 90);
    for (const pad of this.#pads) {
      pad.presence += ((isPickupReady(frame, pad.index) ? 1 : 0) - pad.presence) * ease;
      const colour = PICKUP_COLOURS[pad.kind];
      brush.sprite(this.#cells.pad, pad.x, pad.y, 1.75, 1.75, 1, 0, light(colour, 0.22 + 0.45 * pad.presence));
      if (pad.presence < 0.02) continue;
      brush.sprite(this.#cells.halo, pad.x, pad.y, 3.4, 3.4, 1, 0, light(colour, 0.6 * pad.presence));
      const size = 1.3 * (0.6 + 0.4 * pad.presence);
      brush.sprite(this.#cells[pad.kind], pad.x, pad.y, size, size, 1, 0, paint(colour, pad.presence));
    }
  }
}
