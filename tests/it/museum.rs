//! What a later release refuses or reads in another way is found in the plan; what is not found
//! there can be created.

use std::collections::BTreeMap;

use crate::support::{
    cli::{Cli, Output},
    pair::Pair,
    server::Version,
};

const MUSEUM: &str = include_str!("fixtures/museum_5_6.sql");

fn specification(pair: &Pair, cli: &mut Cli) {
    cli.env("PASSWORD", &pair.password());
    let text = format!(
        "migration \"m\" {{}}\n{}\nobjects {{\n  database \"museum\" {{}}\n}}\nprechecks {{\n  \
         warnings = \"allow\"\n}}\n",
        pair.endpoints_hcl()
    );
    cli.write("m.hcl", &text);
}

fn plan(cli: &Cli) -> Output {
    cli.run(&["plan", "m.hcl", "--format", "json"])
}

/// The objects of each finding of one severity, by check.
fn findings(output: &Output, severity: &str) -> BTreeMap<String, Vec<String>> {
    let report: serde_json::Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("a list") {
        if finding["severity"] == severity {
            let objects = finding["objects"].as_array().expect("a list").iter();
            let objects = objects.map(|object| object.as_str().expect("a text").to_owned());
            let check = finding["check"].as_str().expect("a text").to_owned();
            found.entry(check).or_default().extend(objects);
        }
    }
    found
}

fn listed(findings: &BTreeMap<String, Vec<String>>) -> String {
    let lines = findings
        .iter()
        .map(|(check, objects)| format!("{check}\n  {}", objects.join("\n  ")));
    lines.collect::<Vec<_>>().join("\n")
}

/// `museum.refused_x (procedure): what` is `DROP PROCEDURE museum.refused_x`.
fn drop_statement(object: &str) -> String {
    let name = object.split([' ', ':']).next().expect("a name");
    let mut parts = name.split('.');
    let name = format!(
        "{}.{}",
        parts.next().expect("a database"),
        parts.next().expect("a name")
    );
    let kinds = ["view", "procedure", "function", "trigger", "event"];
    let kind = kinds
        .into_iter()
        .find(|kind| object.contains(&format!("({kind})")));
    format!("DROP {} IF EXISTS {name}", kind.unwrap_or("table"))
}

#[tokio::test]
async fn a_museum_of_5_6_is_refused_piece_by_piece_and_the_rest_arrives_on_9_7() {
    let pair = Pair::dedicated(Version::V5_6, Version::V9_7).await;
    pair.source()
        .sql(&format!("CREATE DATABASE museum; USE museum; {MUSEUM}"))
        .await;
    damage(&pair);
    pair.destination()
        .sql(&format!(
            "SET GLOBAL log_bin_trust_function_creators = 1, foreign_key_checks = 0; REVOKE SUPER, \
             SESSION_VARIABLES_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* FROM {}",
            pair.user()
        ))
        .await;
    let mut cli = Cli::new();
    specification(&pair, &mut cli);
    let first = plan(&cli).expect_code(3);
    let refused = findings(&first, "failed");
    insta::assert_snapshot!("refused", listed(&refused));
    let told = findings(&first, "note");
    insta::assert_snapshot!("told", listed(&told));
    // all that is named so, and nothing else
    let mut objects: Vec<String> = refused.into_values().flatten().collect();
    objects.sort();
    for object in &objects {
        assert!(object.starts_with("museum.refused_"), "{object}");
        pair.source().sql(&drop_statement(object)).await;
    }
    let mut conn = pair.source().root().await;
    let left: Vec<String> = mysql_async::prelude::Queryable::query(
        &mut conn,
        "SELECT name FROM (SELECT TABLE_NAME AS name FROM information_schema.TABLES \
         UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES \
         UNION ALL SELECT TRIGGER_NAME FROM information_schema.TRIGGERS \
         UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS) x WHERE name LIKE 'refused%'",
    )
    .await
    .expect("the server answers");
    assert_eq!(left, [""; 0]);
    let second = plan(&cli).expect_code(0);
    assert_eq!(findings(&second, "failed"), BTreeMap::new());
    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);
    a_folder_that_no_server_made(&pair);
}

/// What a disk does to old tables: a key file that is cut off, and a definition.
fn damage(pair: &Pair) {
    let folder = pair.source().data().join("museum");
    for (file, bytes) in [("refused_key.MYI", 100), ("refused_file.frm", 10)] {
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open(folder.join(file))
            .expect("a table of MyISAM has such a file");
        file.set_len(bytes).expect("it can be cut off");
    }
}

/// The name that 5.6 gives to a folder of its data whose own name it cannot read.
fn a_folder_that_no_server_made(pair: &Pair) {
    let folder = pair.source().data().join("mu-seum");
    std::fs::create_dir(folder).expect("it can be made");
    let mut cli = Cli::new();
    specification(pair, &mut cli);
    let whole = cli.read("m.hcl");
    let strange = whole
        .replace("migration \"m\"", "migration \"strange\"")
        .replace("database \"museum\"", "database \"#mysql50#mu-seum\"");
    cli.write("m.hcl", &strange);
    let failed = findings(&plan(&cli).expect_code(3), "failed");
    assert_eq!(failed["identifier_invalid"], ["#mysql50#mu-seum"]);
    let mapping = "mappings {\n  database \"#mysql50#mu-seum\" {\n    to = \"mu-seum\"\n  }\n}\n";
    cli.write("m.hcl", &format!("{strange}{mapping}"));
    let failed = findings(&plan(&cli), "failed");
    assert!(!failed.contains_key("identifier_invalid"), "{failed:?}");
}

#[tokio::test]
async fn odd_settings_of_a_destination_are_refused_until_the_advice_is_followed() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    let columns: Vec<String> = (0..198).map(|at| format!("c{at} VARCHAR(255)")).collect();
    pair.source()
        .sql(&format!(
            "CREATE DATABASE museum; USE museum; \
             SET SESSION restrict_fk_on_non_standard_key = 0, innodb_strict_mode = 0; \
             CREATE TABLE parent (id INT PRIMARY KEY, a INT, KEY (a)); \
             CREATE TABLE child (id INT PRIMARY KEY, a INT, CONSTRAINT loose FOREIGN KEY (a) \
             REFERENCES parent (a)); \
             CREATE TABLE wide (id INT PRIMARY KEY, {}) CHARSET = latin1; \
             CREATE TABLE keyed (id INT PRIMARY KEY, c VARCHAR(500), KEY long_one (c)) \
             CHARSET = utf8mb4; \
             CREATE EVENT tick ON SCHEDULE EVERY 1 DAY DO DO 1; \
             INSERT INTO parent VALUES (1, 7); INSERT INTO child VALUES (1, 7); \
             SET GLOBAL event_scheduler = ON",
            columns.join(", ")
        ))
        .await;
    pair.destination()
        .sql(
            "SET GLOBAL restrict_fk_on_non_standard_key = ON; SET GLOBAL innodb_strict_mode = ON; \
             SET GLOBAL innodb_default_row_format = 'compact'; SET GLOBAL event_scheduler = OFF; \
             SET GLOBAL sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'; SET GLOBAL time_zone = '+09:00'",
        )
        .await;
    let mut cli = Cli::new();
    specification(&pair, &mut cli);
    let first = plan(&cli).expect_code(3);
    let expected = [
        (
            "fk_nonunique_parent",
            "museum.child.loose (parent museum.parent)",
        ),
        (
            "index_prefix_length",
            "museum.keyed.long_one (2000 bytes, compact rows take 767)",
        ),
    ];
    let failed = findings(&first, "failed");
    assert_eq!(
        failed.keys().map(String::as_str).collect::<Vec<_>>(),
        expected.map(|(check, _)| check)
    );
    for (check, object) in &expected {
        assert_eq!(failed[*check], [*object]);
    }
    let warnings = findings(&first, "warning");
    assert!(
        warnings.contains_key("event_scheduler_destination"),
        "{warnings:?}"
    );
    let notes = findings(&first, "note");
    for check in ["sql_mode_match", "time_zone_match"] {
        assert!(notes.contains_key(check), "{notes:?}");
    }
    pair.destination()
        .sql(
            "SET GLOBAL restrict_fk_on_non_standard_key = OFF; \
             SET GLOBAL innodb_default_row_format = 'dynamic'; SET GLOBAL event_scheduler = ON",
        )
        .await;
    let second = plan(&cli).expect_code(0);
    assert_eq!(findings(&second, "failed"), BTreeMap::new());
    assert!(!findings(&second, "warning").contains_key("event_scheduler_destination"));
    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);
}
