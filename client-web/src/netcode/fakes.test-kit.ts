// Stand-ins for the core, the link, the server and the clock, for the tests of this folder.

import type { Lane, Link, LinkEnd, Receive } from "../transport/link";
import type { RaceResult } from "../transport/race";
import type { CoreEvent } from "./core-event";
import type { Outgoing } from "./core";
import type { Answer, Grant, LinkTargets } from "./join-desk";
import { Pump, type PumpedCore } from "./pump";
import { Session } from "./session";
import type { SessionState } from "./session-state";

export class FakeCore implements PumpedCore {
  readonly calls: string[] = [];
  readonly received: { lane: Lane; bytes: Uint8Array }[] = [];
  readonly outgoing: Outgoing[] = [];
  verdict = 0;

  linkOpened(): void {
    this.calls.push("opened");
  }

  linkLost(): void {
    this.calls.push("lost");
  }

  receive(_nowMs: number, lane: Lane, bytes: Uint8Array): number {
    this.received.push({ lane, bytes });
    return this.verdict;
  }

  pollSend(): Outgoing | undefined {
    return this.outgoing.shift();
  }
}

export class FakeLink implements Link {
  readonly transport = "webtransport";
  readonly caps = { datagramBytesMax: 1000 };
  readonly closed: Promise<LinkEnd>;
  readonly sent: { lane: Lane; bytes: Uint8Array }[] = [];
  isClosed = false;
  #receive: Receive | undefined;
  #end: (end: LinkEnd) => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  send(lane: Lane, bytes: Uint8Array): void {
    this.sent.push({ lane, bytes });
  }

  onReceive(receive: Receive): void {
    this.#receive = receive;
  }

  close(): void {
    this.isClosed = true;
    this.#end({ kind: "closed-here" });
  }

  arrive(lane: Lane, bytes: Uint8Array): void {
    this.#receive?.(lane, bytes);
  }

  breakDown(): void {
    this.#end({ kind: "failed", reason: "cut" });
  }
}

/** Time that passes only when everybody waits, and a server that does as it is told. */
export class FakeWorld {
  nowMs = 0;
  dice = 0.5;
  isReachable = true;
  doesOpen = true;
  doesWelcome = true;
  isOnline = true;
  readonly links: FakeLink[] = [];
  readonly queries: string[] = [];
  readonly openedAtMs: number[] = [];
  readonly states: SessionState[] = [];
  readonly core = new FakeCore();
  readonly pump = new Pump(this.core, () => this.nowMs);
  joinAnswer: Answer<Grant> = { kind: "granted", value: { matchId: "m", ticket: "t", targets: { webtransport: undefined } } };
  readonly session: Session;
  readonly #hints = new Set<() => void>();
  readonly #timers: { atMs: number; wake: () => void }[] = [];
  #welcomes = 0;

  constructor() {
    this.session = new Session(
      { name: "ADA", colour: 0, mode: "free_for_all", matchId: undefined },
      {
        pump: this.pump,
        desk: {
          join: () => Promise.resolve(this.isReachable ? this.joinAnswer : { kind: "unreachable", detail: "down" }),
          targets: (): Promise<Answer<LinkTargets>> =>
            Promise.resolve(this.isReachable ? { kind: "granted", value: { webtransport: undefined } } : { kind: "unreachable", detail: "down" }),
        },
        openLink: (_, query) => Promise.resolve(this.#open(query)),
        network: {
          isOnline: true,
          onHint: (wake, signal) => {
            this.#hints.add(wake);
            signal.addEventListener("abort", () => this.#hints.delete(wake));
          },
        },
        now: () => this.nowMs,
        random: () => this.dice,
        sleep: (ms, signal) => this.#sleep(ms, signal),
        forgetSeat: () => this.core.calls.push("forgot"),
        onState: (state) => this.states.push(state),
        onLinksTried: () => undefined,
      },
    );
  }

  get link(): FakeLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("no link was opened yet");
    return link;
  }

  tell(event: CoreEvent): void {
    this.session.handle(event);
  }

  hint(): void {
    for (const wake of this.#hints) wake();
  }

  /** Lets time pass, and everybody act at their moments. While `isTalking`, the host is heard all along. */
  async pass(ms: number, isTalking = true): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settle();
    for (;;) {
      this.#timers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      if (isTalking) this.links.at(-1)?.arrive(0, Uint8Array.of(4));
      next.wake();
      await settle();
    }
    this.nowMs = untilMs;
    await settle();
  }

  #open(query: string): RaceResult {
    this.queries.push(query);
    this.openedAtMs.push(this.nowMs);
    if (!this.isReachable || !this.doesOpen) {
      return { kind: "failed", tried: [{ transport: "webtransport", outcome: "failed", detail: "refused", tookMs: 1 }] };
    }
    const link = new FakeLink();
    this.links.push(link);
    if (this.doesWelcome) {
      this.#welcomes += 1;
      const resumeToken = `r${this.#welcomes}`;
      void settle(2).then(() => {
        this.tell({ type: "welcome", session: "s", slot: 3, resume_token: resumeToken });
      });
    }
    return { kind: "opened", link, tried: [] };
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const timer = {
        atMs: this.nowMs + ms,
        wake: (): void => {
          signal.removeEventListener("abort", end);
          resolve();
        },
      };
      const end = (): void => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        resolve();
      };
      this.#timers.push(timer);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}

/** Lets every promise that can settle do so. */
async function settle(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}
