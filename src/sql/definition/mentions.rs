//! Names in a body that mean something else on the destination.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Kind, Text};
use crate::mysql::{Ident, Names, TableName};
use crate::sql::token::{Mode, Token, tokenize};

/// A line of a body that mentions a name which the mapping changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BodyMention {
    /// In the definition as the source prints it, from 1.
    pub line_number: usize,
    /// Without the white space around it.
    pub line: String,
    /// `shop`, `shop.orders` or `shop.orders.total`.
    pub name: String,
}

/// The names of the source that are others on the destination. Compared without case: a mention
/// too many costs a look, one too few an error at run time.
#[derive(Clone, Debug, Default)]
pub struct ChangedNames {
    databases: BTreeSet<String>,
    /// By name, the tables that have it.
    tables: BTreeMap<String, Vec<TableName>>,
    /// By name, the tables in which it is a column.
    columns: BTreeMap<String, Vec<TableName>>,
}

impl ChangedNames {
    /// From all tables and views of the source, with their columns.
    pub fn new<'a, T, C>(names: &dyn Names, tables: T) -> Self
    where
        T: IntoIterator<Item = (&'a TableName, C)>,
        C: IntoIterator<Item = &'a Ident>,
    {
        let mut changed = Self::default();
        for (table, columns) in tables {
            let database = names.database(&table.database);
            if database != table.database {
                changed.databases.insert(lower(&table.database));
            }
            // a table that only goes where its database goes is still found by its own name
            if names.table(table) != TableName::new(database, table.name.clone()) {
                let same = changed.tables.entry(lower(&table.name)).or_default();
                same.push(table.clone());
            }
            for column in columns {
                if names.column(table, column) != *column {
                    let same = changed.columns.entry(lower(column)).or_default();
                    same.push(table.clone());
                }
            }
        }
        changed
    }

    pub fn is_empty(&self) -> bool {
        self.databases.is_empty() && self.tables.is_empty() && self.columns.is_empty()
    }
}

fn lower(name: &Ident) -> String {
    name.as_str().to_lowercase()
}

/// A name in the body, with its place in the text.
struct Named {
    name: String,
    /// In bytes.
    offset: usize,
    /// The name before it and a dot.
    qualifier: Option<String>,
    /// A dot behind it.
    qualifies: bool,
}

/// The mentions from token `body` on. `table` is the one that a trigger stands on.
pub(in crate::sql) fn find(
    text: &Text<'_>,
    body: usize,
    database: &Ident,
    table: Option<&TableName>,
    changed: &ChangedNames,
) -> Vec<BodyMention> {
    if changed.is_empty() {
        return Vec::new();
    }
    let before: usize = text.tokens[..body]
        .iter()
        .map(|token| token.text.len())
        .sum();
    let mut named = Vec::new();
    collect(&text.tokens[body..], before, &mut named);
    let words: BTreeSet<&str> = named.iter().map(|named| named.name.as_str()).collect();
    let whole: String = text.tokens.iter().map(|token| token.text).collect();
    let database = lower(database);
    let mut found = BTreeSet::new();
    for named in &named {
        let here = named.qualifier.as_deref().unwrap_or(&database);
        let mut mention = |name: String| {
            let number = whole[..named.offset].matches('\n').count();
            let line = whole.split('\n').nth(number).unwrap_or_default();
            found.insert(BodyMention {
                line_number: number + 1,
                line: line.trim().to_owned(),
                name,
            });
        };
        if named.qualifies && changed.databases.contains(&named.name) {
            mention(named.name.clone());
        }
        for table in changed.tables.get(&named.name).into_iter().flatten() {
            if lower(&table.database) == here {
                mention(table.plain());
            }
        }
        for owner in changed.columns.get(&named.name).into_iter().flatten() {
            if table == Some(owner) || words.contains(lower(&owner.name).as_str()) {
                mention(format!("{}.{}", owner.plain(), named.name));
            }
        }
    }
    found.into_iter().collect()
}

/// The names among the tokens, also those inside of strings, which may be statements.
fn collect(tokens: &[Token<'_>], from: usize, named: &mut Vec<Named>) {
    let mut offset = from;
    let mut last: Option<usize> = None;
    let mut dot = false;
    for token in tokens {
        if let Some(name) = token.name() {
            let qualifier = last
                .filter(|_| dot)
                .and_then(|last| named.get(last))
                .map(|last| last.name.clone());
            if dot && let Some(last) = last.and_then(|last| named.get_mut(last)) {
                last.qualifies = true;
            }
            last = Some(named.len());
            dot = false;
            named.push(Named {
                name: lower(&name),
                offset,
                qualifier,
                qualifies: false,
            });
        } else if token.is_symbol(".") {
            dot = last.is_some();
        } else if token.significant() {
            last = None;
            dot = false;
        }
        if token.kind == Kind::Text
            && token.text.starts_with(['\'', '"'])
            && let Some(inner) = token.text.get(1..token.text.len().saturating_sub(1))
        {
            let inner: Vec<Token<'_>> = tokenize(inner, Mode::default())
                .into_iter()
                .map(|token| without_nesting(token))
                .collect();
            collect(&inner, offset + 1, named);
        }
        offset += token.text.len();
    }
}

/// A string inside of a string is not looked into again.
fn without_nesting(token: Token<'_>) -> Token<'_> {
    if token.kind == Kind::Text {
        return Token {
            kind: Kind::HexOrBit,
            ..token
        };
    }
    token
}
