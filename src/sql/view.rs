//! Views: what they use, and how they are created on the destination.
//!
//! A view's text is canonical: names are quoted and resolved. A column stands behind its table's
//! alias, or behind database and table where there is none; 5.6 to 9.7 print a function, and a
//! table in its own database, also without the database.

mod names;

use std::collections::BTreeSet;

use super::definer::{Definer, Header};
use super::error::SqlError;
use super::table::bridge::charset_name;
use super::text::{Chain, Text};
use super::token::{Kind, Mode};
use crate::mysql::{Ident, Names, TableName};
use names::ViewNames;

/// What a view's text refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Tables and views.
    pub tables: BTreeSet<TableName>,
    /// Stored functions.
    pub functions: BTreeSet<TableName>,
}

/// The tables, views and stored functions that a view uses. `definition` is `SHOW CREATE VIEW`.
pub fn references(definition: &str, view: &TableName) -> Result<References, SqlError> {
    let text = Text::new(definition, Mode::default());
    let body = body(&text, view)?;
    let found = names::find(&text, body, &view.database);
    Ok(References {
        tables: found.tables.into_iter().map(|table| table.name).collect(),
        functions: found
            .functions
            .iter()
            .map(|(_, name)| name.clone())
            .collect(),
    })
}

/// What a view selects, word by word: the text behind AS without spaces and comments. Names are in
/// lower case, in which a server may keep them, and a column has no database: the server leaves it
/// out behind an alias.
///
/// # Errors
/// The text cannot be read.
pub fn query(definition: &str, view: &TableName) -> Result<String, SqlError> {
    let text = Text::new(definition, Mode::default());
    let body = body(&text, view)?;
    let tokens = text.tokens.get(body..).unwrap_or_default().iter();
    let tokens: Vec<_> = tokens.filter(|token| token.significant()).collect();
    let is_name = |at: usize| tokens.get(at).is_some_and(|one| one.kind == Kind::Quoted);
    let is_dot = |at: usize| tokens.get(at).is_some_and(|one| one.is_symbol("."));
    let mut words = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let in_database = is_dot(at + 1) && is_name(at + 2) && is_dot(at + 3);
        if token.kind == Kind::Quoted && in_database {
            at += 2;
            continue;
        }
        words.push(if token.kind == Kind::Quoted {
            token.text.to_lowercase()
        } else {
            token.text.to_owned()
        });
        at += 1;
    }
    Ok(words.join(" "))
}

/// The statement that creates a source's view on the destination: `definition` is
/// `SHOW CREATE VIEW`, `view` its name on the source.
///
/// # Errors
/// The text cannot be read, or it uses a column that the mapping renames.
pub fn rewrite_view(
    definition: &str,
    view: &TableName,
    names: &dyn Names,
    definer: &Definer,
) -> Result<String, SqlError> {
    let mut text = Text::new(definition, Mode::default());
    let header = header(&text, view)?;
    let body = body(&text, view)?;
    header.set_definer(&mut text, definer);
    match (definer, header.security) {
        (Definer::Invoker, Some(at)) => text.replace(at, "INVOKER"),
        (Definer::Invoker, None) => text.append(header.create - 1, " SQL SECURITY INVOKER"),
        (Definer::Keep | Definer::Account { .. }, _) => {}
    }
    text.replace_range(header.name.range(), names.table(view).to_string());
    let found = names::find(&text, body, &view.database);
    refuse_missing_columns(&text, &found, view, names)?;
    map_names(&mut text, &found, names, &names.table(view).database);
    write_anew(&mut text, body);
    Ok(text.finish())
}

/// `SHOW CREATE VIEW` with the literals of `information_schema.VIEWS.VIEW_DEFINITION`.
///
/// Up to 5.7 the former prints a literal that is compared with a column in that column's character
/// set, and so damages or loses what is not ASCII. The latter keeps it, but drops introducers. The
/// two are the same otherwise; where they are not, `show_create` stays as it is.
pub fn with_literals(
    show_create: &str,
    view: &TableName,
    definition: &str,
) -> Result<String, SqlError> {
    let mut text = Text::new(show_create, Mode::default());
    let body = body(&text, view)?;
    let other = Text::new(definition, Mode::default());
    let mut behind = 0;
    let mut introducer = None;
    let mut at = body;
    while let Some((next, token)) = text.peek(at) {
        at = next + 1;
        if token.kind == Kind::Introducer {
            introducer = Some(next);
            continue;
        }
        let Some((there, same)) = other.peek(behind) else {
            // WITH CHECK OPTION is not in the body
            break;
        };
        behind = there + 1;
        if token.kind != same.kind || (token.kind != Kind::Text && token.text != same.text) {
            return Ok(show_create.to_owned());
        }
        if token.text != same.text {
            text.replace(next, same.text);
            if let Some(introducer) = introducer {
                let charset = text.now(introducer).trim_start_matches('_').to_owned();
                let literal = format!("convert(_utf8mb4{} using {charset})", same.text);
                text.replace_range(introducer..next + 1, literal);
            }
        }
        introducer = None;
    }
    Ok(text.finish())
}

fn header(text: &Text<'_>, view: &TableName) -> Result<Header, SqlError> {
    Header::read(text, "VIEW", &format!("view {}", view.plain()))
}

/// The position behind AS.
fn body(text: &Text<'_>, view: &TableName) -> Result<usize, SqlError> {
    let name = header(text, view)?.name;
    let behind = match text.symbol(name.end(), "(") {
        Some(open) => text.behind_group(open - 1).unwrap_or(open),
        None => name.end(),
    };
    text.word(behind, "AS").ok_or_else(|| SqlError::Unreadable {
        object: format!("view {}", view.plain()),
        expected: "AS",
        found: text.found(behind),
    })
}

fn refuse_missing_columns(
    text: &Text<'_>,
    found: &ViewNames,
    view: &TableName,
    names: &dyn Names,
) -> Result<(), SqlError> {
    for chain in &found.columns {
        let [qualifier @ .., column] = chain.names.as_slice() else {
            continue;
        };
        for table in candidates(found, qualifier) {
            if let Some(missing) = names.misses(&table, column) {
                let (line_number, line) = text.line(chain.range().start);
                return Err(SqlError::ViewOverRenamedColumn {
                    view: view.plain(),
                    missing,
                    table: table.plain(),
                    column: column.as_str().to_owned(),
                    line_number,
                    line,
                });
            }
        }
    }
    Ok(())
}

/// The tables that a column's qualifier may stand for. An alias may stand for several, in several
/// subqueries.
fn candidates(found: &ViewNames, qualifier: &[Ident]) -> Vec<TableName> {
    match qualifier {
        [database, table] => vec![TableName::new(database.clone(), table.clone())],
        [alias] => found
            .tables
            .iter()
            .filter(|table| table.called() == alias)
            .map(|table| table.name.clone())
            .collect(),
        _ => Vec::new(),
    }
}

fn map_names(text: &mut Text<'_>, found: &ViewNames, names: &dyn Names, home: &Ident) {
    let alike = alike(found, names);
    for table in &found.tables {
        let mapped = names.table(&table.name);
        let keep_name =
            table.alias.is_none() && mapped.name != table.name.name && !alike.contains(&table.name);
        let statement = if keep_name {
            format!("{mapped} {}", table.name.name)
        } else {
            mapped.to_string()
        };
        text.replace_range(table.chain.range(), statement);
    }
    for chain in &found.columns {
        let ([database, table, _], [first, second, _]) =
            (chain.names.as_slice(), chain.at.as_slice())
        else {
            continue;
        };
        let name = TableName::new(database.clone(), table.clone());
        let mapped = names.table(&name);
        text.replace(*first, mapped.database.to_string());
        if alike.contains(&name) {
            text.replace(*second, mapped.name.to_string());
        }
    }
    for (chain, function) in &found.functions {
        let database = names.database(&function.database);
        // one without its database is looked for where the view is created, and is printed so again
        if chain.names.len() == 1 && database == *home {
            continue;
        }
        text.replace_range(chain.range(), format!("{database}.{}", function.name));
    }
}

/// Tables of one name in several databases that the mapping puts into one database: their old
/// names cannot all serve as aliases there, so that their columns get the new name.
fn alike(found: &ViewNames, names: &dyn Names) -> BTreeSet<TableName> {
    let plain: BTreeSet<&TableName> = found
        .tables
        .iter()
        .filter(|table| table.alias.is_none())
        .map(|table| &table.name)
        .collect();
    let clash = |a: &TableName, b: &TableName| {
        a != b && a.name == b.name && names.table(a).database == names.table(b).database
    };
    plain
        .iter()
        .filter(|a| plain.iter().any(|b| clash(a, b)))
        .map(|table| (*table).clone())
        .collect()
}

/// What a newer server writes in another way: `utf8`, and `SQL_CACHE`, which is gone.
fn write_anew(text: &mut Text<'_>, body: usize) {
    for at in body..text.tokens.len() {
        let token = text.tokens[at];
        if token.kind == Kind::Word {
            if let Some(name) = charset_name(token.text) {
                text.replace(at, name);
            } else if token.is("SQL_CACHE") {
                text.remove(at..text.significant(at + 1).unwrap_or(at + 1));
            }
        } else if token.kind == Kind::Introducer && token.text.eq_ignore_ascii_case("_utf8") {
            text.replace(at, "_utf8mb3");
        }
    }
}

#[cfg(test)]
mod tests;
