//! A destination that is restarted in good order.

use mysql_async::prelude::Queryable;

use crate::{
    migrate::folder,
    support::{equal::Comparison, fixtures, pair::Pair, server::Version, wait::until_some_async},
};

/// Rows for some seconds of one worker.
const MANY: &str = "
    SET SESSION cte_max_recursion_depth = 1000000;
    CREATE TABLE many (id INT PRIMARY KEY, text VARCHAR(100), amount DECIMAL(10, 2));
    INSERT INTO many WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
        SELECT i, REPEAT(CHAR(65 + i % 26), i % 90), i / 7 FROM n;";

const ONE_WORKER: &str =
    "\nlimits {\n  full {\n    workers    = 1\n    chunk_time = \"20ms\"\n  }\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_restarts_is_waited_for() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    let database = pair.database("many");
    fixtures::load(pair.source(), &database, MANY).await;
    let cli = folder(&pair, std::slice::from_ref(&database), ONE_WORKER);
    let running = cli.spawn(&["apply", "--auto-approve"]);
    let chunks = format!(
        "SELECT ordinal FROM `{}`.chunk ORDER BY ordinal DESC LIMIT 1",
        pair.metadata_database()
    );
    let destination = pair.destination();
    until_some_async("some chunks are there", async || {
        let mut conn = destination.root().await;
        // the ledger is not there at first
        let ordinal: Option<u64> = conn.query_first(&chunks).await.ok().flatten();
        ordinal.filter(|ordinal| *ordinal > 2)
    })
    .await;
    destination.restart();
    let output = running.wait().expect_code(0);
    for told in ["waiting for the destination", "answers again"] {
        assert!(output.stderr.contains(told), "{}", output.stderr);
    }
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
    cli.run(&["verify"]).expect_code(0);
}
