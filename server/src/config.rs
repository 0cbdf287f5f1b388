//! Everything the operator can set: one plain struct, read from the command line, the environment and a file, checked once.
//!
//! The command line wins over the environment, the environment over the file, the file over the defaults of the command.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;
use slipstream_shared::bot::BotLevel;
use slipstream_shared::limits::SLOTS_MAX;
use slipstream_shared::protocol::event::Mode;

/// Prefix of every environment variable that we read.
const ENVIRONMENT_PREFIX: &str = "SLIPSTREAM_";
/// A variable this near to one of ours is taken for a misspelt one.
const MISSPELT_EDITS_MAX: usize = 2;

/// Ships that bots may fill a match up to; the other seats stay free for people.
pub const BOTS_MAX: usize = SLOTS_MAX - 24;
/// Threads that run matches.
pub const MATCH_THREADS_MAX: usize = 64;

#[derive(Debug, Parser)]
#[command(name = "slipstream", version, about = "Slipstream: a realtime multiplayer game server for browsers.")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play on this machine: loopback only, bots in the match, nothing to set up
    #[command(after_help = SOURCES_HELP)]
    Dev(CommandOptions),
    /// Serve players: all interfaces, origins checked, production defaults
    #[command(after_help = SOURCES_HELP)]
    Serve(CommandOptions),
}

const SOURCES_HELP: &str = "Every option can also be set in the environment (SLIPSTREAM_PORT=9000), or in a TOML file given with \
                            --config (port = 9000).\nThe command line wins over the environment, the environment over the file.";

#[derive(Debug, Args)]
struct CommandOptions {
    /// Read settings from this TOML file; its keys are the options' names with underscores
    #[arg(long, value_name = "FILE", env = "SLIPSTREAM_CONFIG", hide_env = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Declares the settings once: for clap, for the file, and for laying one source over the other.
macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident: $type:ty,)*) => {
        #[derive(Args, Clone, Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct Settings { $($(#[$meta])* #[arg(hide_env = true)] $name: Option<$type>,)* }

        impl Settings {
            const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];

            fn over(self, below: Self) -> Self {
                Self { $($name: self.$name.or(below.$name),)* }
            }
        }
    };
}

settings! {
    /// Address to listen on [default: 127.0.0.1 for dev, 0.0.0.0 for serve]
    #[arg(long, env = "SLIPSTREAM_HOST", value_name = "ADDRESS")]
    host: IpAddr,
    /// Port number, the same for TCP (page and API) and UDP (WebTransport); 0 takes a free one [default: 8080]
    #[arg(long, env = "SLIPSTREAM_PORT")]
    port: u16,
    /// Host name that players reach this server by [default: the one they asked for]
    #[arg(long, env = "SLIPSTREAM_PUBLIC_HOST", value_name = "NAME")]
    public_host: String,
    /// Certificate chain (PEM) for https; needs --tls-key, and is read again when the file changes
    #[arg(long, env = "SLIPSTREAM_TLS_CERT", value_name = "FILE")]
    tls_cert: PathBuf,
    /// Private key (PEM) of the certificate
    #[arg(long, env = "SLIPSTREAM_TLS_KEY", value_name = "FILE")]
    tls_key: PathBuf,
    /// Pages that may use this server, as https://host[:port], comma-separated [default: pages of the server itself]
    #[arg(long, env = "SLIPSTREAM_ALLOW_ORIGINS", value_name = "ORIGINS", value_delimiter = ',')]
    allow_origins: Vec<String>,
    /// Directory of the built page [default: client-web/dist]
    #[arg(long, env = "SLIPSTREAM_PAGE", value_name = "DIR")]
    page: PathBuf,
    /// Directory of the maps [default: assets/maps]
    #[arg(long, env = "SLIPSTREAM_MAPS", value_name = "DIR")]
    maps: PathBuf,
    /// File of the game's tunables [default: assets/tuning.toml]
    #[arg(long, env = "SLIPSTREAM_TUNING", value_name = "FILE")]
    tuning: PathBuf,
    /// Play on this map only, by its file name [default: all of them in turn]
    #[arg(long, env = "SLIPSTREAM_MAP", value_name = "NAME")]
    map: String,
    /// Rules of the match that is always open [default: free-for-all]
    #[arg(long, env = "SLIPSTREAM_MODE")]
    mode: ModeName,
    /// Bots fill every match up to this many ships [default: 8]
    #[arg(long, env = "SLIPSTREAM_BOTS", value_name = "SHIPS")]
    bots: usize,
    /// How well the bots fly [default: normal]
    #[arg(long, env = "SLIPSTREAM_BOT_LEVEL", value_name = "LEVEL")]
    bot_level: BotLevelName,
    /// Threads that run matches [default: one for every core but one]
    #[arg(long, env = "SLIPSTREAM_MATCH_THREADS", value_name = "THREADS")]
    match_threads: usize,
    /// People in one match; bots make room for them [default: 64]
    #[arg(long, env = "SLIPSTREAM_PLAYERS_MAX", value_name = "PEOPLE")]
    players_max: usize,
    /// Matches that may run at once [default: 64]
    #[arg(long, env = "SLIPSTREAM_MATCHES_MAX", value_name = "MATCHES")]
    matches_max: usize,
    /// WebTransport connections at once, over all players [default: 2048]
    #[arg(long, env = "SLIPSTREAM_CONNECTIONS_MAX", value_name = "CONNECTIONS")]
    connections_max: usize,
    /// Sessions at once from one address [default: 64]
    #[arg(long, env = "SLIPSTREAM_SESSIONS_PER_ADDRESS_MAX", value_name = "SESSIONS")]
    sessions_per_address_max: usize,
    /// HTTP connections at once, over all visitors [default: 2048]
    #[arg(long, env = "SLIPSTREAM_HTTP_CONNECTIONS_MAX", value_name = "CONNECTIONS")]
    http_connections_max: usize,
    /// What to log, as in RUST_LOG [default: warn for dev, info for serve]
    #[arg(long, env = "SLIPSTREAM_LOG", value_name = "FILTER")]
    log: String,
}

#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum ModeName {
    FreeForAll,
    Teams,
}

#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum BotLevelName {
    Easy,
    Normal,
    Hard,
}

/// Checked settings; nothing else in the server reads the environment.
#[derive(Clone, Debug)]
pub struct Config {
    pub is_dev: bool,
    pub host: IpAddr,
    pub port: u16,
    pub public_host: Option<String>,
    pub tls: Option<TlsFiles>,
    pub allow_origins: Vec<String>,
    pub page: PathBuf,
    pub maps: PathBuf,
    pub tuning: PathBuf,
    pub map: Option<String>,
    pub mode: Mode,
    pub fill_to: usize,
    pub bot_level: BotLevel,
    pub players_max: usize,
    pub match_threads: usize,
    pub matches_max: usize,
    pub connections_max: usize,
    pub sessions_per_address_max: usize,
    pub http_connections_max: usize,
    pub log: String,
}

#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Help, version or a wrong option: clap has the text and the exit code.
    #[error(transparent)]
    CommandLine(#[from] clap::Error),
    #[error("{path}: {reason}")]
    Unreadable { path: String, reason: std::io::Error },
    #[error("{path}:{line}: {reason}")]
    File { path: String, line: usize, reason: String },
    #[error("environment: {name} is not an option of slipstream; {meant} is")]
    UnknownVariable { name: String, meant: String },
    #[error("{option}: {reason}")]
    Refused { option: &'static str, reason: String },
}

impl Config {
    /// Reads the process's own arguments and environment.
    pub fn from_process() -> Result<Self, ConfigError> {
        check_variable_names(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
        Self::from_arguments(std::env::args_os())
    }

    /// Reads these arguments (the first is the program's name), and the environment through clap.
    pub fn from_arguments<I>(arguments: I) -> Result<Self, ConfigError>
    where
        I: IntoIterator,
        I::Item: Into<std::ffi::OsString> + Clone,
    {
        let (is_dev, options) = match CommandLine::try_parse_from(arguments)?.command {
            Command::Dev(options) => (true, options),
            Command::Serve(options) => (false, options),
        };
        let file = options.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        check(is_dev, options.settings.over(file))
    }

    /// What `slipstream dev` uses when nothing is set; the tests start from it.
    #[must_use]
    pub fn dev() -> Self {
        with_defaults(true, Settings::default())
    }
}

fn read_file(path: &Path) -> Result<Settings, ConfigError> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|reason| ConfigError::Unreadable { path: shown.clone(), reason })?;
    toml::from_str(&text).map_err(|error| ConfigError::File {
        path: shown,
        line: line_of(&text, error.span()),
        reason: error.message().to_owned(),
    })
}

/// The line, counted from 1, in which a part of a text begins.
#[must_use]
pub fn line_of(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start.min(text.len()));
    1 + text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count()
}

/// A misspelt variable would silently have no effect: refuse what is nearly one of ours. Other tools may share the prefix.
fn check_variable_names(names: impl Iterator<Item = String>) -> Result<(), ConfigError> {
    for name in names {
        let Some(rest) = name.strip_prefix(ENVIRONMENT_PREFIX).map(str::to_lowercase) else { continue };
        let known = || Settings::NAMES.iter().copied().chain(["config"]);
        if known().any(|known| known == rest) {
            continue;
        }
        if let Some(near) = known().find(|known| edits_between(known, &rest) <= MISSPELT_EDITS_MAX.min(known.len() / 2)) {
            return Err(ConfigError::UnknownVariable { name, meant: format!("{ENVIRONMENT_PREFIX}{}", near.to_uppercase()) });
        }
    }
    Ok(())
}

/// Letters to insert, remove or change to make one word of the other.
fn edits_between(one: &str, other: &str) -> usize {
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut costs[0], row + 1);
        for (column, other_letter) in other.bytes().enumerate() {
            let change = diagonal + usize::from(letter != other_letter);
            diagonal = costs[column + 1];
            costs[column + 1] = change.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs.last().copied().unwrap_or_default()
}

fn check(is_dev: bool, settings: Settings) -> Result<Config, ConfigError> {
    if settings.tls_cert.is_some() != settings.tls_key.is_some() {
        return refuse("tls_cert", "--tls-cert and --tls-key belong together; one of them is missing");
    }
    let config = with_defaults(is_dev, settings);
    within("bots", config.fill_to, 0, BOTS_MAX)?;
    within("players_max", config.players_max, 1, SLOTS_MAX)?;
    within("match_threads", config.match_threads, 1, MATCH_THREADS_MAX)?;
    within("matches_max", config.matches_max, 1, 100_000)?;
    within("connections_max", config.connections_max, 1, 1_000_000)?;
    within("sessions_per_address_max", config.sessions_per_address_max, 1, 1_000_000)?;
    within("http_connections_max", config.http_connections_max, 1, 1_000_000)?;
    for origin in &config.allow_origins {
        if !is_origin(origin) {
            return refuse("allow_origins", format!("`{origin}` is not an origin; write https://host or https://host:port"));
        }
    }
    if config.public_host.as_deref().is_some_and(|host| !is_host_name(host)) {
        return refuse("public_host", "write a host name or an address, without scheme, port or path");
    }
    Ok(config)
}

fn with_defaults(is_dev: bool, settings: Settings) -> Config {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Config {
        is_dev,
        host: settings.host.unwrap_or(IpAddr::V4(if is_dev { Ipv4Addr::LOCALHOST } else { Ipv4Addr::UNSPECIFIED })),
        port: settings.port.unwrap_or(8080),
        public_host: settings.public_host,
        tls: settings.tls_cert.zip(settings.tls_key).map(|(cert, key)| TlsFiles { cert, key }),
        allow_origins: settings.allow_origins.unwrap_or_default(),
        page: settings.page.unwrap_or_else(|| "client-web/dist".into()),
        maps: settings.maps.unwrap_or_else(|| "assets/maps".into()),
        tuning: settings.tuning.unwrap_or_else(|| "assets/tuning.toml".into()),
        map: settings.map,
        mode: match settings.mode {
            None | Some(ModeName::FreeForAll) => Mode::FreeForAll,
            Some(ModeName::Teams) => Mode::Teams,
        },
        fill_to: settings.bots.unwrap_or(8),
        bot_level: match settings.bot_level {
            Some(BotLevelName::Easy) => BotLevel::Easy,
            None | Some(BotLevelName::Normal) => BotLevel::Normal,
            Some(BotLevelName::Hard) => BotLevel::Hard,
        },
        players_max: settings.players_max.unwrap_or(64),
        match_threads: settings.match_threads.unwrap_or_else(|| cores.saturating_sub(1).clamp(1, MATCH_THREADS_MAX)),
        matches_max: settings.matches_max.unwrap_or(64),
        connections_max: settings.connections_max.unwrap_or(2048),
        sessions_per_address_max: settings.sessions_per_address_max.unwrap_or(64),
        http_connections_max: settings.http_connections_max.unwrap_or(2048),
        log: settings.log.unwrap_or_else(|| if is_dev { "warn" } else { "info" }.to_owned()),
    }
}

fn within(option: &'static str, value: usize, min: usize, max: usize) -> Result<(), ConfigError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    refuse(option, format!("{value} is not between {min} and {max}"))
}

fn refuse<T>(option: &'static str, reason: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError::Refused { option, reason: reason.into() })
}

fn is_origin(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let (host, port) = split_port(rest);
    is_host_name(host) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Splits `host:port`, `[v6]:port` or a bare host.
#[must_use]
pub fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_ends = if authority.starts_with('[') { authority.find(']').map_or(0, |end| end + 1) } else { 0 };
    match authority[host_ends..].find(':') {
        Some(colon) => (&authority[..host_ends + colon], Some(&authority[host_ends + colon + 1..])),
        None => (authority, None),
    }
}

/// A name or an address that may stand in a URL and in a header: nothing that could end either early.
#[must_use]
pub fn is_host_name(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    (1..=253).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Settings, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::File {
            path: "slipstream.toml".into(),
            line: line_of(text, error.span()),
            reason: error.message().to_owned(),
        })
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = from_file("port = 9000\nprot = 9001\n").map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("slipstream.toml:2: unknown field `prot`"), "{error}");
    }

    #[test]
    fn a_bad_value_is_refused_with_its_line_and_reason() {
        let error = from_file("\nport = 70000\n").map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("slipstream.toml:2: ") && error.contains("70000"), "{error}");
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let file = from_file("port = 9000\nbots = 3\n").unwrap();
        let line = Settings { port: Some(9001), ..Settings::default() };
        let config = check(true, line.over(file)).unwrap();
        assert_eq!((config.port, config.fill_to), (9001, 3));
    }

    #[test]
    fn half_a_certificate_is_refused() {
        let error = check(false, Settings { tls_cert: Some("a.pem".into()), ..Settings::default() }).unwrap_err();
        assert!(error.to_string().contains("belong together"));
    }

    #[test]
    fn a_number_outside_its_bounds_is_refused() {
        let error = check(false, Settings { bots: Some(SLOTS_MAX), ..Settings::default() }).unwrap_err();
        assert!(error.to_string().starts_with("bots: "), "{error}");
    }

    #[test]
    fn a_misspelt_variable_is_refused() {
        assert!(check_variable_names(["SLIPSTREAM_PORT".to_owned(), "HOME".to_owned()].into_iter()).is_ok());
        let error = check_variable_names(["SLIPSTREAM_PROT".to_owned()].into_iter()).unwrap_err();
        assert!(error.to_string().contains("SLIPSTREAM_PROT") && error.to_string().contains("SLIPSTREAM_PORT"));
        let foreign = ["SLIPSTREAM_SERVER".to_owned(), "SLIPSTREAM_BLESS".to_owned()];
        assert!(check_variable_names(foreign.into_iter()).is_ok(), "another tool's");
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        assert!(is_origin("https://play.example:8443") && is_origin("http://[::1]:8080"));
        assert!(!is_origin("play.example") && !is_origin("https://play.example/path") && !is_origin("https://a b"));
    }

    #[test]
    fn help_names_every_option() {
        let help = CommandLine::try_parse_from(["slipstream", "serve", "--help"]).unwrap_err().to_string();
        for name in Settings::NAMES {
            assert!(help.contains(&format!("--{}", name.replace('_', "-"))), "{name} is missing");
        }
    }
}
