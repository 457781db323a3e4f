//! A window that was begun is finished as it was begun, whatever has changed since.

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::server::Version;

const TABLES: &str = "
    CREATE TABLE p (id INT PRIMARY KEY, v INT NOT NULL DEFAULT 0) ENGINE = InnoDB;
    INSERT INTO p (id) VALUES (1), (2), (3), (4), (5); INSERT INTO p (id) SELECT id + 5 FROM p;
    INSERT INTO p (id) SELECT id + 10 FROM p; INSERT INTO p (id) SELECT id + 20 FROM p;
    CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)
        ENGINE = InnoDB;
    INSERT INTO c SELECT id, id FROM p;";

/// The place where it ended was moved into a new file by a heartbeat, behind the file's first events,
/// and a table is selected that follows another by a foreign key: cut anew, all would be one lane's.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_is_cut_again_as_it_was_begun_and_ends_where_no_event_does() {
    let pair = streaming_pair(Version::V5_6, Naming::Files).await;
    let database = pair.database("open");
    let source = pair.source();
    fixtures::load(source, &database, TABLES).await;
    let mut cli = folder(
        &pair,
        &[&database],
        "\nlimits {\n  full {\n    workers = 3\n  }\n}\n",
    );
    let all = cli.read("main.hcl");
    let block = format!("database \"{database}\" {{}}");
    assert!(all.contains(&block), "{all}");
    let without = format!("database \"{database}\" {{\n    exclude = [\"c\"]\n  }}");
    cli.write("main.hcl", &all.replace(&block, &without));
    cli.env("CUTOVER_WINDOWS", "1000:12");
    let apply = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&apply).expect_code(0);
    let change = "BEGIN; UPDATE p SET v = v + 1; DELETE FROM p WHERE id > 20; COMMIT";
    source.sql(&format!("USE {database}; {change}")).await;
    cli.env("CUTOVER_FAILPOINT", "stream.committed");
    cli.run(&apply).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");

    source.sql("FLUSH BINARY LOGS").await;
    let mut conn = source.root().await;
    let status: Option<mysql_async::Row> = conn
        .query_first("SHOW MASTER STATUS")
        .await
        .expect("it stands somewhere");
    let status = status.expect("it has a binlog");
    let file: String = status.get(0).expect("a file");
    let offset: u64 = status.get(1).expect("an offset");
    source
        .sql(&format!(
            "USE {database}; INSERT INTO p VALUES (100, 1); INSERT INTO c VALUES (100, 100)"
        ))
        .await;
    let ledger = pair.metadata_database();
    let mut destination = pair.destination().root().await;
    destination
        .query_drop(format!(
            "UPDATE {ledger}.stream SET window_end = JSON_SET(window_end, '$.binlog.file', '{file}', \
             '$.binlog.offset', {offset})"
        ))
        .await
        .expect("it is there");
    assert_eq!(destination.affected_rows(), 1, "no window is open");
    cli.write("main.hcl", &all);
    cli.run(&apply).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}
