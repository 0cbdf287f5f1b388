// The first gamepad: left stick moves, right stick aims, right trigger fires, left trigger or right bumper is the rail shot, A or left bumper dashes.

import { AT_REST, type Reading } from "./reading";

/** Sticks never rest exactly in the middle. */
const DEAD = 0.18;
const TRIGGER = 0.35;

const BUTTON = { a: 0, leftBumper: 4, rightBumper: 5, leftTrigger: 6, rightTrigger: 7 } as const;

/** The part of a gamepad that counts here. */
export interface Pad {
  readonly connected: boolean;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly value: number }[];
}

export class PadReader {
  readonly #pads: () => readonly (Pad | null)[];
  readonly #now: () => number;
  #aim: number | undefined;
  #aimedAtMs = 0;

  constructor(pads: () => readonly (Pad | null)[], now: () => number) {
    this.#pads = pads;
    this.#now = now;
  }

  read(): Reading {
    const pad = this.#pads().find((candidate) => candidate?.connected === true);
    if (pad === undefined || pad === null) return AT_REST;
    const move = stick(pad.axes[0] ?? 0, pad.axes[1] ?? 0);
    const look = stick(pad.axes[2] ?? 0, pad.axes[3] ?? 0);
    if (look.x !== 0 || look.y !== 0) {
      this.#aim = Math.atan2(look.y, look.x);
      this.#aimedAtMs = this.#now();
    }
    const isHeld = (index: number): boolean => (pad.buttons[index]?.value ?? 0) > TRIGGER;
    return {
      moveX: move.x,
      moveY: move.y,
      aim: this.#aim,
      aimedAtMs: this.#aimedAtMs,
      fire: isHeld(BUTTON.rightTrigger),
      rail: isHeld(BUTTON.leftTrigger) || isHeld(BUTTON.rightBumper),
      dash: isHeld(BUTTON.a) || isHeld(BUTTON.leftBumper),
    };
  }
}

/** Rests in the dead zone and grows from 0 at its edge. */
function stick(x: number, y: number): { readonly x: number; readonly y: number } {
  const length = Math.hypot(x, y);
  if (length <= DEAD) return { x: 0, y: 0 };
  const strength = Math.min(1, (length - DEAD) / (1 - DEAD));
  return { x: (x / length) * strength, y: (y / length) * strength };
}
