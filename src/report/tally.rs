//! Adding up what workers tell: how much is done, how fast, how long still.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::{
    clock::Timestamp,
    events::{Behind, ProgressEvent},
};

/// Rates are of the last half minute.
const WINDOW_MILLISECONDS: u64 = 30_000;
/// Samples are at least this far apart.
const SAMPLE_MILLISECONDS: u64 = 500;

/// One table that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableTally {
    /// On the destination by now.
    pub rows: u64,
    /// Copied by this run.
    pub bytes: u64,
    pub estimated_rows: u64,
    pub estimated_bytes: u64,
    pub finished: bool,
}

impl TableTally {
    /// Thousandths done, by rows; below 1000 while it runs, since the whole is an estimate.
    pub fn permille(&self) -> u64 {
        if self.finished {
            return 1000;
        }
        let whole = u128::from(self.estimated_rows.max(1));
        let permille = u128::from(self.rows) * 1000 / whole;
        u64::try_from(permille).unwrap_or(u64::MAX).min(990)
    }

    /// Its estimated size that is done: what the whole is measured by.
    fn weight_done(&self) -> u64 {
        let done = u128::from(self.weight()) * u128::from(self.permille()) / 1000;
        u64::try_from(done).unwrap_or(u64::MAX)
    }

    /// A small table still takes its while.
    fn weight(&self) -> u64 {
        self.estimated_bytes.max(16_384)
    }
}

/// What of the source's stream has been sent on in this phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StreamTally {
    pub transactions: u64,
    pub rows: u64,
    /// When the last transaction was committed on the source, in milliseconds since 1970; 0 where the
    /// source does not say (before 8.0).
    pub committed_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<Behind>,
}

/// The whole of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overall {
    pub phase: String,
    pub tables_done: u64,
    pub tables: u64,
    pub rows: u64,
    pub estimated_rows: u64,
    /// Copied by this run.
    pub bytes: u64,
    /// 0 to 100.
    pub percent: u64,
    /// Of the last half minute.
    pub rows_per_second: u64,
    pub bytes_per_second: u64,
    /// `None` before there is a rate.
    pub seconds_left: Option<u64>,
    pub seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamTally>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Timestamp,
    rows: u64,
    bytes: u64,
    weight: u64,
}

/// What was told so far of the phase that runs.
#[derive(Clone, Debug)]
pub struct Tally {
    phase: String,
    started: Timestamp,
    expected_tables: u64,
    expected_rows: u64,
    expected_bytes: u64,
    tables: BTreeMap<String, TableTally>,
    step: Option<String>,
    /// Copied by this run, the way the rate counts it.
    rows: u64,
    bytes: u64,
    /// Done by earlier runs: it counts as done, not for the rate.
    weight_before: u64,
    samples: VecDeque<Sample>,
    stream: Option<StreamTally>,
}

impl Tally {
    /// Nothing told yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
            phase: String::new(),
            started: now,
            expected_tables: 0,
            expected_rows: 0,
            expected_bytes: 0,
            tables: BTreeMap::new(),
            step: None,
            rows: 0,
            bytes: 0,
            weight_before: 0,
            samples: VecDeque::new(),
            stream: None,
        }
    }

    /// Takes what was told.
    pub fn take(&mut self, event: &ProgressEvent, now: Timestamp) {
        match event {
            ProgressEvent::PhaseStarted {
                phase,
                tables,
                rows,
                bytes,
            } => {
                *self = Self {
                    phase: phase.clone(),
                    expected_tables: *tables,
                    expected_rows: *rows,
                    expected_bytes: *bytes,
                    ..Self::new(now)
                };
            }
            ProgressEvent::TableStarted {
                table,
                rows,
                bytes,
                rows_before,
            } => {
                let tally = TableTally {
                    rows: *rows_before,
                    bytes: 0,
                    estimated_rows: *rows,
                    estimated_bytes: *bytes,
                    finished: false,
                };
                self.weight_before += tally.weight_done();
                self.tables.insert(table.clone(), tally);
            }
            ProgressEvent::RowsCopied { table, rows, bytes } => {
                let tally = self.tables.entry(table.clone()).or_default();
                tally.rows += rows;
                tally.bytes += bytes;
                self.rows += rows;
                self.bytes += bytes;
                self.sample(now);
            }
            ProgressEvent::TableFinished { table, rows } => {
                let tally = self.tables.entry(table.clone()).or_default();
                tally.rows = *rows;
                tally.finished = true;
                self.sample(now);
            }
            ProgressEvent::Streamed {
                transactions,
                rows,
                committed_at,
            } => {
                let stream = self.stream.get_or_insert_default();
                stream.transactions += transactions;
                stream.rows += rows;
                if let Some(at) = committed_at {
                    stream.committed_at = at / 1000;
                }
            }
            ProgressEvent::Lagging(behind) => {
                self.stream.get_or_insert_default().behind = Some(*behind);
            }
            ProgressEvent::StepStarted { step, object } => {
                self.step = Some(format!("{step} {object}"));
            }
            ProgressEvent::StepFinished { .. } | ProgressEvent::PhaseFinished { .. } => {
                self.step = None;
            }
            ProgressEvent::Notice { .. }
            | ProgressEvent::Warning { .. }
            | ProgressEvent::LeftOut { .. } => {}
        }
    }

    fn sample(&mut self, now: Timestamp) {
        let old = |sample: &Sample| now.since(sample.at).as_millis() < SAMPLE_MILLISECONDS.into();
        if self.samples.back().is_some_and(old) {
            return;
        }
        self.samples.push_back(Sample {
            at: now,
            rows: self.rows,
            bytes: self.bytes,
            weight: self.weight_of_run(),
        });
        while self.samples.len() > 2
            && self
                .samples
                .front()
                .is_some_and(|first| now.since(first.at).as_millis() > WINDOW_MILLISECONDS.into())
        {
            self.samples.pop_front();
        }
    }

    fn weight_done(&self) -> u64 {
        self.tables.values().map(TableTally::weight_done).sum()
    }

    fn weight_of_run(&self) -> u64 {
        self.weight_done().saturating_sub(self.weight_before)
    }

    pub fn phase(&self) -> &str {
        &self.phase
    }

    /// Whether the phase moves rows.
    pub fn moves_rows(&self) -> bool {
        self.expected_tables > 0 || !self.tables.is_empty()
    }

    /// What is done at the moment besides rows: `create table shop.orders`.
    pub fn step(&self) -> Option<&str> {
        self.step.as_deref()
    }

    /// Tables that run, by name.
    pub fn running(&self) -> impl Iterator<Item = (&str, &TableTally)> {
        let running = self.tables.iter().filter(|(_, tally)| !tally.finished);
        running.map(|(name, tally)| (name.as_str(), tally))
    }

    /// The whole, as of `now`.
    pub fn overall(&self, now: Timestamp) -> Overall {
        let begun = u64::try_from(self.tables.len()).unwrap_or(u64::MAX);
        let finished = self.tables.values().filter(|tally| tally.finished).count();
        let sum = |of: fn(&TableTally) -> u64| self.tables.values().map(of).sum::<u64>();
        let weight = sum(TableTally::weight).max(self.expected_bytes);
        let done = self.weight_done();
        let all_done =
            finished > 0 && finished == self.tables.len() && begun >= self.expected_tables;
        let percent = if all_done {
            100
        } else {
            let percent = u128::from(done) * 100 / u128::from(weight.max(1));
            u64::try_from(percent).unwrap_or(99).min(99)
        };
        let rate = self.rate(now);
        let seconds_left = (rate.weight > 0 && !all_done)
            .then(|| weight.saturating_sub(done).div_ceil(rate.weight));
        Overall {
            phase: self.phase.clone(),
            tables_done: u64::try_from(finished).unwrap_or(u64::MAX),
            tables: begun.max(self.expected_tables),
            rows: sum(|tally| tally.rows),
            estimated_rows: sum(|tally| tally.estimated_rows).max(self.expected_rows),
            bytes: self.bytes,
            percent,
            rows_per_second: rate.rows,
            bytes_per_second: rate.bytes,
            seconds_left,
            seconds: now.since(self.started).as_secs(),
            stream: self.stream,
        }
    }

    /// A second's worth; the time runs on while nothing is told, so that a stall shows.
    fn rate(&self, now: Timestamp) -> Sample {
        let first = self.samples.front().copied();
        let first = match first {
            Some(first) if self.samples.len() > 1 => first,
            Some(_) | None => Sample {
                at: self.started,
                rows: 0,
                bytes: 0,
                weight: 0,
            },
        };
        let milliseconds = u64::try_from(now.since(first.at).as_millis()).unwrap_or(u64::MAX);
        let per_second = |amount: u64| {
            let rate = u128::from(amount) * 1000 / u128::from(milliseconds.max(1));
            u64::try_from(rate).unwrap_or(u64::MAX)
        };
        let measured = milliseconds >= SAMPLE_MILLISECONDS;
        let rate = |amount| if measured { per_second(amount) } else { 0 };
        Sample {
            at: now,
            rows: rate(self.rows.saturating_sub(first.rows)),
            bytes: rate(self.bytes.saturating_sub(first.bytes)),
            weight: rate(self.weight_of_run().saturating_sub(first.weight)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_milliseconds(seconds * 1000)
    }

    fn started(table: &str, rows: u64, rows_before: u64) -> ProgressEvent {
        ProgressEvent::TableStarted {
            table: table.to_owned(),
            rows,
            bytes: rows * 100,
            rows_before,
        }
    }

    fn copied(table: &str, rows: u64) -> ProgressEvent {
        ProgressEvent::RowsCopied {
            table: table.to_owned(),
            rows,
            bytes: rows * 50,
        }
    }

    fn begun() -> Tally {
        let mut tally = Tally::new(at(0));
        let phase = ProgressEvent::PhaseStarted {
            phase: "full".to_owned(),
            tables: 2,
            rows: 20_000,
            bytes: 2_000_000,
        };
        tally.take(&phase, at(0));
        tally.take(&started("shop.a", 10_000, 0), at(0));
        tally
    }

    #[test]
    fn the_rate_and_the_time_left_are_of_the_last_half_minute() {
        let mut tally = begun();
        for second in 1..=100 {
            let rows = if second <= 50 { 10 } else { 100 };
            tally.take(&copied("shop.a", rows), at(second));
        }
        let overall = tally.overall(at(100));
        assert_eq!(overall.rows, 5500);
        assert_eq!(overall.rows_per_second, 100);
        assert_eq!(overall.bytes_per_second, 5000);
        assert_eq!(overall.percent, 27);
        assert_eq!(overall.seconds_left, Some(145));
    }

    #[test]
    fn an_estimate_that_was_too_low_never_says_done() {
        let mut tally = begun();
        tally.take(&copied("shop.a", 50_000), at(10));
        assert_eq!(tally.overall(at(10)).percent, 49);
        assert_eq!(tally.running().next().expect("runs").1.permille(), 990);
        let finished = |table: &str| ProgressEvent::TableFinished {
            table: table.to_owned(),
            rows: 50_000,
        };
        tally.take(&finished("shop.a"), at(11));
        tally.take(&started("shop.b", 10_000, 9_000), at(11));
        assert_eq!(tally.overall(at(11)).percent, 95);
        tally.take(&finished("shop.b"), at(12));
        let overall = tally.overall(at(12));
        assert_eq!((overall.percent, overall.tables_done), (100, 2));
        assert_eq!(overall.seconds_left, None);
    }

    #[test]
    fn rows_of_an_earlier_run_count_as_done_but_not_for_the_rate() {
        let mut tally = begun();
        tally.take(&started("shop.b", 10_000, 9_000), at(0));
        tally.take(&copied("shop.b", 100), at(10));
        let overall = tally.overall(at(10));
        assert_eq!(overall.rows, 9_100);
        assert_eq!(overall.rows_per_second, 10);
        // a hundredth of a table in ten seconds, and 1.09 tables to go
        assert_eq!(overall.seconds_left, Some(1090));
    }
}
