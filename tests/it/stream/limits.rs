//! Limits of the copy and of the stream are held, said, and change nothing of what arrives.

use mysql_async::prelude::Queryable;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{pair::Pair, server::Version, wait};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));
    INSERT INTO t WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 500)
        SELECT n, CONCAT('v', n) FROM r;
    CREATE TABLE heap (a INT, b VARCHAR(20));
    INSERT INTO heap SELECT id, v FROM t WHERE id <= 250;";

const LIMITS: &str = "
limits {
  full {
    workers            = 2
    queries_per_second = 1000
    rows_per_second    = 400
    bytes_per_second   = \"1MiB\"
  }
  incremental {
    workers          = 3
    rows_per_second  = 400
    bytes_per_second = \"1MiB\"
  }
}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_and_a_stream_with_limits_arrive_whole() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("limited");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], LIMITS);
    let copied = cli
        .run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    let says = |stderr: &str, text: &str| assert!(stderr.contains(text), "{stderr}");
    says(
        &copied.stderr,
        "throttled: limits.full.rows_per_second = 400",
    );
    assert_equal(&pair, &[&database]).await;
    pair.source()
        .sql(&format!(
            "USE {database}; UPDATE t SET v = CONCAT(v, '+'); DELETE FROM heap WHERE a <= 100; \
             INSERT INTO t VALUES (1000, 'last')"
        ))
        .await;
    let followed = cli
        .run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    says(
        &followed.stderr,
        "throttled: limits.incremental.rows_per_second = 400",
    );
    assert_equal(&pair, &[&database]).await;
    workers_are_added_and_sent_away_while_rows_are_copied(&pair).await;
    // larger, as it is written, than what the destination takes now
    let limited = "SET GLOBAL max_allowed_packet = 2097152";
    pair.destination().sql(limited).await;
    let large = format!(
        "USE {database}; ALTER TABLE heap ADD c LONGTEXT;
        INSERT INTO heap VALUES (1001, 'large', REPEAT('x', 1100000))"
    );
    pair.source().sql(&large).await;
    let apply = ["apply", "--auto-approve", "--until", "caught-up"];
    let stopped = cli.run(&apply).expect_code(1);
    says(&stopped.stderr, "cutover::stream::row_too_large");
    says(
        &stopped.stderr,
        "SET GLOBAL max_allowed_packet = 1073741824",
    );
    let enough = "SET GLOBAL max_allowed_packet = 67108864";
    pair.destination().sql(enough).await;
    cli.run(&apply).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

/// The only worker is held by a lock on the destination; a second one, which comes with a saved
/// specification, copies the other table meanwhile.
async fn workers_are_added_and_sent_away_while_rows_are_copied(pair: &Pair) {
    let database = pair.database("crew");
    fixtures::load(
        pair.source(),
        &database,
        "CREATE TABLE a (id INT PRIMARY KEY); INSERT INTO a VALUES (1), (2);
         CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (3), (4);",
    )
    .await;
    let limits = |workers| format!("\nlimits {{\n  full {{\n    workers = {workers}\n  }}\n}}\n");
    let cli = folder(pair, &[&database], &limits(1));
    let name = format!("\"{}\"", pair.database("migration"));
    let whole = cli.read("main.hcl").replace(&name, "\"crew\"");
    cli.write("main.hcl", &whole);
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    let mut conn = pair.destination().root().await;
    conn.query_drop(format!(
        "START TRANSACTION; INSERT INTO {database}.a VALUES (1)"
    ))
    .await
    .unwrap();
    let mut running = cli.spawn(&["apply", "--auto-approve", "--until", "full"]);
    running.wait_for_stderr("full: ");
    cli.write("main.hcl", &whole.replace(&limits(1), &limits(2)));
    running.wait_for_stderr("main.hcl was saved: limits.full.workers is 2 from now on");
    wait::until_some_async("the second worker has copied b", async || {
        let mut other = pair.destination().root().await;
        let count: Option<u64> = other
            .query_first(format!("SELECT COUNT(*) FROM {database}.b"))
            .await
            .unwrap();
        (count == Some(2)).then_some(())
    })
    .await;
    cli.write("main.hcl", &whole);
    running.wait_for_stderr("main.hcl was saved: limits.full.workers is 1 from now on");
    conn.query_drop("ROLLBACK").await.unwrap();
    running.wait().expect_code(0);
    assert_equal(pair, &[&database]).await;
}
