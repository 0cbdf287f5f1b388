/** After the match: how it ended, what the player did best, the board, and the next match. */

import type { CoreEvent, ResultsEvent } from "../../netcode/core-event";
import { header, phaseNumber } from "../../netcode/frame-layout";
import { element, LiveText } from "../element";
import { clock, ordinal } from "../format";
import { scoreTables } from "../hud/scoreboard";
import type { Players } from "../players";
import { praise } from "./results-best";

const ROWS = 8;

export class Results {
  readonly root: HTMLElement;
  readonly #players: Players;
  readonly #title = element("h2", { class: "results-title" });
  readonly #subtitle = element("p", { class: "quiet" });
  readonly #praises = element("ul", { class: "praises" });
  readonly #tables = element("div", { class: "board-body" });
  readonly #again: HTMLButtonElement;
  readonly #next: LiveText;
  #deeds = { railKills: 0, bestStreak: 0, wakeSeconds: 0, topSpeed_mps: 0 };
  #streak = 0;

  constructor(players: Players, onLeave: () => void) {
    this.#players = players;
    const next = element("p", { class: "results-next quiet" });
    this.#next = new LiveText(next);
    this.#again = element("button", { class: "button is-primary is-large", type: "button", text: "Play again", on: { click: () => { this.hide(); } } });
    this.root = element(
      "section", { class: "screen results", "aria-label": "Results", hidden: true },
      element(
        "div", { class: "results-card panel" }, this.#title, this.#subtitle, this.#praises, this.#tables,
        element("div", { class: "dialog-actions" }, next, element("button", { class: "button", type: "button", text: "Leave", on: { click: onLeave } }), this.#again),
      ),
    );
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  hide(): void {
    this.root.hidden = true;
  }

  handle(event: CoreEvent): void {
    if (event.type === "results") this.#show(event);
    if (event.type === "phase" && event.phase !== "ended") this.hide();
    if (event.type === "phase" && event.phase === "live") this.#forgetDeeds();
    if (event.type !== "kill") return;
    if (event.victim === this.#players.ownSlot) this.#streak = 0;
    else if (event.killer === this.#players.ownSlot) {
      this.#streak += 1;
      this.#deeds.bestStreak = Math.max(this.#deeds.bestStreak, this.#streak);
      if (event.weapon === "rail") this.#deeds.railKills += 1;
    }
  }

  update(frame: Float32Array, dt_ms: number): void {
    if (frame[header.phase] === phaseNumber.live && frame[header.ownIsAlive] === 1) {
      if (frame[header.isInWake] === 1) this.#deeds.wakeSeconds += dt_ms / 1000;
      this.#deeds.topSpeed_mps = Math.max(this.#deeds.topSpeed_mps, frame[header.speedMps]!);
    }
    if (this.isOpen) this.#next.set(`Next match in ${clock(frame[header.phaseSecondsLeft]!)}`);
  }

  #show(event: ResultsEvent): void {
    const { lines, ownSlot, isTeamMatch } = this.#players;
    const own = lines.find((line) => line.slot === ownSlot);
    const best = lines[0];
    if (isTeamMatch) {
      const winner = event.winning_team;
      this.#title.textContent = winner === null || winner === "solo" ? "A draw" : winner === own?.team ? "Your team won" : `${winner === "blue" ? "Blue" : "Orange"} won`;
    } else this.#title.textContent = event.winner === ownSlot ? "You won" : best ? `${best.name} won` : "The match is over";
    const rank = this.#players.rank(ownSlot);
    this.#subtitle.textContent = rank > 0 && own ? `You came ${ordinal(rank)} of ${lines.length} with ${own.score} points.` : "";
    const praises = own ? praise(own, lines, this.#deeds) : [];
    this.#praises.replaceChildren(...praises.map(({ title, note }) => element("li", {}, element("strong", { text: title }), element("span", { text: note }))));
    this.#tables.replaceChildren(...scoreTables(this.#players, isTeamMatch ? ROWS / 2 : ROWS));
    this.root.hidden = false;
    this.#again.focus({ preventScroll: true });
  }

  #forgetDeeds(): void {
    this.#deeds = { railKills: 0, bestStreak: 0, wakeSeconds: 0, topSpeed_mps: 0 };
    this.#streak = 0;
  }
}
