//! Views, the invalid ones marked.

use mysql_async::prelude::Queryable as _;

use super::{
    fields::Fields,
    schema::{Among, Schema},
    scope::Scope,
    show,
};
use crate::{
    catalog::{CreationContext, Unreadable, View},
    conn::{Result, Session},
    mysql::{TableName, server_error::ErrorClass},
    resolve::ObjectKind,
};

/// The account may not use what the view uses, which says nothing about the view.
const NOT_OURS: [u16; 5] = [1044, 1142, 1143, 1227, 1370];

pub(super) async fn views(
    session: &mut Session,
    among: &Among,
    scope: &impl Scope,
    found: &mut Schema,
) -> Result<Vec<View>> {
    let query = format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, DEFINER FROM information_schema.VIEWS WHERE {}",
        among.condition("TABLE_SCHEMA")
    );
    let mut selected = Vec::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = TableName::new(fields.text()?, fields.text()?);
        if !among.has(&name.database) {
            continue;
        }
        if scope.object(ObjectKind::View, &name) {
            selected.push((name, fields.text()?));
        } else {
            found.left_out.views.insert(name);
        }
    }
    selected.sort();
    let statements: Vec<String> = selected
        .iter()
        .map(|(name, _)| format!("SHOW CREATE VIEW {name}"))
        .collect();
    let shown = show::all(session, &statements).await?;
    let mut views = Vec::new();
    for (((name, definer), statement), shown) in selected.into_iter().zip(&statements).zip(shown) {
        let row = match shown {
            Ok(row) => row,
            Err(reason) => {
                found.unreadable.push(Unreadable {
                    name,
                    kind: "view".to_owned(),
                    reason,
                });
                continue;
            }
        };
        let mut fields = Fields::new(row, session.server(), statement);
        fields.text()?;
        let definition = fields.text()?;
        let context = CreationContext {
            character_set_client: fields.text()?,
            collation_connection: fields.text()?,
            ..CreationContext::default()
        };
        views.push(View {
            invalid: invalid(session, &name).await?,
            name,
            definition,
            definer,
            context,
        });
    }
    Ok(views)
}

/// Why the server cannot open the view. Preparing opens everything the view uses, and runs nothing.
async fn invalid(session: &mut Session, view: &TableName) -> Result<Option<String>> {
    let statement = format!("SELECT * FROM {view}");
    let error = match session.driver().prep(statement.as_str()).await {
        Ok(prepared) => {
            let closed = session.driver().close(prepared).await;
            return match closed {
                Ok(()) => Ok(None),
                Err(error) => Err(session.failed(&statement, error)),
            };
        }
        Err(error) => session.failed(&statement, error),
    };
    match (error.code(), error.class()) {
        (Some(code), _) if NOT_OURS.contains(&code) => Ok(None),
        (Some(_), ErrorClass::Permanent) => Ok(Some(show::reason(&error))),
        _ => Err(error),
    }
}
