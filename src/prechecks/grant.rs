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

    pub fn databases(&self) -> Vec<String> {
        self.databases
            .keys()
            .map(|database| database.as_str().to_owned())
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
        statements.join(" ")
    }
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
    let mut escaped = String::new();
    for character in database.as_str().chars() {
        if matches!(character, '_' | '%' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Ident::new(escaped)
}
