/** Score and clock at the top centre. A tap opens the score board. */

import { header, phaseNumber } from "../../netcode/frame-layout";
import { element, LiveFlag, LiveText } from "../element";
import { clock, ordinal } from "../format";
import { icon } from "../icon";
import type { Players } from "../players";

const LAST_SECONDS = 10;

export class ScoreLine {
  readonly root: HTMLElement;
  readonly #players: Players;
  readonly #left: LiveText;
  readonly #right: LiveText;
  readonly #leftNote: LiveText;
  readonly #rightNote: LiveText;
  readonly #clock: LiveText;
  readonly #phase: LiveText;
  readonly #isTeam: LiveFlag;
  readonly #isUrgent: LiveFlag;

  constructor(players: Players, onTap: () => void) {
    this.#players = players;
    const text = (className: string): HTMLElement => element("span", { class: className });
    const parts = { left: text("score"), leftNote: text("score-note"), right: text("score"), rightNote: text("score-note"), clock: text("clock"), phase: text("phase-word") };
    this.root = element(
      "button", { class: "score-line", type: "button", "aria-label": "Score board", on: { click: onTap } },
      element("span", { class: "score-side score-side-left" }, icon("circle", "icon team-mark"), element("span", { class: "score-pair" }, parts.left, parts.leftNote)),
      element("span", { class: "score-middle" }, parts.clock, parts.phase),
      element("span", { class: "score-side score-side-right" }, element("span", { class: "score-pair" }, parts.right, parts.rightNote), icon("fork", "icon team-mark")),
    );
    this.#left = new LiveText(parts.left);
    this.#leftNote = new LiveText(parts.leftNote);
    this.#right = new LiveText(parts.right);
    this.#rightNote = new LiveText(parts.rightNote);
    this.#clock = new LiveText(parts.clock);
    this.#phase = new LiveText(parts.phase);
    this.#isTeam = new LiveFlag(this.root, "is-team");
    this.#isUrgent = new LiveFlag(this.root, "is-urgent");
  }

  update(frame: Float32Array): void {
    const phase = frame[header.phase];
    const secondsLeft = frame[header.phaseSecondsLeft]!;
    this.#clock.set(clock(secondsLeft));
    this.#phase.set(phase === phaseNumber.warmUp ? "Warm-up" : phase === phaseNumber.ended ? "Next match" : "");
    this.#isUrgent.set(phase === phaseNumber.live && secondsLeft <= LAST_SECONDS);
    this.#isTeam.set(this.#players.isTeamMatch);
    if (this.#players.isTeamMatch) {
      this.#left.set(String(frame[header.scoreBlue]!));
      this.#right.set(String(frame[header.scoreOrange]!));
      this.#leftNote.set("Blue");
      this.#rightNote.set("Orange");
    } else this.#showDuel(frame[header.ownSlot]!);
  }

  /** The own score against the best of the others. */
  #showDuel(ownSlot: number): void {
    const { lines } = this.#players;
    const own = lines.find((line) => line.slot === ownSlot);
    const rival = lines.find((line) => line.slot !== ownSlot);
    const rank = this.#players.rank(ownSlot);
    this.#left.set(String(own?.score ?? 0));
    this.#leftNote.set(rank > 0 ? `You, ${ordinal(rank)}` : "You");
    this.#right.set(rival ? String(rival.score) : "–");
    this.#rightNote.set(rival?.name ?? "Nobody else");
  }
}
