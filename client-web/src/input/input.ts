// All sources of input, merged; a script may take the controls over through `window.slipstream.setInput`.

import { Keyboard } from "./keyboard";
import { mergeReadings } from "./merge-readings";
import { Mouse } from "./mouse";
import { PadReader } from "./pad-reader";
import type { Controls } from "./reading";
import { Touch } from "./touch";

export interface InputOptions {
  readonly stage: HTMLElement;
  /** Whether keys steer the ship now. */
  readonly isOurs: () => boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Button bits as the core knows them. */
const BUTTON = { fire: 1, rail: 2, dash: 4 } as const;

export class Input {
  readonly #keyboard: Keyboard;
  readonly #mouse: Mouse;
  readonly #pad: PadReader;
  readonly #isOurs: () => boolean;
  readonly touch: Touch;
  #lastAim = 0;
  #script: Partial<Controls> | undefined;

  constructor({ stage, isOurs, now, signal }: InputOptions) {
    this.#isOurs = isOurs;
    this.#keyboard = new Keyboard(window, isOurs, signal);
    this.#mouse = new Mouse(stage, window, now, signal);
    this.#pad = new PadReader(() => navigator.getGamepads(), now);
    this.touch = new Touch(stage, window, () => window.innerWidth, now, signal);
  }

  /** Takes the controls over, or gives them back with undefined. */
  setScript(script: Partial<Controls> | undefined): void {
    this.#script = script;
  }

  /** What the ship should do now; `ship` is where it is in the window. */
  read(ship: { readonly x: number; readonly y: number }): Controls {
    const pad = this.#isOurs() ? [this.#pad.read()] : [];
    const merged = mergeReadings([this.#keyboard.read(), this.#mouse.read(ship), this.touch.read(), ...pad], this.#lastAim);
    const controls = this.#script === undefined ? merged : { ...HANDS_OFF, aim: this.#lastAim, ...this.#script };
    this.#lastAim = controls.aim;
    return controls;
  }
}

const HANDS_OFF = { moveX: 0, moveY: 0, fire: false, rail: false, dash: false } as const;

export function buttonBits({ fire, rail, dash }: Controls): number {
  return (fire ? BUTTON.fire : 0) | (rail ? BUTTON.rail : 0) | (dash ? BUTTON.dash : 0);
}
