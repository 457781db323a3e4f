//! What an account may do, read from `SHOW GRANTS`.
//!
//! In: the statements the server prints, which on 5.6 hold password hashes. Out: levels and
//! privileges only; the statements themselves are not kept.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::mysql::{Ident, LowerCase, TableName};

/// An account's privileges, those of its active roles included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    level: Level,
    /// In upper case; `ALL PRIVILEGES` stands for all of its level.
    privileges: BTreeSet<String>,
    /// A `REVOKE` line, which a server with `partial_revokes` prints.
    revoked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Global,
    /// A pattern with `%` and `_`, as it is in `mysql.db`.
    Database(String),
    Object(TableName),
}

/// `ALL` at the global level covers the static privileges only; these are granted one by one. A
/// server with dynamic privileges (8.0) never prints a global `ALL`.
const ALL: &str = "ALL PRIVILEGES";

/// Told beside a line's privileges.
pub const GRANT_OPTION: &str = "GRANT OPTION";

impl Grants {
    /// Reads the lines of `SHOW GRANTS`. A line that grants a role, a proxy or columns only says
    /// nothing about whole objects and is passed over.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            entries: lines.into_iter().filter_map(entry).collect(),
        }
    }

    /// Whether the account has the privilege everywhere.
    pub fn globally(&self, privilege: &str) -> bool {
        self.entries
            .iter()
            .any(|entry| !entry.revoked && entry.level == Level::Global && entry.has(privilege))
    }

    /// Whether the account may give the privilege, wherever, to others. `SHOW GRANTS` divides
    /// privileges by that option, so both are on one line.
    pub fn may_grant_globally(&self, privilege: &str) -> bool {
        self.entries.iter().any(|entry| {
            !entry.revoked
                && entry.level == Level::Global
                && entry.has(privilege)
                && entry.has(GRANT_OPTION)
        })
    }

    /// The same for the privilege on a database or on what is in it.
    pub fn may_grant_in(&self, privilege: &str, database: &Ident, names: LowerCase) -> bool {
        let pattern = self.pattern(database, names);
        self.may_grant_globally(privilege)
            || self.entries.iter().any(|entry| {
                !entry.revoked
                    && matches!(&entry.level,
                        Level::Database(held) if Some(held.as_str()) == pattern)
                    && entry.has(privilege)
                    && entry.has(GRANT_OPTION)
            })
    }

    /// Whether it has the privilege on the whole of a database.
    ///
    /// Of several patterns that match, the server takes the most exact one alone, and never adds
    /// them up.
    pub fn on_database(&self, privilege: &str, database: &Ident, names: LowerCase) -> bool {
        let pattern = self.pattern(database, names);
        let here = |entry: &&Entry| {
            matches!(&entry.level, Level::Database(held) if Some(held.as_str()) == pattern)
                && entry.has(privilege)
        };
        if self.entries.iter().filter(here).any(|entry| !entry.revoked) {
            return true;
        }
        self.globally(privilege) && !self.entries.iter().filter(here).any(|entry| entry.revoked)
    }

    /// The pattern, as `GRANT` takes it, whose privileges the account has on a database.
    pub fn pattern(&self, database: &Ident, names: LowerCase) -> Option<&str> {
        let matching = self.entries.iter().filter_map(|entry| match &entry.level {
            Level::Database(pattern) if is_about(pattern, database, names) => {
                Some(pattern.as_str())
            }
            Level::Database(_) | Level::Global | Level::Object(_) => None,
        });
        matching.max_by_key(|pattern| exactness(pattern))
    }

    /// Whether it has the privilege on a table, view or routine, by itself or by its database.
    pub fn on_object(&self, privilege: &str, object: &TableName, names: LowerCase) -> bool {
        self.on_database(privilege, &object.database, names)
            || self.entries.iter().any(|entry| {
                matches!(&entry.level, Level::Object(name)
                    if same(name.database.as_str(), object.database.as_str(), names)
                        && same(name.name.as_str(), object.name.as_str(), names))
                    && entry.has(privilege)
            })
    }
}

impl Entry {
    fn has(&self, privilege: &str) -> bool {
        self.privileges.contains(privilege)
            || (privilege != GRANT_OPTION && self.privileges.contains(ALL))
    }
}

/// Whether a pattern of a GRANT reaches a database.
pub fn covers(pattern: &str, database: &Ident, names: LowerCase) -> bool {
    is_about(pattern, database, names)
}

fn is_about(pattern: &str, database: &Ident, names: LowerCase) -> bool {
    let characters = |text: &str| -> Vec<char> {
        if names.folds() {
            text.to_lowercase().chars().collect()
        } else {
            text.chars().collect()
        }
    };
    like(&characters(pattern), &characters(database.as_str()))
}

/// As the server sorts them: without a wildcard first, then by how late the first wildcard comes.
fn exactness(pattern: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in pattern.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'%' | b'_' => return at.min(126) + 1,
            _ => {}
        }
    }
    128
}

fn same(a: &str, b: &str, names: LowerCase) -> bool {
    a == b || (names.folds() && a.to_lowercase() == b.to_lowercase())
}

/// `LIKE`, with `\` as the escape.
fn like(pattern: &[char], name: &[char]) -> bool {
    match pattern {
        [] => name.is_empty(),
        ['%', rest @ ..] => (0..=name.len()).any(|skipped| like(rest, &name[skipped..])),
        ['\\', escaped, rest @ ..] => name
            .split_first()
            .is_some_and(|(first, others)| first == escaped && like(rest, others)),
        ['_', rest @ ..] => name
            .split_first()
            .is_some_and(|(_, others)| like(rest, others)),
        [one, rest @ ..] => name
            .split_first()
            .is_some_and(|(first, others)| first == one && like(rest, others)),
    }
}

/// `GRANT SELECT, INSERT ON `d`.* TO ...`, or the same with `REVOKE`.
fn entry(line: &str) -> Option<Entry> {
    let (revoked, rest) = match line.strip_prefix("GRANT ") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("REVOKE ")?),
    };
    let (privileges, rest) = split_outside(rest, " ON ")?;
    let end = if revoked { " FROM " } else { " TO " };
    let (target, _) = split_outside(rest, end)?;
    let mut privileges: BTreeSet<String> = split_list(privileges)
        .into_iter()
        .filter(|privilege| !privilege.contains('('))
        .map(|privilege| match privilege.trim().to_ascii_uppercase() {
            all if all == "ALL" => ALL.to_owned(),
            other => other,
        })
        .collect();
    if !revoked && line.contains(" WITH GRANT OPTION") {
        privileges.insert(GRANT_OPTION.to_owned());
    }
    Some(Entry {
        level: level(target)?,
        privileges,
        revoked,
    })
}

fn level(target: &str) -> Option<Level> {
    let target = ["TABLE ", "FUNCTION ", "PROCEDURE ", "LIBRARY "]
        .iter()
        .find_map(|kind| target.strip_prefix(kind))
        .unwrap_or(target);
    if target == "*.*" {
        return Some(Level::Global);
    }
    let (database, name) = split_outside(target, ".")?;
    let database = unquoted(database);
    Some(match name {
        "*" => Level::Database(database),
        name => Level::Object(TableName::new(database, unquoted(name))),
    })
}

fn unquoted(name: &str) -> String {
    name.strip_prefix('`')
        .and_then(|name| name.strip_suffix('`'))
        .map_or_else(|| name.to_owned(), |name| name.replace("``", "`"))
}

/// Splits at the first `separator` that stands outside backticks and parentheses.
fn split_outside<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut quoted = false;
    let mut depth = 0_u32;
    for (at, character) in text.char_indices() {
        if !quoted && depth == 0 && text[at..].starts_with(separator) {
            return Some((&text[..at], &text[at + separator.len()..]));
        }
        match character {
            '`' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// A server puts a blank behind the commas of static privileges, and none behind those of dynamic
/// ones.
fn split_list(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((part, others)) = split_outside(rest, ",") {
        parts.push(part);
        rest = others;
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(lines: &[&str]) -> Grants {
        Grants::parse(lines.iter().copied())
    }

    #[test]
    fn levels_are_told_apart() {
        let held = grants(&[
            "GRANT USAGE ON *.* TO `m`@`%`",
            "GRANT SELECT, SHOW VIEW ON `shop`.* TO `m`@`%`",
            "GRANT INSERT ON `shop`.`a.b ON c` TO `m`@`%` WITH GRANT OPTION",
            "GRANT UPDATE (`x`, `y`) ON `shop`.`t` TO `m`@`%`",
            "GRANT `role`@`%` TO `m`@`%`",
        ]);
        let names = LowerCase::Off;
        let shop = Ident::new("shop");
        assert!(held.on_database("SELECT", &shop, names));
        assert!(!held.on_database("SELECT", &Ident::new("shop2"), names));
        assert!(!held.globally("SELECT"));
        assert!(held.on_object("INSERT", &TableName::new("shop", "a.b ON c"), names));
        assert!(!held.on_object("INSERT", &TableName::new("shop", "t"), names));
        assert!(!held.on_object("UPDATE", &TableName::new("shop", "t"), names));
    }

    #[test]
    fn dynamic_privileges_are_told_apart() {
        let held = grants(&[
            "GRANT SELECT, RELOAD ON *.* TO `m`@`%`",
            "GRANT BINLOG_ADMIN,SESSION_VARIABLES_ADMIN,XA_RECOVER_ADMIN ON *.* TO `m`@`%`",
        ]);
        for privilege in ["RELOAD", "BINLOG_ADMIN", "SESSION_VARIABLES_ADMIN"] {
            assert!(held.globally(privilege), "{privilege}");
        }
    }

    #[test]
    fn patterns_in_database_names_are_patterns() {
        let held = grants(&[
            "GRANT ALL PRIVILEGES ON `\\_cutover`.* TO `m`@`%`",
            "GRANT SELECT ON `shop_%`.* TO 'm'@'%' IDENTIFIED BY PASSWORD '*0123'",
        ]);
        let has = |privilege, name| held.on_database(privilege, &Ident::new(name), LowerCase::Off);
        assert!(has("CREATE", "_cutover"));
        assert!(!has("CREATE", "xcutover"));
        assert!(has("SELECT", "shop_07"));
        assert!(has("SELECT", "shopx"));
        assert!(!has("SELECT", "SHOP_07"));
        assert!(held.on_database("SELECT", &Ident::new("SHOP_07"), LowerCase::Stored));
    }

    #[test]
    fn the_most_exact_pattern_counts_alone() {
        let held = grants(&[
            "GRANT SELECT ON `shop%`.* TO `m`@`%`",
            "GRANT INSERT ON `shop_1`.* TO `m`@`%`",
        ]);
        let (names, shop) = (LowerCase::Off, Ident::new("shop_1"));
        assert_eq!(held.pattern(&shop, names), Some("shop_1"));
        assert!(held.on_database("INSERT", &shop, names));
        assert!(!held.on_database("SELECT", &shop, names));
        assert!(held.on_database("SELECT", &Ident::new("shop22"), names));
        let held = grants(&[
            "GRANT INSERT ON `shop_1`.* TO `m`@`%`",
            "GRANT SELECT ON `shop\\_1`.* TO `m`@`%`",
        ]);
        assert_eq!(held.pattern(&shop, names), Some("shop\\_1"));
        assert_eq!(held.pattern(&Ident::new("other"), names), None);
    }

    #[test]
    fn a_partial_revoke_takes_a_database_from_a_global_privilege() {
        let held = grants(&[
            "GRANT SELECT, INSERT ON *.* TO `m`@`%`",
            "REVOKE INSERT ON `shop`.* FROM `m`@`%`",
        ]);
        let shop = Ident::new("shop");
        assert!(held.on_database("SELECT", &shop, LowerCase::Off));
        assert!(!held.on_database("INSERT", &shop, LowerCase::Off));
        assert!(held.on_database("INSERT", &Ident::new("other"), LowerCase::Off));
    }

    #[test]
    fn no_password_hash_is_kept() {
        let held = grants(&[
            "GRANT ALL PRIVILEGES ON *.* TO 'm'@'%' IDENTIFIED BY PASSWORD '*SECRET' WITH GRANT OPTION",
        ]);
        assert!(held.globally("SUPER"));
        assert!(!format!("{held:?}").contains("SECRET"));
    }
}
