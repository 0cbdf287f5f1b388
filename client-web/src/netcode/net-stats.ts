/** The core's own figures, as its `stats()` gives them. */
export interface CoreStats {
  readonly connection: "connecting" | "live" | "stalled" | "lost";
  /** The tick that is predicted. */
  readonly tick: number;
  /** The newest tick heard of. */
  readonly host_tick: number;
  /** How far the prediction runs ahead of the newest snapshot. */
  readonly lead_ticks: number;
  readonly rtt_ms: number;
  readonly jitter_ms: number;
  /** Share of the last two seconds' snapshots that never came, 0 to 1. */
  readonly loss: number;
  readonly snapshot_hz: number;
  readonly snapshot_bytes: number;
  readonly snapshot_age_ms: number;
  /** Ships in the newest snapshot, the own one included. */
  readonly visible: number;
  /** How far the host's own ship was from the predicted one, metres: worst of the last second. */
  readonly prediction_error: number;
  /** Snapshots that moved the own ship by more than a millimetre, since the start. */
  readonly corrections: number;
  /** Snapshots that made the prediction start over from the host's state, since the start. */
  readonly rewinds: number;
  /** How early inputs reach the host; negative is late. */
  readonly input_margin_ticks: number;
  /** What the clock holds that margin at. */
  readonly input_margin_target_ticks: number;
  /** How the clock is bent now: 1 is straight. */
  readonly clock_rate: number;
  readonly interpolation_delay_ms: number;
  readonly interpolation_ticks: number;
  readonly bytes_down_per_s: number;
  readonly bytes_up_per_s: number;
  /** Ticks that were due and not predicted because the page was too slow or asleep. */
  readonly ticks_skipped: number;
  /** Times the clock had to jump. */
  readonly resyncs: number;
  /** Snapshots that could not be read. */
  readonly snapshots_refused: number;
  /** State hashes that did not fit. */
  readonly desyncs: number;
  readonly links_opened: number;
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
