// Keys: WASD or the arrows move, Space fires, E or Q is the rail shot, Shift dashes. Physical keys, so that every layout has them in one place.

import type { Reading } from "./reading";

type Action = "left" | "right" | "up" | "down" | "fire" | "rail" | "dash";

const ACTIONS: Readonly<Record<string, Action>> = {
  KeyA: "left",
  ArrowLeft: "left",
  KeyD: "right",
  ArrowRight: "right",
  KeyW: "up",
  ArrowUp: "up",
  KeyS: "down",
  ArrowDown: "down",
  Space: "fire",
  KeyE: "rail",
  KeyQ: "rail",
  ShiftLeft: "dash",
  ShiftRight: "dash",
};

/** The part of a keyboard event that counts here. */
interface Key extends Event {
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export class Keyboard {
  readonly #held = new Set<string>();
  readonly #isOurs: () => boolean;

  /** `isOurs` says whether keys steer the ship now, or belong to the page. */
  constructor(target: EventTarget, isOurs: () => boolean, signal: AbortSignal) {
    this.#isOurs = isOurs;
    target.addEventListener("keydown", (event) => {
      this.#press(event as Key);
    }, { signal });
    target.addEventListener("keyup", (event) => {
      this.#held.delete((event as Key).code);
    }, { signal });
    // A key released in another window is never heard of again.
    target.addEventListener("blur", () => {
      this.#held.clear();
    }, { signal });
  }

  read(): Reading {
    if (!this.#isOurs()) this.#held.clear();
    const held = new Set(Array.from(this.#held, (code) => ACTIONS[code]));
    const axis = (less: Action, more: Action): number => Number(held.has(more)) - Number(held.has(less));
    return {
      moveX: axis("left", "right"),
      moveY: axis("up", "down"),
      aim: undefined,
      aimedAtMs: 0,
      fire: held.has("fire"),
      rail: held.has("rail"),
      dash: held.has("dash"),
    };
  }

  #press(event: Key): void {
    // Ctrl+W and its like are the browser's.
    if (!(event.code in ACTIONS) || event.ctrlKey || event.metaKey || event.altKey || !this.#isOurs()) return;
    this.#held.add(event.code);
    // Space and the arrows would scroll or press the button that has the focus.
    event.preventDefault();
  }
}
