//! What is drawn, as one flat array of floats: the only thing that a renderer reads, sixty or more times a second.

/// Where each number lives. TypeScript has the same table; `LAYOUT_VERSION` changes with it.
pub mod layout {
    pub const LAYOUT_VERSION: usize = 1;
    pub const HEADER_LEN: usize = 32;
    pub const SHIP_STRIDE: usize = 12;
    pub const BOLT_STRIDE: usize = 8;
    pub const EFFECT_STRIDE: usize = 8;

    pub const VERSION: usize = 0;
    pub const SHIP_COUNT: usize = 1;
    pub const BOLT_COUNT: usize = 2;
    pub const EFFECT_COUNT: usize = 3;
    /// Index of the own ship among the ships; -1 while it is not in the world.
    pub const OWN_SHIP_INDEX: usize = 4;
    pub const CAMERA_X: usize = 5;
    pub const CAMERA_Y: usize = 6;
    /// The tick at which the own ship is drawn, with its fraction.
    pub const PREDICTED_TICK: usize = 7;
    /// The tick at which everybody else is drawn, with its fraction.
    pub const RENDER_TICK: usize = 8;
    /// 0 warm-up, 1 live, 2 ended.
    pub const PHASE: usize = 9;
    pub const PHASE_SECONDS_LEFT: usize = 10;
    pub const OWN_IS_ALIVE: usize = 11;
    pub const RESPAWN_SECONDS: usize = 12;
    pub const HULL: usize = 13;
    pub const SHIELD: usize = 14;
    pub const DASH_CHARGE: usize = 15;
    pub const RAIL_READY: usize = 16;
    pub const HASTE_SECONDS: usize = 17;
    pub const OVERCHARGE_SECONDS: usize = 18;
    pub const PROTECTION_SECONDS: usize = 19;
    pub const IN_WAKE: usize = 20;
    pub const OWN_SLOT: usize = 21;
    pub const SCORE_BLUE: usize = 22;
    pub const SCORE_ORANGE: usize = 23;
    pub const SPEED_MPS: usize = 24;
    /// 0 connecting, 1 live, 2 stalled, 3 lost.
    pub const CONNECTION: usize = 25;
    pub const PICKUPS_LOW: usize = 26;
    pub const PICKUPS_HIGH: usize = 27;
    pub const LEVEL_REVISION: usize = 28;

    /// Offsets within a ship's row.
    pub mod ship {
        pub const SLOT: usize = 0;
        pub const X: usize = 1;
        pub const Y: usize = 2;
        pub const VX: usize = 3;
        pub const VY: usize = 4;
        pub const AIM_RADIANS: usize = 5;
        pub const FLAGS: usize = 6;
        pub const HULL: usize = 7;
        pub const SHIELD: usize = 8;
        /// 0 solo, 1 blue, 2 orange.
        pub const TEAM: usize = 9;
        pub const COLOUR: usize = 10;
        pub const OPACITY: usize = 11;
    }

    /// Bits of a ship's flags.
    pub mod flag {
        pub const DASHING: u8 = 1;
        pub const PROTECTED: u8 = 2;
        pub const HASTE: u8 = 4;
        pub const OVERCHARGE: u8 = 8;
        pub const IN_WAKE: u8 = 16;
        pub const THRUSTING: u8 = 32;
        pub const OWN: u8 = 64;
        pub const AWAY: u8 = 128;
    }

    /// Offsets within a bolt's row.
    pub mod bolt {
        pub const ID: usize = 0;
        pub const X: usize = 1;
        pub const Y: usize = 2;
        pub const VX: usize = 3;
        pub const VY: usize = 4;
        pub const SLOT: usize = 5;
        pub const TEAM: usize = 6;
        pub const COLOUR: usize = 7;
    }

    /// Offsets within an effect's row; effects are in exactly one frame.
    pub mod effect {
        pub const KIND: usize = 0;
        pub const X: usize = 1;
        pub const Y: usize = 2;
        pub const X2: usize = 3;
        pub const Y2: usize = 4;
        pub const SLOT: usize = 5;
        pub const MAGNITUDE: usize = 6;
    }
}

/// One picture: `HEADER_LEN` floats, then the ships, the bolts and the effects, each with its stride.
#[derive(Clone, Debug)]
pub struct RenderFrame {
    floats: Vec<f32>,
}

impl Default for RenderFrame {
    fn default() -> Self {
        let mut floats = Vec::with_capacity(FLOATS_RESERVED);
        floats.resize(layout::HEADER_LEN, 0.0);
        Self { floats }
    }
}

/// Enough for a crowded picture, so that drawing never waits for memory.
const FLOATS_RESERVED: usize =
    layout::HEADER_LEN + 320 * layout::SHIP_STRIDE + 512 * layout::BOLT_STRIDE + 192 * layout::EFFECT_STRIDE;

impl RenderFrame {
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.floats
    }

    #[must_use]
    pub fn header(&self, field: usize) -> f32 {
        self.floats[field]
    }

    pub fn ships(&self) -> impl Iterator<Item = &[f32]> {
        self.rows(layout::HEADER_LEN, layout::SHIP_COUNT, layout::SHIP_STRIDE)
    }

    pub fn bolts(&self) -> impl Iterator<Item = &[f32]> {
        self.rows(self.bolts_start(), layout::BOLT_COUNT, layout::BOLT_STRIDE)
    }

    pub fn effects(&self) -> impl Iterator<Item = &[f32]> {
        let start = self.bolts_start() + self.count(layout::BOLT_COUNT) * layout::BOLT_STRIDE;
        self.rows(start, layout::EFFECT_COUNT, layout::EFFECT_STRIDE)
    }

    pub(super) fn begin(&mut self) {
        self.floats.clear();
        self.floats.resize(layout::HEADER_LEN, 0.0);
        self.set(layout::VERSION, layout::LAYOUT_VERSION as f32);
        self.set(layout::OWN_SHIP_INDEX, -1.0);
    }

    pub(super) fn set(&mut self, field: usize, value: f32) {
        self.floats[field] = value;
    }

    /// Ships come before bolts, bolts before effects; returns the row's index.
    pub(super) fn push<const STRIDE: usize>(&mut self, count_field: usize, row: [f32; STRIDE]) -> f32 {
        let index = self.floats[count_field];
        self.floats.extend_from_slice(&row);
        self.floats[count_field] = index + 1.0;
        index
    }

    fn bolts_start(&self) -> usize {
        layout::HEADER_LEN + self.count(layout::SHIP_COUNT) * layout::SHIP_STRIDE
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn count(&self, field: usize) -> usize {
        self.floats[field] as usize
    }

    fn rows(&self, start: usize, count_field: usize, stride: usize) -> impl Iterator<Item = &[f32]> {
        self.floats[start..start + self.count(count_field) * stride].chunks_exact(stride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_where_the_counts_say() {
        let mut frame = RenderFrame::default();
        frame.begin();
        frame.push(layout::SHIP_COUNT, [1.0; layout::SHIP_STRIDE]);
        frame.push(layout::SHIP_COUNT, [2.0; layout::SHIP_STRIDE]);
        frame.push(layout::BOLT_COUNT, [3.0; layout::BOLT_STRIDE]);
        frame.push(layout::EFFECT_COUNT, [4.0; layout::EFFECT_STRIDE]);
        assert_eq!(frame.ships().map(|row| row[0]).collect::<Vec<_>>(), [1.0, 2.0]);
        assert_eq!(frame.bolts().map(|row| row[0]).collect::<Vec<_>>(), [3.0]);
        assert_eq!(frame.effects().map(|row| row[0]).collect::<Vec<_>>(), [4.0]);
        assert_eq!(frame.header(layout::VERSION), 1.0);
    }
}
