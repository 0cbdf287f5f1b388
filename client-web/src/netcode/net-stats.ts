/** The net graph's figures: what `window.slipstream.stats()` returns and the connection line shows. */
export interface NetStats {
  /** The transport in use, such as "webtransport"; empty before the first link. */
  readonly transport: string;
  readonly rtt_ms: number;
  readonly jitter_ms: number;
  /** Share of snapshots that never arrived, 0 to 1, over the last seconds. */
  readonly loss: number;
  /** The tick the page predicts. */
  readonly tick: number;
  readonly snapshot_hz: number;
  readonly snapshot_bytes: number;
  /** Age of the newest snapshot. */
  readonly snapshot_age_ms: number;
  readonly bytes_down_per_s: number;
  readonly bytes_up_per_s: number;
  /** Ships in the newest snapshot, the own one included. */
  readonly visible: number;
  /** Metres between prediction and truth, decaying. */
  readonly prediction_error: number;
  readonly corrections: number;
  /** How early inputs reach the host; negative is late. */
  readonly input_margin_ticks: number;
  readonly interpolation_ticks: number;
  /** Links tried, oldest first, and how each went. */
  readonly links: readonly LinkTry[];
}

export interface LinkTry {
  readonly transport: string;
  /** "open", "closed", or the reason for which it failed. */
  readonly outcome: string;
  readonly took_ms: number;
}
