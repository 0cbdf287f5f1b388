/** Who shot whom, at the top right; the newest on top, each for a few seconds. */

import type { KillEvent } from "../../netcode/core-event";
import { element } from "../element";
import { icon } from "../icon";
import type { Players } from "../players";

const LINES_MAX = 5;
const LINE_MS = 6000;
const LEAVING_MS = 200;

export class KillFeed {
  readonly root = element("ol", { class: "kill-feed", "aria-label": "What happened", "aria-live": "off" });
  readonly #players: Players;

  constructor(players: Players) {
    this.#players = players;
  }

  add(kill: KillEvent): void {
    const weapon = element("span", { class: "kill-weapon", title: kill.weapon === "rail" ? "Rail" : "Bolts" }, icon(kill.weapon));
    // Other people's assists would only be noise.
    const assist = kill.is_own && kill.assist !== null && kill.assist_name !== null ? element("span", { class: "kill-assist", text: `+ ${kill.assist_name}` }) : null;
    const killer = kill.killer === null ? element("span", { class: "kill-name", text: "The arena" }) : this.#name(kill.killer, kill.killer_name ?? "Somebody");
    const line = element("li", { class: kill.is_own ? "kill is-own" : "kill" }, killer, assist, weapon, this.#name(kill.victim, kill.victim_name));
    this.root.prepend(line);
    while (this.root.children.length > LINES_MAX) this.root.lastElementChild?.remove();
    setTimeout(() => {
      line.classList.add("is-leaving");
      setTimeout(() => {
        line.remove();
      }, LEAVING_MS);
    }, LINE_MS);
  }

  clear(): void {
    this.root.replaceChildren();
  }

  #name(slot: number, name: string): HTMLElement {
    const label = element("span", { class: "kill-name", text: slot === this.#players.ownSlot ? "You" : name });
    label.style.color = this.#players.textColour(slot);
    return label;
  }
}
