//! SQL as text. What comes in are the definitions that a server prints (`SHOW CREATE ...`) and the
//! statements that its binlog holds ([`ddl`]); what goes out are statements for another server, with names mapped and accounts replaced and every
//! other byte as it was.
//!
//! Everything rests on [`token`]: nothing here searches SQL by pattern.

pub mod ddl;
pub mod definer;
pub mod definition;
pub mod error;
pub mod row_expression;
pub mod table;
mod text;
pub mod token;
pub mod view;

pub use definer::Definer;
pub use definition::{
    BodyMention, ChangedNames, GUARD, Program, ProgramKind, Rewritten, body, rewrite_definition,
};
pub use error::SqlError;
pub use row_expression::{RowExpressionError, Uses, uses};
pub use table::{Bridged, SecondaryIndexes, TableDefinition, TablePlan, TableStatements};
pub use token::{Kind, Mode, Token, tokenize};
pub use view::{References, references, rewrite_view};
