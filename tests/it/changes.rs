//! A specification that changes after its migration has begun: what is taken up, what is refused,
//! and what is copied again.

use mysql_async::prelude::Queryable;

use crate::{
    migrate::folder,
    support::{
        cli::{Cli, Output},
        equal::Comparison,
        fixtures,
        pair::Pair,
        server::Version,
    },
};

const SCRIPT: &str = "
    CREATE TABLE orders (id INT PRIMARY KEY, customer INT, note VARCHAR(40), KEY (customer));
    CREATE TABLE items (id INT PRIMARY KEY, parent INT,
        CONSTRAINT line_of FOREIGN KEY (parent) REFERENCES orders (id));
    CREATE TABLE later (id INT PRIMARY KEY, v VARCHAR(20));
    INSERT INTO orders VALUES (1, 7, 'a'), (2, 8, 'b'), (3, 9, 'c');
    INSERT INTO items VALUES (10, 1), (11, 2);
    INSERT INTO later VALUES (1, 'x'), (2, 'y');
    CREATE VIEW seen AS SELECT id FROM orders";

/// A migration of `orders` and `items` whose copy is done, and that waits for its end.
async fn copied(name: &str) -> (Pair, String, Cli) {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database(name);
    fixtures::load(pair.source(), &database, SCRIPT).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    let whole = cli.read("main.hcl");
    let all = format!("database \"{database}\" {{}}");
    let some = format!("database \"{database}\" {{\n    exclude = [\"later\"]\n  }}");
    assert!(whole.contains(&all));
    cli.write("main.hcl", &whole.replace(&all, &some));
    cli.run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    (pair, database, cli)
}

fn add(cli: &Cli, more: &str) {
    let whole = cli.read("main.hcl");
    cli.write("main.hcl", &format!("{whole}\n{more}"));
}

fn mapped(database: &str, table: &str) -> String {
    format!("mappings {{\n  database \"{database}\" {{\n    {table}\n  }}\n}}\n")
}

#[track_caller]
fn has(output: &Output, expected: &[&str]) {
    let words = |text: &str| -> String { text.split_whitespace().collect::<Vec<_>>().join(" ") };
    let all = format!("{}\n{}", output.stdout, output.stderr.replace('│', " "));
    let all = words(&all);
    for one in expected {
        assert!(all.contains(&words(one)), "{one:?} is not in:\n{all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rows_depend_on_is_refused_old_and_new_and_copied_again_on_demand() {
    let (pair, database, mut cli) = copied("frozen").await;
    let before = cli.read("main.hcl");
    let orders = format!("{database}.orders");
    add(
        &cli,
        &mapped(
            &database,
            "table \"orders\" {\n      to = \"sales\"\n      column \"customer\" {\n        to = \"buyer\"\n      }\n    }",
        ),
    );
    let planned = cli.run(&["plan"]).expect_code(3);
    has(
        &planned,
        &[
            "Changed since rows were written: apply refuses",
            &format!("! {orders}: destination - {orders} + {database}.sales"),
            &format!("! {orders}: column customer - `customer` + `buyer`"),
        ],
    );
    let refused = cli.run(&["apply", "--auto-approve"]).expect_code(3);
    has(
        &refused,
        &[
            "cutover::plan::frozen",
            &format!("{orders}: column customer was `customer`, is `buyer`"),
            &format!("--replace {orders}"),
        ],
    );
    // of another table it does not help
    cli.run(&[
        "apply",
        "--auto-approve",
        "--replace",
        &format!("{database}.items"),
    ])
    .expect_code(3);
    cli.run(&["apply", "--auto-approve", "--replace", "no.such"])
        .expect_code(3);
    // killed before and after the table is dropped
    for failpoint in ["engine.replace_intended", "engine.replace_dropped"] {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        cli.run(&["apply", "--auto-approve", "--replace", &orders])
            .expect_code(128 + 6);
        cli.env_remove("CUTOVER_FAILPOINT");
    }
    cli.write("main.hcl", &before);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .without_table(&database, "later")
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_table_goes_where_the_mapping_says_now() {
    let (pair, database, cli) = copied("replaced").await;
    let orders = format!("{database}.orders");
    add(
        &cli,
        &mapped(&database, "table \"items\" {\n      to = \"rows\"\n    }"),
    );
    let items = format!("{database}.items");
    let output = cli
        .run(&["apply", "--auto-approve", "--replace", &items])
        .expect_code(0);
    has(&output, &["is dropped first, and copied again", "Finished"]);
    let mut conn = pair.destination().root().await;
    let tables: Vec<String> = conn
        .query(format!(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{database}' \
             AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1"
        ))
        .await
        .unwrap();
    assert_eq!(tables, ["orders", "rows"]);
    let rows: Vec<(i32, i32)> = conn
        .query(format!(
            "SELECT id, parent FROM {database}.`rows` ORDER BY id"
        ))
        .await
        .unwrap();
    assert_eq!(rows, [(10, 1), (11, 2)]);
    // the end is the end
    cli.run(&["apply", "--auto-approve", "--replace", &orders])
        .expect_code(3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_definer_is_frozen_and_a_table_selected_later_is_copied() {
    let (pair, database, cli) = copied("later").await;
    let whole = cli.read("main.hcl");
    add(&cli, "schema {\n  definer = \"keep\"\n}\n");
    let refused = cli.run(&["apply", "--auto-approve"]).expect_code(3);
    has(
        &refused,
        &["schema.definer was invoker, is keep", "cutover destroy"],
    );

    cli.write("main.hcl", &whole.replace("exclude = [\"later\"]", ""));
    let planned = cli.run(&["plan"]).expect_code(0);
    has(
        &planned,
        &[
            &format!("+ table {database}.later"),
            &format!("= table {database}.orders"),
        ],
    );
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_while_apply_runs_is_taken_up_or_said() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("live");
    fixtures::load(pair.source(), &database, SCRIPT).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    // held where its rows would go, so that it runs until this test lets it
    let mut conn = pair.destination().root().await;
    conn.query_drop(format!(
        "START TRANSACTION; INSERT INTO {database}.orders (id) VALUES (1)"
    ))
    .await
    .unwrap();
    let mut running = cli.spawn(&["apply", "--auto-approve"]);
    running.wait_for_stderr("full: ");
    let whole = cli.read("main.hcl");
    add(
        &cli,
        "limits {\n  full {\n    chunk_time = \"2s\"\n  }\n}\n",
    );
    running.wait_for_stderr("main.hcl was saved: limits.full.chunk_time is 2s from now on");
    add(&cli, "schema {\n  definer = \"keep\"\n}\n");
    running.wait_for_stderr("main.hcl was saved: schema.definer was settled when rows were");
    add(&cli, "finish {\n  max_lag = \"5s\"\n}\n");
    running.wait_for_stderr("main.hcl was saved: finish.max_lag is 5s where it is used");
    add(&cli, "broken {\n");
    running.wait_for_stderr("main.hcl was saved with a mistake, and is not taken up");
    cli.write("main.hcl", &whole);
    conn.query_drop("ROLLBACK").await.unwrap();
    running.wait().expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}
