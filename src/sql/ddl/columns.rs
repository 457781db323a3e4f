//! Columns in statements about a table, where the mapping renames some.
//!
//! Names of columns stand at fixed places of the grammar, and in parentheses, where they are told
//! from functions and keywords by comparing with the columns that the table has.

use std::ops::Range;

use super::{Ddl, DdlKind, NameRole, rewrite::Rewriting};
use crate::mysql::{Ident, TableName};
use crate::sql::text::Text;
use crate::sql::token::Kind;

/// Maps the columns of the statement's table, and of the parents of its foreign keys.
pub(super) fn map(ddl: &Ddl, text: &mut Text<'_>, rewriting: &Rewriting<'_>) {
    let Some(target) = ddl
        .names
        .iter()
        .find(|named| named.role == NameRole::Target)
    else {
        return;
    };
    let known = rewriting.columns.get(&target.name);
    let mut mapper = Mapper {
        text,
        rewriting,
        ddl,
        table: &target.name,
        columns: known.cloned().unwrap_or_default(),
    };
    let behind = target.at.end;
    let end = mapper.text.tokens.len();
    if ddl.kind == DdlKind::AlterTable {
        mapper.actions(behind..end);
    } else if ddl.kind == DdlKind::CreateIndex {
        mapper.expression(behind..end, 1);
    } else if ddl.kind == DdlKind::CreateTable {
        mapper.created(behind..end);
    }
}

/// Words that begin a key or a constraint rather than a column; all are reserved.
const KEYS: [&str; 9] = [
    "INDEX",
    "KEY",
    "FULLTEXT",
    "SPATIAL",
    "UNIQUE",
    "PRIMARY",
    "CONSTRAINT",
    "FOREIGN",
    "CHECK",
];

struct Mapper<'t, 'a> {
    text: &'t mut Text<'a>,
    rewriting: &'t Rewriting<'t>,
    ddl: &'t Ddl,
    table: &'t TableName,
    /// Those before the statement, and those that it names as new.
    columns: Vec<Ident>,
}

impl Mapper<'_, '_> {
    fn any(&self, at: usize, words: &[&str]) -> bool {
        self.text
            .peek(at)
            .is_some_and(|(_, token)| words.iter().any(|word| token.is(word)))
    }

    /// The name in the form that the server knows it by.
    fn known(&self, name: &Ident) -> Option<&Ident> {
        let lower = name.as_str().to_lowercase();
        let same = |column: &&Ident| column.as_str().to_lowercase() == lower;
        self.columns.iter().find(same)
    }

    /// Maps the column that stands next; the position behind it.
    fn column(&mut self, from: usize) -> usize {
        let Some((at, token)) = self.text.peek(from) else {
            return from;
        };
        if let Some(name) = token.name() {
            let known = self.known(&name).cloned().unwrap_or(name);
            let mapped = self.rewriting.names.column(self.table, &known);
            if mapped != known {
                self.text.replace(at, mapped.to_string());
            }
            self.columns.push(known);
        }
        at + 1
    }

    /// Maps known columns wherever parentheses are at least this deep.
    fn expression(&mut self, range: Range<usize>, least: usize) {
        let mut depth = 0_usize;
        for at in range {
            let token = self.text.tokens[at];
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            }
            let call = token.kind == Kind::Word && self.text.symbol(at + 1, "(").is_some();
            let own_length = self.text.symbol(at + 1, "(").is_some_and(|inside| {
                self.text
                    .peek(inside)
                    .is_some_and(|(_, token)| token.kind == Kind::Number)
            });
            if depth < least || (call && !own_length) {
                continue;
            }
            if let Some(column) = token.name().and_then(|name| self.known(&name).cloned()) {
                let mapped = self.rewriting.names.column(self.table, &column);
                if mapped != column {
                    self.text.replace(at, mapped.to_string());
                }
            }
        }
    }

    fn created(&mut self, range: Range<usize>) {
        let Some(inside) = self.text.symbol(range.start, "(") else {
            return;
        };
        let end = self.text.behind_group(inside - 1).unwrap_or(range.end);
        self.definitions(inside..end.saturating_sub(1));
        self.partitioning(end..range.end);
    }

    /// The columns and keys within the parentheses of CREATE TABLE or ADD.
    fn definitions(&mut self, range: Range<usize>) {
        let items = self.text.items(range);
        // a key may stand before its columns
        for item in &items {
            if !self.any(item.start, &KEYS)
                && let Some(name) = self
                    .text
                    .peek(item.start)
                    .and_then(|(_, token)| token.name())
            {
                self.columns.push(name);
            }
        }
        for item in items {
            self.definition(item);
        }
    }

    fn definition(&mut self, item: Range<usize>) {
        let behind = if self.any(item.start, &KEYS) {
            item.start
        } else {
            self.column(item.start)
        };
        let references = (behind..item.end).find(|at| self.text.tokens[*at].is("REFERENCES"));
        self.expression(behind..references.unwrap_or(item.end), 1);
        for at in behind..item.end {
            if self.text.tokens[at].is("AFTER") {
                self.column(at + 1);
            }
        }
        if let Some(at) = references {
            self.parent(at..item.end);
        }
    }

    /// The columns behind REFERENCES, which are the parent's.
    fn parent(&mut self, range: Range<usize>) {
        let parent = self
            .ddl
            .names
            .iter()
            .find(|named| named.role == NameRole::Parent && range.contains(&named.at.start));
        let Some((parent, inside)) =
            parent.and_then(|parent| Some((parent, self.text.symbol(parent.at.end, "(")?)))
        else {
            return;
        };
        let end = self.text.behind_group(inside - 1).unwrap_or(range.end);
        for at in inside..end {
            if let Some(name) = self.text.tokens[at].name() {
                let lower = name.as_str().to_lowercase();
                let known = self
                    .rewriting
                    .columns
                    .get(&parent.name)
                    .and_then(|columns| {
                        columns.iter().find(|c| c.as_str().to_lowercase() == lower)
                    });
                let known = known.unwrap_or(&name);
                let mapped = self.rewriting.names.column(&parent.name, known);
                if mapped != *known {
                    self.text.replace(at, mapped.to_string());
                }
            }
        }
        self.expression(end..range.end, 1);
    }

    fn actions(&mut self, range: Range<usize>) {
        let actions = self.text.items(range);
        // what is added or renamed first, since a key may name it earlier in the text
        for action in actions.iter().cloned() {
            self.named_columns(action);
        }
        for action in actions {
            let start = action.start;
            if self.any(start, &["ADD"]) {
                self.added(action);
            } else if self.any(start, &["CHANGE", "MODIFY"]) {
                let behind = self.text.significant(start).map_or(start, |at| at + 1);
                self.expression(behind..action.end, 1);
                for at in behind..action.end {
                    if self.text.tokens[at].is("AFTER") {
                        self.column(at + 1);
                    }
                }
            } else if self.any(start, &["ORDER"]) {
                self.expression(start..action.end, 0);
            } else if self.any(start, &["PARTITION"]) {
                self.partitioning(action);
            }
        }
    }

    /// `PARTITION BY ... (...)`, but not the definitions of partitions.
    fn partitioning(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            if !self.text.tokens[at].is_symbol("(") {
                at += 1;
                continue;
            }
            let end = self.text.behind_group(at).unwrap_or(range.end);
            if self.text.word(at + 1, "PARTITION").is_none() {
                self.expression(at..end, 1);
            }
            at = end;
        }
    }

    /// The columns that an action names at its beginning.
    fn named_columns(&mut self, action: Range<usize>) {
        let Some((verb, token)) = self.text.peek(action.start) else {
            return;
        };
        let optional = self.text.word(verb + 1, "COLUMN");
        let at = optional.unwrap_or(verb + 1);
        if token.is("CHANGE") {
            let new = self.column(at);
            self.column(new);
        } else if token.is("MODIFY") {
            self.column(at);
        } else if token.is("RENAME") {
            if let Some(column) = optional {
                let behind = self.column(column);
                if let Some(new) = self.text.word(behind, "TO") {
                    self.column(new);
                }
            }
        } else if token.is("DROP") || token.is("ALTER") {
            if optional.is_some() || !(self.any(at, &KEYS) || self.any(at, &["PARTITION"])) {
                self.column(at);
            }
        } else if token.is("ADD")
            && !self.any(at, &KEYS)
            && !self.any(at, &["PARTITION"])
            && self.text.symbol(at, "(").is_none()
        {
            self.column(at);
        }
    }

    fn added(&mut self, action: Range<usize>) {
        let Some((verb, _)) = self.text.peek(action.start) else {
            return;
        };
        let at = self.text.word(verb + 1, "COLUMN").unwrap_or(verb + 1);
        if self.any(at, &["PARTITION"]) {
            return;
        }
        match self.text.symbol(at, "(") {
            Some(inside) => {
                let end = self.text.behind_group(inside - 1).unwrap_or(action.end);
                self.definitions(inside..end.saturating_sub(1));
                self.partitioning(end..action.end);
            }
            None => self.definition(at..action.end),
        }
    }
}
