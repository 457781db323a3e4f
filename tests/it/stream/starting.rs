//! The stream alone, onto a destination that somebody else has seeded.

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{cli::Cli, pair::Pair, server::Version};

const TABLES: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), KEY (v));
    CREATE TABLE heap (a INT, b VARCHAR(20));
    INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');
    INSERT INTO heap VALUES (1, 'x'), (1, 'x'), (2, NULL);
    CREATE VIEW seen AS SELECT id FROM t; CREATE VIEW gone AS SELECT a FROM heap;";

/// `gtid:SET` or `file:NAME,POSITION` of the source now.
async fn here(pair: &Pair, naming: Naming) -> String {
    let mut source = pair.source().root().await;
    match naming {
        Naming::Gtids => {
            let set: Option<String> = source
                .query_first("SELECT REPLACE(@@GLOBAL.gtid_executed, '\n', '')")
                .await
                .expect("the source answers");
            format!("gtid:{}", set.expect("a row"))
        }
        Naming::Files => {
            let row: Option<mysql_async::Row> = source
                .query_first("SHOW BINARY LOG STATUS")
                .await
                .expect("the source answers");
            let row = row.expect("a row");
            let (file, offset): (String, u64) =
                (row.get(0).expect("a file"), row.get(1).expect("an offset"));
            format!("file:{file},{offset}")
        }
    }
}

fn alone(cli: &Cli, start: &str) {
    let text = cli.read("main.hcl");
    let text = text.replace(
        "phases = [\"schema\", \"full\", \"incremental\"]",
        "phases = [\"incremental\"]",
    );
    let block = format!("\nincremental {{\n  start = \"{start}\"\n}}\n");
    cli.write("main.hcl", &format!("{text}{block}"));
}

async fn starts(naming: Naming) {
    let pair = streaming_pair(Version::V9_7, naming).await;
    let database = pair.database("seeded");
    fixtures::load(pair.source(), &database, TABLES).await;
    fixtures::load(pair.destination(), &database, TABLES).await;
    let start = here(&pair, naming).await;
    let write = async |script: &str| {
        pair.source()
            .sql(&format!("USE {database}; {script}"))
            .await;
    };
    write("UPDATE t SET v = CONCAT(v, '!'); DELETE FROM heap WHERE a = 1 LIMIT 1").await;
    write("ALTER TABLE t ADD COLUMN w INT; UPDATE t SET w = id; ALTER TABLE t DROP COLUMN w").await;
    let middle = here(&pair, naming).await;
    write("INSERT INTO t VALUES (4, 'four')").await;
    // views that were seeded are followed as well
    write("CREATE OR REPLACE VIEW seen AS SELECT id, v FROM t; DROP VIEW gone").await;
    let cli = folder(&pair, &[&database], "");
    alone(&cli, &start);
    cli.run(&["apply", "--auto-approve", "--until", &middle])
        .expect_code(0);
    let count = async || -> Option<u64> {
        let mut destination = pair.destination().root().await;
        let count = format!("SELECT COUNT(*) FROM {database}.t WHERE v LIKE '%!' OR id = 4");
        destination.query_first(count).await.expect("it answers")
    };
    assert_eq!(count().await, Some(3));
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    assert_equal(&pair, &[&database]).await;
    let views: Vec<(String, u64)> = pair
        .destination()
        .root()
        .await
        .query(format!(
            "SELECT TABLE_NAME, (SELECT COUNT(*) FROM information_schema.COLUMNS c WHERE \
             c.TABLE_SCHEMA = v.TABLE_SCHEMA AND c.TABLE_NAME = v.TABLE_NAME) \
             FROM information_schema.VIEWS v WHERE TABLE_SCHEMA = '{database}'"
        ))
        .await
        .expect("it answers");
    assert_eq!(views, [("seen".to_owned(), 2)]);
    let equal = cli.run(&["verify", "--json"]).expect_code(0).stdout;
    let equal: serde_json::Value = serde_json::from_str(&equal).expect("it is JSON");
    let tables = equal["tables"].as_array().map_or(0, Vec::len);
    assert_eq!(tables, 2, "{equal}");
    let other = cli.read("main.hcl").replace(&start, &middle);
    let mine = cli.read("main.hcl");
    cli.write("main.hcl", &other);
    let refused = cli.run(&["apply", "--auto-approve"]).expect_code(1);
    assert!(
        refused.stderr.contains("cutover::stream::start"),
        "{}",
        refused.stderr
    );
    cli.write("main.hcl", &mine);
    // from the start on every row must be as the source says
    pair.destination()
        .sql(&format!("UPDATE {database}.t SET v = 'other' WHERE id = 2"))
        .await;
    // rows are compared although none were copied, also by the switch
    let differs = cli.run(&["verify"]).expect_code(2);
    assert!(
        differs.stdout.contains(&format!("{database}.t")),
        "{}",
        differs.stdout
    );
    pair.source().sql("SET GLOBAL super_read_only = ON").await;
    let kept = cli.run(&["finish", "--auto-approve"]).expect_code(2);
    assert!(kept.stdout.contains("both sides differ"), "{}", kept.stdout);
    let writable = "SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF";
    pair.source().sql(writable).await;
    write("UPDATE t SET v = 'new' WHERE id = 2").await;
    let stopped = cli
        .run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(1);
    assert!(
        stopped.stderr.contains("cutover::stream::row_differs"),
        "{}",
        stopped.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seeded_destination_is_followed_from_a_set() {
    starts(Naming::Gtids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seeded_destination_is_followed_from_a_file() {
    starts(Naming::Files).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_the_source_cannot_serve_is_refused() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("nowhere");
    fixtures::load(pair.source(), &database, TABLES).await;
    fixtures::load(pair.destination(), &database, TABLES).await;
    let start = here(&pair, Naming::Gtids).await;
    pair.source()
        .sql(&format!(
            "INSERT INTO {database}.t VALUES (4, 'four'); FLUSH BINARY LOGS; \
             PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY"
        ))
        .await;
    let refused = |start: &str, reason: &str| {
        let cli = folder(&pair, &[&database], "");
        alone(&cli, start);
        let refused = cli.run(&["apply", "--auto-approve"]).expect_code(1);
        let words = refused.stderr.replace('\u{2502}', " ");
        let words: Vec<&str> = words.split_whitespace().collect();
        let said = words.join(" ");
        assert!(said.contains("cutover::stream::start"), "{said}");
        assert!(said.contains(reason), "{said}");
        pair.metadata_database()
    };
    let metadata = refused(&start, "the source has purged");
    for (start, reason) in [
        (
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5".to_owned(),
            "the source has not executed 3e11fa47",
        ),
        (
            "file:nothing.000001,4".to_owned(),
            "the source has no binlog file nothing.000001",
        ),
    ] {
        pair.destination()
            .sql(&format!("DROP DATABASE {metadata}"))
            .await;
        refused(&start, reason);
    }
}

/// Without identifiers the position is read while nobody may commit; who holds a table keeps us from it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "three times five seconds long"]
async fn a_source_that_cannot_be_held_still_is_no_start() {
    let pair = streaming_pair(Version::V9_7, Naming::Files).await;
    let database = pair.database("held");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &[&database], "");
    let mut reader = pair.source().root().await;
    let id = reader.id();
    let query = format!("SELECT SLEEP(100) FROM {database}.t");
    let reading = tokio::spawn(async move { reader.query_drop(query).await });
    let apply = ["apply", "--auto-approve", "--until", "caught-up"];
    let refused = cli.run(&apply).expect_code(1).stderr;
    assert!(refused.contains("cutover::stream::not_held"), "{refused}");
    assert!(refused.contains("SHOW PROCESSLIST"), "{refused}");
    pair.source().sql(&format!("KILL {id}")).await;
    reading.await.expect("it ends").expect_err("it was killed");
    cli.run(&apply).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}
