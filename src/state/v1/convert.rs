//! Between [`State`] and what format 1 says of it.

use std::collections::BTreeMap;

use super::{
    AcknowledgementV1, BinlogV1, EntryV1, GaveWayV1, LeftOutV1, NameV1, OperatorV1, OutcomeV1,
    PhaseV1, PositionV1, ResolvedV1, ServerV1, SpoolV1, StateV1, StatusV1, StreamV1, TableV1,
    VerificationV1, VerifiedV1, WorkV1,
};
use crate::{
    mysql::{BinlogPosition, SourcePosition, TableName},
    state::{
        Acknowledgement, CopyStatus, GaveWay, HistoryEntry, Operator, Outcome, Phase,
        ResolvedStatement, ServerIdentity, SpoolProgress, State, StatementLeftOut, StreamProgress,
        TableProgress, TableVerification, Verification, Work, model::NotALineage,
    },
};

impl From<&State> for StateV1 {
    fn from(state: &State) -> Self {
        Self {
            lineage: state.lineage.to_string(),
            serial: state.serial,
            migration: state.migration.clone(),
            spec_hash: state.spec_hash.clone(),
            source: (&state.source).into(),
            destination: (&state.destination).into(),
            phase: (&state.phase).into(),
            position: state.position.as_ref().map(Into::into),
            stream: state.stream.as_ref().map(|stream| StreamV1 {
                transactions: stream.transactions,
                rows: stream.rows,
                committed_at: stream.committed_at,
                behind: stream.behind,
            }),
            spool: state.spool.as_ref().map(|spool| SpoolV1 {
                bytes: spool.bytes,
                end: (&spool.end).into(),
                full: spool.full,
            }),
            gave_way: state
                .gave_way
                .iter()
                .map(|one| GaveWayV1 {
                    database: one.table.database.as_str().to_owned(),
                    table: one.table.name.as_str().to_owned(),
                    rows: one.rows,
                })
                .collect(),
            left_out: state
                .left_out
                .iter()
                .map(|one| LeftOutV1 {
                    position: one.position.clone(),
                    failed: one.failed,
                    statement: one.statement.clone(),
                    reason: one.reason.clone(),
                })
                .collect(),
            resolved: state
                .resolved
                .iter()
                .map(|one| ResolvedV1 {
                    position: one.position.clone(),
                    verified: one.verified,
                })
                .collect(),
            undecided: state.undecided.clone(),
            tables: state.tables.iter().map(Into::into).collect(),
            acknowledgements: state.acknowledgements.iter().map(Into::into).collect(),
            verifications: state.verifications.iter().map(Into::into).collect(),
            history: state.history.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<StateV1> for State {
    type Error = String;

    fn try_from(file: StateV1) -> Result<Self, String> {
        let count = file.tables.len();
        let tables: BTreeMap<_, _> = file.tables.into_iter().map(Into::into).collect();
        if tables.len() != count {
            return Err("a table is listed twice".to_owned());
        }
        let lineage = file.lineage.parse();
        Ok(Self {
            lineage: lineage.map_err(|error: NotALineage| error.to_string())?,
            serial: file.serial,
            migration: file.migration,
            spec_hash: file.spec_hash,
            source: file.source.into(),
            destination: file.destination.into(),
            phase: file.phase.into(),
            position: file.position.map(Into::into),
            stream: file.stream.map(|stream| StreamProgress {
                transactions: stream.transactions,
                rows: stream.rows,
                committed_at: stream.committed_at,
                behind: stream.behind,
            }),
            spool: file.spool.map(|spool| SpoolProgress {
                bytes: spool.bytes,
                end: spool.end.into(),
                full: spool.full,
            }),
            gave_way: file
                .gave_way
                .into_iter()
                .map(|one| GaveWay {
                    table: TableName::new(one.database, one.table),
                    rows: one.rows,
                })
                .collect(),
            left_out: file
                .left_out
                .into_iter()
                .map(|one| StatementLeftOut {
                    position: one.position,
                    failed: one.failed,
                    statement: one.statement,
                    reason: one.reason,
                })
                .collect(),
            resolved: file
                .resolved
                .into_iter()
                .map(|one| ResolvedStatement {
                    position: one.position,
                    verified: one.verified,
                })
                .collect(),
            undecided: file.undecided,
            tables,
            acknowledgements: file.acknowledgements.into_iter().map(Into::into).collect(),
            verifications: file.verifications.into_iter().map(Into::into).collect(),
            history: file.history.into_iter().map(Into::into).collect(),
        })
    }
}

impl From<&ServerIdentity> for ServerV1 {
    fn from(server: &ServerIdentity) -> Self {
        Self {
            server_uuid: server.server_uuid.clone(),
            version: server.version.clone(),
            address: server.address.clone(),
        }
    }
}

impl From<ServerV1> for ServerIdentity {
    fn from(server: ServerV1) -> Self {
        Self {
            server_uuid: server.server_uuid,
            version: server.version,
            address: server.address,
        }
    }
}

impl From<&Phase> for PhaseV1 {
    fn from(value: &Phase) -> Self {
        match value {
            Phase::Planned => Self::Planned,
            Phase::Schema => Self::Schema,
            Phase::Full => Self::Full,
            Phase::CatchingUp => Self::CatchingUp,
            Phase::Streaming => Self::Streaming,
            Phase::Finishing => Self::Finishing,
            Phase::Finished => Self::Finished,
            Phase::Reversing => Self::Reversing,
            Phase::Reversed => Self::Reversed,
            Phase::Destroyed => Self::Destroyed,
            Phase::Failed { at, reason } => Self::Failed {
                at: at.into(),
                reason: reason.clone(),
            },
        }
    }
}

impl From<PhaseV1> for Phase {
    fn from(value: PhaseV1) -> Self {
        match value {
            PhaseV1::Planned => Self::Planned,
            PhaseV1::Schema => Self::Schema,
            PhaseV1::Full => Self::Full,
            PhaseV1::CatchingUp => Self::CatchingUp,
            PhaseV1::Streaming => Self::Streaming,
            PhaseV1::Finishing => Self::Finishing,
            PhaseV1::Finished => Self::Finished,
            PhaseV1::Reversing => Self::Reversing,
            PhaseV1::Reversed => Self::Reversed,
            PhaseV1::Destroyed => Self::Destroyed,
            PhaseV1::Failed { at, reason } => Self::Failed {
                at: at.into(),
                reason,
            },
        }
    }
}

impl From<&Work> for WorkV1 {
    fn from(value: &Work) -> Self {
        match value {
            Work::Schema => Self::Schema,
            Work::Full => Self::Full,
            Work::CatchingUp => Self::CatchingUp,
            Work::Streaming => Self::Streaming,
            Work::Finishing => Self::Finishing,
            Work::Reversing => Self::Reversing,
        }
    }
}

impl From<WorkV1> for Work {
    fn from(value: WorkV1) -> Self {
        match value {
            WorkV1::Schema => Self::Schema,
            WorkV1::Full => Self::Full,
            WorkV1::CatchingUp => Self::CatchingUp,
            WorkV1::Streaming => Self::Streaming,
            WorkV1::Finishing => Self::Finishing,
            WorkV1::Reversing => Self::Reversing,
        }
    }
}

impl From<&CopyStatus> for StatusV1 {
    fn from(value: &CopyStatus) -> Self {
        match value {
            CopyStatus::Pending => Self::Pending,
            CopyStatus::Copying => Self::Copying,
            CopyStatus::Copied => Self::Copied,
        }
    }
}

impl From<StatusV1> for CopyStatus {
    fn from(value: StatusV1) -> Self {
        match value {
            StatusV1::Pending => Self::Pending,
            StatusV1::Copying => Self::Copying,
            StatusV1::Copied => Self::Copied,
        }
    }
}

impl From<&Outcome> for OutcomeV1 {
    fn from(value: &Outcome) -> Self {
        match value {
            Outcome::Started => Self::Started,
            Outcome::Done => Self::Done,
            Outcome::Stopped => Self::Stopped,
            Outcome::Failed { reason } => Self::Failed {
                reason: reason.clone(),
            },
        }
    }
}

impl From<OutcomeV1> for Outcome {
    fn from(value: OutcomeV1) -> Self {
        match value {
            OutcomeV1::Started => Self::Started,
            OutcomeV1::Done => Self::Done,
            OutcomeV1::Stopped => Self::Stopped,
            OutcomeV1::Failed { reason } => Self::Failed { reason },
        }
    }
}

impl From<&SourcePosition> for PositionV1 {
    fn from(position: &SourcePosition) -> Self {
        Self {
            server_uuid: position.server_uuid.clone(),
            gtid_executed: position.gtid_executed.clone(),
            binlog: position.binlog.as_ref().map(|binlog| BinlogV1 {
                file: binlog.file.clone(),
                offset: binlog.offset,
            }),
        }
    }
}

impl From<PositionV1> for SourcePosition {
    fn from(position: PositionV1) -> Self {
        Self {
            server_uuid: position.server_uuid,
            gtid_executed: position.gtid_executed,
            binlog: position.binlog.map(|binlog| BinlogPosition {
                file: binlog.file,
                offset: binlog.offset,
            }),
        }
    }
}

impl From<&TableName> for NameV1 {
    fn from(name: &TableName) -> Self {
        Self {
            database: name.database.as_str().to_owned(),
            table: name.name.as_str().to_owned(),
        }
    }
}

impl From<NameV1> for TableName {
    fn from(name: NameV1) -> Self {
        Self::new(name.database, name.table)
    }
}

impl From<(&TableName, &TableProgress)> for TableV1 {
    fn from((source, progress): (&TableName, &TableProgress)) -> Self {
        Self {
            source: source.into(),
            destination: (&progress.destination).into(),
            status: (&progress.status).into(),
            rows: progress.rows,
            bytes: progress.bytes,
            estimated_rows: progress.estimated_rows,
            estimated_bytes: progress.estimated_bytes,
            watermark: progress.watermark.clone(),
        }
    }
}

impl From<TableV1> for (TableName, TableProgress) {
    fn from(table: TableV1) -> Self {
        let progress = TableProgress {
            destination: table.destination.into(),
            status: table.status.into(),
            rows: table.rows,
            bytes: table.bytes,
            estimated_rows: table.estimated_rows,
            estimated_bytes: table.estimated_bytes,
            watermark: table.watermark,
        };
        (table.source.into(), progress)
    }
}

impl From<&Operator> for OperatorV1 {
    fn from(operator: &Operator) -> Self {
        Self {
            user: operator.user.clone(),
            host: operator.host.clone(),
        }
    }
}

impl From<OperatorV1> for Operator {
    fn from(operator: OperatorV1) -> Self {
        Self {
            user: operator.user,
            host: operator.host,
        }
    }
}

impl From<&Acknowledgement> for AcknowledgementV1 {
    fn from(acknowledgement: &Acknowledgement) -> Self {
        Self {
            check: acknowledgement.check.clone(),
            objects: acknowledgement.objects.clone(),
            reason: acknowledgement.reason.clone(),
            at: acknowledgement.at,
            by: (&acknowledgement.by).into(),
        }
    }
}

impl From<AcknowledgementV1> for Acknowledgement {
    fn from(acknowledgement: AcknowledgementV1) -> Self {
        Self {
            check: acknowledgement.check,
            objects: acknowledgement.objects,
            reason: acknowledgement.reason,
            at: acknowledgement.at,
            by: acknowledgement.by.into(),
        }
    }
}

impl From<&Verification> for VerificationV1 {
    fn from(verification: &Verification) -> Self {
        let verified = |(name, table): (&TableName, &TableVerification)| VerifiedV1 {
            table: name.into(),
            rows: table.rows,
            different: table.different,
        };
        Self {
            at: verification.at,
            mode: verification.mode.clone(),
            tables: verification.tables.iter().map(verified).collect(),
            other_differences: verification.other_differences.clone(),
        }
    }
}

impl From<VerificationV1> for Verification {
    fn from(verification: VerificationV1) -> Self {
        let table = |verified: VerifiedV1| {
            let VerifiedV1 {
                table,
                rows,
                different,
            } = verified;
            (table.into(), TableVerification { rows, different })
        };
        Self {
            at: verification.at,
            mode: verification.mode,
            tables: verification.tables.into_iter().map(table).collect(),
            other_differences: verification.other_differences,
        }
    }
}

impl From<&HistoryEntry> for EntryV1 {
    fn from(entry: &HistoryEntry) -> Self {
        Self {
            at: entry.at,
            by: (&entry.by).into(),
            what: entry.what.clone(),
            outcome: (&entry.outcome).into(),
        }
    }
}

impl From<EntryV1> for HistoryEntry {
    fn from(entry: EntryV1) -> Self {
        Self {
            at: entry.at,
            by: entry.by.into(),
            what: entry.what,
            outcome: entry.outcome.into(),
        }
    }
}
