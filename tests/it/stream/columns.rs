//! Columns that are left out: not made, not copied, not followed, not compared.

use super::{Naming, fixtures, streaming_pair};
use crate::support::{cli::Cli, equal::Comparison, server::Version};

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
