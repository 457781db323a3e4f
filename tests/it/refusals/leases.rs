//! The lease in the destination's ledger, held by somebody on another host.

use mysql_async::{Conn, prelude::Queryable};

use super::{prepared, refused, says};
use crate::support::{equal::Comparison, pair::Pair};

/// Writes into the ledger what a process on another host would have, whose only connection is
/// `connection`, and which was last heard of so many seconds ago.
async fn held_elsewhere(pair: &Pair, connection: &mut Conn, seconds: u32) {
    let mark = pair.database("mark");
    connection
        .query_drop(format!("DO GET_LOCK('{mark}', 0)"))
        .await
        .unwrap();
    let ledger = pair.metadata_database();
    pair.destination()
        .sql(&format!(
            "UPDATE {ledger}.lease SET released = 0, owner = 'u', host = 'elsewhere.example', pid = 1;
             DELETE FROM {ledger}.lease_connection;
             INSERT INTO {ledger}.lease_connection SELECT migration, '{mark}', epoch FROM {ledger}.lease;
             UPDATE {ledger}.lease_renewal SET renewed_at = UTC_TIMESTAMP(6) - INTERVAL {seconds} SECOND"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_somebody_holds_on_another_host_is_respected() {
    let (pair, database, cli) = prepared("lease", "").await;
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    let mut other = pair
        .destination()
        .connect(&pair.user(), Some(&pair.password()))
        .await;
    held_elsewhere(&pair, &mut other, 0).await;
    let output = refused(&pair, &cli, &["apply", "--auto-approve"], 4).await;
    says(
        &output,
        &["run by u on elsewhere.example (process 1)", "within 30 s"],
    );
    // once its connections are gone it is too
    other.disconnect().await.unwrap();
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_was_not_renewed_is_taken_and_its_connections_are_ended() {
    let (pair, database, cli) = prepared("expired", "").await;
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    let mut other = pair
        .destination()
        .connect(&pair.user(), Some(&pair.password()))
        .await;
    held_elsewhere(&pair, &mut other, 31).await;
    // stopped in the middle of a transaction, it holds locks for as long as it is connected
    other
        .query_drop(format!(
            "BEGIN; INSERT INTO {database}.t VALUES (1, 'half'); SELECT * FROM {}.lease FOR SHARE",
            pair.metadata_database()
        ))
        .await
        .unwrap();
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    assert!(other.query_drop("COMMIT").await.is_err(), "it was ended");
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}
