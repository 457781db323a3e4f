//! Killed at every failpoint and at random moments, then run again: nothing lost, nothing twice.

use mysql_async::prelude::Queryable;

use crate::{
    migrate::folder,
    support::{
        cli::Cli,
        equal::Comparison,
        fixtures::{self, Numbers},
        pair::Pair,
        server::Version,
    },
};

/// Small chunks, so that there are many.
const SMALL_CHUNKS: &str =
    "\nlimits {\n  full {\n    workers    = 3\n    chunk_time = \"1ms\"\n  }\n}\n";

/// Tables with keys of several kinds, one without, and every kind of object.
const SCHEMA: &str = "
    CREATE TABLE parents (id INT PRIMARY KEY, name VARCHAR(40), KEY (name), FULLTEXT KEY (name));
    CREATE TABLE children (
        a VARCHAR(10) CHARACTER SET latin1, b INT, parent INT, e ENUM('', 'x') NOT NULL,
        PRIMARY KEY (a, b), KEY (parent), KEY (e),
        CONSTRAINT child FOREIGN KEY (parent) REFERENCES parents (id));
    CREATE TABLE heap (a INT, b VARCHAR(30));
    CREATE TABLE numbers (n INT AUTO_INCREMENT PRIMARY KEY, v DOUBLE);
    INSERT INTO numbers (v) WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
        SELECT n / 7 FROM r;
    INSERT INTO numbers (v) SELECT v + 1 FROM numbers;
    INSERT INTO numbers (v) SELECT v + 2 FROM numbers;
    INSERT INTO parents SELECT n, CONCAT('name ', n % 97) FROM numbers WHERE n <= 2000;
    INSERT INTO children SELECT CHAR(97 + n % 26), n, (SELECT MAX(id) FROM parents WHERE id <= 1 + n % 2000), IF(n % 3, 'x', '') FROM numbers;
    INSERT INTO heap SELECT n % 50, 'the same' FROM numbers;
    CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC RETURN x + 1;
    CREATE PROCEDURE p() SELECT 1;
    CREATE VIEW v1 AS SELECT f(id) AS id FROM parents;
    CREATE VIEW v2 AS SELECT * FROM v1;
    CREATE TRIGGER t BEFORE INSERT ON heap FOR EACH ROW SET NEW.a = NEW.a + 1;
    CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1;";

async fn prepared() -> (Pair, String, Cli) {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("crash");
    fixtures::load(pair.source(), &database, SCHEMA).await;
    let cli = folder(&pair, std::slice::from_ref(&database), SMALL_CHUNKS);
    (pair, database, cli)
}

/// Runs until the failpoint ends the process.
fn crash_at(cli: &mut Cli, failpoint: &str) {
    cli.env("CUTOVER_FAILPOINT", failpoint);
    let output = cli.run(&["apply", "--auto-approve"]);
    assert!(
        output.code() != 0,
        "{failpoint} was not met:\n{}{}",
        output.stdout,
        output.stderr
    );
    assert!(output.code() == 128 + 6, "{failpoint}: {}", output.stderr);
    cli.env_remove("CUTOVER_FAILPOINT");
}

async fn ends_equal(pair: &Pair, database: &str, cli: &Cli) {
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// Each is met in a run of its own on a destination of its own.
const FAILPOINTS: &[&str] = &[
    "engine.ledger_created",
    "engine.entered",
    "engine.phase_stored",
    "engine.phase_stored:2",
    "engine.phase_stored:3",
    "engine.phase_noted",
    "engine.phase_noted:3",
    "engine.phase_done",
    "engine.phase_done:2",
    "schema.intended",
    "schema.intended:3",
    "schema.executed",
    "schema.executed:4",
    "schema.executed:6",
    "schema.intended:8",
    "schema.executed:9",
    "schema.executed:12",
    "copy.boundary",
    "copy.boundary:9",
    "copy.loaded",
    "copy.loaded:20",
    "copy.noted:7",
    "copy.committed",
    "copy.committed:33",
    "copy.folded",
    "copy.last_fold",
    "copy.closed",
    "copy.closed:2",
    "copy.keyless_loaded",
    "copy.keyless_committed",
];

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_failpoint_the_same_apply_ends_exact() {
    let (pair, database, _) = prepared().await;
    for failpoint in FAILPOINTS {
        eprintln!("{failpoint}");
        let mut cli = folder(&pair, std::slice::from_ref(&database), SMALL_CHUNKS);
        crash_at(&mut cli, failpoint);
        ends_equal(&pair, &database, &cli).await;
        pair.destination()
            .sql(&format!(
                "DROP DATABASE {database}; DROP DATABASE {}",
                pair.metadata_database()
            ))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_when_all_is_done_it_stays_done() {
    let (pair, database, mut cli) = prepared().await;
    crash_at(&mut cli, "engine.phase_stored:4");
    cli.run(&["apply", "--auto-approve"]).expect_code(3);
    Comparison::of(&[&database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_while_a_table_without_a_key_is_emptied() {
    let (pair, database, mut cli) = prepared().await;
    for failpoint in [
        "copy.keyless_committed",
        "copy.emptying",
        "copy.emptied",
        "copy.keyless_loaded",
        "copy.keyless_committed",
    ] {
        crash_at(&mut cli, failpoint);
    }
    ends_equal(&pair, &database, &cli).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_while_the_workers_are_busy() {
    let (pair, database, cli) = prepared().await;
    let seed = std::process::id().into();
    eprintln!("seed {seed}");
    let mut numbers = Numbers::new(seed);
    let chunks = format!(
        "SELECT COALESCE(SUM(chunks), 0) + (SELECT COUNT(*) FROM {0}.chunk) FROM {0}.table_copy",
        pair.metadata_database()
    );
    let mut conn = pair.destination().root().await;
    let mut reached = 0;
    for _ in 0..4 {
        let mut running = cli.spawn(&["apply", "--auto-approve"]);
        let wanted = reached + 1 + numbers.next() % 12;
        while reached < wanted && !running.has_ended() {
            // before the ledger is there this fails, which takes time too
            let found: Option<u64> = conn.query_first(&chunks).await.unwrap_or(None);
            reached = reached.max(found.unwrap_or(0));
        }
        running.kill9();
        let _ = running.wait();
    }
    conn.disconnect().await.expect("the connection closes");
    ends_equal(&pair, &database, &cli).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_stops_at_a_safe_point_and_apply_goes_on() {
    let (pair, database, cli) = prepared().await;
    let mut running = cli.spawn(&["apply", "--auto-approve"]);
    let mut conn = pair.destination().root().await;
    let chunks = format!("SELECT COUNT(*) FROM {}.chunk", pair.metadata_database());
    while !running.has_ended() {
        let found: Option<u64> = conn.query_first(&chunks).await.unwrap_or(None);
        if found.unwrap_or(0) > 0 {
            break;
        }
    }
    conn.disconnect().await.expect("the connection closes");
    running.interrupt();
    let stopped = running.wait();
    assert!([0, 130].contains(&stopped.code()), "{}", stopped.stderr);
    if stopped.code() == 130 {
        ends_equal(&pair, &database, &cli).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_has_moved_is_copied_again() {
    let (pair, database, mut cli) = prepared().await;
    crash_at(&mut cli, "copy.committed:9");
    pair.source()
        .sql(&format!(
            "DELETE FROM {database}.numbers WHERE n < 100; UPDATE {database}.children SET b = b + 10000; \
             INSERT INTO {database}.heap VALUES (1, 'new')"
        ))
        .await;
    let again = cli.run(&["apply", "--auto-approve"]).expect_code(0);
    assert!(
        again.stderr.contains("the source has moved"),
        "{}",
        again.stderr
    );
    Comparison::of(&[&database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
}
