import { expect, it } from "vitest";

import type { ScoreLine } from "../netcode/core-event";
import { Players, sortedLines } from "./players";

const line = (slot: number, score: number, kills = 0, deaths = 0): ScoreLine => ({ slot, score, kills, deaths, assists: 0, ping_ms: 0, name: `P${slot}`, team: "solo", colour: 0, is_bot: false });

it("the board is sorted by score, then kills, then fewer deaths", () => {
  expect(sortedLines([line(0, 3, 1), line(1, 5), line(2, 3, 2, 4), line(3, 3, 2, 1)]).map(({ slot }) => slot)).toEqual([1, 3, 2, 0]);
});

it("equal scores share a rank, and who is not on the board has none", () => {
  const players = new Players();
  players.handle({ type: "scores", lines: [line(0, 5), line(1, 9), line(2, 5)], blue: 0, orange: 0 });
  expect([0, 1, 2, 7].map((slot) => players.rank(slot))).toEqual([2, 1, 2, 0]);
});
