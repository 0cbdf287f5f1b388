//! World to packets and back: every ship on the wire's grids once a tick, relative to ONE baseline, the newest keyframe that the
//! client has acked. A lost snapshot is never missed: the next one leans on the same baseline.
//!
//! The host's half is `SnapshotEncoder`, the client's half `SnapshotDecoder`; `PROTOCOL.md` has the bytes.

mod apply;
mod client_state;
mod delta;
mod encode;
mod fields;
mod header;
mod interest;
mod own;
mod pieces;
mod predict;
mod priority;
mod shared_deltas;
mod slot_set;
mod stream;
mod subset;
mod table;

pub use apply::{ShipSample, Snapshot, SnapshotDecoder, SnapshotError};
pub use client_state::{AckState, BUDGET_BYTES_MIN, ClientConfig};
pub use encode::{EncoderConfig, SnapshotEncoder};
pub use fields::{HASH_GROUPS, HashGroup, ShipFlags, ShipRecord, ShotRecord};
pub use interest::{Interest, NearInterest};
pub use slot_set::SlotSet;
pub use table::{ShipRow, ShipTable};

#[cfg(test)]
mod tests;
