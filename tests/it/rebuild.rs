//! A state file that is lost, damaged or elsewhere: the ledger on the destination knows the same.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::{
    migrate::folder,
    support::{cli::Cli, equal::Comparison, fixtures, pair::Pair, server::Version},
};

const SCRIPT: &str = "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));
    CREATE TABLE u (id INT PRIMARY KEY); INSERT INTO t VALUES (1, 'a'), (2, 'b')";

/// A migration whose copy is done, and that waits for its end.
async fn copied(name: &str) -> (Pair, String, Cli) {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database(name);
    fixtures::load(pair.source(), &database, SCRIPT).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    cli.run(&["apply", "--auto-approve", "--until", "full"])
        .expect_code(0);
    (pair, database, cli)
}

fn state(cli: &Cli, pair: &Pair) -> serde_json::Value {
    let name = format!("state/{}.json", pair.database("migration"));
    serde_json::from_str(&cli.read(&name)).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_rebuilt_as_it_was() {
    let (pair, database, cli) = copied("rebuilt").await;
    let name = format!("state/{}.json", pair.database("migration"));
    let there = cli.run(&["state", "rebuild"]).expect_code(0);
    assert!(
        there.stdout.contains("Nothing to rebuild"),
        "{}",
        there.stdout
    );
    let was = state(&cli, &pair);

    fs::remove_dir_all(cli.folder().join("state")).unwrap();
    let done = cli.run(&["state", "rebuild"]).expect_code(0);
    assert!(done.stdout.contains("2 tables"), "{}", done.stdout);
    let is = state(&cli, &pair);
    for field in [
        "lineage",
        "serial",
        "migration",
        "spec_hash",
        "phase",
        "position",
    ] {
        assert_eq!(was[field], is[field], "{field}");
    }
    for (was, is) in was["tables"]
        .as_array()
        .unwrap()
        .iter()
        .zip(is["tables"].as_array().unwrap())
    {
        for field in [
            "source",
            "destination",
            "status",
            "rows",
            "bytes",
            "watermark",
        ] {
            assert_eq!(was[field], is[field], "{field}");
        }
    }

    // one that is damaged is set aside, and the backup stays
    let backup = cli.read(&name);
    cli.write(&format!("{name}.backup"), &backup);
    cli.write(&name, "{ broken");
    cli.run(&["apply", "--auto-approve"]).expect_code(1);
    cli.run(&["state", "rebuild"]).expect_code(0);
    assert_eq!(cli.read(&format!("{name}.damaged")), "{ broken");
    assert_eq!(cli.read(&format!("{name}.backup")), backup, "kept");
    let shown = cli.run(&["state", "show"]).expect_code(0);
    assert!(shown.stdout.contains("state rebuild"), "{}", shown.stdout);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_ledger_knows_cannot_be_rebuilt() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("unknown");
    fixtures::load(pair.source(), &database, SCRIPT).await;
    let cli = folder(&pair, std::slice::from_ref(&database), "");
    let output = cli.run(&["state", "rebuild"]).expect_code(1);
    assert!(
        output.stderr.contains("cutover::cli::not_in_ledger"),
        "{}",
        output.stderr
    );
}

/// One machine has the state file, another plans without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_made_without_the_state_file_is_applied_where_it_is() {
    let (pair, database, cli) = copied("elsewhere").await;
    let (state, away) = (cli.folder().join("state"), cli.folder().join("away"));
    fs::rename(&state, &away).unwrap();
    let planned = cli.run(&["plan", "--out", "saved.plan"]).expect_code(0);
    for expected in ["phase        full", "all  PRIMARY (id)"] {
        assert!(planned.stdout.contains(expected), "{}", planned.stdout);
    }
    assert!(!state.exists(), "plan writes no state");
    fs::rename(&away, &state).unwrap();
    cli.run(&["apply", "saved.plan"]).expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// A disk that takes no more is said, and the state before it is whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_leaves_the_state_whole() {
    let (pair, database, cli) = copied("full").await;
    let before = state(&cli, &pair);
    // no file may grow beyond one block, which fails as a full disk does
    let limited = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} apply --auto-approve",
        env!("CARGO_BIN_EXE_cutover")
    );
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(cli.folder())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PASSWORD", pair.password())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for expected in [
        "cutover::store::failed",
        "free space in",
        "was there before is whole",
    ] {
        let words = said.replace('│', " ");
        let words: Vec<_> = words.split_whitespace().collect();
        assert!(words.join(" ").contains(expected), "{said}");
    }
    assert_eq!(state(&cli, &pair), before);
    cli.run(&["apply", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}
