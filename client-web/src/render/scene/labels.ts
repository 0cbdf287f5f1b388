/** Names above ships. */

import type { PlayerProfile } from "../../netcode/core-event";
import { header, ship, shipFlag, shipOffset, teamNumber } from "../../netcode/frame-layout";
import type { Camera } from "../camera";
import { mixColour, shipColour, WHITE } from "../palette";
import type { LabelBrush } from "../surface/surface";

const ABOVE_M = 2.1;
/** A name belongs to a ship whose place is at most this far beyond the picture's edge. */
const MARGIN_PX = 60;

export class Labels {
  readonly #names = new Map<number, string>();

  setRoster(players: readonly PlayerProfile[]): void {
    this.#names.clear();
    for (const player of players) this.#names.set(player.slot, player.name);
  }

  draw(brush: LabelBrush, frame: Float32Array, camera: Camera, width: number, height: number): void {
    const count = frame[header.shipCount]!;
    for (let index = 0; index < count; index += 1) {
      const at = shipOffset(index);
      const flags = frame[at + ship.flags]!;
      if ((flags & shipFlag.own) !== 0) continue;
      const x = (frame[at + ship.x]! - camera.x) * camera.scale + width / 2;
      const y = (frame[at + ship.y]! - ABOVE_M - camera.y) * camera.scale + height / 2;
      if (x < -MARGIN_PX || x > width + MARGIN_PX || y < -MARGIN_PX || y > height + MARGIN_PX) continue;
      const slot = frame[at + ship.slot]!;
      const name = this.#names.get(slot);
      if (name === undefined) continue;
      const team = frame[at + ship.team]!;
      const colour = mixColour(shipColour(team, frame[at + ship.colour]!), WHITE, team === teamNumber.solo ? 0.6 : 0.35);
      brush.label(slot, name, Math.round(x), Math.round(y), colour, frame[at + ship.opacity]! * ((flags & shipFlag.away) !== 0 ? 0.4 : 0.86));
    }
  }
}
