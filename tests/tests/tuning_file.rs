//! The numbers in `assets/tuning.toml` are the numbers that the core has without it: neither can drift from the other.

use std::path::Path;

use slipstream_server::content::Content;
use slipstream_shared::sim::Tuning;

#[test]
fn the_tuning_file_says_what_the_core_says() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let content = Content::load(&assets.join("maps"), &assets.join("tuning.toml")).expect("the game's own files load");
    assert_eq!(*content.tuning, Tuning::default());
}
