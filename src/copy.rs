//! The full copy: every selected row, read at one moment, loaded exactly once.
//!
//! In: tables with their shape and their progress in the ledger, sessions that read one consistent
//! snapshot, a fence. Out: the same rows on the destination.
//!
//! Why no row is lost or doubled: a table with a key is the disjoint union of the ranges between
//! boundaries that were drawn one after another from its own index inside the snapshot. The rows of
//! a range and the ledger's row for it are one transaction, so a range is either there or not. What
//! was drawn and not finished when the process died is exactly what lies between the finished
//! ranges; [`plan::resume`] gives those holes back as ranges. A table without a key has no ranges:
//! its ledger row is reset and says that it is to be emptied, then it is emptied, then copied from
//! the start; a kill between any two of these repeats the one before. All of
//! this holds only inside one snapshot: the engine checks, before a copy goes on, that the source
//! has not moved since. With `incremental` each chunk is read at its own moment, and what was written
//! after the stream's start is written again by the stream.

pub mod board;
mod crew;
pub mod error;
pub mod loader;
pub mod plan;
mod recovery;
pub mod run;
pub mod snapshot;
pub mod worker;

pub use error::{CopyError, Result};
pub use plan::{ExistingRows, Job};
pub use run::{Reading, Settings, automatic_workers, run};
pub use snapshot::{ConsistentRead, consistent_read, readers};
