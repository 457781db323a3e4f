//! Rows that are written before, while and after the copy arrive.

use super::{Naming, assert_equal, fixtures, folder, spool::SPOOL, streaming_pair};
use crate::support::server::Version;

const TABLES: &str = "
    CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(20), amount DECIMAL(10, 2),
        note TEXT, UNIQUE KEY (code), KEY (amount)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE pairs (a VARCHAR(10), b INT, v DOUBLE, e ENUM('x', '') NOT NULL, s SET('p', 'q'),
        PRIMARY KEY (a, b)) DEFAULT CHARACTER SET latin1;
    CREATE TABLE heap (a INT, b VARCHAR(10), f FLOAT) DEFAULT CHARACTER SET utf8;
    CREATE TABLE moments (at DATETIME, name VARCHAR(10) COLLATE utf8_bin, e ENUM('x', 'y'), v INT,
        PRIMARY KEY (at, name, e)) DEFAULT CHARACTER SET utf8;
    INSERT INTO moments VALUES ('2020-01-01', 'Q', 'x', 1), ('2020-01-01', 'q ', 'x', 1), ('2020-01-01', 'Q', 'y', 1);
    INSERT INTO orders (code, amount, note) VALUES ('a', 1, NULL), ('b', 2.5, 'two'), ('c', 3, 'it''s');
    INSERT INTO pairs VALUES ('x', 1, 0.1, 'x', 'p'), ('y', 2, -0.0, '', 'p,q');
    INSERT INTO heap VALUES (1, 'one', 0.5), (1, 'one', 0.5), (2, NULL, -0.0);";

/// Changes of every kind: keys swapped, one row many times, several tables at once, rolled back.
const CHANGES: &str = "
    DELETE FROM pairs WHERE b = 3;
    UPDATE moments SET v = v + 1;
    DELETE FROM moments WHERE name = 'gone'; INSERT INTO moments VALUES ('2020-01-01', 'gone', 'x', 1);
    UPDATE orders SET amount = amount + 1;
    INSERT INTO orders (id, code, amount) VALUES (0, 'zero', 0);
    DELETE FROM orders WHERE code = 'a';
    START TRANSACTION;
    UPDATE orders SET code = 'swap' WHERE code = 'b';
    UPDATE orders SET code = 'b' WHERE code = 'c';
    UPDATE orders SET code = 'c' WHERE code = 'swap';
    INSERT INTO pairs VALUES ('\u{e4}', 3, 1e300, 'x', '');
    COMMIT;
    START TRANSACTION;
    INSERT INTO pairs VALUES ('gone', 1, 1, 'x', '');
    SAVEPOINT s;
    INSERT INTO heap VALUES (9, 'gone', 9);
    ROLLBACK TO s;
    INSERT INTO heap VALUES (3, 'three', 3), (3, 'THREE', 3);
    COMMIT;
    START TRANSACTION; DELETE FROM orders; ROLLBACK;
    DELETE FROM heap WHERE a = 1 LIMIT 1;
    UPDATE heap SET b = 'four' WHERE BINARY b = 'THREE';
    UPDATE pairs SET b = b + 10, e = '' WHERE a = 'x';
    DELETE FROM pairs WHERE a = 'gone';
    UPDATE pairs SET a = 'Y' WHERE a = 'y';";

async fn follows(version: Version, naming: Naming) {
    let pair = streaming_pair(version, naming).await;
    let database = pair.database("follow");
    fixtures::load(pair.source(), &database, TABLES).await;
    // without identifiers a spool has files and offsets alone
    let spool = if naming == Naming::Files { SPOOL } else { "" };
    let cli = folder(&pair, &[&database], spool);
    let change = async |times: usize| {
        for _ in 0..times {
            pair.source()
                .sql(&format!(
                    "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; USE {database}; \
                     DELETE FROM orders WHERE code = 'zero'; {CHANGES}"
                ))
                .await;
        }
    };
    cli.run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
    change(1).await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
    change(2).await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
    // all that is selected goes away while nobody follows, and comes back
    let block = format!("database \"{database}\" {{");
    let text = cli.read("main.hcl");
    assert!(text.contains(&block), "{text}");
    let listed = format!("{block}\n    ddl = [\"*\"]\n  ");
    cli.write("main.hcl", &text.replace(&block, &listed));
    let gone = format!("DROP DATABASE {database}");
    pair.source().sql(&gone).await;
    for _ in 0..2 {
        cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(0);
    }
    assert_equal(&pair, &[&database]).await;
    fixtures::load(pair.source(), &database, TABLES).await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_with_gtids_is_followed() {
    follows(Version::V9_7, Naming::Gtids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_without_gtids_is_followed() {
    follows(Version::V9_7, Naming::Files).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_source_is_followed() {
    follows(Version::V5_6, Naming::Files).await;
    follows(Version::V5_6, Naming::Gtids).await;
}
