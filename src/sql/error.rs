//! What cannot be rewritten.

use miette::Diagnostic;
use thiserror::Error;

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
    /// A view's text names a column that the mapping renames.
    #[error("view {view} uses the renamed column {table}.{column}, in line {line_number}: {line}")]
    #[diagnostic(
        code(cutover::sql::view_over_renamed_column),
        help(
            "exclude the view in `objects` and create it by hand on the destination, \
             or leave the column's name as it is"
        )
    )]
    ViewOverRenamedColumn {
        view: String,
        table: String,
        column: String,
        /// From 1.
        line_number: usize,
        line: String,
    },
    /// A trigger names a renamed column of its own row.
    #[error("{object} uses the renamed column {table}.{column}, in line {line_number}: {line}")]
    #[diagnostic(
        code(cutover::sql::trigger_over_renamed_column),
        help(
            "exclude the trigger in `objects` and create it by hand on the destination, \
             or leave the column's name as it is"
        )
    )]
    TriggerOverRenamedColumn {
        object: String,
        table: String,
        column: String,
        /// From 1.
        line_number: usize,
        line: String,
    },
}
