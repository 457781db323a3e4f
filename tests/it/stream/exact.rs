//! Behind the copy's end rows must be exactly as the source's images say, or the stream stops.

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::server::Version;

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10), u INT, UNIQUE KEY (u)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE h (a INT, b VARCHAR(10)) DEFAULT CHARACTER SET utf8;
    INSERT INTO t VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3), (4, 'four', 4);
    INSERT INTO h VALUES (1, 'x'), (2, 'y');
    CREATE TABLE k (n INT, e ENUM('x', 'y') NOT NULL, j JSON, b BIT(64));
    INSERT INTO k VALUES (1, 'x', '{\"a\": 1}', 18446744073709551614), (1, 'x', '{\"a\": 1.0}', 18446744073709551614),
        (1, 'x', '{\"a\": 1.0}', 18446744073709551615), (1, 'y', NULL, NULL);";

/// Rows without a key that only their bits tell apart, and members of an ENUM that it does not have.
const BITS: &str = "SET sql_mode = '';
    DELETE FROM k WHERE b = 18446744073709551615;
    UPDATE k SET n = 2 WHERE CAST(j AS CHAR) = '{\"a\": 1.0}';
    INSERT INTO k VALUES (3, 'z', '[]', 1), (4, 'x', '[]', 1);
    UPDATE k SET e = 'z' WHERE e = 'y'; UPDATE k SET n = 5 WHERE e = 0 AND n = 1;";

/// What somebody does on the destination, what the source does, what is said, and how it is mended.
const CASES: &[[&str; 4]] = &[
    [
        "UPDATE t SET a = 'ONE' WHERE id = 1",
        "UPDATE t SET u = 10 WHERE id = 1",
        "t: the row (1) is not as it was on the source before the change at binlog.000001:",
        "UPDATE t SET a = 'one' WHERE id = 1",
    ],
    [
        "DELETE FROM t WHERE id = 2",
        "UPDATE t SET a = 'TWO' WHERE id = 2",
        "t: the row (2) that the source changed at binlog.000001:",
        "INSERT INTO t VALUES (2, 'two', 2)",
    ],
    [
        "UPDATE t SET u = 33 WHERE id = 3",
        "DELETE FROM t WHERE id = 3",
        "`u` differ",
        "UPDATE t SET u = 3 WHERE id = 3",
    ],
    [
        "INSERT INTO t VALUES (50, 'mine', 50)",
        "INSERT INTO t VALUES (5, 'five', 50)",
        "t: a row that the source inserted at binlog.000001:",
        "DELETE FROM t WHERE id = 50",
    ],
    [
        "UPDATE h SET b = 'X' WHERE a = 1",
        "UPDATE h SET b = 'xx' WHERE a = 1",
        "h: the row (by all of its values) that the source changed at binlog.000001:",
        "UPDATE h SET b = 'x' WHERE a = 1",
    ],
];

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_changed_stops_the_stream_and_rows_without_a_key_are_told_apart_by_bits()
 {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("exact");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    let apply = || cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
    apply().expect_code(0);
    for [theirs, ours, said, mended] in CASES {
        let destination = pair.destination();
        destination.sql(&format!("USE {database}; {theirs}")).await;
        pair.source().sql(&format!("USE {database}; {ours}")).await;
        let stopped = apply().expect_code(1);
        // as one line
        let told: Vec<&str> = stopped
            .stderr
            .split(|c: char| c.is_whitespace() || c == '\u{2502}')
            .filter(|word| !word.is_empty())
            .collect();
        let told = told.join(" ");
        assert!(told.contains("cutover::stream::row_differs"), "{told}");
        assert!(told.contains(said), "{told}");
        assert!(told.contains(&database), "{told}");
        destination.sql(&format!("USE {database}; {mended}")).await;
        apply().expect_code(0);
        assert_equal(&pair, &[&database]).await;
    }
    pair.source().sql(&format!("USE {database}; {BITS}")).await;
    apply().expect_code(0);
    assert_equal(&pair, &[&database]).await;
}
