//! The same statement for the destination.

use std::collections::BTreeMap;

use super::{CreateForm, Ddl, DdlKind, NameRole, Named, Subject, columns};
use crate::mysql::{Ident, Names, TableName};
use crate::sql::definer::{Definer, Header};
use crate::sql::definition::{ChangedNames, Program, ProgramKind, mentions, rewrite_definition};
use crate::sql::error::SqlError;
use crate::sql::text::Text;

/// The columns of the source's tables before the statement.
pub type KnownColumns = BTreeMap<TableName, Vec<Ident>>;

/// What decides how a statement reads on the destination.
#[derive(Clone, Copy)]
pub struct Rewriting<'a> {
    pub names: &'a dyn Names,
    /// Only of tables with renamed columns is a text beyond the names of tables changed.
    pub columns: &'a KnownColumns,
    pub definer: &'a Definer,
    /// What bodies must not mention.
    pub changed: &'a ChangedNames,
    /// As text; of programs.
    pub sql_mode: &'a str,
}

impl Ddl {
    /// The statement with every name as the destination knows it, with its database written out.
    ///
    /// # Errors
    /// A view's query or a program's body mentions what has another name on the destination.
    pub fn rewrite(&self, rewriting: &Rewriting<'_>) -> Result<String, SqlError> {
        match self.kind {
            DdlKind::CreateView | DdlKind::AlterView => self.view(rewriting),
            DdlKind::CreateFunction => self.program(ProgramKind::Function, rewriting),
            DdlKind::CreateProcedure => self.program(ProgramKind::Procedure, rewriting),
            DdlKind::CreateTrigger => self.program(ProgramKind::Trigger, rewriting),
            DdlKind::CreateEvent => self.program(ProgramKind::Event, rewriting),
            DdlKind::AlterFunction | DdlKind::AlterProcedure => {
                let mut text = self.with_names(rewriting);
                keep_invoker(&mut text, rewriting.definer);
                Ok(text.finish())
            }
            DdlKind::CreateTable
            | DdlKind::AlterTable
            | DdlKind::DropTable
            | DdlKind::RenameTable
            | DdlKind::TruncateTable
            | DdlKind::CreateIndex
            | DdlKind::DropIndex
            | DdlKind::DropView
            | DdlKind::DropFunction
            | DdlKind::DropProcedure
            | DdlKind::CreateDatabase
            | DdlKind::AlterDatabase
            | DdlKind::DropDatabase
            | DdlKind::DropTrigger
            | DdlKind::AlterEvent
            | DdlKind::DropEvent => {
                let mut text = self.with_names(rewriting);
                columns::map(self, &mut text, rewriting);
                self.without_transaction(&mut text);
                Ok(text.finish())
            }
        }
    }

    /// The statement in steps of one table each, for a server that may stop between two tables.
    ///
    /// # Errors
    /// As [`Ddl::rewrite`].
    pub fn steps(&self, rewriting: &Rewriting<'_>) -> Result<Vec<String>, SqlError> {
        let names = rewriting.names;
        let exists = if self.if_exists { "IF EXISTS " } else { "" };
        if self.kind == DdlKind::DropTable && self.targets().count() > 1 {
            let drop = |name| format!("DROP TABLE {exists}{}", names.table(name));
            return Ok(self.targets().map(drop).collect());
        }
        if self.kind == DdlKind::DropView && self.targets().count() > 1 {
            let drop = |name| format!("DROP VIEW {exists}{}", names.table(name));
            return Ok(self.targets().map(drop).collect());
        }
        if self.kind == DdlKind::RenameTable {
            let renames = self.renames();
            return Ok(renames
                .iter()
                .map(|(from, to)| {
                    format!("RENAME TABLE {} TO {}", names.table(from), names.table(to))
                })
                .collect());
        }
        Ok(vec![self.rewrite(rewriting)?])
    }

    fn with_names<'a>(&'a self, rewriting: &Rewriting<'_>) -> Text<'a> {
        let mut text = Text::new(&self.text, self.mode);
        for named in &self.names {
            let mapped = self.mapped(named, rewriting.names);
            if named.at.is_empty() {
                let word = text.now(named.at.start).to_owned();
                text.replace(named.at.start, format!("{mapped} {word}"));
            } else {
                text.replace_range(named.at.clone(), mapped);
            }
        }
        text
    }

    fn mapped(&self, one: &Named, names: &dyn Names) -> String {
        let in_database = |name: &TableName| {
            TableName::new(names.database(&name.database), name.name.clone()).to_string()
        };
        match (self.kind.subject(), one.role) {
            (Subject::Database, _) => names.database(&one.name.database).to_string(),
            (Subject::Table | Subject::View, _) | (_, NameRole::On) => {
                names.table(&one.name).to_string()
            }
            (Subject::Function | Subject::Procedure | Subject::Trigger | Subject::Event, _) => {
                in_database(&one.name)
            }
        }
    }

    /// The rows come as events of their own, so the table is made by an ordinary statement.
    fn without_transaction(&self, text: &mut Text<'_>) {
        if self.form != CreateForm::RowsFollow {
            return;
        }
        let found = (0..text.tokens.len()).rev().find_map(|at| {
            let behind = text.words(at, &["START", "TRANSACTION"])?;
            text.tokens[at].is("START").then_some(at..behind)
        });
        if let Some(range) = found {
            text.remove(range);
        }
    }

    fn object(&self, noun: &str) -> String {
        let name = self.targets().next().map(TableName::plain);
        format!("{noun} {}", name.unwrap_or_default())
    }

    fn view(&self, rewriting: &Rewriting<'_>) -> Result<String, SqlError> {
        let object = self.object("view");
        let mut text = self.with_names(rewriting);
        let header = Header::read(&text, "VIEW", &object)?;
        let database = self.database.clone().unwrap_or_else(|| Ident::new(""));
        let body = header.name.end();
        let found = mentions::find(&text, body, &database, None, rewriting.changed);
        refuse(&object, found)?;
        header.set_definer(&mut text, rewriting.definer);
        match (rewriting.definer, header.security) {
            (Definer::Invoker, Some(at)) => text.replace(at, "INVOKER"),
            (Definer::Invoker, None) => {
                // behind OR REPLACE and ALGORITHM
                let word = (0..body).rev().find(|at| text.tokens[*at].is("VIEW"));
                if let Some(at) = word {
                    text.replace(at, "SQL SECURITY INVOKER VIEW");
                }
            }
            (Definer::Keep | Definer::Account { .. }, _) => {}
        }
        Ok(text.finish())
    }

    fn program(&self, kind: ProgramKind, rewriting: &Rewriting<'_>) -> Result<String, SqlError> {
        let object = self.object(kind.noun());
        let Some(name) = self.targets().next() else {
            return Err(SqlError::UnreadableStatement {
                expected: "a name",
                found: object,
            });
        };
        let program = Program {
            kind,
            name,
            definition: &self.text,
            sql_mode: rewriting.sql_mode,
        };
        let rewritten = rewrite_definition(
            &program,
            rewriting.names,
            rewriting.definer,
            rewriting.changed,
        )?;
        refuse(&object, rewritten.mentions)?;
        Ok(rewritten.statement)
    }
}

fn refuse(
    object: &str,
    mentions: impl IntoIterator<Item = crate::sql::definition::BodyMention>,
) -> Result<(), SqlError> {
    match mentions.into_iter().next() {
        None => Ok(()),
        Some(mention) => Err(SqlError::UnmappableBody {
            object: object.to_owned(),
            name: mention.name,
            line_number: mention.line_number,
            line: mention.line,
        }),
    }
}

/// Under `definer = "invoker"` no statement makes a routine run with its definer's rights again.
fn keep_invoker(text: &mut Text<'_>, definer: &Definer) {
    if *definer != Definer::Invoker {
        return;
    }
    for at in 0..text.tokens.len() {
        if text.tokens[at].is("SQL")
            && let Some(value) = text.words(at, &["SQL", "SECURITY"])
            && let Some(value) = text.significant(value)
        {
            text.replace(value, "INVOKER");
        }
    }
}
