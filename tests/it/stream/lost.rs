//! A source that has lost what is on the destination: it is named, and nothing more is applied.

use std::{path::Path, process::Command};

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::server::Version;

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
    eprintln!("{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_was_restored_from_an_older_copy_is_refused() {
    restored(Naming::Gtids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_without_gtids_that_was_restored_is_refused() {
    restored(Naming::Files).await;
}
