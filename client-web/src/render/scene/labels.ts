/** Names above ships, drawn from one font picture; a label belongs to a seat while its ship is seen. */

import { BitmapText, Container } from "pixi.js";

import type { PlayerProfile } from "../../netcode/core-event";
import type { Camera } from "../camera";
import { header, ship, shipFlag, shipOffset, teamNumber } from "../../netcode/frame-layout";
import { mixColour, shipColour, WHITE } from "../palette";

const ABOVE_M = 2.1;
const LABELS_MAX = 64;

interface Label {
  readonly text: BitmapText;
  slot: number;
  isSeen: boolean;
}

export class Labels {
  readonly container = new Container();
  readonly #names = new Map<number, string>();
  readonly #bySlot = new Map<number, Label>();
  readonly #labels: Label[] = [];

  constructor() {
    this.container.eventMode = "none";
  }

  setRoster(players: readonly PlayerProfile[]): void {
    this.#names.clear();
    for (const player of players) this.#names.set(player.slot, player.name);
    for (const label of this.#labels) {
      if (label.slot >= 0) label.text.text = this.#names.get(label.slot) ?? "";
    }
  }

  hide(): void {
    this.container.visible = false;
  }

  draw(frame: Float32Array, camera: Camera, width: number, height: number): void {
    this.container.visible = true;
    for (const label of this.#labels) label.isSeen = false;
    const count = frame[header.shipCount]!;
    for (let index = 0; index < count; index += 1) {
      const at = shipOffset(index);
      if ((frame[at + ship.flags]! & shipFlag.own) !== 0) continue;
      const x = (frame[at + ship.x]! - camera.x) * camera.scale + width / 2;
      const y = (frame[at + ship.y]! - ABOVE_M - camera.y) * camera.scale + height / 2;
      if (x < -60 || x > width + 60 || y < -20 || y > height + 20) continue;
      const label = this.#labelOf(frame[at + ship.slot]!);
      if (!label) continue;
      label.isSeen = true;
      label.text.position.set(Math.round(x), Math.round(y));
      label.text.alpha = frame[at + ship.opacity]! * ((frame[at + ship.flags]! & shipFlag.away) !== 0 ? 0.4 : 0.86);
      const team = frame[at + ship.team]!;
      label.text.tint = mixColour(shipColour(team, frame[at + ship.colour]!), WHITE, team === teamNumber.solo ? 0.6 : 0.35);
    }
    for (const label of this.#labels) {
      label.text.visible = label.isSeen;
      if (!label.isSeen && label.slot >= 0) {
        this.#bySlot.delete(label.slot);
        label.slot = -1;
      }
    }
  }

  #labelOf(slot: number): Label | null {
    const known = this.#bySlot.get(slot);
    if (known) return known;
    let free = this.#labels.find((label) => label.slot < 0);
    if (!free) {
      if (this.#labels.length >= LABELS_MAX) return null;
      free = this.#make();
    }
    free.slot = slot;
    free.text.text = this.#names.get(slot) ?? "";
    this.#bySlot.set(slot, free);
    return free;
  }

  #make(): Label {
    const text = new BitmapText({ text: "", style: { fontFamily: ["Inter Variable", "Inter", "system-ui", "sans-serif"], fontSize: 12.5, fontWeight: "500", fill: WHITE } });
    text.anchor.set(0.5, 1);
    this.container.addChild(text);
    const label = { text, slot: -1, isSeen: false };
    this.#labels.push(label);
    return label;
  }
}
