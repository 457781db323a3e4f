//! A selection as text, so that a later one can be held against it: without the `table` blocks, which
//! select nothing.

use serde::{Deserialize, Serialize};

use super::selection::{DatabaseRule, ObjectKind, Selection};
use super::table_rule::TableRules;
use crate::spec::pattern::{Pattern, Patterns};

#[derive(Deserialize, Serialize)]
struct Chosen {
    exclude: Vec<String>,
    databases: Vec<Database>,
}

#[derive(Deserialize, Serialize)]
struct Database {
    name: String,
    include: Vec<String>,
    exclude: Vec<String>,
    kinds: Vec<String>,
}

impl Selection {
    /// The same selection gives the same text.
    pub fn to_json(&self) -> String {
        let databases = self.databases.iter().map(|rule| Database {
            name: rule.pattern.to_string(),
            include: texts(&rule.include),
            exclude: texts(&rule.exclude),
            kinds: rule
                .kinds
                .iter()
                .map(|kind| kind.as_str().to_owned())
                .collect(),
        });
        let chosen = Chosen {
            exclude: texts(&self.exclude),
            databases: databases.collect(),
        };
        // strings and lists always have a JSON form
        serde_json::to_string(&chosen).unwrap_or_default()
    }

    /// What [`Selection::to_json`] wrote, with this selection's databases of our own; `None` for
    /// anything else. It has no `table` blocks and no accounts.
    pub fn earlier(&self, text: &str) -> Option<Self> {
        let chosen: Chosen = serde_json::from_str(text).ok()?;
        let databases = chosen.databases.iter().map(|one| {
            let kinds = one.kinds.iter().map(|word| {
                let mut kinds = ObjectKind::ALL.into_iter();
                kinds.find(|kind| kind.as_str() == word)
            });
            Some(DatabaseRule {
                pattern: Pattern::parse(&one.name).ok()?,
                include: patterns(&one.include)?,
                exclude: patterns(&one.exclude)?,
                kinds: kinds.collect::<Option<_>>()?,
                tables: TableRules::new(Vec::new()),
            })
        });
        Some(Self {
            databases: databases.collect::<Option<_>>()?,
            exclude: patterns(&chosen.exclude)?,
            accounts: Vec::new(),
            metadata_database: self.metadata_database.clone(),
            heartbeat_database: self.heartbeat_database.clone(),
        })
    }
}

fn texts(patterns: &Patterns) -> Vec<String> {
    patterns.iter().map(Pattern::to_string).collect()
}

fn patterns(texts: &[String]) -> Option<Patterns> {
    let parsed = texts.iter().map(|text| Pattern::parse(text).ok());
    parsed.collect::<Option<_>>().map(Patterns::new)
}
