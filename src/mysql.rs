//! `MySQL`'s words as types, without any input or output: what the manual names, named here once.

pub mod account;
pub mod checkpoint;
pub mod gtid;
pub mod ident;
pub mod literal;
pub mod names;
pub mod position;
pub mod role;
pub mod server_error;
pub mod version;
#[cfg(test)]
pub mod work;

pub use account::AccountName;
pub use checkpoint::{Checkpoint, Witness};
pub use gtid::{Gtid, GtidError, GtidSet};
pub use ident::{Ident, TableName};
pub use literal::Literal;
pub use names::{LowerCase, Missing, Names};
pub use position::{BinlogPosition, SourcePosition};
pub use role::Role;
pub use version::{Flavor, ServerVersion};
