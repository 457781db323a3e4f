//! Moves `MySQL` databases from one server to another: declared in HCL, reviewed as a plan,
//! applied in a change window.
//!
//! Data goes one way: spec, migration, inspection, plan, execution, report. `tests/layers.rs`
//! holds the table of which room may name which.

pub mod catalog;
pub mod cli;
pub mod clock;
pub mod conn;
pub mod copy;
pub mod engine;
pub mod events;
pub mod failpoint;
pub mod fuzz;
pub mod inspect;
#[cfg(test)]
mod json_schema;
pub mod ledger;
pub mod limits;
pub mod mysql;
pub mod plan;
pub mod prechecks;
pub mod replication;
pub mod report;
pub mod resolve;
pub mod rows;
pub mod schema;
pub mod spec;
pub mod sql;
pub mod state;
pub mod store;
pub mod ui;
pub mod units;
pub mod verify;
