// Asks the server over HTTP for a seat: the answer is a ticket and where to bring it, or a problem with its remedy.

import type { WebTransportTarget } from "../transport/webtransport";
import type { Mode } from "./core-event";

export interface JoinRequest {
  readonly name: string;
  readonly colour: number;
  /** Undefined leaves it to the server. */
  readonly mode: Mode | undefined;
  /** A certain match; without it the server chooses. */
  readonly matchId: string | undefined;
}

/** Where a player can connect; one entry per transport. */
export interface LinkTargets {
  readonly webtransport: WebTransportTarget | undefined;
}

export interface Grant {
  readonly matchId: string;
  readonly ticket: string;
  readonly targets: LinkTargets;
}

/** An RFC 9457 problem, for a person. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly hint: string;
  /** The server asks to come back after this long; undefined when coming back by itself is pointless. */
  readonly retryAfterMs: number | undefined;
}

export type Answer<T> =
  | { readonly kind: "granted"; readonly value: T }
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "unreachable"; readonly detail: string };

const REQUEST_TIMEOUT_MS = 5_000;
/** Where a refusal names no delay but waiting may help. */
const BUSY_RETRY_MS = 2_000;

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export class JoinDesk {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** A seat: in the wanted match, or by quick play. */
  async join(request: JoinRequest, signal: AbortSignal): Promise<Answer<Grant>> {
    const { name, colour, mode, matchId } = request;
    const path = matchId === undefined ? "/api/v1/play" : `/api/v1/matches/${encodeURIComponent(matchId)}/join`;
    const wish = matchId === undefined ? { name, colour, mode } : { name, colour };
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wish) };
    return this.#ask(path, init, signal, grantOf);
  }

  /** Where to connect now: certificates are renewed while the server runs. Also tells whether it can be reached at all. */
  async targets(signal: AbortSignal): Promise<Answer<LinkTargets>> {
    return this.#ask("/api/v1/info", { method: "GET" }, signal, targetsOf);
  }

  async #ask<T>(path: string, init: RequestInit, signal: AbortSignal, read: (body: unknown) => T | undefined): Promise<Answer<T>> {
    try {
      const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      const response = await this.#fetch(path, { ...init, cache: "no-store", signal: AbortSignal.any([signal, timeout]) });
      const body: unknown = await response.json().catch(() => undefined);
      if (!response.ok) return { kind: "refused", problem: problemOf(response, body) };
      const value = read(body);
      if (value === undefined) return { kind: "unreachable", detail: `${path} gave an answer that this page does not understand` };
      return { kind: "granted", value };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: "unreachable", detail: error instanceof Error ? error.message : String(error) };
    }
  }
}

function grantOf(body: unknown): Grant | undefined {
  const answer = record(body);
  const ticket = text(answer?.["ticket"]);
  const matchId = text(answer?.["match_id"]);
  const targets = targetsOf(answer?.["links"]);
  return ticket === undefined || matchId === undefined || targets === undefined ? undefined : { ticket, matchId, targets };
}

function targetsOf(body: unknown): LinkTargets | undefined {
  const webtransport = record(record(body)?.["webtransport"]);
  if (webtransport === undefined) return undefined;
  const url = text(webtransport["url"]);
  const hashes = webtransport["certificate_hashes"];
  if (url === undefined) return undefined;
  const certificateHashes = Array.isArray(hashes) ? hashes.filter((hash): hash is string => typeof hash === "string") : [];
  return { webtransport: { url, certificateHashes } };
}

function problemOf(response: Response, body: unknown): Problem {
  const problem = record(body);
  const { status } = response;
  const mayWait = status === 408 || status === 429 || status >= 500;
  const retryAfterS = Number(response.headers.get("retry-after") ?? Number.NaN);
  const named = Number.isFinite(retryAfterS) ? Math.max(0, retryAfterS * 1000) : undefined;
  return {
    status,
    code: text(problem?.["code"]) ?? `http_${status}`,
    title: text(problem?.["title"]) ?? `The server answered ${status}.`,
    hint: text(problem?.["hint"]) ?? text(problem?.["detail"]) ?? "Try again in a moment.",
    retryAfterMs: named ?? (mayWait ? BUSY_RETRY_MS : undefined),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** Identifiers may travel as numbers; they are only ever passed on. */
function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
