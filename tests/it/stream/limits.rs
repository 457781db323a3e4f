//! Limits of the copy and of the stream are held, said, and change nothing of what arrives.

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::server::Version;

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
}
