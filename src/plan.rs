//! What will be done: made from the migration, what was found on both servers, and what has been
//! done before. Pure; the same inputs give the same plan.

mod accounts;
pub mod build;
mod changes;
pub mod finish;
pub mod frozen;
mod incremental;
mod left_behind;
pub mod model;
mod objects;
mod rehearsal;

pub use build::{Begun, build};
pub use model::{
    AccountStep, Action, Authentication, Base, ComputedColumn, DatabaseStep, FrozenChange,
    LeftBehind, ObjectStep, Plan, RenamedColumn, RowChanges, ServerLine, StepKind, TableStep,
};
pub use rehearsal::{Definition, Rehearsal, rehearsal};
