// The page as a whole: menu, play, trouble, and the doors for scripts. What is shown always follows from where the session stands.

import { Audio } from "./audio/audio";
import type { Config } from "./config";
import { Input } from "./input/input";
import type { Controls } from "./input/reading";
import type { Mode } from "./netcode/core-event";
import type { NetStats } from "./netcode/net-stats";
import type { SessionState } from "./netcode/session-state";
import { Stats } from "./netcode/stats";
import { Play } from "./play";
import { Renderer } from "./render/renderer";
import { Scene, type SceneView } from "./scene";
import type { Screen } from "./ui/ui";
import { Ui } from "./ui/ui";

/**
 * `window.slipstream`, for automation and for the curious.
 *
 * - `stats()`: the net graph's figures (see `NetStats` for each one's meaning and unit).
 * - `setInput({ moveX, moveY, aim, fire, rail, dash })` flies the own ship: thrust -1 to 1 per axis (y is down), aim in radians
 *   (0 is right, a quarter turn down), buttons held while true; what is left out is at rest. `setInput(null)` gives the controls back.
 * - `scene()`: who is where on the newest picture.
 */
export interface SlipstreamDoors {
  stats(): NetStats;
  setInput(controls: Partial<Controls> | null): void;
  scene(): SceneView;
}

declare global {
  interface Window {
    slipstream?: SlipstreamDoors;
  }
}

const NAMELESS = "Pilot";

export class App {
  readonly #config: Config;
  readonly #ui: Ui;
  readonly #audio = new Audio();
  readonly #scene = new Scene();
  readonly #input: Input;
  #renderer: Renderer | undefined;
  #play: Play | undefined;
  /** Counts plays, so that one that is still starting knows when it is not wanted any more. */
  #plays = 0;
  #isSteering = false;

  private constructor(root: HTMLElement, config: Config) {
    this.#config = config;
    this.#ui = new Ui(root, {
      onPlay: (name, { mode, colour }) => void this.#startPlay(name, mode, colour),
      onLeave: () => {
        this.#leave();
      },
      onChat: (text) => {
        this.#play?.chat(text);
      },
      onSettings: (settings) => {
        this.#renderer?.applySettings(settings);
        this.#audio.applySettings(settings);
      },
    });
    const forever = new AbortController().signal;
    this.#input = new Input({
      stage: this.#ui.stage,
      isOurs: () => this.#isSteering && !this.#ui.hasKeys,
      now: () => performance.now(),
      signal: forever,
    });
    for (const gesture of ["pointerdown", "keydown"]) {
      window.addEventListener(gesture, () => {
        this.#audio.unlock();
      });
    }
  }

  static async start(root: HTMLElement, config: Config): Promise<App> {
    const app = new App(root, config);
    window.slipstream = {
      stats: () => app.#play?.stats ?? Stats.none,
      setInput: (controls) => {
        app.#input.setScript(controls ?? undefined);
      },
      scene: () => app.#scene.view(),
    };
    await app.#open();
    return app;
  }

  async #open(): Promise<void> {
    const { stage, settings } = this.#ui;
    if (typeof WebTransport === "undefined") {
      this.#ui.show({
        kind: "error",
        title: "This browser cannot play yet",
        text: "Slipstream needs WebTransport: a current Chrome, Edge or Firefox, and this page over https or on localhost.",
        action: "reload",
      });
      return;
    }
    this.#renderer = await Renderer.create(stage, settings);
    this.#renderer.applySettings(this.#ui.settings);
    const renderer = this.#renderer;
    new ResizeObserver(() => {
      renderer.resize();
    }).observe(stage);
    const { isPlayWanted, name, mode, colour } = this.#config;
    if (!isPlayWanted) {
      this.#ui.show({ kind: "menu" });
      return;
    }
    await this.#startPlay(name ?? this.#ui.settings.name, mode, colour ?? this.#ui.settings.colour);
  }

  async #startPlay(name: string, mode: Mode | undefined, colour: number): Promise<void> {
    this.#endPlay();
    const renderer = this.#renderer;
    if (renderer === undefined) return;
    const mine = (this.#plays += 1);
    const isWanted = (): boolean => this.#plays === mine;
    this.#ui.show({ kind: "loading", text: "Finding a match…" });
    try {
      const request = { name: name.trim() || NAMELESS, mode, colour, matchId: this.#config.matchId };
      const play = await Play.start(request, {
        ui: this.#ui,
        renderer,
        audio: this.#audio,
        input: this.#input,
        scene: this.#scene,
        transport: this.#config.transport,
        onState: (state) => {
          if (isWanted()) this.#show(state);
        },
        onBroken: (error) => {
          if (isWanted()) this.#broken(error);
        },
      });
      if (isWanted()) this.#play = play;
      else play.end();
    } catch (error) {
      if (isWanted()) this.#broken(error);
    }
  }

  #show(state: SessionState): void {
    this.#isSteering = state.kind === "playing";
    const screen = screenOf(state, performance.now());
    if (screen !== undefined) this.#ui.show(screen);
    if (state.kind === "ended") this.#endPlay();
  }

  #leave(): void {
    this.#endPlay();
    this.#ui.show({ kind: "menu" });
  }

  #endPlay(): void {
    this.#plays += 1;
    this.#isSteering = false;
    this.#play?.end();
    this.#play = undefined;
  }

  #broken(error: unknown): void {
    console.error("The play broke off:", error);
    this.#endPlay();
    this.#ui.show({
      kind: "error",
      title: "Something broke on this page",
      text: "This is our fault. Reload the page to play on.",
      action: "reload",
    });
  }
}

function screenOf(state: SessionState, nowMs: number): Screen | undefined {
  switch (state.kind) {
    case "idle":
      return undefined;
    case "joining":
      return { kind: "loading", text: state.attempt === 1 ? "Finding a match…" : `Finding a match… (attempt ${state.attempt})` };
    case "playing":
      return { kind: "play" };
    case "coming-back": {
      const retryInMs = state.retryAtMs === undefined ? 0 : Math.max(0, state.retryAtMs - nowMs);
      return { kind: "reconnecting", attempt: state.attempt, retry_in_ms: Math.round(retryInMs) };
    }
    case "ended":
      return { kind: "error", ...state.problem };
  }
}
