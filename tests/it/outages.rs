//! Two processes at one migration, one that was frozen, and servers that go away while rows are copied.

mod boundaries;
mod restart;

use mysql_async::prelude::Queryable;

use crate::{
    migrate::folder,
    support::{
        cli::{Cli, Running},
        equal::Comparison,
        fixtures,
        pair::Pair,
        server::{Builder, Server, Version, signal},
        wait,
    },
};

/// Many small chunks, a table that is one, one without a key.
const SCHEMA: &str = "
    CREATE TABLE numbers (n INT AUTO_INCREMENT PRIMARY KEY, v DOUBLE, filler CHAR(100) NOT NULL DEFAULT 'filler');
    INSERT INTO numbers (v) WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
        SELECT n / 7 FROM r;
    INSERT INTO numbers (v) SELECT v + 1 FROM numbers;
    INSERT INTO numbers (v) SELECT v + 2 FROM numbers;
    INSERT INTO numbers (v) SELECT v + 3 FROM numbers;
    INSERT INTO numbers (v) SELECT v + 4 FROM numbers;
    CREATE TABLE pairs (a INT, b VARCHAR(20), PRIMARY KEY (b, a), KEY (a));
    INSERT INTO pairs SELECT n, CONCAT('b', n % 77) FROM numbers;
    CREATE TABLE one (id INT PRIMARY KEY);
    INSERT INTO one VALUES (1);
    CREATE TABLE heap (a INT, b VARCHAR(30));
    INSERT INTO heap SELECT n % 50, 'the same' FROM numbers LIMIT 3000;";

const SMALL_CHUNKS: &str =
    "\nlimits {\n  full {\n    workers    = 3\n    chunk_time = \"1ms\"\n  }\n}\n";

const APPLY: [&str; 3] = ["apply", "--auto-approve", "-v"];

async fn prepared(pair: &Pair) -> (String, Cli) {
    let database = pair.database("away");
    fixtures::load(pair.source(), &database, SCHEMA).await;
    let cli = folder(pair, std::slice::from_ref(&database), SMALL_CHUNKS);
    (database, cli)
}

async fn equal(pair: &Pair, database: &str) {
    Comparison::of(&[database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// Waits until so many chunks are in the ledger, or the process has ended.
async fn chunks(pair: &Pair, running: &mut Running, wanted: u64) {
    let ledger = pair.metadata_database();
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(chunks), 0) AS UNSIGNED) + (SELECT COUNT(*) FROM {ledger}.chunk) FROM {ledger}.table_copy"
    );
    let mut conn = pair.destination().root().await;
    while !running.has_ended() {
        // before the ledger is there this fails
        let found: Option<u64> = conn.query_first(&sql).await.unwrap_or(None);
        if found.unwrap_or(0) >= wanted {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_applies_at_once_the_second_is_told_to_come_later() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let (database, cli) = prepared(&pair).await;
    let mut first = cli.spawn(&APPLY);
    chunks(&pair, &mut first, 2).await;
    signal(first.pid(), "STOP");
    let second = cli.run(&APPLY).expect_code(4);
    assert!(
        second.stderr.contains("the state is locked"),
        "{}",
        second.stderr
    );
    // with a state of its own the ledger tells it
    let elsewhere = ["apply", "--auto-approve", "--state", "elsewhere.json"];
    let third = cli.run(&elsewhere).expect_code(4);
    assert!(
        third.stderr.contains("cutover::ledger::held"),
        "{}",
        third.stderr
    );
    assert!(
        !cli.folder().join("elsewhere.json").exists(),
        "who is refused leaves nothing behind"
    );
    signal(first.pid(), "CONT");
    first.wait().expect_code(0);
    equal(&pair, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_process_whose_lease_was_taken_commits_nothing_more() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let (database, cli) = prepared(&pair).await;
    let mut first = cli.spawn(&APPLY);
    chunks(&pair, &mut first, 3).await;
    signal(first.pid(), "STOP");
    assert!(!first.has_ended(), "it was stopped in the middle");
    // as if it had not been heard of for longer than a lease lasts
    pair.destination()
        .sql(&format!(
            "UPDATE {}.lease_renewal SET renewed_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE",
            pair.metadata_database()
        ))
        .await;
    let second = ["apply", "--auto-approve", "--state", "elsewhere.json"];
    cli.run(&second).expect_code(0);
    equal(&pair, &database).await;
    let before = ledger(&pair).await;
    signal(first.pid(), "CONT");
    let fenced = first.wait().expect_code(1);
    assert!(
        fenced.stderr.contains("cutover::ledger::lost"),
        "{}",
        fenced.stderr
    );
    assert_eq!(ledger(&pair).await, before);
    equal(&pair, &database).await;
}

/// Everything in the ledger, as checksums.
async fn ledger(pair: &Pair) -> Vec<(String, u64)> {
    let mut conn = pair.destination().root().await;
    let database = pair.metadata_database();
    let tables: Vec<String> = conn
        .query(format!("SHOW TABLES FROM {database}"))
        .await
        .unwrap();
    let tables: Vec<String> = tables
        .iter()
        .map(|table| format!("{database}.{table}"))
        .collect();
    conn.query(format!("CHECKSUM TABLE {}", tables.join(", ")))
        .await
        .unwrap()
}

/// A destination that flushes every commit, or only hands it to the system.
fn destination(flush: u8) -> Builder {
    Server::builder(Version::V9_7).arg(&format!("--innodb-flush-log-at-trx-commit={flush}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_crashes_is_waited_for() {
    let source = Server::builder(Version::V9_7);
    let pair = Pair::of(source, destination(1)).await;
    let (database, cli) = prepared(&pair).await;
    let mut running = cli.spawn(&APPLY);
    for (outage, wanted) in [(1, 3), (2, 30)] {
        chunks(&pair, &mut running, wanted).await;
        pair.destination().kill9();
        wait::until("it waits for the destination, or has ended", || {
            let said = running.stderr_so_far();
            let waits = said.matches("waiting for the destination").count();
            waits >= outage || running.has_ended()
        });
        pair.destination().restart();
    }
    let ended = running.wait();
    if ended.code() != 0 {
        // it may have stood where only a new run can tell what happened
        assert_eq!(ended.code(), 1, "{}", ended.stderr);
        cli.run(&APPLY).expect_code(0);
    }
    equal(&pair, &database).await;
    cli.run(&["verify"]).expect_code(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_crashes_stops_the_copy_and_apply_goes_on_once_it_is_back() {
    let source = Server::builder(Version::V9_7);
    let pair = Pair::of(source, destination(1)).await;
    let (database, cli) = prepared(&pair).await;
    let mut running = cli.spawn(&APPLY);
    chunks(&pair, &mut running, 3).await;
    pair.source().kill9();
    let stopped = running.wait().expect_code(1);
    assert!(
        stopped.stderr.contains("source 127.0.0.1"),
        "{}",
        stopped.stderr
    );
    assert!(stopped.stderr.contains("help:"), "{}", stopped.stderr);
    let away = cli.run(&APPLY).expect_code(1);
    assert!(
        away.stderr.contains("cannot log in to source"),
        "{}",
        away.stderr
    );
    pair.source().restart();
    cli.run(&APPLY).expect_code(0);
    equal(&pair, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_forgets_what_it_confirmed_is_noticed() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let (database, cli) = prepared(&pair).await;
    let mut running = cli.spawn(&APPLY);
    chunks(&pair, &mut running, 5).await;
    signal(running.pid(), "STOP");
    assert!(!running.has_ended(), "it was stopped in the middle");
    // as a server does that crashed without having flushed its last commits: rows and ledger are
    // older together
    let ledger = pair.metadata_database();
    let mut conn = pair.destination().root().await;
    let own = conn.id();
    let connections: Vec<u64> = conn
        .query(format!(
            "SELECT id FROM performance_schema.processlist WHERE user = '{}' AND id <> {own}",
            pair.user()
        ))
        .await
        .unwrap();
    for id in connections {
        conn.query_drop(format!("KILL {id}")).await.unwrap();
    }
    wait::until_some_async("their transactions are gone", || {
        let pair = &pair;
        async move {
            let mut conn = pair.destination().root().await;
            let left: Option<u64> = conn
                .query_first(format!(
                    "SELECT COUNT(*) FROM performance_schema.processlist WHERE user = '{}'",
                    pair.user()
                ))
                .await
                .unwrap();
            (left == Some(0)).then_some(())
        }
    })
    .await;
    conn.query_drop(format!(
        "UPDATE {ledger}.table_copy SET chunks = 0, watermark = NULL, row_count = 0, kept = 0, \
         byte_count = 0, state = 'copying' WHERE state <> 'pending';
         DELETE FROM {ledger}.chunk;
         TRUNCATE {database}.numbers; TRUNCATE {database}.pairs; TRUNCATE {database}.one; TRUNCATE {database}.heap"
    ))
    .await
    .unwrap();
    signal(running.pid(), "CONT");
    let stopped = running.wait().expect_code(1);
    assert!(
        stopped.stderr.contains("that it had confirmed") || stopped.stderr.contains("loading"),
        "{}",
        stopped.stderr
    );
    cli.run(&APPLY).expect_code(0);
    equal(&pair, &database).await;
}
