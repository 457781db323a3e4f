//! Moves `MySQL` databases from one server to another: declared in HCL, reviewed as a plan,
//! applied in a change window.
//!
//! Data goes one way: spec, migration, inspection, plan, execution, report. `tests/layers.rs`
//! holds the table of which room may name which.

pub mod catalog;
pub mod mysql;
pub mod sql;
