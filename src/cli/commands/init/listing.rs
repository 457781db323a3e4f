//! The starter for a server that has been looked at: what is there as comments, so that a person
//! takes out what is not to move.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    inspect::{DatabaseOverview, TableOverview},
    mysql::{Ident, ServerVersion},
    resolve::{Address, Endpoint},
    ui::look::{counted, grouped},
    units::Bytes,
};

/// So many tables of a database are listed, the largest; those without a key apart.
const LISTED: usize = 50;

/// A specification that moves every database of the server.
pub fn specification(
    endpoint: &Endpoint,
    version: &ServerVersion,
    databases: &BTreeMap<Ident, DatabaseOverview>,
) -> String {
    let mut text = format!(
        "# What was found on {}, {version}.\n\
         # Rows and sizes are the server's estimates.\n\
         # Take out what is not to move, set the destination, then:\n\
         #   cutover validate    reads this file\n\
         #   cutover plan        shows what would be done, and writes nothing\n\
         #   cutover apply       does it; run again, it goes on where it stopped\n\
         #   cutover verify      compares both sides\n\n\
         migration {} {{\n  phases = [\"schema\", \"full\"]\n}}\n\n",
        comment(&endpoint.address.to_string()),
        quoted(&migration(databases)),
    );
    let place = match &endpoint.address {
        Address::Tcp { host, port } => format!("  host = {}\n  port = {port}\n", quoted(host)),
        Address::Socket(path) => format!("  socket = {}\n", quoted(&path.display().to_string())),
    };
    let _ = write!(
        text,
        "source {{\n{place}  user = {}\n  password = env(\"SOURCE_PASSWORD\") # never written to \
         a plan, a state or a log\n}}\n\ndestination {{\n  host = \"127.0.0.1\" # to be set\n  \
         port = 3307\n  user = {}\n  password = env(\"DESTINATION_PASSWORD\")\n}}\n\n\
         objects {{\n",
        quoted(&endpoint.user),
        quoted(&endpoint.user),
    );
    for (at, (name, database)) in databases.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        listed(&mut text, database);
        let _ = writeln!(text, "  database {} {{}}", quoted(&pattern(name.as_str())));
    }
    if databases.is_empty() {
        text.push_str("  # This account sees no database.\n  database \"*\" {}\n");
    }
    text.push_str("}\n");
    text
}

fn listed(text: &mut String, database: &DatabaseOverview) {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let rows = database.tables.values().map(|table| table.rows);
    let bytes = database.tables.values().map(|table| table.bytes);
    let views = match database.views {
        0 => String::new(),
        views => format!("; {}", counted(views, "view", "views")),
    };
    let _ = writeln!(
        text,
        "  # {}, about {}, {}{views}",
        counted(count(database.tables.len()), "table", "tables"),
        counted(rows.fold(0, u64::saturating_add), "row", "rows"),
        Bytes(bytes.fold(0, u64::saturating_add)).rounded()
    );
    let mut tables: Vec<_> = database.tables.iter().collect();
    tables.sort_by(|one, other| (other.1.bytes, one.0).cmp(&(one.1.bytes, other.0)));
    list(text, &tables);
    let keyless: Vec<_> = tables
        .into_iter()
        .filter(|(_, table)| !table.keyed)
        .collect();
    if !keyless.is_empty() {
        text.push_str(
            "  # Without a primary key, or a unique key over NOT NULL columns: one reader\n  # \
             copies each as a whole, and the plan asks for\n  # `acknowledge \
             \"no_primary_key\"`:\n",
        );
        list(text, &keyless);
    }
}

fn list(text: &mut String, tables: &[(&Ident, &TableOverview)]) {
    let shown = &tables[..tables.len().min(LISTED)];
    let names = shown
        .iter()
        .map(|(name, _)| comment(name.as_str()).chars().count());
    let width = names.max().unwrap_or(0);
    for (name, table) in shown {
        let _ = writeln!(
            text,
            "  #   {:<width$}  {:>15} {:<4}  {:>10}",
            comment(name.as_str()),
            grouped(table.rows),
            if table.rows == 1 { "row" } else { "rows" },
            Bytes(table.bytes).rounded()
        );
    }
    if tables.len() > shown.len() {
        let more = u64::try_from(tables.len() - shown.len()).unwrap_or(u64::MAX);
        let _ = writeln!(text, "  #   and {} more", grouped(more));
    }
}

/// The only database's name, where it can name a migration.
fn migration(databases: &BTreeMap<Ident, DatabaseOverview>) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let mut names = databases.keys().map(Ident::as_str);
    match (names.next(), names.next()) {
        (Some(name), None) if name.chars().all(allowed) => name.to_owned(),
        _ => "move".to_owned(),
    }
}

/// A pattern that is this name and no other.
fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for (at, c) in name.char_indices() {
        if matches!(c, '*' | '?' | '[') || (at == 0 && c == '/') {
            pattern.extend(['[', c, ']']);
        } else {
            pattern.push(c);
        }
    }
    pattern
}

/// As a string of HCL.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([c, c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A name that cannot end the comment in which it stands.
fn comment(name: &str) -> String {
    let visible = |c: char| if c.is_control() { '?' } else { c };
    name.chars().map(visible).collect()
}

#[cfg(test)]
mod tests;
