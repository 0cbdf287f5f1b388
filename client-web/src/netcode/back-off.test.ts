import { expect, test } from "vitest";
import { ATTEMPTS_PER_MINUTE_MAX, BackOff } from "./back-off";

test("every delay lies between nothing and a ceiling that doubles up to ten seconds", () => {
  for (const dice of [0, 0.25, 0.999]) {
    const backOff = new BackOff(() => dice);
    const ceilings = [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000];
    expect(ceilings.map(() => backOff.next(0))).toEqual(ceilings.map((ceiling) => dice * ceiling));
  }
});

test("the server's wish is never undercut", () => {
  expect(new BackOff(() => 0).next(0, 5000)).toBe(5000);
  expect(new BackOff(() => 0.5).next(0, 5000)).toBe(5125);
});

test("after a proven link it begins anew", () => {
  const backOff = new BackOff(() => 1);
  backOff.next(0);
  backOff.next(0);
  backOff.reset();
  expect(backOff.next(0)).toBe(250);
});

test("however the dice fall, a minute holds a bounded number of attempts", () => {
  for (const dice of [0, 0.001, 0.5]) {
    for (const doesReset of [false, true]) {
      const backOff = new BackOff(() => dice);
      const attempts: number[] = [];
      for (let nowMs = 0; nowMs < 10 * 60_000; ) {
        backOff.note(nowMs);
        attempts.push(nowMs);
        if (doesReset) backOff.reset();
        nowMs += Math.max(1, backOff.next(nowMs));
      }
      for (const from of attempts) {
        const inMinute = attempts.filter((at) => at >= from && at < from + 60_000).length;
        expect(inMinute).toBeLessThanOrEqual(ATTEMPTS_PER_MINUTE_MAX);
      }
    }
  }
});

test("hurrying is allowed only within the rate", () => {
  const backOff = new BackOff(() => 0);
  for (let index = 0; index < ATTEMPTS_PER_MINUTE_MAX; index += 1) {
    expect(backOff.mayHurry(1000)).toBe(true);
    backOff.note(1000);
  }
  expect(backOff.mayHurry(2000)).toBe(false);
  expect(backOff.mayHurry(61_000)).toBe(true);
});
