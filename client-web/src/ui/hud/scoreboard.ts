/** The score board, while Tab is held or after a tap on the score: everybody, best first, in teams where there are teams. */

import type { ScoreLine, Team } from "../../netcode/core-event";
import { element } from "../element";
import { icon } from "../icon";
import { textColour, type Players } from "../players";

const ROWS_MAX = 32;

export class Scoreboard {
  readonly root: HTMLElement;
  readonly #players: Players;
  readonly #body = element("div", { class: "board-body" });
  readonly #title = element("h2", { class: "board-title" });

  constructor(players: Players) {
    this.#players = players;
    this.root = element("section", { class: "board panel", "aria-label": "Score board", hidden: true }, this.#title, this.#body);
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  show(isShown: boolean): void {
    if (this.root.hidden === !isShown) return;
    this.root.hidden = !isShown;
    if (isShown) this.refresh();
  }

  setTitle(title: string): void {
    this.#title.textContent = title;
  }

  /** Call when the scores changed; does nothing while hidden. */
  refresh(): void {
    if (this.root.hidden) return;
    this.#body.replaceChildren(...scoreTables(this.#players));
  }
}

/** One table, or one for each team. */
export function scoreTables(players: Players, rowsMax = ROWS_MAX): HTMLElement[] {
  const { lines } = players;
  if (!players.isTeamMatch) return [scoreTable(players, lines, rowsMax, null)];
  return (["blue", "orange"] as const).map((team) => scoreTable(players, lines.filter((line) => line.team === team), rowsMax, team));
}

function scoreTable(players: Players, lines: readonly ScoreLine[], rowsMax: number, team: Team | null): HTMLElement {
  const heading = (text: string, title: string, className = "number"): HTMLElement => element("th", { text, title, class: className, scope: "col" });
  const name = team === null ? "Pilot" : team === "blue" ? "Blue" : "Orange";
  const first = element("th", { scope: "col", class: team === null ? "" : `team-${team}` }, team === null ? null : icon(team === "blue" ? "circle" : "fork"), name);
  const shown = lines.slice(0, rowsMax);
  const own = lines.find((line) => line.slot === players.ownSlot);
  if (own && !shown.includes(own)) shown.push(own);
  return element(
    "table", { class: "scores" },
    element("thead", {}, element("tr", {}, heading("", "Rank", "rank"), first, heading("Score", "Score"), heading("Kills", "Kills"), heading("Assists", "Assists", "number wide"), heading("Deaths", "Deaths"), heading("Ping", "Milliseconds", "number wide"))),
    element("tbody", {}, ...shown.map((line) => scoreRow(players, line, lines.indexOf(line) + 1))),
  );
}

function scoreRow(players: Players, line: ScoreLine, place: number): HTMLElement {
  const isOwn = line.slot === players.ownSlot;
  const name = element("td", { class: "pilot" }, element("span", { text: line.name }));
  name.style.color = textColour(line);
  if (isOwn) name.append(element("span", { class: "tag", text: "you" }));
  else if (line.is_bot) name.append(element("span", { class: "tag", text: "bot" }));
  if (players.isAway(line.slot)) name.append(element("span", { class: "tag", text: "away" }));
  const number = (value: number | string, className = "number"): HTMLElement => element("td", { class: className, text: String(value) });
  return element(
    "tr", { class: isOwn ? "is-own" : "" },
    number(place, "rank"), name, number(line.score), number(line.kills), number(line.assists, "number wide"), number(line.deaths), number(line.is_bot ? "–" : line.ping_ms, "number wide"),
  );
}
