// Two thumbs: the left half of the screen moves, the right half aims and fires; buttons marked `data-touch-button` dash and shoot the rail.

import type { Reading } from "./reading";

/** A thumb on the glass, in the window's pixels. */
export interface Thumb {
  readonly origin_x: number;
  readonly origin_y: number;
  readonly x: number;
  readonly y: number;
}

interface Held extends Thumb {
  readonly pointerId: number;
}

interface Pointer extends Event {
  readonly pointerType: string;
  readonly pointerId: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** This far from where it went down, a thumb has pushed its stick all the way. */
const REACH_PX = 56;
/** Nearer than this a thumb rests. */
const DEAD_PX = 10;

type Button = "dash" | "rail";

export class Touch {
  readonly #now: () => number;
  readonly #width: () => number;
  readonly #buttons = new Map<number, Button>();
  #left: Held | undefined;
  #right: Held | undefined;
  #aim: number | undefined;
  #aimedAtMs = 0;

  /** `width` is that of the window: its middle divides the thumbs. */
  constructor(stage: EventTarget, everywhere: EventTarget, width: () => number, now: () => number, signal: AbortSignal) {
    this.#now = now;
    this.#width = width;
    const listen = (target: EventTarget, type: string, act: (event: Pointer) => void): void => {
      target.addEventListener(type, (event) => {
        if ((event as Pointer).pointerType === "touch") act(event as Pointer);
      }, { signal });
    };
    listen(stage, "pointerdown", (event) => {
      this.#down(event);
    });
    listen(everywhere, "pointerdown", (event) => {
      const button = touchButton(event.target);
      if (button !== undefined) this.#buttons.set(event.pointerId, button);
    });
    listen(everywhere, "pointermove", (event) => {
      this.#move(event);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      listen(everywhere, end, (event) => {
        this.#up(event.pointerId);
      });
    }
  }

  get left(): Thumb | undefined {
    return this.#left;
  }

  get right(): Thumb | undefined {
    return this.#right;
  }

  read(): Reading {
    const move = push(this.#left);
    const isAiming = isPushed(this.#right);
    if (isAiming && this.#right !== undefined) {
      this.#aim = Math.atan2(this.#right.y - this.#right.origin_y, this.#right.x - this.#right.origin_x);
      this.#aimedAtMs = this.#now();
    }
    const pressed = new Set(this.#buttons.values());
    return {
      moveX: move.x,
      moveY: move.y,
      aim: this.#aim,
      aimedAtMs: this.#aimedAtMs,
      fire: isAiming,
      rail: pressed.has("rail"),
      dash: pressed.has("dash"),
    };
  }

  #down(event: Pointer): void {
    if (touchButton(event.target) !== undefined) return;
    const { pointerId, clientX: x, clientY: y } = event;
    const thumb: Held = { pointerId, origin_x: x, origin_y: y, x, y };
    if (x < this.#width() / 2) this.#left ??= thumb;
    else this.#right ??= thumb;
  }

  #move({ pointerId, clientX: x, clientY: y }: Pointer): void {
    if (this.#left?.pointerId === pointerId) this.#left = { ...this.#left, x, y };
    if (this.#right?.pointerId === pointerId) this.#right = { ...this.#right, x, y };
  }

  #up(pointerId: number): void {
    this.#buttons.delete(pointerId);
    if (this.#left?.pointerId === pointerId) this.#left = undefined;
    if (this.#right?.pointerId === pointerId) {
      this.#right = undefined;
      // With the thumb off the glass the ship looks where it flies.
      this.#aim = undefined;
    }
  }
}

function push(thumb: Thumb | undefined): { readonly x: number; readonly y: number } {
  if (thumb === undefined || !isPushed(thumb)) return { x: 0, y: 0 };
  const x = thumb.x - thumb.origin_x;
  const y = thumb.y - thumb.origin_y;
  const length = Math.hypot(x, y);
  const strength = Math.min(1, (length - DEAD_PX) / (REACH_PX - DEAD_PX));
  return { x: (x / length) * strength, y: (y / length) * strength };
}

function isPushed(thumb: Thumb | undefined): boolean {
  return thumb !== undefined && Math.hypot(thumb.x - thumb.origin_x, thumb.y - thumb.origin_y) > DEAD_PX;
}

function touchButton(target: EventTarget | null): Button | undefined {
  const marked = typeof Element !== "undefined" && target instanceof Element ? target.closest("[data-touch-button]") : null;
  const name = marked?.getAttribute("data-touch-button");
  return name === "dash" || name === "rail" ? name : undefined;
}
