//! Runs an approved plan: phase, work, event, store.
//!
//! In: a plan somebody agreed to, connectors, the state and its lock. Out: a migration one or more
//! phases further. The loop in [`driver`] is the only place that moves a migration from phase to
//! phase; it stores the new phase before it acts on it.

pub mod accounts;
mod begin;
pub mod decide;
pub mod driver;
pub mod error;
mod families;
pub mod finish;
pub mod finishing;
pub mod full;
pub mod incremental_error;
pub mod journal;
pub mod lease;
mod patience;
pub mod prepare;
pub mod rebuild;
pub mod schema;
pub mod stream;
pub mod verify;

pub use accounts::Passwords;
pub use driver::{Run, Until, apply};
pub use error::{EngineError, Result};
pub use finish::{Finished, SourceFence, Switch, finish};
pub use incremental_error::IncrementalError;
pub use journal::Journal;
pub use verify::{Beside, Compared, VerifyReport, differing, verify};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    conn::Connector,
    events::Progress,
    ledger::{Holder, Ledger},
    limits::Limits,
    mysql::{Checkpoint, LowerCase},
    plan::Plan,
    resolve::{DdlRules, Heartbeat, MappedNames, OnDdlError, Selection, SpoolOptions},
    sql::Definer,
};

/// What decides over statements of the stream.
#[derive(Clone, Debug)]
pub struct Statements {
    pub selection: Selection,
    pub rules: DdlRules,
    pub names: MappedNames,
    pub source_names: LowerCase,
    pub destination_names: LowerCase,
    pub definer: Definer,
}

/// What every phase works with.
pub struct Context {
    pub source: Connector,
    pub destination: Connector,
    pub ledger: Ledger,
    pub holder: Holder,
    pub plan: Plan,
    /// As they were inspected for the plan.
    pub source_tables: stream::SourceTables,
    /// Views and routines, likewise.
    pub source_objects: stream::SourceObjects,
    /// How statements of the stream are replicated, but for what the source itself says.
    pub statements: Statements,
    /// Where the stream of a migration without a copy starts; `None`: where the source is then.
    pub stream_from: Option<Checkpoint>,
    /// Written on the source while it is followed.
    pub heartbeat: Option<Heartbeat>,
    /// Where the source's events wait until they are applied.
    pub spool: Option<SpoolOptions>,
    /// As which the stream registers on the source.
    pub server_id: u32,
    pub workers: usize,
    /// How fast, and how long failures are put up with; they may change while it runs.
    pub limits: watch::Receiver<Limits>,
    /// What happens after a statement of the stream that the destination refuses; it may change, too.
    pub on_ddl_error: watch::Receiver<OnDdlError>,
    pub passwords: Passwords,
    pub progress: Progress,
    pub cancel: CancellationToken,
}

impl Context {
    /// Whether the source's stream is followed after the copy.
    pub fn streams(&self) -> bool {
        self.plan.phases.iter().any(|phase| phase == "incremental")
    }
}
