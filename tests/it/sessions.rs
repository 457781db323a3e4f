//! Whatever a server's globals and its `init_connect` say, a migration means the same.

use crate::{
    migrate::folder,
    support::{equal::Comparison, fixtures, pair::Pair, server::Server, server::Version},
};

const SCRIPT: &str = "
    SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+05:30';
    CREATE TABLE moments (
        id INT AUTO_INCREMENT PRIMARY KEY, ts TIMESTAMP NULL, plain TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        d DATETIME(6), day DATE NOT NULL DEFAULT '0000-00-00');
    INSERT INTO moments VALUES (0, '2024-07-01 12:00:00', '2038-01-01 00:00:00', '2024-02-30 01:02:03.000004', '0000-00-00'),
        (1, NULL, '1970-01-02 00:00:00', NULL, '2024-02-31');
    CREATE TABLE parents (id INT PRIMARY KEY, name CHAR(9), KEY (name));
    CREATE TABLE children (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES parents (id));
    INSERT INTO parents VALUES (1, 'a'), (2, 'b\\\\\"|');
    INSERT INTO children VALUES (1, 1), (2, 2);
    CREATE TABLE no_key (a INT, b VARCHAR(20));
    INSERT INTO no_key VALUES (1, 'same'), (1, 'same'), (NULL, NULL);
    CREATE TABLE numbers (id INT PRIMARY KEY, third DECIMAL(20,10), sum DECIMAL(20,10) AS (third / 7) STORED, week INT AS (WEEK('2024-01-01', 0)) STORED);
    INSERT INTO numbers (id, third) VALUES (1, 10), (2, 3);
    CREATE VIEW names AS SELECT p.name, c.id FROM parents p JOIN children c ON c.parent = p.id;
    CREATE FUNCTION joined(a INT) RETURNS VARCHAR(40) DETERMINISTIC RETURN CONCAT(\"x\", a);
    CREATE TRIGGER t BEFORE INSERT ON no_key FOR EACH ROW SET NEW.b = CONCAT(\"y\", NEW.b);";

/// What nobody should set, on one server of a migration.
const HOSTILE: &[(&str, &str)] = &[
    (
        "sql_mode",
        "'ANSI,ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,IGNORE_SPACE,HIGH_NOT_PRECEDENCE,\
         PAD_CHAR_TO_FULL_LENGTH,NO_UNSIGNED_SUBTRACTION,STRICT_ALL_TABLES,NO_ZERO_DATE,\
         NO_ZERO_IN_DATE,TIME_TRUNCATE_FRACTIONAL'",
    ),
    ("time_zone", "'-08:00'"),
    ("autocommit", "0"),
    ("completion_type", "2"),
    ("transaction_isolation", "'SERIALIZABLE'"),
    ("transaction_read_only", "1"),
    ("sql_safe_updates", "1"),
    ("sql_select_limit", "1"),
    ("sql_auto_is_null", "1"),
    ("max_join_size", "1"),
    ("max_execution_time", "1"),
    ("max_error_count", "0"),
    ("max_prepared_stmt_count", "40"),
    ("wait_timeout", "1"),
    ("interactive_timeout", "1"),
    ("net_read_timeout", "1"),
    ("net_write_timeout", "1"),
    ("lock_wait_timeout", "1"),
    ("innodb_lock_wait_timeout", "1"),
    ("group_concat_max_len", "4"),
    ("character_set_client", "sjis"),
    ("character_set_connection", "ucs2"),
    ("character_set_results", "utf16"),
    ("foreign_key_checks", "1"),
    ("unique_checks", "0"),
    ("innodb_strict_mode", "1"),
    ("explicit_defaults_for_timestamp", "0"),
    ("sql_require_primary_key", "1"),
    ("sql_generate_invisible_primary_key", "1"),
    ("show_gipk_in_create_table_and_information_schema", "0"),
    ("information_schema_stats_expiry", "31536000"),
    ("explain_format", "JSON"),
    ("default_storage_engine", "MyISAM"),
    ("default_week_format", "6"),
    ("div_precision_increment", "0"),
    ("lc_time_names", "'de_DE'"),
    ("auto_increment_increment", "7"),
    ("session_track_gtids", "ALL_GTIDS"),
    ("sql_quote_show_create", "0"),
    ("big_tables", "1"),
];

/// Only accounts without `CONNECTION_ADMIN` run it.
const INIT_CONNECT: &str = "SET autocommit = 0, timestamp = 1, sql_mode = 'ANSI_QUOTES', \
     time_zone = '+13:00', foreign_key_checks = 1; START TRANSACTION READ ONLY";

/// Those of the list that 5.6 has, by the names it has for them.
fn hostile(version: Version) -> Vec<(&'static str, String)> {
    const LATER: [&str; 8] = [
        "max_execution_time",
        "explicit_defaults_for_timestamp",
        "sql_require_primary_key",
        "sql_generate_invisible_primary_key",
        "show_gipk_in_create_table_and_information_schema",
        "information_schema_stats_expiry",
        "explain_format",
        "session_track_gtids",
    ];
    let all = HOSTILE.iter().copied();
    match version {
        Version::V9_7 => all.map(|(name, value)| (name, value.to_owned())).collect(),
        Version::V5_6 => all
            .filter(|(name, _)| !LATER.contains(name))
            .map(|(name, value)| match name {
                "transaction_isolation" => ("tx_isolation", value.to_owned()),
                "transaction_read_only" => ("tx_read_only", value.to_owned()),
                _ => (name, value.replace(",TIME_TRUNCATE_FRACTIONAL", "")),
            })
            .collect(),
    }
}

async fn make_hostile(server: &Server) {
    let mut settings = vec![format!("init_connect = \"{INIT_CONNECT}\"")];
    for (name, value) in hostile(server.version()) {
        settings.push(format!("{name} = {value}"));
    }
    server
        .sql(&format!("SET GLOBAL {}", settings.join(", GLOBAL ")))
        .await;
}

async fn make_usual(server: &Server) {
    let mut settings = vec!["init_connect = ''".to_owned()];
    for (name, _) in hostile(server.version()) {
        settings.push(format!("{name} = DEFAULT"));
    }
    server
        .sql(&format!("SET GLOBAL {}", settings.join(", GLOBAL ")))
        .await;
}

/// Moves these databases between servers that are set as nobody should.
async fn moves_exactly(pair: &Pair, databases: &[String]) {
    let user = pair.user();
    // without SUPER functions and triggers need the second
    pair.destination()
        .sql(&format!(
            "REVOKE SUPER, CONNECTION_ADMIN ON *.* FROM '{user}'@'%';
             SET GLOBAL log_bin_trust_function_creators = 1"
        ))
        .await;
    for server in [pair.source(), pair.destination()] {
        make_hostile(server).await;
    }
    let small = "\nlimits {\n  full {\n    workers    = 3\n    chunk_time = \"1ms\"\n  }\n}\n";
    let cli = folder(pair, databases, small);
    cli.run(&["plan"]).expect_code(0);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    cli.run(&["verify"]).expect_code(0);
    for server in [pair.source(), pair.destination()] {
        make_usual(server).await;
    }
    let names: Vec<&str> = databases.iter().map(String::as_str).collect();
    let comparison = match pair.source().version() {
        Version::V9_7 => Comparison::of(&names).with_objects(),
        Version::V5_6 => Comparison::of(&names).rows_only(),
    };
    comparison
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_ends_exact_whatever_the_servers_are_set_to() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    let (keys, more) = (pair.database("keys"), pair.database("more"));
    fixtures::load_keys(pair.source(), &keys).await;
    fixtures::load(pair.source(), &more, SCRIPT).await;
    moves_exactly(&pair, &[keys, more]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_from_5_6_ends_exact_whatever_the_servers_are_set_to() {
    let pair = Pair::dedicated(Version::V5_6, Version::V9_7).await;
    let keys = pair.database("keys");
    fixtures::load_keys(pair.source(), &keys).await;
    moves_exactly(&pair, &[keys]).await;
}
