//! The project's own commands. `cargo xtask --help` lists them; each is a file of the same name.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to its terminal")]

mod bench;
mod bless;
mod browser;
mod cargo;
mod check;
mod failure;
mod node;
mod page;
mod play;
mod process;
mod report;
mod stamp;
mod tally;
mod test;
mod wasm;
mod wasm_imports;
mod wasm_target;
mod workspace;

use failure::Failure;
use std::process::ExitCode;
use workspace::Workspace;

/// One command: its name, what it does in a line, its help, and the function that does it.
struct Command {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    run: fn(&Workspace, &[String]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "play",
        summary: "build everything, start a local match with bots, print its address",
        help: play::HELP,
        run: play::run,
    },
    Command { name: "test", summary: "run everything that can be checked, browsers included", help: test::HELP, run: test::run },
    Command {
        name: "check",
        summary: "the quick inner loop: format, lints, unit tests, types",
        help: check::HELP,
        run: check::run,
    },
    Command { name: "bench", summary: "run the benchmarks and print one table", help: bench::HELP, run: bench::run },
    Command { name: "bless", summary: "write the golden files anew", help: bless::HELP, run: bless::run },
    Command { name: "wasm", summary: "build the browser's copy of the core", help: wasm::HELP, run: wasm::run },
    Command { name: "page", summary: "build the page (and the wasm it needs)", help: page::HELP, run: page::run },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = args.split_first() else {
        print!("{}", overview());
        return Ok(());
    };
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        print!("{}", overview());
        return Ok(());
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(Failure::new(format!("there is no command `{name}`")).remedy("`cargo xtask --help` lists the commands"));
    };
    let own_args = rest.split(|arg| arg == "--").next().unwrap_or(&[]);
    if own_args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("cargo xtask {}: {}\n\n{}", command.name, command.summary, command.help.trim());
        return Ok(());
    }
    (command.run)(&Workspace::find()?, rest)
}

fn overview() -> String {
    let mut text = String::from("The commands of Slipstream. `cargo xtask COMMAND --help` says more about each.\n\n");
    for command in COMMANDS {
        text += &format!("  cargo xtask {:<8}{}\n", command.name, command.summary);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_the_readme_names_exists() {
        let readme = std::fs::read_to_string(Workspace::find().unwrap().root.join("README.md")).unwrap();
        let named: Vec<&str> = readme
            .split("cargo xtask ")
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_ascii_lowercase()).next())
            .filter(|name| !name.is_empty())
            .collect();
        assert!(named.contains(&"play") && named.contains(&"test"), "the README must say how to play and how to test");
        for name in named {
            assert!(
                COMMANDS.iter().any(|command| command.name == name),
                "the README names `cargo xtask {name}`, which does not exist"
            );
        }
    }

    #[test]
    fn an_unknown_command_is_refused_with_a_remedy() {
        let failure = dispatch(&["paly".to_owned()]).unwrap_err();
        assert!(failure.to_string().contains("--help"));
    }
}
