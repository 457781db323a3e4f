//! The session settings of a logged statement.

use super::{
    Follow,
    error::Why,
    zone::{self, Zone},
};
use crate::{
    conn::{ConnError, Session},
    mysql::{Ident, Literal, ServerVersion},
    replication::event::Statement,
};

/// `sql_mode` by its bits (`sql/system_variables.h`); bit 4 was never used.
const MODES: [&str; 33] = [
    "REAL_AS_FLOAT",
    "PIPES_AS_CONCAT",
    "ANSI_QUOTES",
    "IGNORE_SPACE",
    "",
    "ONLY_FULL_GROUP_BY",
    "NO_UNSIGNED_SUBTRACTION",
    "NO_DIR_IN_CREATE",
    "POSTGRESQL",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "NO_FIELD_OPTIONS",
    "MYSQL323",
    "MYSQL40",
    "ANSI",
    "NO_AUTO_VALUE_ON_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "STRICT_TRANS_TABLES",
    "STRICT_ALL_TABLES",
    "NO_ZERO_IN_DATE",
    "NO_ZERO_DATE",
    "ALLOW_INVALID_DATES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "TRADITIONAL",
    "NO_AUTO_CREATE_USER",
    "HIGH_NOT_PRECEDENCE",
    "NO_ENGINE_SUBSTITUTION",
    "PAD_CHAR_TO_FULL_LENGTH",
    "TIME_TRUNCATE_FRACTIONAL",
];

/// Modes that 8.0 does not know any more; what they stood for went with them.
const REMOVED_IN_8: [&str; 11] = [
    "POSTGRESQL",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "NO_FIELD_OPTIONS",
    "MYSQL323",
    "MYSQL40",
    "NO_AUTO_CREATE_USER",
];

/// What a source's sessions have where a statement's event does not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceGlobals {
    /// Not in events before 8.0.
    pub explicit_defaults_for_timestamp: bool,
    pub default_storage_engine: String,
    /// The time zone `SYSTEM`.
    pub system_zone: Zone,
}

impl SourceGlobals {
    /// # Errors
    /// The source's.
    pub async fn read(source: &mut Session) -> Result<Self, ConnError> {
        let (explicit, engine): (u8, String) = source
            .one("SELECT @@GLOBAL.explicit_defaults_for_timestamp, @@GLOBAL.default_storage_engine")
            .await?;
        source.execute("SET SESSION time_zone = 'SYSTEM'").await?;
        let system_zone = Zone::read(source).await;
        source.execute("SET SESSION time_zone = '+00:00'").await?;
        Ok(Self {
            explicit_defaults_for_timestamp: explicit != 0,
            default_storage_engine: engine,
            system_zone: system_zone?,
        })
    }
}

/// The names of a `sql_mode`.
pub(super) fn sql_mode(bits: u64) -> String {
    let set = MODES.iter().enumerate();
    let names = set.filter(|(bit, name)| bits & (1 << bit) != 0 && !name.is_empty());
    names.map(|(_, name)| *name).collect::<Vec<_>>().join(",")
}

fn known_mode(mode: &str, destination: &ServerVersion, own: &str) -> String {
    let modes = mode.split(',').chain(own.split(','));
    let modern = destination.at_least(8, 0, 0);
    let mut kept: Vec<&str> = modes
        .filter(|name| !name.is_empty())
        .filter(|name| !modern || !REMOVED_IN_8.contains(name))
        .filter(|name| modern || *name != "TIME_TRUNCATE_FRACTIONAL")
        .collect();
    kept.sort_unstable();
    kept.dedup();
    kept.join(",")
}

/// A collation and its character set.
async fn collation(
    session: &mut Session,
    number: u16,
) -> Result<Option<(String, String)>, ConnError> {
    session
        .first(format!(
            "SELECT CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLLATIONS \
             WHERE ID = {number}"
        ))
        .await
}

/// The statement's text, which is in the character set of its session's client. `session` is on the
/// destination, which knows all character sets that the source has.
pub(super) async fn text(
    session: &mut Session,
    statement: &Statement,
) -> Result<Result<String, Why>, ConnError> {
    if statement.text.is_ascii() {
        return Ok(Ok(String::from_utf8_lossy(&statement.text).into_owned()));
    }
    let client = statement.context.charsets.map(|charsets| charsets.client);
    let known = match client {
        Some(number) => collation(session, number).await?,
        None => None,
    };
    let charset = known.map_or_else(|| "utf8mb4".to_owned(), |(charset, _)| charset);
    let unreadable = |charset: String| Ok(Err(Why::Text { charset }));
    if matches!(charset.as_str(), "utf8" | "utf8mb3" | "utf8mb4" | "binary") {
        return match std::str::from_utf8(&statement.text) {
            Ok(text) => Ok(Ok(text.to_owned())),
            Err(_) => unreadable(charset),
        };
    }
    let bytes = Literal::Bytes(statement.text.clone());
    let text: Option<Option<String>> = session
        .first(format!("SELECT CONVERT(_{charset} {bytes} USING utf8mb4)"))
        .await?;
    match text.flatten() {
        Some(text) => Ok(Ok(text)),
        None => unreadable(charset),
    }
}

/// What a statement is run under.
pub(super) struct Entering<'a> {
    pub follow: &'a Follow,
    pub statement: &'a Statement,
    /// When it began on the source, in seconds since 1970.
    pub time: u32,
    /// What is sent.
    pub text: &'a str,
    /// The destination's default database.
    pub database: Option<&'a Ident>,
    /// Places on the source's disks mean nothing here.
    pub table: bool,
    /// On tables without rows, for their definitions alone.
    pub tried: bool,
}

/// Takes the settings on. Foreign keys are never checked: what the source let pass must pass here,
/// and verify proves them.
pub(super) async fn enter(
    session: &mut Session,
    entering: &Entering<'_>,
) -> Result<Result<(), Why>, ConnError> {
    let context = &entering.statement.context;
    if let Some(database) = entering.database {
        session.execute(format!("USE {database}")).await?;
    }
    let version = session.version().clone();
    let mut settings = Vec::new();
    let own = if entering.table {
        "NO_DIR_IN_CREATE"
    } else {
        ""
    };
    let mode = known_mode(&sql_mode(context.sql_mode.unwrap_or(0)), &version, own);
    settings.push(format!("sql_mode = {}", Literal::text(mode)));
    settings.extend(charsets(session, entering).await?);
    match time_zone(session, entering).await? {
        Ok(Some(zone)) => settings.push(format!("time_zone = {}", Literal::text(zone))),
        Ok(None) => {}
        Err(why) => return Ok(Err(why)),
    }
    let micros = context.microseconds.unwrap_or(0);
    settings.push(format!("timestamp = {}.{micros:06}", entering.time));
    let engine = &entering.follow.globals.default_storage_engine;
    settings.push(format!(
        "default_storage_engine = {}",
        Literal::text(engine)
    ));
    let assignments: Vec<String> = settings
        .into_iter()
        .map(|setting| format!("SESSION {setting}"))
        .collect();
    session
        .execute(format!("SET {}", assignments.join(", ")))
        .await?;
    guarded(session, entering).await?;
    Ok(Ok(()))
}

async fn charsets(
    session: &mut Session,
    entering: &Entering<'_>,
) -> Result<Vec<String>, ConnError> {
    let mut settings = Vec::new();
    let Some(charsets) = entering.statement.context.charsets else {
        return Ok(settings);
    };
    let wide = ["ucs2", "utf16", "utf16le", "utf32"];
    if entering.text.is_ascii()
        && let Some((charset, _)) = collation(session, charsets.client).await?
        && !wide.contains(&charset.as_str())
    {
        settings.push(format!("character_set_client = {}", Literal::text(charset)));
    }
    if let Some((_, name)) = collation(session, charsets.collation_connection).await? {
        settings.push(format!("collation_connection = {}", Literal::text(name)));
    }
    if let Some((_, name)) = collation(session, charsets.collation_server).await? {
        settings.push(format!("collation_server = {}", Literal::text(name)));
    }
    Ok(settings)
}

/// The zone on the destination; none where the statement asked for none.
async fn time_zone(
    session: &mut Session,
    entering: &Entering<'_>,
) -> Result<Result<Option<String>, Why>, ConnError> {
    let Some(zone) = entering.statement.context.time_zone.as_deref() else {
        return Ok(Ok(None));
    };
    let zone = String::from_utf8_lossy(zone).into_owned();
    if !zone.eq_ignore_ascii_case("SYSTEM") {
        return Ok(Ok(Some(zone)));
    }
    let system = &entering.follow.globals.system_zone;
    let same = zone::same(session, system, entering.text, entering.time).await?;
    Ok(match (same, entering.tried) {
        (Err(_), true) => Ok(system.moment(entering.time)),
        (same, _) => same.map(Some),
    })
}

/// Settings that may take a privilege, and so are set only where they differ.
async fn guarded(session: &mut Session, entering: &Entering<'_>) -> Result<(), ConnError> {
    let context = &entering.statement.context;
    let Follow {
        globals, source, ..
    } = entering.follow;
    let mut wanted = Vec::new();
    if session.version().at_least(5, 6, 6) {
        let explicit = context
            .explicit_defaults_for_timestamp
            .unwrap_or(globals.explicit_defaults_for_timestamp);
        let value = u8::from(explicit).to_string();
        wanted.push(("explicit_defaults_for_timestamp", value));
    }
    if session.version().at_least(8, 0, 11) {
        let given = match context.default_collation_for_utf8mb4 {
            Some(number) => collation(session, number).await?.map(|(_, name)| name),
            None if !source.at_least(8, 0, 1) => Some("utf8mb4_general_ci".to_owned()),
            None => None,
        };
        wanted.extend(given.map(|name| ("default_collation_for_utf8mb4", name)));
    }
    for (variable, value) in wanted {
        let there: String = session.one(format!("SELECT @@SESSION.{variable}")).await?;
        if there != value {
            let value = Literal::text(value);
            let statement = if variable == "explicit_defaults_for_timestamp" {
                format!("SET SESSION {variable} = CAST({value} AS UNSIGNED)")
            } else {
                format!("SET SESSION {variable} = {value}")
            };
            session.execute(statement).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_have_their_servers_names() {
        assert_eq!(sql_mode(0), "");
        assert_eq!(sql_mode(4 | 1 << 20), "ANSI_QUOTES,NO_BACKSLASH_ESCAPES");
        // the default of 8.0
        assert_eq!(
            sql_mode(1_168_113_696),
            "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
             ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
        );
        let nine = ServerVersion::parse("9.7.0", "");
        assert_eq!(
            known_mode("ANSI_QUOTES,NO_AUTO_CREATE_USER", &nine, "NO_DIR_IN_CREATE"),
            "ANSI_QUOTES,NO_DIR_IN_CREATE"
        );
    }
}
