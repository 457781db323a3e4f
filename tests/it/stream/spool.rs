//! Events that wait on disk: for a copy that takes long, beside a source that keeps little.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{
    cli::Cli,
    pair::Pair,
    server::{Server, Version},
    wait,
};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(2000), n INT NOT NULL DEFAULT 0);
    INSERT INTO t (id, v) WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 500)
        SELECT n, CONCAT('v', n) FROM r;
    CREATE TABLE heap (a INT, b VARCHAR(20));
    INSERT INTO heap SELECT id, v FROM t WHERE id <= 250;";

/// After one chunk the copy waits for minutes.
const HELD: &str = "\nlimits {\n  full {\n    rows_per_second = 1\n  }\n}\n";
pub const SPOOL: &str = "\nincremental {\n  spool {\n    max = \"1MiB\"\n  }\n}\n";

/// With compression, for one of them; the last one changes nothing that is selected.
const CHANGES: &str = "
    UPDATE t SET v = CONCAT(v, '+') WHERE id < 20; DELETE FROM heap WHERE a <= 10;
    ALTER TABLE t ADD COLUMN w INT DEFAULT 3 AFTER id;
    START TRANSACTION; INSERT INTO t (id, v) VALUES (1001, 'x'), (1002, 'y'); UPDATE t SET w = 4 WHERE id = 2;
    COMMIT;
    SET binlog_transaction_compression = ON; UPDATE t SET v = REPEAT('z', 500) WHERE id < 100;
    SET binlog_transaction_compression = OFF;";

async fn write(pair: &Pair, database: &str, changes: &str) {
    let script = format!("USE {database}; {changes}");
    pair.source().sql(&script).await;
}

async fn executed(source: &Server) -> String {
    let mut conn = source.root().await;
    let set: Option<String> = conn
        .query_first("SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')")
        .await
        .expect("the server answers");
    set.unwrap_or_default()
}

/// What `status` tells of the spool.
fn told(cli: &Cli) -> serde_json::Value {
    let status = cli.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap_or_default();
    status["spool"].clone()
}

/// What a reader that has just died still holds is purged once the server has noticed.
async fn purge(source: &Server) {
    let mut conn = source.root().await;
    conn.query_drop("FLUSH BINARY LOGS").await.expect("it may");
    wait::until_some_async("the binlogs are purged", || async {
        let mut conn = source.root().await;
        let files: Vec<mysql_async::Row> = conn.query("SHOW BINARY LOGS").await.ok()?;
        let last: String = files.last()?.get(0)?;
        let purge = format!("PURGE BINARY LOGS TO '{last}'");
        conn.query_drop(purge).await.ok()?;
        (files.len() == 1).then_some(())
    })
    .await;
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the spool is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "spool")
        })
        .collect();
    files.sort();
    files
}

fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).expect("it can be read");
    bytes[at] ^= 0x10;
    fs::write(file, bytes).expect("it can be written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_source_purges_during_the_copy_comes_from_the_spool() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("spooled");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = folder(&pair, &[&database], &format!("{HELD}{SPOOL}"));
    let held = cli.read("main.hcl");
    let spool = cli.folder().join("spool");
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];

    // killed during the copy; what it had read is gone from the source
    let mut apply = cli.spawn(&caught_up);
    apply.wait_for_stderr("full: ");
    write(&pair, &database, CHANGES).await;
    let all = executed(pair.source()).await;
    wait::until("the spool has all", || told(&cli)["end"] == all.as_str());
    apply.kill9();
    apply.wait();
    purge(pair.source()).await;
    let first = files(&spool).remove(0);
    let mode = fs::metadata(&first)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "rows are inside");

    // damaged in its middle it is refused and left alone, half written at its end it is cut off
    let begin = fs::read(&first).expect("it can be read");
    let named = u32::from_le_bytes(begin[12..16].try_into().expect("four"));
    let middle = 24 + named as usize + 20;
    flip(&first, middle);
    let damaged = cli.run(&caught_up).expect_code(1);
    assert!(
        damaged.stderr.contains("cutover::spool::damaged"),
        "{}",
        damaged.stderr
    );
    flip(&first, middle);
    fs::OpenOptions::new()
        .append(true)
        .open(&first)
        .and_then(|mut file| file.write_all(&[1, 2, 3, 4, 5]))
        .expect("it can be written");

    // full while the copy is held; the source keeps the rest
    let mut apply = cli.spawn(&caught_up);
    apply.wait_for_stderr("full: ");
    for _ in 0..8 {
        write(
            &pair,
            &database,
            "UPDATE t SET v = REPEAT('w', 500), n = n + 1",
        )
        .await;
    }
    wait::until("the spool is full", || told(&cli)["full"] == true);
    apply.kill9();
    let stopped = apply.wait();
    assert!(
        stopped.stderr.contains("the spool is full"),
        "{}",
        stopped.stderr
    );
    let bytes: u64 = files(&spool)
        .iter()
        .map(|file| fs::metadata(file).expect("it is there").len())
        .sum();
    assert!(((1 << 20)..(2 << 20)).contains(&bytes), "{bytes}");

    // drained, and followed behind that; killed while it is filled
    cli.write("main.hcl", &held.replace(HELD, ""));
    for failpoint in ["", "spool.written:2", "spool.rolled"] {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        if failpoint.is_empty() {
            cli.env_remove("CUTOVER_FAILPOINT");
        }
        let code = if failpoint.is_empty() { 0 } else { 128 + 6 };
        cli.run(&caught_up).expect_code(code);
        cli.env_remove("CUTOVER_FAILPOINT");
        write(
            &pair,
            &database,
            "UPDATE t SET v = REPEAT('u', 600), n = n + 1",
        )
        .await;
    }
    cli.run(&caught_up).expect_code(0);
    assert_equal(&pair, &[&database]).await;
    let left = files(&spool);
    assert_eq!(left.len(), 1, "what is applied is removed: {left:?}");

    pair.source().sql("SET GLOBAL super_read_only = ON").await;
    cli.run(&["finish", "--auto-approve"]).expect_code(0);
    assert!(!spool.exists(), "nothing is left of it");
}
