//! Tables, without their columns and keys; their definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fields::Fields,
    schema::{Among, Schema},
    scope::Scope,
    show,
};
use crate::{
    catalog::{Catalog, Table, Unreadable},
    conn::{Result, Session},
    mysql::{Ident, TableName},
    resolve::ObjectKind,
    sql::TableDefinition,
};

pub(super) type Tables = BTreeMap<TableName, Table>;

/// The base tables of the scope.
pub(super) async fn tables(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    found: &mut Schema,
) -> Result<Tables> {
    let old = !session.version().at_least(8, 0, 0);
    // before 8.0 every file is opened whatever is asked for, and damaged ones are passed over
    let only = if old {
        ""
    } else {
        "TABLE_TYPE = 'BASE TABLE' AND "
    };
    let query = format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, ROW_FORMAT, TABLE_COLLATION, \
         TABLE_COMMENT, CREATE_OPTIONS, AUTO_INCREMENT, TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH \
         FROM information_schema.TABLES WHERE {only}{}",
        among.condition("TABLE_SCHEMA")
    );
    let mut tables = Tables::new();
    let mut listed = BTreeSet::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        if !among.has(&name.database) {
            continue;
        }
        listed.insert(name.clone());
        if fields.text()? != "BASE TABLE" {
            continue;
        }
        if !scope.object(ObjectKind::Table, &name) {
            found.left_out.tables.insert(name);
            continue;
        }
        let table = Table {
            name: name.clone(),
            engine: fields.text()?,
            row_format: fields.text()?,
            collation: fields.text()?,
            comment: fields.text()?,
            create_options: fields.text()?,
            auto_increment: fields.number()?,
            rows: fields.number()?.unwrap_or(0),
            data_length: fields.number()?.unwrap_or(0),
            index_length: fields.number()?.unwrap_or(0),
            columns: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            partitioning: None,
            definition: String::new(),
        };
        tables.insert(name, table);
    }
    if old {
        passed_over(session, among, scope, &listed, found).await?;
    }
    Ok(tables)
}

/// The tables that a server before 8.0 has and leaves out of what it tells, because it cannot open
/// them.
async fn passed_over(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    listed: &BTreeSet<TableName>,
    found: &mut Schema,
) -> Result<()> {
    // names alone come from the folder, and no file is opened
    let query = format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE {}",
        among.condition("TABLE_SCHEMA")
    );
    let mut names = Vec::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        let selected = among.has(&name.database) && scope.object(ObjectKind::Table, &name);
        if selected && !listed.contains(&name) {
            names.push(name);
        }
    }
    let statements: Vec<String> = names
        .iter()
        .map(|name| format!("SHOW CREATE TABLE {name}"))
        .collect();
    let shown = show::all(session, &statements).await?;
    for (name, shown) in names.into_iter().zip(shown) {
        let Err(reason) = shown else {
            // it was made meanwhile
            continue;
        };
        let one = Unreadable {
            name,
            kind: "table".to_owned(),
            reason,
        };
        if one.damaged() {
            found.unreadable.push(one);
        }
    }
    Ok(())
}

/// `SHOW CREATE TABLE` for each; a table that cannot be shown leaves.
pub(super) async fn attach_definitions(
    session: &mut Session,
    tables: &mut Tables,
    found: &mut Schema,
) -> Result<()> {
    let names: Vec<TableName> = tables.keys().cloned().collect();
    let statements: Vec<String> = names
        .iter()
        .map(|name| format!("SHOW CREATE TABLE {name}"))
        .collect();
    let shown = show::all(session, &statements).await?;
    for ((name, statement), shown) in names.into_iter().zip(&statements).zip(shown) {
        match shown {
            Ok(row) => {
                let mut fields = Fields::new(row, session.server(), statement);
                fields.text()?;
                let definition = fields.text()?;
                if let Some(table) = tables.get_mut(&name) {
                    table.partitioning = partitioning(&definition);
                    table.definition = definition;
                }
            }
            Err(reason) => {
                tables.remove(&name);
                found.unreadable.push(Unreadable {
                    name,
                    kind: "table".to_owned(),
                    reason,
                });
            }
        }
    }
    Ok(())
}

/// The partitioning without the versioned comment around it.
fn partitioning(definition: &str) -> Option<String> {
    let text = TableDefinition::parse(definition).ok()?.partitioning?;
    let text = text.trim();
    let inner = text
        .strip_prefix("/*!")
        .and_then(|inner| inner.strip_suffix("*/"))
        .map_or(text, |inner| {
            inner.trim_start_matches(|digit: char| digit.is_ascii_digit())
        });
    Some(inner.trim().to_owned())
}

/// `SHOW CREATE TABLE` of one table.
///
/// # Errors
/// The server's.
pub async fn definition(session: &mut Session, table: &TableName) -> Result<String> {
    let statement = format!("SHOW CREATE TABLE {table}");
    let row = session.one(&statement).await?;
    let mut fields = Fields::new(row, session.server(), &statement);
    fields.text()?;
    fields.text()
}

/// Whether two definitions are one: the next `AUTO_INCREMENT` value moves with every row.
pub fn same_definition(one: &str, other: &str) -> bool {
    without_auto_increment(one) == without_auto_increment(other)
}

fn without_auto_increment(definition: &str) -> String {
    const OPTION: &str = " AUTO_INCREMENT=";
    match definition.rsplit_once(OPTION) {
        Some((before, behind)) => {
            let rest = behind.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}{rest}")
        }
        None => definition.to_owned(),
    }
}

/// Which of the tables have a row. One that may not be read counts as empty: the missing privilege
/// is reported as such.
pub(super) async fn not_empty(
    session: &mut Session,
    catalog: &Catalog,
) -> Result<BTreeSet<TableName>> {
    let names: Vec<&TableName> = catalog.tables().map(|table| &table.name).collect();
    let statements: Vec<String> = names
        .iter()
        .map(|name| format!("SELECT EXISTS(SELECT 1 FROM {name})"))
        .collect();
    let shown = show::all(session, &statements).await?;
    let mut not_empty = BTreeSet::new();
    for ((name, statement), shown) in names.into_iter().zip(&statements).zip(shown) {
        let Ok(row) = shown else { continue };
        if Fields::new(row, session.server(), statement).text()? == "1" {
            not_empty.insert(name.clone());
        }
    }
    Ok(not_empty)
}

/// The table of a row, where it is one of ours.
pub(super) fn named<'a>(
    tables: &'a mut Tables,
    fields: &mut Fields<'_>,
) -> Result<Option<&'a mut Table>> {
    let name = TableName::new(Ident::new(fields.text()?), Ident::new(fields.text()?));
    Ok(tables.get_mut(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitioning_loses_its_versioned_comment() {
        let definition = "CREATE TABLE `t` (\n  `a` int NOT NULL\n) ENGINE=InnoDB\n\
             /*!50100 PARTITION BY HASH (`a`)\nPARTITIONS 3 */";
        assert_eq!(
            partitioning(definition).as_deref(),
            Some("PARTITION BY HASH (`a`)\nPARTITIONS 3")
        );
        assert_eq!(
            partitioning("CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB"),
            None
        );
    }
}
