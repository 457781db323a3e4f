//! Compares what the destination holds with what the source holds, to the row.
//!
//! In: tables with their shape, connectors of both sides. Out: a result a table, with the rows that
//! differ by key and column.
//!
//! Both sides' rows are read by the binary protocol and digested here, by the same code from the
//! same bytes, so that no server's way of printing a value takes part. A table with a key is cut
//! into ranges by boundaries from the source's index; every row of either side is in exactly one
//! range. A range whose digests differ is cut again until it is small, then compared row by row. A
//! table without a key is a multiset.
//!
//! Beside a stream that another process applies, what differs is looked at again until it is either
//! equal or stably different ([`stable`]).

pub mod definitions;
pub mod digest;
pub mod error;
pub mod following;
pub mod foreign_keys;
pub mod keyless;
pub mod rows;
pub mod run;
pub mod stable;

pub use definitions::Made;
pub use error::{Result, VerifyError};
pub use following::Following;
pub use foreign_keys::{ForeignKeyJob, Orphans, check_foreign_keys};
pub use rows::{Ignored, RowDifference};
pub use run::{Job, Mode, Settings, TableResult, run};
