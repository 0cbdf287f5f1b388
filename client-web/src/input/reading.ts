// What one source of input says now, and what all of them together say to the ship.

export interface Controls {
  /** Thrust, x right and y down, never longer than 1. */
  readonly moveX: number;
  readonly moveY: number;
  /** Radians, 0 to the right, a quarter turn is down. */
  readonly aim: number;
  readonly fire: boolean;
  readonly rail: boolean;
  readonly dash: boolean;
}

/** One source's share. */
export interface Reading {
  readonly moveX: number;
  readonly moveY: number;
  /** Undefined while this source aims at nothing. */
  readonly aim: number | undefined;
  /** When this source last said where to aim: the latest one aims. */
  readonly aimedAtMs: number;
  readonly fire: boolean;
  readonly rail: boolean;
  readonly dash: boolean;
}

export const AT_REST: Reading = { moveX: 0, moveY: 0, aim: undefined, aimedAtMs: 0, fire: false, rail: false, dash: false };
