//! The net graph's figures: the same for every transport, cheap to take sixty times a second.

use serde::Serialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    #[default]
    Connecting,
    Live,
    /// The link is open but snapshots have stopped.
    Stalled,
    Lost,
}

/// A plain object for the page, automation and tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ClientStats {
    pub connection: Connection,
    /// Newest tick heard of.
    pub tick: u32,
    /// Newest tick predicted.
    pub predicted_tick: u32,
    /// How far the prediction runs ahead of the newest snapshot.
    pub lead_ticks: f32,
    pub rtt_ms: f32,
    /// How unevenly snapshots arrive: mean deviation.
    pub jitter_ms: f32,
    /// Share of the last two seconds' snapshots that never came, 0 to 1.
    pub loss: f32,
    pub snapshot_hz: f32,
    /// Mean payload of the last second's snapshots.
    pub snapshot_bytes: f32,
    pub snapshot_age_ms: f32,
    /// Other ships that are known now.
    pub visible: u32,
    /// How far the host's own ship was from the predicted one, metres: worst of the last second.
    pub prediction_error: f32,
    /// Snapshots that moved the own ship by more than a millimetre, since the start.
    pub corrections: u32,
    /// Snapshots that made the prediction start over from the host's state, since the start.
    pub rewinds: u32,
    /// How early inputs arrive at the host, smoothed.
    pub input_margin_ticks: f32,
    /// What the clock holds that margin at.
    pub input_margin_target_ticks: f32,
    /// How the clock is bent now: 1.0 is straight.
    pub clock_rate: f32,
    pub interpolation_delay_ms: f32,
    pub bytes_down_per_s: f32,
    pub bytes_up_per_s: f32,
    /// Ticks that were due and not predicted because the page was too slow or asleep.
    pub ticks_skipped: u32,
    /// Times the clock had to jump.
    pub resyncs: u32,
    /// Snapshots that could not be read.
    pub snapshots_refused: u32,
    /// State hashes that did not fit.
    pub desyncs: u32,
    pub links: u32,
}
