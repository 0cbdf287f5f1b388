//! Writes the JavaScript side of the wasm core: `xtask-bindgen IN.wasm OUT_FOLDER`, called by `cargo xtask wasm`.
//! It is wasm-bindgen's own command line as a library, so its version comes from Cargo.lock and nobody has to install a tool.

use std::error::Error;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(input), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: xtask-bindgen IN.wasm OUT_FOLDER".into());
    };
    Bindgen::new()
        .input_path(input)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false)
        .remove_producers_section(true)
        .generate(out)?;
    Ok(())
}
