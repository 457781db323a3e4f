//! Thousands of tables: how long a plan takes, and how much memory.
//! `cargo test --release --test it scale:: -- --ignored --nocapture` prints the figures.

use std::{fmt::Write as _, time::Instant};

use mysql_async::prelude::Queryable;

use crate::{
    big::watched,
    migrate::folder,
    support::{
        cli::Cli,
        pair::Pair,
        server::{Server, Version},
    },
};

/// Makes `count` tables `t0`, `t1`, ... on several connections.
async fn make_tables(server: &Server, database: &str, count: usize) {
    const AT_ONCE: usize = 8;
    server.sql(&format!("CREATE DATABASE {database}")).await;
    let mut tasks = Vec::new();
    for lane in 0..AT_ONCE {
        let mut conn = server.root().await;
        let database = database.to_owned();
        tasks.push(tokio::spawn(async move {
            conn.query_drop("SET SESSION sql_log_bin = 0")
                .await
                .unwrap();
            for n in (lane..count).step_by(AT_ONCE) {
                conn.query_drop(format!(
                    "CREATE TABLE {database}.t{n} (id INT PRIMARY KEY, word VARCHAR(40) NOT NULL, \
                     parent INT, at DATETIME(6), KEY (parent), UNIQUE KEY (word))"
                ))
                .await
                .unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

/// Selects the first tables one by one, and gives each another name and a column of it too.
fn mapped(cli: &Cli, database: &str, count: usize) {
    let whole = cli.read("main.hcl");
    let all = format!("  database \"{database}\" {{}}\n");
    assert!(whole.contains(&all));
    let names: Vec<_> = (0..count).map(|n| format!("\"t{n}\"")).collect();
    let some = format!(
        "  database \"{database}\" {{\n    include = [{}]\n  }}\n",
        names.join(", ")
    );
    let mut text = whole.replace(&all, &some);
    write!(
        text,
        "\nmappings {{\n  database \"{database}\" {{\n    to = \"{database}_b\"\n"
    )
    .unwrap();
    for n in 0..count {
        write!(
            text,
            "    table \"t{n}\" {{\n      to = \"renamed_{n}\"\n      column \"word\" {{\n        \
             to = \"name_{n}\"\n      }}\n    }}\n"
        )
        .unwrap();
    }
    text.push_str("  }\n}\n");
    cli.write("main.hcl", &text);
}

/// Plans, prints time and memory, and returns the plan's text.
fn timed(cli: &Cli, what: &str, limits: Option<(u64, u64)>) -> String {
    let begun = Instant::now();
    let (output, peak) = watched(cli.spawn(&["plan"]));
    let took = begun.elapsed();
    let output = output.expect_code(0);
    eprintln!("{what}: {took:.1?}, at most {peak} MiB");
    if let Some((seconds, mebibytes)) = limits {
        assert!(took.as_secs() < seconds, "{what}: {took:?}");
        assert!(peak < mebibytes, "{what}: {peak} MiB");
    }
    output.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_tables_are_mapped_one_by_one() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("scale");
    make_tables(pair.source(), &database, 300).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    mapped(&cli, &database, 200);
    let plan = timed(&cli, "200 of 300 tables", None);
    for expected in [
        format!("{database}.t199 -> {database}_b.renamed_199"),
        "column word -> name_199".to_owned(),
        format!("{database}.t299: table, not selected"),
        "Plan: 201 to create, 0 unchanged, 0 different, ".to_owned(),
    ] {
        assert!(plan.contains(&expected), "{expected:?} is not in:\n{plan}");
    }
}

/// Milliseconds that a plan logs by this name.
fn logged(stderr: &str, name: &str) -> u64 {
    let name = format!("{name}=");
    let (_, rest) = stderr
        .split_once(&name)
        .unwrap_or_else(|| panic!("no {name} in:\n{stderr}"));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long; prints figures"]
async fn ten_thousand_tables_are_inspected_and_judged_in_seconds() {
    for version in [Version::V9_7, Version::V5_6] {
        let pair = Pair::dedicated(version, Version::V9_7).await;
        let database = pair.database("scale");
        make_tables(pair.source(), &database, 10_000).await;
        let cli = folder(&pair, std::slice::from_ref(&database), "");
        let output = cli.run(&["plan", "-vv"]).expect_code(0);
        let [inspected, judged, planned] = ["inspected_in_ms", "judged_in_ms", "planned_in_ms"]
            .map(|name| logged(&output.stderr, name));
        eprintln!(
            "10,000 tables of {version:?}: inspected in {inspected} ms, judged in {judged} ms, planned \
             in {planned} ms"
        );
        assert!(inspected + judged < 15_000, "{inspected} + {judged} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long; figures are of a release build"]
async fn two_thousand_of_ten_thousand_tables() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    let database = pair.database("scale");
    make_tables(pair.source(), &database, 10_000).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    timed(&cli, "10,000 tables", Some((30, 300)));
    mapped(&cli, &database, 2_000);
    timed(
        &cli,
        "2,000 of 10,000 tables, mapped one by one",
        Some((10, 300)),
    );
}
