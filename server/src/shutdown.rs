//! Ask everyone to stop, then know that they have.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use tokio_util::task::TaskTracker;

/// One for the whole server; cloned into every part.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Shutdown {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn request(&self) {
        self.stop.cancel();
    }

    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.stop.is_cancelled()
    }

    pub fn requested(&self) -> WaitForCancellationFuture<'_> {
        self.stop.cancelled()
    }

    /// Starts a task that `finished` waits for.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task);
    }

    /// Waits until every task has ended; false when `limit` was not enough.
    pub async fn finished(&self, limit: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(limit, self.tasks.wait()).await.is_ok()
    }
}

/// The first signal asks for a clean stop; the second ends the process at once.
pub async fn on_signals(shutdown: Shutdown) {
    signal().await;
    shutdown.request();
    signal().await;
    std::process::exit(130);
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        tracing::error!("cannot listen for SIGTERM; stop the process with SIGKILL");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn finished_waits_for_tasks_that_heard_the_request() {
        let shutdown = Shutdown::new();
        let heard = shutdown.clone();
        shutdown.spawn(async move { heard.requested().await });
        assert!(!shutdown.finished(Duration::from_millis(1)).await);
        shutdown.request();
        assert!(shutdown.finished(Duration::from_secs(5)).await);
    }
}
