//! What the specification means: a `Spec` in, a [`Migration`] out, or all mistakes.

mod build;
mod chosen;
mod ddl;
mod derive;
mod dml;
mod endpoint;
mod limits;
mod load;
mod mapping;
mod migration;
mod option_file;
mod options;
mod rename;
mod rules;
mod selection;
mod shown;
mod table_rule;
mod unsupported;

pub use crate::spec::Inputs;
pub use crate::spec::pattern::{Pattern, PatternError, Rank};
pub use ddl::{Beside, DdlRules, OnDdlError, OnlineDdl, UnlistedDdl, scratch_databases};
pub use dml::{Dml, DmlRules, RowRules, StreamRows};
pub use endpoint::{Address, Compression, Endpoint, PasswordSource, Tls, TlsMode};
pub use load::load;
pub use mapping::{Collision, MappedNames, Mapping, NameCase};
pub use migration::{Migration, Unsupported};
pub use options::{
    Acknowledgement, Definer, EventMode, ExistingTables, FenceMode, FinishOptions, FinishVerify,
    Heartbeat, Phase, Phases, PrecheckPolicy, SchemaOptions, SecondaryIndexes, SpoolOptions,
    TriggerMode, WarningPolicy, Workers,
};
pub use rename::{NewName, NewNameError};
pub use selection::{AmbiguousSelection, ObjectKind, SYSTEM_DATABASES, Selection, is_system};
pub use table_rule::{ColumnChoice, RowExpression, TableRule};

#[cfg(test)]
mod tests;
