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
    sql::view::with_literals,
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
        "SELECT TABLE_SCHEMA, TABLE_NAME, DEFINER, VIEW_DEFINITION \
         FROM information_schema.VIEWS WHERE {}",
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
            selected.push((name, fields.text()?, fields.optional()?));
        } else {
            found.left_out.views.insert(name);
        }
    }
    selected.sort();
    let statements: Vec<String> = selected
        .iter()
        .map(|(name, _, _)| format!("SHOW CREATE VIEW {name}"))
        .collect();
    let shown = show::all(session, &statements).await?;
    let mut views = Vec::new();
    for (((name, definer, body), statement), shown) in
        selected.into_iter().zip(&statements).zip(shown)
    {
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
        let definition = whole(session, &name, fields.text()?, body);
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

/// The definition with its literals whole. Before 8.0 SHOW CREATE VIEW prints a literal that is
/// compared with a column in that column's character set, and damages it; `information_schema`
/// keeps it (and is empty where the account may not see it).
fn whole(session: &Session, name: &TableName, shown: String, body: Option<String>) -> String {
    match body {
        Some(body) if !body.is_empty() && !session.version().at_least(8, 0, 0) => {
            with_literals(&shown, name, &body).unwrap_or(shown)
        }
        Some(_) | None => shown,
    }
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
