// One player's connection life: join over HTTP, open a link, come back when it breaks, and end with a reason that a person understands.

import type { LinkTried, RaceResult } from "../transport/race";
import type { Link, LinkEnd } from "../transport/link";
import { BackOff } from "./back-off";
import { closeCode } from "./close-code";
import type { CoreEvent, GoodbyeEvent, WelcomeEvent } from "./core-event";
import type { Answer, Grant, JoinRequest, LinkTargets, Problem } from "./join-desk";
import type { Pump } from "./pump";
import type { SessionProblem, SessionState } from "./session-state";

/** Everything outside that a session touches, so that a test can be the outside. */
export interface SessionDoors {
  readonly pump: Pump;
  readonly desk: {
    join(request: JoinRequest, signal: AbortSignal): Promise<Answer<Grant>>;
    targets(signal: AbortSignal): Promise<Answer<LinkTargets>>;
  };
  readonly openLink: (targets: LinkTargets, query: string, signal: AbortSignal) => Promise<RaceResult>;
  readonly network: { readonly isOnline: boolean; onHint(wake: () => void, signal: AbortSignal): void };
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after the time or when the signal ends, never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The core forgets the seat it had: the next link is for a new one. */
  readonly forgetSeat: () => void;
  readonly onState: (state: SessionState) => void;
  readonly onLinksTried: (tried: readonly LinkTried[]) => void;
}

/** From an open link to the welcome: the application's echo that shows the link really carries. */
const WELCOME_MS_MAX = 5_000;
/** A host that says nothing for this long is gone; pings come four times a second. */
const SILENCE_MS_MAX = 3_000;
const WATCH_EVERY_MS = 250;
/** A link that lived this long has proved itself. */
const PROVEN_MS = 5_000;
/** Attempts before a player who never got in is told so. */
const FIRST_ATTEMPTS_MAX = 4;
/** A player who was in is told after this long; the seat is given up well before. */
const GIVE_UP_MS = 120_000;
/** Resumes that the reachable server may refuse before a new seat is asked for. */
const REFUSED_RESUMES_MAX = 2;

type Outcome =
  /** `problem`: what to tell a player who never got in, when it is not that the server is out of reach. */
  | { readonly kind: "again"; readonly reason: string; readonly retryAfterMs: number; readonly problem?: SessionProblem }
  | { readonly kind: "ended"; readonly problem: SessionProblem };

export class Session {
  readonly #doors: SessionDoors;
  readonly #backOff: BackOff;
  #request: JoinRequest;
  #state: SessionState = { kind: "idle" };
  #targets: LinkTargets | undefined;
  #resumeToken: string | undefined;
  #refusedResumes = 0;
  #failures = 0;
  #hasPlayed = false;
  #heardWelcome: ((event: WelcomeEvent) => void) | undefined;
  #heardGoodbye: ((event: GoodbyeEvent) => void) | undefined;

  constructor(request: JoinRequest, doors: SessionDoors) {
    this.#request = request;
    this.#doors = doors;
    this.#backOff = new BackOff(doors.random);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The core's events pass by here; a session listens to the first and the last word of a link. */
  handle(event: CoreEvent): void {
    if (event.type === "welcome") this.#heardWelcome?.(event);
    if (event.type === "goodbye") this.#heardGoodbye?.(event);
  }

  /** Runs until the session ends for good or `signal` ends it. */
  async run(signal: AbortSignal): Promise<void> {
    let lostAtMs = this.#doors.now();
    let reason = "";
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      this.#enter(this.#hasPlayed ? this.#comingBack(undefined, reason) : { kind: "joining", attempt: this.#failures + 1 });
      this.#backOff.note(this.#doors.now());
      const outcome = await this.#attempt(signal).catch((error: unknown) => this.#brokenAttempt(error, signal));
      this.#doors.pump.detach();
      if (isOver()) break;
      if (outcome.kind === "ended") {
        this.#enter({ kind: "ended", problem: outcome.problem });
        return;
      }
      if (this.#failures === 0) lostAtMs = this.#doors.now();
      this.#failures += 1;
      reason = outcome.reason;
      if (this.#isHopeless(lostAtMs)) {
        this.#enter({ kind: "ended", problem: outcome.problem ?? unreachable(reason) });
        return;
      }
      await this.#pause(outcome, signal);
    }
    this.#enter({ kind: "idle" });
  }

  async #attempt(signal: AbortSignal): Promise<Outcome> {
    const way = await this.#credential(signal);
    if (way.kind !== "ready") return way;
    const raced = await this.#doors.openLink(way.targets, way.query, signal);
    this.#doors.onLinksTried(raced.tried);
    if (raced.kind === "failed") {
      if (this.#resumeToken !== undefined && this.#failures > 1) this.#countRefusedResume();
      return again(raced.tried.map(({ transport, detail }) => `${transport}: ${detail}`).join("; "));
    }
    return this.#live(raced.link, signal);
  }

  /** The resume token while the seat may still be there, else a fresh ticket. */
  async #credential(
    signal: AbortSignal,
  ): Promise<{ readonly kind: "ready"; readonly targets: LinkTargets; readonly query: string } | Outcome> {
    if (this.#resumeToken !== undefined) {
      if (this.#failures > 1 || this.#targets === undefined) {
        // The first try to come back did not help: ask whether the server is there, and whether its certificate is another one now.
        const answer = await this.#doors.desk.targets(signal);
        if (answer.kind !== "granted") return failed(answer);
        this.#targets = answer.value;
      }
      return { kind: "ready", targets: this.#targets, query: `resume=${encodeURIComponent(this.#resumeToken)}` };
    }
    const answer = await this.#doors.desk.join(this.#request, signal);
    if (answer.kind === "refused" && answer.problem.status === 404 && this.#hasPlayed) {
      // The match ended while the player was away: any other will do.
      this.#request = { ...this.#request, matchId: undefined };
      return again("the match is over");
    }
    if (answer.kind !== "granted") return failed(answer);
    if (this.#hasPlayed) this.#doors.forgetSeat();
    this.#targets = answer.value.targets;
    return { kind: "ready", targets: answer.value.targets, query: `ticket=${encodeURIComponent(answer.value.ticket)}` };
  }

  /** From an open link to its end. */
  async #live(link: Link, signal: AbortSignal): Promise<Outcome> {
    const isResume = this.#resumeToken !== undefined;
    let welcomedAtMs: number | undefined;
    let goodbye: GoodbyeEvent | undefined;
    let refusal: number | undefined;
    const ended = new AbortController();
    let linkEnd: LinkEnd | undefined;
    void link.closed.then((end) => {
      linkEnd = end;
      ended.abort();
    });
    this.#heardWelcome = (event): void => {
      welcomedAtMs ??= this.#doors.now();
      this.#welcomed(event, link);
    };
    this.#heardGoodbye = (event): void => {
      goodbye ??= event;
      ended.abort();
    };
    const openedAtMs = this.#doors.now();
    this.#doors.pump.attach(link, (number) => {
      refusal ??= number;
      ended.abort();
    });
    const watching = AbortSignal.any([signal, ended.signal]);
    try {
      while (!watching.aborted) {
        await this.#doors.sleep(WATCH_EVERY_MS, watching);
        const nowMs = this.#doors.now();
        if (welcomedAtMs === undefined && nowMs - openedAtMs > WELCOME_MS_MAX) break;
        if (welcomedAtMs !== undefined && nowMs - this.#doors.pump.heardAtMs > SILENCE_MS_MAX) break;
        if (welcomedAtMs !== undefined && nowMs - welcomedAtMs > PROVEN_MS) this.#backOff.reset();
      }
    } finally {
      this.#heardWelcome = undefined;
      this.#heardGoodbye = undefined;
    }
    if (goodbye !== undefined) return this.#afterGoodbye(goodbye);
    if (refusal !== undefined) return afterRefusal(refusal);
    if (welcomedAtMs === undefined && isResume) this.#countRefusedResume();
    return again(linkEnd === undefined ? "nothing was heard from the server" : linkEndText(linkEnd));
  }

  #welcomed(event: WelcomeEvent, link: Link): void {
    this.#resumeToken = event.resume_token;
    this.#refusedResumes = 0;
    this.#failures = 0;
    this.#hasPlayed = true;
    this.#enter({ kind: "playing", transport: link.transport });
  }

  #afterGoodbye({ code, retry, retry_after_ms, sentence }: GoodbyeEvent): Outcome {
    switch (retry) {
      case "now":
        return again(sentence);
      case "after":
        return { kind: "again", reason: sentence, retryAfterMs: retry_after_ms };
      case "never":
        return ended(code, sentence);
    }
  }

  /** A token that the reachable server will not take is worth nothing: the next attempt asks for a new seat. */
  #countRefusedResume(): void {
    this.#refusedResumes += 1;
    if (this.#refusedResumes >= REFUSED_RESUMES_MAX) this.#resumeToken = undefined;
  }

  #brokenAttempt(error: unknown, signal: AbortSignal): Outcome {
    if (!signal.aborted) console.warn("An attempt to connect broke off:", error);
    return again(error instanceof Error ? error.message : String(error));
  }

  #isHopeless(lostAtMs: number): boolean {
    return this.#hasPlayed ? this.#doors.now() - lostAtMs > GIVE_UP_MS : this.#failures >= FIRST_ATTEMPTS_MAX;
  }

  /** Waits for the next attempt. A sign that the network is back ends the wait early, as often as the rate allows. */
  async #pause(outcome: Outcome & { readonly kind: "again" }, signal: AbortSignal): Promise<void> {
    const { now, network, sleep } = this.#doors;
    const delayMs = this.#backOff.next(now(), outcome.retryAfterMs);
    if (this.#hasPlayed) this.#enter(this.#comingBack(now() + delayMs, outcome.reason));
    const awake = new AbortController();
    const earliestMs = now() + outcome.retryAfterMs;
    network.onHint(
      () => {
        if (now() >= earliestMs && this.#backOff.mayHurry(now())) awake.abort();
      },
      AbortSignal.any([signal, awake.signal]),
    );
    await sleep(delayMs, AbortSignal.any([signal, awake.signal]));
    awake.abort();
  }

  #comingBack(retryAtMs: number | undefined, reason: string): SessionState {
    return { kind: "coming-back", attempt: Math.max(1, this.#failures), retryAtMs, reason };
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.#doors.onState(state);
  }
}

function again(reason: string): Outcome & { readonly kind: "again" } {
  return { kind: "again", reason, retryAfterMs: 0 };
}

function ended(code: number, sentence: string): Outcome {
  const { name } = closeCode(code);
  if (name === "WrongVersion") return { kind: "ended", problem: { title: "This page is out of date", text: sentence, action: "reload" } };
  return { kind: "ended", problem: { title: "The match is over for you", text: sentence, action: "menu" } };
}

/** The core could not go on with what arrived: its verdict says whether another link may help. */
function afterRefusal(number: number): Outcome {
  const { retry, sentence } = closeCode(number);
  return retry === "never" ? ended(number, sentence) : again(sentence);
}

function failed(answer: Exclude<Answer<unknown>, { readonly kind: "granted" }>): Outcome {
  switch (answer.kind) {
    case "unreachable":
      return again(answer.detail);
    case "refused":
      return refused(answer.problem);
  }
}

function refused({ title, hint, retryAfterMs }: Problem): Outcome {
  const problem: SessionProblem = { title, text: hint, action: retryAfterMs === undefined ? "menu" : "retry" };
  return retryAfterMs === undefined ? { kind: "ended", problem } : { kind: "again", reason: title, retryAfterMs, problem };
}

function unreachable(reason: string): SessionProblem {
  return {
    title: "The server cannot be reached",
    text: `Check that it is running and that you are online, then try again. (${reason})`,
    action: "retry",
  };
}

function linkEndText(end: LinkEnd): string {
  switch (end.kind) {
    case "closed-here":
      return "the link was closed";
    case "too-slow":
      return "the connection was too slow";
    case "closed-there":
    case "failed":
    case "malformed":
      return end.reason === "" ? "the link was closed" : end.reason;
  }
}
