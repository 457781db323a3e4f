//! Statements that a binlog carries as text. What comes in is one of them with the `sql_mode` and
//! the default database it ran under; what goes out is what kind it is and which objects it names,
//! and the same statement for the destination.
//!
//! Unlike what a server prints by `SHOW CREATE`, such a text is as somebody typed it: names may
//! stand without quotes and without their database, and comments anywhere. Versioned comments that
//! the source took for code are code, all others are taken out, since the destination may be of
//! another version.

mod columns;
mod read;
mod rewrite;
mod versioned;

use std::ops::Range;

use super::error::SqlError;
use super::token::Mode;
use crate::mysql::{Ident, LowerCase, ServerVersion, TableName};

pub use rewrite::{KnownColumns, Rewriting};

/// Under what a statement ran on the source.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    pub mode: Mode,
    /// The session's default database.
    pub database: Option<&'a Ident>,
    /// The source's, which decides what versioned comments are.
    pub version: &'a ServerVersion,
    /// The source's: names are given as it stores them.
    pub names: LowerCase,
}

/// What a logged statement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    Ddl(Box<Ddl>),
    /// Changes rows, and was logged as text instead of as rows.
    Dml,
    /// Savepoints and the like.
    Transaction,
    /// Accounts, statistics, server-wide things: nothing of any database.
    Other,
}

/// The kinds of statement that change definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DdlKind {
    CreateTable,
    AlterTable,
    DropTable,
    RenameTable,
    TruncateTable,
    CreateIndex,
    DropIndex,
    CreateView,
    AlterView,
    DropView,
    CreateFunction,
    AlterFunction,
    DropFunction,
    CreateProcedure,
    AlterProcedure,
    DropProcedure,
    CreateDatabase,
    AlterDatabase,
    DropDatabase,
    CreateTrigger,
    DropTrigger,
    CreateEvent,
    AlterEvent,
    DropEvent,
}

impl DdlKind {
    /// The name in the lists `ddl` of a specification; the characteristics of a routine are altered
    /// where it may be created. `None` for triggers and events, which are taken up at the end.
    pub fn setting(self) -> Option<&'static str> {
        Some(match self {
            Self::CreateTable => "create_table",
            Self::AlterTable => "alter_table",
            Self::DropTable => "drop_table",
            Self::RenameTable => "rename_table",
            Self::TruncateTable => "truncate_table",
            Self::CreateIndex => "create_index",
            Self::DropIndex => "drop_index",
            Self::CreateView => "create_view",
            Self::AlterView => "alter_view",
            Self::DropView => "drop_view",
            Self::CreateFunction | Self::AlterFunction => "create_function",
            Self::DropFunction => "drop_function",
            Self::CreateProcedure | Self::AlterProcedure => "create_procedure",
            Self::DropProcedure => "drop_procedure",
            Self::CreateDatabase => "create_database",
            Self::AlterDatabase => "alter_database",
            Self::DropDatabase => "drop_database",
            Self::CreateTrigger
            | Self::DropTrigger
            | Self::CreateEvent
            | Self::AlterEvent
            | Self::DropEvent => return None,
        })
    }

    /// Whether it gives a table that stays where it is another definition.
    pub fn alters_table(self) -> bool {
        matches!(self, Self::AlterTable | Self::CreateIndex | Self::DropIndex)
    }

    /// What kind of object it is about.
    pub fn subject(self) -> Subject {
        match self {
            Self::CreateTable
            | Self::AlterTable
            | Self::DropTable
            | Self::RenameTable
            | Self::TruncateTable
            | Self::CreateIndex
            | Self::DropIndex => Subject::Table,
            Self::CreateView | Self::AlterView | Self::DropView => Subject::View,
            Self::CreateFunction | Self::AlterFunction | Self::DropFunction => Subject::Function,
            Self::CreateProcedure | Self::AlterProcedure | Self::DropProcedure => {
                Subject::Procedure
            }
            Self::CreateDatabase | Self::AlterDatabase | Self::DropDatabase => Subject::Database,
            Self::CreateTrigger | Self::DropTrigger => Subject::Trigger,
            Self::CreateEvent | Self::AlterEvent | Self::DropEvent => Subject::Event,
        }
    }
}

/// What kind of object a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Database,
    Table,
    View,
    Function,
    Procedure,
    Trigger,
    Event,
}

/// What a statement has to do with a name in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRole {
    /// What is created, altered, dropped or emptied; of a database only its own name is set.
    Target,
    /// Every second name of RENAME TABLE, from the first.
    RenameFrom,
    /// The name behind it.
    RenameTo,
    /// `CREATE TABLE ... LIKE` this one.
    Like,
    /// The parent of a foreign key.
    Parent,
    /// `EXCHANGE PARTITION ... WITH TABLE` this one.
    Exchanged,
    /// A table of a MERGE table.
    Union,
    /// The table that a trigger stands on.
    On,
}

/// A name in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub role: NameRole,
    /// With the default database where the statement gives none; empty behind the dot for a
    /// database.
    pub name: TableName,
    /// The tokens.
    at: Range<usize>,
}

/// Where the rows of a new table come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateForm {
    /// It is empty.
    Empty,
    /// It is empty, and like another.
    Like,
    /// Row events stand behind it (`CREATE TABLE ... SELECT`, as 8.0.21 on logs it).
    RowsFollow,
    /// The statement itself selects them.
    Select,
}

/// A statement that changes definitions.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a clause of the statement"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ddl {
    pub kind: DdlKind,
    /// On a session's temporary table: concerns nobody else.
    pub temporary: bool,
    pub if_exists: bool,
    pub if_not_exists: bool,
    /// Of CREATE TABLE; [`CreateForm::Empty`] for all others.
    pub form: CreateForm,
    /// `DISCARD` or `IMPORT TABLESPACE`: the rows are in a file.
    pub tablespace_file: bool,
    /// In the order of the text.
    pub names: Vec<Named>,
    text: String,
    mode: Mode,
    /// The default database.
    database: Option<Ident>,
}

impl Ddl {
    /// The statement as the source understood it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names with a role, in order.
    pub fn having(&self, role: NameRole) -> impl Iterator<Item = &TableName> {
        self.names
            .iter()
            .filter(move |named| named.role == role)
            .map(|named| &named.name)
    }

    /// What is created, altered, dropped or emptied.
    pub fn targets(&self) -> impl Iterator<Item = &TableName> {
        self.having(NameRole::Target)
    }

    /// From and to, one after the other as the server does it.
    pub fn renames(&self) -> Vec<(TableName, TableName)> {
        let from: Vec<&TableName> = if self.kind == DdlKind::RenameTable {
            self.having(NameRole::RenameFrom).collect()
        } else {
            self.targets().collect()
        };
        from.into_iter()
            .cloned()
            .zip(self.having(NameRole::RenameTo).cloned())
            .collect()
    }

    /// Whether the text holds queries or programs.
    fn has_body(&self) -> bool {
        match self.kind.subject() {
            Subject::View
            | Subject::Function
            | Subject::Procedure
            | Subject::Trigger
            | Subject::Event => true,
            Subject::Database | Subject::Table => false,
        }
    }

    /// The session's default database on the source.
    pub fn default_database(&self) -> Option<&Ident> {
        self.database.as_ref()
    }
}

/// What a statement of the binlog is.
///
/// # Errors
/// A text that is no statement we know, or is one without a name where a name must be.
pub fn read(sql: &str, reading: &Reading<'_>) -> Result<Logged, SqlError> {
    let text = versioned::resolve(sql, reading.mode, reading.version);
    let logged = read::logged(&text, reading)?;
    match &logged {
        // bodies stay as they are, byte for byte
        Logged::Ddl(ddl) if ddl.has_body() => read::logged(sql, reading),
        Logged::Ddl(_) | Logged::Dml | Logged::Transaction | Logged::Other => Ok(logged),
    }
}

/// A definition as a server prints it (`SHOW CREATE TABLE`) in this database, to be rewritten with its
/// versioned comments.
///
/// # Errors
/// A text that is no such definition.
pub fn shown(definition: &str, database: &Ident) -> Result<Ddl, SqlError> {
    let reading = Reading {
        mode: Mode::default(),
        database: Some(database),
        version: &ServerVersion::parse("", ""),
        names: LowerCase::Off,
    };
    match read::logged(definition, &reading)? {
        Logged::Ddl(ddl) => Ok(*ddl),
        Logged::Dml | Logged::Transaction | Logged::Other => Err(SqlError::UnreadableStatement {
            expected: "CREATE",
            found: definition.chars().take(40).collect(),
        }),
    }
}

/// The names that a statement which changes rows may mean: every name in it, completed by the
/// default database. Columns and aliases are among them, so that a name that is not there is
/// certainly not meant.
pub fn mentioned(sql: &str, reading: &Reading<'_>) -> Vec<TableName> {
    read::mentioned(sql, reading)
}

#[cfg(test)]
mod tests;
