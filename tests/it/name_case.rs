//! Servers that tell upper and lower case apart, and servers that do not.

use mysql_async::prelude::Queryable as _;

use crate::support::{
    cli::Cli,
    pair::Pair,
    server::{Server, Version},
};

fn specification(pair: &Pair, databases: &str, mappings: &str) -> String {
    format!(
        "migration \"m\" {{}}\n{}\nobjects {{\n{databases}}}\nmappings {{\n{mappings}}}\nprechecks \
         {{\n  warnings = \"allow\"\n}}\n",
        pair.endpoints_hcl(),
    )
}

async fn names(server: &Server) -> Vec<String> {
    let mut conn = server.root().await;
    conn.query(
        "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.TABLES \
         WHERE LOWER(TABLE_SCHEMA) IN ('shop', 'store', 'other') ORDER BY 1",
    )
    .await
    .expect("the server answers")
}

#[tokio::test]
async fn names_that_differ_in_case_alone_are_found_before_they_meet() {
    let folding = Server::builder(Version::V5_6).arg("--lower-case-table-names=1");
    let pair = Pair::of(Server::builder(Version::V5_6), folding).await;
    pair.source()
        .sql(
            "CREATE DATABASE shop; CREATE DATABASE Shop; \
             CREATE TABLE shop.orders (id INT PRIMARY KEY, Word VARCHAR(9)); \
             CREATE TABLE shop.Orders (id INT PRIMARY KEY, \
               CONSTRAINT Up FOREIGN KEY (id) REFERENCES shop.orders (id)); \
             CREATE VIEW shop.ORDERS AS SELECT id FROM shop.Orders; \
             CREATE TABLE Shop.Other (id INT PRIMARY KEY); \
             INSERT INTO shop.orders VALUES (1, 'x'); INSERT INTO shop.Orders VALUES (1); \
             INSERT INTO Shop.Other VALUES (7)",
        )
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let both = "  database \"shop\" {}\n  database \"Shop\" {}\n";
    cli.write("m.hcl", &specification(&pair, both, ""));
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(3);
    let said: String = plan.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("case_collision") && said.contains("shop.ORDERS, shop.Orders, shop.orders"),
        "{}",
        plan.stdout
    );
    let apart = "  database \"Shop\" {\n    to = \"Store\"\n  }\n  database \"shop\" {\n    table \
                 \"Orders\" {\n      to = \"More_Orders\"\n    }\n    table \"ORDERS\" {\n      to = \
                 \"seen\"\n    }\n  }\n";
    cli.write("m.hcl", &specification(&pair, both, apart));
    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);
    assert_eq!(
        names(pair.destination()).await,
        [
            "shop.more_orders",
            "shop.orders",
            "shop.seen",
            "store.other"
        ]
    );
}
