//! Where a migration stands, and what to type next.

use serde::Serialize;

use crate::{
    clock::Timestamp,
    events::Behind,
    state::{CopyStatus, HistoryEntry, Outcome, Phase, ServerIdentity, State, Verification},
};

/// Who is changing the migration right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holder {
    pub lock: String,
    pub user: String,
    pub host: String,
    pub pid: u32,
    pub since: Timestamp,
    pub command: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerLine {
    pub address: String,
    pub version: String,
    pub server_uuid: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableLine {
    pub source: String,
    pub destination: String,
    pub status: &'static str,
    pub rows: u64,
    pub estimated_rows: u64,
    pub bytes: u64,
}

/// The copy as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CopyTotals {
    pub tables: u64,
    pub tables_copied: u64,
    pub rows: u64,
    pub estimated_rows: u64,
    pub bytes: u64,
    /// Since this run of the copy began, where one runs.
    pub rows_per_second: Option<u64>,
}

/// What of the source's stream is on the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StreamLine {
    /// The GTID set, or file and offset.
    pub position: Option<String>,
    pub transactions: u64,
    pub rows: u64,
    /// When the last of them was committed on the source.
    pub committed_at: Option<Timestamp>,
    /// While it runs.
    pub behind: Option<Behind>,
}

/// Rows of the destination that gave way to others with the same unique value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GaveWayLine {
    /// On the source.
    pub table: String,
    pub rows: u64,
}

/// What waits on disk until it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpoolLine {
    pub bytes: u64,
    /// Everything before it was read from the source.
    pub end: String,
    /// It holds as much as it may: reading waits.
    pub full: bool,
}

/// A statement of the stream that the destination lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOutLine {
    pub position: String,
    /// The destination refused it; else it was left out.
    pub failed: bool,
    pub statement: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerificationLine {
    pub at: Timestamp,
    pub mode: String,
    pub tables: u64,
    pub rows: u64,
    pub differences: u64,
}

/// The failure at which the migration stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureLine {
    pub at: String,
    pub reason: String,
}

/// What a person would do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// `plan`, then `apply`: nothing was begun.
    Plan,
    Apply,
    /// `apply` goes on where it stopped.
    Continue,
    /// `apply` again, after the cause of the failure is gone.
    Retry,
    /// `resolve`: a statement of the stream waits for a person's decision.
    Resolve,
    /// It runs; wait, or watch it.
    Watch,
    /// `verify`: it is finished and was not compared since.
    Verify,
    /// `verify` found differences: look at them.
    Differences,
    /// Nothing is left to do.
    Nothing,
}

impl NextStep {
    /// The command, without the path of the specification.
    pub fn command(self) -> Option<&'static str> {
        match self {
            Self::Plan => Some("plan"),
            Self::Apply | Self::Continue | Self::Retry => Some("apply"),
            Self::Resolve => Some("resolve"),
            Self::Watch => Some("status --watch"),
            Self::Verify | Self::Differences => Some("verify"),
            Self::Nothing => None,
        }
    }
}

/// The answer of `status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusReport {
    pub format_version: u32,
    pub migration: String,
    /// `none` where no state is.
    pub phase: String,
    pub failure: Option<FailureLine>,
    pub lineage: Option<String>,
    pub serial: Option<u64>,
    pub source: Option<ServerLine>,
    pub destination: Option<ServerLine>,
    pub running: Option<Holder>,
    pub copy: CopyTotals,
    /// Absent before the stream has begun.
    pub stream: Option<StreamLine>,
    /// Absent where the last run had no spool.
    pub spool: Option<SpoolLine>,
    /// Where `dml` leaves changes out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gave_way: Vec<GaveWayLine>,
    pub left_out: Vec<LeftOutLine>,
    /// The positions of statements that a person has left out or replaced, and since which not all
    /// rows were compared and found equal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    pub tables: Vec<TableLine>,
    pub verification: Option<VerificationLine>,
    pub next: NextStep,
    /// To be typed as it is; absent where nothing is left to do.
    pub next_command: Option<String>,
    /// Makes the state file again where it is not here and the migration was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rebuild_command: Option<String>,
}

/// What `status` is made from.
#[derive(Clone, Copy, Debug)]
pub struct StatusFacts<'a> {
    pub migration: &'a str,
    pub state: Option<&'a State>,
    pub running: Option<&'a Holder>,
    pub now: Timestamp,
    /// The path of the specification as it was typed; empty for the working folder.
    pub path: &'a str,
}

impl StatusReport {
    pub fn new(facts: StatusFacts) -> Self {
        let next = next_step(&facts);
        let typed = |command: &str| {
            format!("cutover {command} {}", facts.path)
                .trim_end()
                .to_owned()
        };
        let undecided = facts.state.and_then(State::undecided);
        let next_command = next.command().map(typed).map(|typed| match undecided {
            Some(position) if next == NextStep::Resolve => {
                format!("{typed} --at '{position}' --skip --reason TEXT")
            }
            Some(_) | None => typed,
        });
        let rebuild_command = (next == NextStep::Plan).then(|| typed("state rebuild"));
        let state = facts.state;
        let server = |of: fn(&State) -> &ServerIdentity| state.map(|state| line(of(state)));
        Self {
            format_version: 1,
            migration: facts.migration.to_owned(),
            phase: state.map_or_else(
                || "none".to_owned(),
                |state| state.phase().name().to_string(),
            ),
            failure: state.and_then(|state| failure(state.phase())),
            lineage: state.map(|state| state.lineage().to_string()),
            serial: state.map(State::serial),
            source: server(State::source),
            destination: server(State::destination),
            running: facts.running.cloned(),
            copy: state.map_or_else(CopyTotals::default, |state| totals(state, &facts)),
            stream: state.and_then(|state| stream(state, facts.running.is_some())),
            spool: state.and_then(State::spool).map(|spool| SpoolLine {
                bytes: spool.bytes,
                end: spool.end.to_string(),
                full: spool.full,
            }),
            gave_way: state.map(gave_way).unwrap_or_default(),
            left_out: state.map(left_out).unwrap_or_default(),
            unverified: state.map(unverified).unwrap_or_default(),
            tables: state.map(tables).unwrap_or_default(),
            verification: state.and_then(last_verification),
            next,
            next_command,
            rebuild_command,
        }
    }

    /// Whether the migration stands failed, for which `status` has an exit code.
    pub fn is_failed(&self) -> bool {
        self.failure.is_some()
    }
}

fn line(server: &ServerIdentity) -> ServerLine {
    ServerLine {
        address: server.address.clone(),
        version: server.version.clone(),
        server_uuid: server.server_uuid.clone(),
    }
}

fn failure(phase: &Phase) -> Option<FailureLine> {
    let (Some(at), Some(reason)) = (phase.work(), phase.failure()) else {
        return None;
    };
    Some(FailureLine {
        at: at.to_string(),
        reason: reason.to_owned(),
    })
}

fn gave_way(state: &State) -> Vec<GaveWayLine> {
    let lines = state.gave_way().iter().map(|one| GaveWayLine {
        table: one.table.plain(),
        rows: one.rows,
    });
    lines.collect()
}

fn left_out(state: &State) -> Vec<LeftOutLine> {
    let lines = state.left_out().iter().map(|one| LeftOutLine {
        position: one.position.clone(),
        failed: one.failed,
        statement: one.statement.clone(),
        reason: one.reason.clone(),
    });
    lines.collect()
}

fn unverified(state: &State) -> Vec<String> {
    let open = state.resolved().iter().filter(|one| !one.verified);
    open.map(|one| one.position.clone()).collect()
}

fn stream(state: &State, running: bool) -> Option<StreamLine> {
    let stream = state.stream()?;
    Some(StreamLine {
        position: state.position().map(ToString::to_string),
        transactions: stream.transactions,
        rows: stream.rows,
        committed_at: stream.committed_at,
        behind: stream.behind.filter(|_| running),
    })
}

fn tables(state: &State) -> Vec<TableLine> {
    let line =
        |(source, progress): (&crate::mysql::TableName, &crate::state::TableProgress)| TableLine {
            source: source.plain(),
            destination: progress.destination.plain(),
            status: match progress.status {
                CopyStatus::Pending => "pending",
                CopyStatus::Copying => "copying",
                CopyStatus::Copied => "copied",
            },
            rows: progress.rows,
            estimated_rows: progress.estimated_rows,
            bytes: progress.bytes,
        };
    state.tables().iter().map(line).collect()
}

fn totals(state: &State, facts: &StatusFacts) -> CopyTotals {
    let mut totals = CopyTotals::default();
    for progress in state.tables().values() {
        totals.tables += 1;
        totals.tables_copied += u64::from(progress.status == CopyStatus::Copied);
        totals.rows += progress.rows;
        totals.estimated_rows += match progress.status {
            CopyStatus::Copied => progress.rows,
            CopyStatus::Pending | CopyStatus::Copying => progress.estimated_rows,
        };
        totals.bytes += progress.bytes;
    }
    let copying = facts.running.is_some() && *state.phase() == Phase::Full;
    if let Some(began) = began_in_one_go(state).filter(|_| copying) {
        let seconds = facts.now.since(began).as_secs();
        totals.rows_per_second = totals.rows.checked_div(seconds);
    }
    totals
}

/// When the copy began, where it was never interrupted: a rate over a pause would be no rate.
fn began_in_one_go(state: &State) -> Option<Timestamp> {
    let full = |entry: &&HistoryEntry| entry.what == "phase full";
    let mut begun = state.history().iter().filter(full);
    let first = begun.next()?;
    (begun.next().is_none() && first.outcome == Outcome::Started).then_some(first.at)
}

fn last_verification(state: &State) -> Option<VerificationLine> {
    let last = state.verifications().last()?;
    Some(VerificationLine {
        at: last.at,
        mode: last.mode.clone(),
        tables: u64::try_from(last.tables.len()).unwrap_or(u64::MAX),
        rows: last.rows(),
        differences: last.differences(),
    })
}

fn next_step(facts: &StatusFacts) -> NextStep {
    if facts.running.is_some() {
        return NextStep::Watch;
    }
    let Some(state) = facts.state else {
        return NextStep::Plan;
    };
    match state.phase() {
        Phase::Planned => NextStep::Apply,
        Phase::Destroyed => NextStep::Plan,
        Phase::Schema
        | Phase::Full
        | Phase::CatchingUp
        | Phase::Streaming
        | Phase::Finishing
        | Phase::Reversing => NextStep::Continue,
        Phase::Failed { .. } if state.undecided().is_some() => NextStep::Resolve,
        Phase::Failed { .. } => NextStep::Retry,
        Phase::Finished | Phase::Reversed => match state.verifications().last() {
            None => NextStep::Verify,
            Some(last) if Verification::differences(last) > 0 => NextStep::Differences,
            Some(_) => NextStep::Nothing,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Lineage, Work};

    fn server() -> ServerIdentity {
        ServerIdentity {
            server_uuid: "uuid".to_owned(),
            version: "9.7.0".to_owned(),
            address: "127.0.0.1:3306".to_owned(),
        }
    }

    fn command(phases: &[Phase]) -> Option<String> {
        let mut state = State::planned(Lineage::from_bits(1), "shop", "", server(), server());
        for phase in phases {
            state.advance(phase.clone()).expect("in the table");
        }
        let facts = StatusFacts {
            migration: "shop",
            state: Some(&state),
            running: None,
            now: Timestamp::from_milliseconds(0),
            path: "shop.hcl",
        };
        StatusReport::new(facts).next_command
    }

    #[test]
    fn the_next_command_can_be_typed_as_it_is() {
        let failed = Phase::Failed {
            at: Work::Schema,
            reason: "x".to_owned(),
        };
        let next = |phases: &[Phase]| command(phases).expect("a command");
        assert_eq!(next(&[]), "cutover apply shop.hcl");
        assert_eq!(next(&[Phase::Schema]), "cutover apply shop.hcl");
        assert_eq!(next(&[Phase::Schema, failed]), "cutover apply shop.hcl");
        assert_eq!(
            next(&[Phase::Schema, Phase::Finished]),
            "cutover verify shop.hcl"
        );
        assert_eq!(next(&[Phase::Destroyed]), "cutover plan shop.hcl");
        let nothing = StatusFacts {
            migration: "shop",
            state: None,
            running: None,
            now: Timestamp::from_milliseconds(0),
            path: "",
        };
        let report = StatusReport::new(nothing);
        assert_eq!(report.next_command.as_deref(), Some("cutover plan"));
    }
}
