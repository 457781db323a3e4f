//! Statements that stop the stream, what gets past them, and runs that were cut off.

use cutover::replication::ddl::{DdlError, DdlOutcome};
use mysql_async::prelude::Queryable as _;

use super::bench::{Bench, tables};
use crate::{
    binlog::{source, source_builder},
    support::server::Version,
};

const OBJECTS: &str = "database \"shop\" {
    include = [\"*\"]
    exclude = [\"tmp_*\"]
    ddl     = [\"create_table\", \"alter_table\", \"drop_table\", \"rename_table\", \"truncate_table\", \"create_view\", \"create_procedure\"]
  }";

const MAPPINGS: &str = "mappings {
  database \"shop\" {
    table \"orders\" {
      to = \"sales\"
      column \"id\" {
        to = \"number\"
      }
    }
  }
}
";

async fn stops(bench: &mut Bench, sql: &str) -> &'static str {
    bench.source_sql(&format!("USE shop; {sql}")).await;
    match bench.follow().await {
        Ok(outcomes) => panic!("{sql} is {outcomes:?}"),
        Err(error) => {
            let help = error.help();
            if let DdlError::Stopped { position, .. } = &error {
                assert!(
                    help.contains(&format!("cutover resolve --at '{position}'")),
                    "{help}"
                );
            }
            error.code()
        }
    }
}

async fn skipped(bench: &mut Bench, sql: &str) -> &'static str {
    let code = stops(bench, sql).await;
    bench.decide("skip", None).await;
    let outcomes = bench.follow().await.expect("it is left out");
    assert!(
        matches!(outcomes[..], [DdlOutcome::LeftOut { .. }]),
        "{sql}: {outcomes:?}"
    );
    code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_cannot_be_replicated_stops_and_is_resolved() {
    let summer = source_builder(Version::V9_7, &[]).zone("CET-1CEST,M3.5.0,M10.5.0/3");
    let mut bench = Bench::with(summer.start(), Version::V9_7, OBJECTS, MAPPINGS).await;
    bench.both("CREATE DATABASE shop").await;
    bench
        .source_sql("CREATE TABLE shop.t (id INT PRIMARY KEY, a INT); CREATE TABLE shop.orders (id INT); CREATE TABLE shop.tmp_x (a INT)")
        .await;
    bench.follow().await.expect("both are made");
    bench
        .destination_sql("INSERT INTO shop.t VALUES (1, 1)")
        .await;

    for (sql, code) in [
        ("CREATE INDEX i ON t (a)", "cutover::ddl::unlisted"),
        ("DROP INDEX i ON t", "cutover::ddl::unlisted"),
        (
            "RENAME TABLE orders TO tmp_orders",
            "cutover::ddl::leaves_selection",
        ),
        (
            "RENAME TABLE tmp_orders TO orders",
            "cutover::ddl::enters_selection",
        ),
        (
            "RENAME TABLE orders TO plain, plain TO other_name",
            "cutover::ddl::other_columns",
        ),
        (
            "ALTER TABLE tmp_x RENAME seen",
            "cutover::ddl::enters_selection",
        ),
        (
            "CREATE TABLE tmp_y (a INT); CREATE TABLE like_x LIKE tmp_y",
            "cutover::ddl::unknown_model",
        ),
        (
            "CREATE TABLE IF NOT EXISTS orders (id INT); CREATE VIEW v AS SELECT id FROM orders",
            "cutover::ddl::unmappable",
        ),
        (
            "CREATE PROCEDURE p() SELECT number, id FROM orders",
            "cutover::ddl::unmappable",
        ),
        (
            "ALTER TABLE t ADD n INT AUTO_INCREMENT UNIQUE",
            "cutover::ddl::numbers_rows",
        ),
        // the destination's clock has no summer
        (
            "ALTER TABLE t ADD z TIMESTAMP DEFAULT '2024-07-01 12:00:00'",
            "cutover::ddl::time_zone",
        ),
        (
            "ALTER TABLE t DISCARD TABLESPACE",
            "cutover::ddl::tablespace_file",
        ),
        (
            "SET SESSION binlog_format = STATEMENT; INSERT INTO orders VALUES (9)",
            "cutover::ddl::rows_as_statement",
        ),
        // what they reach is nowhere in their texts
        (
            "CREATE DATABASE aside; USE aside; CREATE TABLE log (n INT); \
             CREATE TRIGGER tr AFTER INSERT ON log FOR EACH ROW UPDATE shop.orders SET id = id + 1; \
             SET SESSION binlog_format = STATEMENT; INSERT INTO log VALUES (1)",
            "cutover::ddl::rows_as_statement",
        ),
        (
            "USE aside; CREATE VIEW w AS SELECT * FROM shop.orders; \
             SET SESSION binlog_format = STATEMENT; UPDATE w SET id = 2",
            "cutover::ddl::rows_as_statement",
        ),
        (
            "USE aside; CREATE FUNCTION f() RETURNS INT DETERMINISTIC MODIFIES SQL DATA \
               BEGIN DELETE FROM shop.orders; RETURN 1; END; \
             SET SESSION binlog_format = STATEMENT; SELECT f()",
            "cutover::ddl::rows_as_statement",
        ),
    ] {
        assert_eq!(skipped(&mut bench, sql).await, code, "{sql}");
    }
    a_zone_by_name_is_enough(&mut bench).await;
}

/// Some name of the zone that the source's system has, in what the destination has loaded.
async fn a_zone_by_name_is_enough(bench: &mut Bench) {
    bench
        .source_sql("CREATE TABLE shop.zoned (id INT PRIMARY KEY)")
        .await;
    bench.follow().await.expect("it is made");
    bench
        .destination_sql("INSERT INTO shop.zoned VALUES (1)")
        .await;
    let sql = "ALTER TABLE zoned ADD z TIMESTAMP DEFAULT '2024-07-01 12:00:00'";
    assert_eq!(stops(bench, sql).await, "cutover::ddl::time_zone");
    // at 1 o'clock UTC on the last Sundays of March and October
    let changes = "WITH RECURSIVE y (y) AS (SELECT 1970 UNION ALL SELECT y + 1 FROM y WHERE y < 2037),
         last (day, kind) AS (SELECT CONCAT(y, '-03-31'), 2 FROM y UNION ALL SELECT CONCAT(y, '-10-31'), 1 FROM y)
         SELECT 1, TIMESTAMPDIFF(SECOND, '1970-01-01', day - INTERVAL (WEEKDAY(day) + 1) % 7 DAY) + 3600, kind FROM last";
    bench
        .destination_sql(&format!(
            "USE mysql; INSERT INTO time_zone VALUES (1, 'N'); INSERT INTO time_zone_name VALUES ('Europe/Here', 1);
             INSERT INTO time_zone_transition_type VALUES (1, 0, 0, 0, 'LMT'), (1, 1, 3600, 0, 'CET'), (1, 2, 7200, 1, 'CEST');
             INSERT INTO time_zone_transition VALUES (1, -2000000000, 1);
             INSERT INTO time_zone_transition {changes}"
        ))
        .await;
    bench.decide("retry", None).await;
    assert_eq!(bench.follow().await.expect("it can"), [DdlOutcome::Done]);
    let found: Option<u32> = bench
        .destination_root()
        .await
        .query_first("SELECT UNIX_TIMESTAMP(z) FROM shop.zoned")
        .await
        .expect("it is there");
    assert_eq!(found, Some(1_719_828_000), "10 o'clock UTC");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_statement_is_replaced_or_tried_again() {
    let mut bench = Bench::with(source(Version::V9_7, &[]), Version::V9_7, OBJECTS, "").await;
    bench.both("CREATE DATABASE shop").await;
    bench
        .source_sql("CREATE TABLE shop.t (id INT PRIMARY KEY, a INT)")
        .await;
    bench.follow().await.expect("it is made");
    bench
        .destination_sql("INSERT INTO shop.t VALUES (1, 1), (2, 1)")
        .await;

    // the destination's rows do not allow it
    let code = stops(&mut bench, "ALTER TABLE t ADD UNIQUE u (a)").await;
    assert_eq!(code, "cutover::ddl::refused");
    bench
        .destination_sql("DELETE FROM shop.t WHERE id = 2")
        .await;
    bench.decide("retry", None).await;
    assert_eq!(bench.follow().await.expect("it can"), [DdlOutcome::Done]);

    bench
        .destination_sql("CREATE TABLE shop.there (x INT)")
        .await;
    let code = stops(&mut bench, "CREATE TABLE there (y INT)").await;
    assert_eq!(code, "cutover::ddl::refused");
    bench
        .decide("replace", Some("ALTER TABLE shop.there CHANGE x y INT"))
        .await;
    assert_eq!(bench.follow().await.expect("it can"), [DdlOutcome::Done]);
    bench
        .same(&["shop"], crate::support::equal::Renames::default())
        .await;
    bench.known_as_on_the_source().await;
    bench.restart().await;
    bench.known_as_on_the_source().await;
}

/// Somebody else's transaction is named, and waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_waited_for_and_its_holder_is_named() {
    let mut bench = Bench::with(source(Version::V9_7, &[]), Version::V9_7, OBJECTS, "").await;
    bench.both("CREATE DATABASE shop").await;
    bench
        .source_sql("CREATE TABLE shop.t (id INT PRIMARY KEY)")
        .await;
    bench.follow().await.expect("it is made");
    let mut holder = bench.destination_root().await;
    holder
        .query_drop("START TRANSACTION; SELECT * FROM shop.t")
        .await
        .expect("it runs");
    bench.source_sql("ALTER TABLE shop.t ADD a INT").await;
    let error = bench.follow().await.expect_err("it is held");
    assert_eq!(error.code(), "cutover::ddl::locked");
    let text = error.to_string();
    assert!(
        text.contains(&format!("connection {} (root@", holder.id())),
        "{text}"
    );
    holder.query_drop("COMMIT").await.expect("it runs");
    assert_eq!(
        bench.follow().await.expect("it is free"),
        [DdlOutcome::Done]
    );
}

/// The row says that it was about to be run: what the destination has decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_was_cut_off_is_decided_by_what_is_there() {
    for to in [Version::V9_7, Version::V5_6] {
        let from = if to == Version::V9_7 {
            Version::V9_7
        } else {
            Version::V5_6
        };
        let mut bench = Bench::with(source(from, &[]), to, OBJECTS, "").await;
        bench
            .both("CREATE DATABASE shop CHARACTER SET latin1")
            .await;
        bench
            .source_sql("USE shop; CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT, x INT); CREATE TABLE c (id INT)")
            .await;
        bench.follow().await.expect("all are made");
        bench.destination_sql("INSERT INTO shop.a VALUES (1)").await;
        for (sql, happened) in [
            (
                "ALTER TABLE shop.a ADD COLUMN n INT",
                "ALTER TABLE shop.a ADD COLUMN n INT",
            ),
            (
                "RENAME TABLE shop.a TO shop.s, shop.b TO shop.a, shop.s TO shop.b",
                "RENAME TABLE shop.a TO shop.s, shop.b TO shop.a, shop.s TO shop.b",
            ),
            ("DROP TABLE shop.a, shop.c", "DROP TABLE shop.a"),
            ("TRUNCATE TABLE shop.b", "TRUNCATE TABLE shop.b"),
        ] {
            if to == Version::V9_7 && sql.starts_with("DROP") {
                bench.cut_off(sql, "DROP TABLE shop.a, shop.c").await;
            } else if to == Version::V5_6 && sql.starts_with("RENAME") {
                // one of three
                bench.cut_off(sql, "RENAME TABLE shop.a TO shop.s").await;
            } else {
                bench.cut_off(sql, happened).await;
            }
            bench.restart().await;
            assert_eq!(
                bench.follow().await.expect("it is known"),
                [DdlOutcome::Done],
                "{sql}"
            );
        }
        bench
            .same(&["shop"], crate::support::equal::Renames::default())
            .await;
        bench.known_as_on_the_source().await;

        // neither before nor behind it
        bench
            .cut_off(
                "ALTER TABLE shop.b ADD COLUMN m INT",
                "ALTER TABLE shop.b ADD COLUMN other INT",
            )
            .await;
        bench.restart().await;
        let error = bench.follow().await.expect_err("nobody knows");
        assert_eq!(error.code(), "cutover::ddl::undecided");
        bench
            .destination_sql("ALTER TABLE shop.b DROP COLUMN other")
            .await;
        bench.decide("retry", None).await;
        assert_eq!(bench.follow().await.expect("it can"), [DdlOutcome::Done]);
        let found = tables(bench.destination_root().await, "shop").await;
        assert!(found.contains("`m` int"), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_statement_is_recorded_where_the_specification_says_so() {
    let more = "incremental {\n  on_ddl_error = \"continue\"\n  ddl_unlisted = \"ignore\"\n}\n";
    let mut bench = Bench::with(source(Version::V9_7, &[]), Version::V9_7, OBJECTS, more).await;
    bench.both("CREATE DATABASE shop").await;
    bench
        .source_sql("CREATE TABLE shop.t (id INT PRIMARY KEY, a INT)")
        .await;
    bench.follow().await.expect("it is made");
    bench
        .destination_sql("INSERT INTO shop.t VALUES (1, 1), (2, 1)")
        .await;
    bench
        .source_sql("USE shop; ALTER TABLE t ADD UNIQUE u (a); CREATE INDEX i ON t (a); ALTER TABLE t ADD z INT")
        .await;
    let outcomes = bench.follow().await.expect("it goes on");
    assert!(
        matches!(
            outcomes[..],
            [
                DdlOutcome::Failed { .. },
                DdlOutcome::LeftOut { .. },
                DdlOutcome::Done
            ]
        ),
        "{outcomes:?}"
    );
    bench.known_as_on_the_source().await;
    assert_eq!(bench.left_out().await, ["failed", "skipped"]);
}
