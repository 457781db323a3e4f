//! `verify` beside a stream that another process applies, while the source is written.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{Naming, fixtures, folder, streaming_pair};
use crate::support::{
    cli::{Cli, Running},
    pair::Pair,
    server::Version,
};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL DEFAULT 0, note VARCHAR(20)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE c (s VARCHAR(10), n INT, v INT, PRIMARY KEY (s, n)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE h (a INT, b VARCHAR(10)) DEFAULT CHARACTER SET utf8;
    CREATE TABLE p (id INT PRIMARY KEY) ENGINE = InnoDB;
    CREATE TABLE f (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id)) ENGINE = InnoDB;
    INSERT INTO t (id) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
    INSERT INTO t (id) SELECT x.id * 10 + y.id FROM t x, t y WHERE x.id > 0;
    INSERT INTO c SELECT CONCAT('k', v), id, 0 FROM t WHERE id < 50;
    INSERT INTO h SELECT id, 'still' FROM t WHERE id < 20;";

/// One round of the writer; rows of an id of 90 and more are left alone.
fn round(number: usize) -> String {
    let id = number % 90;
    format!(
        "UPDATE t SET v = v + 1 WHERE id < 90; UPDATE t SET v = v + 1 WHERE id = {id}; \
         UPDATE c SET v = {number} WHERE n < 40; INSERT INTO h VALUES (1000 + {id}, 'new'); \
         DELETE FROM h WHERE a = 1000 + {}; INSERT INTO p VALUES ({number}); \
         INSERT INTO f VALUES ({number}, {number}); DELETE FROM f WHERE id < {number} - 5; \
         DELETE FROM p WHERE id < {number} - 5; \
         DELETE FROM t WHERE id = 1000 + {id}; INSERT INTO t (id) VALUES (1000 + {})",
        number.wrapping_sub(3) % 90,
        (id + 1) % 90,
    )
}

/// A source that is written, and an `apply` that follows.
struct Busy {
    pair: Pair,
    database: String,
    cli: Cli,
    over: Arc<AtomicBool>,
    writer: tokio::task::JoinHandle<()>,
}

impl Busy {
    async fn new(naming: Naming) -> (Self, Running) {
        let pair = streaming_pair(Version::V9_7, naming).await;
        let database = pair.database("busy");
        fixtures::load(pair.source(), &database, TABLES).await;
        let cli = folder(&pair, &[&database], "");
        cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
            .expect_code(0);
        let over = Arc::new(AtomicBool::new(false));
        let mut conn = pair.source().root().await;
        let writer = tokio::spawn({
            let (over, database) = (Arc::clone(&over), database.clone());
            async move {
                use mysql_async::prelude::Queryable;
                conn.query_drop(format!("USE {database}"))
                    .await
                    .expect("it is there");
                let mut number = 1;
                while !over.load(Ordering::SeqCst) {
                    conn.query_drop(round(number)).await.expect("it is valid");
                    number += 1;
                }
            }
        });
        let mut running = cli.spawn(&["apply", "--auto-approve"]);
        running.wait_for_stderr("catching-up: begins");
        let busy = Self {
            pair,
            database,
            cli,
            over,
            writer,
        };
        (busy, running)
    }

    /// Again after a deadlock with the stream, which locks rows, too.
    async fn on_destination(&self, statement: &str) {
        use mysql_async::prelude::Queryable;
        const DEADLOCK: u16 = 1213;
        let mut conn = self.pair.destination().root().await;
        conn.query_drop(format!("USE {}", self.database))
            .await
            .expect("it is there");
        loop {
            match conn.query_drop(statement).await {
                Ok(()) => return,
                Err(mysql_async::Error::Server(error)) if error.code == DEADLOCK => {}
                Err(error) => panic!("{statement}: {error}"),
            }
        }
    }

    fn table(&self, name: &str) -> String {
        format!("{}.{name}", self.database)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_stream_only_what_stays_different_counts() {
    let (busy, running) = Busy::new(Naming::Gtids).await;
    let equal = busy.cli.run(&["verify"]).expect_code(0);
    assert!(
        equal.stderr.contains("applies the source's changes"),
        "{}",
        equal.stderr
    );
    for statement in [
        "UPDATE t SET note = 'wrong' WHERE id = 95",
        "DELETE FROM t WHERE id = 96",
        "INSERT INTO c VALUES ('extra', 1, 1)",
        "UPDATE h SET b = 'moved' WHERE a = 7",
        "SET foreign_key_checks = 0; INSERT INTO f VALUES (-1, -1)",
    ] {
        busy.on_destination(statement).await;
    }
    let different = busy.cli.run(&["verify"]).expect_code(2);
    for told in [
        format!("{}: 2 rows differ", busy.table("t")),
        "95".to_owned(),
        "note".to_owned(),
        "96".to_owned(),
        format!("{}: 1 row differs", busy.table("c")),
        "'extra', 1".to_owned(),
        format!("{}: 2 rows differ", busy.table("h")),
        "7, X'6D6F766564'".to_owned(),
        format!("{}: 1 row differs", busy.table("f")),
        "foreign key f_ibfk_1: 1 row".to_owned(),
        "6 rows in 4 tables".to_owned(),
    ] {
        assert!(
            different.stdout.contains(&told),
            "{told}: {}",
            different.stdout
        );
    }
    let counted = busy
        .cli
        .run(&["verify", "--mode", "count", "--table", &busy.table("h")]);
    let refused = counted.expect_code(3);
    assert!(
        refused.stderr.contains("cutover::cli::count_beside_stream"),
        "{}",
        refused.stderr
    );
    busy.over.store(true, Ordering::SeqCst);
    busy.writer.await.expect("the writer ends well");
    busy.cli.run(&["stop"]).expect_code(0);
    running.wait().expect_code(0);
}
