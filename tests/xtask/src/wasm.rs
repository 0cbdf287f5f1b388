//! `cargo xtask wasm`: the browser's copy of the core, with its JavaScript side, where the page imports it from.

use crate::cargo::cargo;
use crate::failure::Failure;
use crate::node;
use crate::process;
use crate::stamp::Fingerprint;
use crate::wasm_imports;
use crate::wasm_target::{WASM32, WasmTarget};
use crate::workspace::Workspace;
use std::fs;
use std::path::{Path, PathBuf};

pub const HELP: &str = "
Builds `shared` for wasm32 (profile `wasm`), writes its JavaScript side with wasm-bindgen and makes it small with wasm-opt.
The result is client-web/src/generated. What is up to date is left alone.

wasm32 comes from `rustup target add wasm32-unknown-unknown`, done when missing. Where rustup cannot fetch it, Debian's rustc-web,
rust-web-src and lld-19 are used; XTASK_WASM_DEBIAN=1 asks for them at once.
";

const STEM: &str = "slipstream_shared";
const PRODUCTS: [&str; 4] =
    ["slipstream_shared.js", "slipstream_shared.d.ts", "slipstream_shared_bg.wasm", "slipstream_shared_bg.wasm.d.ts"];
/// Downloaded by every player before the first picture, so it has a budget.
const GZIPPED_KB_MAX: u64 = 400;
/// -O3 would make it a fifth larger; the time of a tick is in code that -Os inlines too.
const WASM_OPT_FLAGS: [&str; 9] = [
    "-Os",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
    "--strip-debug",
];

pub fn run(workspace: &Workspace, _args: &[String]) -> Result<(), Failure> {
    build(workspace)?;
    println!("{}", check_imports(workspace)?);
    println!("{}", check_size(workspace)?);
    Ok(())
}

/// Builds it, or finds it up to date.
pub fn build(workspace: &Workspace) -> Result<(), Failure> {
    let raw = compile(workspace)?;
    node::ensure_packages(workspace)?;
    let bytes = fs::read(&raw).map_err(|e| Failure::new(format!("cargo did not leave {}: {e}", workspace.shown(&raw))))?;
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).unwrap_or_default();
    let made_from = WASM_OPT_FLAGS
        .iter()
        .fold(Fingerprint::new().bytes(&bytes), |made_from, flag| made_from.bytes(flag.as_bytes()))
        .bytes(bindgen_version(&lock).as_bytes());
    let stamp = workspace.stamp("wasm");
    if made_from.is_stamped(&stamp) && PRODUCTS.iter().all(|name| workspace.generated.join(name).is_file()) {
        return Ok(());
    }
    write_bindings(workspace, &raw)?;
    made_from.stamp(&stamp)
}

fn compile(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let target = WasmTarget::ensure()?;
    // The crate type is asked for here, so that native builds need not link a library that nobody loads.
    let mut command = cargo(
        workspace,
        &[
            "rustc",
            "--package",
            "slipstream-shared",
            "--lib",
            "--crate-type",
            "cdylib",
            "--features",
            "wasm",
            "--profile",
            "wasm",
            "--target",
            WASM32,
        ],
    );
    target.apply(&mut command);
    process::run(&mut command)?;
    Ok(workspace.target.join(WASM32).join("wasm").join(format!("{STEM}.wasm")))
}

fn write_bindings(workspace: &Workspace, raw: &Path) -> Result<(), Failure> {
    let scratch = workspace.target.join("xtask/bindgen");
    let written = |e: std::io::Error| Failure::new(format!("cannot write the bindings: {e}"));
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch).and_then(|()| fs::create_dir_all(&workspace.generated)).map_err(written)?;

    let mut bindgen = cargo(workspace, &["run", "--quiet", "--profile", "tool", "--package", "xtask-bindgen", "--"]);
    process::run(bindgen.arg(raw).arg(&scratch))?;

    let bound = scratch.join(format!("{STEM}_bg.wasm"));
    let small = scratch.join("small.wasm");
    let mut wasm_opt = node::node(workspace, &["node_modules/binaryen/bin/wasm-opt"]);
    process::run(wasm_opt.args(WASM_OPT_FLAGS).arg(&bound).arg("-o").arg(&small))?;
    fs::rename(&small, &bound).map_err(written)?;

    // Moved over only now that everything is there: vite and tsc never see half of it.
    for name in PRODUCTS {
        fs::copy(scratch.join(name), workspace.generated.join(name)).map_err(written)?;
    }
    Ok(())
}

fn bindgen_version(lock: &str) -> &str {
    let after = lock.split("name = \"wasm-bindgen-cli-support\"\nversion = \"").nth(1);
    after.and_then(|rest| rest.split('"').next()).unwrap_or("unknown")
}

/// The core does no I/O and owns no clock: its wasm may ask JavaScript for nothing but wasm-bindgen's own plumbing.
pub fn check_imports(workspace: &Workspace) -> Result<String, Failure> {
    let imports = wasm_imports::read(&read_product(workspace)?).map_err(Failure::new)?;
    let foreign: Vec<String> = imports.iter().filter(|import| !import.is_plumbing()).map(ToString::to_string).collect();
    if !foreign.is_empty() {
        return Err(Failure::new(format!("the core's wasm imports from outside: {}", foreign.join(", ")))
            .remedy("pass what it needs in as an argument; shared does no I/O and owns no clock"));
    }
    Ok(format!("{} imports, all of them wasm-bindgen's own", imports.len()))
}

pub fn check_size(workspace: &Workspace) -> Result<String, Failure> {
    let bytes = read_product(workspace)?.len() as u64;
    let script =
        "process.stdout.write(String(require('zlib').gzipSync(require('fs').readFileSync(process.argv[1]),{level:9}).length))";
    let product = product(workspace);
    let gzipped = process::ask(node::node(workspace, &["-e", script]).arg(&product))
        .and_then(|text| text.parse::<u64>().ok())
        .ok_or_else(|| Failure::new("node could not gzip the wasm"))?;
    let text =
        format!("{} KB gzipped of at most {GZIPPED_KB_MAX} KB ({} KB as it is)", gzipped.div_ceil(1024), bytes.div_ceil(1024));
    if gzipped > GZIPPED_KB_MAX * 1024 {
        return Err(Failure::new(format!("the wasm is too large: {text}"))
            .remedy("`npx twiggy` or `wasm-opt --metrics` tell what takes the room"));
    }
    Ok(text)
}

fn product(workspace: &Workspace) -> PathBuf {
    workspace.generated.join(format!("{STEM}_bg.wasm"))
}

fn read_product(workspace: &Workspace) -> Result<Vec<u8>, Failure> {
    fs::read(product(workspace)).map_err(|e| Failure::new(format!("there is no wasm yet: {e}")).remedy("`cargo xtask wasm`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bindings_follow_the_version_in_the_lock_file() {
        let root = Workspace::find().unwrap().root;
        let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
        let tool = bindgen_version(&lock);
        assert!(
            lock.contains(&format!("name = \"wasm-bindgen\"\nversion = \"{tool}\"")),
            "wasm-bindgen and its tool ({tool}) must be the same release"
        );
    }
}
