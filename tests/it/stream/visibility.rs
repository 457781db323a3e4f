//! A transaction is in the binlog before InnoDB shows it: a source that waits for an acknowledgement
//! between the two keeps it so for as long as the test needs.

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, pair_with};
use crate::support::{server::Version, wait};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));
    INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');";

/// Semi-synchronous, and without a replica that could acknowledge.
const WAITING: &str = "SET GLOBAL rpl_semi_sync_source_timeout = 3600000;
    SET GLOBAL rpl_semi_sync_source_wait_for_replica_count = 1;
    SET GLOBAL rpl_semi_sync_source_enabled = ON";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_binlog_and_not_yet_visible_when_the_stream_starts_arrives() {
    let plugin = ["--plugin-load-add=semisync_source.so"];
    let pair = pair_with(Version::V9_7, Naming::Gtids, &plugin).await;
    let database = pair.database("invisible");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut looks = pair.source().root().await;
    let written = async |looks: &mut mysql_async::Conn| -> (String, u64) {
        let row: Option<mysql_async::Row> = looks
            .query_first("SHOW BINARY LOG STATUS")
            .await
            .expect("the source answers");
        let row = row.expect("a row");
        (row.get(0).expect("a file"), row.get(1).expect("an offset"))
    };
    let executed = async |looks: &mut mysql_async::Conn| -> Option<String> {
        let set = looks.query_first("SELECT @@GLOBAL.gtid_executed").await;
        set.expect("the source answers")
    };
    let before = (written(&mut looks).await, executed(&mut looks).await);
    looks.query_drop(WAITING).await.expect("semi-synchronous");

    let mut writer = pair.source().root().await;
    let change = format!(
        "BEGIN; INSERT INTO {database}.t VALUES (4, 'four'); DELETE FROM {database}.t WHERE id = 1; \
         UPDATE {database}.t SET v = 'changed' WHERE id = 2; COMMIT"
    );
    let writing = tokio::spawn(async move { writer.query_drop(change).await });
    wait::until_some_async("the commit waits", || async {
        let mut conn = pair.source().root().await;
        let waiting: Option<u64> = conn
            .query_first(
                "SELECT COUNT(*) FROM performance_schema.processlist \
                 WHERE STATE LIKE 'Waiting for semi-sync ACK%'",
            )
            .await
            .expect("the source answers");
        (waiting == Some(1)).then_some(())
    })
    .await;
    // the race: the file has it, the set and the table do not
    assert_ne!(written(&mut looks).await, before.0);
    assert_eq!(executed(&mut looks).await, before.1);

    let cli = folder(&pair, &[&database], "");
    cli.run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    let mut destination = pair.destination().root().await;
    let copied: Vec<(i32, String)> = destination
        .query(format!("SELECT id, v FROM {database}.t ORDER BY id"))
        .await
        .expect("the destination answers");
    let old = [(1, "one"), (2, "two"), (3, "three")].map(|(id, v)| (id, v.to_owned()));
    assert_eq!(copied, old, "the copy saw what was not visible");

    looks
        .query_drop("SET GLOBAL rpl_semi_sync_source_enabled = OFF")
        .await
        .expect("no longer semi-synchronous");
    writing.await.expect("it ends").expect("committed");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
    cli.run(&["verify"]).expect_code(0);
}
