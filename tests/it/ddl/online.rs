//! What gh-ost and pt-online-schema-change leave in a binlog, by plain SQL in the same order.

use crate::{
    stream::{Naming, folder, streaming_pair},
    support::{cli::Cli, equal::Comparison, fixtures, pair::Pair, server::Version},
};

const TABLES: &str = "CREATE TABLE orders (id INT PRIMARY KEY, a INT, KEY (a)); CREATE TABLE plain (id INT PRIMARY KEY);
    INSERT INTO orders VALUES (1, 1), (2, 2), (3, 3); INSERT INTO plain VALUES (1);";

async fn copied(more: &str) -> (Pair, String, Cli) {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("online");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], more);
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    (pair, database, cli)
}

/// Runs the stages, following the source and comparing after each; the destination has none of the
/// tool's tables.
async fn staged(pair: &Pair, database: &str, cli: &Cli, stages: &[&str], tools: &[&str]) {
    for stage in stages {
        pair.source().sql(&format!("USE {database}; {stage}")).await;
        cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(0);
        let mut comparison = Comparison::of(&[database]);
        for table in tools {
            comparison = comparison.without_table(database, table);
        }
        comparison
            .assert_equal(pair.source(), pair.destination())
            .await;
        let there: Vec<String> = mysql_async::prelude::Queryable::query(
            &mut pair.destination().root().await,
            format!("SHOW TABLES FROM {database}"),
        )
        .await
        .expect("it is there");
        assert_eq!(there, ["orders", "plain"], "behind {stage}");
    }
}

const GH_OST: &[&str] = &[
    "drop /* gh-ost */ table if exists `_orders_gho`; drop /* gh-ost */ table if exists `_orders_del`; drop /* gh-ost */ table if exists `_orders_ghc`;
     create /* gh-ost */ table `_orders_ghc` (id bigint unsigned auto_increment, last_update timestamp not null DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
       hint varchar(64) charset ascii not null, value varchar(4096) charset ascii not null, primary key(id), unique key hint_uidx(hint)) auto_increment=256 comment='';
     create /* gh-ost */ table `_orders_gho` like `orders`;
     alter /* gh-ost */ table `_orders_gho` add column note varchar(20) default 'none', drop key a;
     insert into _orders_ghc (hint, value) values ('state', 'x')",
    "insert into orders values (4, 4); insert ignore into _orders_gho (id, a) select id, a from orders where id < 3; update orders set a = 9 where id = 1;
     replace into _orders_gho (id, a) values (1, 9)",
    "insert ignore into _orders_gho (id, a) select id, a from orders;
     create /* gh-ost */ table `_orders_del` (id int auto_increment primary key) engine=InnoDB comment='ghost-cut-over-sentry';
     insert into plain values (2); drop /* gh-ost */ table if exists `_orders_del`;
     rename /* gh-ost */ table `orders` to `_orders_del`, `_orders_gho` to `orders`; insert into orders values (5, 5, 'new')",
    "drop /* gh-ost */ table if exists `_orders_ghc`; drop /* gh-ost */ table if exists `_orders_del`; update orders set note = 'last'",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_gh_ost_is_made_on_the_real_table_when_the_copy_takes_its_name() {
    let (pair, database, cli) = copied("").await;
    let tools = ["_orders_gho", "_orders_ghc", "_orders_del"];
    staged(&pair, &database, &cli, GH_OST, &tools).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_pt_osc_is_made_on_the_real_table_and_one_given_up_leaves_nothing() {
    let (pair, database, cli) =
        copied("\nincremental {\n  online_ddl {\n    mode = \"pt-osc\"\n  }\n}\n").await;
    let begun = "CREATE TABLE `_orders_new` (`id` int NOT NULL, `a` int DEFAULT NULL, PRIMARY KEY (`id`), KEY `a` (`a`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
        ALTER TABLE `_orders_new` ADD COLUMN x INT DEFAULT 3 FIRST, ADD UNIQUE KEY (a);
        CREATE TRIGGER pt_osc_ins AFTER INSERT ON orders FOR EACH ROW REPLACE INTO _orders_new (id, a) VALUES (NEW.id, NEW.a);
        INSERT LOW_PRIORITY IGNORE INTO `_orders_new` (id, a) SELECT id, a FROM orders";
    let given_up =
        "DROP TRIGGER pt_osc_ins; DROP TABLE `_orders_new`; INSERT INTO orders VALUES (7, 70)";
    let swapped = "INSERT INTO orders VALUES (8, 80);
        RENAME TABLE `orders` TO `_orders_old`, `_orders_new` TO `orders`;
        DROP TRIGGER pt_osc_ins; INSERT INTO orders VALUES (1, 9, 90)";
    let dropped = "DROP TABLE IF EXISTS `_orders_old`; DELETE FROM orders WHERE id = 9";
    staged(
        &pair,
        &database,
        &cli,
        &[begun, given_up, begun, swapped, dropped],
        &["_orders_new", "_orders_old"],
    )
    .await;
}

/// A table whose name only looks like a copy is a table like others.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_only_looks_like_a_copy_is_replicated() {
    let (pair, database, cli) = copied("").await;
    pair.source()
        .sql(&format!(
            "USE {database}; CREATE TABLE _orders_new (mine INT PRIMARY KEY); INSERT INTO _orders_new VALUES (1);
             CREATE TABLE _other_gho LIKE orders; INSERT INTO _other_gho VALUES (1, 1)"
        ))
        .await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_while_a_copy_takes_the_name_goes_on() {
    let (pair, database, mut cli) = copied("").await;
    for stage in GH_OST {
        pair.source().sql(&format!("USE {database}; {stage}")).await;
    }
    for failpoint in ["ddl.noted:4", "ddl.intended", "ddl.executed", "ddl.noted:2"] {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        let output = cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
        assert_eq!(output.code(), 128 + 6, "{failpoint}: {}", output.stderr);
    }
    cli.env_remove("CUTOVER_FAILPOINT");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}
