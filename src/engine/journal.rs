//! The state while a command runs: each change is on disk before it is acted on.

use std::collections::BTreeMap;

use super::{
    error::Result,
    verify::{Compared, VerifyReport},
};
use crate::{
    clock::{Clock, Timestamp},
    events::Behind,
    ledger::{CopyState, DdlRow, DdlState, StreamRow, TableProgress},
    mysql::{SourcePosition, TableName},
    plan::Plan,
    replication::spool::Holding,
    state::{
        self, CopyStatus, GaveWay, HistoryEntry, Operator, Outcome, Phase, SpoolProgress, State,
        StatementLeftOut, StreamProgress, Work,
    },
    store::{StateFile, StateLock},
    verify::TableResult,
};

/// The state, its file, and the right to write it.
pub struct Journal {
    state: State,
    file: StateFile,
    lock: StateLock,
    clock: Box<dyn Clock>,
    operator: Operator,
}

impl Journal {
    pub fn new(
        state: State,
        file: StateFile,
        lock: StateLock,
        clock: Box<dyn Clock>,
        operator: Operator,
    ) -> Self {
        Self {
            state,
            file,
            lock,
            clock,
            operator,
        }
    }

    /// Gives back what it was made of.
    pub fn into_parts(self) -> (State, StateFile, StateLock) {
        (self.state, self.file, self.lock)
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    /// Stores the state as it is.
    pub fn store(&self) -> Result<()> {
        self.file.write(&self.state, &self.lock)?;
        Ok(())
    }

    /// Changes the state and stores it.
    pub fn change(&mut self, change: impl FnOnce(&mut State)) -> Result<()> {
        change(&mut self.state);
        self.store()
    }

    /// Notes that a phase is done; once, where a run that goes on found nothing left of it.
    pub fn phase_done(&mut self, at: Work) -> Result<()> {
        let what = format!("phase {at}");
        let phases = |entry: &&HistoryEntry| entry.what.starts_with("phase ");
        let last = self.state.history().iter().rev().find(phases);
        if last.is_some_and(|last| last.what == what && last.outcome == Outcome::Done) {
            return Ok(());
        }
        self.record(&what, Outcome::Done)
    }

    /// Notes in the event log how something went.
    pub fn record(&mut self, what: &str, outcome: Outcome) -> Result<()> {
        let entry = HistoryEntry {
            at: self.clock.now(),
            by: self.operator.clone(),
            what: what.to_owned(),
            outcome,
        };
        self.change(|state| state.record(entry))
    }

    /// Keeps the result of a comparison by checksum.
    pub fn verified(&mut self, report: &VerifyReport) -> Result<()> {
        let compared = Compared {
            at: self.clock.now(),
            mode: "checksum",
            tables: &report.tables,
            orphans: &report.orphans,
            definitions: &report.definitions,
        };
        self.change(|state| {
            if report.tables.iter().all(TableResult::equal) {
                state.all_rows_equal();
            }
            state.record_verification(compared.verification());
        })
    }

    /// Moves to a phase.
    pub fn advance(&mut self, to: Phase) -> Result<()> {
        if self.state.phase() == &to {
            return Ok(());
        }
        self.state.advance(to)?;
        self.file.write(&self.state, &self.lock)?;
        Ok(())
    }

    /// Notes that the work of a phase failed, so that status can tell why, and the position of the
    /// statement that a person must decide about.
    pub fn fail(&mut self, at: Work, reason: String, undecided: Option<&str>) -> Result<()> {
        self.state.set_undecided(undecided.map(str::to_owned));
        let name = at.to_string();
        let outcome = Outcome::Failed {
            reason: reason.clone(),
        };
        self.record(&format!("phase {name}"), outcome)?;
        let failed = Phase::Failed { at, reason };
        if self.state.phase().may_become(&failed) {
            self.advance(failed)?;
        }
        Ok(())
    }

    /// Takes the plan's tables in.
    pub fn enter_tables(&mut self, plan: &Plan) -> Result<()> {
        self.change(|state| {
            for step in plan.tables.iter().filter(|step| step.copy) {
                let destination = step.shape.destination.clone();
                if let Some(known) = state.table_mut(&step.shape.source) {
                    // another only where it was dropped, and is copied again
                    known.destination = destination;
                    continue;
                }
                let progress = state::TableProgress::pending(destination, step.rows, step.bytes);
                state.add_table(step.shape.source.clone(), progress);
            }
        })
    }

    /// Mirrors the ledger's progress.
    pub fn mirror(
        &mut self,
        plan: &Plan,
        progress: &BTreeMap<TableName, TableProgress>,
        position: Option<SourcePosition>,
    ) -> Result<()> {
        self.change(|state| {
            for step in plan.tables.iter().filter(|step| step.copy) {
                let (Some(ledger), Some(table)) = (
                    progress.get(&step.shape.destination),
                    state.table_mut(&step.shape.source),
                ) else {
                    continue;
                };
                mirror_table(table, ledger);
            }
            if position.is_some() {
                state.set_position(position);
            }
        })
    }
}

impl Journal {
    /// Mirrors which statements the destination lacks.
    pub fn mirror_left_out(&mut self, rows: &[DdlRow]) -> Result<()> {
        let left_out: Vec<StatementLeftOut> = rows
            .iter()
            .map(|row| StatementLeftOut {
                position: row.position.clone(),
                failed: row.state == DdlState::Failed,
                statement: row.statement.clone(),
                reason: row.reason.clone().unwrap_or_default(),
            })
            .collect();
        if self.state.left_out() == left_out {
            return Ok(());
        }
        self.change(|state| state.set_left_out(left_out))
    }

    /// Mirrors which statements a person has left out or replaced.
    pub fn mirror_resolved(&mut self, rows: Vec<(String, bool)>) -> Result<()> {
        let used: Vec<String> = rows
            .into_iter()
            .filter_map(|(position, used)| used.then_some(position))
            .collect();
        let known = self.state.resolved().iter().map(|one| &one.position);
        if known.eq(used.iter()) {
            return Ok(());
        }
        self.change(|state| state.set_resolved(used))
    }

    /// Mirrors which rows of the destination gave way.
    pub fn mirror_gave_way(&mut self, counts: BTreeMap<TableName, u64>) -> Result<()> {
        let gave_way: Vec<GaveWay> = counts
            .into_iter()
            .map(|(table, rows)| GaveWay { table, rows })
            .collect();
        if self.state.gave_way() == gave_way {
            return Ok(());
        }
        self.change(|state| state.set_gave_way(gave_way))
    }

    /// Notes what waits in the spool.
    pub fn mirror_spool(&mut self, holding: Option<Holding>) -> Result<()> {
        let spool = holding.map(|holding| SpoolProgress {
            bytes: holding.bytes,
            end: holding.end.position(),
            full: holding.full,
        });
        if self.state.spool() == spool.as_ref() {
            return Ok(());
        }
        self.change(|state| state.set_spool(spool))
    }

    /// Mirrors how far the stream is.
    pub fn mirror_stream(&mut self, row: &StreamRow, behind: Option<Behind>) -> Result<()> {
        let position = row.position.position();
        let known = self.state.stream().and_then(|stream| stream.behind);
        if self.state.position() == Some(&position) && known == behind {
            return Ok(());
        }
        let totals = row.totals;
        let stream = StreamProgress {
            transactions: totals.transactions,
            rows: totals.rows,
            committed_at: (totals.committed_at > 0)
                .then(|| Timestamp::from_milliseconds(totals.committed_at / 1000)),
            behind,
        };
        self.change(|state| {
            state.follows_server(&position.server_uuid);
            state.set_position(Some(position));
            state.set_stream(stream);
        })
    }
}

/// A table's progress as the ledger has it.
pub(super) fn mirror_table(table: &mut state::TableProgress, ledger: &TableProgress) {
    table.rows = ledger.rows_done();
    table.bytes = ledger.bytes_done();
    table.status = match ledger.state {
        CopyState::Pending => CopyStatus::Pending,
        CopyState::Copying | CopyState::Emptying => CopyStatus::Copying,
        CopyState::Copied => CopyStatus::Copied,
    };
    table.watermark = ledger.watermark.as_deref().map(hex);
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // writing into a string cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}
