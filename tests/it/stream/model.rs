//! Random tables, random changes, random kills and outages: in the end both sides are equal, exactly.
//!
//! The ordinary run plays the same rounds each time, the long one others each time. A round is a list
//! of steps; that of one that fails is written down as a file. `cases` holds those of all that failed
//! once, and they are played again.
//!
//! `CUTOVER_MODEL_SEED` repeats one seed, `CUTOVER_MODEL_ROUNDS` sets how many rounds are run of each
//! kind of source, `CUTOVER_MODEL_KEEP` writes down those that pass, too.

mod dice;
mod schema;
mod shape;
mod stage;
mod step;
mod workload;

use std::collections::BTreeMap;

use dice::Dice;
use futures_util::FutureExt as _;
use schema::Table;
use shape::Shape;
use stage::{Servers, Source, Stage};
use step::{Fault, Session, Step};
use workload::{alteration, transaction};

use crate::support::{server::Version, wait};

const LOCK_WAIT_TIMEOUT: u16 = 1205;
const UNKNOWN_XID: u16 = 1397;

struct Round<'a> {
    stage: Stage<'a>,
    dice: Dice,
    tables: Vec<Table>,
    /// Names of transactions that are prepared.
    prepared: Vec<String>,
    named: usize,
}

impl<'a> Round<'a> {
    async fn new(servers: &'a Servers, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let windows = format!("{}:{}", 10 + dice.below(80), 2 + dice.below(20));
        let stage = Stage::set(servers, &format!("m{seed}"), &windows).await;
        let mut round = Self {
            stage,
            dice,
            tables: Vec::new(),
            prepared: Vec::new(),
            named: 0,
        };
        round.make_tables().await;
        let shape = if round.dice.one_in(3) {
            Shape::default()
        } else {
            Shape::random(&mut round.dice, &round.tables)
        };
        round.stage.specify(shape);
        round
    }

    fn modern(&self) -> bool {
        self.stage.servers.kind.version() == Version::V9_7
    }

    async fn make_tables(&mut self) {
        for number in 0..=self.dice.below(4) {
            // a random key may be too long or not allowed: then another
            loop {
                let modern = self.modern();
                let parent = self.tables.last();
                let (table, create) = Table::random(&mut self.dice, number, parent, modern);
                if self.stage.sql(Session::Writer, create).await.is_ok() {
                    self.tables.push(table);
                    break;
                }
            }
        }
    }

    async fn run(&mut self, statements: Vec<String>) {
        for statement in statements {
            let done = self.stage.sql(Session::Writer, statement).await;
            if done == Err(LOCK_WAIT_TIMEOUT) {
                self.settle(Session::Other).await;
            }
        }
    }

    async fn write(&mut self, transactions: usize) {
        for _ in 0..transactions {
            if self.dice.one_in(12) {
                self.xa().await;
            }
            let statements = transaction(&mut self.dice, &self.tables);
            self.run(statements).await;
            if !self.prepared.is_empty() && self.dice.one_in(2) {
                self.settle(Session::Writer).await;
            }
        }
    }

    /// A transaction in two phases; from 5.7 on it may be somebody else who ends it, later.
    async fn xa(&mut self) {
        self.named += 1;
        let xid = format!("'x{}', 'b', {}", self.named, self.dice.below(3));
        let ends_here = !self.modern() || self.dice.one_in(4);
        let mut statements = vec![format!("XA START {xid}")];
        for _ in 0..=self.dice.below(3) {
            let at = self.dice.below(self.tables.len());
            statements.push(self.tables[at].change(&mut self.dice));
        }
        statements.push(format!("XA END {xid}"));
        let end = match self.dice.below(3) {
            0 => {
                statements.push(format!("XA COMMIT {xid} ONE PHASE"));
                None
            }
            1 => Some("ROLLBACK"),
            _ => Some("COMMIT"),
        };
        for statement in statements {
            let done = self.stage.sql(Session::Other, statement).await;
            if done == Err(LOCK_WAIT_TIMEOUT) {
                self.settle(Session::Writer).await;
            }
        }
        let Some(end) = end else {
            return;
        };
        let prepare = format!("XA PREPARE {xid}");
        if self.stage.sql(Session::Other, prepare).await.is_err() {
            let rollback = format!("XA ROLLBACK {xid}");
            let _ = self.stage.sql(Session::Other, rollback).await;
        } else if ends_here {
            let last = format!("XA {end} {xid}");
            let _ = self.stage.sql(Session::Other, last).await;
        } else {
            self.prepared.push(xid);
        }
    }

    /// Ends what is prepared.
    async fn settle(&mut self, session: Session) {
        for xid in std::mem::take(&mut self.prepared) {
            let word = self.dice.pick(&["COMMIT", "COMMIT", "ROLLBACK"]);
            let statement = format!("XA {word} {xid}");
            let done = self.stage.sql(session, statement).await;
            // one that changed nothing does not outlive its server
            let gone = done == Err(UNKNOWN_XID) && self.stage.source_was_killed;
            assert!(done.is_ok() || gone, "{word} {xid}: {done:?}");
        }
    }

    async fn alter(&mut self) {
        // it would wait for them
        self.settle(Session::Writer).await;
        let at = self.dice.below(self.tables.len());
        let parent_of_another = self.tables.get(at + 1).is_some_and(|next| next.child);
        if parent_of_another {
            return;
        }
        let table = &mut self.tables[at];
        let statement = alteration(&mut self.dice, table, &self.stage.shape);
        self.run(vec![statement]).await;
    }

    /// Killed at some failpoint, if it is met at all.
    async fn crash(&mut self) {
        let name = self.dice.pick(&[
            "stream.window_begun",
            "stream.rows_written",
            "stream.noted",
            "stream.committed",
            "stream.committed",
            "stream.finished_window",
            "stream.statement",
            "stream.part_kept",
            "stream.prepared",
            "ddl.intended",
            "ddl.executed",
        ]);
        let failpoint = format!("{name}:{}", 1 + self.dice.below(4));
        let step = Step::Crash("caught-up".to_owned(), failpoint);
        self.stage.step(step).await;
    }

    /// Something goes away while `apply` runs, which is written beside.
    async fn outage(&mut self, until: &str) {
        self.stage.step(Step::Begin(until.to_owned())).await;
        let before = self.dice.below(6);
        self.write(before).await;
        let fault = match self.dice.below(12) {
            0 | 1 => Some(Fault::KillUs),
            2 => Some(Fault::KillSource),
            3 => Some(Fault::KillDestination),
            4 | 5 => Some(Fault::CutSource),
            6..=8 => Some(Fault::CutDestination),
            _ => None,
        };
        if let Some(fault) = fault {
            // an `apply` with little to do carries about 200,000
            let bytes = 1000 * self.dice.below(250) + self.dice.below(1000);
            self.stage.step(Step::Fault(fault, bytes as u64)).await;
        }
        let behind = self.dice.below(4);
        self.write(behind).await;
        self.stage.step(Step::End).await;
    }

    async fn trouble(&mut self) {
        while self.dice.one_in(2) {
            if self.dice.one_in(3) {
                self.outage("caught-up").await;
            } else {
                self.crash().await;
            }
        }
    }

    async fn play(mut self) {
        self.write(30).await;
        // the stream starts where nothing is prepared
        self.settle(Session::Writer).await;
        self.copy().await;
        for part in 0..3 {
            self.write(25).await;
            if part == 1 {
                // definitions that change before the copy has met the stream are another matter
                self.stage.step(Step::Equal).await;
            }
            if part > 0 && self.dice.one_in(2) {
                self.alter().await;
                self.write(10).await;
            }
            self.trouble().await;
        }
        if self.dice.one_in(2) {
            self.settle(Session::Writer).await;
        }
        self.stage.step(Step::Equal).await;
        self.settle(Session::Writer).await;
        self.stage.step(Step::Equal).await;
        self.stage.clear().await;
    }

    /// Copies while the source is written, now and then killed.
    async fn copy(&mut self) {
        let full = || Step::Apply("full".to_owned());
        if self.dice.one_in(3) {
            self.outage("full").await;
        } else if self.dice.one_in(2) {
            let crash = Step::Crash("full".to_owned(), "copy.committed".to_owned());
            self.stage.step(crash).await;
            self.write(20).await;
        }
        // a table without a key is locked for a moment
        self.settle(Session::Writer).await;
        self.stage.step(full()).await;
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Of the ordinary run.
const SEED: u64 = 3_990_000;

async fn play(kind: Source, first: u64, rounds: u64) {
    let rounds = setting("CUTOVER_MODEL_ROUNDS").unwrap_or(rounds);
    let seed = setting("CUTOVER_MODEL_SEED");
    let first = seed.unwrap_or(first);
    let last = if seed.is_some() {
        first + 1
    } else {
        first + rounds
    };
    let servers = Servers::start(kind).await;
    let begun = std::time::Instant::now();
    for seed in first..last {
        eprintln!("seed {seed} {kind:?}");
        Round::new(&servers, seed).await.play().await;
        assert!(begun.elapsed() < 100 * wait::PATIENCE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_on_a_source_arrives() {
    play(Source::Gtids, SEED, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_on_an_old_source_arrives() {
    play(Source::Old, SEED, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_engine_cascades_arrives() {
    play(Source::NativeFiles, SEED, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_once_arrives() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/stream/model/cases");
    let mut cases: BTreeMap<Source, BTreeMap<String, String>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let alike = cases.entry(stage::kind_of(&text)).or_default();
        alike.insert(name.expect("a name").to_owned(), text);
    }
    for (kind, alike) in cases {
        let servers = Servers::start(kind).await;
        for (name, text) in alike {
            eprintln!("case {name}");
            stage::replay(&servers, &name, &text).await;
        }
    }
}

/// All are played, whatever fails.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes an hour"]
async fn whatever_happens_arrives_many_times() {
    let first = setting("CUTOVER_MODEL_FIRST").unwrap_or(u64::from(std::process::id()) * 1000);
    let mut failed = Vec::new();
    for (kind, rounds) in [
        (Source::Gtids, 125),
        (Source::Old, 100),
        (Source::Native, 125),
        (Source::NativeFiles, 75),
        (Source::Files, 75),
    ] {
        let rounds = setting("CUTOVER_MODEL_ROUNDS").unwrap_or(rounds);
        let mut servers = Servers::start(kind).await;
        let first = first + 1_000_000 * kind as u64;
        for seed in first..first + rounds {
            eprintln!("seed {seed} {kind:?}");
            let round = async { Round::new(&servers, seed).await.play().await };
            let played = std::panic::AssertUnwindSafe(round).catch_unwind().await;
            if played.is_err() {
                failed.push((kind, seed));
                servers = Servers::start(kind).await;
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}
