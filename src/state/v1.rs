//! Format 1 of the state file. It never changes: a change of [`super::State`] that shows in the file makes
//! a format 2, and an upgrade from here.

mod convert;

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, events::Behind};

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct StateV1 {
    lineage: String,
    serial: u64,
    migration: String,
    spec_hash: String,
    source: ServerV1,
    destination: ServerV1,
    phase: PhaseV1,
    position: Option<PositionV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stream: Option<StreamV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spool: Option<SpoolV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gave_way: Vec<GaveWayV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<LeftOutV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resolved: Vec<ResolvedV1>,
    /// The position of the statement at which the stream stands until a person decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undecided: Option<String>,
    tables: Vec<TableV1>,
    acknowledgements: Vec<AcknowledgementV1>,
    verifications: Vec<VerificationV1>,
    history: Vec<EntryV1>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ServerV1 {
    server_uuid: String,
    version: String,
    address: String,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
enum PhaseV1 {
    Planned,
    Schema,
    Full,
    CatchingUp,
    Streaming,
    Finishing,
    Finished,
    Reversing,
    Reversed,
    Failed { at: WorkV1, reason: String },
    Destroyed,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum WorkV1 {
    Schema,
    Full,
    CatchingUp,
    Streaming,
    Finishing,
    Reversing,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct PositionV1 {
    server_uuid: String,
    gtid_executed: String,
    binlog: Option<BinlogV1>,
}

/// A statement of the stream that the destination lacks.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LeftOutV1 {
    position: String,
    failed: bool,
    statement: String,
    reason: String,
}

/// A statement of the stream that a person has left out or replaced.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ResolvedV1 {
    position: String,
    /// All rows were compared since, and are equal.
    verified: bool,
}

/// Rows of the destination that gave way to others with the same unique value.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct GaveWayV1 {
    database: String,
    table: String,
    rows: u64,
}

/// What waits on disk until it is applied; absent without a spool.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SpoolV1 {
    bytes: u64,
    end: PositionV1,
    full: bool,
}

/// What of the source's stream is on the destination; absent before there is any.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct StreamV1 {
    transactions: u64,
    rows: u64,
    committed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    behind: Option<Behind>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct BinlogV1 {
    file: String,
    offset: u64,
}

/// Databases and tables apart, since a name may hold a dot.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NameV1 {
    database: String,
    table: String,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct TableV1 {
    source: NameV1,
    destination: NameV1,
    status: StatusV1,
    rows: u64,
    bytes: u64,
    estimated_rows: u64,
    estimated_bytes: u64,
    watermark: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum StatusV1 {
    Pending,
    Copying,
    Copied,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct OperatorV1 {
    user: String,
    host: String,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct AcknowledgementV1 {
    check: String,
    objects: Vec<String>,
    reason: String,
    at: Timestamp,
    by: OperatorV1,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct VerificationV1 {
    at: Timestamp,
    mode: String,
    tables: Vec<VerifiedV1>,
    other_differences: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct VerifiedV1 {
    table: NameV1,
    rows: u64,
    different: u64,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct EntryV1 {
    at: Timestamp,
    by: OperatorV1,
    what: String,
    outcome: OutcomeV1,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "result", rename_all = "lowercase", deny_unknown_fields)]
enum OutcomeV1 {
    Started,
    Done,
    Stopped,
    Failed { reason: String },
}
