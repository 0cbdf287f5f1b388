/** Who plays: names and colours by seat, and the newest score board, sorted. */

import type { CoreEvent, PlayerProfile, ScoreLine } from "../netcode/core-event";
import { cssColour, mixColour, playerColour, WHITE } from "../render/palette";

export class Players {
  /** Best first. */
  lines: readonly ScoreLine[] = [];
  ownSlot = -1;
  isTeamMatch = false;
  readonly #profiles = new Map<number, PlayerProfile>();
  readonly #away = new Set<number>();

  handle(event: CoreEvent): void {
    switch (event.type) {
      case "welcome":
        this.ownSlot = event.slot;
        break;
      case "level":
        this.isTeamMatch = event.mode === "teams";
        break;
      case "roster":
        this.#profiles.clear();
        this.#away.clear();
        for (const player of event.players) this.#profiles.set(player.slot, player);
        for (const slot of event.away) this.#away.add(slot);
        break;
      case "away":
        if (event.is_away) this.#away.add(event.slot);
        else this.#away.delete(event.slot);
        break;
      case "scores":
      case "results":
        this.lines = sortedLines(event.lines);
        break;
      default:
        break;
    }
  }

  forget(): void {
    this.lines = [];
    this.#profiles.clear();
    this.#away.clear();
  }

  isAway(slot: number): boolean {
    return this.#away.has(slot);
  }

  profile(slot: number): PlayerProfile | undefined {
    return this.#profiles.get(slot);
  }

  /** Light enough to read on a panel. */
  textColour(slot: number): string {
    const profile = this.#profiles.get(slot);
    return profile ? textColour(profile) : "inherit";
  }

  /** 1 for the best, 0 while nothing is known. Equal scores share a rank. */
  rank(slot: number): number {
    const line = this.lines.find((other) => other.slot === slot);
    return line ? 1 + this.lines.filter((other) => other.score > line.score).length : 0;
  }
}

export function textColour(player: Pick<PlayerProfile, "team" | "colour">): string {
  return cssColour(mixColour(playerColour(player.team, player.colour), WHITE, 0.25));
}

export function sortedLines(lines: readonly ScoreLine[]): ScoreLine[] {
  return [...lines].sort((a, b) => b.score - a.score || b.kills - a.kills || a.deaths - b.deaths || a.slot - b.slot);
}
