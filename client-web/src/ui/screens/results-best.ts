/** What a player did best in a match: said in a sentence, never a reproach. */

import type { ScoreLine } from "../../netcode/core-event";
import { count } from "../format";

/** What the page counts by itself while the match runs. */
export interface Deeds {
  readonly railKills: number;
  readonly bestStreak: number;
  readonly wakeSeconds: number;
  readonly topSpeed_mps: number;
}

export interface Praise {
  readonly title: string;
  readonly note: string;
}

const PRAISES_MAX = 3;

/** The best first; at least one. */
export function praise(own: ScoreLine, lines: readonly ScoreLine[], deeds: Deeds): Praise[] {
  const isMost = (read: (line: ScoreLine) => number): boolean => read(own) > 0 && lines.every((line) => line.slot === own.slot || read(line) < read(own));
  const found: Praise[] = [];
  const add = (isTrue: boolean, title: string, note: string): void => {
    if (isTrue) found.push({ title, note });
  };
  add(isMost((line) => line.kills), "Most kills", count(own.kills, "ship shot down", "ships shot down"));
  add(isMost((line) => line.assists), "Best wing", count(own.assists, "assist", "assists"));
  add(own.kills >= 3 && own.deaths === 0, "Untouched", `${own.kills} kills without a loss`);
  add(deeds.bestStreak >= 3, "On a run", `${deeds.bestStreak} kills in a row`);
  add(deeds.railKills >= 2, "Sharp eye", `${deeds.railKills} rail kills`);
  add(deeds.wakeSeconds >= 15, "Slipstreamer", `${Math.round(deeds.wakeSeconds)} s in their wakes`);
  add(own.kills > own.deaths && own.deaths > 0, "Ahead", `${own.kills} kills, ${count(own.deaths, "loss", "losses")}`);
  add(own.assists >= 3, "Good company", `${own.assists} assists`);
  add(deeds.topSpeed_mps >= 30, "Quick", `${Math.round(deeds.topSpeed_mps)} m/s at best`);
  if (found.length === 0) add(true, own.kills > 0 ? "In the fight" : "Took part", own.kills > 0 ? count(own.kills, "ship shot down", "ships shot down") : "The next one is yours");
  return found.slice(0, PRAISES_MAX);
}
