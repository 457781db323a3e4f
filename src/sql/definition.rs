//! Procedures, functions, triggers and events: the header is written for the destination, the body
//! stays as it is, byte for byte. Lines of a body that mention a name which the mapping changes are
//! listed, for a person to judge.

pub(super) mod mentions;

use serde::{Deserialize, Serialize};

use super::definer::{Definer, Header};
use super::error::SqlError;
use super::text::Text;
use super::token::{Kind, Mode};
use crate::mysql::{Ident, Names, TableName, names::SameNames};

pub use mentions::{BodyMention, ChangedNames};

/// What kind of stored program a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgramKind {
    Procedure,
    Function,
    Trigger,
    Event,
}

impl ProgramKind {
    fn keyword(self) -> &'static str {
        match self {
            Self::Procedure => "PROCEDURE",
            Self::Function => "FUNCTION",
            Self::Trigger => "TRIGGER",
            Self::Event => "EVENT",
        }
    }

    /// As people say it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Event => "event",
        }
    }
}

/// A stored program of the source.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    pub kind: ProgramKind,
    pub name: &'a TableName,
    /// `SHOW CREATE ...`
    pub definition: &'a str,
    /// The `sql_mode` it was defined under, which decides how it reads.
    pub sql_mode: &'a str,
}

/// A definition for the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// To be run under the `sql_mode`, character sets and time zone of the source's definition.
    /// An event is created disabled.
    pub statement: String,
    /// Of a trigger: the same, but doing nothing in a session that has set [`GUARD`].
    pub guarded: Option<String>,
    /// What the body says that the mapping changes; in order.
    pub mentions: Vec<BodyMention>,
}

/// The user variable that keeps guarded triggers quiet in our own sessions; every other session has
/// it NULL.
pub const GUARD: &str = "@cutover_writes";

/// Writes the header for the destination, and looks through the body.
pub fn rewrite_definition(
    program: &Program<'_>,
    names: &dyn Names,
    definer: &Definer,
    changed: &ChangedNames,
) -> Result<Rewritten, SqlError> {
    let mut text = Text::new(program.definition, Mode::from_sql_mode(program.sql_mode));
    let object = format!("{} {}", program.kind.noun(), program.name.plain());
    let header = Header::read(&text, program.kind.keyword(), &object)?;
    header.set_definer(&mut text, definer);
    let mut writer = Writer {
        text,
        program,
        names,
        object,
    };
    let body = match program.kind {
        ProgramKind::Procedure | ProgramKind::Function => writer.routine(&header, definer)?,
        ProgramKind::Trigger => writer.trigger(&header)?,
        ProgramKind::Event => writer.event(&header)?,
    };
    let table = match program.kind {
        ProgramKind::Trigger => trigger_table(&writer.text, &header, &program.name.database),
        ProgramKind::Procedure | ProgramKind::Function | ProgramKind::Event => None,
    };
    let guarded = match program.kind {
        ProgramKind::Trigger => Some(guarded(&writer.text, body)),
        ProgramKind::Procedure | ProgramKind::Function | ProgramKind::Event => None,
    };
    if let Some(table) = &table {
        writer.own_columns(body, table)?;
    }
    Ok(Rewritten {
        guarded,
        statement: writer.text.finish(),
        mentions: mentions::find(
            &writer.text,
            body,
            &program.name.database,
            table.as_ref(),
            changed,
        ),
    })
}

/// The table that a trigger stands on.
fn trigger_table(text: &Text<'_>, header: &Header, database: &Ident) -> Option<TableName> {
    let on = (header.name.end()..text.tokens.len()).find(|at| text.tokens[*at].is("ON"))?;
    let chain = text.chain(text.significant(on + 1)?)?;
    let mut names = chain.names.into_iter().rev();
    Some(TableName {
        name: names.next()?,
        database: names.next().unwrap_or_else(|| database.clone()),
    })
}

/// What a program does: its body as it stands, without the `;` that some servers keep behind it.
pub fn body(program: &Program<'_>) -> Result<String, SqlError> {
    let text = Text::new(program.definition, Mode::from_sql_mode(program.sql_mode));
    let object = format!("{} {}", program.kind.noun(), program.name.plain());
    let header = Header::read(&text, program.kind.keyword(), &object)?;
    let mut writer = Writer {
        text,
        program,
        names: &SameNames,
        object,
    };
    let body = match program.kind {
        ProgramKind::Procedure | ProgramKind::Function => {
            writer.routine(&header, &Definer::Keep)?
        }
        ProgramKind::Trigger => writer.trigger(&header)?,
        ProgramKind::Event => writer.event(&header)?,
    };
    let tokens = writer.text.tokens.get(body..).unwrap_or_default();
    let text: String = tokens.iter().map(|token| token.text).collect();
    Ok(text.trim().trim_end_matches(';').trim_end().to_owned())
}

/// The trigger with its body inside of a condition. A body is one statement, which may be a block.
fn guarded(text: &Text<'_>, body: usize) -> String {
    let start = text.significant(body).unwrap_or(body);
    let last = (start..text.tokens.len()).rfind(|at| text.tokens[*at].significant());
    let closed = last.is_some_and(|last| text.tokens[last].is_symbol(";"));
    // a mark of a versioned comment before the body belongs to it
    let head: String = (0..body).map(|at| text.now(at)).collect();
    let rest: String = (body..text.tokens.len()).map(|at| text.now(at)).collect();
    let end = if closed { "" } else { ";" };
    let (head, rest) = (head.trim_end(), rest.trim_start());
    format!("{head} IF {GUARD} IS NULL THEN {rest}\n{end} END IF")
}

struct Writer<'a> {
    text: Text<'a>,
    program: &'a Program<'a>,
    names: &'a dyn Names,
    object: String,
}

impl Writer<'_> {
    fn unreadable(&self, expected: &'static str, at: usize) -> SqlError {
        SqlError::Unreadable {
            object: self.object.clone(),
            expected,
            found: self.text.found(at),
        }
    }

    /// Puts the object into its database on the destination.
    fn set_name(&mut self, header: &Header, database: &Ident) {
        let name = format!("{database}.{}", self.program.name.name);
        self.text.replace_range(header.name.range(), name);
    }

    /// Each writes the header, and gives the position of the body.
    fn routine(&mut self, header: &Header, definer: &Definer) -> Result<usize, SqlError> {
        let database = self.names.database(&self.program.name.database);
        self.set_name(header, &database);
        let behind = header.name.end();
        let mut at = self
            .text
            .symbol(behind, "(")
            .and_then(|open| self.text.behind_group(open - 1))
            .ok_or_else(|| self.unreadable("( and the parameters", behind))?;
        if let Some(returned) = self.text.word(at, "RETURNS") {
            at = behind_type(&self.text, returned);
        }
        let first = at;
        let mut security = None;
        while let Some(next) = behind_characteristic(&self.text, at) {
            if let Some(value) = self.text.words(at, &["SQL", "SECURITY"]) {
                security = self.text.significant(value);
            }
            at = next;
        }
        if *definer == Definer::Invoker {
            match security {
                Some(at) => self.text.replace(at, "INVOKER"),
                None => self.text.append(first - 1, "\n    SQL SECURITY INVOKER"),
            }
        }
        Ok(at)
    }

    fn trigger(&mut self, header: &Header) -> Result<usize, SqlError> {
        let behind = header.name.end();
        let table = trigger_table(&self.text, header, &self.program.name.database)
            .ok_or_else(|| self.unreadable("ON and a table", behind))?;
        let mapped = self.names.table(&table);
        let on = (behind..self.text.tokens.len()).find(|at| self.text.tokens[*at].is("ON"));
        let chain = on
            .and_then(|on| self.text.significant(on + 1))
            .and_then(|at| self.text.chain(at))
            .ok_or_else(|| self.unreadable("ON and a table", behind))?;
        let body = self
            .text
            .words(chain.end(), &["FOR", "EACH", "ROW"])
            .ok_or_else(|| self.unreadable("FOR EACH ROW", chain.end()))?;
        self.set_name(header, &mapped.database);
        self.text.replace_range(chain.range(), mapped.to_string());
        // triggers are created in their order, which says the same
        let order = self
            .text
            .word(body, "FOLLOWS")
            .or_else(|| self.text.word(body, "PRECEDES"));
        let Some(other) = order.and_then(|at| self.text.significant(at)) else {
            return Ok(body);
        };
        let start = self.text.significant(body).unwrap_or(body);
        let end = self
            .text
            .chain(other)
            .map_or(other + 1, |chain| chain.end());
        let next = self.text.significant(end).unwrap_or(end);
        self.text.remove(start..next);
        Ok(next)
    }

    /// `NEW` and `OLD` have the columns that the table has on the destination.
    fn own_columns(&self, body: usize, table: &TableName) -> Result<(), SqlError> {
        for at in body..self.text.tokens.len() {
            let row = self.text.tokens[at].name();
            let own = row.is_some_and(|name| {
                ["new", "old"].contains(&name.as_str().to_ascii_lowercase().as_str())
            });
            let Some(dot) = self.text.symbol(at + 1, ".").filter(|_| own) else {
                continue;
            };
            let named = self
                .text
                .peek(dot)
                .and_then(|(at, token)| Some((at, token.name()?)));
            let Some((place, column)) = named else {
                continue;
            };
            if let Some(missing) = self.names.misses(table, &column) {
                let (line_number, line) = self.text.line(place);
                return Err(SqlError::TriggerOverRenamedColumn {
                    object: self.object.clone(),
                    missing,
                    table: table.plain(),
                    column: column.as_str().to_owned(),
                    line_number,
                    line,
                });
            }
        }
        Ok(())
    }

    fn event(&mut self, header: &Header) -> Result<usize, SqlError> {
        let database = self.names.database(&self.program.name.database);
        self.set_name(header, &database);
        let behind = header.name.end();
        let body = (behind..self.text.tokens.len())
            .find(|at| self.text.tokens[*at].is("DO"))
            .ok_or_else(|| self.unreadable("DO", behind))?;
        let status = (behind..body)
            .find(|at| self.text.tokens[*at].is("ENABLE") || self.text.tokens[*at].is("DISABLE"));
        if let Some(at) = status {
            let replica = self
                .text
                .words(at + 1, &["ON", "SLAVE"])
                .or_else(|| self.text.words(at + 1, &["ON", "REPLICA"]));
            let end = replica.unwrap_or(at + 1);
            self.text.replace_range(at..end, "DISABLE");
        } else {
            let comment = (behind..body).find(|at| self.text.tokens[*at].is("COMMENT"));
            let at = comment.unwrap_or(body);
            let word = self.text.now(at).to_owned();
            self.text.replace(at, format!("DISABLE {word}"));
        }
        Ok(body + 1)
    }
}

/// The position behind a data type with its attributes.
fn behind_type(text: &Text<'_>, from: usize) -> usize {
    const ATTRIBUTES: [&str; 12] = [
        "UNSIGNED",
        "SIGNED",
        "ZEROFILL",
        "BINARY",
        "ASCII",
        "UNICODE",
        "BYTE",
        "PRECISION",
        "VARYING",
        "VARCHAR",
        "VARBINARY",
        "CHAR",
    ];
    let mut at = text.significant(from).map_or(from, |at| at + 1);
    loop {
        let behind_value = |at: usize| text.significant(at).map(|at| at + 1);
        let next = if let Some(open) = text.symbol(at, "(") {
            text.behind_group(open - 1)
        } else if let Some(set) = text.words(at, &["CHARACTER", "SET"]) {
            behind_value(set)
        } else if let Some(value) = text
            .word(at, "CHARSET")
            .or_else(|| text.word(at, "COLLATE"))
        {
            behind_value(value)
        } else {
            ATTRIBUTES
                .iter()
                .find_map(|word| text.word(at, word))
                .or_else(|| text.word(at, "CHARACTER"))
        };
        match next {
            Some(next) => at = next,
            None => return at,
        }
    }
}

/// The position behind one characteristic of a routine, where one begins here.
fn behind_characteristic(text: &Text<'_>, at: usize) -> Option<usize> {
    const PLAIN: [&[&str]; 6] = [
        &["NOT", "DETERMINISTIC"],
        &["DETERMINISTIC"],
        &["CONTAINS", "SQL"],
        &["NO", "SQL"],
        &["READS", "SQL", "DATA"],
        &["MODIFIES", "SQL", "DATA"],
    ];
    if let Some(behind) = PLAIN.iter().find_map(|words| text.words(at, words)) {
        return Some(behind);
    }
    if let Some(value) = text
        .word(at, "LANGUAGE")
        .or_else(|| text.words(at, &["SQL", "SECURITY"]))
    {
        return text.significant(value).map(|at| at + 1);
    }
    if let Some(value) = text.word(at, "COMMENT") {
        let (at, token) = text.peek(value)?;
        return (token.kind == Kind::Text).then_some(at + 1);
    }
    let open = text.symbol(text.word(at, "USING")?, "(")?;
    text.behind_group(open - 1)
}

#[cfg(test)]
mod tests;
