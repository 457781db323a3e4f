//! Rows that meet in ways that their images do not show, and statements that only look like ours.

use std::fmt::Write as _;

use mysql_async::{Row, prelude::Queryable as _};

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{
    server::{Server, Version},
    wait,
};

const TABLES: &str = "
    CREATE TABLE words (id INT PRIMARY KEY, word VARCHAR(20) COLLATE utf8mb4_unicode_ci, UNIQUE KEY (word))
        DEFAULT CHARACTER SET utf8mb4;
    CREATE TABLE padded (word CHAR(10) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT) DEFAULT CHARACTER SET utf8mb4;
    CREATE TABLE rests (id INT PRIMARY KEY, n INT, UNIQUE KEY ((n % 10)));
    CREATE TABLE begins (id INT PRIMARY KEY, word VARCHAR(20), UNIQUE KEY (word(2))) DEFAULT CHARACTER SET utf8mb4;
    CREATE TABLE made (id INT PRIMARY KEY, n INT, half INT AS (n DIV 2) VIRTUAL, UNIQUE KEY (half));
    CREATE TABLE kept (id INT PRIMARY KEY, v INT);
    INSERT INTO words VALUES (1, 'Stra\u{df}e'), (2, 'other');
    INSERT INTO padded VALUES ('a', 1), ('b', 1);
    INSERT INTO rests VALUES (1, 1), (2, 2); INSERT INTO begins VALUES (1, 'abc'), (2, 'bcd');
    INSERT INTO made (id, n) VALUES (1, 1), (2, 2); INSERT INTO kept VALUES (1, 1), (2, 2);";

/// Transactions of which each needs that the one before is through: a value that is the same, in other
/// letters, goes from row to row.
fn chain() -> String {
    let mut all = String::new();
    for n in 1..60 {
        let (row, next) = (n * 10, n * 10 + 10);
        let word = ["STRASSE", "stra\u{df}e", "Strasse"][n % 3];
        let (letter, other) = if n % 2 == 0 { ("a", "B") } else { ("A ", "b") };
        let _ = write!(
            all,
            "DELETE FROM words WHERE word = 'strasse'; INSERT INTO words VALUES ({next}, '{word}');
             DELETE FROM padded WHERE word = 'a'; INSERT INTO padded VALUES ('{letter}', {n});
             UPDATE padded SET word = '{other}', n = {n} WHERE word = 'b';
             DELETE FROM rests WHERE n % 10 = 1; INSERT INTO rests VALUES ({next}, {row} + 1);
             DELETE FROM begins WHERE word LIKE 'ab%'; INSERT INTO begins VALUES ({next}, 'ab{n}');
             DELETE FROM made WHERE half = 0; INSERT INTO made (id, n) VALUES ({next}, {n} % 2);"
        );
    }
    all
}

/// The statements in the source's binlog that drop something.
async fn drops(source: &Server) -> Vec<String> {
    let mut conn = source.root().await;
    let files: Vec<Row> = conn.query("SHOW BINARY LOGS").await.expect("it has some");
    let mut found = Vec::new();
    for file in files {
        let name: String = file.get(0).expect("a name");
        let events: Vec<Row> = conn
            .query(format!("SHOW BINLOG EVENTS IN '{name}'"))
            .await
            .expect("it can be read");
        let texts = events.iter().filter_map(|event| event.get::<String, _>(5));
        found.extend(texts.filter(|text| text.contains("DROP")));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_same_to_the_destination_only_stays_in_order() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("same");
    let script = format!("SET NAMES utf8mb4; {TABLES}");
    fixtures::load(pair.source(), &database, &script).await;
    let workers = "\nlimits {\n  incremental {\n    workers = 4\n  }\n}\n";
    let mut cli = folder(&pair, &[&database], workers);
    cli.env("CUTOVER_WINDOWS", "500:2");
    let catch_up = || cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
    catch_up().expect_code(0);
    let source = pair.source();
    source
        .sql(&format!("USE {database}; SET NAMES utf8mb4; {}", chain()))
        .await;
    catch_up().expect_code(0);
    assert_equal(&pair, &[&database]).await;

    // a temporary table may have the name of a real one
    source
        .sql(&format!(
            "USE {database}; SET SESSION binlog_format = STATEMENT; \
             CREATE TEMPORARY TABLE kept (x INT); CREATE TEMPORARY TABLE words (x INT); DROP TABLE words"
        ))
        .await;
    wait::until_some_async("the end of the session is logged", || {
        let found = drops(source);
        async move {
            let temporary = |text: &String| text.contains("TEMPORARY") && text.contains("kept");
            found.await.iter().any(temporary).then_some(())
        }
    })
    .await;
    source
        .sql(&format!("INSERT INTO {database}.kept VALUES (3, 3)"))
        .await;
    catch_up().expect_code(0);
    assert_equal(&pair, &[&database]).await;

    // a session that does not say what it changed
    source
        .sql(&format!(
            "SET SESSION binlog_row_image = MINIMAL; UPDATE {database}.kept SET v = 5 WHERE id = 1"
        ))
        .await;
    let stopped = catch_up().expect_code(1).stderr;
    assert!(stopped.contains("binlog_row_image"), "{stopped}");
}
