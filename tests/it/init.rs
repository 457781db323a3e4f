//! `init --from` on real servers: what is there is in the specification, and it is valid.

use crate::support::{cli::Cli, pair::Pair, server::Version};

async fn lists_what_is_there(version: Version) {
    let pair = Pair::shared(version, version).await;
    let (shop, odd) = (pair.database("shop"), pair.database("o*d"));
    pair.source()
        .sql(&format!(
            "CREATE DATABASE `{shop}`; CREATE DATABASE `{odd}`; \
             CREATE TABLE `{shop}`.orders (id INT PRIMARY KEY); \
             CREATE TABLE `{shop}`.`unique` (id INT NOT NULL, UNIQUE (id)); \
             CREATE TABLE `{shop}`.nullable_key (id INT, UNIQUE (id)); \
             CREATE VIEW `{shop}`.v AS SELECT 1 AS one; \
             INSERT INTO `{shop}`.orders VALUES (1), (2)"
        ))
        .await;
    let url = format!("mysql://{}@127.0.0.1:{}", pair.user(), pair.source().port());

    let mut cli = Cli::new();
    let asked = cli.run(&["init", "--from", &url]).expect_code(1);
    assert!(
        asked.stderr.contains("SOURCE_PASSWORD is not set"),
        "{}",
        asked.stderr
    );
    cli.env("SOURCE_PASSWORD", "wrong");
    cli.run(&["init", "new", "--from", &url]).expect_code(1);
    assert!(!cli.folder().join("new").exists(), "nothing is left behind");

    cli.env("SOURCE_PASSWORD", &pair.password());
    let done = cli.run(&["init", "--from", &url]).expect_code(0);
    assert_eq!(done.stdout, "wrote main.hcl and .gitignore\n");
    let text = cli.read("main.hcl");
    assert!(!text.contains(&pair.password()), "{text}");
    assert!(!text.contains("information_schema"), "{text}");
    let block = format!("database \"{shop}\" {{}}");
    let (before, _) = text.split_once(&block).unwrap_or_else(|| panic!("{text}"));
    let listed = before
        .rsplit_once("\n\n")
        .map_or(before, |(_, listed)| listed);
    assert!(listed.contains("# 3 tables, about "), "{listed}");
    assert!(listed.contains("; 1 view"), "{listed}");
    let (all, keyless) = listed.split_once("Without a primary key").expect(listed);
    for table in ["orders", "unique", "nullable_key"] {
        assert!(all.contains(table), "{listed}");
        assert_eq!(
            keyless.contains(&format!("#   {table} ")),
            table == "nullable_key",
            "{listed}"
        );
    }
    assert!(text.contains(&odd.replace('*', "[*]")), "{text}");

    cli.env("DESTINATION_PASSWORD", "x");
    cli.run(&["validate"]).expect_code(0);
    cli.run(&["fmt", "--check"]).expect_code(0);
    let again = cli.run(&["init", "--from", &url]).expect_code(1);
    assert!(again.stderr.contains("already there"), "{}", again.stderr);
    assert_eq!(cli.read("main.hcl"), text);
}

#[tokio::test]
async fn from_a_new_server_lists_what_is_there() {
    lists_what_is_there(Version::V9_7).await;
}

#[tokio::test]
async fn from_an_old_server_lists_what_is_there() {
    lists_what_is_there(Version::V5_6).await;
}

#[test]
fn a_password_in_the_url_is_refused() {
    let cli = Cli::new();
    let refused = cli
        .run(&["init", "--from", "mysql://m:hunter2@127.0.0.1"])
        .expect_code(1);
    assert!(
        refused.stderr.contains("holds a password"),
        "{}",
        refused.stderr
    );
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
}

#[test]
fn schemas_are_printed() {
    let cli = Cli::new();
    for document in ["spec", "plan", "state"] {
        let schema = cli.run(&["schema", document]).expect_code(0);
        let value: serde_json::Value = serde_json::from_str(&schema.stdout).expect("JSON");
        assert!(value["properties"].is_object(), "{document}");
    }
}
