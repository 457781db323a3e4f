//! Columns.

use super::{
    fields::{Fields, unescaped},
    schema::Among,
    tables::{self, Tables},
};
use crate::{
    catalog::{Column, Generated},
    conn::{Result, Session},
    mysql::{Ident, ServerVersion},
};

pub(super) async fn attach(
    session: &mut Session,
    among: &Among,
    tables: &mut Tables,
) -> Result<()> {
    let version = session.version().clone();
    let query = format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, \
         COLLATION_NAME, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT, {}, {} \
         FROM information_schema.COLUMNS WHERE {} \
         ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
        if version.at_least(5, 7, 6) {
            "GENERATION_EXPRESSION"
        } else {
            "NULL"
        },
        if version.at_least(8, 0, 3) {
            "SRS_ID"
        } else {
            "NULL"
        },
        among.condition("TABLE_SCHEMA")
    );
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        if let Some(table) = tables::named(tables, &mut fields)? {
            table.columns.push(column(&mut fields, &version)?);
        }
    }
    Ok(())
}

fn column(fields: &mut Fields<'_>, version: &ServerVersion) -> Result<Column> {
    let name = Ident::new(fields.text()?);
    let data_type = fields.text()?.to_ascii_lowercase();
    let column_type = fields.text()?;
    let charset = fields.optional()?;
    let collation = fields.optional()?;
    let nullable = fields.yes()?;
    let default = fields.optional()?;
    let extra = fields.text()?;
    let comment = fields.text()?;
    let expression = fields.text()?;
    let srid = fields.number()?;
    let escaped = version.at_least(8, 0, 0);
    let expression_default = extra.contains("DEFAULT_GENERATED")
        // older servers do not tell a function from a text; a temporal default is never this text
        || (!escaped
            && matches!(data_type.as_str(), "timestamp" | "datetime")
            && default.as_deref().is_some_and(|text| text.starts_with("CURRENT_TIMESTAMP")));
    Ok(Column {
        default: default.map(|text| {
            if expression_default && escaped {
                unescaped(&text)
            } else {
                text
            }
        }),
        default_is_expression: expression_default,
        on_update: on_update(&extra),
        auto_increment: extra.contains("auto_increment"),
        generated: (!expression.is_empty()).then(|| Generated {
            expression: if escaped {
                unescaped(&expression)
            } else {
                expression.clone()
            },
            stored: extra.contains("STORED GENERATED") || extra.contains("PERSISTENT"),
        }),
        invisible: extra.contains("INVISIBLE"),
        name,
        data_type,
        column_type,
        charset,
        collation,
        nullable,
        srid,
        comment,
    })
}

/// `CURRENT_TIMESTAMP(6)` of `DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6) INVISIBLE`.
fn on_update(extra: &str) -> Option<String> {
    let (_, after) = extra.split_once("on update ")?;
    after.split_whitespace().next().map(str::to_owned)
}
