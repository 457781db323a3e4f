//! Triggers: guarded ones, those over renamed columns, and their order.

use mysql_async::prelude::Queryable as _;

use crate::{
    stream::{Naming, assert_equal, folder, streaming_pair},
    support::{
        cli::Cli,
        equal::Comparison,
        pair::Pair,
        server::{Server, Version},
    },
};

fn specification(pair: &Pair, more: &str) -> String {
    format!(
        "migration \"m\" {{}}\n{}\nobjects {{\n  database \"{}\" {{}}\n}}\nprechecks {{\n  warnings = \
         \"allow\"\n}}\n{more}\n",
        pair.endpoints_hcl(),
        pair.database("shop"),
    )
}

async fn rows(server: &Server, query: &str) -> Vec<String> {
    let mut conn = server.root().await;
    let rows: Result<Vec<String>, _> = conn.query(query).await;
    rows.unwrap_or_else(|error| panic!("{error}\nin: {query}"))
}

#[tokio::test]
async fn guarded_triggers_fire_for_everybody_but_us_and_are_plain_in_the_end() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("shop");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; USE {database}; \
             CREATE TABLE t (id INT PRIMARY KEY, n INT, word VARCHAR(40)); \
             CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(40)); \
             CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1; \
             INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'); \
             CREATE VIEW seen AS SELECT id, n FROM t WHERE word = 'b'; \
             CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW SET NEW.n = f(NEW.n); \
             CREATE TRIGGER zero BEFORE INSERT ON t FOR EACH ROW PRECEDES one \
               SET NEW.n = NEW.n * 10; \
             CREATE TRIGGER noted AFTER INSERT ON t FOR EACH ROW l: BEGIN \
               IF NEW.id < 0 THEN LEAVE l; END IF; \
               INSERT INTO log (what) VALUES (NEW.word); END l -- at last\n ; \
             SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; \
             CREATE TRIGGER \"odd`one\" AFTER UPDATE ON t FOR EACH ROW \
               INSERT INTO log (what) VALUES (CONCAT('\\', NEW.\"word\")) /* behind */"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let guarded = "schema {\n  triggers = \"guarded\"\n}\n";
    cli.write("m.hcl", &specification(&pair, guarded));
    cli.run(&["apply", "m.hcl", "--auto-approve", "--until", "full"])
        .expect_code(0);
    let destination = pair.destination();
    let log = format!("SELECT what FROM {database}.log");
    assert_eq!(rows(destination, &log).await, [""; 0]);
    let mut conn = destination.root().await;
    conn.query_drop(format!(
        "BEGIN; INSERT INTO {database}.t VALUES (3, 3, 'c'); UPDATE {database}.t SET word = 'd'"
    ))
    .await
    .expect("anybody may write");
    let seen: Vec<String> = conn
        .query(format!(
            "SELECT CONCAT(id, ' ', n) FROM {database}.t UNION ALL SELECT what FROM {database}.log"
        ))
        .await
        .expect("read");
    assert_eq!(seen, ["1 1", "2 2", "3 31", "c", "\\d", "\\d", "\\d"]);
    conn.query_drop("ROLLBACK").await.expect("taken back");
    drop(conn);

    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);
    let definitions = format!(
        "SELECT CONCAT_WS('|', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, \
         ACTION_ORDER, TRIM(TRAILING ';' FROM ACTION_STATEMENT), SQL_MODE) FROM information_schema.TRIGGERS \
         WHERE TRIGGER_SCHEMA = '{database}' ORDER BY TRIGGER_NAME"
    );
    let source = rows(pair.source(), &definitions).await;
    assert_eq!(source.len(), 4);
    assert_eq!(rows(destination, &definitions).await, source);
    assert_eq!(rows(destination, &log).await, [""; 0]);
    destination
        .sql(&format!(
            "USE {database}; DROP TRIGGER one; \
             CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 0; DROP FUNCTION f; \
             CREATE OR REPLACE VIEW seen AS SELECT id, n FROM t WHERE word = 'B'"
        ))
        .await;
    let verify = cli.run(&["verify", "m.hcl"]).expect_code(2);
    for said in [
        "one is defined otherwise",
        "seen is defined otherwise",
        "f is missing",
    ] {
        assert!(verify.stdout.contains(said), "{said}\n{}", verify.stdout);
    }
}

#[tokio::test]
async fn a_trigger_over_a_renamed_column_is_refused_by_the_plan() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("shop");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; USE {database}; \
             CREATE TABLE t (id INT PRIMARY KEY, word VARCHAR(40)); \
             CREATE VIEW words AS SELECT * FROM t; \
             CREATE TRIGGER low BEFORE INSERT ON t FOR EACH ROW\n\
               SET NEW.word = LOWER(NEW.word); \
             CREATE TRIGGER fine AFTER DELETE ON t FOR EACH ROW SET @gone = OLD.id"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let mapping = format!(
        "mappings {{\n  database \"{database}\" {{\n    table \"t\" {{\n      column \"word\" {{\n        \
         to = \"wort\"\n      }}\n    }}\n  }}\n}}\n"
    );
    cli.write("m.hcl", &specification(&pair, &mapping));
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(3);
    let said: String = plan.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(&format!(
            "uses the renamed column {database}.t.word, in line 1"
        )),
        "{}",
        plan.stdout
    );
    assert!(
        said.contains("+ trigger") && said.contains(".fine"),
        "{}",
        plan.stdout
    );
    // one that does not arrive at all
    let block = format!("database \"{database}\" {{");
    let without = format!(
        "{block}\n    include = [\"*\"]\n    table \"t\" {{ exclude_columns = [\"word\"] }}\n  "
    );
    let excluding = specification(&pair, "").replace(&block, &without);
    cli.write("m.hcl", &excluding);
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(3);
    let said: String = plan.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let uses = format!("uses the excluded column {database}.t.word");
    assert_eq!(said.matches(&uses).count(), 2, "{}", plan.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn guarded_triggers_stand_beside_a_stream() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let source = pair.source();
    source
        .sql(
            "CREATE DATABASE shop; USE shop; \
             CREATE TABLE t (id INT PRIMARY KEY, n INT); CREATE TABLE gone (id INT PRIMARY KEY); \
             CREATE TABLE moved (id INT PRIMARY KEY, n INT); \
             CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what INT); \
             INSERT INTO t VALUES (1, 1); \
             CREATE TRIGGER tens BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.n * 10; \
             CREATE TRIGGER noted AFTER INSERT ON t FOR EACH ROW \
               INSERT INTO log (what) VALUES (NEW.n); \
             CREATE TRIGGER dropped AFTER DELETE ON t FOR EACH ROW DELETE FROM log; \
             CREATE TRIGGER with_it AFTER INSERT ON gone FOR EACH ROW SET @gone = 1; \
             CREATE TRIGGER along BEFORE UPDATE ON moved FOR EACH ROW SET NEW.n = OLD.n + 1",
        )
        .await;
    let cli = folder(
        &pair,
        &["shop"],
        "\nschema {\n  triggers = \"guarded\"\n}\n",
    );
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&caught_up).expect_code(0);
    let destination = pair.destination();
    let guarded = "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS \
         WHERE TRIGGER_SCHEMA = 'shop' AND ACTION_STATEMENT LIKE 'IF @%' ORDER BY 1";
    let all = ["along", "dropped", "noted", "tens", "with_it"];
    assert_eq!(rows(destination, guarded).await, all);
    source
        .sql(
            "USE shop; INSERT INTO t VALUES (2, 2), (3, 3); ALTER TABLE t ADD word VARCHAR(9); \
             INSERT INTO t VALUES (4, 4, 'x'); DROP TABLE gone; DROP TRIGGER dropped; \
             DROP TRIGGER tens; \
             CREATE TRIGGER tens BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.n * 100; \
             INSERT INTO moved VALUES (1, 1); UPDATE moved SET n = 0; DELETE FROM t WHERE id = 1; \
             INSERT INTO t VALUES (5, 5, 'y')",
        )
        .await;
    cli.run(&caught_up).expect_code(0);
    // what the source's triggers did came as rows; ours did nothing to them
    assert_equal(&pair, &["shop"]).await;
    let mut conn = destination.root().await;
    conn.query_drop("BEGIN; INSERT INTO shop.t VALUES (9, 9, 'z')")
        .await
        .expect("anybody may write");
    let seen: Vec<i32> = conn
        .query("SELECT n FROM shop.t WHERE id = 9 UNION ALL SELECT MAX(what) FROM shop.log")
        .await
        .expect("read");
    assert_eq!(
        seen,
        [90, 500],
        "the guarded trigger is the one of the start"
    );
    conn.query_drop("ROLLBACK").await.expect("taken back");
    drop(conn);
    source.sql("SET GLOBAL super_read_only = ON").await;
    cli.run(&["finish", "--auto-approve"]).expect_code(0);
    assert_eq!(rows(destination, guarded).await, [""; 0]);
    Comparison::of(&["shop"])
        .with_objects()
        .assert_equal(source, destination)
        .await;
    cli.run(&["verify"]).expect_code(0);
}
