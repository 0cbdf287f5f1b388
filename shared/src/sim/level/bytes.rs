//! A level as bytes: small enough for one message, read without trust.
//!
//! `version u8 | name len u8 + UTF-8 | width u16 | height u16 | tiles | spawn count u16 + spawns | pickup count u8 + pickups`,
//! all little endian. Tiles are runs of equal tiles, row by row, the first run open (possibly empty): each a LEB128 number.
//! A place is x u16, y u16 in 1/32 m and one byte (team 0 solo, 1 blue, 2 orange; kind 0 repair, 1 haste, 2 overcharge).

use glam::Vec2;

use super::{Level, LevelFault, LevelParts, PLACE_STEPS_PER_M, PickupKind, PickupPlace, Spawn};
use crate::ids::Team;
use crate::limits::{PICKUPS_MAX, SPAWNS_MAX};

const VERSION: u8 = 1;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelBytesError {
    #[error("the level ends too early")]
    TooShort,
    #[error("{0} bytes are left over after the level")]
    TooLong(usize),
    #[error("level format {0} is unknown")]
    Version(u8),
    #[error("the level's name is not UTF-8")]
    Name,
    #[error("the runs of tiles do not fill the level exactly")]
    Tiles,
    #[error("a place has the unknown kind {0}")]
    Kind(u8),
    #[error(transparent)]
    Fault(#[from] LevelFault),
}

impl Level {
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION, self.name.len() as u8];
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&self.width_tiles.to_le_bytes());
        out.extend_from_slice(&self.height_tiles.to_le_bytes());
        self.write_tiles(&mut out);
        out.extend_from_slice(&(self.spawns.len() as u16).to_le_bytes());
        for spawn in &self.spawns {
            let team = match spawn.team {
                Team::Solo => 0,
                Team::Blue => 1,
                Team::Orange => 2,
            };
            write_place(&mut out, spawn.pos, team);
        }
        out.push(self.pickups.len() as u8);
        for pickup in &self.pickups {
            let kind = match pickup.kind {
                PickupKind::Repair => 0,
                PickupKind::Haste => 1,
                PickupKind::Overcharge => 2,
            };
            write_place(&mut out, pickup.pos, kind);
        }
        out
    }

    /// # Errors
    /// Refuses anything that `to_bytes` would not have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LevelBytesError> {
        let mut reader = Reader { rest: bytes };
        let version = reader.u8()?;
        if version != VERSION {
            return Err(LevelBytesError::Version(version));
        }
        let name_len = usize::from(reader.u8()?);
        let name = core::str::from_utf8(reader.take(name_len)?).map_err(|_| LevelBytesError::Name)?.to_owned();
        let (width_tiles, height_tiles) = (reader.u16()?, reader.u16()?);
        let sides = super::LEVEL_TILES_MIN..=super::LEVEL_TILES_MAX;
        if !sides.contains(&width_tiles) || !sides.contains(&height_tiles) {
            return Err(LevelFault::Size { width: width_tiles.into(), height: height_tiles.into() }.into());
        }
        let solid = reader.tiles(usize::from(width_tiles) * usize::from(height_tiles))?;
        let spawn_count = usize::from(reader.u16()?);
        if spawn_count > SPAWNS_MAX {
            return Err(LevelFault::SpawnCount { count: spawn_count }.into());
        }
        let mut spawns = Vec::with_capacity(spawn_count);
        for _ in 0..spawn_count {
            let pos = reader.place()?;
            let team = match reader.u8()? {
                0 => Team::Solo,
                1 => Team::Blue,
                2 => Team::Orange,
                other => return Err(LevelBytesError::Kind(other)),
            };
            spawns.push(Spawn { pos, team });
        }
        let pickup_count = usize::from(reader.u8()?);
        if pickup_count > PICKUPS_MAX {
            return Err(LevelFault::PickupCount { count: pickup_count }.into());
        }
        let mut pickups = Vec::with_capacity(pickup_count);
        for _ in 0..pickup_count {
            let pos = reader.place()?;
            let kind = match reader.u8()? {
                0 => PickupKind::Repair,
                1 => PickupKind::Haste,
                2 => PickupKind::Overcharge,
                other => return Err(LevelBytesError::Kind(other)),
            };
            pickups.push(PickupPlace { pos, kind });
        }
        if !reader.rest.is_empty() {
            return Err(LevelBytesError::TooLong(reader.rest.len()));
        }
        Ok(Self::from_parts(LevelParts { name, width_tiles, height_tiles, solid, spawns, pickups })?)
    }

    fn write_tiles(&self, out: &mut Vec<u8>) {
        let (mut is_solid, mut run) = (false, 0_u32);
        for index in 0..self.solid.len() {
            if self.solid.contains(index) != is_solid {
                write_leb128(out, run);
                (is_solid, run) = (!is_solid, 0);
            }
            run += 1;
        }
        write_leb128(out, run);
    }
}

fn write_leb128(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn write_place(out: &mut Vec<u8>, pos: Vec2, kind: u8) {
    out.extend_from_slice(&((pos.x * PLACE_STEPS_PER_M) as u16).to_le_bytes());
    out.extend_from_slice(&((pos.y * PLACE_STEPS_PER_M) as u16).to_le_bytes());
    out.push(kind);
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], LevelBytesError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(LevelBytesError::TooShort)?;
        self.rest = rest;
        Ok(taken)
    }

    fn u8(&mut self) -> Result<u8, LevelBytesError> {
        Ok(self.take(1)?[0])
    }

    fn u16(&mut self) -> Result<u16, LevelBytesError> {
        let bytes = self.take(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn place(&mut self) -> Result<Vec2, LevelBytesError> {
        Ok(Vec2::new(f32::from(self.u16()?), f32::from(self.u16()?)) / PLACE_STEPS_PER_M)
    }

    /// At most three bytes: more tiles than fit in 21 bits are refused before they are believed.
    fn leb128(&mut self) -> Result<usize, LevelBytesError> {
        let mut value = 0;
        for shift in [0, 7, 14] {
            let byte = self.u8()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(LevelBytesError::Tiles)
    }

    fn tiles(&mut self, count: usize) -> Result<Vec<bool>, LevelBytesError> {
        let mut tiles = Vec::with_capacity(count);
        let mut is_solid = false;
        while tiles.len() < count {
            let run = self.leb128()?;
            let is_first = tiles.is_empty() && !is_solid;
            if run > count - tiles.len() || (run == 0 && !is_first) {
                return Err(LevelBytesError::Tiles);
            }
            tiles.resize(tiles.len() + run, is_solid);
            is_solid = !is_solid;
        }
        Ok(tiles)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn level() -> Level {
        crate::sim::level::tests::drawn(&[
            "##########",
            "#........#",
            "#.b....o.#",
            "#........#",
            "#...##...#",
            "#...##.r.#",
            "#...h..c.#",
            "##########",
        ])
        .unwrap()
    }

    #[test]
    fn a_level_survives_its_bytes() {
        let level = level();
        assert_eq!(Level::from_bytes(&level.to_bytes()), Ok(level));
    }

    #[test]
    fn every_cut_level_is_refused() {
        let bytes = level().to_bytes();
        for len in 0..bytes.len() {
            assert!(Level::from_bytes(&bytes[..len]).is_err(), "cut to {len} bytes");
        }
    }

    #[test]
    fn leftover_bytes_are_refused() {
        let mut bytes = level().to_bytes();
        bytes.push(0);
        assert_eq!(Level::from_bytes(&bytes), Err(LevelBytesError::TooLong(1)));
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Level::from_bytes(&bytes);
        }

        #[test]
        fn a_damaged_level_never_panics_and_what_is_read_is_sound(at in 0_usize..200, value in any::<u8>()) {
            let mut bytes = level().to_bytes();
            let at = at % bytes.len();
            bytes[at] = value;
            if let Ok(read) = Level::from_bytes(&bytes) {
                prop_assert_eq!(Level::from_bytes(&read.to_bytes()), Ok(read));
            }
        }
    }
}
