//! Applies windows to the destination, each lane in one transaction with its own ledger row.

pub mod batch;
pub mod cascade;
pub mod error;
pub mod keyless;
pub mod lane;
pub mod note;
mod own;
pub mod statement;
pub mod subset;
pub mod target;
pub mod window;

pub use error::ApplyError;
pub use note::Question;
pub use window::{Applier, Unfinished};
