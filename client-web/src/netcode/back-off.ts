// How long to wait before the next attempt: exponential with full jitter, so that a herd spreads out, and never too often.

const FIRST_MS_MAX = 250;
const DELAY_MS_MAX = 10_000;
/** However the dice fall, no minute holds more attempts than this. */
export const ATTEMPTS_PER_MINUTE_MAX = 20;
const MINUTE_MS = 60_000;

export class BackOff {
  readonly #random: () => number;
  readonly #attemptedAt: number[] = [];
  #failures = 0;

  /** `random` gives numbers in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Counts a failure and says when to try again; `retryAfterMs` is the server's wish and is never undercut. */
  next(nowMs: number, retryAfterMs = 0): number {
    const ceiling = Math.min(DELAY_MS_MAX, FIRST_MS_MAX * 2 ** this.#failures);
    this.#failures += 1;
    return Math.max(retryAfterMs + this.#random() * ceiling, this.#delayForRate(nowMs));
  }

  /** Every attempt is noted here, also the ones that an `online` event hurried. */
  note(nowMs: number): void {
    this.#attemptedAt.push(nowMs);
    if (this.#attemptedAt.length > ATTEMPTS_PER_MINUTE_MAX) this.#attemptedAt.shift();
  }

  /** May an attempt be made at once, when something suggests that it would succeed? */
  mayHurry(nowMs: number): boolean {
    return this.#delayForRate(nowMs) === 0;
  }

  /** The link has proved itself. The rate limit stays: a link that flaps must not hammer. */
  reset(): void {
    this.#failures = 0;
  }

  #delayForRate(nowMs: number): number {
    const oldest = this.#attemptedAt[0];
    if (oldest === undefined || this.#attemptedAt.length < ATTEMPTS_PER_MINUTE_MAX) return 0;
    return Math.max(0, oldest + MINUTE_MS - nowMs);
  }
}
