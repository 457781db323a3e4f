//! The state of one migration.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::phase::{NotATransition, Phase, PhaseName};
use crate::{
    clock::Timestamp,
    events::Behind,
    mysql::{SourcePosition, TableName},
};

/// The identity of one life of a migration, the same in state, ledger and saved plans: 128 random
/// bits, printed as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lineage(u128);

impl Lineage {
    /// The caller brings the random bits.
    pub fn from_bits(bits: u128) -> Self {
        Self(bits)
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Not 32 hexadecimal digits in lower case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a lineage (32 hexadecimal digits)")]
pub struct NotALineage(pub String);

impl FromStr for Lineage {
    type Err = NotALineage;

    fn from_str(text: &str) -> Result<Self, NotALineage> {
        u128::from_str_radix(text, 16)
            .map(Self)
            .ok()
            .filter(|lineage| lineage.to_string() == text)
            .ok_or_else(|| NotALineage(text.to_owned()))
    }
}

/// Which server it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerIdentity {
    pub server_uuid: String,
    /// `@@version`.
    pub version: String,
    /// `host:port`, or the path of a socket: where it was reached, which may change.
    pub address: String,
}

impl ServerIdentity {
    /// Whether this is the same server, wherever it is reached and whatever it was upgraded to.
    pub fn same_server(&self, other: &Self) -> bool {
        self.server_uuid == other.server_uuid
    }
}

/// Who runs a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub user: String,
    pub host: String,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.host)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStatus {
    Pending,
    Copying,
    Copied,
}

impl fmt::Display for CopyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Copying => "copying",
            Self::Copied => "copied",
        })
    }
}

/// How far one table is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableProgress {
    pub destination: TableName,
    pub status: CopyStatus,
    /// Rows committed on the destination.
    pub rows: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// What the source's engine guessed when the copy began.
    pub estimated_rows: u64,
    pub estimated_bytes: u64,
    /// The key below which everything is copied, as the ledger holds it, in hexadecimal; `None`
    /// before the first chunk and for tables without a usable key.
    pub watermark: Option<String>,
}

impl TableProgress {
    pub fn pending(destination: TableName, estimated_rows: u64, estimated_bytes: u64) -> Self {
        Self {
            destination,
            status: CopyStatus::Pending,
            rows: 0,
            bytes: 0,
            estimated_rows,
            estimated_bytes,
            watermark: None,
        }
    }
}

/// What of the source's stream is on the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamProgress {
    pub transactions: u64,
    pub rows: u64,
    /// When the last of them was committed first, where the source says so (8.0 on).
    pub committed_at: Option<Timestamp>,
    /// As it was last seen.
    pub behind: Option<Behind>,
}

/// What waits on disk until it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolProgress {
    pub bytes: u64,
    /// Everything before it was read from the source.
    pub end: SourcePosition,
    /// It holds as much as it may: reading waits.
    pub full: bool,
}

/// Rows of the destination that gave way to others with the same unique value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaveWay {
    /// On the source.
    pub table: TableName,
    pub rows: u64,
}

/// A statement of the stream that the destination lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLeftOut {
    /// Its transaction: a GTID, or `file:offset`.
    pub position: String,
    /// The destination refused it; else it was left out.
    pub failed: bool,
    pub statement: String,
    pub reason: String,
}

/// A statement of the stream that a person has left out or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedStatement {
    pub position: String,
    /// All rows were compared since, and are equal.
    pub verified: bool,
}

/// A warning that a person has read and accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The check: `no_primary_key`.
    pub check: String,
    /// The objects that it named then; a new one warns again.
    pub objects: Vec<String>,
    pub reason: String,
    pub at: Timestamp,
    pub by: Operator,
}

/// One run of `verify`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    pub at: Timestamp,
    /// `checksum`, `count` or `sample`.
    pub mode: String,
    /// By the source's name.
    pub tables: BTreeMap<TableName, TableVerification>,
    /// Foreign keys, definitions and objects that differ, each as one line for people.
    pub other_differences: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableVerification {
    /// Compared on the source.
    pub rows: u64,
    /// Missing, extra or different.
    pub different: u64,
}

impl Verification {
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }

    /// All differences; zero means equal.
    pub fn differences(&self) -> u64 {
        let rows: u64 = self.tables.values().map(|table| table.different).sum();
        rows + u64::try_from(self.other_differences.len()).unwrap_or(u64::MAX)
    }
}

/// How something that was begun ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Started,
    Done,
    /// By a signal or by `stop`; resumable.
    Stopped,
    Failed {
        reason: String,
    },
}

/// A line of the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    pub at: Timestamp,
    pub by: Operator,
    /// `apply`, `phase full`, `verify`, ...
    pub what: String,
    pub outcome: Outcome,
}

/// Everything that is known of a migration that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub(super) lineage: Lineage,
    pub(super) serial: u64,
    pub(super) migration: String,
    pub(super) spec_hash: String,
    pub(super) source: ServerIdentity,
    pub(super) destination: ServerIdentity,
    pub(super) phase: Phase,
    pub(super) position: Option<SourcePosition>,
    pub(super) stream: Option<StreamProgress>,
    pub(super) spool: Option<SpoolProgress>,
    pub(super) gave_way: Vec<GaveWay>,
    pub(super) left_out: Vec<StatementLeftOut>,
    pub(super) resolved: Vec<ResolvedStatement>,
    pub(super) undecided: Option<String>,
    pub(super) tables: BTreeMap<TableName, TableProgress>,
    pub(super) acknowledgements: Vec<Acknowledgement>,
    pub(super) verifications: Vec<Verification>,
    pub(super) history: Vec<HistoryEntry>,
}

/// Verifications kept; `verify` may run every hour of a migration that streams for months.
const VERIFICATIONS_KEPT: usize = 20;
/// Lines of the event log kept, the oldest dropped first.
const HISTORY_KEPT: usize = 1000;

fn keep_last<T>(list: &mut Vec<T>, kept: usize) {
    let surplus = list.len().saturating_sub(kept);
    list.drain(..surplus);
}

impl State {
    /// A migration that is planned: serial 1, nothing copied.
    pub fn planned(
        lineage: Lineage,
        migration: impl Into<String>,
        spec_hash: impl Into<String>,
        source: ServerIdentity,
        destination: ServerIdentity,
    ) -> Self {
        Self {
            lineage,
            serial: 1,
            migration: migration.into(),
            spec_hash: spec_hash.into(),
            source,
            destination,
            phase: Phase::Planned,
            position: None,
            stream: None,
            spool: None,
            gave_way: Vec::new(),
            left_out: Vec::new(),
            resolved: Vec::new(),
            undecided: None,
            tables: BTreeMap::new(),
            acknowledgements: Vec::new(),
            verifications: Vec::new(),
            history: Vec::new(),
        }
    }

    /// A state that was lost, made again from what the ledger knows. A failure has no place in the
    /// ledger: its work goes on from where it was.
    #[must_use]
    pub fn found_in_ledger(self, phase: PhaseName, serial: u64) -> Self {
        Self {
            phase: phase.phase().unwrap_or(self.phase),
            serial: serial.max(1),
            ..self
        }
    }

    /// The ledger is right where the two differ: its rows and the migration's belong together. The
    /// destination may be further back than this state (a replica that lacked the end, a backup), and
    /// this state older than the destination (another one was in use since).
    #[must_use]
    pub fn by_ledger(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }

    pub fn lineage(&self) -> Lineage {
        self.lineage
    }

    /// Counts changes of intent: phases, objects, acknowledgements, the specification.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    pub fn migration(&self) -> &str {
        &self.migration
    }

    pub fn spec_hash(&self) -> &str {
        &self.spec_hash
    }

    pub fn source(&self) -> &ServerIdentity {
        &self.source
    }

    pub fn destination(&self) -> &ServerIdentity {
        &self.destination
    }

    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// How far the source had come when the snapshot was taken, or is applied.
    pub fn position(&self) -> Option<&SourcePosition> {
        self.position.as_ref()
    }

    /// What of the source's stream is on the destination.
    pub fn stream(&self) -> Option<&StreamProgress> {
        self.stream.as_ref()
    }

    /// Mirrors the ledger; no change of intent.
    pub fn set_stream(&mut self, stream: StreamProgress) {
        self.stream = Some(stream);
    }

    /// What waits on disk, where a run has a spool.
    pub fn spool(&self) -> Option<&SpoolProgress> {
        self.spool.as_ref()
    }

    /// What is there; no change of intent.
    pub fn set_spool(&mut self, spool: Option<SpoolProgress>) {
        self.spool = spool;
    }

    /// By the source's name.
    pub fn gave_way(&self) -> &[GaveWay] {
        &self.gave_way
    }

    /// Mirrors the ledger; no change of intent.
    pub fn set_gave_way(&mut self, gave_way: Vec<GaveWay>) {
        self.gave_way = gave_way;
    }

    /// In the order of the stream.
    pub fn left_out(&self) -> &[StatementLeftOut] {
        &self.left_out
    }

    /// Mirrors the ledger; no change of intent.
    pub fn set_left_out(&mut self, left_out: Vec<StatementLeftOut>) {
        self.left_out = left_out;
    }

    /// The position of the statement at which the stream stands until a person decides.
    pub fn undecided(&self) -> Option<&str> {
        let failed = self.phase.failure().is_some();
        self.undecided.as_deref().filter(|_| failed)
    }

    /// No change of intent.
    pub fn set_undecided(&mut self, position: Option<String>) {
        self.undecided = position;
    }

    /// What a person has left out or replaced of the stream.
    pub fn resolved(&self) -> &[ResolvedStatement] {
        &self.resolved
    }

    /// Mirrors the ledger, but for what was compared; no change of intent.
    pub fn set_resolved(&mut self, positions: Vec<String>) {
        let known = std::mem::take(&mut self.resolved);
        let verified = |position: &String| {
            let mut known = known.iter();
            known.any(|one| one.position == *position && one.verified)
        };
        let resolved = positions.into_iter().map(|position| ResolvedStatement {
            verified: verified(&position),
            position,
        });
        self.resolved = resolved.collect();
    }

    /// All rows of all tables were compared while nobody wrote, and are equal.
    pub fn all_rows_equal(&mut self) {
        for one in &mut self.resolved {
            one.verified = true;
        }
    }

    /// By the source's name.
    pub fn tables(&self) -> &BTreeMap<TableName, TableProgress> {
        &self.tables
    }

    pub fn acknowledgements(&self) -> &[Acknowledgement] {
        &self.acknowledgements
    }

    /// The oldest first.
    pub fn verifications(&self) -> &[Verification] {
        &self.verifications
    }

    /// The oldest first.
    pub fn history(&self) -> &[HistoryEntry] {
        &self.history
    }

    /// Moves to another phase: a change of intent, but for a failure and the way out of it, which
    /// the ledger does not know either.
    pub fn advance(&mut self, to: Phase) -> Result<(), NotATransition> {
        let intent = to.work() != self.phase.work() || to.work().is_none();
        self.phase = self.phase.advance(to)?;
        if intent {
            self.serial += 1;
        }
        Ok(())
    }

    /// The specification that this state now follows; a change of intent when it differs.
    pub fn follow_spec(&mut self, spec_hash: &str) {
        if self.spec_hash != spec_hash {
            spec_hash.clone_into(&mut self.spec_hash);
            self.serial += 1;
        }
    }

    /// Takes a table into the migration; a change of intent when it is new.
    pub fn add_table(&mut self, source: TableName, progress: TableProgress) {
        if self.tables.insert(source, progress).is_none() {
            self.serial += 1;
        }
    }

    /// A checkpoint of one table; tables that are not of this migration have none.
    pub fn table_mut(&mut self, source: &TableName) -> Option<&mut TableProgress> {
        self.tables.get_mut(source)
    }

    /// A checkpoint.
    pub fn set_position(&mut self, position: Option<SourcePosition>) {
        self.position = position;
    }

    /// A server that answers elsewhere or was upgraded; it is the same server still.
    pub fn set_servers(&mut self, source: ServerIdentity, destination: ServerIdentity) {
        self.source = source;
        self.destination = destination;
    }

    /// Another server has taken the source's place behind the same address. What it runs is not known
    /// before it is asked.
    pub fn follows_server(&mut self, server_uuid: &str) {
        if !server_uuid.is_empty() && self.source.server_uuid != server_uuid {
            server_uuid.clone_into(&mut self.source.server_uuid);
        }
    }

    /// A change of intent when it says anything new.
    pub fn acknowledge(&mut self, acknowledgement: Acknowledgement) {
        let same = |known: &&mut Acknowledgement| {
            known.check == acknowledgement.check && known.reason == acknowledgement.reason
        };
        let Some(known) = self.acknowledgements.iter_mut().find(same) else {
            self.acknowledgements.push(acknowledgement);
            self.serial += 1;
            return;
        };
        let has = |object: &String| known.objects.contains(object);
        let (_, new): (Vec<String>, Vec<String>) =
            acknowledgement.objects.into_iter().partition(has);
        if !new.is_empty() {
            known.objects.extend(new);
            known.at = acknowledgement.at;
            known.by = acknowledgement.by;
            self.serial += 1;
        }
    }

    pub fn record_verification(&mut self, verification: Verification) {
        self.verifications.push(verification);
        keep_last(&mut self.verifications, VERIFICATIONS_KEPT);
    }

    pub fn record(&mut self, entry: HistoryEntry) {
        self.history.push(entry);
        keep_last(&mut self.history, HISTORY_KEPT);
    }
}
