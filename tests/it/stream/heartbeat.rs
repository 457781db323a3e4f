//! The heartbeat on the source, and what is told of the lag.

use mysql_async::prelude::Queryable as _;

use super::{Naming, fixtures, folder, streaming_pair};
use crate::support::{
    equal::Comparison,
    server::{Server, Version},
    wait,
};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));
    INSERT INTO t VALUES (1, 'one'), (2, 'two');";

async fn count(server: &Server, query: &str) -> u64 {
    let mut conn = server.root().await;
    let count: Option<u64> = conn.query_first(query).await.expect("the server answers");
    count.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_beats_only_when_asked_and_finish_removes_it() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let (database, own) = (pair.database("beaten"), pair.database("own"));
    fixtures::load(pair.source(), &database, TABLES).await;
    let more = format!(
        "\nincremental {{\n  heartbeat {{\n    every    = \"100ms\"\n    database = \"{own}\"\n  }}\n}}\n\n\
         finish {{\n  fence    = \"idle\"\n  idle_for = \"1s\"\n  max_lag  = \"1h\"\n}}\n"
    );
    let cli = folder(&pair, &[&pair.database("*")], &more);
    let lacking = cli.run(&["plan"]).expect_code(3);
    assert!(
        lacking.stdout.contains("source_priv_heartbeat"),
        "{}",
        lacking.stdout
    );
    pair.source()
        .sql(&format!(
            "GRANT CREATE, INSERT, SELECT, UPDATE, DELETE, DROP ON {own}.* TO {}",
            pair.user()
        ))
        .await;
    let mut apply = cli.spawn(&["apply", "--auto-approve"]);
    apply.wait_for_stderr("streaming: begins");
    let beats = format!("SELECT beat FROM {own}.heartbeat");
    wait::until_some_async("the heart beats", || async {
        let there =
            format!("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{own}'");
        let beaten =
            count(pair.source(), &there).await > 0 && count(pair.source(), &beats).await >= 3;
        beaten.then_some(())
    })
    .await;
    wait::until_some_async("the lag is told", || async {
        let status = cli.run(&["status", "--json"]);
        status.stdout.contains("\"behind\": {").then_some(())
    })
    .await;
    let shown = cli.run(&["status"]).expect_code(0);
    assert!(shown.stdout.contains("\nlag  "), "{}", shown.stdout);
    let steps = cli.run(&["finish", "--dry-run"]).expect_code(0);
    assert!(
        steps.stdout.contains("remove the heartbeat"),
        "{}",
        steps.stdout
    );
    // whoever else writes is seen before the running apply is stopped
    let mut finish = cli.spawn(&["finish", "--auto-approve"]);
    let mut id = 100;
    while !finish.has_ended() {
        let insert = format!("INSERT INTO {database}.t VALUES ({id}, 'later')");
        pair.source().sql(&insert).await;
        id += 1;
    }
    let refused = finish.wait().expect_code(4);
    assert!(
        refused.stderr.contains("was written within"),
        "{}",
        refused.stderr
    );
    assert!(!apply.has_ended(), "a refusal stops nothing");
    cli.run(&["finish", "--auto-approve"]).expect_code(0);
    apply.wait().expect_code(0);
    let schemas =
        format!("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{own}'");
    assert_eq!(count(pair.source(), &schemas).await, 0, "it is gone");
    assert_eq!(count(pair.destination(), &schemas).await, 0, "nor arrived");
    Comparison::of(&[&database])
        .rows_only()
        .assert_equal(pair.source(), pair.destination())
        .await;
}
