//! A source that has lost what is on the destination is named, and nothing more is applied; a
//! destination that has lost what it had confirmed is gone on with from what it still has.

use std::{path::Path, process::Command};

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{cli::Running, server::Version, wait};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));
    INSERT INTO t VALUES (1, 'one'), (2, 'two');";

const CAUGHT_UP: [&str; 4] = ["apply", "--auto-approve", "--until", "caught-up"];

fn copy_folder(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-R").arg(from).arg(to).status();
    assert!(status.expect("cp runs").success(), "it is copied");
}

/// Restored from a copy that is older than what was applied, and written again since.
async fn restored(naming: Naming) {
    let pair = streaming_pair(Version::V9_7, naming).await;
    let database = pair.database("lost");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    cli.run(&CAUGHT_UP).expect_code(0);
    let source = pair.source();
    source.stop();
    let (data, older) = (source.data(), cli.folder().join("older"));
    copy_folder(&data, &older);
    source.restart();
    let insert = |id: u32, v: &str| format!("INSERT INTO {database}.t VALUES ({id}, '{v}')");
    for id in 3..9 {
        source.sql(&insert(id, "lost later")).await;
    }
    cli.run(&CAUGHT_UP).expect_code(0);
    assert_equal(&pair, &[&database]).await;

    source.kill9();
    std::fs::remove_dir_all(&data).expect("it can be removed");
    copy_folder(&older, &data);
    source.restart();
    source.sql(&insert(3, "another")).await;
    let refused = cli.run(&CAUGHT_UP);
    assert!([1, 3].contains(&refused.code()), "{}", refused.stderr);
    let said = refused.stdout + &refused.stderr;
    let named = match naming {
        // of eight transactions since the copy was made it has one
        Naming::Gtids => "gtid_purged_covers",
        Naming::Files => "binlog",
    };
    assert!(said.contains(named), "{said}");

    // as many as were lost, and more: the same numbers and places have other transactions
    for id in 4..20 {
        source.sql(&insert(id, "another")).await;
    }
    let refused = cli.run(&CAUGHT_UP).expect_code(1).stderr;
    assert!(refused.contains("source_lost"), "{refused}");
    assert!(refused.contains("restored from an older copy"), "{refused}");
}

/// As a server that does not flush its commits, or an asynchronous replica in its place, forgets some.
#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_has_forgotten_what_it_confirmed_gets_it_again() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("forgotten");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(
        &pair,
        &[&database],
        "\nlimits {\n  full {\n    workers = 2\n  }\n}\n",
    );
    // windows of a few changes, each applied by two lanes
    cli.env("CUTOVER_WINDOWS", "4:2");
    cli.run(&CAUGHT_UP).expect_code(0);
    let (source, destination) = (pair.source(), pair.destination());
    let write = async |from: u32, to: u32| {
        let rows: Vec<String> = (from..to).map(|id| format!("({id}, 'v')")).collect();
        let rows = rows.join(",");
        let insert = format!("INSERT INTO {database}.t VALUES {rows}");
        source.sql(&insert).await;
    };
    let count = format!("SELECT COUNT(*) FROM {database}.t");
    // each part of an XA transaction that is kept waits here until it may go on
    let held = cli.folder().join("held");
    cli.env(
        "CUTOVER_FAILPOINT",
        &format!("stream.part_kept@{}", held.display()),
    );
    let release = || std::fs::remove_file(&held).is_ok();
    let here = async |running: &mut Running, rows: u64| {
        let mut found = None;
        while found != Some(rows) && !running.has_ended() {
            release();
            let mut conn = destination.root().await;
            found = conn.query_first(&count).await.ok().flatten();
        }
        found.unwrap_or(0)
    };
    let mut running = cli.spawn(&["apply", "--auto-approve"]);
    running.wait_for_stderr("streaming: begins");
    write(3, 20).await;
    assert_eq!(
        here(&mut running, 19).await,
        19,
        "{}",
        running.wait().stderr
    );
    destination.stop();
    let (data, older) = (destination.data(), cli.folder().join("older"));
    copy_folder(&data, &older);
    destination.restart();
    let forget = || {
        destination.kill9();
        std::fs::remove_dir_all(&data).expect("it can be removed");
        copy_folder(&older, &data);
        destination.restart();
    };

    // of an XA transaction two parts are kept, and nothing else is done when both are forgotten
    let fours = [100..104, 104..108, 108..110].map(|ids| {
        let rows: Vec<String> = ids.map(|id| format!("({id}, 'xa')")).collect();
        format!("INSERT INTO {database}.t VALUES {}", rows.join(","))
    });
    source
        .sql(&format!(
            "XA START 'x'; {}; XA END 'x'; XA PREPARE 'x'",
            fours.join("; ")
        ))
        .await;
    wait::until("the first part is kept", || {
        release() || running.has_ended()
    });
    wait::until("the second, too", || held.exists() || running.has_ended());
    forget();
    source.sql("XA COMMIT 'x'").await;
    assert_eq!(
        here(&mut running, 29).await,
        29,
        "{}",
        running.wait().stderr
    );
    for id in 20..50 {
        write(id, id + 1).await;
    }
    assert_eq!(
        here(&mut running, 59).await,
        59,
        "{}",
        running.wait().stderr
    );
    forget();
    write(50, 60).await;
    assert_eq!(
        here(&mut running, 69).await,
        69,
        "{}",
        running.wait().stderr
    );
    running.interrupt();
    let said = running.wait().stderr;
    assert!(
        said.contains("has forgotten what it had committed"),
        "{said}"
    );
    cli.env_remove("CUTOVER_FAILPOINT");
    cli.run(&CAUGHT_UP).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_was_restored_from_an_older_copy_is_refused() {
    restored(Naming::Gtids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_without_gtids_that_was_restored_is_refused() {
    restored(Naming::Files).await;
}
