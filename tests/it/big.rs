//! Memory stays bounded, whatever the table: `cargo test --test it big:: -- --ignored --nocapture`.
//! Minutes long, and up to 2 GB on the disk; each prints the peak that it saw.

use mysql_async::{Row, prelude::Queryable};

use crate::{
    migrate::folder,
    stream::{self, Naming},
    support::{
        cli::{Cli, Output, Running},
        fixtures,
        pair::Pair,
        server::{Server, Version},
    },
};

/// What a run may hold while rows are below 1 MiB, and while they are below 16 MiB.
const USUAL: u64 = 150;
const LONG_ROWS: u64 = 400;

/// The most memory that the process has held so far, in KiB; `None` once it is gone.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Waits for the end, however long that takes, and returns the peak in MiB. What is held in the last
/// milliseconds may be missed; the peak is reached long before.
pub fn watched(mut running: Running) -> (Output, u64) {
    let mut most = 0;
    while !running.has_ended() {
        most = peak(running.pid()).unwrap_or(0).max(most);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    (running.wait(), most.div_ceil(1024))
}

fn within(cli: &Cli, arguments: &[&str], what: &str, limit: u64) {
    let (output, peak) = watched(cli.spawn(arguments));
    output.expect_code(0);
    eprintln!("{what}, {}: at most {peak} MiB", arguments[0]);
    assert!(
        peak > 0 && peak < limit,
        "{what}, {}: {peak} MiB instead of less than {limit}",
        arguments[0]
    );
}

/// Counts and the server's own checksums.
async fn contents(server: &Server, database: &str) -> Vec<(String, Option<i64>)> {
    let mut conn = server.root().await;
    let tables: Vec<String> = conn
        .query(format!("SHOW TABLES FROM {database}"))
        .await
        .expect("the server answers");
    let mut contents = Vec::new();
    for table in tables {
        let count: Option<i64> = conn
            .query_first(format!("SELECT COUNT(*) FROM {database}.{table}"))
            .await
            .expect("the server answers");
        let row: Row = conn
            .query_first(format!("CHECKSUM TABLE {database}.{table}"))
            .await
            .expect("the server answers")
            .expect("a checksum");
        contents.push((table.clone(), count));
        contents.push((table, row.get(1)));
    }
    contents
}

/// Copies and verifies what the script makes, within so many MiB.
async fn moves_within(limit: u64, what: &str, script: &str) {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    moves_between(&pair, limit, what, script).await;
}

async fn moves_between(pair: &Pair, limit: u64, what: &str, script: &str) {
    let database = pair.database("big");
    fixtures::load(pair.source(), &database, script).await;
    let cli = folder(pair, std::slice::from_ref(&database), "");
    within(&cli, &["apply", "--auto-approve"], what, limit);
    let arrived = contents(pair.destination(), &database).await;
    assert_eq!(contents(pair.source(), &database).await, arrived);
    within(&cli, &["verify"], what, limit);
}

/// `SELECT n`, from 0 up to a thousand times `thousands`, of a table named `numbers`.
fn numbers(thousands: u32) -> String {
    format!(
        "SET SESSION sql_log_bin = 0, cte_max_recursion_depth = 100000;
        CREATE TEMPORARY TABLE thousand (n INT NOT NULL PRIMARY KEY)
            WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 999) SELECT n FROM c;
        CREATE TEMPORARY TABLE thousands (n INT NOT NULL PRIMARY KEY)
            WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < {thousands})
            SELECT n FROM c;"
    )
}

/// The rows of `numbers`, for the end of an `INSERT ... SELECT`.
const FROM_NUMBERS: &str = "FROM (SELECT thousands.n * 1000 + thousand.n AS n
    FROM thousands STRAIGHT_JOIN thousand) AS numbers";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn ten_million_narrow_rows() {
    let script = format!(
        "{} CREATE TABLE narrow (id INT PRIMARY KEY, a INT NOT NULL, b SMALLINT NOT NULL);
        INSERT INTO narrow SELECT n, n * 48271 % 2147483647, n % 30000 {FROM_NUMBERS}",
        numbers(10_000)
    );
    moves_within(USUAL, "10 million narrow rows", &script).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn three_million_rows_without_a_key() {
    let script = format!(
        "{} CREATE TABLE keyless (a INT, b VARCHAR(40));
        INSERT INTO keyless SELECT n % 500000, CONCAT('row ', n % 7) {FROM_NUMBERS}",
        numbers(3_000)
    );
    moves_within(USUAL, "3 million rows without a key", &script).await;
}

/// A table of rows of so many bytes, and one with shorter rows and no key.
fn long_rows(bytes: u32, rows: u32) -> String {
    format!(
        "SET SESSION sql_log_bin = 0;
        CREATE TABLE long_rows (id INT PRIMARY KEY, v LONGBLOB);
        INSERT INTO long_rows WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows})
            SELECT n, RPAD(CONCAT('\\0\\n\\t\\\\row ', n), {bytes}, SHA2(n, 256)) FROM c;
        CREATE TABLE keyless (id INT, v LONGBLOB);
        INSERT INTO keyless SELECT id, LEFT(v, {bytes} - id) FROM long_rows"
    )
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn rows_of_almost_one_mebibyte() {
    let script = long_rows((1 << 20) - 100, 200);
    moves_within(USUAL, "rows of almost 1 MiB", &script).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn rows_of_almost_sixteen_mebibytes() {
    let script = long_rows((16 << 20) - 100, 24);
    moves_within(LONG_ROWS, "rows of almost 16 MiB", &script).await;
}

/// Every byte needs an escape, so that rows are twice as long on their way.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn rows_of_almost_sixteen_mebibytes_of_escapes() {
    let script = "SET SESSION sql_log_bin = 0;
        CREATE TABLE escapes (id INT PRIMARY KEY, v LONGBLOB);
        INSERT INTO escapes WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 16)
            SELECT n, REPEAT('\\0\\n\\t\\\\', (16 << 18) - 10) FROM c";
    moves_within(LONG_ROWS, "rows of almost 16 MiB of escapes", script).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn rows_of_almost_sixteen_mebibytes_by_insert() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    pair.destination().sql("SET GLOBAL local_infile = 0").await;
    let script = long_rows((16 << 20) - 100, 12);
    moves_between(&pair, LONG_ROWS, "rows of almost 16 MiB by INSERT", &script).await;
}

/// A window ends inside of it, again and again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long"]
async fn a_transaction_of_two_million_rows() {
    let pair = stream::streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("big");
    let table = "CREATE TABLE narrow (id INT PRIMARY KEY, a INT NOT NULL, b VARCHAR(40) NOT NULL)";
    fixtures::load(pair.source(), &database, table).await;
    let cli = stream::folder(&pair, &[&database], "");
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&caught_up).expect_code(0);
    let change = numbers(2_000).replace("sql_log_bin = 0, ", "");
    let change = format!(
        "USE {database}; {change} INSERT INTO narrow SELECT n, n % 1000, CONCAT('row ', n) {FROM_NUMBERS}"
    );
    pair.source().sql(&change).await;
    within(&cli, &caught_up, "a transaction of 2 million rows", USUAL);
    let arrived = contents(pair.destination(), &database).await;
    assert_eq!(contents(pair.source(), &database).await, arrived);
}
