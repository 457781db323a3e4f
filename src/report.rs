//! What to tell: models for people and programs, without text, colour or width.
//!
//! In go a plan, a state, a lock's facts, progress events; out come [`PlanReport`], [`StatusReport`] and
//! [`Tally`], which
//! `ui` turns into text and which serialise as they are. What serialises carries a
//! `format_version` that grows when a field changes its meaning.

pub mod plan;
pub mod saved;
pub mod stale;
pub mod status;
pub mod tally;

pub use plan::{FindingLine, PlanReport, Severity, Standing, Summary};
pub use saved::SavedPlan;
pub use status::{Holder, NextStep, StatusReport};
pub use tally::{Overall, StreamTally, Tally};
