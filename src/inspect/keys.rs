//! Indexes, foreign keys, checks.

use std::collections::BTreeMap;

use super::{
    fields::{Fields, unescaped},
    schema::Among,
    tables::{self, Tables},
};
use crate::{
    catalog::{Check, ForeignKey, Index, IndexKind, IndexPart},
    conn::{Result, Session},
    mysql::{Ident, TableName},
};

pub(super) async fn attach_indexes(
    session: &mut Session,
    among: &Among,
    tables: &mut Tables,
) -> Result<()> {
    let version = session.version().clone();
    let query = format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, INDEX_TYPE, INDEX_COMMENT, {}, \
         COLUMN_NAME, {}, SUB_PART, COLLATION \
         FROM information_schema.STATISTICS WHERE {} \
         ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        if version.at_least(8, 0, 0) {
            "IS_VISIBLE"
        } else {
            "'YES'"
        },
        if version.at_least(8, 0, 13) {
            "EXPRESSION"
        } else {
            "NULL"
        },
        among.condition("TABLE_SCHEMA")
    );
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let Some(table) = tables::named(tables, &mut fields)? else {
            continue;
        };
        let name = Ident::new(fields.text()?);
        let unique = fields.text()? == "0";
        let kind = match fields.text()?.as_str() {
            "HASH" => IndexKind::Hash,
            "FULLTEXT" => IndexKind::Fulltext,
            "SPATIAL" | "RTREE" => IndexKind::Spatial,
            _ => IndexKind::BTree,
        };
        let (comment, visible) = (fields.text()?, fields.yes()?);
        let part = IndexPart {
            column: fields.optional()?.map(Ident::new),
            expression: fields.optional()?.map(|text| unescaped(&text)),
            // older servers give the length of a spatial key's own form
            prefix: fields.number()?.filter(|_| kind != IndexKind::Spatial),
            descending: fields.text()? == "D",
        };
        match table.indexes.iter_mut().find(|index| index.name == name) {
            Some(index) => index.parts.push(part),
            None => table.indexes.push(Index {
                name,
                unique,
                kind,
                visible,
                comment,
                parts: vec![part],
            }),
        }
    }
    for table in tables.values_mut() {
        table
            .indexes
            .sort_by(|a, b| (!a.primary(), &a.name).cmp(&(!b.primary(), &b.name)));
    }
    Ok(())
}

pub(super) async fn attach_foreign_keys(
    session: &mut Session,
    among: &Among,
    tables: &mut Tables,
) -> Result<()> {
    let rules = rules(session, among).await?;
    let query = format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, \
         REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME \
         FROM information_schema.KEY_COLUMN_USAGE \
         WHERE REFERENCED_TABLE_NAME IS NOT NULL AND {} \
         ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
        among.condition("TABLE_SCHEMA")
    );
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let Some(table) = tables::named(tables, &mut fields)? else {
            continue;
        };
        let name = Ident::new(fields.text()?);
        let column = Ident::new(fields.text()?);
        let parent = TableName::new(fields.text()?, fields.text()?);
        let parent_column = Ident::new(fields.text()?);
        if let Some(key) = table.foreign_keys.iter_mut().find(|key| key.name == name) {
            key.columns.push(column);
            key.parent_columns.push(parent_column);
            continue;
        }
        let full = TableName::new(table.name.database.clone(), name.clone());
        let (on_update, on_delete) = rules.get(&full).cloned().unwrap_or_default();
        table.foreign_keys.push(ForeignKey {
            name,
            columns: vec![column],
            parent,
            parent_columns: vec![parent_column],
            on_update,
            on_delete,
        });
    }
    for table in tables.values_mut() {
        table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    }
    Ok(())
}

/// `ON UPDATE` and `ON DELETE` of each foreign key, whose names are unique in a database.
async fn rules(
    session: &mut Session,
    among: &Among,
) -> Result<BTreeMap<TableName, (String, String)>> {
    let query = format!(
        "SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE \
         FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE {}",
        among.condition("CONSTRAINT_SCHEMA")
    );
    let mut rules = BTreeMap::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        rules.insert(name, (fields.text()?, fields.text()?));
    }
    Ok(rules)
}

/// CHECK constraints, which exist from 8.0.16 on.
pub(super) async fn attach_checks(
    session: &mut Session,
    among: &Among,
    tables: &mut Tables,
) -> Result<()> {
    if !session.version().at_least(8, 0, 16) {
        return Ok(());
    }
    let query = format!(
        "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.CONSTRAINT_NAME, c.CHECK_CLAUSE, t.ENFORCED \
         FROM information_schema.TABLE_CONSTRAINTS t \
         JOIN information_schema.CHECK_CONSTRAINTS c \
           ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME \
         WHERE t.CONSTRAINT_TYPE = 'CHECK' AND {}",
        among.condition("t.TABLE_SCHEMA")
    );
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        if let Some(table) = tables::named(tables, &mut fields)? {
            table.checks.push(Check {
                name: Ident::new(fields.text()?),
                expression: unescaped(&fields.text()?),
                enforced: fields.yes()?,
            });
        }
    }
    for table in tables.values_mut() {
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
    Ok(())
}
