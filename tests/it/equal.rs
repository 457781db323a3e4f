//! The comparison sees what it must see: each test makes one change, and reads that very change in the
//! differences. What it does not see here, no other test would.

use crate::support::{
    equal::{Comparison, Renames},
    server::{Place, Server, Version},
    temp::unique,
};

/// Loads `script` into two databases, changes the second, and returns the differences.
async fn differences_after(script: &str, change: &str) -> Vec<String> {
    let server = Server::shared(Version::V9_7, Place::Source);
    let database = format!("equal{}", unique());
    let copy = format!("{database}_copy");
    let mode = "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'; SET NAMES utf8mb4";
    for name in [&database, &copy] {
        server
            .sql(&format!(
                "CREATE DATABASE {name}; USE {name}; {mode}; {script}"
            ))
            .await;
    }
    let comparison = Comparison::of(&[&database])
        .renames(Renames::default().database(&database, &copy))
        .with_objects();
    let before = comparison.differences(server, server).await;
    assert!(before.is_empty(), "different before the change: {before:?}");
    server
        .sql(&format!(
            "USE {copy}; {mode}; SET foreign_key_checks = 0; {change}"
        ))
        .await;
    let found = comparison.differences(server, server).await;
    found
        .iter()
        .map(|line| line.replace(&copy, "copy").replace(&database, "db"))
        .collect()
}

/// A test: a table `t`, a change of its copy, and the one difference that must be told.
macro_rules! sees {
    ($($claim:ident: $script:expr, $change:expr => $difference:expr;)*) => {$(
        #[tokio::test]
        async fn $claim() {
            assert_eq!(differences_after($script, $change).await, [$difference]);
        }
    )*};
}

const PAIRS: &str = "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20)); \
     INSERT INTO t VALUES (1, 'one', 'x'), (2, 'two', 'y')";
const KEYLESS: &str = "CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (1), (2)";
const FLOAT: &str = "CREATE TABLE t (id INT PRIMARY KEY, f FLOAT, d DOUBLE); INSERT INTO t VALUES (1, 0.1, 0.1), (2, 0, 0)";
const DATE: &str = "CREATE TABLE t (id INT PRIMARY KEY, d DATE, dt DATETIME(6), ti TIME(6), ts TIMESTAMP(6)); \
     INSERT INTO t VALUES (1, '0000-00-00', '2024-02-30', '-00:00:01', '2024-01-01')";
const BYTES: &str = "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), vb VARBINARY(20), b BIT(64)); \
     INSERT INTO t VALUES (1, 'a', 'a', X'8000000000000000')";
const ENUM: &str = "CREATE TABLE t (id INT PRIMARY KEY, e ENUM('', 'a'), s SET('', 'a', 'b')); \
     SET sql_mode = ''; INSERT INTO t VALUES (1, '', 0)";
const NUMBER: &str = "CREATE TABLE t (id INT PRIMARY KEY, u BIGINT UNSIGNED, d DECIMAL(65,30)); \
     INSERT INTO t VALUES (1, 18446744073709551615, 0.1)";
const GEOMETRY: &str = "CREATE TABLE t (id INT PRIMARY KEY, g GEOMETRY, j JSON); \
     INSERT INTO t VALUES (1, ST_GeomFromText('POINT(1 2)'), '{\"a\": 1}')";

sees! {
    a_missing_row: PAIRS, "DELETE FROM t WHERE id = 2" => "db.t: row (id=2) is missing";
    an_extra_row: PAIRS, "INSERT INTO t VALUES (3, 'x', 'x')" => "db.t: row (id=3) is only on the destination";
    a_changed_value: PAIRS, "UPDATE t SET a = 'One' WHERE id = 1" => "db.t: row (id=1) differs: a: 'one' is 'One'";
    values_swapped_in_a_row: PAIRS, "UPDATE t SET a = 'x', b = 'one' WHERE id = 1" => "db.t: row (id=1) differs: a: 'one' is 'x', b: 'x' is 'one'";
    a_null_for_an_empty_string: "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20)); INSERT INTO t VALUES (1, '')",
        "UPDATE t SET a = NULL" => "db.t: row (id=1) differs: a: '' is NULL";
    a_null_for_its_name: "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20)); INSERT INTO t VALUES (1, 'NULL')",
        "UPDATE t SET a = NULL" => "db.t: row (id=1) differs: a: 'NULL' is NULL";
    a_missing_twin_in_a_table_without_a_key: KEYLESS, "DELETE FROM t WHERE a = 1 LIMIT 1" => "db.t: row (a=1) is missing";
    an_extra_twin_in_a_table_without_a_key: KEYLESS, "INSERT INTO t VALUES (2)" => "db.t: row (a=2) is only on the destination";
    the_last_bit_of_a_float: FLOAT, "UPDATE t SET f = 0.10000000894069671630859375 WHERE id = 1"
        => "db.t: row (id=1) differs: f: F:3dcccccd is F:3dccccce";
    the_last_bit_of_a_double: FLOAT, "UPDATE t SET d = 0.10000000000000002 WHERE id = 1"
        => "db.t: row (id=1) differs: d: D:3fb999999999999a is D:3fb999999999999b";
    the_sign_of_a_zero: FLOAT, "UPDATE t SET f = -0e0 WHERE id = 2" => "db.t: row (id=2) differs: f: F:00000000 is F:80000000";
    a_zero_date_for_a_null: DATE, "UPDATE t SET d = NULL" => "db.t: row (id=1) differs: d: '0000-00-00' is NULL";
    a_mended_invalid_date: DATE, "UPDATE t SET dt = '2024-03-01'" => "db.t: row (id=1) differs: dt: '2024-02-30' is '2024-03-01'";
    a_microsecond: DATE, "UPDATE t SET ts = '2024-01-01 00:00:00.000001'"
        => "db.t: row (id=1) differs: ts: '2024-01-01' is '2024-01-01 00:00:00.000001'";
    the_sign_of_a_time: DATE, "UPDATE t SET ti = '00:00:01'" => "db.t: row (id=1) differs: ti: '-000:00:01' is '000:00:01'";
    a_trailing_blank: BYTES, "UPDATE t SET v = 'a '" => "db.t: row (id=1) differs: v: 'a' is 'a '";
    a_trailing_nul: BYTES, "UPDATE t SET vb = 'a\\0'" => "db.t: row (id=1) differs: vb: 'a' is 'a\\x00'";
    an_accent_that_composes: BYTES, "UPDATE t SET v = 'ä' ; UPDATE t SET v = CONVERT(X'61CC88' USING utf8mb4)"
        => "db.t: row (id=1) differs: v: 'a' is 'a\\xcc\\x88'";
    one_bit: BYTES, "UPDATE t SET b = b ^ 1"
        => "db.t: row (id=1) differs: b: '\\x80\\x00\\x00\\x00\\x00\\x00\\x00\\x00' is '\\x80\\x00\\x00\\x00\\x00\\x00\\x00\\x01'";
    the_number_0_of_an_enum_beside_its_empty_member: ENUM, "SET sql_mode = ''; UPDATE t SET e = 'no member'"
        => "db.t: row (id=1) differs: e: '#1' is '#0'";
    the_empty_member_of_a_set_beside_no_member: ENUM, "UPDATE t SET s = 1"
        => "db.t: row (id=1) differs: s: '#0' is '#1'";
    the_last_unit_of_an_unsigned: NUMBER, "UPDATE t SET u = u - 1"
        => "db.t: row (id=1) differs: u: 18446744073709551615 is 18446744073709551614";
    the_last_digit_of_a_decimal: NUMBER, "UPDATE t SET d = 0.100000000000000000000000000001"
        => "db.t: row (id=1) differs: d: '0.100000000000000000000000000000' is '0.100000000000000000000000000001'";
    a_spatial_reference: GEOMETRY, "UPDATE t SET g = ST_SRID(g, 3857)"
        => "db.t: row (id=1) differs: g: '\\x00\\x00\\x00\\x00\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xf0?\\x00\\x00\\x00\\x00\\x00\\x00\\x00@' is '\\x11\\x0f\\x00\\x00\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xf0?\\x00\\x00\\x00\\x00\\x00\\x00\\x00@'";
    a_number_in_json_that_became_a_string: GEOMETRY, "UPDATE t SET j = '{\"a\": \"1\"}'"
        => "db.t: row (id=1) differs: j: '{\\\"a\\\": 1}' is '{\\\"a\\\": \\\"1\\\"}'";
    a_number_in_json_that_became_a_double: GEOMETRY, "UPDATE t SET j = NULL; UPDATE t SET j = '{\"a\": 1.0}'"
        => "db.t: row (id=1) differs: j: '{\\\"a\\\": 1}' is '{\\\"a\\\": 1.0}'";
    an_id_0_that_became_another: "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO t VALUES (0), (5)",
        "SET sql_mode = ''; INSERT INTO t VALUES (0); DELETE FROM t WHERE id = 0 OR id = 6" => "db.t: row (id=0) is missing";
    an_invisible_column: "CREATE TABLE t (id INT PRIMARY KEY, i INT INVISIBLE); INSERT INTO t (id, i) VALUES (1, 1)",
        "UPDATE t SET i = 2" => "db.t: row (id=1) differs: i: 1 is 2";
    a_missing_table: "CREATE TABLE t (id INT PRIMARY KEY)", "DROP TABLE t" => "db.t: copy.t is missing";
    an_extra_table: "", "CREATE TABLE t (id INT PRIMARY KEY)" => "copy.t: only on the destination";
}

#[tokio::test]
async fn the_last_byte_of_a_16_mb_value() {
    let script = "CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB); INSERT INTO t VALUES (1, REPEAT('x', 16777216))";
    let change = "UPDATE t SET b = CONCAT(LEFT(b, 16777215), 'y')";
    let found = differences_after(script, change).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("(16777216 bytes)"), "{found:?}");
}

#[tokio::test]
async fn a_hidden_key() {
    let script = "SET sql_generate_invisible_primary_key = ON; CREATE TABLE t (a INT); INSERT INTO t VALUES (1)";
    let found = differences_after(script, "UPDATE t SET my_row_id = 2").await;
    let expected = [
        "db.t: row (my_row_id=1) is missing",
        "db.t: row (my_row_id=2) is only on the destination",
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn rows_that_swapped_their_values() {
    let found = differences_after(PAIRS, "UPDATE t SET a = ELT(3 - id, 'one', 'two')").await;
    let expected = [
        "db.t: row (id=1) differs: a: 'one' is 'two'",
        "db.t: row (id=2) differs: a: 'two' is 'one'",
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn many_differences_are_counted_and_some_are_shown() {
    let script =
        "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1),(2),(3),(4),(5),(6),(7)";
    let found = differences_after(script, "DELETE FROM t").await;
    assert_eq!(found.len(), 6);
    assert_eq!(found[5], "db.t: 7 rows differ in all");
}

#[tokio::test]
async fn names_are_mapped_and_a_value_behind_them_is_seen() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let (from, to) = (format!("equal{}", unique()), format!("equal{}", unique()));
    server
        .sql(&format!(
            "CREATE DATABASE {from}; USE {from};
             CREATE TABLE p (id INT PRIMARY KEY, a INT, g INT AS (a + 1), KEY (a), CHECK (a > 0));
             CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));
             INSERT INTO p (id, a) VALUES (1, 5); INSERT INTO c VALUES (1, 1);
             CREATE DATABASE {to}; USE {to};
             CREATE TABLE pp (id INT PRIMARY KEY, aa INT, g INT AS (aa + 1), KEY a (aa),
                              CONSTRAINT p_chk_1 CHECK (aa > 0));
             CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES pp (id));
             INSERT INTO pp (id, aa) VALUES (1, 5); INSERT INTO c VALUES (1, 1)"
        ))
        .await;
    let renames = Renames::default()
        .database(&from, &to)
        .table(&from, "p", "pp")
        .column(&from, "p", "a", "aa");
    let comparison = Comparison::of(&[&from]).renames(renames);
    comparison.assert_equal(server, server).await;
    server.sql(&format!("UPDATE {to}.pp SET aa = 6")).await;
    let found = comparison.differences(server, server).await;
    assert_eq!(
        found,
        [format!(
            "{from}.p: row (id=1) differs: a: 5 is 6, g: 6 is 7"
        )]
    );
}

const DEFINED: &str = "
    CREATE TABLE p (id INT PRIMARY KEY) COMMENT 'parent';
    CREATE TABLE t (
        id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(20) DEFAULT 'x', b INT NOT NULL, g INT AS (b + 1),
        k INT, KEY ka (a(5)), KEY kb (b DESC), UNIQUE KEY kk (k),
        CONSTRAINT f FOREIGN KEY (k) REFERENCES p (id) ON DELETE CASCADE, CONSTRAINT c CHECK (b > 0)
    ) AUTO_INCREMENT = 100;
    CREATE TABLE r (id INT PRIMARY KEY) PARTITION BY RANGE (id)
        (PARTITION r0 VALUES LESS THAN (10), PARTITION r1 VALUES LESS THAN (20));
    CREATE VIEW v AS SELECT 1 AS one;
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'y';
    CREATE FUNCTION fu(x INT) RETURNS INT DETERMINISTIC RETURN x + 1;
    CREATE PROCEDURE pr(OUT x INT) SET x = 1;
    CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DISABLE DO SELECT 1";

sees! {
    a_default: DEFINED, "ALTER TABLE t ALTER a SET DEFAULT 'y'" => "db: column t.a: default \"x\" is \"y\"";
    a_nullable_column: DEFINED, "ALTER TABLE t MODIFY b INT" => "db: column t.b: nullable \"NO\" is \"YES\"";
    a_type: DEFINED, "ALTER TABLE t MODIFY a VARCHAR(21) DEFAULT 'x'" => "db: column t.a: type \"varchar(20)\" is \"varchar(21)\"";
    a_collation: DEFINED, "ALTER TABLE t MODIFY a VARCHAR(20) COLLATE utf8mb4_bin DEFAULT 'x'"
        => "db: column t.a: collation \"utf8mb4_0900_ai_ci\" is \"utf8mb4_bin\"";
    a_generated_expression: DEFINED, "ALTER TABLE t MODIFY g INT AS (b + 2)" => "db: column t.g: generated \"(`b` + 1)\" is \"(`b` + 2)\"";
    a_column_comment: DEFINED, "ALTER TABLE t MODIFY b INT NOT NULL COMMENT 'c'" => "db: column t.b: comment \"\" is \"c\"";
    a_column_that_became_invisible: DEFINED, "ALTER TABLE t ALTER COLUMN b SET INVISIBLE" => "db: column t.b: extra \"\" is \"INVISIBLE\"";
    a_table_comment: DEFINED, "ALTER TABLE p COMMENT 'other'" => "db: table p: comment \"parent\" is \"other\"";
    a_next_number_that_is_too_small: DEFINED, "ALTER TABLE t AUTO_INCREMENT = 99" => "db: table t: auto_increment \"100\" is \"99\"";
    a_missing_index: DEFINED, "ALTER TABLE t DROP KEY ka" => "db: index t.ka.01 is missing on the destination";
    a_prefix: DEFINED, "ALTER TABLE t DROP KEY ka, ADD KEY ka (a(6))" => "db: index t.ka.01: prefix \"5\" is \"6\"";
    a_direction: DEFINED, "ALTER TABLE t DROP KEY kb, ADD KEY kb (b)" => "db: index t.kb.01: direction \"D\" is \"A\"";
    an_index_that_became_invisible: DEFINED, "ALTER TABLE t ALTER INDEX kb INVISIBLE" => "db: index t.kb.01: visible \"YES\" is \"NO\"";
    an_index_that_is_not_unique: DEFINED, "ALTER TABLE t DROP KEY kk, ADD KEY kk (k)" => "db: index t.kk.01: non_unique \"0\" is \"1\"";
    a_foreign_keys_rule: DEFINED, "ALTER TABLE t DROP FOREIGN KEY f; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES p (id)"
        => "db: foreign key t.f.1: on_delete \"CASCADE\" is \"NO ACTION\"";
    a_missing_foreign_key: DEFINED, "ALTER TABLE t DROP FOREIGN KEY f" => "db: foreign key t.f.1 is missing on the destination";
    a_check: DEFINED, "ALTER TABLE t DROP CHECK c, ADD CONSTRAINT c CHECK (b > 1)" => "db: check t.c: expression \"(`b` > 0)\" is \"(`b` > 1)\"";
    a_check_that_is_not_enforced: DEFINED, "ALTER TABLE t ALTER CHECK c NOT ENFORCED" => "db: check t.c: enforced \"YES\" is \"NO\"";
    a_partitions_limit: DEFINED, "ALTER TABLE r REORGANIZE PARTITION r1 INTO (PARTITION r1 VALUES LESS THAN (30))"
        => "db: partition r.r1.: description \"20\" is \"30\"";
    a_missing_partition: DEFINED, "ALTER TABLE r DROP PARTITION r1" => "db: partition r.r1. is missing on the destination";
    the_databases_collation: DEFINED, "ALTER DATABASE COLLATE utf8mb4_bin" => "db: database copy: collation \"utf8mb4_0900_ai_ci\" is \"utf8mb4_bin\"";
    a_missing_view: DEFINED, "DROP VIEW v" => "db: view v is missing on the destination";
    a_missing_trigger: DEFINED, "DROP TRIGGER tr" => "db: trigger t.tr is missing on the destination";
    a_triggers_time: DEFINED, "DROP TRIGGER tr; CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW SET @a = 'y'"
        => "db: trigger t.tr: timing \"BEFORE\" is \"AFTER\"";
    a_missing_procedure: "CREATE PROCEDURE pr() SELECT 1", "DROP PROCEDURE pr"
        => "db: routine pr.PROCEDURE is missing on the destination";
    a_parameters_mode: DEFINED, "DROP PROCEDURE pr; CREATE PROCEDURE pr(INOUT x INT) SET x = 1" => "db: parameter 1.pr.PROCEDURE: mode \"OUT\" is \"INOUT\"";
    an_event_that_is_enabled: DEFINED, "ALTER EVENT ev ENABLE" => "db: event ev: status \"DISABLED\" is \"ENABLED\"";
}

#[tokio::test]
async fn a_column_in_another_place() {
    let script = "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)";
    let found = differences_after(script, "ALTER TABLE t MODIFY b INT AFTER id").await;
    let expected = [
        "db: column t.a: position \"2\" is \"3\"",
        "db: column t.b: position \"3\" is \"2\"",
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_texts_of_objects_and_who_defined_them() {
    let source = Server::shared(Version::V9_7, Place::Source);
    let destination = Server::shared(Version::V9_7, Place::Destination);
    let database = format!("equal{}", unique());
    for server in [source, destination] {
        server
            .sql(&format!(
                "CREATE DATABASE {database}; USE {database}; {DEFINED}"
            ))
            .await;
    }
    let comparison = Comparison::of(&[&database]).with_objects().with_definers();
    comparison.assert_equal(source, destination).await;
    destination
        .sql(&format!(
            "USE {database};
             CREATE OR REPLACE SQL SECURITY INVOKER VIEW v AS SELECT 2 AS one;
             DROP TRIGGER tr; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'z';
             DROP FUNCTION fu; CREATE DEFINER = 'other'@'%' FUNCTION fu(x INT) RETURNS INT DETERMINISTIC RETURN x + 2;
             ALTER EVENT ev DO SELECT 2"
        ))
        .await;
    let found = comparison.differences(source, destination).await;
    let found: Vec<_> = found
        .iter()
        .map(|line| line.replace(&database, "db"))
        .collect();
    let expected = [
        "db: view v: security \"DEFINER\" is \"INVOKER\"",
        "db: view v: text \"select 1 AS `one`\" is \"select 2 AS `one`\"",
        "db: trigger t.tr: text \"SET NEW.a = 'y'\" is \"SET NEW.a = 'z'\"",
        "db: routine fu.FUNCTION: definer \"root@127.0.0.1\" is \"other@%\"",
        "db: routine fu.FUNCTION: text \"RETURN x + 1\" is \"RETURN x + 2\"",
        "db: event ev: text \"SELECT 1\" is \"SELECT 2\"",
    ];
    assert_eq!(found, expected);
}
