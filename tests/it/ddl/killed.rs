//! The whole program, killed around statements, and `resolve` as people type it.

use crate::{
    stream::{Naming, folder, streaming_pair},
    support::{cli::Cli, equal::Comparison, fixtures, pair::Pair, server::Version},
};

const TABLES: &str = "CREATE TABLE t (id INT PRIMARY KEY, a INT); CREATE TABLE u (id INT PRIMARY KEY);
    CREATE TABLE v (id INT PRIMARY KEY, b INT); INSERT INTO t VALUES (1, 1), (2, 2); INSERT INTO u VALUES (5);";

async fn copied() -> (Pair, String, Cli) {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("killed");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    (pair, database, cli)
}

async fn ends_equal(pair: &Pair, database: &str, cli: &Cli) {
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// Rows stand before and behind each statement; every failpoint is met at every one of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_around_a_statement_goes_on() {
    let (pair, database, mut cli) = copied().await;
    for statements in [
        "INSERT INTO t VALUES (3, 3); ALTER TABLE t ADD COLUMN c INT DEFAULT 4 FIRST; INSERT INTO t VALUES (9, 4, 4)",
        "CREATE TABLE n (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES t (id)); INSERT INTO n VALUES (1, 3)",
        "DELETE FROM u; RENAME TABLE u TO s, v TO u, s TO v; INSERT INTO u VALUES (7, 7); INSERT INTO v VALUES (8)",
        "CREATE TABLE chosen AS SELECT id, a FROM t; UPDATE chosen SET a = a + 1",
        "INSERT INTO u VALUES (99, 1); TRUNCATE TABLE u; INSERT INTO u VALUES (100, 2); DROP TABLE chosen, n; INSERT INTO t VALUES (1, 50, 50)",
    ] {
        pair.source()
            .sql(&format!("USE {database}; {statements}"))
            .await;
        for failpoint in [
            "stream.statement",
            "ddl.intended",
            "ddl.executed",
            "ddl.noted",
        ] {
            cli.env("CUTOVER_FAILPOINT", failpoint);
            let output = cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
            assert_eq!(output.code(), 128 + 6, "{failpoint}: {}", output.stderr);
        }
        cli.env_remove("CUTOVER_FAILPOINT");
        ends_equal(&pair, &database, &cli).await;
    }
}

/// Without PROCESS there are no ids: what leaves no trace is never run again by guess, and what leaves
/// one goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_is_decided_without_the_engines_ids_or_not_at_all() {
    let (pair, database, mut cli) = copied().await;
    let user = pair.user();
    pair.destination()
        .sql(&format!("REVOKE PROCESS ON *.* FROM '{user}'@'%'"))
        .await;
    let until = ["apply", "--auto-approve", "--until", "caught-up"];
    for (statements, hidden) in [
        (
            "CREATE TABLE c (id INT PRIMARY KEY, t INT CHECK (t > 0), FOREIGN KEY (t) REFERENCES t (id));
             INSERT INTO c VALUES (1, 1); CREATE TABLE w LIKE v; INSERT INTO w VALUES (1, 1);
             CREATE TABLE k (id INT PRIMARY KEY) PARTITION BY RANGE (id)
               (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
             CREATE TABLE m (id INT PRIMARY KEY); INSERT INTO k VALUES (1); INSERT INTO m VALUES (2), (3)",
            None,
        ),
        ("RENAME TABLE c TO d; INSERT INTO d VALUES (2, 2)", Some(false)),
        ("RENAME TABLE v TO x, w TO v, x TO w; INSERT INTO w VALUES (2, 2)", Some(true)),
        ("ALTER TABLE k EXCHANGE PARTITION p0 WITH TABLE m; INSERT INTO m VALUES (9)", Some(true)),
    ] {
        let script = format!("USE {database}; {statements}");
        pair.source().sql(&script).await;
        let Some(hidden) = hidden else {
            cli.run(&until).expect_code(0);
            continue;
        };
        cli.env("CUTOVER_FAILPOINT", "ddl.executed");
        cli.run(&until).expect_code(128 + 6);
        cli.env_remove("CUTOVER_FAILPOINT");
        if hidden {
            let stopped = cli.run(&until).expect_code(1).stderr;
            assert!(stopped.contains("cutover::ddl::undecided"), "{stopped}");
            assert!(stopped.contains("PROCESS"), "{stopped}");
            let position = position_of(&stopped);
            let happened = ["resolve", "--at", &position, "--replace", "DO 0", "--reason", "seen"];
            cli.run(&happened).expect_code(0);
        }
        ends_equal(&pair, &database, &cli).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_stops_is_resolved_on_the_command_line() {
    let (pair, database, cli) = copied().await;
    pair.destination()
        .sql(&format!("CREATE TABLE {database}.w (mine INT)"))
        .await;
    pair.source()
        .sql(&format!(
            "CREATE TABLE {database}.w (id INT PRIMARY KEY); INSERT INTO {database}.w VALUES (1)"
        ))
        .await;
    let stopped = cli
        .run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(1);
    assert!(
        stopped.stderr.contains("cutover::ddl::refused"),
        "{}",
        stopped.stderr
    );
    let position = position_of(&stopped.stderr);
    next(
        &cli,
        &format!("cutover resolve --at '{position}' --skip --reason TEXT"),
    );

    cli.run(&["resolve", "--at", &position, "--skip"])
        .expect_code(1);
    cli.run(&["resolve", "--at", &position, "--reason", "x"])
        .expect_code(1);
    cli.run(&["resolve", "--at", "somewhere", "--skip", "--reason", "x"])
        .expect_code(1);
    let sql = format!("ALTER TABLE `{database}`.w CHANGE mine id INT PRIMARY KEY");
    cli.run(&[
        "resolve",
        "--at",
        &position,
        "--replace",
        &sql,
        "--reason",
        "it was there",
    ])
    .expect_code(0);
    next(&cli, "cutover apply");
    ends_equal(&pair, &database, &cli).await;
    the_switch_waits_for_a_comparison(&pair, &cli, &position).await;
    pair.destination()
        .sql(&format!("CREATE TABLE {database}.z (mine INT)"))
        .await;
    pair.source()
        .sql(&format!("CREATE TABLE {database}.z (id INT PRIMARY KEY)"))
        .await;
    let stopped = cli
        .run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(1);
    let skipped = position_of(&stopped.stderr);
    cli.run(&[
        "resolve",
        "--at",
        &skipped,
        "--skip",
        "--reason",
        "kept for a while",
    ])
    .expect_code(0);
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    let status = cli.run(&["status"]).expect_code(0).stdout;
    assert!(
        status.contains(&format!("left out     at {skipped}: CREATE TABLE")),
        "{status}"
    );
    assert!(status.contains("(kept for a while)"), "{status}");
    let shown = cli.run(&["state", "show"]).expect_code(0).stdout;
    assert!(shown.contains("by replace: it was there"), "{shown}");
    let late = cli
        .run(&["resolve", "--at", &position, "--skip", "--reason", "x"])
        .expect_code(1);
    assert!(
        late.stderr.contains("cutover::engine::passed"),
        "{}",
        late.stderr
    );
}

/// What `status` says, of which this is the next command.
#[track_caller]
fn next(cli: &Cli, expected: &str) -> serde_json::Value {
    let status = cli.run(&["status", "--json"]).stdout;
    let status: serde_json::Value = serde_json::from_str(&status).expect("it is JSON");
    assert_eq!(status["next_command"], expected);
    status
}

async fn the_switch_waits_for_a_comparison(pair: &Pair, cli: &Cli, position: &str) {
    let unverified = next(cli, "cutover apply")["unverified"].clone();
    assert_eq!(unverified, serde_json::json!([position]));
    let whole = cli.read("main.hcl");
    let switch = "\nfinish {\n  verify = \"none\"\n}\n";
    cli.write("main.hcl", &format!("{whole}{switch}"));
    pair.source().sql("SET GLOBAL super_read_only = ON").await;
    let refused = cli.run(&["finish", "--auto-approve"]).expect_code(3).stderr;
    assert!(
        refused.contains("cutover::finish::not_verified"),
        "{refused}"
    );
    assert!(refused.contains(position), "{refused}");
    cli.run(&["verify"]).expect_code(0);
    assert!(next(cli, "cutover apply")["unverified"].is_null());
    // now only the fence is in the way
    pair.source()
        .sql("SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF")
        .await;
    let refused = cli.run(&["finish", "--auto-approve"]).expect_code(4).stderr;
    assert!(refused.contains("not read-only"), "{refused}");
    cli.write("main.hcl", &whole);
}

/// From the command that the error ends with, however it is wrapped.
fn position_of(stderr: &str) -> String {
    let words = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .split("resolve --at '")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap_or_else(|| panic!("no command in {words}"))
        .replace(['\u{2502}', ' '], "")
}
