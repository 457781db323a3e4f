//! Checks that fail on real servers, and pass once their advice is followed.

mod fitting;
mod servers;
mod streams;
mod vendors;
mod warnings;

use crate::support::{
    cli::{Cli, Output},
    pair::Pair,
    server::{Server, Version},
};

/// A specification of one database.
fn specification(endpoints: &str, database: &str, more: &str) -> String {
    format!(
        "migration \"m\" {{}}\n{endpoints}\nobjects {{\n  database \"{database}\" {{}}\n}}\n{more}\n"
    )
}

fn plan(cli: &Cli) -> Output {
    cli.run(&["plan", "m.hcl", "--format", "json"])
}

/// The ids and remedies of the findings of one severity.
fn findings(output: &Output, severity: &str) -> Vec<(String, String)> {
    let report: serde_json::Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
    let all = report["findings"].as_array().expect("a list").clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    all.iter()
        .filter(|finding| finding["severity"] == severity)
        .map(|finding| (text(&finding["check"]), text(&finding["remedy"])))
        .collect()
}

fn ids(output: &Output, severity: &str) -> Vec<String> {
    let found = findings(output, severity);
    found.into_iter().map(|(check, _)| check).collect()
}

/// The specification with another account on both sides.
fn bare_endpoints(specification: &str, user: &str, bare: &str) -> String {
    specification.replace(&format!("\"{user}\""), &format!("\"{bare}\""))
}

/// The statements that a remedy begins with.
fn statements(remedy: &str) -> Vec<String> {
    remedy
        .split_inclusive(';')
        .map(str::trim)
        .take_while(|part| part.starts_with("GRANT "))
        .map(str::to_owned)
        .collect()
}

const OBJECTS: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, word VARCHAR(20));
    CREATE VIEW v AS SELECT word FROM t;
    CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1;
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.word = LOWER(NEW.word);
    CREATE EVENT e ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO DO 1;
    INSERT INTO t VALUES (1, 'one')
";

/// Two servers, an account on each that may do nearly nothing, and the objects on the source.
async fn bare(source: Version) -> (Pair, Cli) {
    let pair = Pair::dedicated(source, Version::V9_7).await;
    pair.source()
        .sql(&format!(
            "CREATE DATABASE shop_1; USE shop_1; {OBJECTS}; CREATE USER bare@'%' IDENTIFIED BY 'pw'; \
             GRANT SELECT ON shop_1.* TO bare@'%'"
        ))
        .await;
    pair.destination()
        .sql("CREATE USER bare@'%' IDENTIFIED BY 'pw'; SET GLOBAL log_bin_trust_function_creators = 1")
        .await;
    let endpoint = |server: &Server| {
        format!(
            "host = \"127.0.0.1\"\n  port = {}\n  user = \"bare\"\n  password = \"pw\"",
            server.port()
        )
    };
    let endpoints = format!(
        "source {{\n  {}\n}}\ndestination {{\n  {}\n}}\n",
        endpoint(pair.source()),
        endpoint(pair.destination())
    );
    let cli = Cli::new();
    let accept = "prechecks {\n  warnings = \"allow\"\n}\n";
    cli.write("m.hcl", &specification(&endpoints, "shop_1", accept));
    (pair, cli)
}

/// With `partial_revokes`, what the account has everywhere else is not enough.
async fn a_privilege_that_was_revoked_on_one_database(pair: &Pair, cli: &Cli) {
    let source = pair.source();
    source
        .sql(
            "SET GLOBAL partial_revokes = ON; GRANT SELECT ON *.* TO bare; \
             REVOKE SELECT ON shop_1.* FROM bare; REVOKE SELECT ON shop_1.* FROM bare",
        )
        .await;
    let refused = findings(&plan(cli).expect_code(3), "failed");
    let checks: Vec<&str> = refused.iter().map(|(check, _)| check.as_str()).collect();
    // a view is shown to whom may select from it
    assert_eq!(checks, ["source_priv_select", "source_priv_show_view"]);
    for (_, remedy) in &refused {
        for statement in statements(remedy) {
            source.sql(&statement).await;
        }
    }
    assert_eq!(ids(&plan(cli).expect_code(0), "failed"), [""; 0]);
}

#[tokio::test]
async fn the_grants_that_are_asked_for_are_enough() {
    for version in [Version::V9_7, Version::V5_6] {
        let (pair, cli) = bare(version).await;
        let first = plan(&cli).expect_code(3);
        let mut missing = ids(&first, "failed");
        missing.extend(ids(&first, "warning"));
        assert_eq!(
            missing,
            [
                "source_priv_show_view",
                "source_priv_trigger",
                "source_priv_event",
                "source_priv_routine_def",
                "destination_priv_ddl",
                "destination_priv_dml",
                "metadata_privileges",
                "source_priv_lock_or_reload",
                "source_still_written",
                "replica_lag",
            ],
            "{version:?}"
        );
        // what becomes visible by a grant may ask for more on the other side
        for _ in 0..2 {
            let output = plan(&cli);
            let mut asked = findings(&output, "failed");
            asked.extend(findings(&output, "warning"));
            for (check, remedy) in asked {
                let server = if check.starts_with("source_") || check == "replica_lag" {
                    pair.source()
                } else {
                    pair.destination()
                };
                for statement in statements(&remedy) {
                    server.sql(&statement).await;
                }
            }
        }
        let last = plan(&cli).expect_code(0);
        assert_eq!(ids(&last, "failed"), [""; 0]);
        assert_eq!(ids(&last, "warning"), ["source_still_written"]);
        if version == Version::V9_7 {
            a_privilege_that_was_revoked_on_one_database(&pair, &cli).await;
        }
        // and they are all that the migration needs
        cli.run(&["apply", "m.hcl", "--auto-approve"])
            .expect_code(0);
        cli.run(&["verify", "m.hcl"]).expect_code(0);
    }
}

#[tokio::test]
async fn apply_refuses_what_plan_finds_and_writes_nothing() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    let setup = format!("CREATE DATABASE shop; USE shop; {OBJECTS}; CREATE TABLE nokey (a INT)");
    pair.source().sql(&setup).await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let endpoints = pair.endpoints_hcl();
    cli.write("m.hcl", &specification(&endpoints, "shop", ""));
    let apply = ["apply", "m.hcl", "--auto-approve"];
    let refused = |cli: &Cli, check: &str| {
        let failed = ids(&plan(cli).expect_code(3), "failed");
        assert_eq!(failed, [check]);
        let output = cli.run(&apply).expect_code(3);
        assert!(output.stderr.contains(check), "{}", output.stderr);
    };

    let output = plan(&cli).expect_code(0);
    assert_eq!(ids(&output, "failed"), [""; 0]);
    assert_eq!(
        ids(&output, "warning"),
        ["no_primary_key", "source_still_written"]
    );
    let output = cli.run(&apply).expect_code(3);
    assert!(
        output.stderr.contains("no_primary_key"),
        "{}",
        output.stderr
    );

    let destination = pair.destination();
    destination.sql("SET GLOBAL super_read_only = ON").await;
    refused(&cli, "destination_is_writable");
    destination.sql("SET GLOBAL read_only = OFF").await;
    destination
        .sql("CREATE DATABASE shop; CREATE TABLE shop.t (other INT)")
        .await;
    refused(&cli, "object_name_conflict");
    destination.sql("INSERT INTO shop.t VALUES (1)").await;
    let failed = ids(&plan(&cli).expect_code(3), "failed");
    assert_eq!(
        failed,
        ["object_name_conflict", "destination_table_not_empty"]
    );
    destination
        .sql("DROP TABLE shop.t; CREATE VIEW shop.t AS SELECT 1 AS a")
        .await;
    refused(&cli, "object_name_conflict");
    destination.sql("DROP DATABASE shop").await;
    let mut check = destination.root().await;
    let databases: Vec<String> = mysql_async::prelude::Queryable::query(
        &mut check,
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA \
         WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')",
    )
    .await
    .expect("the server answers");
    assert_eq!(databases, [""; 0], "a refused apply wrote something");
}

/// The list of binlogs without the last of them, and whole again. It is longer than the 8 KiB that the
/// server keeps of it in memory.
async fn a_damaged_list_of_binlogs(source: &Server, cli: &Cli) {
    source.sql(&"FLUSH BINARY LOGS;".repeat(100)).await;
    let index = source.data().join(format!("{LOG}.index"));
    let whole = std::fs::read_to_string(&index).expect("it is listed");
    let (first, _) = whole.split_once('\n').expect("many binlogs");
    std::fs::write(&index, format!("{first}\n")).expect("it can be written");
    let failed = ids(&plan(cli).expect_code(3), "failed");
    assert_eq!(failed, ["binlog_do_db", "binlog_list_complete"]);
    std::fs::write(&index, whole).expect("it can be written");
}

/// A long name, so that few of them are more than a page.
const LOG: &str = "a-name-of-which-few-fill-the-page-that-a-server-keeps-of-the-list-of-its-binlogs-\
    and-that-is-allowed-to-be-nearly-as-long-as-the-name-of-a-file-can-be";

#[tokio::test]
async fn a_source_that_no_stream_can_be_read_from_is_refused_until_it_is_mended() {
    let source = Server::builder(Version::V9_7)
        .arg("--binlog-format=MIXED")
        .arg("--binlog-row-image=MINIMAL")
        .arg("--binlog-ignore-db=shop")
        .arg("--gtid-mode=OFF")
        .arg("--server-id=0")
        .arg(&format!("--log-bin={LOG}"))
        .arg("--binlog-expire-logs-seconds=3600");
    let without = Server::builder(Version::V9_7).arg("--skip-log-bin");
    let pair = Pair::of(source, without).await;
    let source = pair.source();
    source
        .sql(
            "CREATE DATABASE shop; USE shop; CREATE TABLE t (id INT PRIMARY KEY, n INT); \
             CREATE TABLE _t_gho (id INT PRIMARY KEY); CREATE TABLE _t_ghc (id INT PRIMARY KEY); \
             CREATE USER bare@'%' IDENTIFIED BY 'pw'; \
             GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, SHOW_ROUTINE ON *.* TO bare@'%'; \
             XA START 'x1'; INSERT INTO shop.t VALUES (1, 1); XA END 'x1'; XA PREPARE 'x1'",
        )
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let endpoints = pair.endpoints_hcl();
    let bare =
        endpoints
            .replacen(&pair.user(), "bare", 1)
            .replacen("env(\"PASSWORD\")", "\"pw\"", 1);
    let accept = "prechecks {\n  warnings = \"allow\"\n}\n";
    let streaming = |endpoints: &str| {
        specification(endpoints, "shop", accept).replace(
            "migration \"m\" {}",
            "migration \"m\" {\n  phases = [\"schema\", \"full\", \"incremental\"]\n}",
        )
    };
    cli.write("m.hcl", &streaming(&bare));
    let first = plan(&cli).expect_code(3);
    let mut failed = ids(&first, "failed");
    failed.sort();
    assert_eq!(
        failed,
        [
            "binlog_format_row",
            "binlog_retention",
            "binlog_row_image_full",
            "online_ddl_in_progress",
            "server_id_set",
            "source_priv_lock_or_reload",
            "source_priv_replication",
        ]
    );
    assert!(ids(&first, "warning").contains(&"xa_prepared".to_owned()));
    for (check, remedy) in findings(&first, "failed") {
        if check.starts_with("source_priv") {
            for statement in statements(&remedy) {
                source.sql(&statement).await;
            }
        }
    }
    source
        .sql("GRANT XA_RECOVER_ADMIN ON *.* TO bare@'%'")
        .await;
    let second = plan(&cli).expect_code(3);
    let failed = ids(&second, "failed");
    assert!(
        !failed.iter().any(|check| check.starts_with("source_priv")),
        "{failed:?}"
    );
    for check in ["xa_prepared", "binlog_do_db"] {
        assert!(failed.contains(&check.to_owned()), "{check}: {failed:?}");
    }
    source
        .sql(
            "XA ROLLBACK 'x1'; DROP TABLE shop._t_ghc; SET GLOBAL binlog_format = 'ROW'; \
             SET GLOBAL binlog_row_image = 'FULL'; SET GLOBAL server_id = 77; \
             SET GLOBAL binlog_expire_logs_seconds = 604800",
        )
        .await;
    let third = plan(&cli).expect_code(3);
    // only a restart of the source mends this
    assert_eq!(ids(&third, "failed"), ["binlog_do_db"]);
    assert!(ids(&third, "note").contains(&"online_ddl_leftovers".to_owned()));
    a_damaged_list_of_binlogs(source, &cli).await;

    // the other way round: a replica without a binlog
    pair.destination()
        .sql(
            "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY); \
             CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1",
        )
        .await;
    source.sql("DROP DATABASE shop").await;
    let word = |at: &str| {
        at.replace("source {", "x {")
            .replace("destination {", "source {")
    };
    let swapped = word(&endpoints).replace("x {", "destination {");
    let metadata = format!("  metadata_database = \"{}\"\n", pair.metadata_database());
    cli.write("m.hcl", &streaming(&swapped.replace(&metadata, "")));
    let failed = ids(&plan(&cli).expect_code(3), "failed");
    for check in ["binlog_enabled", "log_slave_updates_on_replica"] {
        assert!(failed.contains(&check.to_owned()), "{check}: {failed:?}");
    }
}

#[tokio::test]
async fn what_an_old_destination_cannot_hold_is_refused() {
    let pair = Pair::shared(Version::V9_7, Version::V5_6).await;
    let new = pair.database("new");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {new} CHARSET utf8mb4 COLLATE utf8mb4_general_ci; USE {new}; \
             CREATE TABLE plain (id INT PRIMARY KEY); \
             CREATE FUNCTION js(a INT) RETURNS INT DETERMINISTIC LANGUAGE JAVASCRIPT AS $$ return a $$; \
             CREATE TABLE js (id INT PRIMARY KEY, j JSON); \
             CREATE TABLE words (id INT PRIMARY KEY, w VARCHAR(9) COLLATE utf8mb4_0900_ai_ci); \
             CREATE TABLE txt (id INT PRIMARY KEY, w VARCHAR(9), FULLTEXT KEY (w) WITH PARSER ngram)"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let endpoints = pair.endpoints_hcl();
    let accept = "prechecks {\n  warnings = \"allow\"\n}\n";
    cli.write("m.hcl", &specification(&endpoints, &new, accept));
    pair.source()
        .sql(&format!("CREATE USER {}x IDENTIFIED BY 'pw'", pair.user()))
        .await;
    let whole = cli.read("m.hcl");
    let accounts = format!("objects {{\n  accounts = [\"{}x\"]", pair.user());
    cli.write("m.hcl", &whole.replace("objects {", &accounts));
    let failed = ids(&plan(&cli).expect_code(3), "failed");
    for check in [
        "definition_too_new",
        "collation_known",
        "fulltext_parser",
        "account_destination_version",
        "mysql9_javascript_routines",
    ] {
        assert!(failed.contains(&check.to_owned()), "{check}: {failed:?}");
    }
    cli.write("m.hcl", &whole);
    pair.source()
        .sql(&format!(
            "USE {new}; DROP TABLE js, words, txt; DROP FUNCTION js"
        ))
        .await;
    let failed = ids(&plan(&cli).expect_code(0), "failed");
    assert_eq!(failed, [""; 0]);
}
