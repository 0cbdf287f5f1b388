//! One number for the whole state of a match: equal states give equal numbers on every machine, whatever the order in which
//! players came and went.

use glam::Vec2;

/// Mixes 64 bits at a time (multiply and fold); not for secrets.
#[derive(Clone, Copy, Debug)]
pub struct StateHash(u64);

impl Default for StateHash {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl StateHash {
    pub fn add(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value) * 0xd6e8_feb8_6659_fd93_u128;
        self.0 = (product as u64 ^ (product >> 64) as u64).wrapping_add(0x2545_f491_4f6c_dd1d);
    }

    pub fn add_f32(&mut self, value: f32) {
        // The two zeros are equal, so they hash equally.
        self.add(u64::from(if value == 0.0 { 0 } else { value.to_bits() }));
    }

    pub fn add_vec(&mut self, value: Vec2) {
        self.add_f32(value.x);
        self.add_f32(value.y);
    }

    #[must_use]
    pub fn finish(self) -> u64 {
        self.0
    }
}
