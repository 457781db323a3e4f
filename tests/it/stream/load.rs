//! A source that is written all the time, through schema, copy, catch-up and streaming: no row is
//! lost, none is there twice, none is late.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use mysql_async::{Conn, prelude::Queryable as _};

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{pair::Pair, server::Version, wait};

/// Every write is one row of `log`, which has no key, and one version more of a row of `current`.
const TABLES: &str = "
    CREATE TABLE log (writer INT NOT NULL, number INT NOT NULL);
    CREATE TABLE current (id INT PRIMARY KEY, version INT NOT NULL, writer INT NOT NULL, pad CHAR(100) NOT NULL);
    INSERT INTO current VALUES (0, 0, 0, 'x'), (1, 0, 0, 'x'), (2, 0, 0, 'x'), (3, 0, 0, 'x'), (4, 0, 0, 'x');
    INSERT INTO current SELECT id + 5, 0, 0, 'x' FROM current; INSERT INTO current SELECT id + 10, 0, 0, 'x' FROM current;
    INSERT INTO current SELECT id + 20, 0, 0, 'x' FROM current; INSERT INTO current SELECT id + 40, 0, 0, 'x' FROM current;
    INSERT INTO current SELECT id + 80, 0, 0, 'x' FROM current; INSERT INTO current SELECT id + 160, 0, 0, 'x' FROM current;
    INSERT INTO log SELECT -1, id FROM current;";

const WRITERS: u64 = 2;

struct Writers {
    stop: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Writers {
    async fn start(pair: &Pair, database: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let written = Arc::new(AtomicU64::new(0));
        let mut tasks = Vec::new();
        for writer in 0..WRITERS {
            let conn = pair.source().root().await;
            let (stop, written) = (Arc::clone(&stop), Arc::clone(&written));
            tasks.push(tokio::spawn(write(
                conn,
                database.to_owned(),
                writer,
                stop,
                written,
            )));
        }
        Self {
            stop,
            written,
            tasks,
        }
    }

    /// Waits until they have written so much more.
    async fn go_on(&self, more: u64) {
        let goal = self.written.load(Ordering::Relaxed) + more;
        wait::until_some_async("the writers write", || async {
            (self.written.load(Ordering::Relaxed) >= goal).then_some(())
        })
        .await;
    }

    async fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("a writer ends");
        }
        self.written.load(Ordering::Relaxed)
    }
}

async fn write(
    mut conn: Conn,
    database: String,
    writer: u64,
    stop: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let id = number * 7919 % 320;
        let change = format!(
            "BEGIN; INSERT INTO {database}.log VALUES ({writer}, {number}); \
             UPDATE {database}.current SET version = version + 1, writer = {writer} WHERE id = {id}; COMMIT"
        );
        conn.query_drop(change)
            .await
            .expect("the source is written");
        number += 1;
        written.fetch_add(1, Ordering::Relaxed);
    }
}

/// What of the source's rows is not on the destination, what is there once too often, and which rows
/// are older there.
async fn lost_repeated_late(pair: &Pair, database: &str) -> (u64, u64, u64) {
    let rows = async |conn: &mut Conn| -> (Vec<(i32, i32)>, Vec<(i32, i32)>) {
        let log = format!("SELECT writer, number FROM {database}.log ORDER BY 1, 2");
        let current = format!("SELECT id, version FROM {database}.current ORDER BY id");
        (
            conn.query(log).await.expect("the server answers"),
            conn.query(current).await.expect("the server answers"),
        )
    };
    let (source, versions) = rows(&mut pair.source().root().await).await;
    let (destination, arrived) = rows(&mut pair.destination().root().await).await;
    // both are sorted
    let beyond = |these: &[(i32, i32)], those: &[(i32, i32)]| {
        let mut those = those.iter().peekable();
        let mut beyond = 0;
        for row in these {
            while those.next_if(|other| *other < row).is_some() {}
            if those.next_if_eq(&row).is_none() {
                beyond += 1;
            }
        }
        beyond
    };
    assert_eq!(versions.len(), arrived.len());
    let late = versions
        .iter()
        .zip(&arrived)
        .filter(|(one, other)| one > other);
    (
        beyond(&source, &destination),
        beyond(&destination, &source),
        late.count() as u64,
    )
}

async fn moves_under_load(version: Version, naming: Naming) {
    let pair = streaming_pair(version, naming).await;
    let database = pair.database("load");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(
        &pair,
        &[&database],
        "\nlimits {\n  full {\n    chunk_time = \"1ms\"\n  }\n}\n",
    );
    let writers = Writers::start(&pair, &database).await;
    let mut apply = cli.spawn(&["apply", "--auto-approve"]);
    apply.wait_for_stderr("streaming: begins");
    writers.go_on(200).await;
    let written = writers.stop().await;
    cli.run(&["stop"]).expect_code(0);
    apply.wait().expect_code(0);
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    let (lost, repeated, late) = lost_repeated_late(&pair, &database).await;
    eprintln!(
        "{version:?}: {written} transactions while it moved; lost {lost}, repeated {repeated}, late {late}"
    );
    assert_eq!((lost, repeated, late), (0, 0, 0));
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_repeated_or_late_while_the_source_is_written() {
    moves_under_load(Version::V9_7, Naming::Gtids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_5_6_is_lost_repeated_or_late_while_it_is_written() {
    moves_under_load(Version::V5_6, Naming::Files).await;
}
