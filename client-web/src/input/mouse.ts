// The mouse aims from the own ship at the cursor; the left button fires, the right one is the rail shot.

import type { Reading } from "./reading";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Pointer extends Event {
  readonly pointerType: string;
  readonly clientX: number;
  readonly clientY: number;
  readonly buttons: number;
}

const LEFT = 1;
const RIGHT = 2;
/** A mouse that lies still this long leaves the aim to whoever else aims. */
const STILL_MS = 3_000;

export class Mouse {
  readonly #now: () => number;
  #cursor: Point | undefined;
  #movedAtMs = 0;
  #buttons = 0;

  /** Presses count on the stage only, releases everywhere. */
  constructor(stage: EventTarget, everywhere: EventTarget, now: () => number, signal: AbortSignal) {
    this.#now = now;
    const listen = (target: EventTarget, type: string, act: (event: Pointer) => void): void => {
      target.addEventListener(type, (event) => {
        if ((event as Pointer).pointerType !== "touch") act(event as Pointer);
      }, { signal });
    };
    listen(everywhere, "pointermove", (event) => {
      this.#move(event);
      // A second button pressed or released while one is held comes as a move.
      if (this.#buttons !== 0) this.#buttons = event.buttons;
    });
    listen(stage, "pointerdown", (event) => {
      this.#move(event);
      this.#buttons = event.buttons;
    });
    listen(everywhere, "pointerup", (event) => {
      this.#buttons = event.buttons;
    });
    listen(everywhere, "pointercancel", () => {
      this.#buttons = 0;
    });
    listen(everywhere, "blur", () => {
      this.#buttons = 0;
    });
    listen(stage, "contextmenu", (event) => {
      event.preventDefault();
    });
  }

  /** `ship` is where the own ship is, in the window's pixels. */
  read(ship: Point): Reading {
    const cursor = this.#cursor;
    const isAiming = cursor !== undefined && (this.#buttons !== 0 || this.#now() - this.#movedAtMs < STILL_MS);
    return {
      moveX: 0,
      moveY: 0,
      aim: isAiming ? Math.atan2(cursor.y - ship.y, cursor.x - ship.x) : undefined,
      aimedAtMs: this.#movedAtMs,
      fire: (this.#buttons & LEFT) !== 0,
      rail: (this.#buttons & RIGHT) !== 0,
      dash: false,
    };
  }

  #move(event: Pointer): void {
    this.#cursor = { x: event.clientX, y: event.clientY };
    this.#movedAtMs = this.#now();
  }
}
