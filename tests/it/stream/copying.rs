//! Definitions that change while a table is copied, and tables that are copied again.

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::server::Version;

const TABLES: &str = "
    CREATE TABLE seed (n INT AUTO_INCREMENT PRIMARY KEY, v INT);
    INSERT INTO seed (v) VALUES (1), (2), (3), (4), (5), (6), (7), (8);
    INSERT INTO seed (v) SELECT a.v FROM seed a, seed b, seed c;
    CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b INT) DEFAULT CHARACTER SET latin1;
    INSERT INTO t SELECT n, CONCAT('\u{e9}', n), n FROM seed;
    CREATE TABLE heap (a INT, b VARCHAR(10));
    INSERT INTO heap SELECT v, 'x' FROM seed;
    CREATE TABLE u (id INT PRIMARY KEY, v INT);
    INSERT INTO u SELECT n, v FROM seed;";

/// While nobody copies: a change that a row read before it must not be mixed with.
const ALTERED: &str = "
    ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4, DROP COLUMN b, ADD COLUMN c INT DEFAULT 5;
    UPDATE t SET c = id WHERE id < 100;
    ALTER TABLE heap ADD COLUMN c INT DEFAULT 1;
    DELETE FROM heap WHERE a = 3;
    UPDATE u SET v = v + 1;";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_altered_while_it_is_copied_is_copied_again() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("altered");
    fixtures::load(pair.source(), &database, TABLES).await;
    let small = "\nlimits {\n  full {\n    workers    = 1\n    chunk_time = \"1ms\"\n  }\n}\n";
    let mut cli = folder(&pair, &[&database], small);
    cli.env("CUTOVER_FAILPOINT", "copy.committed:12");
    cli.run(&["apply", "--auto-approve"]);
    cli.env_remove("CUTOVER_FAILPOINT");
    pair.source()
        .sql(&format!("USE {database}; {ALTERED}"))
        .await;
    cli.run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    pair.source()
        .sql(&format!(
            "USE {database}; UPDATE t SET a = 'later' WHERE id = 7; INSERT INTO heap VALUES (1, 'y', 2); \
             DELETE FROM u WHERE id = 3"
        ))
        .await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_replaced_beside_the_stream() {
    let pair = streaming_pair(Version::V9_7, Naming::Files).await;
    let database = pair.database("replaced");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&caught_up).expect_code(0);
    // somebody writes to the destination behind our back
    pair.destination()
        .sql(&format!("UPDATE {database}.u SET v = -1 WHERE id = 5"))
        .await;
    let write = async |more: &str| {
        let changes = format!(
            "USE {database}; UPDATE u SET v = v + 1 WHERE id < 10; DELETE FROM heap WHERE a = 1 LIMIT 3; {more}"
        );
        pair.source().sql(&changes).await;
    };
    write("").await;
    let stopped = cli.run(&caught_up).expect_code(1);
    assert!(
        stopped.stderr.contains("cutover::stream::row_differs"),
        "{}",
        stopped.stderr
    );
    assert!(stopped.stderr.contains("(5)"), "{}", stopped.stderr);
    let table = format!("{database}.u");
    let replace = [
        "apply",
        "--auto-approve",
        "--until",
        "caught-up",
        "--replace",
        &table,
    ];
    cli.run(&replace).expect_code(0);
    assert_equal(&pair, &[&database]).await;
    write("INSERT INTO u VALUES (100000, 1)").await;
    cli.run(&caught_up).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_value_may_move_between_rows_while_they_are_copied() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("moving");
    let table = "
        CREATE TABLE t (id INT PRIMARY KEY, u VARCHAR(10) UNIQUE, e ENUM('x', '') NOT NULL);
        INSERT INTO t WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 900)
            SELECT n, CONCAT('u', n), IF(n % 2, 'x', '') FROM r;";
    fixtures::load(pair.source(), &database, table).await;
    let small = "\nlimits {\n  full {\n    workers    = 1\n    chunk_time = \"1ms\"\n  }\n}\n";
    let mut cli = folder(&pair, &[&database], small);
    cli.env("CUTOVER_FAILPOINT", "copy.committed:3");
    cli.run(&["apply", "--auto-approve"]);
    cli.env_remove("CUTOVER_FAILPOINT");
    // what the first rows had, the last ones have now
    pair.source()
        .sql(&format!(
            "USE {database}; UPDATE t SET u = CONCAT('old', id) WHERE id <= 20; \
             UPDATE t SET u = CONCAT('u', 901 - id) WHERE id > 880"
        ))
        .await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
}
