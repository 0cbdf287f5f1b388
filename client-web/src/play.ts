// One stay in a match: wires core, link and session to picture, sound and input, and ends with its signal.

import type { Audio } from "./audio/audio";
import { buttonBits, type Input } from "./input/input";
import { startFrameLoop } from "./loop/start-frame-loop";
import { startTicker } from "./loop/start-ticker";
import { Core, type PlayerMessage } from "./netcode/core";
import type { CoreEvent } from "./netcode/core-event";
import { JoinDesk, type JoinRequest, type LinkTargets } from "./netcode/join-desk";
import type { NetStats } from "./netcode/net-stats";
import { NetworkWatch } from "./netcode/network-watch";
import { Pump } from "./netcode/pump";
import { Session } from "./netcode/session";
import type { SessionState } from "./netcode/session-state";
import { Stats } from "./netcode/stats";
import type { Renderer } from "./render/renderer";
import type { Scene } from "./scene";
import { type TransportKind, TRANSPORTS } from "./transport/link";
import { type Candidate, race } from "./transport/race";
import { openWebTransport } from "./transport/webtransport";
import type { Ui } from "./ui/ui";

/** A network that swallows UDP lets an attempt hang for tens of seconds. */
const OPEN_TIMEOUT_MS = 5_000;

export interface PlayParts {
  readonly ui: Ui;
  readonly renderer: Renderer;
  readonly audio: Audio;
  readonly input: Input;
  readonly scene: Scene;
  /** Only this one, when the address asks for it. */
  readonly transport: TransportKind | undefined;
  readonly onState: (state: SessionState) => void;
  /** Something of ours broke: the play is over. */
  readonly onBroken: (error: unknown) => void;
}

export class Play {
  readonly #parts: PlayParts;
  readonly #core: Core;
  readonly #pump: Pump;
  readonly #session: Session;
  readonly #stats: Stats;
  readonly #ended = new AbortController();
  readonly #shipOnScreen = { x: 0, y: 0 };

  private constructor(core: Core, request: JoinRequest, parts: PlayParts) {
    const now = (): number => performance.now();
    this.#core = core;
    this.#parts = parts;
    this.#pump = new Pump(core, now);
    this.#stats = new Stats((nowMs) => core.stats(nowMs));
    this.#session = new Session(request, {
      pump: this.#pump,
      desk: new JoinDesk((input, init) => fetch(input, init)),
      openLink: (targets, query, signal) => race(candidates(targets, query, parts.transport), signal),
      network: new NetworkWatch(this.#ended.signal),
      now,
      random: Math.random,
      sleep,
      forgetSeat: () => {
        core.restart();
      },
      onState: (state) => {
        this.#stats.setTransport(state.kind === "playing" ? state.transport : "");
        parts.onState(state);
      },
      onLinksTried: (tried) => {
        this.#stats.addTried(tried);
      },
    });
  }

  static async start(request: JoinRequest, parts: PlayParts): Promise<Play> {
    const play = new Play(await Core.create(), request, parts);
    play.#begin();
    return play;
  }

  get stats(): NetStats {
    return this.#stats.at(performance.now());
  }

  chat(text: string): void {
    this.#guarded(() => {
      this.#say({ type: "chat", text });
    });
  }

  /** Leaves the match: the seat is free at once. */
  end(): void {
    this.#guarded(() => {
      this.#core.leave();
      this.#pump.drain();
    });
    this.#ended.abort();
  }

  #begin(): void {
    const { signal } = this.#ended;
    document.addEventListener("visibilitychange", () => {
      this.#guarded(() => {
        this.#tellHidden();
      });
    }, { signal });
    // A page that is closed leaves; one that is only hidden stays.
    window.addEventListener("pagehide", () => {
      this.end();
    }, { signal });
    this.#session.run(signal).catch((error: unknown) => {
      this.#break(error);
    });
    startTicker(() => {
      this.#guarded(() => {
        this.#step(performance.now());
      });
    }, signal);
    startFrameLoop((nowMs, dtMs) => {
      this.#guarded(() => {
        this.#draw(nowMs, dtMs);
      });
    }, signal);
  }

  /** Brings the core up to now. The worker's timer and every frame call it; the core decides what is due. */
  #step(nowMs: number): void {
    const controls = this.#parts.input.read(this.#shipOnScreen);
    this.#core.setInput(controls.moveX, controls.moveY, controls.aim, buttonBits(controls));
    this.#core.advance(nowMs);
    this.#pump.drain();
    for (let event = this.#core.pollEvent(); event !== undefined; event = this.#core.pollEvent()) this.#handle(event);
  }

  #draw(nowMs: number, dtMs: number): void {
    const { ui, renderer, audio, input, scene } = this.#parts;
    this.#step(nowMs);
    const stats = this.#stats.at(nowMs);
    const frame = this.#core.render(nowMs);
    scene.take(frame);
    renderer.draw(frame, nowMs, dtMs);
    audio.update(frame);
    ui.update(frame, stats);
    ui.setThumbs(input.touch.left ?? null, input.touch.right ?? null);
    const corner = ui.stage.getBoundingClientRect();
    this.#shipOnScreen.x = corner.left + renderer.ownOnScreen.x;
    this.#shipOnScreen.y = corner.top + renderer.ownOnScreen.y;
  }

  #handle(event: CoreEvent): void {
    const { ui, renderer, audio } = this.#parts;
    if (event.type === "level") renderer.setLevel(event);
    if (event.type === "roster") renderer.setRoster(event.players);
    if (event.type === "welcome" && document.hidden) this.#tellHidden();
    this.#session.handle(event);
    ui.handle(event);
    audio.handle(event);
  }

  #tellHidden(): void {
    this.#say({ type: "hidden", is_hidden: document.hidden });
  }

  #say(message: PlayerMessage): void {
    this.#pump.heed(this.#core.send(message));
    this.#pump.drain();
  }

  #guarded(act: () => void): void {
    if (this.#ended.signal.aborted) return;
    try {
      act();
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#parts.onBroken(error);
  }
}

function candidates(targets: LinkTargets, query: string, only: TransportKind | undefined): readonly Candidate[] {
  const { webtransport } = targets;
  if (webtransport === undefined) return [];
  const all: readonly Candidate[] = [
    {
      transport: "webtransport",
      startAfterMs: 0,
      timeoutMs: OPEN_TIMEOUT_MS,
      open: (signal) => openWebTransport(webtransport, query, signal),
    },
  ];
  const wanted: readonly TransportKind[] = only === undefined ? TRANSPORTS : [only];
  return all.filter(({ transport }) => wanted.includes(transport));
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
