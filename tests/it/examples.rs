//! The examples, as somebody would run them who follows the README: with accounts that may do no
//! more than it says, from what `source.sql` makes, and compared by other means than `verify`.

use std::{fs, path::Path};

use crate::support::{
    cli::{Cli, Output},
    equal::{Comparison, Renames},
    pair::Pair,
    server::{Server, Version},
};

/// Of the account `migrator`, on all servers of the examples.
const PASSWORD: &str = "example-4711-password";

/// An example's folder, copied, and the servers it runs on.
struct Example {
    cli: Cli,
    pair: Pair,
    folder: &'static str,
}

impl Example {
    /// Copies the folder, runs its `source.sql` and `destination.sql`, and makes the accounts for
    /// these databases.
    async fn new(folder: &'static str, databases: &[&str], destinations: &[&str]) -> Self {
        let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
        let mut cli = Cli::new();
        for entry in fs::read_dir(Path::new("examples").join(folder)).expect("the example is there")
        {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            cli.write(&name, &fs::read_to_string(&path).expect("text"));
        }
        for (side, server) in [
            ("source", pair.source()),
            ("destination", pair.destination()),
        ] {
            cli.env(&format!("CUTOVER_VAR_{side}_host"), "127.0.0.1");
            cli.env(
                &format!("CUTOVER_VAR_{side}_port"),
                &server.port().to_string(),
            );
            let script = cli.folder().join(format!("{side}.sql"));
            if script.exists() {
                server.sql(&fs::read_to_string(script).expect("text")).await;
            }
        }
        grant_source(pair.source(), databases).await;
        grant_destination(pair.destination(), destinations).await;
        cli.env("PASSWORD", PASSWORD);
        cli.env("CUTOVER_VAR_password", PASSWORD);
        Self { cli, pair, folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut all = arguments.to_vec();
        if self.folder == "variables" {
            all.extend(["--var-file", "staging.vars.hcl"]);
        }
        let output = self.cli.run(&all);
        for text in [&output.stdout, &output.stderr] {
            assert!(!text.contains(PASSWORD), "the password is printed:\n{text}");
        }
        output
    }

    /// Everything in the order of the README.
    fn moves(&self) {
        self.run(&["validate", "--connect"]).expect_code(0);
        self.run(&["plan"]).expect_code(0);
        self.run(&["apply", "--auto-approve"]).expect_code(0);
        self.run(&["verify"]).expect_code(0);
        self.run(&["status"]).expect_code(0);
    }
}

/// What the README grants on the source.
async fn grant_source(server: &Server, databases: &[&str]) {
    account(server).await;
    for database in databases {
        server
            .sql(&format!(
                "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `{database}`.* \
                 TO migrator@'127.0.0.1'"
            ))
            .await;
    }
    server
        .sql("GRANT RELOAD, REPLICATION CLIENT, SHOW_ROUTINE ON *.* TO migrator@'127.0.0.1'")
        .await;
}

/// What the README grants on the destination.
async fn grant_destination(server: &Server, databases: &[&str]) {
    account(server).await;
    for database in databases {
        server
            .sql(&format!(
                "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, \
                 CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, TRIGGER, EVENT \
                 ON `{database}`.* TO migrator@'127.0.0.1'"
            ))
            .await;
    }
    server
        .sql(
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX \
             ON `\\_cutover`.* TO migrator@'127.0.0.1'; \
             GRANT SESSION_VARIABLES_ADMIN ON *.* TO migrator@'127.0.0.1'",
        )
        .await;
}

async fn account(server: &Server) {
    server
        .sql(&format!(
            "CREATE USER IF NOT EXISTS migrator@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'"
        ))
        .await;
}

async fn equal(example: &Example, databases: &[&str], renames: Renames) {
    Comparison::of(databases)
        .renames(renames)
        .assert_equal(example.pair.source(), example.pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rename_moves_two_shops_under_other_names() {
    let example = Example::new("rename", &["shop_eu", "shop_us"], &["store_eu", "store_us"]).await;
    example.moves();
    let renames = Renames::default()
        .database("shop_eu", "store_eu")
        .database("shop_us", "store_us")
        .table("shop_eu", "orders", "sales_orders")
        .table("shop_eu", "log_2024", "logs_2024")
        .table("shop_eu", "log_2025", "logs_2025")
        .column("shop_eu", "orders", "cust_id", "customer_id");
    equal(&example, &["shop_eu", "shop_us"], renames).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_moves_over_connections_that_are_verified() {
    let example = Example::new("tls", &["clinic"], &["clinic"]).await;
    let authority = fs::read_to_string(example.pair.source().data().join("ca.pem"));
    let authority = authority.expect("the server made one");
    // a certificate of nobody's authority: the servers' own one
    let other = fs::read_to_string(example.pair.source().data().join("client-cert.pem"));
    example
        .cli
        .write("ca.pem", &other.expect("the server made one"));
    let refused = example.run(&["validate", "--connect"]).expect_code(1);
    assert!(refused.stderr.contains("certificate"), "{}", refused.stderr);
    example.cli.write("ca.pem", &authority);
    example.moves();
    equal(&example, &["clinic"], Renames::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reuse_fills_tables_that_are_there() {
    let example = Example::new("reuse", &["depot"], &["depot"]).await;
    example.moves();
    let mut conn = example.pair.destination().root().await;
    let rows: Vec<(u32, String, i64)> = mysql_async::prelude::Queryable::query(
        &mut conn,
        "SELECT id, item, quantity FROM depot.movements ORDER BY id",
    )
    .await
    .expect("the table is there");
    let expected = [(1, "A-1", 5), (2, "A-1", -3), (9, "B-2", 1000)];
    assert_eq!(
        rows,
        expected.map(|(id, item, count)| (id, item.to_owned(), count))
    );
    let colours: Vec<(String, String)> = mysql_async::prelude::Queryable::query(
        &mut conn,
        "SELECT code, colour FROM depot.items ORDER BY code",
    )
    .await
    .expect("the table is there");
    let grey = |code: &str| (code.to_owned(), "grey".to_owned());
    assert_eq!(colours, [grey("A-1"), grey("B-2")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_move_a_stage_by_its_own_values() {
    let example = Example::new("variables", &["blog"], &["journal\\_staging"]).await;
    example.moves();
    assert!(
        example
            .cli
            .folder()
            .join("state/blog-staging.json")
            .exists()
    );
    let mut conn = example.pair.destination().root().await;
    let tables: Vec<String> =
        mysql_async::prelude::Queryable::query(&mut conn, "SHOW TABLES FROM journal_staging")
            .await
            .expect("the database is there");
    assert_eq!(tables, ["authors", "posts"]);
}
