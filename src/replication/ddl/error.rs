//! What stops the stream at a statement, and how to get past it.

use std::fmt;

use crate::{
    conn::ConnError,
    ledger::LedgerError,
    mysql::{Ident, TableName},
    sql::SqlError,
};

/// Why a statement could not be replicated.
#[derive(Debug, thiserror::Error)]
pub enum DdlError {
    #[error(transparent)]
    Server(#[from] ConnError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A person must decide.
    #[error("the statement at {position} stops the stream: {why}; it is: {statement}")]
    Stopped {
        /// As `cutover resolve --at` takes it.
        position: String,
        /// The source's, abbreviated.
        statement: String,
        #[source]
        why: Box<Why>,
    },
}

/// What is the matter with a statement.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    #[error("its text is not in the character set that its event names ({charset})")]
    Text { charset: String },
    #[error("{0}")]
    Sql(#[source] SqlError),
    #[error("it changes rows of {}, and was logged as a statement instead of as rows", table.plain())]
    RowsAsStatement { table: TableName },
    #[error(
        "it changes rows and was logged as a statement instead of as rows; by a trigger, a function, a view \
         or a foreign key it may change rows of {}",
        database.as_ref().map_or("selected tables: its event does not say of which databases", Ident::as_str)
    )]
    RowsSomewhere { database: Option<Ident> },
    #[error("it makes {} of rows that it selects itself, which are not in the binlog", table.plain())]
    RowsInStatement { table: TableName },
    #[error("`ddl` does not list {setting} for {object}")]
    Unlisted {
        setting: &'static str,
        object: String,
    },
    #[error("several tables are merged into {}", destination.plain())]
    Merged { destination: TableName },
    #[error("it renames {} to {}, which is not selected", from.plain(), to.plain())]
    Leaves { from: TableName, to: TableName },
    #[error("it renames {}, which is not selected, to {}: its rows were never copied", from.plain(), to.plain())]
    Enters { from: TableName, to: TableName },
    #[error(
        "it renames {} to {}, under which the column {column} has another name on the destination",
        from.plain(), to.plain()
    )]
    Columns {
        from: TableName,
        to: TableName,
        column: Ident,
    },
    #[error("it names column {column} of {}, which is left out", table.plain())]
    LeftOut { table: TableName, column: Ident },
    #[error("it exchanges rows between {} and {}, of which one is not selected", table.plain(), other.plain())]
    Exchange { table: TableName, other: TableName },
    #[error(
        "it gives {} and {} each other's names or rows, and one of them was read behind it: which rows \
         were copied by which name is not known", table.plain(), other.plain()
    )]
    WhileCopied { table: TableName, other: TableName },
    #[error("{} is to be like {}, which is not selected, so that its definition is not known", table.plain(), other.plain())]
    Like { table: TableName, other: TableName },
    #[error("{} is selected, and the stream does not know it", table.plain())]
    Unknown { table: TableName },
    #[error("{} is there already", table.plain())]
    Exists { table: TableName },
    #[error("the rows of {} come from a tablespace file, not from the binlog", table.plain())]
    TablespaceFile { table: TableName },
    #[error(
        "it gives the rows of {} numbers in {column} in an order that another server does not have", table.plain()
    )]
    Numbers { table: TableName, column: Ident },
    #[error("a tool changes {} by copying it, and {what}", base.plain())]
    Shadow { base: TableName, what: &'static str },
    #[error("it failed on the source, too, with error {code}, and may have done a part")]
    FailedThere { code: u16 },
    #[error(
        "it turns local times of the source's time zone SYSTEM into moments, or back, and the \
         destination knows no zone that is the same"
    )]
    TimeZone,
    #[error("the destination refused it: {}", .0.reason())]
    Refused(ConnError),
    #[error("the destination's lock on {object} could not be had within {seconds} s; {blockers}")]
    Locked {
        object: String,
        seconds: u64,
        blockers: String,
    },
    #[error(
        "an earlier run was cut off while it ran, and what the destination has now ({found}) is \
         neither what it had before nor what it should have after it"
    )]
    Undecided { found: String },
    #[error(
        "an earlier run was cut off while it ran, and it leaves no trace in definitions; the account on \
         the destination has no PROCESS, by which the tables' ids could be compared"
    )]
    Hidden,
}

impl DdlError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Server(_) => "cutover::ddl::server",
            Self::Ledger(_) => "cutover::ddl::ledger",
            Self::Stopped { why, .. } => match &**why {
                Why::Text { .. } => "cutover::ddl::unreadable_text",
                Why::Sql(_) => "cutover::ddl::unmappable",
                Why::RowsAsStatement { .. }
                | Why::RowsSomewhere { .. }
                | Why::RowsInStatement { .. } => "cutover::ddl::rows_as_statement",
                Why::Unlisted { .. } => "cutover::ddl::unlisted",
                Why::Merged { .. } => "cutover::ddl::merged",
                Why::Leaves { .. } => "cutover::ddl::leaves_selection",
                Why::Columns { .. } => "cutover::ddl::other_columns",
                Why::LeftOut { .. } => "cutover::ddl::column_left_out",
                Why::Enters { .. } | Why::Exchange { .. } => "cutover::ddl::enters_selection",
                Why::WhileCopied { .. } => "cutover::ddl::while_copied",
                Why::Like { .. } => "cutover::ddl::unknown_model",
                Why::Unknown { .. } | Why::Exists { .. } => "cutover::ddl::unexpected_table",
                Why::TablespaceFile { .. } => "cutover::ddl::tablespace_file",
                Why::Numbers { .. } => "cutover::ddl::numbers_rows",
                Why::Shadow { .. } => "cutover::ddl::online_change",
                Why::FailedThere { .. } => "cutover::ddl::failed_on_source",
                Why::TimeZone => "cutover::ddl::time_zone",
                Why::Refused(_) => "cutover::ddl::refused",
                Why::Locked { .. } => "cutover::ddl::locked",
                Why::Undecided { .. } | Why::Hidden => "cutover::ddl::undecided",
            },
        }
    }

    /// The position of a statement that only a person's decision gets past.
    pub fn undecided(&self) -> Option<&str> {
        match self {
            // where it is a lock, it is enough to go on once that is gone
            Self::Stopped { position, why, .. } => {
                (!matches!(**why, Why::Locked { .. })).then_some(position.as_str())
            }
            Self::Server(_) | Self::Ledger(_) => None,
        }
    }

    /// Something to do.
    pub fn help(&self) -> String {
        match self {
            Self::Server(error) | Self::Ledger(LedgerError::Server(error)) => error.help(),
            Self::Ledger(_) => "`cutover status` shows who goes on".to_owned(),
            Self::Stopped { position, why, .. } => help(position, why),
        }
    }
}

impl miette::Diagnostic for DdlError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(Self::code(self)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(Self::help(self)))
    }
}

fn help(position: &str, why: &Why) -> String {
    let resolve = format!("cutover resolve --at '{position}'");
    let skip = format!("`{resolve} --skip --reason TEXT`");
    let replace = format!("`{resolve} --replace SQL --reason TEXT`");
    let retry = format!("`{resolve} --retry --reason TEXT`");
    match why {
        Why::Text { .. } | Why::Sql(_) | Why::Like { .. } => {
            format!("write it with the destination's names: {replace}; or leave it out: {skip}")
        }
        Why::RowsAsStatement { table } | Why::RowsInStatement { table } => format!(
            "set binlog_format = ROW for every session of the source; run it on the destination by \
             {replace}, or leave it out by {skip}, and then `cutover verify --table {}`",
            table.plain()
        ),
        Why::RowsSomewhere { .. } => format!(
            "set binlog_format = ROW for every session of the source; where it changed nothing of what is \
             selected, leave it out by {skip}; else do what it changed on the destination by {replace}, and \
             then `cutover verify`"
        ),
        Why::Unlisted { setting, .. } => format!(
            "add \"{setting}\" to `ddl`, or set incremental.ddl_unlisted = \"ignore\"; or leave \
             this one out: {skip}"
        ),
        Why::Merged { .. } => format!(
            "bring the merged table into a form that takes all parts: {replace}; where it has it \
             already: {skip}"
        ),
        Why::Leaves { from, .. } => format!(
            "rename it back on the source, or leave {} on the destination as it is: {skip}",
            from.plain()
        ),
        Why::Enters { to, .. } => format!(
            "leave it out by {skip}, and copy the table with `cutover apply --replace {}`",
            to.plain()
        ),
        Why::WhileCopied { table, other } => format!(
            "copy both again: `cutover apply --replace {} --replace {}`; of a name that the source has no \
             more, leave the statement out by {skip}, and verify",
            table.plain(),
            other.plain()
        ),
        Why::Unknown { table } | Why::Exists { table } => format!(
            "an earlier statement on {} was left out: say what this one is for the destination by \
             {replace}, or leave it out: {skip}",
            table.plain()
        ),
        Why::Columns { to, .. } => format!(
            "rename it on the destination together with its columns: {replace}; `cutover verify \
             --table {}` then",
            to.plain()
        ),
        Why::LeftOut { table, .. } => format!(
            "run what it means without the column: {replace}, or leave it out by {skip} where nothing \
             else is changed; `cutover verify --table {}` then",
            table.plain()
        ),
        Why::Exchange { table, .. }
        | Why::TablespaceFile { table }
        | Why::Numbers { table, .. } => format!(
            "leave it out by {skip}, and copy the table with `cutover apply --replace {}`",
            table.plain()
        ),
        Why::Shadow { base, .. } => format!(
            "leave it out by {skip}, and copy the table with `cutover apply --replace {}`",
            base.plain()
        ),
        Why::FailedThere { .. } => format!(
            "look what it did on the source; then do the same by {replace}, or nothing: {skip}"
        ),
        Why::TimeZone => format!(
            "load the named time zones on the destination (mysql_tzinfo_to_sql /usr/share/zoneinfo | \
             mysql mysql), then {retry}\nor run it there with times in UTC: {replace}"
        ),
        Why::Refused(_) => format!(
            "change what the destination objects to, then {retry}\nor run another statement there: \
             {replace}\nor leave it out: {skip}"
        ),
        Why::Locked { .. } => format!(
            "end the transaction that holds the table on the destination, and run `cutover apply` \
             again; or leave it out: {skip}"
        ),
        Why::Hidden => format!(
            "compare rows of the tables on both sides: where the statement has happened `{resolve} \
             --replace 'DO 0' --reason TEXT`, where not {retry}; GRANT PROCESS ON *.* to the account"
        ),
        Why::Undecided { .. } => format!(
            "look at the object on the destination: where the statement has happened {skip}, where \
             not {retry}"
        ),
    }
}
