// Chooses the link: starts the candidates one after another, the first that opens wins, the others are given up.

import type { Link, TransportKind } from "./link";

export interface Candidate {
  readonly transport: TransportKind;
  /** How long after the start of the race this candidate sets off; at once when all before it have failed. */
  readonly startAfterMs: number;
  readonly timeoutMs: number;
  readonly open: (signal: AbortSignal) => Promise<Link>;
}

/** What became of one candidate; the page shows it under "links tried". */
export interface LinkTried {
  readonly transport: TransportKind;
  readonly outcome: "opened" | "failed" | "timed-out" | "not-needed";
  readonly detail: string;
  readonly tookMs: number;
}

export type RaceResult =
  | { readonly kind: "opened"; readonly link: Link; readonly tried: readonly LinkTried[] }
  | { readonly kind: "failed"; readonly tried: readonly LinkTried[] };

export async function race(candidates: readonly Candidate[], signal: AbortSignal): Promise<RaceResult> {
  const finish = new AbortController();
  const running = AbortSignal.any([signal, finish.signal]);
  const tried: LinkTried[] = [];
  let winner: Link | undefined;
  let headStart: Promise<void> = Promise.resolve();

  const runs = candidates.map((candidate, index) => {
    const previous = headStart;
    const run = async (): Promise<void> => {
      if (index > 0) await Promise.race([previous, pause(candidate.startAfterMs, running)]);
      if (running.aborted) {
        tried.push({ transport: candidate.transport, outcome: "not-needed", detail: "", tookMs: 0 });
        return;
      }
      const { link, entry } = await attempt(candidate, running, finish.signal);
      if (link !== undefined && winner !== undefined) link.close();
      if (link !== undefined && winner === undefined) {
        winner = link;
        finish.abort();
      }
      tried.push(entry);
    };
    // Resolves when this one and all before it are done without a winner: the next need not wait any longer.
    const mine = run();
    headStart = Promise.all([previous, mine]).then(() => undefined);
    return mine;
  });
  await Promise.all(runs);
  return winner === undefined ? { kind: "failed", tried } : { kind: "opened", link: winner, tried };
}

async function attempt(
  candidate: Candidate,
  running: AbortSignal,
  finish: AbortSignal,
): Promise<{ link: Link | undefined; entry: LinkTried }> {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(candidate.timeoutMs);
  const entry = (outcome: LinkTried["outcome"], detail: string): LinkTried => ({
    transport: candidate.transport,
    outcome,
    detail,
    tookMs: Math.round(performance.now() - startedAt),
  });
  try {
    const link = await candidate.open(AbortSignal.any([running, timeout]));
    return { link, entry: entry("opened", "") };
  } catch (error) {
    if (finish.aborted) return { link: undefined, entry: entry("not-needed", "") };
    if (timeout.aborted) return { link: undefined, entry: entry("timed-out", `no answer within ${candidate.timeoutMs} ms`) };
    return { link: undefined, entry: entry("failed", error instanceof Error ? error.message : String(error)) };
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const abort = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
