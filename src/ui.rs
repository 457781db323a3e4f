//! The only place that prints. In go reports, errors and progress events; out comes text for
//! people or JSON for programs: results on stdout, everything else on stderr.
//!
//! What is printed is made by pure functions of a model and a [`Look`], so that every screen can
//! be tested at every width.

pub mod confirm;
pub mod diagnostics;
mod log;
pub mod look;
pub mod plan;
pub mod progress;
pub mod state;
pub mod status;
pub mod stream;
pub mod verify;
mod visible;
#[cfg(test)]
pub mod widths;

pub use look::{Look, Paint};
pub use stream::{LogFormat, Setup, Ui, Verbosity};
