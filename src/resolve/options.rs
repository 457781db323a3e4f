//! The choices that have names: phases, workers, what happens to definitions and findings.

use std::{fmt, num::NonZeroU16, path::PathBuf, time::Duration};

use crate::{mysql::Ident, units::Bytes};

/// What a migration does, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Schema,
    Full,
    Incremental,
}

impl Phase {
    pub const ALL: [Self; 3] = [Self::Schema, Self::Full, Self::Incremental];

    /// As it is written in `phases`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Full => "full",
            Self::Incremental => "incremental",
        }
    }
}

/// A non-empty set of phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phases {
    chosen: [bool; 3],
}

impl Phases {
    /// `None` when there is none.
    pub fn new(phases: &[Phase]) -> Option<Self> {
        let chosen = Phase::ALL.map(|phase| phases.contains(&phase));
        chosen.contains(&true).then_some(Self { chosen })
    }

    pub fn has(self, phase: Phase) -> bool {
        self.iter().any(|one| one == phase)
    }

    /// In the order in which they run.
    pub fn iter(self) -> impl Iterator<Item = Phase> {
        let pairs = Phase::ALL.into_iter().zip(self.chosen);
        pairs.filter(|(_, chosen)| *chosen).map(|(phase, _)| phase)
    }
}

/// How many workers a phase has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workers {
    /// As many as the destination's load allows.
    Auto,
    Count(NonZeroU16),
}

/// What a table that the destination already has means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExistingTables {
    Error,
    Reuse,
}

/// How definitions are created on the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaOptions {
    pub definer: Definer,
    pub triggers: TriggerMode,
    pub events: EventMode,
    pub secondary_indexes: SecondaryIndexes,
    /// Whether the plan lists what the destination cannot hold or reads differently.
    pub assessment: bool,
}

/// How the switch is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinishOptions {
    pub fence: FenceMode,
    /// It does not begin above it.
    pub max_lag: Duration,
    /// It gives up after it.
    pub timeout: Duration,
    pub verify: FinishVerify,
}

/// A row of our own that is written on the source again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    pub every: Duration,
    /// Nothing in it is ever selected.
    pub database: Ident,
}

/// Where the source's events wait until they are applied, and how many bytes of them may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolOptions {
    pub folder: PathBuf,
    pub max: Bytes,
}

/// How it is known that the source is not written any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FenceMode {
    ReadOnly,
    /// Nothing was committed for so long.
    Idle(Duration),
}

/// What is compared before the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishVerify {
    /// What was written since the last comparison; so far, all.
    Changed,
    Full,
    None,
}

/// Who owns views, routines, triggers and events on the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definer {
    /// The destination user; views and routines run as who calls them.
    Invoker,
    /// As on the source.
    Keep,
    Account {
        user: String,
        host: String,
    },
}

impl Definer {
    /// As statements are rewritten.
    pub fn in_statements(&self) -> crate::sql::Definer {
        match self {
            Self::Invoker => crate::sql::Definer::Invoker,
            Self::Keep => crate::sql::Definer::Keep,
            Self::Account { user, host } => crate::sql::Definer::Account {
                user: user.clone(),
                host: host.clone(),
            },
        }
    }
}

/// As it is written in `schema.definer`.
impl fmt::Display for Definer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invoker => f.write_str("invoker"),
            Self::Keep => f.write_str("keep"),
            Self::Account { user, host } => write!(f, "{user}@{host}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerMode {
    AtFinish,
    Guarded,
    Skip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventMode {
    AtFinish,
    Skip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondaryIndexes {
    AfterCopy,
    WithTable,
}

/// What `apply` does about warnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrecheckPolicy {
    pub warnings: WarningPolicy,
    pub acknowledgements: Vec<Acknowledgement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningPolicy {
    /// Refuse while one is not acknowledged.
    Acknowledge,
    Allow,
}

/// A warning that somebody has read and accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The check's id, like `no_primary_key`.
    pub check: String,
    /// `database.name` of each object; absent: all it names today.
    pub objects: Option<Vec<String>>,
    pub reason: String,
}
