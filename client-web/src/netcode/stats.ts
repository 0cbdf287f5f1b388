// The net graph's figures: the core's own, and what only this side knows about links.

import type { LinkTried } from "../transport/race";
import type { CoreStats, LinkTry, NetStats } from "./net-stats";

/** The core writes them as text; ten times a second is as fast as anybody reads. */
const REFRESH_MS = 100;
const TRIES_MAX = 16;

const NOTHING_YET: CoreStats = {
  connection: "connecting",
  tick: 0,
  host_tick: 0,
  lead_ticks: 0,
  rtt_ms: 0,
  jitter_ms: 0,
  loss: 0,
  snapshot_hz: 0,
  snapshot_bytes: 0,
  snapshot_age_ms: 0,
  visible: 0,
  prediction_error: 0,
  corrections: 0,
  rewinds: 0,
  input_margin_ticks: 0,
  input_margin_target_ticks: 0,
  clock_rate: 1,
  interpolation_delay_ms: 0,
  interpolation_ticks: 0,
  bytes_down_per_s: 0,
  bytes_up_per_s: 0,
  ticks_skipped: 0,
  resyncs: 0,
  snapshots_refused: 0,
  desyncs: 0,
  links_opened: 0,
};

export class Stats {
  readonly #read: (nowMs: number) => string;
  readonly #tries: LinkTry[] = [];
  #transport = "";
  #current: NetStats = { ...NOTHING_YET, transport: "", tries: [] };
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** `read` is the core's `stats`. */
  constructor(read: (nowMs: number) => string) {
    this.#read = read;
  }

  setTransport(transport: string): void {
    this.#transport = transport;
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }

  addTried(tried: readonly LinkTried[]): void {
    for (const { transport, outcome, detail, tookMs } of tried) {
      this.#tries.push({ transport, outcome: detail === "" ? outcome : `${outcome}: ${detail}`, took_ms: tookMs });
    }
    this.#tries.splice(0, this.#tries.length - TRIES_MAX);
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }

  at(nowMs: number): NetStats {
    if (nowMs - this.#readAtMs >= REFRESH_MS) {
      this.#readAtMs = nowMs;
      const core = JSON.parse(this.#read(nowMs)) as CoreStats;
      this.#current = { ...core, transport: this.#transport, tries: [...this.#tries] };
    }
    return this.#current;
  }

  static readonly none: NetStats = { ...NOTHING_YET, transport: "", tries: [] };
}
