//! Which objects of the source take part.

use std::collections::BTreeSet;

use thiserror::Error;

use super::table_rule::{TableRule, TableRules};
use crate::mysql::{AccountName, Ident, LowerCase, TableName};
use crate::spec::pattern::{Pattern, Patterns, best, same_name};

/// The databases that a server keeps for itself: never selected, whatever a pattern says.
pub const SYSTEM_DATABASES: [&str; 4] =
    ["information_schema", "mysql", "performance_schema", "sys"];

/// What `objects` selects.
#[derive(Clone, Debug)]
pub struct Selection {
    pub(super) databases: Vec<DatabaseRule>,
    pub(super) exclude: Patterns,
    pub(super) metadata_database: Ident,
    pub(super) heartbeat_database: Option<Ident>,
    pub(super) accounts: Vec<Pattern>,
}

/// One `database` block of `objects`.
#[derive(Clone, Debug)]
pub struct DatabaseRule {
    pub(super) pattern: Pattern,
    pub(super) include: Patterns,
    pub(super) exclude: Patterns,
    pub(super) kinds: Vec<ObjectKind>,
    pub(super) tables: TableRules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    Table,
    View,
    Routine,
    Trigger,
    Event,
}

impl ObjectKind {
    pub const ALL: [Self; 5] = [
        Self::Table,
        Self::View,
        Self::Routine,
        Self::Trigger,
        Self::Event,
    ];

    /// As it is written in `kinds`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "tables",
            Self::View => "views",
            Self::Routine => "routines",
            Self::Trigger => "triggers",
            Self::Event => "events",
        }
    }

    /// Names of routines and events never depend on case, the others as the server says.
    fn folds(self, source: LowerCase) -> bool {
        match self {
            Self::Table | Self::View | Self::Trigger => source.folds(),
            Self::Routine | Self::Event => true,
        }
    }
}

/// Several blocks of equal rank match one object, so that its settings are in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{object} is matched by {} blocks of equal rank: {}", .patterns.len(), .patterns.join(", "))]
pub struct AmbiguousSelection {
    /// A database, or a table as `database.table`.
    pub object: String,
    /// The labels, in the order written.
    pub patterns: Vec<String>,
}

impl Selection {
    /// Whether the database takes part: some block names it, and it is not excluded.
    pub fn database(&self, name: &Ident, source: LowerCase) -> bool {
        self.rule(name, source).is_some()
    }

    /// Whether a pattern selects the database and `exclude` leaves it out.
    pub fn excluded(&self, name: &Ident, source: LowerCase) -> bool {
        !self.reserved(name, source)
            && !self.rules(name, source).is_empty()
            && !self.database(name, source)
    }

    /// Whether the object takes part. A trigger also needs its table: [`Selection::trigger`].
    pub fn object(&self, kind: ObjectKind, name: &TableName, source: LowerCase) -> bool {
        let Some(rule) = self.rule(&name.database, source) else {
            return false;
        };
        let folds = kind.folds(source);
        let name = name.name.as_str();
        rule.kinds.contains(&kind)
            && !rule.exclude.matches(name, folds)
            && (kind != ObjectKind::Table || rule.include.matches(name, folds))
    }

    /// The `table` block that applies to the table, where there is one.
    pub fn table_rule(&self, table: &TableName, source: LowerCase) -> Option<&TableRule> {
        let rule = self.rule(&table.database, source)?;
        rule.tables.find(table.name.as_str(), source.folds())
    }

    /// Whether the column of a selected table is taken.
    pub fn column(&self, table: &TableName, column: &Ident, source: LowerCase) -> bool {
        self.table_rule(table, source)
            .is_none_or(|rule| rule.columns().takes(column))
    }

    /// Whether a trigger takes part: its kind is chosen, it is not excluded, and the table it is
    /// on (in the same database) takes part.
    pub fn trigger(&self, name: &TableName, table: &Ident, source: LowerCase) -> bool {
        let table = TableName::new(name.database.clone(), table.clone());
        self.object(ObjectKind::Trigger, name, source) && self.table(&table, source)
    }

    /// Whether the table's name is included, also where the kind `tables` is not chosen.
    fn table(&self, table: &TableName, source: LowerCase) -> bool {
        self.rule(&table.database, source).is_some_and(|rule| {
            let (name, folds) = (table.name.as_str(), source.folds());
            rule.include.matches(name, folds) && !rule.exclude.matches(name, folds)
        })
    }

    /// Whether an account takes part. A pattern without `@` is about users, whatever their host.
    pub fn account(&self, name: &AccountName) -> bool {
        self.accounts.iter().any(|pattern| {
            pattern.matches(&name.plain(), false)
                || (!pattern.as_str().contains('@') && pattern.matches(&name.user, false))
        })
    }

    /// The patterns of `accounts`, as they were written.
    pub fn account_patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.accounts.iter()
    }

    /// The databases, among those of the source, that several blocks of equal rank match, and the
    /// tables that several `table` blocks do. None may be left when a plan is made.
    pub fn ambiguous<'a>(
        &self,
        databases: impl Iterator<Item = &'a Ident>,
        tables: impl Iterator<Item = &'a TableName>,
        source: LowerCase,
    ) -> Vec<AmbiguousSelection> {
        let mut found = Vec::new();
        for database in databases.filter(|name| !self.reserved(name, source)) {
            let rules = self.rules(database, source);
            let patterns = rules.iter().map(|rule| &rule.pattern);
            found.extend(ambiguity(database.as_str().to_owned(), patterns.collect()));
        }
        for table in tables {
            let Some(rule) = self.rule(&table.database, source) else {
                continue;
            };
            let name = table.name.as_str();
            let blocks = rule.tables.best(name, source.folds());
            let blocks = blocks.into_iter().map(TableRule::pattern);
            found.extend(ambiguity(table.plain(), blocks.collect()));
        }
        found
    }

    /// The blocks that name a database or table which the source, whose databases and tables these
    /// are, does not have: `objects.database "shop"`.
    pub fn unmatched(
        &self,
        databases: &[Ident],
        tables: &[TableName],
        source: LowerCase,
    ) -> Vec<String> {
        let mut found = Vec::new();
        let folds = source.folds();
        for rule in &self.databases {
            let matched = |name: &Ident| {
                !self.reserved(name, source) && rule.pattern.matches(name.as_str(), folds)
            };
            let label = format!("objects.database \"{}\"", rule.pattern);
            if !databases.iter().any(matched) {
                found.push(label);
                continue;
            }
            let tables = tables.iter().filter(|table| matched(&table.database));
            let tables: BTreeSet<String> = tables
                .map(|table| folded(table.name.as_str(), folds))
                .collect();
            for block in rule.tables.iter().map(TableRule::pattern) {
                let there = match block.as_name() {
                    Some(name) => tables.contains(&folded(name, folds)),
                    None => tables.iter().any(|table| block.matches(table, folds)),
                };
                if !there {
                    found.push(format!("{label}.table \"{block}\""));
                }
            }
        }
        found
    }

    fn reserved(&self, name: &Ident, source: LowerCase) -> bool {
        let ours = std::iter::once(&self.metadata_database).chain(&self.heartbeat_database);
        is_system(name, source)
            || ours
                .into_iter()
                .any(|own| same_name(own.as_str(), name.as_str(), source.folds()))
    }

    fn rules(&self, name: &Ident, source: LowerCase) -> Vec<&DatabaseRule> {
        let folds = source.folds();
        best(
            self.databases.iter(),
            |rule| &rule.pattern,
            name.as_str(),
            folds,
        )
    }

    /// The rule that applies. Of several of equal rank the first: `ambiguous` reports them.
    fn rule(&self, name: &Ident, source: LowerCase) -> Option<&DatabaseRule> {
        if self.reserved(name, source) {
            return None;
        }
        let rule = *self.rules(name, source).first()?;
        let excluded = || self.exclude.matches(name.as_str(), source.folds());
        // `exclude` takes from what a pattern selects; a database named by itself stays.
        (rule.pattern.as_name().is_some() || !excluded()).then_some(rule)
    }
}

/// Whether the server keeps this database for itself.
pub fn is_system(name: &Ident, server: LowerCase) -> bool {
    SYSTEM_DATABASES.iter().any(|system| {
        // The two schemas answer to any case on every server.
        same_name(
            system,
            name.as_str(),
            server.folds() || system.ends_with("_schema"),
        )
    })
}

/// The name by which names that are one are equal.
fn folded(name: &str, folds: bool) -> String {
    if folds {
        name.to_lowercase()
    } else {
        name.to_owned()
    }
}

fn ambiguity(object: String, patterns: Vec<&Pattern>) -> Option<AmbiguousSelection> {
    (patterns.len() > 1).then(|| AmbiguousSelection {
        object,
        patterns: patterns.into_iter().map(Pattern::to_string).collect(),
    })
}
