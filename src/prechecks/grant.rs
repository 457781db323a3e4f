//! `GRANT` statements for what an account lacks.

use std::collections::BTreeMap;

use crate::{
    catalog::ServerFacts,
    mysql::{Ident, TableName},
};

/// Privileges that are missing, by database.
#[derive(Default)]
pub(super) struct Missing {
    databases: BTreeMap<Ident, Vec<&'static str>>,
    families: BTreeMap<String, Vec<&'static str>>,
}

impl Missing {
    /// Notes those of the privileges that the account has neither on the database nor on each of
    /// the objects.
    pub fn look(
        &mut self,
        facts: &ServerFacts,
        database: &Ident,
        privileges: &[&'static str],
        objects: &[&TableName],
    ) {
        let names = facts.lower_case();
        for privilege in privileges {
            let by_object = !objects.is_empty()
                && objects
                    .iter()
                    .all(|object| facts.grants.on_object(privilege, object, names));
            if by_object || facts.grants.on_database(privilege, database, names) {
                continue;
            }
            let missing = self.databases.entry(database.clone()).or_default();
            if !missing.contains(privilege) {
                missing.push(privilege);
            }
        }
    }

    /// The same for all databases whose names begin like this.
    pub fn look_family(
        &mut self,
        facts: &ServerFacts,
        beginning: &str,
        privileges: &[&'static str],
    ) {
        let names = facts.lower_case();
        let member = Ident::new(format!("{beginning}0"));
        let missing = privileges
            .iter()
            .copied()
            .filter(|privilege| !facts.grants.on_database(privilege, &member, names));
        let missing: Vec<&'static str> = missing.collect();
        if !missing.is_empty() {
            self.families.insert(beginning.to_owned(), missing);
        }
    }

    pub fn databases(&self) -> Vec<String> {
        let families = self
            .families
            .keys()
            .map(|beginning| format!("{beginning}*"));
        self.databases
            .keys()
            .map(|database| database.as_str().to_owned())
            .chain(families)
            .collect()
    }

    /// One statement a database.
    pub fn statements(&self, facts: &ServerFacts) -> String {
        let statements: Vec<String> = self
            .databases
            .iter()
            .map(|(database, privileges)| {
                format!(
                    "GRANT {} ON {}.* TO {};",
                    privileges.join(", "),
                    pattern(database, facts),
                    account(facts)
                )
            })
            .collect();
        let families = self.families.iter().map(|(beginning, privileges)| {
            let privileges = privileges.join(", ");
            format!(
                "GRANT {privileges} ON {} TO {};",
                family(beginning, facts),
                account(facts)
            )
        });
        let statements: Vec<String> = statements.into_iter().chain(families).collect();
        statements.join(" ")
    }
}

/// All databases that begin like this; everything where the server has no patterns.
fn family(beginning: &str, facts: &ServerFacts) -> String {
    if facts.is_on("partial_revokes") == Some(true) {
        return "*.*".to_owned();
    }
    let member = Ident::new(format!("{beginning}0"));
    let known = facts.grants.pattern(&member, facts.lower_case());
    let pattern = known.map_or_else(|| format!("{}%", escaped(beginning)), str::to_owned);
    format!("{}.*", Ident::new(pattern))
}

/// A statement for global privileges.
pub(super) fn global(privileges: &str, facts: &ServerFacts) -> String {
    format!("GRANT {privileges} ON *.* TO {};", account(facts))
}

/// Our account, quoted.
pub(super) fn account(facts: &ServerFacts) -> String {
    let (user, host) = facts
        .account
        .rsplit_once('@')
        .unwrap_or((facts.account.as_str(), "%"));
    format!("{}@{}", Ident::new(user), Ident::new(host))
}

/// The place to grant on. Where a pattern applies to the database already, the privilege is added
/// to it, since a more exact one would take its place. Otherwise the name: `_` and `%` are
/// wildcards in a GRANT, unless the server has `partial_revokes`.
fn pattern(database: &Ident, facts: &ServerFacts) -> Ident {
    if let Some(pattern) = facts.grants.pattern(database, facts.lower_case()) {
        return Ident::new(pattern);
    }
    if facts.is_on("partial_revokes") == Some(true) {
        return database.clone();
    }
    Ident::new(escaped(database.as_str()))
}

/// The name, which `GRANT` would take for a pattern.
fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for character in name.chars() {
        if matches!(character, '_' | '%' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
