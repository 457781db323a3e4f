//! XA transactions: what they change waits until the source says what becomes of it.

use mysql_async::prelude::Queryable;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{cli::Cli, pair::Pair, server::Version};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, u INT, v VARCHAR(20), d DOUBLE, m TIME(3), UNIQUE KEY (u))
        DEFAULT CHARACTER SET utf8;
    CREATE TABLE h (a INT, b VARCHAR(10)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE n (id INT PRIMARY KEY);
    INSERT INTO n VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
    INSERT INTO t SELECT x.id * 10 + y.id, x.id * 10 + y.id, 'old', 0.1, '01:02:03.456' FROM n x, n y;
    INSERT INTO h VALUES (1, 'x'), (1, 'x'), (2, NULL);";

const SMALL_WINDOWS: &str = "30:12";

struct Xa {
    pair: Pair,
    database: String,
    cli: Cli,
}

impl Xa {
    async fn caught_up(version: Version, naming: Naming) -> Self {
        let pair = streaming_pair(version, naming).await;
        let database = pair.database("xa");
        fixtures::load(pair.source(), &database, TABLES).await;
        let mut cli = folder(&pair, &[&database], "");
        cli.env("CUTOVER_WINDOWS", SMALL_WINDOWS);
        let xa = Self {
            pair,
            database,
            cli,
        };
        xa.catch_up();
        xa
    }

    fn catch_up(&self) {
        self.cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(0);
    }

    async fn source(&self, script: &str) {
        let source = self.pair.source();
        // Prepared transactions lock no more than their own rows; and whoever comes behind one names a
        // row by its key or updates, since a DELETE that scans waits for the locks of all that it sees.
        source
            .sql(&format!(
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; USE {}; {script}",
                self.database
            ))
            .await;
    }

    /// What the ledger holds of prepared transactions: their number, and that of their parts.
    async fn held(&self) -> (u64, u64) {
        let metadata = self.pair.metadata_database();
        let mut conn = self.pair.destination().root().await;
        let row = conn
            .query_first(format!(
                "SELECT (SELECT COUNT(*) FROM {metadata}.prepared), \
                 (SELECT COUNT(*) FROM {metadata}.prepared_part)"
            ))
            .await
            .expect("the ledger can be read");
        row.expect("it is one row")
    }

    async fn equal_and_held(&self, prepared: u64) {
        self.catch_up();
        assert_equal(&self.pair, &[&self.database]).await;
        let (found, parts) = self.held().await;
        assert_eq!(found, prepared);
        assert_eq!(parts > 0, prepared > 0, "{parts} parts");
    }

    fn crash_at(&mut self, failpoint: &str) {
        self.cli.env("CUTOVER_FAILPOINT", failpoint);
        let output = self
            .cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"]);
        self.cli.env_remove("CUTOVER_FAILPOINT");
        assert_eq!(output.code(), 128 + 6, "{failpoint}: {}", output.stderr);
    }
}

async fn waits(naming: Naming) {
    let xa = Xa::caught_up(Version::V9_7, naming).await;
    xa.source(
        "XA START 'a', 'branch', 7; UPDATE t SET v = 'a', u = u + 1000 WHERE id < 20; \
         DELETE FROM h WHERE b = 'x' LIMIT 1; XA END 'a', 'branch', 7; XA PREPARE 'a', 'branch', 7; \
         INSERT INTO t (id, v) VALUES (200, 'between'); \
         XA START 'b'; DELETE FROM t WHERE id = 51; DELETE FROM t WHERE id = 52; INSERT INTO h VALUES (5, 'b'); \
         UPDATE h SET b = 'bb' WHERE a = 5; XA END 'b'; XA PREPARE 'b'; \
         XA START 'none'; XA END 'none'; XA PREPARE 'none'; XA COMMIT 'none'; \
         UPDATE t SET v = 'between' WHERE id = 30; \
         XA START 'one'; INSERT INTO t (id, d, m) VALUES (-1, -0.0, '-34:22:33'); \
         XA END 'one'; XA COMMIT 'one' ONE PHASE; \
         XA START 'gone'; DELETE FROM n; XA END 'gone'; XA ROLLBACK 'gone'",
    )
    .await;
    xa.equal_and_held(2).await;
    xa.source(
        "UPDATE t SET v = 'later' WHERE id = 31; XA ROLLBACK 'b'; \
         XA START 'b'; UPDATE t SET v = 'again' WHERE id BETWEEN 40 AND 45; XA END 'b'; XA PREPARE 'b'; \
         XA COMMIT 'a', 'branch', 7; UPDATE t SET v = 'after a' WHERE id < 10; XA COMMIT 'b'; \
         XA START 'b'; DELETE FROM t WHERE id = 41; XA END 'b'; XA PREPARE 'b'; \
         UPDATE t SET id = 542 WHERE id = 42; XA COMMIT 'b'; \
         XA START 'large'; UPDATE t SET v = 'large'; UPDATE t SET d = d + 1; INSERT INTO h SELECT id, 'large' FROM t; \
         XA END 'large'; XA COMMIT 'large' ONE PHASE; \
         XA START 'c'; UPDATE t SET v = 'c'; DELETE FROM h WHERE a > 80; XA END 'c'; XA PREPARE 'c'",
    )
    .await;
    xa.equal_and_held(1).await;
    xa.source("XA COMMIT 'c'; UPDATE t SET v = 'end' WHERE id > 30")
        .await;
    xa.equal_and_held(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_prepared_transaction_wait_for_its_commit() {
    waits(Naming::Gtids).await;
    waits(Naming::Files).await;
}

/// While it is prepared, and while it is committed; one after the other, without catching up in between.
const FAILPOINTS: &[[&[&str]; 2]] = &[
    [
        &["stream.part_kept", "stream.part_kept:2", "stream.prepared"],
        &["stream.part_kept", "stream.prepared"],
    ],
    [
        &["stream.committed"],
        &[
            "stream.rows_written",
            "stream.committed:2",
            "stream.committed",
        ],
    ],
    [
        &[],
        &[
            "stream.window_begun:2",
            "stream.noted:2",
            "stream.committed:3",
        ],
    ],
    [&[], &["stream.committed:2", "stream.finished_window"]],
];

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_preparation_and_the_commit_it_ends_exact() {
    let mut xa = Xa::caught_up(Version::V9_7, Naming::Gtids).await;
    for [preparing, committing] in FAILPOINTS {
        eprintln!("{preparing:?} {committing:?}");
        xa.source(
            "UPDATE t SET v = CONCAT('v', id); XA START 'a'; UPDATE t SET u = -u - 7; \
             DELETE FROM h LIMIT 20; INSERT INTO h SELECT id, 'a' FROM t WHERE id < 60; XA END 'a'; XA PREPARE 'a'; \
             INSERT INTO n SELECT id + 10 FROM n",
        )
        .await;
        for failpoint in *preparing {
            xa.crash_at(failpoint);
        }
        xa.equal_and_held(1).await;
        xa.source(
            "DELETE FROM n WHERE id > 9; XA COMMIT 'a'; UPDATE t SET v = 'after'; \
             XA START 'a'; UPDATE t SET v = 'second'; UPDATE t SET d = d * 2; XA END 'a'; XA PREPARE 'a'; \
             INSERT INTO h VALUES (-5, 'then'); XA COMMIT 'a'; \
             XA START 'a'; UPDATE t SET v = 'third' WHERE id > 3; INSERT INTO h SELECT id, 'one' FROM t; \
             XA END 'a'; XA COMMIT 'a' ONE PHASE; UPDATE t SET v = 'last' WHERE id = 4",
        )
        .await;
        for failpoint in *committing {
            xa.crash_at(failpoint);
        }
        xa.equal_and_held(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_was_prepared_before_the_start_stops_at_its_commit() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("xa");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    let run = || cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
    // so that it cannot be seen
    pair.source()
        .sql(&format!(
            "REVOKE XA_RECOVER_ADMIN ON *.* FROM '{}'@'%'; USE {database}; \
             XA START 'early'; INSERT INTO t (id) VALUES (900); XA END 'early'; XA PREPARE 'early'; \
             XA START 'none'; INSERT INTO t (id) VALUES (901); XA END 'none'; XA PREPARE 'none'",
            pair.user()
        ))
        .await;
    run().expect_code(0);
    // what it changed was never there
    pair.source().sql("XA ROLLBACK 'none'").await;
    run().expect_code(0);
    pair.source().sql("XA COMMIT 'early'").await;
    let stopped = run().expect_code(1);
    assert!(
        stopped.stderr.contains("cutover::stream::xa"),
        "{}",
        stopped.stderr
    );
    assert!(
        stopped.stderr.contains("X'6561726c79',X'',1"),
        "{}",
        stopped.stderr
    );
}

/// It logs an XA transaction when it is committed, as any other.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_source_commits_xa_transactions() {
    let xa = Xa::caught_up(Version::V5_6, Naming::Files).await;
    xa.source(
        "XA START 'a'; UPDATE t SET v = 'a'; XA END 'a'; XA PREPARE 'a'; XA COMMIT 'a'; \
         XA START 'b'; DELETE FROM t WHERE id > 5; XA END 'b'; XA PREPARE 'b'; XA ROLLBACK 'b'; \
         XA START 'c'; DELETE FROM h LIMIT 1; XA END 'c'; XA COMMIT 'c' ONE PHASE",
    )
    .await;
    xa.equal_and_held(0).await;
}
