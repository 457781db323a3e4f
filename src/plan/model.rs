//! The plan's types. `apply` executes the steps; all else is there to be read.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    catalog::{CreationContext, Fingerprints, Grant, RowShape},
    mysql::{AccountName, Ident, TableName},
};

/// A migration's plan, ordered as it will be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Plan {
    pub migration: String,
    pub tags: BTreeMap<String, String>,
    /// `schema`, `full`, `incremental`, in this order.
    pub phases: Vec<String>,
    pub base: Base,
    pub source: ServerLine,
    pub destination: ServerLine,
    pub databases: Vec<DatabaseStep>,
    pub tables: Vec<TableStep>,
    /// Functions, procedures and views, in an order in which each finds what it uses.
    pub objects: Vec<ObjectStep>,
    /// Created by the finishing steps, in the order in which they fire.
    pub triggers: Vec<ObjectStep>,
    pub events: Vec<ObjectStep>,
    /// Accounts and roles, the roles first.
    #[serde(default)]
    pub accounts: Vec<AccountStep>,
    pub left_behind: Vec<LeftBehind>,
    /// Where the stream starts and what it replicates; empty without "incremental".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incremental: Vec<String>,
    /// How long the source keeps its binlog; absent where it keeps it until somebody purges it, and
    /// without "incremental".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binlog_retention: Option<Duration>,
    /// Settings other than their defaults, in the order of the language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// What rows already written depend on and was changed since: `apply` refuses while there is any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frozen: Vec<FrozenChange>,
    /// What rows depend on from when they are written on: kept in the ledger.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
    /// The finishing steps in words, in order.
    pub finish: Vec<String>,
    /// Settings whose engine comes later: `apply` refuses while there are any.
    pub unsupported: Vec<String>,
}

/// What the plan was made from, so that it is known to be stale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Base {
    pub spec_hash: String,
    /// Of the state, or the ledger; `None` before the first apply.
    pub lineage: Option<String>,
    pub serial: u64,
    pub source_fingerprints: Fingerprints,
    pub destination_fingerprints: Fingerprints,
}

/// One of the two servers, as the plan names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServerLine {
    pub address: String,
    pub user: String,
    pub version: String,
    pub server_uuid: String,
    /// `TLSv1.3 TLS_AES_256_GCM_SHA384`, or why there is none.
    pub tls: String,
}

impl Plan {
    /// Whether rows of this table arrive by us: by the copy, or by a stream onto what somebody else
    /// has put there.
    pub fn moves_rows(&self, step: &TableStep) -> bool {
        step.copy || self.phases.iter().any(|phase| phase == "incremental")
    }
}

/// What the plan does about an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Action {
    Create,
    /// Made by an earlier run of this migration.
    Done,
    /// There, and the same.
    Unchanged,
    /// There, and used as it is though it differs.
    Different {
        diff: String,
    },
    /// There, and in the way.
    Refused {
        reason: String,
    },
}

impl Action {
    /// Whether apply makes the object (or has made it).
    pub fn creates(&self) -> bool {
        match self {
            Self::Create | Self::Done => true,
            Self::Unchanged | Self::Different { .. } | Self::Refused { .. } => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatabaseStep {
    pub source: Ident,
    pub destination: Ident,
    pub charset: String,
    pub collation: String,
    #[serde(flatten)]
    pub action: Action,
}

/// All that happens to one table. Statements are empty where `action` does not create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TableStep {
    pub shape: RowShape,
    #[serde(flatten)]
    pub action: Action,
    pub create: String,
    /// Built after the copy, each statement atomic.
    pub secondary_indexes: Vec<String>,
    pub foreign_keys: Vec<String>,
    /// What was bridged between versions: before, after, why.
    pub bridged: Vec<String>,
    /// Rows are copied.
    pub copy: bool,
    /// Why one reader alone reads the table.
    pub one_reader: Option<String>,
    /// Estimates of the source's engine.
    pub rows: u64,
    pub bytes: u64,
    /// The table has an `AUTO_INCREMENT` column.
    pub auto_increment: bool,
    #[serde(default, skip_serializing_if = "RowChanges::is_empty")]
    pub changes: RowChanges,
    /// The kinds of row changes that the stream replicates, `insert, update`; absent where nothing
    /// streams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dml: Option<String>,
    /// The table on the destination, made by an earlier run, that is dropped first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<TableName>,
}

/// What changes in a table's rows on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RowChanges {
    /// SQL over the source row: only rows for which it holds take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Columns of the source that are not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Ident>,
    /// Columns that have another name on the destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed: Vec<RenamedColumn>,
    /// Columns whose value is computed, by their names on the destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<ComputedColumn>,
    /// Other tables of the source that become the same table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_with: Vec<TableName>,
}

impl RowChanges {
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RenamedColumn {
    pub source: Ident,
    pub destination: Ident,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ComputedColumn {
    pub column: Ident,
    /// SQL over the source row.
    pub value: String,
}

/// A setting that rows already written depend on, and that says something else now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FrozenChange {
    /// The table on the source, `shop.orders`; empty for what holds for the whole migration.
    pub table: String,
    /// `where`, `column cust_id`, `schema.definer`.
    pub setting: String,
    /// What the rows were written with; empty for nothing.
    pub was: String,
    /// What the specification says now; empty for nothing.
    pub is: String,
}

impl TableStep {
    /// Estimated bytes of a row, at least one.
    pub fn row_bytes(&self) -> u64 {
        (self.bytes / self.rows.max(1)).max(1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    Function,
    Procedure,
    View,
    Trigger,
    Event,
}

impl StepKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::View => "view",
            Self::Trigger => "trigger",
            Self::Event => "event",
        }
    }
}

/// A view, routine, trigger or event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ObjectStep {
    pub kind: StepKind,
    pub source: TableName,
    pub destination: TableName,
    /// Of a trigger: its table on the destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<TableName>,
    #[serde(flatten)]
    pub action: Action,
    pub statement: String,
    /// A trigger that is there from the schema phase on, doing nothing in our own sessions: the
    /// statement that makes it so. The finishing steps put the plain one in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarded: Option<String>,
    /// Under which the statement is run.
    pub context: CreationContext,
    /// Events: the time zone of the definition; empty for all others.
    pub time_zone: String,
    /// An event that is enabled by the finishing steps.
    pub enable: bool,
    /// Lines of the body that mention a mapped name, which stay as they are.
    pub mentions: Vec<String>,
}

/// An account or a role. No password is in here, and no hash of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountStep {
    pub name: AccountName,
    pub role: bool,
    #[serde(flatten)]
    pub action: Action,
    pub authentication: Authentication,
    /// Clauses of `CREATE USER`, in its order.
    pub options: Vec<String>,
    pub default_roles: BTreeSet<AccountName>,
    /// With the destination's names, as far as it knows the privileges.
    pub grants: BTreeSet<Grant>,
    /// What stays behind or becomes something else, and why.
    pub notes: Vec<String>,
}

/// How an account logs in to the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "password", rename_all = "lowercase")]
pub enum Authentication {
    /// As on the source: what the plugin keeps is read there when the account is made.
    Kept { plugin: String },
    /// Without a password, as on the source.
    Empty { plugin: String },
    /// The source's plugin is not on the destination.
    Random { plugin: String },
}

/// Something on the source that the destination will not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftBehind {
    /// `shop.v_broken`, or a sentence's subject.
    pub what: String,
    pub why: String,
}
