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

/// Runs until the failpoint ends the process, or until all is done.
fn crashes_at(cli: &mut Cli, failpoint: &str) -> bool {
    cli.env("CUTOVER_FAILPOINT", failpoint);
    let output = cli.run(&["apply", "--auto-approve"]);
    cli.env_remove("CUTOVER_FAILPOINT");
    let done = output.code() == 0 || output.stderr.contains("is finished");
    assert!(
        done || output.code() == 128 + 6,
        "{failpoint}: {}",
        output.stderr
    );
    !done
}

fn crash_at(cli: &mut Cli, failpoint: &str) {
    assert!(crashes_at(cli, failpoint), "{failpoint} was not met");
}

async fn ends_equal(pair: &Pair, database: &str, cli: &Cli) {
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// In about the order in which a migration meets them.
const FAILPOINTS: &[&str] = &[
    "engine.ledger_created",
    "engine.entered",
    "engine.phase_stored",
    "engine.phase_noted",
    "schema.intended",
    "schema.executed",
    "schema.intended:3",
    "schema.executed:4",
    "engine.phase_done",
    "engine.phase_stored:2",
    "copy.boundary",
    "copy.loaded",
    "copy.committed",
    "copy.noted:7",
    "copy.boundary:9",
    "copy.loaded:20",
    "copy.committed:33",
    "copy.keyless_loaded",
    "copy.keyless_committed",
    "copy.folded",
    "copy.closed",
    "copy.closed:2",
    "copy.last_fold",
    "engine.phase_done:2",
    "engine.phase_stored:3",
    "engine.phase_noted:3",
    "schema.executed:6",
    "schema.intended:8",
    "schema.executed:9",
    "schema.executed:12",
];

async fn begin_again(pair: &Pair, database: &str) -> Cli {
    pair.destination()
        .sql(&format!(
            "DROP DATABASE {database}; DROP DATABASE {}",
            pair.metadata_database()
        ))
        .await;
    folder(pair, &[database.to_owned()], SMALL_CHUNKS)
}

/// One migration is killed at one failpoint after the other, for as long as it meets them.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_failpoint_the_same_apply_ends_exact() {
    let (pair, database, mut cli) = prepared().await;
    for failpoint in FAILPOINTS {
        eprintln!("{failpoint}");
        if !crashes_at(&mut cli, failpoint) {
            Comparison::of(&[&database])
                .with_objects()
                .assert_equal(pair.source(), pair.destination())
                .await;
            cli = begin_again(&pair, &database).await;
            eprintln!("{failpoint} of another migration");
            crash_at(&mut cli, failpoint);
        }
    }
    ends_equal(&pair, &database, &cli).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes two minutes"]
async fn killed_at_any_one_failpoint_the_same_apply_ends_exact() {
    let (pair, database, mut cli) = prepared().await;
    for failpoint in FAILPOINTS {
        eprintln!("{failpoint}");
        crash_at(&mut cli, failpoint);
        ends_equal(&pair, &database, &cli).await;
        cli = begin_again(&pair, &database).await;
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
