//! All figures of the server as Prometheus text; they are counted where things happen and only read here.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::matches::directory::Directory;
use crate::matches::pacing::{BUCKETS_US, Histogram};
use crate::matches::shard::ShardStats;
use crate::session::registry::Registry;
use crate::shutdown::Shutdown;
use crate::transport::http::HttpStats;
use crate::transport::webtransport::WebTransportStats;

pub struct Metrics {
    pub directory: Arc<Directory>,
    pub registry: Arc<Registry>,
    pub webtransport: Arc<WebTransportStats>,
    pub http: Arc<HttpStats>,
    pub shutdown: Shutdown,
}

impl Metrics {
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        self.render_matches(&mut text);
        self.render_links(&mut text);
        text
    }

    fn render_matches(&self, text: &mut String) {
        let shards = self.directory.shard_stats();
        let sum = |read: fn(&ShardStats) -> u64| shards.iter().map(|shard| read(shard)).sum();
        let matches = self.directory.summaries();
        let people: usize = matches.iter().map(|summary| summary.people).sum();
        gauge(text, "slipstream_matches", "Matches that are open.", matches.len());
        gauge(text, "slipstream_people", "Seats taken by people, those who are away included.", people);
        gauge(text, "slipstream_sessions", "Sessions that can be resumed.", self.registry.session_count());
        counter(text, "slipstream_ticks_total", "Ticks run.", sum(|shard| shard.ticks.load(Ordering::Relaxed)));
        let overruns = sum(|shard| shard.overruns.load(Ordering::Relaxed));
        counter(text, "slipstream_tick_overruns_total", "Ticks that took longer than their period.", overruns);
        let skipped = sum(|shard| shard.skipped.load(Ordering::Relaxed));
        counter(text, "slipstream_ticks_skipped_total", "Ticks given up to catch up.", skipped);
        let (mut jitter, mut time) = (Buckets::default(), Buckets::default());
        for shard in &shards {
            jitter.add(&shard.start_jitter);
            time.add(&shard.tick_time);
        }
        jitter.render(text, "slipstream_tick_start_jitter_seconds", "From a tick's deadline to its start.");
        time.render(text, "slipstream_tick_seconds", "What a tick takes, sending included.");
    }

    fn render_links(&self, text: &mut String) {
        let stats = &self.webtransport;
        let read = |value: &AtomicU64| value.load(Ordering::Relaxed);
        let open = read(&stats.sessions_accepted).saturating_sub(read(&stats.sessions_ended));
        gauge(text, "slipstream_webtransport_links", "WebTransport links that are open.", open);
        for (name, help, value) in [
            ("webtransport_links_total", "Links accepted.", &stats.sessions_accepted),
            ("webtransport_connections_refused_total", "Connections refused for want of room.", &stats.connections_refused),
            ("webtransport_sessions_refused_total", "Connections whose ticket or origin was refused.", &stats.sessions_refused),
            ("webtransport_handshakes_failed_total", "Connections that ended before they were a link.", &stats.handshakes_failed),
            ("webtransport_datagrams_received_total", "Datagrams from players.", &stats.datagrams_received),
            ("webtransport_datagrams_sent_total", "Datagrams to players.", &stats.datagrams_sent),
            ("webtransport_datagram_bytes_sent_total", "Payload of those.", &stats.datagram_bytes_sent),
            ("webtransport_datagrams_refused_total", "Datagrams that QUIC did not take.", &stats.datagrams_refused),
            ("http_connections_total", "TCP connections accepted.", &self.http.connections_accepted),
            ("http_connections_refused_total", "TCP connections refused for want of room.", &self.http.connections_refused),
            ("http_requests_total", "HTTP requests.", &self.http.requests),
        ] {
            counter(text, &format!("slipstream_{name}"), help, read(value));
        }
    }
}

/// Sums of several threads' histograms.
#[derive(Default)]
struct Buckets {
    counts: [u64; BUCKETS_US.len() + 1],
    sum_us: u64,
}

impl Buckets {
    fn add(&mut self, histogram: &Histogram) {
        for (sum, count) in self.counts.iter_mut().zip(histogram.counts()) {
            *sum += count;
        }
        self.sum_us += histogram.sum_us();
    }

    fn render(&self, text: &mut String, name: &str, help: &str) {
        head(text, name, help, "histogram");
        let mut below = 0;
        for (count, end_us) in self.counts.iter().zip(BUCKETS_US) {
            below += count;
            line(text, format_args!("{name}_bucket{{le=\"{}\"}} {below}", seconds(end_us)));
        }
        let all: u64 = self.counts.iter().sum();
        line(text, format_args!("{name}_bucket{{le=\"+Inf\"}} {all}"));
        line(text, format_args!("{name}_sum {}", seconds(self.sum_us)));
        line(text, format_args!("{name}_count {all}"));
    }
}

#[allow(clippy::cast_precision_loss)]
fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}

fn gauge(text: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    head(text, name, help, "gauge");
    line(text, format_args!("{name} {value}"));
}

fn counter(text: &mut String, name: &str, help: &str, value: u64) {
    head(text, name, help, "counter");
    line(text, format_args!("{name} {value}"));
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    line(text, format_args!("# HELP {name} {help}"));
    line(text, format_args!("# TYPE {name} {kind}"));
}

fn line(text: &mut String, content: std::fmt::Arguments) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{content}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_written_cumulatively() {
        let histogram = Histogram::default();
        for us in [10, 30, 1_000_000] {
            histogram.record(us);
        }
        let mut buckets = Buckets::default();
        buckets.add(&histogram);
        let mut text = String::new();
        buckets.render(&mut text, "x", "help");
        assert!(text.contains("x_bucket{le=\"0.00002\"} 1\nx_bucket{le=\"0.00005\"} 2\n"), "{text}");
        assert!(text.contains("x_bucket{le=\"+Inf\"} 3\nx_sum 1.00004\nx_count 3\n"), "{text}");
    }
}
