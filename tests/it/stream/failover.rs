//! The source or the destination fails, and a replica of it takes its place.

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, pair_with, spool::SPOOL};
use crate::support::{
    cli::Cli,
    equal::Comparison,
    pair::Pair,
    server::{Server, Version},
    wait,
};

const TABLES: &str = "
    CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT, note VARCHAR(20), UNIQUE KEY (v));
    INSERT INTO t (v, note) VALUES (1, 'a'), (2, 'b'), (3, 'c');
    CREATE TABLE heap (a INT, b VARCHAR(10));
    INSERT INTO heap VALUES (1, 'x'), (1, 'x'), (2, 'y');";

/// A replica of a server of the pair, by its own replication, that has caught up.
async fn replica(of: &Server) -> Server {
    let replica = Server::builder(Version::V9_7)
        .arg("--log-bin=other")
        .arg("--gtid-mode=ON")
        .arg("--enforce-gtid-consistency=ON")
        .start();
    of.sql(
        "SET sql_log_bin = 0; CREATE USER replica@'%' IDENTIFIED BY 'r'; \
             GRANT REPLICATION SLAVE ON *.* TO replica@'%'",
    )
    .await;
    replica
        .sql(&format!(
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = {}, \
             SOURCE_USER = 'replica', SOURCE_PASSWORD = 'r', SOURCE_AUTO_POSITION = 1, \
             GET_SOURCE_PUBLIC_KEY = 1; START REPLICA",
            of.port()
        ))
        .await;
    caught_up(of, &replica).await;
    replica
}

async fn executed(server: &Server) -> String {
    let mut conn = server.root().await;
    let set: Option<String> = conn
        .query_first("SELECT REPLACE(@@GLOBAL.gtid_executed, '\n', '')")
        .await
        .expect("the server answers");
    set.expect("a row")
}

async fn caught_up(of: &Server, replica: &Server) {
    let set = executed(of).await;
    let mut conn = replica.root().await;
    let seconds = wait::PATIENCE.as_secs();
    let missed: Option<u8> = conn
        .query_first(format!(
            "SELECT WAIT_FOR_EXECUTED_GTID_SET('{set}', {seconds})"
        ))
        .await
        .expect("the replica answers");
    assert_eq!(
        missed,
        Some(0),
        "the replica has caught up\n{}",
        replica.log()
    );
}

/// Lets the specification name the other server.
fn point(cli: &Cli, from: &Server, to: &Server) {
    let text = cli.read("main.hcl");
    let port = |server: &Server| format!("port     = {}\n", server.port());
    assert!(text.contains(&port(from)), "{text}");
    cli.write("main.hcl", &text.replacen(&port(from), &port(to), 1));
}

async fn promote(replica: &Server) {
    replica.sql("STOP REPLICA; RESET REPLICA ALL").await;
}

const CAUGHT_UP: [&str; 4] = ["apply", "--auto-approve", "--until", "caught-up"];

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_takes_the_place_of_the_source_also_inside_a_large_transaction() {
    let pair = pair_with(Version::V9_7, Naming::Gtids, &[]).await;
    let database = pair.database("failover");
    fixtures::load(pair.source(), &database, TABLES).await;
    // what waits on disk is of the server before
    let mut cli = folder(&pair, &[&database], SPOOL);
    cli.run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    let replica = replica(pair.source()).await;
    // files and offsets of the two servers have nothing to do with each other
    replica.sql("FLUSH BINARY LOGS; FLUSH BINARY LOGS").await;
    pair.source()
        .sql(&format!(
            "USE {database}; INSERT INTO t (v) VALUES (10), (11); DELETE FROM heap WHERE a = 1 LIMIT 1; \
             INSERT INTO t (v, note) WITH RECURSIVE r (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM r \
             WHERE n < 899) SELECT n, REPEAT('x', 20) FROM r; UPDATE t SET v = -v; INSERT INTO heap VALUES (3, 'z')"
        ))
        .await;
    caught_up(pair.source(), &replica).await;
    // killed inside of the large transactions, some lanes of a window done and others not
    cli.env("CUTOVER_WINDOWS", "100:20");
    cli.env("CUTOVER_FAILPOINT", "stream.committed:9");
    cli.run(&CAUGHT_UP);
    cli.env_remove("CUTOVER_FAILPOINT");
    let mut ledger = pair.destination().root().await;
    let inside: Option<bool> = ledger
        .query_first(format!(
            "SELECT CONCAT(position, COALESCE(window_end, '')) LIKE '%inside%' FROM {}.stream",
            pair.metadata_database()
        ))
        .await
        .expect("the ledger answers");
    assert_eq!(inside, Some(true), "the place is inside of a transaction");
    pair.source().kill9();
    promote(&replica).await;
    point(&cli, pair.source(), &replica);
    replica
        .sql(&format!(
            "USE {database}; UPDATE t SET note = 'new' WHERE v < 0; DELETE FROM heap WHERE a = 3"
        ))
        .await;
    let went_on = cli.run(&CAUGHT_UP).expect_code(0);
    assert!(
        went_on.stderr.contains("another server than before"),
        "{}",
        went_on.stderr
    );
    Comparison::of(&[&database])
        .rows_only()
        .assert_equal(&replica, pair.destination())
        .await;
    replica
        .sql(&format!("INSERT INTO {database}.t (v) VALUES (5000)"))
        .await;
    let again = cli.run(&CAUGHT_UP).expect_code(0);
    assert!(!again.stderr.contains("another server"), "{}", again.stderr);
    // who is followed now is named, also by a state that was lost
    let mut now = replica.root().await;
    let uuid: Option<String> = now
        .query_first("SELECT @@server_uuid")
        .await
        .expect("the server answers");
    for lost in [false, true] {
        if lost {
            let file = format!("state/{}.json", pair.database("migration"));
            std::fs::remove_file(cli.folder().join(file)).expect("it is there");
            cli.run(&["state", "rebuild"]).expect_code(0);
        }
        let status = cli.run(&["status", "--json"]).expect_code(0).stdout;
        let status: serde_json::Value = serde_json::from_str(&status).expect("it is JSON");
        assert_eq!(status["source"]["server_uuid"].as_str(), uuid.as_deref());
    }
    Comparison::of(&[&database])
        .rows_only()
        .assert_equal(&replica, pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_lacks_what_was_applied_is_refused_by_name() {
    let pair = pair_with(Version::V9_7, Naming::Gtids, &[]).await;
    let database = pair.database("behind");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    let replica = replica(pair.source()).await;
    // before the copy is over there is no other place to go on from
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    point(&cli, pair.source(), &replica);
    let refused = cli.run(&CAUGHT_UP).expect_code(3);
    assert!(
        refused.stderr.contains("cutover::plan::frozen"),
        "{}",
        refused.stderr
    );
    point(&cli, &replica, pair.source());
    cli.run(&CAUGHT_UP).expect_code(0);
    replica.sql("STOP REPLICA").await;
    pair.source()
        .sql(&format!("INSERT INTO {database}.t (v) VALUES (77)"))
        .await;
    cli.run(&CAUGHT_UP).expect_code(0);
    assert_equal(&pair, &[&database]).await;
    let set = executed(pair.source()).await;
    let last = set.rsplit(['-', ':']).next().expect("a number").to_owned();
    pair.source().kill9();
    promote(&replica).await;
    point(&cli, pair.source(), &replica);
    let refused = cli.run(&CAUGHT_UP).expect_code(3);
    let said = refused.stdout + &refused.stderr;
    assert!(said.contains("gtid_purged_covers"), "{said}");
    assert!(said.contains(&format!(":{last}")), "{last}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_another_server_has_in_another_order_is_not_finished_there() {
    let pair = pair_with(Version::V9_7, Naming::Gtids, &[]).await;
    let database = pair.database("order");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(&pair, &[&database], "");
    cli.run(&CAUGHT_UP).expect_code(0);
    let replica = replica(pair.source()).await;
    replica.sql("STOP REPLICA").await;
    let rows = "INSERT INTO t (v) VALUES (10), (11), (12)";
    pair.source()
        .sql(&format!("USE {database}; {rows}; UPDATE t SET v = v + 100"))
        .await;
    cli.env("CUTOVER_WINDOWS", "100:2");
    cli.env("CUTOVER_FAILPOINT", "stream.window_begun");
    cli.run(&CAUGHT_UP).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    // there something of its own comes before what the window holds
    replica
        .sql(&format!(
            "INSERT INTO {database}.heap VALUES (9, 'own'); START REPLICA"
        ))
        .await;
    caught_up(pair.source(), &replica).await;
    promote(&replica).await;
    point(&cli, pair.source(), &replica);
    let refused = cli.run(&CAUGHT_UP).expect_code(1);
    assert!(
        refused.stderr.contains("cutover::stream::reordered"),
        "{}",
        refused.stderr
    );
    point(&cli, &replica, pair.source());
    cli.run(&CAUGHT_UP).expect_code(0);
    assert_equal(&pair, &[&database]).await;
    // now that the window is through, any order will do
    point(&cli, pair.source(), &replica);
    cli.run(&CAUGHT_UP).expect_code(0);
    Comparison::of(&[&database])
        .rows_only()
        .assert_equal(&replica, pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_takes_the_place_of_the_destination_also_one_that_lacks_the_end() {
    let server = || {
        Server::builder(Version::V9_7)
            .arg("--log-bin=binlog")
            .arg("--gtid-mode=ON")
            .arg("--enforce-gtid-consistency=ON")
    };
    let pair = Pair::of(server(), server()).await;
    let database = pair.database("replaced");
    fixtures::load(
        pair.source(),
        &database,
        &format!(
            "{TABLES} INSERT INTO t (v) WITH RECURSIVE r (n) AS (SELECT 100 UNION ALL SELECT n + 1 \
             FROM r WHERE n < 899) SELECT n FROM r; INSERT INTO t (v) SELECT v + 1000 FROM t;"
        ),
    )
    .await;
    let limits = "\nlimits {\n  full {\n    workers    = 1\n    chunk_time = \"1ms\"\n  }\n}\n";
    let mut cli = folder(&pair, &[&database], limits);
    cli.env("CUTOVER_FAILPOINT", "copy.committed:2");
    cli.run(&CAUGHT_UP).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    let replica = replica(pair.destination()).await;
    promote(&replica).await;
    // what is done from here on is lost with the destination, but not from the state file
    cli.run(&CAUGHT_UP).expect_code(0);
    pair.source()
        .sql(&format!(
            "USE {database}; UPDATE t SET v = -v; DELETE FROM heap LIMIT 1"
        ))
        .await;
    cli.run(&CAUGHT_UP).expect_code(0);

    let empty = Server::start(Version::V9_7);
    let account = format!(
        "CREATE USER '{0}'@'%' IDENTIFIED BY '{1}'; GRANT ALL ON *.* TO '{0}'@'%' WITH GRANT OPTION",
        pair.user(),
        pair.password()
    );
    empty.sql(&account).await;
    point(&cli, pair.destination(), &empty);
    for command in [&["plan"][..], &CAUGHT_UP, &["verify"], &["finish"]] {
        let refused = cli.run(command).expect_code(3);
        let said = &refused.stderr;
        assert!(said.contains("cutover::state::no_ledger"), "{said}");
    }
    let databases: Vec<String> = empty
        .root()
        .await
        .query(format!("SHOW DATABASES LIKE '{}%'", pair.database("")))
        .await
        .expect("the server answers");
    assert!(databases.is_empty(), "{databases:?}");

    pair.destination().kill9();
    point(&cli, &empty, &replica);
    let went_on = cli.run(&CAUGHT_UP).expect_code(0);
    for part in ["another server than before", "further back"] {
        assert!(went_on.stderr.contains(part), "{part}: {}", went_on.stderr);
    }
    Comparison::of(&[&database])
        .rows_only()
        .assert_equal(pair.source(), &replica)
        .await;
    let again = cli.run(&CAUGHT_UP).expect_code(0);
    assert!(!again.stderr.contains("another server"), "{}", again.stderr);
    cli.run(&["verify"]).expect_code(0);
}
