//! What cannot be rewritten.

use miette::Diagnostic;
use thiserror::Error;

use crate::mysql::{Ident, Missing};

/// Why a definition cannot be carried over.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum SqlError {
    /// The text is not what a server prints.
    #[error("cannot read the definition of {object}: expected {expected}, found {found}")]
    #[diagnostic(
        code(cutover::sql::unreadable_definition),
        help("look at the output of SHOW CREATE for {object}, or exclude it in `objects`")
    )]
    Unreadable {
        object: String,
        expected: &'static str,
        found: String,
    },
    /// A view's text names a column that the mapping renames or leaves out.
    #[error(
        "view {view} uses the {missing} column {table}.{column}, in line {line_number}: {line}"
    )]
    #[diagnostic(
        code(cutover::sql::view_over_renamed_column),
        help(
            "exclude the view in `objects` and create it by hand on the destination, \
             or take the column along by its own name"
        )
    )]
    ViewOverRenamedColumn {
        view: String,
        missing: Missing,
        table: String,
        column: String,
        /// From 1.
        line_number: usize,
        line: String,
    },
    /// A trigger names a renamed or excluded column of its own row.
    #[error("{object} uses the {missing} column {table}.{column}, in line {line_number}: {line}")]
    #[diagnostic(
        code(cutover::sql::trigger_over_renamed_column),
        help(
            "exclude the trigger in `objects` and create it by hand on the destination, \
             or take the column along by its own name"
        )
    )]
    TriggerOverRenamedColumn {
        object: String,
        missing: Missing,
        table: String,
        column: String,
        /// From 1.
        line_number: usize,
        line: String,
    },
    /// A logged statement is none that we know.
    #[error("cannot read the statement: expected {expected}, found {found}")]
    #[diagnostic(
        code(cutover::sql::unreadable_statement),
        help("write what it does for the destination with `cutover resolve --replace`")
    )]
    UnreadableStatement {
        expected: &'static str,
        found: String,
    },
    /// A name without a database, in a session without one.
    #[error("the statement names {name}, but no database, and its session had none")]
    #[diagnostic(
        code(cutover::sql::no_database),
        help("write the statement with the database by `cutover resolve --replace`")
    )]
    NoDatabase { name: Ident },
    /// The mapping cannot be carried into a text that we do not edit.
    #[error(
        "{object} mentions {name}, which has another name on the destination, in line {line_number}: {line}"
    )]
    #[diagnostic(
        code(cutover::sql::unmappable_body),
        help("write the statement with the destination's names by `cutover resolve --replace`")
    )]
    UnmappableBody {
        object: String,
        name: String,
        /// From 1.
        line_number: usize,
        line: String,
    },
}
