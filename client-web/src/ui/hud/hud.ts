/** Everything round the arena while playing; nothing in its middle. */

import type { CoreEvent } from "../../netcode/core-event";
import type { NetStats } from "../../netcode/net-stats";
import { element } from "../element";
import { icon } from "../icon";
import type { Players } from "../players";
import { Chat } from "./chat";
import { ConnectionLine } from "./connection-line";
import { KillFeed } from "./kill-feed";
import { Minimap } from "./minimap";
import { NetGraph } from "./net-graph";
import { PhaseBanner } from "./phase-banner";
import { Scoreboard } from "./scoreboard";
import { ScoreLine } from "./score-line";
import { TouchControls } from "./touch-controls";
import { Vitals } from "./vitals";

export interface HudCallbacks {
  onChat(text: string): void;
  onMenu(): void;
}

export class Hud {
  readonly root: HTMLElement;
  readonly chat: Chat;
  readonly netGraph = new NetGraph();
  readonly scoreboard: Scoreboard;
  readonly touch = new TouchControls();
  readonly banner = new PhaseBanner();
  readonly #players: Players;
  readonly #vitals = new Vitals();
  readonly #scoreLine: ScoreLine;
  readonly #killFeed: KillFeed;
  readonly #minimap = new Minimap();
  readonly #connection: ConnectionLine;

  constructor(players: Players, callbacks: HudCallbacks) {
    this.#players = players;
    this.chat = new Chat(players, (text) => {
      callbacks.onChat(text);
    });
    this.scoreboard = new Scoreboard(players);
    this.#scoreLine = new ScoreLine(players, () => {
      this.scoreboard.show(!this.scoreboard.isOpen);
    });
    this.#killFeed = new KillFeed(players);
    this.#connection = new ConnectionLine(() => {
      this.netGraph.toggle();
    });
    const menuButton = element("button", { class: "round hud-menu", type: "button", "aria-label": "Menu", title: "Menu (Escape)", on: { click: () => { callbacks.onMenu(); } } }, icon("menu"));
    this.root = element(
      "div", { class: "hud", hidden: true },
      this.touch.root, menuButton, this.#scoreLine.root, this.#killFeed.root, this.#minimap.root, this.#vitals.root,
      this.chat.root, this.#connection.root, this.netGraph.root, this.banner.root, this.banner.respawn, this.scoreboard.root,
    );
  }

  handle(event: CoreEvent): void {
    switch (event.type) {
      case "level":
        this.#minimap.setLevel(event);
        this.scoreboard.setTitle(event.name);
        break;
      case "kill":
        this.#killFeed.add(event);
        if (event.victim === this.#players.ownSlot) this.banner.tellKiller(event);
        break;
      case "scores":
      case "roster":
      case "away":
        this.scoreboard.refresh();
        break;
      case "phase":
        this.banner.announce(event);
        break;
      case "chat":
        this.chat.say(event.from, event.name, event.text);
        break;
      case "notice":
        this.chat.notice(event.text);
        break;
      default:
        break;
    }
  }

  clear(): void {
    this.#killFeed.clear();
    this.chat.close();
    this.chat.clear();
    this.banner.clear();
    this.scoreboard.show(false);
    this.touch.setThumbs(null, null);
  }

  update(frame: Float32Array, stats: NetStats, now_ms: number): void {
    this.#vitals.update(frame, now_ms);
    this.#scoreLine.update(frame);
    this.#minimap.update(frame, now_ms);
    this.#connection.update(stats, now_ms);
    this.netGraph.update(stats, now_ms);
    this.banner.update(frame);
    this.touch.update(frame);
  }
}
