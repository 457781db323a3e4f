//! Rules of `mappings`, as far as they can be judged without the source.

use std::collections::BTreeMap;

use super::Rules;
use super::objects::not_included;
use crate::mysql::{Ident, LowerCase};
use crate::resolve::rename::NewName;
use crate::resolve::selection::is_system;
use crate::spec::pattern::Pattern;
use crate::spec::{Diagnostic, Section};

impl Rules<'_> {
    pub(super) fn mappings(&mut self) {
        let Some(mappings) = self.spec.root.section("mappings") else {
            return;
        };
        for database in mappings.sections("database") {
            self.mapped_database(database);
            self.one_name(database, "table");
            for table in database.sections("table") {
                self.one_name(table, "column");
                self.empty_columns(table);
                for column in table.sections("column") {
                    self.row_expression(column, "value", true);
                }
            }
        }
        self.one_name(mappings, "database");
        self.kept_name(mappings);
        for rule in mappings
            .sections("rename")
            .filter(|rule| rule.label() == "databases")
        {
            self.reserved(rule);
        }
    }

    fn mapped_database(&mut self, database: &Section) {
        self.reserved(database);
        let Some(objects) = self.spec.root.section("objects") else {
            return;
        };
        let Some(name) = database
            .pattern
            .as_ref()
            .and_then(|pattern| pattern.as_name())
        else {
            return;
        };
        let selects = |one: &&Section| {
            one.pattern
                .as_ref()
                .is_none_or(|pattern| pattern.matches(name, true))
        };
        let selecting: Vec<_> = objects.sections("database").filter(selects).collect();
        if selecting.is_empty() {
            self.error(
                "cutover::resolve::not_selected",
                format!(
                    "the mapping of the database `{name}` is for what `objects` does not select"
                ),
                database.header.as_ref(),
                "not selected",
                format!("add `database \"{name}\" {{}}` to `objects`, or remove the mapping"),
            );
        }
        let [selecting] = selecting.as_slice() else {
            return;
        };
        for table in database.sections("table") {
            let name = table.pattern.as_ref().and_then(|pattern| pattern.as_name());
            if let Some(reason) = name.and_then(|name| not_included(selecting, name)) {
                self.error(
                    "cutover::resolve::not_selected",
                    format!(
                        "the mapping of the table `{}` is for what is not selected: {reason}",
                        table.label()
                    ),
                    table.header.as_ref(),
                    "not selected",
                    "select the table, or remove the mapping",
                );
            }
        }
    }

    /// A database may not be mapped onto one that is somebody else's.
    fn reserved(&mut self, section: &Section) {
        let Some(to) = fixed(section) else {
            return;
        };
        let destination = self.complete.section("destination");
        let ledger = destination.and_then(|one| one.text("metadata_database"));
        let reason = if is_system(&Ident::from(to.as_str()), LowerCase::Compared) {
            "which the server keeps for itself"
        } else if ledger == Some(to.as_str()) {
            "which is the metadata database"
        } else {
            return;
        };
        self.error(
            "cutover::resolve::system_database",
            format!("a database is mapped onto `{to}`, {reason}"),
            section.place("to"),
            "here",
            "choose another name",
        );
    }

    /// Two blocks of one kind that give the same name.
    fn one_name(&mut self, parent: &Section, kind: &str) {
        let mut given: BTreeMap<String, &Section> = BTreeMap::new();
        for section in parent.sections(kind) {
            let Some(to) = fixed(section) else {
                continue;
            };
            // Column names never depend on case; for the others that is the server's to say.
            let key = if kind == "column" {
                to.to_lowercase()
            } else {
                to.clone()
            };
            let Some(first) = given.get(&key) else {
                given.insert(key, section);
                continue;
            };
            let message = format!(
                "the {kind}s `{}` and `{}` are mapped onto one name, `{to}`",
                first.label(),
                section.label()
            );
            let found = Diagnostic::error("cutover::resolve::one_name", message);
            let found = match (section.place("to"), first.place("to")) {
                (Some(here), Some(there)) => {
                    found.at(here, "again here").related(there, "first here")
                }
                _ => found,
            };
            let help = match kind {
                "column" => "give one of them another name",
                _ => "give one another name, or merge them with a `rename` rule and merge = true",
            };
            self.found.push(found.help(help));
        }
    }

    /// A database mapped onto one that is selected and keeps its name.
    fn kept_name(&mut self, mappings: &Section) {
        let Some(objects) = self.spec.root.section("objects") else {
            return;
        };
        let rules = mappings
            .sections("rename")
            .any(|rule| rule.label() == "databases");
        if rules
            || self
                .complete
                .section("mappings")
                .and_then(|one| one.text("name_case"))
                == Some("upper")
        {
            return;
        }
        for mapped in mappings.sections("database") {
            let Some(to) = fixed(mapped) else {
                continue;
            };
            let kept = objects.sections("database").find(|database| {
                let moved = mappings.sections("database").any(|other| {
                    other.has("to")
                        && other
                            .pattern
                            .as_ref()
                            .is_none_or(|one| one.matches(&to, true))
                });
                database.pattern.as_ref().and_then(|one| one.as_name()) == Some(to.as_str())
                    && !moved
            });
            if kept.is_some() && mapped.label() != to {
                self.error(
                    "cutover::resolve::one_name",
                    format!("the database `{}` is mapped onto `{to}`, which is selected and keeps its name", mapped.label()),
                    mapped.place("to"),
                    "taken",
                    "give one another name, or merge them with a `rename` rule and merge = true",
                );
            }
        }
    }

    fn empty_columns(&mut self, table: &Section) {
        for column in table.sections("column") {
            if !column.has("to") && !column.has("value") {
                self.error(
                    "cutover::spec::missing_attribute",
                    format!("`column \"{}\"` says nothing", column.label()),
                    column.header.as_ref(),
                    "neither `to` nor `value`",
                    "add `to = \"...\"` for another name, or `value = \"...\"` for another value",
                );
            }
        }
    }
}

/// The new name, where it is one and does not depend on what matched.
fn fixed(section: &Section) -> Option<String> {
    let groups = section.pattern.as_ref().map_or(99, Pattern::groups);
    NewName::parse(section.text("to")?, groups).ok()?.fixed()
}
