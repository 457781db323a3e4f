//! Killed at every failpoint of the stream and at random moments, between the commits of two lanes
//! and inside large transactions: the same `apply` ends exact.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use mysql_async::{Conn, prelude::Queryable};

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{cli::Cli, fixtures::Numbers, pair::Pair, server::Version, wait};

const TABLES: &str = "
    CREATE TABLE k (id INT PRIMARY KEY, u INT, s VARCHAR(10), v INT NOT NULL DEFAULT 0, UNIQUE KEY (u),
        UNIQUE KEY (s)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE c (s VARCHAR(20), n INT, v VARCHAR(200), PRIMARY KEY (s, n))
        DEFAULT CHARACTER SET utf8 COLLATE utf8_unicode_ci;
    CREATE TABLE h (a INT, b VARCHAR(10)) DEFAULT CHARACTER SET utf8;
    INSERT INTO k (id, u, s) VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c'), (4, 4, NULL), (5, 5, 'e');
    INSERT INTO k (id, u) SELECT id + 5, u + 5 FROM k; INSERT INTO k (id, u) SELECT id + 10, u + 10 FROM k;
    INSERT INTO k (id, u) SELECT id + 20, u + 20 FROM k; INSERT INTO k (id, u) SELECT id + 40, u + 40 FROM k;
    INSERT INTO h VALUES (1, 'x'), (1, 'x'), (2, 'y');";

/// Small windows and several lanes, so that there is much to be torn.
const THREE_LANES: &str = "\nlimits {\n  full {\n    workers = 3\n  }\n}\n";
const SMALL_WINDOWS: &str = "60:12";

/// So many statements on the tables, most of them transactions of their own.
fn statements(numbers: &mut Numbers, count: usize) -> Vec<String> {
    (0..count).map(|_| statement(numbers)).collect()
}

fn statement(numbers: &mut Numbers) -> String {
    const TEXTS: [&str; 8] = [
        "Stra\u{df}e",
        "STRASSE",
        "strasse ",
        "\u{e4}",
        "A",
        "a  ",
        "b",
        "",
    ];
    let mut below = |limit: u64| numbers.next() / 7 % limit;
    let (id, other, value) = (below(120), below(120), below(1000));
    let text = TEXTS[usize::try_from(below(8)).expect("small")];
    match below(20) {
        0..=3 => {
            format!(
                "INSERT IGNORE INTO k VALUES ({id}, {other}, '{}', {value})",
                value % 90
            )
        }
        4..=6 => format!("UPDATE k SET v = {value} WHERE id = {id}"),
        7 => format!("UPDATE IGNORE k SET u = {other}, s = '{text}' WHERE id = {id}"),
        8 => format!("UPDATE IGNORE k SET id = {other} WHERE id = {id}"),
        9 | 10 => format!("DELETE FROM k WHERE id = {id}"),
        11 => format!(
            "START TRANSACTION; UPDATE k SET u = -1 WHERE u = {id}; UPDATE k SET u = {id} WHERE u = {other}; \
             UPDATE k SET u = {other} WHERE u = -1; INSERT INTO h VALUES ({id}, 'swap'); COMMIT"
        ),
        12 | 13 => format!(
            "INSERT INTO c VALUES ('{text}', {}, 'v{value}') ON DUPLICATE KEY UPDATE v = '{value}'",
            id % 9
        ),
        14 => format!("UPDATE IGNORE c SET s = '{text}' WHERE n = {}", id % 9),
        15 => format!("DELETE FROM c WHERE s = '{text}' AND n = {}", id % 9),
        16 => format!(
            "INSERT INTO h VALUES ({}, '{text}'), ({}, 'x')",
            id % 5,
            id % 5
        ),
        17 => format!("UPDATE h SET b = '{text}' WHERE a = {} LIMIT 2", id % 5),
        18 => format!("DELETE FROM h WHERE a = {} LIMIT 3", id % 5),
        _ if value < 300 => "UPDATE k SET v = v + 1; FLUSH LOGS".to_owned(),
        _ => format!("START TRANSACTION; DELETE FROM c; UPDATE k SET v = {value}; ROLLBACK"),
    }
}

struct Following {
    pair: Pair,
    database: String,
    cli: Cli,
    numbers: Numbers,
}

/// A destination that has caught up.
async fn following(version: Version, naming: Naming) -> Following {
    let pair = streaming_pair(version, naming).await;
    let database = pair.database("torn");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(&pair, &[&database], THREE_LANES);
    cli.env("CUTOVER_WINDOWS", SMALL_WINDOWS);
    let seed = std::process::id().into();
    eprintln!("seed {seed}");
    let following = Following {
        pair,
        database,
        cli,
        numbers: Numbers::new(seed),
    };
    following.catch_up();
    following
}

impl Following {
    fn catch_up(&self) {
        self.cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(0);
    }

    async fn ends_equal(&self) {
        self.catch_up();
        assert_equal(&self.pair, &[&self.database]).await;
    }

    /// Writes on the source, a large transaction in the middle.
    async fn write(&mut self, count: usize) {
        let before = statements(&mut self.numbers, count).join(";");
        let after = statements(&mut self.numbers, count).join(";");
        self.pair
            .source()
            .sql(&format!(
                "USE {}; SET NAMES utf8; ALTER TABLE c COMMENT = 'again'; {before}; START TRANSACTION; UPDATE k SET v = v + 1; \
                 DELETE FROM h; INSERT INTO h SELECT id, 'large' FROM k; COMMIT; {after}",
                self.database
            ))
            .await;
    }

    fn crash_at(&mut self, failpoint: &str) {
        assert!(self.crashed_at(failpoint), "{failpoint} was not reached");
    }

    /// Whether it crashed there: with changes at random a failpoint may not be reached.
    fn crashed_at(&mut self, failpoint: &str) -> bool {
        self.cli.env("CUTOVER_FAILPOINT", failpoint);
        let output = self
            .cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"]);
        self.cli.env_remove("CUTOVER_FAILPOINT");
        let code = output.code();
        assert!(
            code == 0 || code == 128 + 6,
            "{failpoint}: {}",
            output.stderr
        );
        code != 0
    }

    /// Whether a window is open that not all of its lanes are through.
    async fn left_a_window(&self) -> bool {
        let mut conn = self.pair.destination().root().await;
        let window = self.window(&mut conn).await;
        window.is_some_and(|(lanes, through)| through < lanes)
    }

    /// A window that would be cut in another way now is not touched.
    async fn stops_where_parts_differ(&self) {
        let (destination, metadata) = (self.pair.destination(), self.pair.metadata_database());
        let update = |parts: &str| format!("UPDATE {metadata}.stream SET parts = {parts}");
        destination.sql(&update("parts ^ 1")).await;
        let once = format!("SELECT COUNT(*) FROM {}.h WHERE b = 'once'", self.database);
        let mut conn = destination.root().await;
        let before: Option<u64> = conn.query_first(&once).await.expect("it is there");
        let stopped = self
            .cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(1);
        assert!(
            stopped.stderr.contains("cutover::stream::other_parts"),
            "{}",
            stopped.stderr
        );
        let after: Option<u64> = conn.query_first(&once).await.expect("it is there");
        assert_eq!(after, before);
        destination.sql(&update("parts ^ 1")).await;
    }

    /// The lanes of the window that is open, and how many of them are through it.
    async fn window(&self, conn: &mut Conn) -> Option<(u64, u64)> {
        let metadata = self.pair.metadata_database();
        conn.query_first(format!(
            "SELECT lanes, (SELECT COUNT(*) FROM {metadata}.lane \
             WHERE lane.window_number = stream.window_number) FROM {metadata}.stream \
             WHERE window_end IS NOT NULL"
        ))
        .await
        .expect("the ledger can be read")
    }
}

async fn killed_everywhere(version: Version, naming: Naming, failpoints: &[&[&str]]) {
    let mut following = following(version, naming).await;
    for row in failpoints {
        eprintln!("{row:?}");
        following.write(60).await;
        for failpoint in *row {
            // which lanes had committed is chance, and all of them may have
            if *failpoint == "stream.finished_window" && !following.left_a_window().await {
                continue;
            }
            let mut tries = 0;
            while !following.crashed_at(failpoint) {
                tries += 1;
                assert!(tries < 5, "{failpoint} is never reached");
                following.write(60).await;
            }
        }
        following.ends_equal().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_transaction_that_the_copy_has_seen_is_not_held_against_it() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("seen");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(&pair, &[&database], THREE_LANES);
    cli.env("CUTOVER_WINDOWS", SMALL_WINDOWS);
    // the stream has its start, and nothing is copied yet
    cli.env("CUTOVER_FAILPOINT", "copy.boundary");
    let output = cli.run(&["apply", "--auto-approve"]);
    assert_eq!(output.code(), 128 + 6, "{}", output.stderr);
    cli.env_remove("CUTOVER_FAILPOINT");
    pair.source()
        .sql(&format!(
            "USE {database}; START TRANSACTION; UPDATE k SET v = v + 1; UPDATE k SET v = v * 2; \
             UPDATE k SET v = v + 1; DELETE FROM k WHERE id > 40; COMMIT; \
             INSERT INTO k (id) VALUES (70); DELETE FROM k WHERE id = 70"
        ))
        .await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

/// Those of one row one after the other, without catching up in between.
const FAILPOINTS: &[&[&str]] = &[
    &["stream.window_begun", "stream.window_begun:2"],
    &["stream.rows_written", "stream.rows_written:2"],
    &["stream.rows_written:5", "stream.noted:2"],
    &["stream.noted", "stream.noted:3"],
    &["stream.committed", "stream.committed", "stream.committed:2"],
    &["stream.committed:4", "stream.committed"],
    &["stream.committed:7"],
    &["stream.committed", "stream.finished_window"],
    &["stream.committed:2", "stream.finished_window"],
];

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_failpoint_of_the_stream_it_ends_exact() {
    killed_everywhere(Version::V9_7, Naming::Gtids, FAILPOINTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_failpoints_without_gtids_it_ends_exact() {
    killed_everywhere(Version::V9_7, Naming::Files, &FAILPOINTS[6..]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_failpoints_behind_an_old_source_it_ends_exact() {
    killed_everywhere(Version::V5_6, Naming::Files, &FAILPOINTS[6..]).await;
}

/// Updates of many rows one by one, twice, and between them one that counts how often it was applied.
fn updates() -> String {
    let updates: Vec<String> = (1..=55)
        .map(|id| format!("UPDATE k SET v = v + 10 WHERE id = {id}"))
        .collect();
    let updates = updates.join(";");
    format!(
        "{updates}; {updates}; START TRANSACTION; UPDATE k SET v = 7 WHERE id = 80; \
         INSERT INTO h VALUES (3, 'once'); COMMIT; {updates}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_commits_of_two_lanes_it_ends_exact() {
    let following = following(Version::V9_7, Naming::Gtids).await;
    let database = &following.database;
    let source = following.pair.source();
    source.sql(&format!("USE {database}; {}", updates())).await;
    // one lane has to wait for a row, the others commit
    let mut holder = following.pair.destination().root().await;
    holder
        .query_drop(format!(
            "START TRANSACTION; SELECT * FROM {database}.k WHERE id = 80 FOR UPDATE"
        ))
        .await
        .expect("the row can be locked");
    let running = following.cli.spawn(&["apply", "--auto-approve"]);
    let mut conn = following.pair.destination().root().await;
    let begun = std::time::Instant::now();
    loop {
        let window = following.window(&mut conn).await;
        let torn = window.is_some_and(|(lanes, through)| lanes == 3 && through == 2);
        if torn && waits(&mut conn).await {
            break;
        }
        assert!(
            begun.elapsed() < wait::PATIENCE,
            "{}",
            running.stderr_so_far()
        );
    }
    running.kill9();
    let _ = running.wait();
    holder.query_drop("ROLLBACK").await.expect("released");
    following.stops_where_parts_differ().await;
    following.ends_equal().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_stops_leaves_a_window_that_is_finished_later() {
    let following = following(Version::V9_7, Naming::Gtids).await;
    let database = &following.database;
    let (source, destination) = (following.pair.source(), following.pair.destination());
    destination
        .sql(&format!("DELETE FROM {database}.k WHERE id = 80"))
        .await;
    source.sql(&format!("USE {database}; {}", updates())).await;
    for _ in 0..2 {
        let stopped = following
            .cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(1);
        assert!(
            stopped.stderr.contains("cutover::stream::row_differs"),
            "{}",
            stopped.stderr
        );
    }
    destination
        .sql(&format!("INSERT INTO {database}.k (id, u) VALUES (80, 80)"))
        .await;
    following.ends_equal().await;
}

async fn waits(conn: &mut Conn) -> bool {
    let waiting: Option<u64> = conn
        .query_first("SELECT COUNT(*) FROM performance_schema.data_lock_waits")
        .await
        .expect("locks can be seen");
    waiting.unwrap_or(0) > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_while_the_source_is_written_it_ends_exact() {
    for (version, naming) in [
        (Version::V9_7, Naming::Gtids),
        (Version::V5_6, Naming::Files),
    ] {
        let mut following = following(version, naming).await;
        let over = Arc::new(AtomicBool::new(false));
        let mut source = following.pair.source().root().await;
        source
            .query_drop(format!("USE {}; SET NAMES utf8", following.database))
            .await
            .expect("the session can be set");
        let mut numbers = Numbers::new(following.numbers.next());
        let writer = tokio::spawn({
            let over = Arc::clone(&over);
            async move {
                while !over.load(Ordering::SeqCst) {
                    let script = statements(&mut numbers, 10).join(";");
                    source.query_drop(&script).await.expect("it is valid");
                }
                source.disconnect().await.expect("the connection closes");
            }
        });
        let mut conn = following.pair.destination().root().await;
        let metadata = following.pair.metadata_database();
        for _ in 0..4 {
            let rows = format!("SELECT row_count FROM {metadata}.stream");
            let start: u64 = conn
                .query_first(&rows)
                .await
                .expect("readable")
                .unwrap_or(0);
            let wanted = start + 1 + following.numbers.next() % 400;
            let running = following.cli.spawn(&["apply", "--auto-approve"]);
            let begun = std::time::Instant::now();
            loop {
                let found: Option<u64> = conn.query_first(&rows).await.expect("readable");
                if found.unwrap_or(0) >= wanted {
                    break;
                }
                assert!(
                    begun.elapsed() < wait::PATIENCE,
                    "{}",
                    running.stderr_so_far()
                );
            }
            running.kill9();
            let _ = running.wait();
        }
        over.store(true, Ordering::SeqCst);
        writer.await.expect("the writer ends well");
        following.ends_equal().await;
    }
}
