//! What workers tell while they work, and the way it takes to the one place that prints.
//!
//! In go [`ProgressEvent`]s from any number of workers, out they come, in order, at one
//! [`ProgressReceiver`]. Telling never waits: when the reader is behind (a terminal that was
//! stopped with Ctrl-S, a pipe that nobody reads), counts are added up and a bounded number of
//! other events is kept, so that a copy never stands still because of its own display.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

/// One thing that happened. Objects are named for people: `database.name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProgressEvent {
    /// A phase begins; `tables`, `rows` and `bytes` are what it expects to move, zero where it
    /// moves no rows.
    PhaseStarted {
        phase: String,
        tables: u64,
        rows: u64,
        bytes: u64,
    },
    PhaseFinished {
        phase: String,
    },
    /// A table is begun, or taken up again with `rows_before` rows already there.
    TableStarted {
        table: String,
        /// Estimated by the engine, as is `bytes`.
        rows: u64,
        bytes: u64,
        rows_before: u64,
    },
    /// So many more rows of a table are committed on the destination, or compared by verify.
    RowsCopied {
        table: String,
        rows: u64,
        bytes: u64,
    },
    /// So much more of the source's stream is on its way to the destination.
    Streamed {
        transactions: u64,
        rows: u64,
        /// When the last of it was committed first, in microseconds since 1970.
        committed_at: Option<u64>,
    },
    /// How far the destination is behind the source at this moment.
    Lagging(Behind),
    TableFinished {
        table: String,
        /// All rows, those of earlier runs included.
        rows: u64,
    },
    /// One statement or check: `create table`, `add foreign keys`, ...
    StepStarted {
        step: String,
        object: String,
    },
    StepFinished {
        step: String,
        object: String,
    },
    /// Worth knowing: `throttled: destination threads_running 78 > 40`.
    Notice {
        message: String,
    },
    /// Worth acting on.
    Warning {
        message: String,
    },
    /// The reader was so far behind that so many events were left out; counts never are.
    LeftOut {
        events: u64,
    },
}

/// How far the destination is behind the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Behind {
    /// `None` where the source does not number them.
    pub transactions: Option<u64>,
    /// Since the last one that was applied was committed; 0 where all are. `None` before the first.
    pub milliseconds: Option<u64>,
    /// Until it has caught up, at the pace of the last minute; `None` where it does not come nearer.
    pub seconds_left: Option<u64>,
}

/// Events kept beside a full channel, counts not included.
const KEPT: usize = 1024;

#[derive(Debug, Default)]
struct Overflow {
    waiting: VecDeque<ProgressEvent>,
    left_out: u64,
}

impl Overflow {
    fn push(&mut self, event: ProgressEvent) {
        if let ProgressEvent::RowsCopied { table, rows, bytes } = &event {
            for waiting in &mut self.waiting {
                if let ProgressEvent::RowsCopied {
                    table: other,
                    rows: all_rows,
                    bytes: all_bytes,
                } = waiting
                    && other == table
                {
                    *all_rows += rows;
                    *all_bytes += bytes;
                    return;
                }
            }
        } else if let ProgressEvent::Streamed {
            transactions,
            rows,
            committed_at,
        } = &event
        {
            for waiting in &mut self.waiting {
                if let ProgressEvent::Streamed {
                    transactions: all_transactions,
                    rows: all_rows,
                    committed_at: last,
                } = waiting
                {
                    *all_transactions += transactions;
                    *all_rows += rows;
                    *last = committed_at.or(*last);
                    return;
                }
            }
        } else if let ProgressEvent::Lagging(behind) = &event {
            for waiting in &mut self.waiting {
                if let ProgressEvent::Lagging(last) = waiting {
                    *last = *behind;
                    return;
                }
            }
        } else if self.waiting.len() >= KEPT {
            self.left_out += 1;
            return;
        }
        self.waiting.push_back(event);
    }

    fn take(&mut self) -> Option<ProgressEvent> {
        self.waiting.pop_front().or_else(|| {
            let events = std::mem::take(&mut self.left_out);
            (events > 0).then_some(ProgressEvent::LeftOut { events })
        })
    }
}

/// A way to tell; clones tell the same reader.
#[derive(Clone, Debug)]
pub struct Progress {
    sender: mpsc::Sender<ProgressEvent>,
    overflow: Arc<Mutex<Overflow>>,
}

/// The reader's end.
#[derive(Debug)]
pub struct ProgressReceiver {
    receiver: mpsc::Receiver<ProgressEvent>,
    overflow: Arc<Mutex<Overflow>>,
}

/// A poisoned lock still holds a queue that is whole: every change to it is one push or pop.
fn locked(overflow: &Mutex<Overflow>) -> MutexGuard<'_, Overflow> {
    overflow.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A channel for `capacity` events (at least one).
pub fn channel(capacity: usize) -> (Progress, ProgressReceiver) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    let overflow = Arc::new(Mutex::new(Overflow::default()));
    let progress = Progress {
        sender,
        overflow: Arc::clone(&overflow),
    };
    (progress, ProgressReceiver { receiver, overflow })
}

impl Progress {
    /// Tells without ever waiting. Where nobody listens any more, nothing happens.
    pub fn send(&self, event: ProgressEvent) {
        let mut overflow = locked(&self.overflow);
        overflow.push(event);
        while let Ok(place) = self.sender.try_reserve() {
            match overflow.take() {
                Some(event) => place.send(event),
                None => break,
            }
        }
    }

    pub fn notice(&self, message: impl Into<String>) {
        let message = message.into();
        self.send(ProgressEvent::Notice { message });
    }

    pub fn warning(&self, message: impl Into<String>) {
        let message = message.into();
        self.send(ProgressEvent::Warning { message });
    }
}

impl ProgressReceiver {
    /// The next event; `None` once every [`Progress`] is gone and everything was told. Dropping
    /// the future loses nothing.
    pub async fn recv(&mut self) -> Option<ProgressEvent> {
        {
            // What waits beside the channel is younger than what is in it.
            let mut overflow = locked(&self.overflow);
            if let Ok(event) = self.receiver.try_recv() {
                return Some(event);
            }
            if let Some(event) = overflow.take() {
                return Some(event);
            }
        }
        self.receiver.recv().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(table: &str, rows: u64) -> ProgressEvent {
        ProgressEvent::RowsCopied {
            table: table.to_owned(),
            rows,
            bytes: rows * 10,
        }
    }

    async fn all(mut receiver: ProgressReceiver) -> Vec<ProgressEvent> {
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        events
    }

    #[tokio::test]
    async fn counts_add_up_when_nobody_reads() {
        let (progress, receiver) = channel(2);
        for _ in 0..10_000 {
            progress.send(copied("shop.orders", 3));
            progress.send(copied("shop.customers", 2));
        }
        drop(progress);
        let events = all(receiver).await;
        assert_eq!(events.len(), 4);
        let rows = |wanted: &str| -> u64 {
            events
                .iter()
                .map(|event| {
                    let ProgressEvent::RowsCopied { table, rows, .. } = event else {
                        return 0;
                    };
                    if table == wanted { *rows } else { 0 }
                })
                .sum()
        };
        assert_eq!(rows("shop.orders"), 30_000);
        assert_eq!(rows("shop.customers"), 20_000);
    }

    #[tokio::test]
    async fn events_beyond_the_bound_are_counted() {
        let (progress, receiver) = channel(1);
        for number in 0..2 * KEPT {
            progress.notice(number.to_string());
        }
        drop(progress);
        let events = all(receiver).await;
        assert_eq!(events.len(), KEPT + 2);
        let left_out = u64::try_from(KEPT - 1).expect("small");
        assert_eq!(
            events.last(),
            Some(&ProgressEvent::LeftOut { events: left_out })
        );
    }

    #[tokio::test]
    async fn telling_nobody_is_harmless() {
        let (progress, receiver) = channel(1);
        drop(receiver);
        progress.warning("nobody listens");
        progress.warning("still nobody");
    }
}
