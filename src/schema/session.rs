//! The session settings of a definition, and back.

use crate::{
    catalog::CreationContext,
    conn::{Result, Session, settings::ROW_SQL_MODE},
    mysql::{Ident, Literal, ServerVersion},
};

/// Modes that a later server does not know; without them a definition means the same there, as
/// their behaviour went with them (manual, "Changes in MySQL 8.0": removed SQL modes).
const REMOVED_IN_8: [&str; 11] = [
    "DB2",
    "MAXDB",
    "MSSQL",
    "MYSQL323",
    "MYSQL40",
    "NO_AUTO_CREATE_USER",
    "NO_FIELD_OPTIONS",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "ORACLE",
    "POSTGRESQL",
];

/// Takes on the settings under which an object was defined.
pub(super) async fn enter(
    session: &mut Session,
    database: &Ident,
    statement: &str,
    context: &CreationContext,
    time_zone: &str,
) -> Result<()> {
    session.execute(format!("USE {database}")).await?;
    let mut settings = Vec::new();
    // views have no mode of their own, and their text is canonical
    if !context.database_collation.is_empty() {
        let mode = sql_mode(&context.sql_mode, session.version());
        settings.push(format!("SESSION sql_mode = {}", Literal::text(mode)));
    }
    let client = client_charset(statement, context);
    settings.push(format!(
        "SESSION character_set_client = {}",
        Literal::text(client)
    ));
    if !context.collation_connection.is_empty() {
        settings.push(format!(
            "SESSION collation_connection = {}",
            Literal::text(&context.collation_connection)
        ));
    }
    if !time_zone.is_empty() {
        settings.push(format!("SESSION time_zone = {}", Literal::text(time_zone)));
    }
    session
        .execute(format!("SET {}", settings.join(", ")))
        .await?;
    Ok(())
}

/// Goes back to the settings of every other statement.
pub(super) async fn leave(session: &mut Session) -> Result<()> {
    session.execute("SET NAMES utf8mb4").await?;
    session
        .execute(format!(
            "SET SESSION sql_mode = '{ROW_SQL_MODE}', SESSION time_zone = '+00:00'"
        ))
        .await?;
    Ok(())
}

fn sql_mode(mode: &str, destination: &ServerVersion) -> String {
    let known = |name: &&str| !destination.at_least(8, 0, 0) || !REMOVED_IN_8.contains(name);
    mode.split(',').filter(known).collect::<Vec<_>>().join(",")
}

/// Our text is utf8mb4. One in ASCII alone reads the same in any client character set, which is then
/// kept; any other is sent as what it is, and literals still become those of the connection's
/// character set.
fn client_charset(statement: &str, context: &CreationContext) -> String {
    let wide = ["ucs2", "utf16", "utf16le", "utf32"];
    let charset = context.character_set_client.as_str();
    if statement.is_ascii() && !charset.is_empty() && !wide.contains(&charset) {
        charset.to_owned()
    } else {
        "utf8mb4".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_that_are_gone_are_left_out() {
        let nine = ServerVersion::parse("9.7.0", "");
        assert_eq!(
            sql_mode("ANSI_QUOTES,NO_AUTO_CREATE_USER", &nine),
            "ANSI_QUOTES"
        );
        assert_eq!(sql_mode("", &nine), "");
        let five = ServerVersion::parse("5.7.1", "");
        assert_eq!(
            sql_mode("NO_AUTO_CREATE_USER", &five),
            "NO_AUTO_CREATE_USER"
        );
    }

    #[test]
    fn text_beyond_ascii_is_sent_as_utf8mb4() {
        let context = CreationContext {
            character_set_client: "latin1".to_owned(),
            ..CreationContext::default()
        };
        assert_eq!(client_charset("SELECT 1", &context), "latin1");
        assert_eq!(client_charset("SELECT 'ä'", &context), "utf8mb4");
    }
}
