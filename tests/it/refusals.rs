//! Bad input: an exit code that says what it is, a message that says what to do, and nothing changed.

mod leases;
mod plans;
mod states;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpListener,
};

use mysql_async::prelude::Queryable;

use crate::{
    migrate::folder,
    support::{
        cli::{Cli, Output},
        fixtures,
        pair::Pair,
        server::{Server, Version},
    },
};

const SCRIPT: &str =
    "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20)); INSERT INTO t VALUES (1, 'a'), (2, 'b')";

/// All that a command could have changed: both servers' tables of the pair, and the folder's files.
struct Everything(BTreeMap<String, String>);

impl Everything {
    async fn now(pair: &Pair, cli: &Cli) -> Self {
        let mut found = BTreeMap::new();
        for (role, server) in [
            ("source", pair.source()),
            ("destination", pair.destination()),
        ] {
            for (name, checksum) in checksums(server, &pair.database("")).await {
                found.insert(format!("{role} {name}"), format!("{checksum:?}"));
            }
        }
        let mut left = vec![cli.folder().to_owned()];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(&folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    left.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    found.insert(path.display().to_string(), text);
                }
            }
        }
        Self(found)
    }

    /// What is there only once, or has become another.
    fn changes(&self, after: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.0.keys().chain(after.0.keys()).collect();
        let changed = names
            .into_iter()
            .filter(|&name| self.0.get(name) != after.0.get(name));
        changed
            .map(|name| {
                let (was, is) = (self.0.get(name), after.0.get(name));
                format!("{name}: {was:?} became {is:?}")
            })
            .collect()
    }
}

/// Databases and tables that begin with `prefix`, each table with a checksum of its rows.
async fn checksums(server: &Server, prefix: &str) -> BTreeMap<String, Option<u64>> {
    let mut conn = server.root().await;
    let prefix = prefix.replace('_', "\\_");
    let databases: Vec<String> = conn
        .query(format!("SHOW DATABASES LIKE '{prefix}%'"))
        .await
        .unwrap();
    let mut found = BTreeMap::new();
    for database in databases {
        found.insert(database.clone(), None);
        let tables: Vec<String> = conn
            .query(format!("SHOW TABLES FROM `{database}`"))
            .await
            .unwrap();
        for table in tables {
            let (name, checksum): (String, Option<u64>) = conn
                .query_first(format!("CHECKSUM TABLE `{database}`.`{table}`"))
                .await
                .unwrap()
                .unwrap();
            found.insert(name, checksum);
        }
    }
    found
}

/// Runs a command that must end with `code` and change nothing.
async fn refused(pair: &Pair, cli: &Cli, arguments: &[&str], code: i32) -> Output {
    let before = Everything::now(pair, cli).await;
    let output = cli.run(arguments).expect_code(code);
    let after = Everything::now(pair, cli).await;
    let changes = before.changes(&after);
    assert!(changes.is_empty(), "{arguments:?}: {}", changes.join("\n"));
    assert!(
        output.stderr.contains("help:"),
        "it says what to do:\n{}",
        output.stderr
    );
    output
}

#[track_caller]
fn says(output: &Output, expected: &[&str]) {
    // lines are broken to the width
    let words = |text: &str| -> String { text.split_whitespace().collect::<Vec<_>>().join(" ") };
    let said = words(&output.stderr.replace('│', " "));
    for one in expected {
        assert!(
            said.contains(&words(one)),
            "{one:?} is not in:\n{}",
            output.stderr
        );
    }
}

async fn prepared(name: &str, more: &str) -> (Pair, String, Cli) {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database(name);
    fixtures::load(pair.source(), &database, SCRIPT).await;
    let cli = folder(&pair, std::slice::from_ref(&database), more);
    (pair, database, cli)
}

const COMMANDS: [&[&str]; 3] = [
    &["plan"],
    &["plan", "--out", "new.plan"],
    &["apply", "--auto-approve"],
];

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_specification_changes_nothing() {
    let (pair, _, cli) = prepared("broken", "\nobjects {\n  databse \"x\" {}\n}\n").await;
    for arguments in COMMANDS {
        let output = refused(&pair, &cli, arguments, 1).await;
        says(&output, &["did you mean `database`"]);
    }
    refused(&pair, &cli, &["validate"], 1).await;
    refused(&pair, &cli, &["apply", "no-such-folder/"], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_used_changes_nothing() {
    let (pair, _, mut cli) = prepared("unreachable", "").await;
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let whole = cli.read("main.hcl");
    for (server, role) in [
        (pair.source(), "source"),
        (pair.destination(), "destination"),
    ] {
        let away = whole.replace(&server.port().to_string(), &port.to_string());
        cli.write("main.hcl", &away);
        for arguments in COMMANDS {
            let output = refused(&pair, &cli, arguments, 1).await;
            says(
                &output,
                &[&format!("cannot log in to {role} 127.0.0.1:{port}")],
            );
        }
    }
    cli.write("main.hcl", &whole);
    cli.env("PASSWORD", "wrong");
    for arguments in COMMANDS {
        let output = refused(&pair, &cli, arguments, 1).await;
        says(&output, &["1045", "`password` of the"]);
    }
    cli.env_remove("PASSWORD");
    for arguments in COMMANDS {
        let output = refused(&pair, &cli, arguments, 1).await;
        says(&output, &["the environment variable PASSWORD is not set"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_in_the_way_is_left_as_it_is() {
    let (pair, database, cli) = prepared("way", "").await;
    fixtures::load(
        pair.destination(),
        &database,
        "CREATE TABLE t (id INT PRIMARY KEY, other TEXT); INSERT INTO t VALUES (7, 'mine')",
    )
    .await;
    let planned = cli.run(&["plan"]).expect_code(3);
    assert!(planned.stdout.contains(&format!("{database}.t")));
    let output = refused(&pair, &cli, &["apply", "--auto-approve"], 3).await;
    says(&output, &["nothing was written"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_that_nobody_has_read_stops_apply() {
    let (pair, database, cli) = prepared("warning", "").await;
    pair.source()
        .sql(&format!("CREATE TABLE {database}.heap (a INT)"))
        .await;
    let whole = cli.read("main.hcl");
    cli.write("main.hcl", &whole.replace("warnings = \"allow\"", ""));
    let output = refused(&pair, &cli, &["apply", "--auto-approve"], 3).await;
    says(
        &output,
        &["not acknowledged", "no_primary_key", "nothing was written"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_and_an_approval_nothing_is_done() {
    let (pair, _, cli) = prepared("approval", "").await;
    let output = refused(&pair, &cli, &["apply"], 3).await;
    says(&output, &["no terminal", "--auto-approve"]);
}
