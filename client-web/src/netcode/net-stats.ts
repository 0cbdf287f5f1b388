/** The core's own figures, as its `stats()` gives them. */
export interface CoreStats {
  readonly connection: "connecting" | "live" | "stalled" | "lost";
  /** Newest tick heard of. */
  readonly tick: number;
  readonly predicted_tick: number;
  readonly lead_ticks: number;
  readonly rtt_ms: number;
  readonly jitter_ms: number;
  /** Share of the last two seconds' snapshots that never came, 0 to 1. */
  readonly loss: number;
  readonly snapshot_hz: number;
  readonly snapshot_bytes: number;
  readonly snapshot_age_ms: number;
  /** Other ships that are known now. */
  readonly visible: number;
  /** How far the host's own ship was from the predicted one, metres: worst of the last second. */
  readonly prediction_error: number;
  readonly corrections: number;
  readonly rewinds: number;
  /** How early inputs reach the host; negative is late. */
  readonly input_margin_ticks: number;
  readonly input_margin_target_ticks: number;
  /** How the clock is bent now: 1 is straight. */
  readonly clock_rate: number;
  readonly interpolation_delay_ms: number;
  readonly bytes_down_per_s: number;
  readonly bytes_up_per_s: number;
  readonly ticks_skipped: number;
  readonly resyncs: number;
  readonly snapshots_refused: number;
  readonly desyncs: number;
  readonly links: number;
}

/** What `window.slipstream.stats()` returns and the net graph shows. */
export interface NetStats extends CoreStats {
  /** The transport in use, such as "webtransport"; empty before the first link. */
  readonly transport: string;
  /** Links tried, oldest first, and how each went. */
  readonly tries: readonly LinkTry[];
}

export interface LinkTry {
  readonly transport: string;
  /** "open", "closed", or the reason for which it failed. */
  readonly outcome: string;
  readonly took_ms: number;
}
