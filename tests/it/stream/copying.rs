//! Definitions that change while a table is copied, and tables that are copied again.

use super::{Naming, assert_equal, fixtures, folder, pair_with, streaming_pair};
use crate::support::{cli::Running, equal::Comparison, pair::Pair, server::Version, wait};
use mysql_async::prelude::Queryable as _;

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

const MORE: &str = "
    CREATE TABLE kept (id INT PRIMARY KEY, v INT);
    INSERT INTO kept VALUES (1, 1), (2, 2);
    CREATE TABLE odd (id INT PRIMARY KEY, e ENUM('a', 'b'));
    INSERT IGNORE INTO odd VALUES (1, 'a'), (2, 'no member'), (3, NULL);
    CREATE TABLE held (id INT PRIMARY KEY, parent INT, v INT, KEY (v),
        FOREIGN KEY (parent) REFERENCES kept (id));
    INSERT INTO held VALUES (1, 1, 1), (2, NULL, 2);";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_selected_later_is_copied_beside_the_stream() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let (database, other) = (pair.database("grown"), pair.database("new"));
    fixtures::load(pair.source(), &database, MORE).await;
    let mut cli = folder(&pair, &[&database], "");
    let all = cli.read("main.hcl");
    let block = format!("database \"{database}\" {{}}");
    let some = all.replace(
        &block,
        &format!("database \"{database}\" {{\n    exclude = [\"held*\"]\n  }}"),
    );
    // what comes after definitions may be chosen as long as no row is there
    let offline = some.replace("\"full\", \"incremental\"]", "\"full\"]");
    assert_ne!(offline, some);
    cli.write("main.hcl", &offline);
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    cli.write("main.hcl", &some);
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&caught_up).expect_code(0);
    cli.write("main.hcl", &offline);
    let frozen = cli.run(&["apply", "--auto-approve"]).expect_code(3);
    assert!(
        frozen.stderr.contains("migration.phases was"),
        "{}",
        frozen.stderr
    );
    cli.write("main.hcl", &some);
    let write = async |changes: &str| {
        let script = format!("USE {database}; {changes}");
        pair.source().sql(&script).await;
    };
    // made by the stream, of which nothing is noted but its definition
    write(
        "CREATE TABLE made (id INT PRIMARY KEY, v INT); CREATE VIEW seen AS SELECT id FROM made;
         INSERT INTO made VALUES (1, 1); CREATE TABLE held_once (id INT PRIMARY KEY)",
    )
    .await;
    cli.run(&caught_up).expect_code(0);

    write(&format!(
        "CREATE DATABASE {other}; CREATE TABLE {other}.t (id INT PRIMARY KEY, v INT);
         CREATE VIEW {other}.shown AS SELECT v FROM {other}.t; INSERT INTO {other}.t VALUES (1, 1);
         INSERT INTO held_once VALUES (1); SET sql_log_bin = 0; DROP TABLE held_once; SET sql_log_bin = 1;
         ALTER TABLE held ADD COLUMN w INT DEFAULT 3; UPDATE held SET v = 9 WHERE id = 1;
         CREATE TABLE waits (id INT PRIMARY KEY); INSERT INTO waits VALUES (1);
         CREATE VIEW waiting AS SELECT id FROM waits"
    ))
    .await;
    let both = all.replace(
        &block,
        &format!("{block}\n  database \"{other}\" {{\n    exclude = [\"shown\"]\n  }}"),
    );
    cli.write("main.hcl", &both);
    let plan = cli.run(&["plan"]).expect_code(0).stdout;
    for (expected, there) in [
        (format!("+ database  {other}"), true),
        (format!("+ table     {other}.t"), true),
        (format!("+ table     {database}.held"), true),
        (format!("= table     {database}.made"), true),
        (format!("{database}.waits"), false),
        (format!("{database}.waiting"), false),
    ] {
        assert_eq!(plan.contains(&expected), there, "{expected}:\n{plan}");
    }
    let early = cli.run(&["finish", "--auto-approve"]).expect_code(3);
    assert!(
        early.stderr.contains("was selected since"),
        "{}",
        early.stderr
    );
    for failpoint in [
        "schema.executed",
        "engine.later_noted",
        "engine.late_copied",
    ] {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        cli.run(&caught_up).expect_code(128 + 6);
        cli.env_remove("CUTOVER_FAILPOINT");
        write("UPDATE held SET v = v + 1; INSERT INTO waits SELECT MAX(id) + 1 FROM waits").await;
    }
    // gone when it was selected
    let told = cli.run(&caught_up).expect_code(0).stderr;
    let passed_over = format!("{database}.held_once is selected, and the stream does not know it");
    assert!(told.contains(&passed_over), "{told}");
    write("ALTER TABLE held ADD KEY (w); DELETE FROM held WHERE id = 2; DROP TABLE made").await;
    cli.run(&caught_up).expect_code(0);
    assert_equal(&pair, &[&database, &other]).await;
    let plan = cli.run(&["plan"]).expect_code(0).stdout;
    assert!(plan.contains("Plan: 0 to create"), "{plan}");
}

/// The first table is copied when the run is killed, the other is not.
#[tokio::test(flavor = "multi_thread")]
async fn indexes_are_those_of_the_table_that_was_copied() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("indexes");
    let tables = "CREATE TABLE a (id INT PRIMARY KEY, v INT, w INT, KEY gone (w)); INSERT INTO a VALUES (1, 1, 1);
        CREATE TABLE b (id INT PRIMARY KEY, v INT, w INT, KEY gone (w)); INSERT INTO b VALUES (1, 1, 1);";
    fixtures::load(pair.source(), &database, tables).await;
    let mut cli = folder(&pair, &[&database], "");
    cli.env("CUTOVER_FAILPOINT", "copy.closed");
    cli.run(&["apply", "--auto-approve"]).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    for table in ["a", "b"] {
        pair.source()
            .sql(&format!(
                "USE {database}; ALTER TABLE {table} ADD c INT DEFAULT 7, ADD KEY (c), DROP KEY gone;
                 ALTER TABLE {table} ADD KEY (v); INSERT INTO {table} VALUES (2, 2, 2, 2)"
            ))
            .await;
    }
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// Once rows in the middle are gone, nobody knows which grandchildren went with them.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_replaced_with_what_follows_it_inside_the_engine() {
    let pair = pair_with(
        Version::V9_7,
        Naming::Gtids,
        &["--innodb-native-foreign-keys=ON"],
    )
    .await;
    let database = pair.database("generations");
    let tables = "CREATE TABLE p (id INT PRIMARY KEY); INSERT INTO p VALUES (1), (2);
        CREATE TABLE m (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
        INSERT INTO m VALUES (10, 1), (20, 2);
        CREATE TABLE c (id INT PRIMARY KEY, m INT, FOREIGN KEY (m) REFERENCES m (id) ON DELETE CASCADE);
        INSERT INTO c VALUES (100, 10), (200, 20);";
    fixtures::load(pair.source(), &database, tables).await;
    let cli = folder(&pair, &[&database], "");
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&caught_up).expect_code(0);
    pair.source()
        .sql(&format!("DELETE FROM {database}.p WHERE id = 1"))
        .await;
    let table = format!("{database}.m");
    let mut replace = caught_up.to_vec();
    replace.extend(["--replace", &table]);
    let output = cli.run(&replace).expect_code(0);
    let plan = &output.stdout;
    assert!(
        plan.contains(&format!("{database}.c is dropped first")),
        "{plan}"
    );
    assert_equal(&pair, &[&database]).await;
}

/// The run is killed behind the start of the stream, before a row is read; then names change.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_takes_anothers_name_is_copied_by_it_or_stops() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("renamed");
    let tables = "CREATE TABLE a (id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1, 1), (2, 2);
        CREATE TABLE t LIKE a; INSERT INTO t VALUES (1, 10), (2, 20);
        CREATE TABLE x LIKE a; CREATE TABLE y LIKE a; INSERT INTO x VALUES (1, 7); INSERT INTO y VALUES (2, 8);
        CREATE TABLE r LIKE a; INSERT INTO r VALUES (1, 5);
        CREATE TABLE parts (id INT PRIMARY KEY, v INT) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (10),
            PARTITION q VALUES LESS THAN (20));
        INSERT INTO parts VALUES (1, 1), (11, 11); CREATE TABLE part LIKE a; INSERT INTO part VALUES (2, 2);";
    fixtures::load(pair.source(), &database, tables).await;
    let mut cli = folder(&pair, &[&database], "");
    cli.env("CUTOVER_FAILPOINT", "copy.boundary");
    cli.run(&["apply", "--auto-approve"]).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    pair.source()
        .sql(&format!(
            "USE {database}; UPDATE a SET v = 3 WHERE id = 1; RENAME TABLE a TO a2; INSERT INTO a2 VALUES (3, 3);
             CREATE TABLE t_new (id INT PRIMARY KEY, v INT, w INT); INSERT INTO t_new VALUES (1, 11, 1);
             RENAME TABLE t TO t_old, t_new TO t; INSERT INTO t VALUES (5, 50, 5); DELETE FROM t_old WHERE id = 1;
             ALTER TABLE r RENAME TO r2, ADD COLUMN w INT DEFAULT 4; INSERT INTO r2 VALUES (2, 6, 6);
             RENAME TABLE x TO z, y TO x, z TO y; INSERT INTO x VALUES (9, 9);
             ALTER TABLE parts EXCHANGE PARTITION p WITH TABLE part; UPDATE part SET v = v + 1; INSERT INTO parts VALUES (3, 3)"
        ))
        .await;
    let until = ["apply", "--auto-approve", "--until", "caught-up"];
    let mut arguments = until.to_vec();
    // each other's names, then each other's rows
    for (one, other) in [("x", "y"), ("parts", "part")] {
        let stopped = cli.run(&arguments).expect_code(1).stderr;
        assert!(stopped.contains("cutover::ddl::while_copied"), "{stopped}");
        arguments = until.to_vec();
        for table in [one, other] {
            let table = format!("{database}.{table}");
            assert!(stopped.contains(&table), "{table}: {stopped}");
            arguments.extend(["--replace", table.leak()]);
        }
    }
    cli.run(&arguments).expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// What is defined between the inspection and the start of the stream is in neither.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_before_the_start_of_the_stream_is_planned_anew() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("window");
    let tables = "CREATE TABLE a (id INT PRIMARY KEY); INSERT INTO a VALUES (1);
        CREATE TABLE gone (id INT PRIMARY KEY); CREATE TABLE wide (id INT PRIMARY KEY);
        CREATE TABLE was (id INT PRIMARY KEY); INSERT INTO was VALUES (1); INSERT INTO wide VALUES (1);
        CREATE VIEW v AS SELECT id FROM a;";
    fixtures::load(pair.source(), &database, tables).await;
    let cli = folder(&pair, &[&database], "");
    let mut lock = pair.destination().root().await;
    lock.query_drop("FLUSH TABLES WITH READ LOCK")
        .await
        .unwrap();
    let running: Running = cli.spawn(&["apply", "--auto-approve", "--until", "caught-up"]);
    waits_for_the_lock(&pair).await;
    pair.source()
        .sql(&format!(
            "USE {database}; CREATE TABLE log (id INT PRIMARY KEY); INSERT INTO log VALUES (1), (2);
             DROP TABLE gone; ALTER TABLE wide ADD COLUMN v INT DEFAULT 3; RENAME TABLE was TO is_now;
             CREATE OR REPLACE VIEW v AS SELECT id + 1 AS n FROM a; CREATE VIEW w AS SELECT id FROM log"
        ))
        .await;
    lock.query_drop("UNLOCK TABLES").await.unwrap();
    let output = running.wait().expect_code(0);
    assert!(output.stderr.contains("planned anew"), "{}", output.stderr);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

async fn waits_for_the_lock(pair: &Pair) {
    let root = std::sync::Arc::new(tokio::sync::Mutex::new(pair.destination().root().await));
    wait::until_some_async("the run waits for the lock", || {
        let root = std::sync::Arc::clone(&root);
        async move {
            let waiting: Option<u64> = root
                .lock()
                .await
                .query_first(
                    "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for global read lock%'",
                )
                .await
                .unwrap();
            waiting
        }
    })
    .await;
}
