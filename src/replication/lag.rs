//! How far the destination is behind the source, and when it will have caught up.
//!
//! In: where the source stands by its own clock, and where the ledger says that the stream is; the
//! source is asked first, so that what is applied in between counts as applied. Out: [`Behind`].

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::{
    conn::{Result, Session},
    events::Behind,
    inspect,
    ledger::StreamRow,
    mysql::{Checkpoint, SourcePosition},
};

/// Where a source stood at one moment.
#[derive(Clone, Debug)]
pub struct Standing {
    pub position: SourcePosition,
    /// By its own clock, in microseconds since 1970.
    pub clock: u64,
}

impl Standing {
    /// # Errors
    /// The server's.
    pub async fn ask(source: &mut Session) -> Result<Self> {
        let (clock,): (u64,) = source
            .one("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)")
            .await?;
        let position = inspect::position(source).await?;
        Ok(Self { position, clock })
    }
}

/// The lag of the last while.
#[derive(Debug, Default)]
pub struct Course {
    samples: VecDeque<(Instant, u64)>,
}

impl Course {
    /// Takes a look in.
    pub fn take(&mut self, source: &Standing, row: &StreamRow, now: Instant) -> Behind {
        let there = Checkpoint::at(&source.position).unwrap_or_default();
        if row.position.rows == 0 && row.position.reaches(&there) {
            self.samples.clear();
            return Behind {
                transactions: Some(0),
                milliseconds: Some(0),
                seconds_left: Some(0),
            };
        }
        let numbered = row.position.by_gtid && there.by_gtid;
        let transactions = numbered
            .then(|| there.gtids.minus(&row.position.gtids).count())
            .map(|count| u64::try_from(count).unwrap_or(u64::MAX));
        let committed = row.totals.committed_at;
        let milliseconds = (committed > 0).then(|| source.clock.saturating_sub(committed) / 1000);
        // what shrinks on the way there: transactions, or the time between
        let left = transactions.or(milliseconds);
        Behind {
            transactions,
            milliseconds,
            seconds_left: left.and_then(|left| self.seconds_left(left, now)),
        }
    }

    /// At the pace of the last minute; `None` while the source is as fast.
    fn seconds_left(&mut self, left: u64, now: Instant) -> Option<u64> {
        const WINDOW: Duration = Duration::from_secs(60);
        const ENOUGH: Duration = Duration::from_secs(4);
        self.samples.push_back((now, left));
        while self
            .samples
            .front()
            .is_some_and(|(at, _)| now.saturating_duration_since(*at) > WINDOW)
        {
            self.samples.pop_front();
        }
        let (since, before) = *self.samples.front()?;
        let passed = now.saturating_duration_since(since);
        let gained = before.checked_sub(left).filter(|gained| *gained > 0)?;
        if passed < ENOUGH {
            return None;
        }
        let seconds = u128::from(left) * passed.as_millis() / 1000 / u128::from(gained);
        u64::try_from(seconds).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ledger::Totals, mysql::BinlogPosition};

    fn source(executed: u64) -> Standing {
        Standing {
            position: SourcePosition {
                server_uuid: "a".to_owned(),
                gtid_executed: format!("00000000-0000-0000-0000-000000000001:1-{executed}"),
                binlog: Some(BinlogPosition {
                    file: "b.1".to_owned(),
                    offset: executed * 100,
                }),
            },
            clock: 50_000_000,
        }
    }

    fn row(applied: u64) -> StreamRow {
        let position = Checkpoint::at(&source(applied).position).expect("a set");
        StreamRow {
            start: position.clone(),
            position,
            exact_from: None,
            window: None,
            totals: Totals {
                committed_at: 47_500_000,
                ..Totals::default()
            },
        }
    }

    #[test]
    fn an_idle_source_is_not_ahead_however_old_its_last_transaction_is() {
        let behind = Course::default().take(&source(7), &row(7), Instant::now());
        assert_eq!(
            behind,
            Behind {
                transactions: Some(0),
                milliseconds: Some(0),
                seconds_left: Some(0)
            }
        );
    }

    #[test]
    fn the_lag_is_told_in_transactions_in_time_and_in_time_left() {
        let (mut course, start) = (Course::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let behind = course.take(&source(1000), &row(100), start);
        assert_eq!(
            (behind.transactions, behind.milliseconds),
            (Some(900), Some(2500))
        );
        assert_eq!(behind.seconds_left, None);
        // 400 gained in ten seconds, 500 to go
        let behind = course.take(&source(1200), &row(700), at(10));
        assert_eq!(behind.seconds_left, Some(12));
        // the source is as fast by now
        let behind = course.take(&source(2000), &row(1100), at(20));
        assert_eq!(behind.seconds_left, None);
    }

    #[test]
    fn without_numbers_the_time_alone_is_told() {
        let plain = |mut standing: Standing| {
            standing.position.gtid_executed.clear();
            standing
        };
        let mut applied = row(5);
        applied.position = Checkpoint::at(&plain(source(5)).position).expect("no set");
        let behind = Course::default().take(&plain(source(9)), &applied, Instant::now());
        assert_eq!(
            (behind.transactions, behind.milliseconds),
            (None, Some(2500))
        );
        let behind = Course::default().take(&plain(source(5)), &applied, Instant::now());
        assert_eq!(behind.transactions, Some(0));
    }
}
