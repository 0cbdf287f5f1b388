/** Everything on top of the arena, composed: one screen at a time, the HUD under it, keys where they belong. */

import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/hud.css";
import "../styles/screens.css";

import type { CoreEvent, Mode } from "../netcode/core-event";
import type { NetStats } from "../netcode/net-stats";
import { isFrame } from "../netcode/frame-layout";
import { element } from "./element";
import { Hud } from "./hud/hud";
import type { ThumbView } from "./hud/touch-controls";
import { Players } from "./players";
import { Menu } from "./screens/menu";
import { PauseDialog } from "./screens/pause-dialog";
import { Results } from "./screens/results";
import { SettingsDialog } from "./screens/settings-dialog";
import { Status, type Trouble } from "./screens/status";
import { loadSettings, saveSettings, type Settings } from "./settings";

export interface PlayOptions {
  readonly mode: Mode;
  readonly colour: number;
}

export interface UiCallbacks {
  onPlay(name: string, options: PlayOptions): void;
  /** Back to the menu, from play or from a failed connection. */
  onLeave(): void;
  onChat(text: string): void;
  /** Also called once from the constructor, with what the browser remembered. */
  onSettings(settings: Settings): void;
}

/** What fills the page. `play` shows the arena with the HUD; phases and results follow from the core's events. */
export type Screen =
  | { readonly kind: "menu" }
  | { readonly kind: "loading"; readonly text: string }
  | { readonly kind: "play" }
  | { readonly kind: "reconnecting"; readonly attempt: number; readonly retry_in_ms: number }
  | ({ readonly kind: "error" } & Trouble);

export class Ui {
  /** The renderer's host; pointer events of play land here. */
  readonly stage = element("div", { class: "stage" });
  readonly #callbacks: UiCallbacks;
  readonly #players = new Players();
  readonly #menu: Menu;
  readonly #hud: Hud;
  readonly #results: Results;
  readonly #status: Status;
  readonly #pause: PauseDialog;
  readonly #settingsDialog: SettingsDialog;
  #settings = loadSettings();
  #screen: Screen["kind"] = "loading";
  #lastPlay: { readonly name: string; readonly options: PlayOptions } | null = null;
  #updatedAt_ms = 0;

  constructor(root: HTMLElement, callbacks: UiCallbacks) {
    this.#callbacks = callbacks;
    this.#menu = new Menu(this.#settings, {
      onPlay: (name, options) => {
        this.#play(name, options);
      },
      onSettings: () => {
        this.#settingsDialog.open();
      },
      onChosen: (choice) => {
        this.#change(choice);
      },
    });
    this.#hud = new Hud(this.#players, {
      onChat: (text) => {
        callbacks.onChat(text);
      },
      onMenu: () => {
        this.#pause.open();
      },
    });
    const leave = (): void => {
      callbacks.onLeave();
    };
    this.#results = new Results(this.#players, leave);
    this.#status = new Status((action) => {
      this.#act(action);
    });
    this.#settingsDialog = new SettingsDialog(() => this.#settings, (change) => {
      this.#change(change);
    });
    this.#pause = new PauseDialog({
      onSettings: () => {
        this.#settingsDialog.open();
      },
      onScores: () => {
        this.#hud.scoreboard.show(true);
      },
      onLeave: leave,
    });
    root.replaceChildren(this.stage, this.#hud.root, this.#menu.root, this.#results.root, this.#status.root, this.#settingsDialog.root, this.#pause.root);
    this.#menu.root.hidden = true;
    window.addEventListener("keydown", (event) => {
      this.#handleKey(event);
    });
    window.addEventListener("keyup", (event) => {
      if (event.code === "Tab") this.#hud.scoreboard.show(false);
    });
    // A board that is held open would stay open in a window that lost its keys.
    window.addEventListener("blur", () => {
      this.#hud.scoreboard.show(false);
    });
    this.#applySettings();
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** True while typing or in a dialog: keys then belong to the page, not to the ship. */
  get hasKeys(): boolean {
    return this.#screen !== "play" || this.#hud.chat.isOpen || this.#isDialogOpen || this.#results.isOpen;
  }

  show(screen: Screen): void {
    const isPlay = screen.kind === "play" || screen.kind === "reconnecting";
    if (screen.kind === "menu" || screen.kind === "error") this.#leavePlay();
    this.#screen = screen.kind;
    this.#hud.root.hidden = !isPlay;
    this.stage.classList.toggle("is-idle", !isPlay);
    this.#menu.root.hidden = screen.kind !== "menu";
    this.#status.hide();
    switch (screen.kind) {
      case "menu":
        this.#menu.focus();
        break;
      case "loading":
        this.#status.loading(screen.text, this.#callbacks.onLeave.bind(this.#callbacks));
        break;
      case "play":
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        break;
      case "reconnecting":
        this.#status.comingBack(screen.attempt, screen.retry_in_ms, this.#callbacks.onLeave.bind(this.#callbacks));
        break;
      case "error":
        this.#status.trouble(screen);
        break;
    }
  }

  handle(event: CoreEvent): void {
    this.#players.handle(event);
    this.#hud.handle(event);
    this.#results.handle(event);
  }

  /** Once per drawn frame; touches the page only where something changed. */
  update(frame: Float32Array, stats: NetStats): void {
    if (!isFrame(frame)) return;
    const now_ms = performance.now();
    this.#results.update(frame, Math.min(now_ms - this.#updatedAt_ms, 100));
    this.#updatedAt_ms = now_ms;
    this.#hud.update(frame, stats, now_ms);
  }

  /** The sticks under the thumbs, null while a thumb is up. Buttons carry `data-touch-button="dash"` and `"rail"`. */
  setThumbs(left: ThumbView | null, right: ThumbView | null): void {
    this.#hud.touch.setThumbs(left, right);
  }

  get #isDialogOpen(): boolean {
    return this.#settingsDialog.root.open || this.#pause.root.open;
  }

  #play(name: string, options: PlayOptions): void {
    this.#lastPlay = { name, options };
    this.#callbacks.onPlay(name, options);
  }

  #leavePlay(): void {
    this.#hud.clear();
    this.#results.hide();
    this.#pause.root.close();
    this.#players.forget();
  }

  #act(action: Trouble["action"]): void {
    if (action === "reload") window.location.reload();
    else if (action === "retry" && this.#lastPlay !== null) this.#callbacks.onPlay(this.#lastPlay.name, this.#lastPlay.options);
    else if (action === "retry") window.location.reload();
    else this.#callbacks.onLeave();
  }

  #change(change: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...change };
    saveSettings(this.#settings);
    this.#applySettings();
  }

  #applySettings(): void {
    document.documentElement.classList.toggle("is-motion-reduced", this.#settings.isMotionReduced);
    this.#callbacks.onSettings(this.#settings);
  }

  #handleKey(event: KeyboardEvent): void {
    if (event.code === "F3") {
      event.preventDefault();
      this.#hud.netGraph.toggle();
      return;
    }
    if (event.code === "Escape") this.#goBack(event);
    if (isTyping(event.target)) return;
    if (event.code === "KeyM" && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#change({ isMuted: !this.#settings.isMuted });
      if (this.#screen === "play") this.#hud.chat.notice(this.#settings.isMuted ? "Sound off" : "Sound on");
    }
    if (this.#screen !== "play" || this.#isDialogOpen) return;
    if (event.code === "Tab" && !this.#results.isOpen) {
      event.preventDefault();
      this.#hud.scoreboard.show(true);
    } else if (event.code === "Enter" && !this.#results.isOpen && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      this.#hud.chat.open();
    }
  }

  /** Escape always means back: out of chat, board, results; from play to the pause dialog; from waiting to the menu. */
  #goBack(event: KeyboardEvent): void {
    if (this.#isDialogOpen || this.#screen === "menu") return;
    event.preventDefault();
    if (this.#screen === "play") {
      if (this.#hud.chat.isOpen) this.#hud.chat.close();
      else if (this.#hud.scoreboard.isOpen) this.#hud.scoreboard.show(false);
      else if (this.#results.isOpen) this.#results.hide();
      else this.#pause.open();
    } else this.#callbacks.onLeave();
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement ? target.type === "text" : target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
