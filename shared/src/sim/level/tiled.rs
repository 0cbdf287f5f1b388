//! Reads a map made with the Tiled editor (its JSON format) and says exactly what is wrong with one that does not fit.
//!
//! Wanted: an orthogonal, finite map; a tile layer `walls` (any tile is solid); an object layer `spawns` of points, each with
//! an optional property `team` (`blue` or `orange`); an object layer `pickups` of points whose class is `repair`, `haste` or
//! `overcharge`. Other layers are decoration. Whatever a tile's size in pixels, it is 2 m wide here.

use glam::Vec2;
use serde::Deserialize;

use super::{Level, LevelFault, LevelParts, PickupKind, PickupPlace, Spawn, TILE_M};
use crate::ids::Team;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    #[error("map {map}: not a Tiled JSON map: {reason}")]
    Json { map: String, reason: String },
    #[error("map {map}: {reason}")]
    Map { map: String, reason: String },
    #[error("map {map}: layer \"{layer}\": {reason}")]
    Layer { map: String, layer: String, reason: String },
    #[error("map {map}: layer \"{layer}\": {object}: {reason}")]
    Object { map: String, layer: String, object: String, reason: String },
}

#[derive(Deserialize)]
struct TiledMap {
    width: u64,
    height: u64,
    tilewidth: f64,
    tileheight: f64,
    #[serde(default)]
    orientation: String,
    #[serde(default)]
    infinite: bool,
    layers: Vec<TiledLayer>,
}

#[derive(Deserialize)]
struct TiledLayer {
    #[serde(default)]
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    width: u64,
    #[serde(default)]
    height: u64,
    /// Numbers, or text when the map was saved with an encoding.
    #[serde(default)]
    data: serde_json::Value,
    #[serde(default)]
    objects: Vec<TiledObject>,
    #[serde(default)]
    offsetx: f64,
    #[serde(default)]
    offsety: f64,
}

#[derive(Deserialize)]
struct TiledObject {
    #[serde(default)]
    id: u64,
    #[serde(default)]
    name: String,
    /// Tiled 1.9 wrote `class`, all others `type`.
    #[serde(rename = "type", alias = "class", default)]
    kind: String,
    x: f64,
    y: f64,
    #[serde(default)]
    width: f64,
    #[serde(default)]
    height: f64,
    #[serde(default)]
    properties: Vec<TiledProperty>,
}

#[derive(Deserialize)]
struct TiledProperty {
    name: String,
    value: serde_json::Value,
}

/// Tiled keeps flips and rotations of a tile in its number's top bits.
const TILE_NUMBER_MASK: u64 = 0x0fff_ffff;

impl Level {
    /// # Errors
    /// Names the map, the layer and the object at fault.
    pub fn from_tiled_json(name: &str, json: &str) -> Result<Self, LevelError> {
        let map: TiledMap =
            serde_json::from_str(json).map_err(|error| LevelError::Json { map: name.to_owned(), reason: error.to_string() })?;
        Reading { name, map: &map }.level()
    }
}

struct Reading<'a> {
    name: &'a str,
    map: &'a TiledMap,
}

impl Reading<'_> {
    fn level(&self) -> Result<Level, LevelError> {
        if self.map.orientation != "orthogonal" || self.map.infinite {
            return Err(self.map_error("must be orthogonal and not infinite (Map, Map Properties)"));
        }
        let pixels = self.map.tilewidth;
        if !(pixels.is_finite() && (1.0..=1024.0).contains(&pixels) && pixels.total_cmp(&self.map.tileheight).is_eq()) {
            return Err(self.map_error("tiles must be square, 1 to 1024 pixels wide"));
        }
        let (width, height) = (self.map.width, self.map.height);
        let size_fault = LevelFault::Size { width, height };
        let side = |tiles: u64| u16::try_from(tiles).ok().filter(|tiles| *tiles <= super::LEVEL_TILES_MAX);
        let (Some(width_tiles), Some(height_tiles)) = (side(width), side(height)) else {
            return Err(self.map_error(&size_fault.to_string()));
        };
        let solid = self.walls()?;
        let spawn_layer = self.layer("spawns", "objectgroup")?;
        let pickup_layer = self.layer("pickups", "objectgroup")?;
        let spawns = self.objects(spawn_layer, |object| {
            let team = object.properties.iter().find(|property| property.name == "team").map(|property| &property.value);
            match team.map(|value| value.as_str().unwrap_or("not a text")) {
                None | Some("") => Ok(Team::Solo),
                Some("blue") => Ok(Team::Blue),
                Some("orange") => Ok(Team::Orange),
                Some(other) => Err(format!("team is \"{other}\", must be \"blue\", \"orange\" or left out")),
            }
        })?;
        let pickups = self.objects(pickup_layer, |object| match object.kind.as_str() {
            "repair" => Ok(PickupKind::Repair),
            "haste" => Ok(PickupKind::Haste),
            "overcharge" => Ok(PickupKind::Overcharge),
            other => Err(format!("class is \"{other}\", must be \"repair\", \"haste\" or \"overcharge\"")),
        })?;
        let parts = LevelParts {
            name: self.name.to_owned(),
            width_tiles,
            height_tiles,
            solid,
            spawns: spawns.into_iter().map(|(pos, team)| Spawn { pos, team }).collect(),
            pickups: pickups.into_iter().map(|(pos, kind)| PickupPlace { pos, kind }).collect(),
        };
        Level::from_parts(parts).map_err(|fault| self.name_fault(&fault, spawn_layer, pickup_layer))
    }

    fn walls(&self) -> Result<Vec<bool>, LevelError> {
        let layer = self.layer("walls", "tilelayer")?;
        if (layer.width, layer.height) != (self.map.width, self.map.height) {
            return Err(self.layer_error(layer, "its size differs from the map's"));
        }
        let Some(tiles) = layer.data.as_array() else {
            return Err(self.layer_error(layer, "its tiles are encoded; save the map with the tile layer format CSV"));
        };
        if tiles.len() as u64 != self.map.width * self.map.height {
            let reason = format!("has {} tiles instead of {}", tiles.len(), self.map.width * self.map.height);
            return Err(self.layer_error(layer, &reason));
        }
        let solid: Option<Vec<bool>> =
            tiles.iter().map(|tile| tile.as_u64().map(|number| number & TILE_NUMBER_MASK != 0)).collect();
        solid.ok_or_else(|| self.layer_error(layer, "a tile is not a whole number"))
    }

    fn layer(&self, name: &str, kind: &str) -> Result<&TiledLayer, LevelError> {
        let mut found = self.map.layers.iter().filter(|layer| layer.name == name && layer.kind == kind);
        let wanted = if kind == "tilelayer" { "a tile layer" } else { "an object layer" };
        match (found.next(), found.next()) {
            (Some(layer), None) => Ok(layer),
            (None, _) => Err(LevelError::Layer {
                map: self.name.to_owned(),
                layer: name.to_owned(),
                reason: format!("{wanted} of this name is missing"),
            }),
            (Some(layer), Some(_)) => Err(self.layer_error(layer, "is there twice")),
        }
    }

    /// The middle of each object in metres, with what `read` says it is.
    fn objects<T>(
        &self,
        layer: &TiledLayer,
        read: impl Fn(&TiledObject) -> Result<T, String>,
    ) -> Result<Vec<(Vec2, T)>, LevelError> {
        let metres_per_pixel = f64::from(TILE_M) / self.map.tilewidth;
        let mut objects = Vec::with_capacity(layer.objects.len());
        for (index, object) in layer.objects.iter().enumerate() {
            let x = (object.x + object.width / 2.0 + layer.offsetx) * metres_per_pixel;
            let y = (object.y + object.height / 2.0 + layer.offsety) * metres_per_pixel;
            let (width, height) = (self.map.width as f64 * f64::from(TILE_M), self.map.height as f64 * f64::from(TILE_M));
            if !((0.0..=width).contains(&x) && (0.0..=height).contains(&y)) {
                return Err(self.object_error(layer, index, "lies outside the map"));
            }
            let value = read(object).map_err(|reason| self.object_error(layer, index, &reason))?;
            objects.push((Vec2::new(x as f32, y as f32), value));
        }
        Ok(objects)
    }

    /// The fault of a part, told with the layer and the object that it came from.
    fn name_fault(&self, fault: &LevelFault, spawns: &TiledLayer, pickups: &TiledLayer) -> LevelError {
        let reason = fault.to_string();
        match fault {
            LevelFault::SpawnInWall { index } => self.object_error(spawns, *index, "lies in or too near to a wall"),
            LevelFault::PickupInWall { index } => self.object_error(pickups, *index, "lies in a wall"),
            LevelFault::SpawnCount { .. } | LevelFault::TeamSpawns { .. } => self.layer_error(spawns, &reason),
            LevelFault::PickupCount { .. } => self.layer_error(pickups, &reason),
            LevelFault::Size { .. } | LevelFault::Name => self.map_error(&reason),
        }
    }

    fn map_error(&self, reason: &str) -> LevelError {
        LevelError::Map { map: self.name.to_owned(), reason: reason.to_owned() }
    }

    fn layer_error(&self, layer: &TiledLayer, reason: &str) -> LevelError {
        LevelError::Layer { map: self.name.to_owned(), layer: layer.name.clone(), reason: reason.to_owned() }
    }

    fn object_error(&self, layer: &TiledLayer, index: usize, reason: &str) -> LevelError {
        let object = layer.objects.get(index).map_or_else(String::new, |object| {
            if object.name.is_empty() {
                format!("object {}", object.id)
            } else {
                format!("object {} \"{}\"", object.id, object.name)
            }
        });
        LevelError::Object { map: self.name.to_owned(), layer: layer.name.clone(), object, reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 x 8 tiles of 32 pixels with a wall around them.
    fn map() -> serde_json::Value {
        let tiles: Vec<u32> = (0..80).map(|i| u32::from(i % 10 == 0 || i % 10 == 9 || i / 10 == 0 || i / 10 == 7)).collect();
        serde_json::json!({
            "type": "map", "orientation": "orthogonal", "infinite": false,
            "width": 10, "height": 8, "tilewidth": 32, "tileheight": 32,
            "layers": [
                { "type": "tilelayer", "name": "walls", "width": 10, "height": 8, "data": tiles },
                { "type": "objectgroup", "name": "spawns", "objects": [
                    { "id": 1, "name": "west", "type": "", "x": 80.0, "y": 128.0, "point": true },
                    { "id": 2, "name": "", "type": "", "x": 240.0, "y": 128.0, "point": true },
                ]},
                { "type": "objectgroup", "name": "pickups", "objects": [
                    { "id": 3, "name": "", "type": "haste", "x": 160.0, "y": 128.0, "point": true },
                ]},
            ],
        })
    }

    fn error_of(map: &serde_json::Value) -> String {
        Level::from_tiled_json("test", &map.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn a_sound_map_is_read_in_metres() {
        let level = Level::from_tiled_json("test", &map().to_string()).unwrap();
        assert_eq!(level.spawns()[0].pos, Vec2::new(5.0, 8.0));
        assert_eq!(level.pickups()[0], PickupPlace { pos: Vec2::new(10.0, 8.0), kind: PickupKind::Haste });
        assert!(level.is_solid(0, 3) && !level.is_solid(1, 1));
    }

    #[test]
    fn an_object_at_fault_is_named_with_its_layer() {
        let mut bad = map();
        bad["layers"][1]["objects"][0]["x"] = 20.0.into();
        let error = error_of(&bad);
        assert!(error.contains("\"spawns\"") && error.contains("object 1 \"west\"") && error.contains("wall"), "{error}");

        let mut bad = map();
        bad["layers"][2]["objects"][0]["type"] = "laser".into();
        let error = error_of(&bad);
        assert!(error.contains("\"pickups\"") && error.contains("object 3") && error.contains("laser"), "{error}");

        let mut bad = map();
        bad["layers"][1]["objects"][1]["properties"] =
            serde_json::json!([{ "name": "team", "type": "string", "value": "green" }]);
        let error = error_of(&bad);
        assert!(error.contains("\"spawns\"") && error.contains("object 2") && error.contains("green"), "{error}");

        let mut bad = map();
        bad["layers"][2]["objects"][0]["y"] = (-5.0).into();
        assert!(error_of(&bad).contains("outside"), "{}", error_of(&bad));
    }

    #[test]
    fn a_missing_layer_is_named() {
        let mut bad = map();
        bad["layers"][0]["name"] = "wals".into();
        assert!(error_of(&bad).contains("\"walls\""), "{}", error_of(&bad));
    }

    #[test]
    fn a_missing_tile_and_an_encoding_are_told_apart() {
        let mut bad = map();
        bad["layers"][0]["data"] = serde_json::json!([1, 2, 3]);
        assert!(error_of(&bad).contains("3 tiles instead of 80"), "{}", error_of(&bad));
        bad["layers"][0]["data"] = "eJwDAAAAAAE=".into();
        assert!(error_of(&bad).contains("CSV"), "{}", error_of(&bad));
    }

    #[test]
    fn an_infinite_or_huge_map_is_refused() {
        let mut bad = map();
        bad["infinite"] = true.into();
        assert!(error_of(&bad).contains("infinite"));
        let mut bad = map();
        bad["width"] = u64::MAX.into();
        assert!(error_of(&bad).contains("tiles"));
        assert!(Level::from_tiled_json("test", "[1").unwrap_err().to_string().contains("not a Tiled JSON map"));
    }
}
