//! The habits of the house that a program can check: what lies in the root, how long files get, who imports whom, which words stay out.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT_ENTRIES: [&str; 8] = ["Cargo.toml", "Cargo.lock", "README.md", "LICENSE", "server", "shared", "client-web", "assets"];

/// Lines without the tests, past which a file has to say here why it is one.
const RUST_LINES_MAX: usize = 500;
const TYPESCRIPT_LINES_MAX: usize = 300;
const LONG_FILES: [(&str, &str); 1] =
    [("shared/src/client/client_core.rs", "the client's doors and what a tick does behind them are one walk")];

/// What the deterministic core does not use, and why.
const BANNED_IN_SHARED: [(&str, &str); 17] = [
    ("std::time", "time is an argument"),
    ("Instant::", "time is an argument"),
    ("SystemTime", "time is an argument"),
    ("std::thread", "a match has one thread, and so has a browser's page"),
    ("std::net", "the core does no I/O"),
    ("std::fs", "the core does no I/O"),
    ("println!", "the core does no I/O"),
    ("HashMap", "its order differs from run to run; BTreeMap or a table by slot"),
    ("HashSet", "its order differs from run to run; BTreeSet or a bitset by slot"),
    (".sin()", "std trigonometry differs between machines; math.rs has ours"),
    (".cos()", "std trigonometry differs between machines; math.rs has ours"),
    (".sin_cos()", "std trigonometry differs between machines; math.rs has ours"),
    (".tan()", "std trigonometry differs between machines; math.rs has ours"),
    (".atan2(", "std trigonometry differs between machines; math.rs has ours"),
    (".powf(", "std powers differ between machines; libm"),
    (".exp()", "std powers differ between machines; libm"),
    (".mul_add(", "it rounds once where the hardware has it and twice where it has not"),
];

/// Who may import whom in `shared`, from the bottom up; a module also imports itself.
const SHARED_IMPORTS: [(&str, &[&str]); 11] = [
    ("limits", &["ids"]),
    ("ids", &["limits"]),
    ("math", &["limits", "ids"]),
    ("rng", &["limits", "ids"]),
    ("wire", GROUND),
    ("sim", GROUND),
    ("bot", &["limits", "ids", "math", "rng", "sim"]),
    ("protocol", &["limits", "ids", "math", "rng", "wire", "sim"]),
    ("replication", &["limits", "ids", "math", "rng", "wire", "sim", "protocol"]),
    ("session", &["limits", "ids", "math", "rng", "wire", "protocol"]),
    ("client", &["limits", "ids", "math", "rng", "wire", "sim", "protocol", "replication", "session"]),
];
const GROUND: &[&str] = &["limits", "ids", "math", "rng"];

/// The server's storeys, from the bottom up: nothing imports from above, and transports and matches never see each other.
const SERVER_STOREYS: [&[&str]; 5] = [
    &["config", "shutdown", "clock"],
    &["link", "outbox", "content"],
    &["transport", "matches"],
    &["lobby", "spectate", "page"],
    &["session", "signaling", "ops"],
];

/// The same in the page; a folder also imports itself. What is not listed stands above all of them.
const PAGE_IMPORTS: [(&str, &[&str]); 6] = [
    ("transport", &[]),
    ("netcode", &["transport", "generated"]),
    ("input", &["netcode"]),
    ("loop", &["netcode"]),
    ("render", &["netcode"]),
    ("audio", &["netcode"]),
];

#[test]
fn the_root_holds_only_what_it_should() {
    let strangers: Vec<String> = entries(&root())
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .filter(|name| !name.starts_with('.') && name != "tests" && name != "target" && !ROOT_ENTRIES.contains(&name.as_str()))
        .collect();
    assert!(strangers.is_empty(), "these belong in a folder of the root, not in it: {strangers:?}");
}

#[test]
fn a_rust_file_opens_with_its_reason() {
    let without: Vec<String> =
        rust_files().into_iter().filter(|file| !file.text.starts_with("//! ")).map(|file| file.name).collect();
    assert!(without.is_empty(), "these open without a `//!` line that says why they exist: {without:#?}");
}

#[test]
fn a_page_file_says_why_it_exists() {
    let has_reason = |file: &Source| file.text.starts_with("//") || file.text.starts_with("/*");
    let without: Vec<String> = page_files().into_iter().filter(|file| !has_reason(file)).map(|file| file.name).collect();
    assert!(without.is_empty(), "these open without a comment that says why they exist: {without:#?}");
}

#[test]
fn a_file_is_short_enough_to_be_read_at_once() {
    let long = |file: &Source, lines_max| {
        file.body().lines().count() > lines_max && !LONG_FILES.iter().any(|(name, _)| *name == file.name)
    };
    let rust = rust_files().into_iter().filter(|file| !file.is_test() && long(file, RUST_LINES_MAX));
    let page = page_files().into_iter().filter(|file| long(file, TYPESCRIPT_LINES_MAX));
    let told: Vec<String> =
        rust.chain(page).map(|file| format!("{}: {} lines", file.name, file.body().lines().count())).collect();
    assert!(told.is_empty(), "look at these again; what must stay one file is listed in LONG_FILES with its reason: {told:#?}");
}

#[test]
fn nothing_is_left_to_be_done_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("HA", "CK")];
    let mut told = Vec::new();
    for file in rust_files().into_iter().chain(page_files()) {
        let lines = file.text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        told.extend(lines.map(|(number, line)| format!("{}:{}: {}", file.name, number + 1, line.trim())));
    }
    assert!(told.is_empty(), "finish these or drop them: {told:#?}");
}

#[test]
fn the_core_has_no_clock_no_thread_and_no_accident_of_order() {
    let mut told = Vec::new();
    for file in shared_files() {
        for (number, line) in file.body().lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let banned = BANNED_IN_SHARED.iter().filter(|(word, _)| line.contains(word));
            told.extend(banned.map(|(word, why)| format!("{}:{}: {word} ({why})", file.name, number + 1)));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn imports_in_shared_point_one_way() {
    let mut told = Vec::new();
    for file in shared_files() {
        let module = file.name.trim_start_matches("shared/src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some((_, allowed)) = SHARED_IMPORTS.iter().find(|(name, _)| *name == module) else { continue };
        let foreign = crate_paths(&file.body()).into_iter().filter(|used| *used != module && !allowed.contains(&used.as_str()));
        told.extend(foreign.map(|used| format!("{} imports {used}", file.name)));
    }
    assert!(told.is_empty(), "left may be used by right and never back: {told:#?}");
}

#[test]
fn host_and_client_never_see_each_other() {
    let sees = |folder: &str, other: &str| {
        let files = shared_files().into_iter().filter(|file| file.name.starts_with(&format!("shared/src/{folder}")));
        files.filter(|file| crate_paths(&file.body()).iter().any(|used| used == other)).map(|file| file.name).collect::<Vec<_>>()
    };
    assert_eq!(sees("host", "client"), Vec::<String>::new());
    assert_eq!(sees("client", "host"), Vec::<String>::new());
}

#[test]
fn imports_in_the_server_point_one_way() {
    let storey = |module: &str| SERVER_STOREYS.iter().position(|modules| modules.contains(&module));
    let are_apart = |a: &str, b: &str| (a, b) == ("transport", "matches") || (a, b) == ("matches", "transport");
    let mut told = Vec::new();
    for file in sources(&root().join("server/src"), &["rs"]).into_iter().filter(|file| !file.is_test()) {
        let module = file.name.trim_start_matches("server/src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some(own) = storey(&module) else { continue };
        let used = crate_paths(&file.body());
        let foreign = used.into_iter().filter(|used| storey(used).is_some_and(|other| other > own) || are_apart(&module, used));
        told.extend(foreign.map(|used| format!("{} imports {used}", file.name)));
    }
    assert!(told.is_empty(), "a storey stands on the ones below it: {told:#?}");
}

#[test]
fn imports_in_the_page_point_one_way() {
    let mut told = Vec::new();
    for file in page_files() {
        let Some((folder, _)) = file.name.trim_start_matches("client-web/src/").split_once('/') else { continue };
        let Some((_, allowed)) = PAGE_IMPORTS.iter().find(|(name, _)| *name == folder) else { continue };
        for (target, line) in relative_imports(&file) {
            if target != folder && !allowed.contains(&target.as_str()) {
                told.push(format!("{}: {}", file.name, line.trim()));
            }
        }
    }
    assert!(told.is_empty(), "transport < netcode < input, loop, render, audio < ui < app: {told:#?}");
}

#[test]
fn every_file_that_the_readme_names_exists() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://"));
    let missing: Vec<&str> =
        links.map(|link| link.split('#').next().unwrap_or(link)).filter(|link| !root().join(link).exists()).collect();
    assert!(missing.is_empty(), "the README links to what is not there: {missing:?}");
}

#[test]
fn the_lock_file_names_no_registry() {
    let lock = fs::read_to_string(root().join("client-web/package-lock.json")).unwrap();
    let named = lock.lines().find(|line| line.contains("\"resolved\""));
    assert_eq!(named, None, "package-lock.json names an address instead of a version and a checksum alone");
}

/// A source file: its path from the root, with forward slashes, and its text.
struct Source {
    name: String,
    text: String,
}

impl Source {
    /// Without its unit tests.
    fn body(&self) -> String {
        let text = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        text.to_owned()
    }

    fn is_test(&self) -> bool {
        self.name.contains(".test") || self.name.ends_with("/tests.rs") || self.name.contains("/tests/")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in a folder of the root").to_path_buf()
}

fn rust_files() -> Vec<Source> {
    ["shared", "server", "tests"].iter().flat_map(|folder| sources(&root().join(folder), &["rs"])).collect()
}

fn shared_files() -> Vec<Source> {
    sources(&root().join("shared/src"), &["rs"]).into_iter().filter(|file| !file.is_test()).collect()
}

fn page_files() -> Vec<Source> {
    let files = sources(&root().join("client-web/src"), &["ts"]);
    files.into_iter().filter(|file| !file.is_test() && !file.name.contains("/generated/")).collect()
}

fn sources(folder: &Path, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for path in entries(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            found.extend(sources(&path, endings));
        } else if path.extension().is_some_and(|ending| endings.iter().any(|e| ending == *e)) {
            let name = path.strip_prefix(root()).expect("only our own files are read").to_string_lossy().replace('\\', "/");
            found.push(Source { name, text: fs::read_to_string(&path).expect("a source is UTF-8") });
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The modules that code reaches by `crate::name` or `crate::{name, ..}`.
fn crate_paths(body: &str) -> Vec<String> {
    let mut names = Vec::new();
    let code: String = body.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    for rest in code.split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            names.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            continue;
        };
        let mut depth = 1;
        let mut name = String::new();
        let mut is_first = true;
        for c in list.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => is_first = true,
                c if depth == 1 && is_first && (c.is_alphanumeric() || c == '_') => name.push(c),
                ':' => is_first = false,
                _ => {}
            }
            if (c == ',' || c == ':' || depth == 0) && !name.is_empty() {
                names.push(std::mem::take(&mut name));
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

/// The folders of client-web/src that a file imports from, each with the line that does it.
fn relative_imports(file: &Source) -> Vec<(String, String)> {
    let home: Vec<&str> = file.name.trim_start_matches("client-web/src/").split('/').collect();
    let mut found = Vec::new();
    for line in file.text.lines() {
        let Some(path) = line.split(" from ").nth(1).map(|rest| rest.trim_matches(['"', '\'', ';', ' '])) else { continue };
        let is_import = line.starts_with("import") || line.starts_with("export") || line.starts_with('}');
        if !is_import || !path.starts_with('.') {
            continue;
        }
        let mut folders: Vec<&str> = home[..home.len() - 1].to_vec();
        for part in path.split('/') {
            match part {
                "." => {}
                ".." => drop(folders.pop()),
                part => folders.push(part),
            }
        }
        // A file that lies in src itself counts under its own name.
        found.push(((*folders.first().unwrap_or(&"")).to_owned(), line.to_owned()));
    }
    found
}

#[test]
fn nested_imports_are_read() {
    assert_eq!(
        crate_paths("use crate::{ids::Tick, wire::{Reader, Writer}, math};\nlet x = crate::rng::Rng::new();"),
        ["ids", "wire", "math", "rng"]
    );
}
