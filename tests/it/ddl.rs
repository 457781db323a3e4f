//! Statements of the binlog that change definitions, on real servers: each happens on the destination
//! as on the source, once, and the definitions that the stream keeps are the source's.

mod bench;
mod killed;
mod online;
mod stops;

use cutover::{replication::ddl::DdlOutcome, resolve::ObjectKind};
use mysql_async::prelude::Queryable as _;

use crate::{
    binlog::source,
    support::{
        equal::{Comparison, Renames},
        server::Version,
    },
};
use bench::Bench;

const ALL: &str = "database \"shop\" {}\n  database \"other\" {}";

#[tokio::test(flavor = "multi_thread")]
async fn definitions_follow_the_source() {
    let mut bench = Bench::start(Version::V9_7, ALL, "").await;
    bench
        .both("CREATE DATABASE shop; CREATE DATABASE other")
        .await;
    bench
        .source_sql(
            "USE shop;
             CREATE TABLE p (id INT PRIMARY KEY, v VARCHAR(20) CHARACTER SET latin1 DEFAULT 'x');
             CREATE TABLE c (id INT NOT NULL AUTO_INCREMENT, p INT, n INT GENERATED ALWAYS AS (p + 1),
               PRIMARY KEY (id), KEY (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE,
               CHECK (p > 0)) COMMENT 'it''s';
             CREATE TABLE IF NOT EXISTS p (never INT);
             CREATE TABLE other.like_p LIKE p;
             CREATE TABLE chosen AS SELECT id, v FROM p;
             ALTER TABLE p ADD COLUMN first INT FIRST, ADD w DECIMAL(10,2) NOT NULL DEFAULT 1.5 AFTER id;
             ALTER TABLE p CHANGE v value VARBINARY(9), RENAME COLUMN w TO weight, ADD UNIQUE u (value(3));
             ALTER TABLE p ALTER weight SET DEFAULT 7, DROP COLUMN first;
             CREATE INDEX i ON p (weight DESC, (weight * 2));
             DROP INDEX u ON p;
             ALTER TABLE c RENAME TO child, ADD e ENUM('a','b') /*!80023 INVISIBLE */ /*!99999 , ADD z INT */;
             RENAME TABLE p TO parent, child TO other.child;
             CREATE TABLE parts (a INT NOT NULL, d DATE NOT NULL) PARTITION BY RANGE (YEAR(d))
               (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2010));
             ALTER TABLE parts ADD PARTITION (PARTITION p2 VALUES LESS THAN MAXVALUE);
             ALTER TABLE parts REORGANIZE PARTITION p0, p1 INTO (PARTITION q VALUES LESS THAN (2010));
             CREATE TABLE part LIKE parts; ALTER TABLE part REMOVE PARTITIONING;
             ALTER TABLE parts EXCHANGE PARTITION q WITH TABLE part;
             ALTER TABLE parts TRUNCATE PARTITION p2; TRUNCATE TABLE part;
             CREATE TEMPORARY TABLE hidden (a INT); DROP TEMPORARY TABLE hidden;
             SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';
             CREATE TABLE \"a`b\" (\"x\"\"y\" INT COMMENT '\\', \"TABLE\" TIMESTAMP NULL);
             SET sql_mode = DEFAULT;
             CREATE TABLE gone (a INT); DROP TABLE gone, part;
             ALTER DATABASE shop CHARACTER SET latin1; CREATE TABLE latin (a CHAR(3));
             CREATE VIEW v AS SELECT id, weight FROM parent;
             ALTER VIEW v AS SELECT id FROM parent;
             CREATE PROCEDURE pr(a INT) BEGIN SELECT a; END;
             CREATE FUNCTION fn() RETURNS INT DETERMINISTIC RETURN 1;
             ALTER PROCEDURE pr COMMENT 'changed';
             DROP FUNCTION fn;
             CREATE VIEW gone AS SELECT 1; DROP VIEW IF EXISTS gone, never;
             GRANT SELECT ON shop.* TO root@localhost; ANALYZE TABLE parent; FLUSH TABLES;",
        )
        .await;
    bench
        .latin1("ALTER TABLE shop.latin ADD `\u{fc}ber` INT COMMENT 'gr\u{fc}n'")
        .await;
    bench.follow().await.expect("all are run");
    bench.same(&["shop", "other"], Renames::default()).await;
    bench.known_as_on_the_source().await;

    // seen again, as after a crash before the position moved: nothing happens
    bench.begin_again();
    bench.follow().await.expect("all are done");
    bench.same(&["shop", "other"], Renames::default()).await;

    bench.source_sql("DROP DATABASE other").await;
    let error = bench.follow().await.expect_err("not in the default list");
    assert_eq!(error.code(), "cutover::ddl::unlisted");
    bench.decide("skip", None).await;
    let outcomes = bench.follow().await.expect("it is passed");
    assert!(
        matches!(outcomes[..], [DdlOutcome::LeftOut { .. }]),
        "{outcomes:?}"
    );

    // what only the destination has is somebody else's
    bench
        .destination_sql(
            "CREATE TABLE shop.theirs (a INT); CREATE VIEW shop.their_view AS SELECT 1 AS one",
        )
        .await;
    bench
        .source_sql(
            "USE shop; DROP TABLE IF EXISTS theirs; DROP VIEW IF EXISTS their_view;
             CREATE TABLE made (a INT); DROP TABLE IF EXISTS theirs, made;
             CREATE VIEW made_view AS SELECT 1; DROP VIEW IF EXISTS their_view, made_view;
             CREATE OR REPLACE VIEW their_view AS SELECT 2 AS two",
        )
        .await;
    let error = bench.follow().await.expect_err("it is not ours");
    assert_eq!(error.code(), "cutover::ddl::unexpected_table", "{error}");
    let found: Vec<String> = bench
        .destination_root()
        .await
        .query("SHOW TABLES FROM shop WHERE Tables_in_shop REGEXP 'their|made'")
        .await
        .expect("it is there");
    assert_eq!(found, ["their_view", "theirs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_mapped_in_statements() {
    let mappings = "database \"shop\" {
    to = \"store\"
    table \"orders\" {
      to = \"sales\"
      column \"id\" { to = \"number\" }
      column \"email\" { to = \"mail\" }
    }
    table \"lines\" { to = \"rows\" }
  }";
    let mut bench = Bench::start(Version::V9_7, ALL, mappings).await;
    bench
        .source_sql("CREATE DATABASE shop; CREATE DATABASE other COLLATE latin1_bin")
        .await;
    bench
        .source_sql(
            "USE shop;
             CREATE TABLE orders (id INT PRIMARY KEY, email VARCHAR(50), total INT AS (length(note)), note TEXT, CHECK (id > 0));
             CREATE TABLE `lines` (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES orders (id));
             CREATE TABLE other.l (o INT, FOREIGN KEY (o) REFERENCES shop.orders (id));
             ALTER TABLE orders ADD amount INT AFTER email, ADD KEY k (email, (id + 1)), MODIFY email VARCHAR(60) NOT NULL;
             CREATE UNIQUE INDEX u ON orders (email, id);
             ALTER TABLE orders CHANGE email mail_address VARCHAR(60), CHANGE amount email INT;
             CREATE TABLE tmp (a INT); USE other;
             RENAME TABLE shop.`lines` TO shop.swap, shop.tmp TO shop.`lines`, shop.swap TO shop.tmp;
             TRUNCATE shop.`lines`;",
        )
        .await;
    bench.follow().await.expect("all are run");
    let destination = bench.destination_root().await;
    let tables = bench::tables(destination, "store").await;
    insta::assert_snapshot!(tables);
    bench.known_as_on_the_source().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_server_said_is_understood() {
    // one that stores names in lower case, however they are given
    let folding = source(Version::V5_6, &["--lower-case-table-names=1"]);
    let mut bench = Bench::with(folding, Version::V9_7, ALL, "").await;
    bench
        .both("CREATE DATABASE shop CHARACTER SET utf8; CREATE DATABASE other CHARACTER SET latin1")
        .await;
    bench
        .source_sql(
            "USE shop; SET foreign_key_checks = 1;
             CREATE TABLE a (id INT(11) PRIMARY KEY, t TIMESTAMP, u TIMESTAMP, y YEAR(4), s VARCHAR(10) CHARACTER SET utf8mb4);
             CREATE TABLE chosen SELECT 1 AS x;
             ALTER TABLE a ADD COLUMN b TIMESTAMP, ADD c VARCHAR(5) CHARACTER SET utf8mb4, ADD d TEXT;
             ALTER TABLE a ENGINE = InnoDB ROW_FORMAT = COMPACT;
             CREATE TABLE b (a INT, FOREIGN KEY (a) REFERENCES a (id)); CREATE TABLE x (a INT);
             DROP TABLE x, B; CREATE TABLE x (a INT) CHARSET utf8mb4; ALTER TABLE x RENAME y;
             CREATE TABLE NewOrders (Id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES Shop.A (id) ON DELETE CASCADE ON UPDATE CASCADE);
             CREATE TABLE Shop.LikeOrders LIKE NEWORDERS; ALTER TABLE neworders ADD Total INT;
             RENAME TABLE LIKEORDERS TO Other.Moved; TRUNCATE Other.MOVED; CREATE INDEX i ON NewOrders (Total);
             CREATE VIEW Totals AS SELECT Total FROM neworders; CREATE PROCEDURE Shop.Sum() SELECT 1;",
        )
        .await;
    bench
        .source_fails(
            "DROP TABLE shop.y, shop.never",
            "Unknown table 'shop.never'",
        )
        .await;
    bench.follow().await.expect("all are run");
    bench.same(&["shop", "other"], Renames::default()).await;
    bench.known_as_on_the_source().await;
}

/// Every kind of object is selected by its own kind.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_passes_unseen() {
    let objects = "database \"shop\" {
    include = [\"*\"]
    exclude = [\"tmp_*\"]
    kinds   = [\"tables\"]
  }";
    let mut bench = Bench::start(Version::V9_7, objects, "").await;
    bench.both("CREATE DATABASE shop").await;
    bench
        .source_sql(
            "CREATE DATABASE foreign_db; CREATE TABLE foreign_db.t (a INT); DROP DATABASE foreign_db;
             CREATE TABLE shop.tmp_a (a INT); CREATE VIEW shop.v AS SELECT 1; CREATE FUNCTION shop.f() RETURNS INT DETERMINISTIC RETURN 1;
             CREATE TABLE shop.tmp_b AS SELECT 1 AS a; RENAME TABLE shop.tmp_a TO shop.tmp_c, shop.tmp_b TO shop.tmp_a;
             ALTER TABLE shop.tmp_a RENAME shop.tmp_d; DROP TABLE shop.tmp_c, shop.tmp_d; DROP VIEW shop.v;
             SET SESSION binlog_format = STATEMENT; INSERT INTO mysql.time_zone VALUES (4711, 'N'); SAVEPOINT s;
             CREATE USER unseen@localhost; DROP USER unseen@localhost;
             CREATE TABLE shop.t (a INT PRIMARY KEY);
             CREATE TRIGGER shop.tr BEFORE INSERT ON shop.t FOR EACH ROW SET NEW.a = 1;
             DROP TABLE shop.t;",
        )
        .await;
    let outcomes = bench.follow().await.expect("nothing stops");
    assert_eq!(
        outcomes,
        [DdlOutcome::Done, DdlOutcome::Noted, DdlOutcome::Done]
    );
    assert_eq!(ObjectKind::ALL.len(), 5);
    Comparison::of(&["shop"])
        .assert_equal(bench.source(), bench.destination())
        .await;
}
