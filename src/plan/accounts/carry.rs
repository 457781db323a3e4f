//! Which of an account's privileges the destination can hold, and on what there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    build::Builder,
    model::{Action, ObjectStep, StepKind, TableStep},
};
use crate::{
    catalog::{
        Grant, GrantLevel,
        account::{ALL, ALL_BEFORE_8},
        grants::covers,
    },
    mysql::{Ident, Names as _, TableName},
    resolve::SYSTEM_DATABASES,
};

/// Where the objects of the source are on the destination, as far as they go there.
pub(in crate::plan) struct Places {
    relations: BTreeMap<TableName, TableName>,
    functions: BTreeMap<TableName, TableName>,
    procedures: BTreeMap<TableName, TableName>,
}

impl Places {
    pub fn new(tables: &[TableStep], objects: &[ObjectStep]) -> Self {
        let goes = |action: &Action| !matches!(action, Action::Refused { .. });
        let of = |kinds: &'static [StepKind]| {
            objects
                .iter()
                .filter(move |step| kinds.contains(&step.kind) && goes(&step.action))
                .map(|step| (step.source.clone(), step.destination.clone()))
        };
        let tables = tables
            .iter()
            .filter(|step| goes(&step.action))
            .map(|step| (step.shape.source.clone(), step.shape.destination.clone()));
        Self {
            relations: tables.chain(of(&[StepKind::View])).collect(),
            functions: routines(of(&[StepKind::Function])),
            procedures: routines(of(&[StepKind::Procedure])),
        }
    }
}

/// As grants name routines: in lower case, on either side and whatever the server does with tables.
fn routines(
    places: impl Iterator<Item = (TableName, TableName)>,
) -> BTreeMap<TableName, TableName> {
    places
        .map(|(from, to)| (as_granted(&from), as_granted(&to)))
        .collect()
}

fn as_granted(routine: &TableName) -> TableName {
    TableName::new(
        routine.database.clone(),
        routine.name.as_str().to_lowercase(),
    )
}

pub(super) struct Carrier<'a, 'b> {
    pub builder: &'a Builder<'b>,
    pub places: &'a Places,
    pub grants: BTreeSet<Grant>,
    pub notes: Vec<String>,
}

impl Carrier<'_, '_> {
    pub fn grant(&mut self, grant: &Grant) {
        match &grant.on {
            GrantLevel::Global => self.global(grant),
            GrantLevel::Database { pattern } => self.database(grant, pattern),
            GrantLevel::Table { name } => self.object(grant, name, &self.places.relations),
            GrantLevel::Function { name } => {
                self.object(grant, &as_granted(name), &self.places.functions);
            }
            GrantLevel::Procedure { name } => {
                self.object(grant, &as_granted(name), &self.places.procedures);
            }
            GrantLevel::Role { role } => {
                if self.builder.inspection.source.accounts.find(role).is_some() {
                    self.grants.insert(grant.clone());
                } else {
                    self.left(grant, "the role is not among the accounts taken");
                }
            }
            GrantLevel::Proxy { .. } => self.left(grant, "proxies are not taken along"),
        }
    }

    fn left(&mut self, grant: &Grant, why: &str) {
        self.notes.push(format!("- {}: {why}", grant.plain()));
    }

    fn global(&mut self, grant: &Grant) {
        let old = !self
            .builder
            .inspection
            .source
            .facts
            .version
            .at_least(8, 0, 0);
        if grant.privilege == ALL && old {
            self.notes.push(format!(
                "~ {}: written out as what it meant on the source",
                grant.plain()
            ));
            for privilege in ALL_BEFORE_8 {
                self.known(Grant {
                    privilege: privilege.to_owned(),
                    ..grant.clone()
                });
            }
        } else {
            self.known(grant.clone());
        }
    }

    /// Keeps what the destination knows too.
    fn known(&mut self, grant: Grant) {
        let privileges = &self.builder.inspection.destination.facts.privileges;
        let has = |name: &str| privileges.contains(name);
        if has(&grant.privilege) || grant.privilege == ALL {
            self.grants.insert(grant);
            return;
        }
        // 8.2 divided it
        let heirs = ["SET_ANY_DEFINER", "ALLOW_NONEXISTENT_DEFINER"];
        if grant.privilege == "SET_USER_ID" && heirs.into_iter().all(has) {
            self.notes
                .push(format!("~ {}: becomes {}", grant.plain(), heirs.join(", ")));
            self.grants.extend(heirs.map(|privilege| Grant {
                privilege: privilege.to_owned(),
                ..grant.clone()
            }));
            return;
        }
        self.left(&grant, "the destination does not know this privilege");
    }

    /// A database's name, or a pattern over names: what it reaches of what is taken is to be reached
    /// on the destination too.
    fn database(&mut self, grant: &Grant, pattern: &str) {
        let source = &self.builder.inspection.source;
        if SYSTEM_DATABASES.contains(&unescaped(pattern).as_str()) {
            self.grants.insert(grant.clone());
            return;
        }
        let literal = source.facts.is_on("partial_revokes") == Some(true);
        let reached: Vec<Ident> = source
            .catalog
            .databases
            .keys()
            .filter(|name| {
                if literal {
                    name.as_str() == pattern
                } else {
                    covers(pattern, name, source.facts.lower_case())
                }
            })
            .cloned()
            .collect();
        if reached.is_empty() && grant.revoked {
            // without it the account would reach that database, should there be one of this name
            self.grants.insert(grant.clone());
            return;
        }
        if reached.is_empty() {
            self.left(grant, "no database that is taken has this name");
            return;
        }
        // `shop_1` without an escape is mostly meant as the name that it is
        let named = reached.iter().any(|name| name.as_str() == pattern);
        let meant = !literal && wild(pattern) && !(named && reached.len() == 1);
        let is_pattern = meant && !self.builder.partial_revokes();
        if is_pattern {
            self.grants.insert(grant.clone());
        } else if meant {
            self.notes.push(format!(
                "~ {}: given on each database that is taken, since the destination takes a pattern \
                 for a name (partial_revokes = ON)",
                grant.plain()
            ));
        }
        let case = self.builder.destination_case();
        for database in reached {
            let mapped = self.builder.names.database(&database);
            if is_pattern && covers(pattern, &mapped, case) {
                continue;
            }
            let to = if self.builder.partial_revokes() {
                mapped.as_str().to_owned()
            } else if !literal && mapped == database {
                pattern.to_owned()
            } else {
                escaped(mapped.as_str())
            };
            self.grants.insert(Grant {
                on: GrantLevel::Database { pattern: to },
                ..grant.clone()
            });
        }
    }

    fn object(&mut self, grant: &Grant, name: &TableName, places: &BTreeMap<TableName, TableName>) {
        let Some(to) = places.get(name) else {
            self.left(grant, "the object is not taken");
            return;
        };
        let to = to.clone();
        let column = grant
            .column
            .as_ref()
            .map(|column| self.builder.names.column(name, column));
        let on = match &grant.on {
            GrantLevel::Function { .. } => GrantLevel::Function { name: to },
            GrantLevel::Procedure { .. } => GrantLevel::Procedure { name: to },
            GrantLevel::Table { .. }
            | GrantLevel::Global
            | GrantLevel::Database { .. }
            | GrantLevel::Role { .. }
            | GrantLevel::Proxy { .. } => GrantLevel::Table { name: to },
        };
        self.grants.insert(Grant {
            on,
            column,
            ..grant.clone()
        });
    }
}

/// Whether a pattern has a wildcard that is not escaped.
fn wild(pattern: &str) -> bool {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '%' | '_' => return true,
            _ => {}
        }
    }
    false
}

fn unescaped(pattern: &str) -> String {
    let mut name = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => name.extend(characters.next()),
            other => name.push(other),
        }
    }
    name
}

fn escaped(name: &str) -> String {
    let mut pattern = String::new();
    for character in name.chars() {
        if matches!(character, '_' | '%' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}
