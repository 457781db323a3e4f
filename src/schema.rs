//! Creates what the plan says, in its order.
//!
//! In: the steps of a plan, a fence. Out: the objects on the destination.
//!
//! Every definition has an intent in the ledger before it is run and is noted done after it. A
//! statement that finds its object there already is taken for ours only where an earlier run had
//! noted that intent (for a table also only while it is empty); otherwise it is somebody else's and
//! an error. All statements here are atomic on 8.0 and later.

pub mod accounts;
pub mod build;
pub mod collation;
pub mod error;
pub mod finishing;
pub mod guards;
pub mod rehearse;
pub mod session;

pub use build::Builder;
pub use error::{Result, SchemaError};
pub use guards::GUARDED_TRIGGER;
