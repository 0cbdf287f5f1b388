// What is on the picture, as plain objects: for scripts and tests that drive the page, never for drawing.

import { effectKind, effectOffset, header, isFrame, shipFlag, shipOffset, ship as shipField, EFFECT_FLOATS } from "./netcode/frame-layout";

export interface SceneShip {
  readonly slot: number;
  readonly x: number;
  readonly y: number;
  readonly aim: number;
  /** 0 to 1. */
  readonly hull: number;
  readonly shield: number;
  readonly team: number;
}

/** `window.slipstream.scene()`: the newest drawn frame, in metres, x right and y down. */
export interface SceneView {
  /** Frames drawn since the page was opened. */
  readonly frames: number;
  readonly phase: number;
  readonly is_alive: boolean;
  readonly own: SceneShip | null;
  readonly others: readonly SceneShip[];
  readonly bolts: number;
  /** Counted since the page was opened. */
  readonly hits_given: number;
  readonly hits_taken: number;
  readonly shots_seen: number;
}

export class Scene {
  #frame = new Float32Array(0);
  #length = 0;
  #frames = 0;
  #hitsGiven = 0;
  #hitsTaken = 0;
  #shotsSeen = 0;

  /** Keeps a copy: the frame itself is gone with the next call into the core. */
  take(frame: Float32Array): void {
    if (!isFrame(frame)) return;
    if (this.#frame.length < frame.length) this.#frame = new Float32Array(frame.length * 2);
    this.#frame.set(frame);
    this.#length = frame.length;
    this.#frames += 1;
    const count = frame[header.effectCount]!;
    for (let at = effectOffset(frame, 0), index = 0; index < count; index += 1, at += EFFECT_FLOATS) {
      const kind = frame[at];
      if (kind === effectKind.ownHitConfirmed) this.#hitsGiven += 1;
      if (kind === effectKind.ownDamaged) this.#hitsTaken += 1;
      if (kind === effectKind.boltFired || kind === effectKind.railLine) this.#shotsSeen += 1;
    }
  }

  view(): SceneView {
    const frame = this.#frame.subarray(0, this.#length);
    const ships = isFrame(frame) ? Array.from({ length: frame[header.shipCount]! }, (_, index) => shipAt(frame, index)) : [];
    return {
      frames: this.#frames,
      phase: frame[header.phase] ?? 0,
      is_alive: frame[header.ownIsAlive] === 1,
      own: ships.find(({ isOwn }) => isOwn)?.ship ?? null,
      others: ships.filter(({ isOwn }) => !isOwn).map(({ ship }) => ship),
      bolts: frame[header.boltCount] ?? 0,
      hits_given: this.#hitsGiven,
      hits_taken: this.#hitsTaken,
      shots_seen: this.#shotsSeen,
    };
  }
}

function shipAt(frame: Float32Array, index: number): { readonly isOwn: boolean; readonly ship: SceneShip } {
  const at = shipOffset(index);
  const field = (offset: number): number => frame[at + offset]!;
  return {
    isOwn: (field(shipField.flags) & shipFlag.own) !== 0,
    ship: {
      slot: field(shipField.slot),
      x: field(shipField.x),
      y: field(shipField.y),
      aim: field(shipField.aim),
      hull: field(shipField.hull),
      shield: field(shipField.shield),
      team: field(shipField.team),
    },
  };
}
