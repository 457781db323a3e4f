//! Table definitions: `SHOW CREATE TABLE` comes in, taken apart; statements for the destination
//! go out ([`statements`]).
//!
//! The text is canonical: the server has quoted every name and resolved every type, so that a name
//! in backticks inside a column, key or check can only be a column of this table.

pub mod bridge;
mod deferral;
pub(crate) mod options;
pub(crate) mod partitioning;
mod statements;
mod without;

use super::error::SqlError;
use super::text::Text;
use super::token::{Kind, Mode};
use crate::mysql::Ident;
use std::ops::Range;

pub use bridge::Bridged;
pub use statements::{SecondaryIndexes, TablePlan, TableStatements};

/// A table's definition in parts, each with its own text as the server printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDefinition {
    pub name: Ident,
    pub columns: Vec<ColumnText>,
    pub keys: Vec<KeyText>,
    pub foreign_keys: Vec<ForeignKeyText>,
    pub checks: Vec<CheckText>,
    /// All that follows the closing parenthesis, up to the partitioning.
    pub options: String,
    /// With its versioned comments.
    pub partitioning: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnText {
    pub name: Ident,
    pub text: String,
    pub auto_increment: bool,
}

impl ColumnText {
    /// The literal behind DEFAULT as it is written: `'a'`, `0x61`, `b'1'`, `NULL`.
    pub fn default_literal(&self) -> Option<String> {
        let text = Text::new(&self.text, Mode::default());
        let mut at = 0;
        while let Some((next, token)) = text.peek(at) {
            if token.is_symbol("(") {
                at = text.behind_group(next)?;
            } else if token.is("DEFAULT") {
                let (_, value) = text.peek(next + 1)?;
                return Some(value.text.to_owned());
            } else {
                at = next + 1;
            }
        }
        None
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Primary,
    Unique,
    Plain,
    Fulltext,
    Spatial,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyText {
    /// `PRIMARY` for the primary key.
    pub name: Ident,
    pub kind: KeyKind,
    pub parts: Vec<KeyPart>,
    /// The parser of a full-text key.
    pub parser: Option<Ident>,
    pub text: String,
}

/// One part of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// `None` for an expression.
    pub column: Option<Ident>,
    /// Only the beginning of the column is in the key.
    pub prefix: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKeyText {
    pub name: Option<Ident>,
    pub columns: Vec<Ident>,
    /// `None` where the parent is in the child's database.
    pub parent_database: Option<Ident>,
    pub parent: Ident,
    pub parent_columns: Vec<Ident>,
    /// `ON DELETE ...`, `ON UPDATE ...`; may be empty.
    pub actions: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckText {
    pub name: Option<Ident>,
    pub text: String,
}

impl TableDefinition {
    /// Takes the output of `SHOW CREATE TABLE` apart, as 5.6 to 9.7 print it.
    pub fn parse(show_create: &str) -> Result<Self, SqlError> {
        Reader {
            text: Text::new(show_create, Mode::default()),
            table: "the table".to_owned(),
        }
        .read()
    }

    pub fn column(&self, name: &Ident) -> Option<&ColumnText> {
        self.columns.iter().find(|column| &column.name == name)
    }

    pub fn key(&self, name: &Ident) -> Option<&KeyText> {
        self.keys.iter().find(|key| &key.name == name)
    }
}

struct Reader<'a> {
    text: Text<'a>,
    table: String,
}

impl Reader<'_> {
    fn read(mut self) -> Result<TableDefinition, SqlError> {
        let Some(start) = self.text.words(0, &["CREATE", "TABLE"]) else {
            return Err(self.unreadable("CREATE TABLE", 0));
        };
        let chain = self
            .text
            .significant(start)
            .and_then(|at| self.text.chain(at));
        let Some((chain, name)) = chain.and_then(|chain| {
            let name = chain.names.last()?.clone();
            Some((chain, name))
        }) else {
            return Err(self.unreadable("the table's name", start));
        };
        self.table = format!("table {name}");
        let open = self.open(chain.end(), "( and the columns")?;
        let Some(end) = self.text.behind_group(open) else {
            return Err(self.unreadable(") behind the columns", self.text.tokens.len()));
        };
        let mut definition = TableDefinition {
            name,
            columns: Vec::new(),
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            options: String::new(),
            partitioning: None,
        };
        for item in self.text.items(open + 1..end - 1) {
            self.item(item, &mut definition)?;
        }
        let partitioning = partitioning::begin(&self.text, end);
        definition.options = self.text.slice(end..partitioning);
        let last = self.text.slice(partitioning..self.text.tokens.len());
        definition.partitioning = (!last.is_empty()).then_some(last);
        Ok(definition)
    }

    fn unreadable(&self, expected: &'static str, at: usize) -> SqlError {
        SqlError::Unreadable {
            object: self.table.clone(),
            expected,
            found: self.text.found(at),
        }
    }

    /// The position of the `(` that must come next.
    fn open(&self, from: usize, expected: &'static str) -> Result<usize, SqlError> {
        match self.text.symbol(from, "(") {
            Some(behind) => Ok(behind - 1),
            None => Err(self.unreadable(expected, from)),
        }
    }

    fn item(&self, item: Range<usize>, into: &mut TableDefinition) -> Result<(), SqlError> {
        let Some((at, token)) = self.text.peek(item.start).filter(|(at, _)| *at < item.end) else {
            return Err(self.unreadable("a column or key", item.start));
        };
        if token.kind == Kind::Quoted {
            into.columns.push(self.column(at, item));
            return Ok(());
        }
        let key = [
            ("PRIMARY", KeyKind::Primary),
            ("UNIQUE", KeyKind::Unique),
            ("FULLTEXT", KeyKind::Fulltext),
            ("SPATIAL", KeyKind::Spatial),
            ("KEY", KeyKind::Plain),
        ]
        .into_iter()
        .find(|(word, _)| token.is(word));
        if let Some((_, kind)) = key {
            into.keys.push(self.key(kind, at, item)?);
            return Ok(());
        }
        let mut name = None;
        let mut next = at;
        if let Some(behind) = self.text.word(at, "CONSTRAINT") {
            name = self.text.peek(behind).and_then(|(_, token)| token.name());
            next = self.text.significant(behind).map_or(behind, |at| at + 1);
        }
        if self.text.words(next, &["FOREIGN", "KEY"]).is_some() {
            into.foreign_keys.push(self.foreign_key(name, next, item)?);
            Ok(())
        } else if self.text.word(next, "CHECK").is_some() {
            let text = self.text.slice(item);
            into.checks.push(CheckText { name, text });
            Ok(())
        } else {
            Err(self.unreadable("a column, key or constraint", next))
        }
    }

    fn column(&self, at: usize, item: Range<usize>) -> ColumnText {
        let mut depth = 0_usize;
        let mut auto_increment = false;
        for token in &self.text.tokens[item.clone()] {
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            }
            auto_increment |= depth == 0 && token.is("AUTO_INCREMENT");
        }
        ColumnText {
            name: self.text.tokens[at]
                .name()
                .unwrap_or_else(|| Ident::new("")),
            text: self.text.slice(item),
            auto_increment,
        }
    }

    fn key(&self, kind: KeyKind, at: usize, item: Range<usize>) -> Result<KeyText, SqlError> {
        let open = (at..item.end)
            .find(|at| self.text.tokens[*at].is_symbol("("))
            .ok_or_else(|| self.unreadable("( and the key's parts", at))?;
        let close = self
            .text
            .behind_group(open)
            .ok_or_else(|| self.unreadable(") behind the key's parts", item.end))?;
        let name = (at..open)
            .find(|at| self.text.tokens[*at].kind == Kind::Quoted)
            .and_then(|at| self.text.tokens[at].name())
            .unwrap_or_else(|| Ident::new("PRIMARY"));
        let parts = self
            .text
            .items(open + 1..close - 1)
            .into_iter()
            .map(|part| self.key_part(part))
            .collect();
        let parser = (close..item.end)
            .find_map(|at| self.text.words(at, &["WITH", "PARSER"]))
            .and_then(|at| self.text.peek(at))
            .and_then(|(_, token)| token.name());
        Ok(KeyText {
            name,
            kind,
            parts,
            parser,
            text: self.text.slice(item),
        })
    }

    fn key_part(&self, part: Range<usize>) -> KeyPart {
        let Some((at, token)) = self.text.peek(part.start) else {
            return KeyPart {
                column: None,
                prefix: false,
            };
        };
        KeyPart {
            column: token.name().filter(|_| token.kind == Kind::Quoted),
            prefix: token.kind == Kind::Quoted
                && self
                    .text
                    .symbol(at + 1, "(")
                    .is_some_and(|behind| behind <= part.end),
        }
    }

    fn foreign_key(
        &self,
        name: Option<Ident>,
        from: usize,
        item: Range<usize>,
    ) -> Result<ForeignKeyText, SqlError> {
        let open = (from..item.end)
            .find(|at| self.text.tokens[*at].is_symbol("("))
            .ok_or_else(|| self.unreadable("( and the foreign key's columns", from))?;
        let (columns, behind) = self.names(open)?;
        let parent = self
            .text
            .word(behind, "REFERENCES")
            .and_then(|at| self.text.significant(at))
            .and_then(|at| self.text.chain(at))
            .ok_or_else(|| self.unreadable("REFERENCES and the parent", behind))?;
        let open = self.open(parent.end(), "( and the parent's columns")?;
        let (parent_columns, behind) = self.names(open)?;
        let mut chain = parent.names.into_iter().rev();
        Ok(ForeignKeyText {
            name,
            columns,
            parent: chain.next().unwrap_or_else(|| Ident::new("")),
            parent_database: chain.next(),
            parent_columns,
            actions: self.text.slice(behind..item.end),
        })
    }

    /// The names in the parentheses that open here, and the position behind them.
    fn names(&self, open: usize) -> Result<(Vec<Ident>, usize), SqlError> {
        let Some(close) = self.text.behind_group(open) else {
            return Err(self.unreadable(")", open));
        };
        let names = self.text.tokens[open..close]
            .iter()
            .filter_map(super::token::Token::name)
            .collect();
        Ok((names, close))
    }
}

#[cfg(test)]
mod tests;
