//! Which names in a view's text are tables, columns and functions.

use std::collections::BTreeSet;

use super::{Chain, Kind, Text};
use crate::mysql::{Ident, TableName};

/// A table or view in a FROM list.
pub(super) struct TableAt {
    pub name: TableName,
    pub chain: Chain,
    pub alias: Option<Ident>,
}

impl TableAt {
    /// What columns call it.
    pub fn called(&self) -> &Ident {
        self.alias.as_ref().unwrap_or(&self.name.name)
    }
}

#[derive(Default)]
pub(super) struct ViewNames {
    pub tables: Vec<TableAt>,
    /// Columns with their qualifier: two names or three.
    pub columns: Vec<Chain>,
    pub functions: Vec<(Chain, TableName)>,
}

/// What a pair of parentheses holds.
#[derive(Clone, Copy, Debug)]
enum Level {
    /// A SELECT. `table` says that a table comes next; `from`, that its FROM list is being read.
    Query { from: bool, table: bool },
    /// Joined tables in a FROM list.
    Joins { table: bool },
    /// Expressions, columns, index names.
    Other,
}

impl Level {
    fn wants_table(self) -> bool {
        match self {
            Self::Query { table, .. } | Self::Joins { table } => table,
            Self::Other => false,
        }
    }

    fn in_from(self) -> bool {
        match self {
            Self::Query { from, .. } => from,
            Self::Joins { .. } => true,
            Self::Other => false,
        }
    }

    fn set_table(&mut self, wanted: bool) {
        match self {
            Self::Query { table, .. } | Self::Joins { table } => *table = wanted,
            Self::Other => {}
        }
    }
}

/// Finds the names behind `body`, in the view's database where a name has none of its own.
pub(super) fn find(text: &Text<'_>, body: usize, database: &Ident) -> ViewNames {
    let mut finder = Finder {
        text,
        database,
        subqueries: common_tables(text, body),
        levels: vec![Level::Query {
            from: false,
            table: false,
        }],
        found: ViewNames::default(),
    };
    let mut at = body;
    while let Some((next, _)) = text.peek(at) {
        at = finder.token(next);
    }
    finder.found
}

/// The names of common table expressions: `` `c` (`n`) as (select ``.
fn common_tables(text: &Text<'_>, body: usize) -> BTreeSet<Ident> {
    let mut names = BTreeSet::new();
    for at in body..text.tokens.len() {
        if text.tokens[at].kind != Kind::Quoted {
            continue;
        }
        let behind = match text.symbol(at + 1, "(") {
            Some(open) => text.behind_group(open - 1).unwrap_or(open),
            None => at + 1,
        };
        let query = text
            .word(behind, "AS")
            .and_then(|at| text.symbol(at, "("))
            .and_then(|at| text.peek(at));
        if query.is_some_and(|(_, token)| {
            token.is("SELECT") || token.is("WITH") || token.is("VALUES") || token.is_symbol("(")
        }) {
            names.extend(text.tokens[at].name());
        }
    }
    names
}

struct Finder<'t, 'a> {
    text: &'t Text<'a>,
    database: &'t Ident,
    subqueries: BTreeSet<Ident>,
    levels: Vec<Level>,
    found: ViewNames,
}

impl Finder<'_, '_> {
    fn level(&self) -> Level {
        self.levels.last().copied().unwrap_or(Level::Other)
    }

    fn set_level(&mut self, level: Level) {
        if let Some(last) = self.levels.last_mut() {
            *last = level;
        }
    }

    fn want_table(&mut self, wanted: bool) {
        if let Some(last) = self.levels.last_mut() {
            last.set_table(wanted);
        }
    }

    /// Takes the token in; the position to go on from.
    fn token(&mut self, at: usize) -> usize {
        let token = self.text.tokens[at];
        match token.kind {
            Kind::Symbol => {
                self.symbol(at);
                at + 1
            }
            Kind::Word => {
                self.word(at);
                at + 1
            }
            Kind::Quoted => match self.text.chain(at) {
                Some(chain) => self.chain(chain),
                None => at + 1,
            },
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::VersionedOpen
            | Kind::VersionedClose
            | Kind::Text
            | Kind::Introducer
            | Kind::HexOrBit
            | Kind::Number
            | Kind::Variable
            | Kind::Unterminated => at + 1,
        }
    }

    fn symbol(&mut self, at: usize) {
        let token = self.text.tokens[at];
        if token.is_symbol("(") {
            let query = self
                .text
                .peek(at + 1)
                .is_some_and(|(_, token)| token.is("SELECT") || token.is("WITH"));
            let inner = if query {
                Level::Query {
                    from: false,
                    table: false,
                }
            } else if self.level().wants_table() {
                Level::Joins { table: true }
            } else {
                Level::Other
            };
            self.want_table(false);
            self.levels.push(inner);
        } else if token.is_symbol(")") && self.levels.len() > 1 {
            self.levels.pop();
        } else if token.is_symbol(",") && self.level().in_from() {
            self.want_table(true);
        }
    }

    fn word(&mut self, at: usize) {
        let token = self.text.tokens[at];
        let is_one_of = |words: &[&str]| words.iter().any(|word| token.is(word));
        if token.is("SELECT") {
            self.set_level(Level::Query {
                from: false,
                table: false,
            });
        } else if self.level().in_from() {
            if is_one_of(&["JOIN", "STRAIGHT_JOIN"]) {
                self.want_table(true);
            } else if is_one_of(&[
                "WHERE",
                "GROUP",
                "ORDER",
                "HAVING",
                "LIMIT",
                "UNION",
                "EXCEPT",
                "INTERSECT",
                "WINDOW",
                "QUALIFY",
                "WITH",
                "LOCK",
                "PROCEDURE",
            ]) {
                self.set_level(Level::Query {
                    from: false,
                    table: false,
                });
            } else if !token.is("LATERAL") {
                // DUAL, JSON_TABLE, ON, USE INDEX, AS ...
                self.want_table(false);
            }
        } else if let Level::Query { .. } = self.level()
            && token.is("FROM")
        {
            self.set_level(Level::Query {
                from: true,
                table: true,
            });
        }
    }

    fn chain(&mut self, chain: Chain) -> usize {
        let end = chain.end();
        if self.level().wants_table() {
            self.want_table(false);
            return self.table(chain);
        }
        let call = self.text.symbol(end, "(").is_some();
        match chain.names.as_slice() {
            [name] if call && !self.level().in_from() && !self.subqueries.contains(name) => {
                let function = TableName::new(self.database.clone(), name.clone());
                self.found.functions.push((chain, function));
            }
            [database, name] if call => {
                let function = TableName::new(database.clone(), name.clone());
                self.found.functions.push((chain, function));
            }
            [] | [_] => {}
            _ => self.found.columns.push(chain),
        }
        end
    }

    /// A table, and the alias behind it.
    fn table(&mut self, chain: Chain) -> usize {
        let mut end = chain.end();
        let name = match chain.names.as_slice() {
            [name] if self.subqueries.contains(name) => return end,
            [name] => TableName::new(self.database.clone(), name.clone()),
            [database, name, ..] => TableName::new(database.clone(), name.clone()),
            [] => return end,
        };
        if let Some(open) = self
            .text
            .word(end, "PARTITION")
            .and_then(|at| self.text.symbol(at, "("))
        {
            end = self.text.behind_group(open - 1).unwrap_or(end);
        }
        let alias_at = self.text.word(end, "AS").unwrap_or(end);
        let alias = self
            .text
            .peek(alias_at)
            .filter(|(_, token)| token.kind == Kind::Quoted);
        if let Some((at, _)) = alias {
            end = at + 1;
        }
        self.found.tables.push(TableAt {
            name,
            chain,
            alias: alias.and_then(|(_, token)| token.name()),
        });
        end
    }
}
