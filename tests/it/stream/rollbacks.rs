//! Rows that were logged and rolled back: before 8.0 the server does so where a temporary table was
//! dropped in between, and says behind them what became of them.

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::server::Version;

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8;
    INSERT INTO t VALUES (1, 'one'), (2, 'two');";

/// All in one session.
const CHANGES: &str = "
    CREATE TEMPORARY TABLE x (a INT); CREATE TEMPORARY TABLE y (a INT); CREATE TEMPORARY TABLE z (a INT);
    CREATE TEMPORARY TABLE w (a INT);
    INSERT INTO t VALUES (3, 'three');
    BEGIN; INSERT INTO t VALUES (10, 'gone'); DROP TEMPORARY TABLE x; INSERT INTO t VALUES (11, 'gone'); ROLLBACK;
    BEGIN; INSERT INTO t VALUES (20, 'stays'); SAVEPOINT `Aa`; UPDATE t SET a = 'gone' WHERE id = 1;
    SAVEPOINT b; DROP TEMPORARY TABLE y; DELETE FROM t WHERE id = 2; ROLLBACK TO aA;
    INSERT INTO t VALUES (21, 'stays'); ROLLBACK TO AA; INSERT INTO t VALUES (22, 'stays'); COMMIT;
    BEGIN; SAVEPOINT a; INSERT INTO t VALUES (30, 'gone'); DROP TEMPORARY TABLE z; ROLLBACK TO a;
    INSERT INTO t VALUES (31, 'stays'), (32, 'stays'); COMMIT;
    SET sql_mode = 'ANSI_QUOTES';
    BEGIN; INSERT INTO t VALUES (40, 'stays'); SAVEPOINT a; INSERT INTO t VALUES (41, 'gone');
    DROP TEMPORARY TABLE w; ROLLBACK TO a; RELEASE SAVEPOINT a; COMMIT;
    INSERT INTO t VALUES (50, 'last');";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rolled_back_is_nowhere_and_never_passed_over() {
    let pair = streaming_pair(Version::V5_6, Naming::Files).await;
    let database = pair.database("rolled");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(&pair, &[&database], "");
    let apply = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&apply).expect_code(0);
    pair.source()
        .sql(&format!("USE {database}; {CHANGES}"))
        .await;
    cli.run(&apply).expect_code(0);
    assert_equal(&pair, &[&database]).await;
    // a window is full inside of a small one: it ends before it
    cli.env("CUTOVER_WINDOWS", "4:100");
    pair.source()
        .sql(&format!(
            "USE {database}; CREATE TEMPORARY TABLE x (a INT); INSERT INTO t VALUES (51, 'a'), (52, 'b');
             INSERT INTO t VALUES (53, 'c'); BEGIN; INSERT INTO t VALUES (54, 'stays'); SAVEPOINT a;
             INSERT INTO t VALUES (55, 'gone'), (56, 'gone'); DROP TEMPORARY TABLE x; ROLLBACK TO a; COMMIT;
             CREATE TEMPORARY TABLE x (a INT); INSERT INTO t VALUES (57, 'd'), (58, 'e'); BEGIN;
             INSERT INTO t VALUES (70, 'gone'), (71, 'gone'), (72, 'gone'); DROP TEMPORARY TABLE x; ROLLBACK;"
        ))
        .await;
    cli.run(&apply).expect_code(0);
    assert_equal(&pair, &[&database]).await;
    // a window ends inside of it: what it holds cannot be taken back, and is not left there in silence
    pair.source()
        .sql(&format!(
            "USE {database}; CREATE TEMPORARY TABLE x (a INT); BEGIN; INSERT INTO t VALUES (60, 'gone');
             INSERT INTO t VALUES (61, 'gone'); INSERT INTO t VALUES (62, 'gone'); DROP TEMPORARY TABLE x;
             ROLLBACK;"
        ))
        .await;
    cli.env("CUTOVER_WINDOWS", "2:100");
    for _ in 0..2 {
        let stopped = cli.run(&apply).expect_code(1);
        let said = stopped.stderr.contains("cutover::stream::rolled_back");
        assert!(said, "{}", stopped.stderr);
    }
}
