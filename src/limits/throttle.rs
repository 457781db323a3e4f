//! Holds whoever works to the rates of the moment, and says so when it does.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Bucket, Limits, Rates};
use crate::{
    events::{Progress, ProgressEvent},
    units::Bytes,
};

/// A shorter wait is not felt.
const WORTH_A_WORD: Duration = Duration::from_millis(100);

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub queries: u64,
    pub rows: u64,
    pub bytes: u64,
}

#[derive(Debug, Default)]
struct State {
    queries: Bucket,
    rows: Bucket,
    bytes: Bucket,
    /// What was said last.
    said: String,
}

/// Shared by all workers of a phase: their rates are those of all of them together.
#[derive(Debug)]
pub struct Throttle {
    state: Mutex<State>,
    limits: watch::Receiver<Limits>,
    /// Which of them hold here, and what their block is called.
    rates: fn(&Limits) -> Rates,
    block: &'static str,
    progress: Progress,
    cancel: CancellationToken,
}

impl Throttle {
    /// For the full copy.
    pub fn full(
        limits: watch::Receiver<Limits>,
        progress: Progress,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            state: Mutex::default(),
            limits,
            rates: |limits| limits.full,
            block: "limits.full",
            progress,
            cancel,
        }
    }

    /// For the stream.
    pub fn stream(
        limits: watch::Receiver<Limits>,
        progress: Progress,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            rates: |limits| limits.stream,
            block: "limits.incremental",
            ..Self::full(limits, progress, cancel)
        }
    }

    /// The rates of this moment.
    pub fn rates(&self) -> Rates {
        (self.rates)(&self.limits.borrow())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing panics while it is held
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what was done.
    pub fn took(&self, amounts: Amounts) {
        self.count(amounts, Instant::now());
    }

    fn count(&self, amounts: Amounts, now: Instant) {
        let mut state = self.state();
        state.queries.take(amounts.queries);
        state.rows.take(amounts.rows);
        state.bytes.take(amounts.bytes);
        drop(state);
        self.wait(now);
    }

    /// Waits until more may be done. Whoever is stopped is not held up any more.
    pub async fn pass(&self) {
        /// A limit that is changed meanwhile is seen at once; one whose sender is gone never changes.
        const LOOK: Duration = Duration::from_secs(1);
        let mut limits = self.limits.clone();
        loop {
            let wait = self.wait(Instant::now());
            if wait.is_zero() || self.cancel.is_cancelled() {
                return;
            }
            let changed = async {
                if limits.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait.min(LOOK)) => {}
                () = changed => {}
                () = self.cancel.cancelled() => return,
            }
        }
    }

    fn wait(&self, now: Instant) -> Duration {
        let rates = self.rates();
        let mut state = self.state();
        let waits = [
            (
                state.queries.wait(rates.queries, now),
                "queries_per_second",
                rates.queries.map(|rate| rate.to_string()),
            ),
            (
                state.rows.wait(rates.rows, now),
                "rows_per_second",
                rates.rows.map(|rate| rate.to_string()),
            ),
            (
                state.bytes.wait(rates.bytes, now),
                "bytes_per_second",
                rates.bytes.map(|rate| format!("\"{}\"", Bytes(rate.get()))),
            ),
        ];
        let longest = waits.into_iter().max_by_key(|(wait, _, _)| *wait);
        let Some((wait, name, Some(rate))) = longest.filter(|(wait, _, _)| !wait.is_zero()) else {
            return Duration::ZERO;
        };
        if wait < WORTH_A_WORD {
            return wait;
        }
        let message = format!("throttled: {}.{name} = {rate}", self.block);
        if state.said != message {
            state.said.clone_from(&message);
            self.progress.send(ProgressEvent::Notice { message });
        }
        wait
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;
    use crate::events;

    fn limits(rows: u64, bytes: u64) -> Limits {
        Limits {
            stream: Rates {
                rows: NonZeroU64::new(rows),
                bytes: NonZeroU64::new(bytes),
                queries: None,
            },
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn the_tightest_rate_holds_is_said_once_and_may_be_changed() {
        let (progress, mut receiver) = events::channel(8);
        let (change, followed) = watch::channel(limits(100, 1 << 20));
        let throttle = Throttle::stream(followed, progress, CancellationToken::new());
        let now = Instant::now();
        assert_eq!(throttle.wait(now), Duration::ZERO);
        let amounts = Amounts {
            rows: 50,
            bytes: 4 << 20,
            queries: 1000,
        };
        throttle.count(amounts, now);
        assert_eq!(throttle.wait(now), Duration::from_secs(4));
        let later = now + Duration::from_secs(1);
        assert_eq!(throttle.wait(later), Duration::from_secs(3));
        change.send_replace(limits(100, 3 << 20));
        assert_eq!(throttle.wait(later), Duration::from_secs(1));
        change.send_replace(limits(0, 0));
        assert_eq!(throttle.wait(later), Duration::ZERO);
        // nothing is owed any more
        throttle.pass().await;
        drop(throttle);
        let mut said = Vec::new();
        while let Some(ProgressEvent::Notice { message }) = receiver.recv().await {
            said.push(message);
        }
        assert_eq!(
            said,
            [
                "throttled: limits.incremental.bytes_per_second = \"1MiB\"",
                "throttled: limits.incremental.bytes_per_second = \"3MiB\"",
            ]
        );
    }

    #[tokio::test]
    async fn whoever_is_stopped_does_not_wait() {
        let (progress, _receiver) = events::channel(8);
        let (_change, followed) = watch::channel(limits(1, 1));
        let cancel = CancellationToken::new();
        let throttle = Throttle::stream(followed, progress, cancel.clone());
        throttle.took(Amounts {
            rows: u64::MAX,
            ..Amounts::default()
        });
        cancel.cancel();
        throttle.pass().await;
    }
}
