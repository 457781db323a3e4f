//! Definitions change while the source is followed, and while nobody follows.

use mysql_async::prelude::Queryable as _;

use super::{Naming, fixtures, folder, source_builder, streaming_pair};
use crate::support::{
    cli::Cli,
    equal::Comparison,
    pair::Pair,
    server::{Server, Version},
};

const TABLES: &str = "
    CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(20), b INT DEFAULT 7) DEFAULT CHARACTER SET utf8;
    CREATE TABLE gone (id INT PRIMARY KEY);
    INSERT INTO t (a) VALUES ('one'), ('two');
    INSERT INTO gone VALUES (1);";

/// A table altered ten times, rows written under each of its forms, while nobody follows.
const ALTERED: &str = "
    INSERT INTO t (a) VALUES ('before');
    ALTER TABLE t ADD COLUMN c DECIMAL(10, 2) NOT NULL DEFAULT 1.5 AFTER a;
    INSERT INTO t (a, c) VALUES ('middle', 2.25);
    ALTER TABLE t DROP COLUMN b;
    UPDATE t SET c = c + 1;
    ALTER TABLE t CHANGE a name VARCHAR(40);
    INSERT INTO t (name) VALUES ('renamed');
    ALTER TABLE t MODIFY c VARCHAR(30) NOT NULL DEFAULT 'none';
    INSERT INTO t (name, c) VALUES ('retyped', 'text');
    ALTER TABLE t MODIFY c VARCHAR(30) NOT NULL DEFAULT 'none' FIRST;
    INSERT INTO t VALUES ('reordered', NULL, 'x');
    ALTER TABLE t ADD UNIQUE KEY (name), ADD COLUMN d DATETIME NULL;
    UPDATE t SET d = '2020-01-02 03:04:05' WHERE id = 1;
    ALTER TABLE t ADD COLUMN c2 INT FIRST, ADD COLUMN c3 INT;
    INSERT INTO t (name, c2, c3) VALUES ('wide', 1, 3);
    RENAME TABLE t TO renamed;
    DELETE FROM renamed WHERE name = 'two';
    ALTER TABLE renamed DROP COLUMN c3, DROP COLUMN d;
    INSERT INTO renamed (name) VALUES ('after');
    ALTER TABLE renamed RENAME TO t;
    CREATE TABLE made LIKE t;
    INSERT INTO made SELECT * FROM t;
    TRUNCATE TABLE made;
    INSERT INTO made (name) VALUES ('alone');
    DROP TABLE gone;
    CREATE TABLE gone (k VARCHAR(5) PRIMARY KEY) DEFAULT CHARACTER SET latin1;
    INSERT INTO gone VALUES ('\u{e9}');
    CREATE INDEX by_c ON t (c);
    CREATE TABLE a LIKE gone; CREATE TABLE b LIKE gone;
    INSERT INTO a VALUES ('a'); INSERT INTO b VALUES ('b');
    RENAME TABLE a TO s, b TO a, s TO b;
    INSERT INTO a VALUES ('in a'); INSERT INTO b VALUES ('in b');
    ALTER TABLE t ADD at TIMESTAMP NULL DEFAULT '2024-07-01 12:00:00', ADD local DATETIME DEFAULT '2024-01-01 12:00:00';
    UPDATE t SET local = '2024-06-01 01:02:03' WHERE name = 'one';
    ALTER TABLE t MODIFY local TIMESTAMP NULL, ALTER at SET DEFAULT NULL;
    CREATE TEMPORARY TABLE tmp (x INT); INSERT INTO tmp VALUES (1); DROP TABLE tmp;";

async fn alters(version: Version, naming: Naming) {
    // a clock that is put forward in summer, on both
    let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
    let source = source_builder(version, naming, &[]).zone(zone);
    let pair = Pair::of(source, Server::builder(Version::V9_7).zone(zone)).await;
    let database = pair.database("ddl");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    pair.source()
        .sql(&format!("USE {database}; {ALTERED}"))
        .await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_altered_again_and_again_is_read_by_the_definition_of_its_time() {
    alters(Version::V9_7, Naming::Gtids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_an_old_source_is_altered_again_and_again() {
    alters(Version::V5_6, Naming::Files).await;
}

/// Where the error says that a person's decision is wanted.
fn undecided(cli: &Cli) -> String {
    let stopped = cli
        .run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(1);
    let at = stopped.stderr.split("--at '").nth(1);
    let at = at.and_then(|rest| rest.split('\'').next());
    at.unwrap_or_else(|| panic!("{}", stopped.stderr))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn logged_statements_of_one_transaction_are_each_replaced_once_whenever_killed() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("logged");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(&pair, &[&database], "");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    pair.source()
        .sql(&format!(
            "USE {database}; SET SESSION binlog_format = 'STATEMENT'; START TRANSACTION; \
             UPDATE t SET b = b + 1; UPDATE t SET b = b + 10; COMMIT"
        ))
        .await;
    let values = async || -> Vec<u32> {
        let mut destination = pair.destination().root().await;
        let values = format!("SELECT b FROM {database}.t ORDER BY id");
        destination.query(values).await.expect("it answers")
    };
    let first = undecided(&cli);
    let update = |by: u32| format!("UPDATE {database}.t SET b = b + {by}");
    let sql = update(1);
    let decision = [
        "resolve",
        "--at",
        &first,
        "--replace",
        &sql,
        "--reason",
        "as it was",
    ];
    cli.run(&decision).expect_code(0);
    for failpoint in ["ddl.intended", "ddl.replaced", "ddl.executed"] {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(128 + 6);
        cli.env_remove("CUTOVER_FAILPOINT");
    }
    assert_eq!(values().await, [8, 8]);
    let second = undecided(&cli);
    assert_eq!(second, format!("{first}#2"));
    assert_eq!(values().await, [8, 8]);
    let sql = update(10);
    let decision = [
        "resolve",
        "--at",
        &second,
        "--replace",
        &sql,
        "--reason",
        "as it was",
    ];
    cli.run(&decision).expect_code(0);
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_eq!(values().await, [18, 18]);
}
