//! Columns that are left out: not made, not copied, not followed, not compared.

use mysql_async::prelude::Queryable as _;

use super::{Naming, fixtures, streaming_pair};
use crate::support::{cli::Cli, equal::Comparison, pair::Pair, server::Version};

const TABLES: &str = "
    CREATE TABLE people (id INT PRIMARY KEY, secret VARCHAR(20), name VARCHAR(20), born DATE, hash INT,
        KEY by_name (name), KEY by_secret (secret), KEY both_of (name, secret)) DEFAULT CHARACTER SET utf8;
    INSERT INTO people VALUES (1, 's1', 'Ada', '1815-12-10', 1), (2, 's2', 'Grace', NULL, 2);
    CREATE TABLE picked (a INT, b INT NOT NULL, c VARCHAR(10), d INT, PRIMARY KEY (b)) DEFAULT CHARACTER SET utf8;
    INSERT INTO picked VALUES (1, 1, 'c1', 9), (2, 2, 'c2', 9);
    CREATE TABLE heap (a INT, secret INT, b INT);
    INSERT INTO heap VALUES (1, 1, 1), (1, 2, 1), (2, 3, 2);";

/// How the destination is to look.
const VIEWED: &str = "
    ALTER TABLE people DROP KEY both_of, DROP KEY by_secret, DROP COLUMN secret, DROP COLUMN hash;
    ALTER TABLE picked DROP COLUMN a, DROP COLUMN d;
    ALTER TABLE heap DROP COLUMN secret;
    ALTER TABLE later DROP COLUMN secret;";

const CHANGES: &str = "
    UPDATE people SET secret = 'changed'; UPDATE people SET name = 'Augusta', hash = 7 WHERE id = 1;
    INSERT INTO people VALUES (3, 's3', 'Edsger', '1930-05-11', 3); DELETE FROM people WHERE id = 2;
    UPDATE picked SET a = 5, c = 'five' WHERE b = 1; INSERT INTO picked VALUES (3, 3, 'c3', 3);
    UPDATE heap SET secret = 9 WHERE a = 1; DELETE FROM heap WHERE a = 1 LIMIT 1; INSERT INTO heap VALUES (4, 4, 4);
    CREATE TABLE later (secret INT, id INT PRIMARY KEY, KEY (secret)); INSERT INTO later VALUES (1, 1), (2, 2);
    UPDATE later SET secret = 3; ALTER TABLE people ADD COLUMN note VARCHAR(5) DEFAULT 'n' AFTER name;
    UPDATE people SET note = 'x', secret = 'y' WHERE id = 3;";

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_are_left_out_are_nowhere_on_the_destination() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("columns");
    fixtures::load(pair.source(), &database, TABLES).await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    cli.write(
        "main.hcl",
        &format!(
            "migration \"{}\" {{\n  phases = [\"schema\", \"full\", \"incremental\"]\n}}\n\n{}\n\
             objects {{\n  database \"{database}\" {{\n    include = [\"*\"]\n\n    \
             table \"*\" {{\n      exclude_columns = [\"secret\", \"/^ha/\"]\n    }}\n\n    \
             table \"picked\" {{\n      columns = [\"b\", \"c\"]\n    }}\n  }}\n}}\n\n\
             prechecks {{\n  warnings = \"allow\"\n}}\n",
            pair.database("migration"),
            pair.endpoints_hcl(),
        ),
    );
    let apply = || cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
    apply().expect_code(0);
    cli.run(&["verify"]).expect_code(0);
    let source = pair.source();
    source.sql(&format!("USE {database}; {CHANGES}")).await;
    apply().expect_code(0);
    cli.run(&["verify"]).expect_code(0);
    source
        .sql(&format!("ALTER TABLE {database}.people DROP COLUMN hash"))
        .await;
    let stopped = apply().expect_code(1);
    assert!(
        stopped.stderr.contains("cutover::ddl::column_left_out"),
        "{}",
        stopped.stderr
    );
    source
        .sql(&format!(
            "USE {database}; ALTER TABLE people ADD COLUMN hash INT; {VIEWED}"
        ))
        .await;
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}

/// The first has a key of its own and a further unique one, the second the source's alone.
const OWN: [(&str, &str); 2] = [
    (
        "one",
        "own INT AUTO_INCREMENT PRIMARY KEY, id INT NOT NULL, u INT, v VARCHAR(9), \
         mark VARCHAR(9) DEFAULT 'new', UNIQUE KEY (id), UNIQUE KEY (u)",
    ),
    (
        "two",
        "id INT PRIMARY KEY, u INT, v VARCHAR(9), mark VARCHAR(9) DEFAULT 'new'",
    ),
];

async fn rows(pair: &Pair, table: &str) -> String {
    let mut conn = pair.destination().root().await;
    let rows: Vec<String> = conn
        .query(format!(
            "SELECT CONCAT_WS('/', id, u, v, mark) FROM {table} ORDER BY id"
        ))
        .await
        .expect("it can be read");
    rows.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_destination_has_stays_with_its_row() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("own");
    let (source, destination) = (pair.source(), pair.destination());
    for server in [source, destination] {
        server.sql(&format!("CREATE DATABASE {database}")).await;
    }
    for (table, there) in OWN {
        let sql = format!(
            "USE {database}; CREATE TABLE {table} (id INT PRIMARY KEY, u INT, v VARCHAR(9), UNIQUE KEY (u)); \
             INSERT INTO {table} VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c'), (4, 4, 'd'), (5, 5, 'e')"
        );
        source.sql(&sql).await;
        let sql = format!("USE {database}; CREATE TABLE {table} ({there})");
        destination.sql(&sql).await;
    }
    let reuse = "\nconflicts {\n  existing_tables = \"reuse\"\n}\n";
    let mut cli = super::folder(&pair, &[&database], reuse);
    let text = cli.read("main.hcl").replace("\"schema\", ", "");
    cli.write("main.hcl", &text);
    let apply = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.env("CUTOVER_FAILPOINT", "copy.committed");
    cli.run(&apply).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    let mut copied = Vec::new();
    for (table, _) in OWN {
        let table = format!("{database}.{table}");
        copied.push(!rows(&pair, &table).await.is_empty());
        destination
            .sql(&format!("UPDATE {table} SET mark = CONCAT('m', id)"))
            .await;
        source
            .sql(&format!(
                "UPDATE {table} SET v = 'x' WHERE id = 1; UPDATE {table} SET id = 20 WHERE id = 2; \
                 UPDATE {table} SET u = 33 WHERE id = 3; DELETE FROM {table} WHERE id = 4; \
                 INSERT INTO {table} VALUES (6, 6, 'f')"
            ))
            .await;
    }
    assert!(copied.contains(&true));
    cli.run(&apply).expect_code(0);
    for ((table, _), copied) in OWN.into_iter().zip(copied) {
        let expected = if copied {
            "1/1/x/m1 3/33/c/m3 5/5/e/m5 6/6/f/new 20/2/b/m2"
        } else {
            "1/1/x/new 3/33/c/new 5/5/e/new 6/6/f/new 20/2/b/new"
        };
        let table = format!("{database}.{table}");
        assert_eq!(rows(&pair, &table).await, expected, "{table}");
        destination
            .sql(&format!("UPDATE {table} SET mark = CONCAT('n', id)"))
            .await;
        source
            .sql(&format!(
                "UPDATE {table} SET id = 30 WHERE id = 20; UPDATE {table} SET v = 'y' WHERE id = 5; \
                 BEGIN; UPDATE {table} SET u = 99 WHERE id = 1; UPDATE {table} SET u = 1 WHERE id = 3; \
                 UPDATE {table} SET u = 33 WHERE id = 1; COMMIT; \
                 BEGIN; DELETE FROM {table} WHERE id = 6; INSERT INTO {table} VALUES (6, 6, 'g'); COMMIT; \
                 INSERT INTO {table} VALUES (7, 7, 'h'); UPDATE {table} SET id = 8, v = 'i' WHERE id = 7"
            ))
            .await;
    }
    cli.run(&apply).expect_code(0);
    for (table, _) in OWN {
        let found = rows(&pair, &format!("{database}.{table}")).await;
        let expected = "1/33/x/n1 3/1/c/n3 5/5/y/n5 6/6/g/new 8/7/i/new 30/2/b/n20";
        assert_eq!(found, expected, "{table}");
    }
}
