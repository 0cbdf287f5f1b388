// Moves bytes between the core and whichever link is up. It looks into none of them.

import { LANE, type Lane, type Link } from "../transport/link";
import type { Outgoing } from "./core";

/** The part of the core that bytes pass through. */
export interface PumpedCore {
  linkOpened(nowMs: number, datagramBytesMax: number): void;
  linkLost(nowMs: number): void;
  receive(nowMs: number, lane: Lane, bytes: Uint8Array): number;
  pollSend(): Outgoing | undefined;
}

/** What went over all links so far. */
export interface Traffic {
  readonly bytesDown: number;
  readonly bytesUp: number;
  readonly datagramsDown: number;
  readonly datagramsUp: number;
}

/** The core never has this much to say at once; more would be a loop without end. */
const SENDS_PER_DRAIN_MAX = 4096;

export class Pump {
  readonly #core: PumpedCore;
  readonly #now: () => number;
  #refused: (closeCode: number) => void = () => undefined;
  readonly #traffic = { bytesDown: 0, bytesUp: 0, datagramsDown: 0, datagramsUp: 0 };
  #link: Link | undefined;
  #heardAtMs = 0;

  constructor(core: PumpedCore, now: () => number) {
    this.#core = core;
    this.#now = now;
  }

  get traffic(): Traffic {
    return this.#traffic;
  }

  /** When the peer was last heard; the opening of a link counts. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /** Gives the link to the core. `refused` is called with a close code when the core cannot go on with what arrived. */
  attach(link: Link, refused: (closeCode: number) => void): void {
    this.detach();
    this.#link = link;
    this.#refused = refused;
    this.#heardAtMs = this.#now();
    this.#core.linkOpened(this.#heardAtMs, link.caps.datagramBytesMax);
    link.onReceive((lane, bytes) => {
      if (this.#link !== link) return;
      this.#take(lane, bytes);
    });
    this.drain();
  }

  detach(): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    this.#core.linkLost(this.#now());
    link.close();
  }

  /** Sends what the core has ready; without a link the core keeps it. */
  drain(): void {
    const link = this.#link;
    if (link === undefined) return;
    for (let sent = 0; sent < SENDS_PER_DRAIN_MAX; sent += 1) {
      const next = this.#core.pollSend();
      if (next === undefined) return;
      this.#traffic.bytesUp += next.bytes.length;
      if (next.lane === LANE.unreliable) this.#traffic.datagramsUp += 1;
      link.send(next.lane, next.bytes);
    }
  }

  /** The core said that it cannot go on with this link; 0 is no such word. */
  heed(closeCode: number): void {
    if (closeCode !== 0 && this.#link !== undefined) this.#refused(closeCode);
  }

  #take(lane: Lane, bytes: Uint8Array): void {
    this.#heardAtMs = this.#now();
    this.#traffic.bytesDown += bytes.length;
    if (lane === LANE.unreliable) this.#traffic.datagramsDown += 1;
    const closeCode = this.#core.receive(this.#heardAtMs, lane, bytes);
    this.drain();
    this.heed(closeCode);
  }
}
