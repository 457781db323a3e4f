//! Rules of `objects`: nothing is selected by silence, nothing is set for what is not selected.

use super::Rules;
use crate::mysql::{Ident, LowerCase};
use crate::resolve::selection::is_system;
use crate::spec::Section;
use crate::spec::pattern::same_name;

impl Rules<'_> {
    pub(super) fn objects(&mut self) {
        let Some(objects) = self.spec.root.section("objects") else {
            return;
        };
        for database in objects.sections("database") {
            self.never_selected(objects, database);
            self.include(database);
            for table in database.sections("table") {
                self.table(database, table);
            }
        }
    }

    /// A database named by itself that cannot take part.
    fn never_selected(&mut self, objects: &Section, database: &Section) {
        let Some(name) = database
            .pattern
            .as_ref()
            .and_then(|pattern| pattern.as_name())
        else {
            return;
        };
        let destination = self.complete.section("destination");
        let ledger = destination.and_then(|one| one.text("metadata_database"));
        let header = database.header.as_ref();
        if is_system(&Ident::from(name), LowerCase::Off) {
            self.error(
                "cutover::resolve::system_database",
                format!("`{name}` is a system database, which never takes part"),
                header,
                "here",
                "remove the block; `accounts` takes accounts along",
            );
        } else if ledger == Some(name) {
            self.error(
                "cutover::resolve::system_database",
                format!("`{name}` is the metadata database, which never takes part"),
                header,
                "here",
                "remove the block, or set another destination.metadata_database",
            );
        }
        let excluded = objects.patterns("exclude").unwrap_or_default();
        if let Some((_, place)) = excluded.iter().find(|(one, _)| one.as_name() == Some(name)) {
            self.error(
                super::CONTRADICTION,
                format!("the database `{name}` is both selected and excluded"),
                Some(place),
                "excluded here",
                format!("remove it from `exclude`, or remove the block `database \"{name}\"`"),
            );
        }
    }

    fn include(&mut self, database: &Section) {
        let called = format!("objects.database \"{}\"", database.label());
        if let Some(table) = database.section("table")
            && !database.has("include")
        {
            self.error(
                "cutover::resolve::include_needed",
                format!("`{called}` has `table` blocks and no `include`"),
                table.header.as_ref(),
                "settings of a table, not a selection",
                "add include = [\"*\"] for every table, or name those that take part",
            );
        }
        if database.patterns("include").is_some_and(<[_]>::is_empty) {
            self.error(
                "cutover::resolve::nothing_selected",
                format!("`{called}` includes no table"),
                database.place("include"),
                "empty",
                "write [\"*\"] for every table; to leave tables out of it, choose other `kinds`",
            );
        }
        if database.texts("kinds").is_some_and(<[_]>::is_empty) {
            self.error(
                "cutover::resolve::nothing_selected",
                format!("`{called}` selects no kind of object"),
                database.place("kinds"),
                "empty",
                "leave it out for all kinds, or remove the block",
            );
        }
    }

    fn table(&mut self, database: &Section, table: &Section) {
        if table.has("columns") && table.has("exclude_columns") {
            let message = format!(
                "`table \"{}\"` has both `columns` and `exclude_columns`",
                table.label()
            );
            let help = "name the columns that are taken, or those that are not";
            self.contradiction(table, "exclude_columns", "columns", &message, help);
        }
        if table.patterns("columns").is_some_and(<[_]>::is_empty) {
            self.error(
                "cutover::resolve::nothing_selected",
                format!("`table \"{}\"` takes no column", table.label()),
                table.place("columns"),
                "empty",
                "name the columns that are taken, or leave it out for all of them",
            );
        }
        self.row_expression(table, "where", false);
        let name = table.pattern.as_ref().and_then(|pattern| pattern.as_name());
        if let Some(reason) = name.and_then(|name| not_included(database, name)) {
            self.error(
                "cutover::resolve::not_selected",
                format!(
                    "the table `{}` of `{}` is not selected: {reason}",
                    table.label(),
                    database.label()
                ),
                table.header.as_ref(),
                "settings without a table",
                "correct `include` and `exclude` of its database, or remove the block",
            );
        }
    }
}

/// Why a table of this name does not take part, whatever the source has. Names are compared
/// without case, as it is not known yet how the source compares them.
pub(super) fn not_included(database: &Section, name: &str) -> Option<String> {
    let matching = |list: &str| {
        let patterns = database.patterns(list).unwrap_or_default();
        patterns.iter().find(|(one, _)| one.matches(name, true))
    };
    if database.has("include")
        && database.patterns("include").is_some()
        && matching("include").is_none()
    {
        return Some("`include` does not name it".to_owned());
    }
    let excluded = database.patterns("exclude").unwrap_or_default();
    let excluded = excluded.iter().find(|(one, _)| match one.as_name() {
        // Another case may well be another table.
        Some(other) => same_name(other, name, false),
        None => one.matches(name, false),
    });
    excluded.map(|(pattern, _)| format!("`exclude` names it (`{pattern}`)"))
}
