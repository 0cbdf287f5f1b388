//! The binary: reads the settings, starts the server, says where it is, and ends when it is asked to.

use std::io::Write as _;
use std::process::ExitCode;

use slipstream_server::Server;
use slipstream_server::config::{Config, ConfigError};
use slipstream_server::shutdown::{Shutdown, on_signals};

fn main() -> ExitCode {
    let config = match Config::from_process() {
        Ok(config) => config,
        Err(ConfigError::CommandLine(answer)) => answer.exit(),
        Err(error) => return fail(&error),
    };
    if let Err(error) = start_log(&config.log) {
        return fail(&error);
    }
    // Packets are cheaper on few threads: every further one costs wake-ups, and the matches have threads of their own.
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    match tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build() {
        Ok(runtime) => runtime.block_on(serve(config)),
        Err(error) => fail(&error),
    }
}

async fn serve(config: Config) -> ExitCode {
    let shutdown = Shutdown::new();
    tokio::spawn(on_signals(shutdown.clone()));
    let is_dev = config.is_dev;
    let server = match Server::start(config.clone(), shutdown).await {
        Ok(server) => server,
        Err(error) => return fail(&error),
    };
    if is_dev {
        introduce(&server, &config);
    } else {
        tracing::info!(address = %server.address, page = server.page_url(), "serving");
        if !server.is_https {
            tracing::warn!(
                "plain http: browsers open WebTransport from https pages only (--tls-cert, or a proxy in front), or on this machine"
            );
        }
    }
    if server.run().await { ExitCode::SUCCESS } else { fail(&"not everything ended in time") }
}

/// One clean block, once everything really listens.
fn introduce(server: &Server, config: &Config) {
    let page = server.page_url();
    let port = server.address.port();
    let bots = config.fill_to;
    let mut text = format!(
        "\n  Slipstream is running.\n\n  \
         play      {page}?play\n  \
         page      {page}\n  \
         api       {page}api/v1/openapi.json\n  \
         links     WebTransport on UDP {port}, its certificate made for this run\n  \
         match     {}, filled up to {bots} ships with bots\n",
        server.first_match
    );
    if !config.page.join("index.html").is_file() {
        text.push_str(&format!("\n  The page is not built ({}): run `cargo xtask play`.\n", config.page.display()));
    }
    text.push_str("\n  Stop with Ctrl+C.\n");
    // Somebody who closed the output does not want to read it.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn start_log(filter: &str) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = filter.parse::<tracing_subscriber::EnvFilter>()?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    Ok(())
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "slipstream: {error}");
    ExitCode::FAILURE
}
