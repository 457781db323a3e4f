//! Whole migrations between real servers, compared by other means than the product's own.

use crate::support::{
    cli::Cli,
    equal::{Comparison, Renames, quoted},
    fixtures,
    pair::Pair,
    server::Version,
};

/// A folder with a specification for these databases; `more` are further blocks.
pub fn folder(pair: &Pair, databases: &[String], more: &str) -> Cli {
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let blocks: Vec<String> = databases
        .iter()
        .map(|name| format!("  database \"{name}\" {{}}\n"))
        .collect();
    let selected = blocks.concat();
    cli.write(
        "main.hcl",
        &format!(
            "migration \"{}\" {{\n  phases = [\"schema\", \"full\"]\n}}\n\n{}\n\
             objects {{\n{selected}}}\n\nprechecks {{\n  warnings = \"allow\"\n}}\n{more}",
            pair.database("migration"),
            pair.endpoints_hcl(),
        ),
    );
    cli
}

fn comparison(databases: &[String]) -> Comparison {
    let names: Vec<&str> = databases.iter().map(String::as_str).collect();
    Comparison::of(&names)
}

async fn moves_exactly(pair: &Pair, databases: &[String], more: &str) {
    let cli = folder(pair, databases, more);
    for database in databases {
        // JSON travels as text, which has no decimals: a test of its own says what happens then
        let drop = format!("DROP TABLE IF EXISTS {}.json_opaque", quoted(database));
        pair.source().sql(&drop).await;
    }
    cli.run(&["plan"]).expect_code(0);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    comparison(databases)
        .rows_only()
        .assert_equal(pair.source(), pair.destination())
        .await;
    cli.run(&["verify"]).expect_code(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_arrives_bit_for_bit() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("types");
    fixtures::load_types(pair.source(), &database).await;
    moves_exactly(&pair, &[database], "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_5_6_arrives_bit_for_bit() {
    let pair = Pair::shared(Version::V5_6, Version::V9_7).await;
    let database = pair.database("types");
    fixtures::load_types(pair.source(), &database).await;
    moves_exactly(&pair, &[database], "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_destination_takes_what_an_old_source_has() {
    let pair = Pair::dedicated(Version::V5_6, Version::V5_6).await;
    let database = pair.database("types");
    fixtures::load_types(pair.source(), &database).await;
    moves_exactly(&pair, &[database], "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_only_names() {
    for source in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(source, Version::V9_7).await;
        let database = pair.database("names");
        fixtures::load_names(pair.source(), &database).await;
        moves_exactly(&pair, &[database], "").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_chunks_of_many_workers_add_up() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("types");
    fixtures::load_types(pair.source(), &database).await;
    let more = "\nlimits {\n  full {\n    workers    = 4\n    chunk_time = \"1ms\"\n  }\n}\n";
    moves_exactly(&pair, &[database], more).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_key_cuts_its_table_exactly() {
    let more = "\nlimits {\n  full {\n    workers    = 3\n    chunk_time = \"1ms\"\n  }\n}\n";
    for source in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(source, Version::V9_7).await;
        let database = pair.database("keys");
        fixtures::load_keys(pair.source(), &database).await;
        moves_exactly(&pair, &[database], more).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_local_infile_rows_go_by_insert() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    pair.destination().sql("SET GLOBAL local_infile = 0").await;
    let database = pair.database("types");
    fixtures::load_types(pair.source(), &database).await;
    moves_exactly(&pair, &[database], "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_mapped_everywhere() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("names");
    let to = pair.database("mapped");
    let script = "
        CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(20), KEY (name));
        CREATE TABLE orders (
            id INT AUTO_INCREMENT PRIMARY KEY, cust_id INT NOT NULL, total DECIMAL(10,2),
            doubled DECIMAL(12,2) AS (total * 2), KEY by_total (total),
            CHECK (total >= 0), CONSTRAINT fk FOREIGN KEY (cust_id) REFERENCES customers (id)
        ) AUTO_INCREMENT = 500;
        INSERT INTO customers VALUES (1, 'a'), (2, 'b');
        INSERT INTO orders (id, cust_id, total) VALUES (1, 1, 10), (2, 2, 20);
        CREATE FUNCTION twice(x INT) RETURNS INT DETERMINISTIC RETURN 2 * x;
        CREATE VIEW totals AS SELECT o.id, twice(o.id) AS t, c.name FROM orders o JOIN customers c ON c.id < o.id;
        CREATE VIEW outer_totals AS SELECT * FROM totals;";
    fixtures::load(pair.source(), &database, script).await;
    let more = format!(
        "\nmappings {{\n  database \"{database}\" {{\n    to = \"{to}\"\n\n    table \"orders\" {{\n      \
         to = \"sales_orders\"\n      column \"cust_id\" {{\n        to = \"customer_id\"\n      }}\n    \
         }}\n  }}\n}}\n"
    );
    let cli = folder(&pair, std::slice::from_ref(&database), &more);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    let renames = Renames::default()
        .database(&database, &to)
        .table(&database, "orders", "sales_orders")
        .column(&database, "orders", "cust_id", "customer_id");
    comparison(&[database])
        .renames(renames)
        .assert_equal(pair.source(), pair.destination())
        .await;
    cli.run(&["verify"]).expect_code(0);
    let mut conn = pair.destination().root().await;
    let next: Option<u64> = mysql_async::prelude::Queryable::query_first(
        &mut conn,
        format!(
            "SELECT AUTO_INCREMENT FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = '{to}' AND TABLE_NAME = 'sales_orders'"
        ),
    )
    .await
    .expect("the destination answers");
    assert_eq!(
        next,
        Some(500),
        "values that the source had burnt are not given again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_names_the_rows_and_columns_that_differ() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("d");
    let script = "
        CREATE TABLE t (a INT, b VARCHAR(10), v TEXT, w DOUBLE, PRIMARY KEY (a, b));
        INSERT INTO t VALUES (1, 'x', 'one', 0.5), (2, 'y', 'two', 0.25), (3, 'z', NULL, -0.0);
        CREATE TABLE k (v INT);
        INSERT INTO k VALUES (1), (1), (2);";
    fixtures::load(pair.source(), &database, script).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    pair.destination()
        .sql(&format!(
            "UPDATE {database}.t SET w = 0.0, v = '' WHERE a = 3; DELETE FROM {database}.t WHERE a = 1; \
             INSERT INTO {database}.t VALUES (9, 'n', 'new', 1); DELETE FROM {database}.k LIMIT 1"
        ))
        .await;
    let found = cli.run(&["verify"]).expect_code(2);
    for expected in ["3, 'z'", "1, 'x'", "9, 'n'", "v", "w"] {
        assert!(
            found.stdout.contains(expected),
            "{expected} is not in:\n{}",
            found.stdout
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_sees_definitions_and_missing_objects() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("defined");
    let script = "
        CREATE TABLE t (a INT PRIMARY KEY, b INT, KEY by_b (b));
        CREATE VIEW v AS SELECT * FROM t;
        CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 1;";
    fixtures::load(pair.source(), &database, script).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    cli.run(&["verify"]).expect_code(0);
    pair.destination()
        .sql(&format!(
            "ALTER TABLE {database}.t DROP KEY by_b; DROP VIEW {database}.v; DROP TRIGGER {database}.tr"
        ))
        .await;
    let found = cli.run(&["verify"]).expect_code(2);
    for expected in ["by_b", "view", "trigger", "missing"] {
        assert!(
            found.stdout.contains(expected),
            "{expected} is not in:\n{}",
            found.stdout
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decimal_inside_json_is_said_to_become_a_double() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("json");
    let script = "
        CREATE TABLE t (a INT PRIMARY KEY, j JSON);
        INSERT INTO t VALUES (1, JSON_OBJECT('d', CAST(1.10 AS DECIMAL(5,2)))), (2, '[1.5, 2]');";
    fixtures::load(pair.source(), &database, script).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    let applied = cli.run(&["apply", "--auto-approve"]).expect_code(0);
    assert!(
        applied.stderr.contains("a JSON document holds a DECIMAL"),
        "{}",
        applied.stderr
    );
    cli.run(&["verify"]).expect_code(0);
    let change = format!("UPDATE {database}.t SET j = '[1.5, 3]' WHERE a = 2");
    pair.destination().sql(&change).await;
    cli.run(&["verify"]).expect_code(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_migration_is_not_applied_again() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("once");
    fixtures::load(
        pair.source(),
        &database,
        "CREATE TABLE t (a INT PRIMARY KEY)",
    )
    .await;
    let cli = folder(&pair, &[database], "");
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    cli.run(&["apply", "--auto-approve"]).expect_code(3);
}
