import { expect, it } from "vitest";

import type { ScoreLine } from "../../netcode/core-event";
import { praise, type Deeds } from "./results-best";

const line = (slot: number, kills: number, assists = 0, deaths = 0): ScoreLine => ({ slot, score: kills, kills, assists, deaths, ping_ms: 0, name: "", team: "solo", colour: 0, is_bot: false });
const NONE: Deeds = { railKills: 0, bestStreak: 0, wakeSeconds: 0, topSpeed_mps: 0 };

it("most kills comes first, and a tie is not most", () => {
  const own = line(0, 9, 0, 2);
  expect(praise(own, [own, line(1, 4)], NONE)[0]?.title).toBe("Most kills");
  expect(praise(own, [own, line(1, 9)], NONE)[0]?.title).toBe("Ahead");
});

it("says at most three things", () => {
  const own = line(0, 9, 8, 0);
  expect(praise(own, [own, line(1, 1)], { railKills: 5, bestStreak: 9, wakeSeconds: 60, topSpeed_mps: 40 })).toHaveLength(3);
});

it("somebody who shot nobody down is not told so", () => {
  const own = line(0, 0, 0, 12);
  expect(praise(own, [own, line(1, 30)], NONE)).toEqual([{ title: "Took part", note: "The next one is yours" }]);
});
