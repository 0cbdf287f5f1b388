//! One thread that drives matches: waits for the next deadline, runs whichever match is due, and takes commands meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use slipstream_shared::ids::{Micros, PlayerSlot};
use slipstream_shared::limits::TICK_US;
use slipstream_shared::protocol::close_code::CloseCode;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::matches::handle::{Arriving, MatchId};
use crate::matches::pacing::{Histogram, Pacing, SPIN_US, wait_until};
use crate::matches::runner::Runner;

/// Commands that may wait for a shard; it looks at them at least once a tick.
const COMMANDS_MAX: usize = 4096;
/// A match that nobody is in stands still after this long: bots need no audience of nobody.
const IDLE_AFTER_MS: u64 = 5_000;
/// A match that somebody opened and everybody left is closed after this long.
const EMPTY_MS_MAX: u64 = 300_000;

pub enum ShardCommand {
    Run(Box<Runner>),
    Enter {
        id: MatchId,
        arriving: Box<Arriving>,
    },
    /// Drops the link of a seat without a word, as a network would; answers whether there was one.
    Cut {
        id: MatchId,
        slot: PlayerSlot,
        answer: oneshot::Sender<bool>,
    },
    /// Goodbye to everybody, then the thread ends.
    Stop,
}

/// What a shard's loop has measured.
#[derive(Debug, Default)]
pub struct ShardStats {
    pub ticks: AtomicU64,
    /// Ticks that took longer than their period.
    pub overruns: AtomicU64,
    /// Ticks given up because the loop was too far behind.
    pub skipped: AtomicU64,
    /// From a tick's deadline to its start.
    pub start_jitter: Histogram,
    pub tick_time: Histogram,
    /// Counted up by whoever sends a match here, down when it closes.
    pub matches: AtomicUsize,
}

/// The way to a shard, for whoever sends it matches.
#[derive(Clone)]
pub struct ShardDoor {
    pub stats: Arc<ShardStats>,
    pub commands: SyncSender<ShardCommand>,
}

pub struct Shard {
    pub door: ShardDoor,
    thread: JoinHandle<()>,
}

impl Shard {
    pub fn start(name: &str, clock: Clock) -> std::io::Result<Self> {
        let (commands, receiver) = sync_channel(COMMANDS_MAX);
        let stats = Arc::new(ShardStats::default());
        let shard = Loop { clock, receiver, stats: stats.clone(), running: Vec::new(), started: 0 };
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || shard.run())?;
        Ok(Self { door: ShardDoor { stats, commands }, thread })
    }

    /// Waits for the thread after `Stop`.
    pub fn join(self) {
        drop(self.door);
        if self.thread.join().is_err() {
            tracing::error!("a match thread ended by a panic");
        }
    }

    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.thread.is_finished()
    }
}

struct Loop {
    clock: Clock,
    receiver: Receiver<ShardCommand>,
    stats: Arc<ShardStats>,
    running: Vec<Running>,
    /// Matches started so far; spreads their ticks over the period.
    started: u64,
}

struct Running {
    runner: Runner,
    pacing: Pacing,
    is_idle: bool,
}

/// What the loop does after its commands.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

impl Loop {
    fn run(mut self) {
        while self.wait() == Next::GoOn {
            let now = self.clock.now();
            let due = (0..self.running.len()).filter(|index| !self.running[*index].is_idle);
            if let Some(index) = due.min_by_key(|index| self.running[*index].pacing.deadline())
                && self.running[index].pacing.deadline() <= now
            {
                self.tick(index, now);
            }
            self.close_empty(now);
        }
        for Running { mut runner, .. } in self.running.drain(..) {
            runner.close(CloseCode::GoingAway);
        }
    }

    /// Until the next deadline; commands are taken at once.
    fn wait(&mut self) -> Next {
        loop {
            let Some(deadline) = self.next_deadline() else {
                match self.receiver.recv() {
                    Ok(command) => match self.obey(command) {
                        Next::GoOn => continue,
                        Next::Stop => return Next::Stop,
                    },
                    Err(_) => return Next::Stop,
                }
            };
            let deadline = self.clock.instant(deadline);
            let asleep = deadline.saturating_duration_since(Instant::now()).saturating_sub(Duration::from_micros(SPIN_US));
            let command = if asleep.is_zero() {
                match self.receiver.try_recv() {
                    Ok(command) => Some(command),
                    Err(TryRecvError::Empty) => None,
                    Err(TryRecvError::Disconnected) => return Next::Stop,
                }
            } else {
                match self.receiver.recv_timeout(asleep) {
                    Ok(command) => Some(command),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return Next::Stop,
                }
            };
            let was_asked = command.is_some();
            if command.is_some_and(|command| self.obey(command) == Next::Stop) {
                return Next::Stop;
            }
            // Commands may bring an earlier deadline; a flood of them must not put the tick off.
            if !was_asked || Instant::now() >= deadline {
                wait_until(deadline);
                return Next::GoOn;
            }
        }
    }

    fn next_deadline(&self) -> Option<Micros> {
        self.running
            .iter()
            .filter_map(|running| {
                if !running.is_idle {
                    return Some(running.pacing.deadline());
                }
                let since = running.runner.empty_since()?;
                (!running.runner.handle().facts.is_permanent).then(|| since.plus_ms(EMPTY_MS_MAX))
            })
            .min()
    }

    fn obey(&mut self, command: ShardCommand) -> Next {
        match command {
            ShardCommand::Run(runner) => {
                let pacing = Pacing::starting_at(self.spread_start());
                self.running.push(Running { runner: *runner, pacing, is_idle: false });
            }
            ShardCommand::Enter { id, arriving } => self.enter(id, *arriving),
            ShardCommand::Cut { id, slot, answer } => {
                let now = self.clock.now();
                let running = self.running.iter_mut().find(|running| running.runner.handle().facts.id == id);
                let _ = answer.send(running.is_some_and(|running| running.runner.cut(now, slot)));
            }
            ShardCommand::Stop => return Next::Stop,
        }
        Next::GoOn
    }

    fn enter(&mut self, id: MatchId, arriving: Arriving) {
        let start = self.spread_start();
        let Some(running) = self.running.iter_mut().find(|running| running.runner.handle().facts.id == id) else {
            return arriving.link.outbox.close(CloseCode::MatchOver, 0);
        };
        if running.is_idle {
            running.is_idle = false;
            running.pacing = Pacing::starting_at(start);
        }
        running.runner.enter(self.clock.now(), arriving);
    }

    /// Matches of one thread tick one after the other, not all at once: each gets its own part of the period.
    fn spread_start(&mut self) -> Micros {
        self.started += 1;
        // Multiples of the golden ratio stay apart, however many there are.
        self.clock.now().plus_us(self.started * TICK_US * 618 / 1000 % TICK_US)
    }

    fn tick(&mut self, index: usize, now: Micros) {
        let Running { runner, pacing, is_idle } = &mut self.running[index];
        self.stats.start_jitter.record(now.since(pacing.deadline()));
        runner.tick(pacing.deadline(), now);
        let ended = self.clock.now();
        let took_us = ended.since(now);
        self.stats.tick_time.record(took_us);
        self.stats.ticks.fetch_add(1, Ordering::Relaxed);
        if took_us > TICK_US {
            self.stats.overruns.fetch_add(1, Ordering::Relaxed);
        }
        self.stats.skipped.fetch_add(pacing.advance(ended), Ordering::Relaxed);
        *is_idle = runner.empty_since().is_some_and(|since| now.since(since) >= IDLE_AFTER_MS * 1000);
    }

    fn close_empty(&mut self, now: Micros) {
        let before = self.running.len();
        self.running.retain_mut(|running| {
            let empty_us = running.runner.empty_since().map_or(0, |since| now.since(since));
            let is_kept = running.runner.handle().facts.is_permanent || empty_us < EMPTY_MS_MAX * 1000;
            if !is_kept {
                running.runner.close(CloseCode::MatchOver);
            }
            is_kept
        });
        self.stats.matches.fetch_sub(before - self.running.len(), Ordering::Relaxed);
    }
}
