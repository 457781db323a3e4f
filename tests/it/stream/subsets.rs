//! Tables of which not every kind of row change is replicated (`dml`).

use mysql_async::prelude::Queryable;

use super::{Naming, fixtures, streaming_pair};
use crate::support::{cli::Cli, pair::Pair, server::Version};

/// The same table five times, and one without a key.
const TABLES: &str = "
    CREATE TABLE kept (id INT PRIMARY KEY, u INT, v VARCHAR(10), UNIQUE KEY (u)) DEFAULT CHARACTER SET utf8;
    INSERT INTO kept VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three'), (4, 4, 'four');
    CREATE TABLE fixed LIKE kept; INSERT INTO fixed SELECT * FROM kept;
    CREATE TABLE closed LIKE kept; INSERT INTO closed SELECT * FROM kept;
    CREATE TABLE whole LIKE kept; INSERT INTO whole SELECT * FROM kept;
    CREATE TABLE nothing LIKE kept; INSERT INTO nothing SELECT * FROM kept;
    CREATE TABLE heap (a INT, b VARCHAR(10)) DEFAULT CHARACTER SET utf8;
    INSERT INTO heap VALUES (1, 'x'), (2, 'y');
    CREATE TABLE parent (id INT PRIMARY KEY) ENGINE = InnoDB;
    CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)
        ENGINE = InnoDB;
    INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2);";

const CHANGES: &str = "
    UPDATE T SET v = 'ONE' WHERE id = 1; UPDATE T SET id = 20, v = 'moved' WHERE id = 2;
    DELETE FROM T WHERE id = 3; INSERT INTO T VALUES (5, 5, 'five');
    UPDATE T SET v = 'FIVE' WHERE id = 5; INSERT INTO T VALUES (6, 6, 'six'); DELETE FROM T WHERE id = 6;
    INSERT INTO T VALUES (3, 30, 'again'); DELETE FROM T WHERE id = 4;";

/// What the destination has then.
const EXPECTED: &[(&str, &str)] = &[
    (
        "kept",
        "1/1/ONE 3/30/again 4/4/four 5/5/FIVE 6/6/six 20/2/moved",
    ),
    ("fixed", "1/1/one 2/2/two 3/30/again 5/5/five"),
    ("closed", "1/1/ONE 20/2/moved"),
    ("whole", "1/1/ONE 3/30/again 5/5/FIVE 20/2/moved"),
    ("nothing", "1/1/one 2/2/two 3/3/three 4/4/four"),
];

fn folder(pair: &Pair, database: &str, more: &str) -> Cli {
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let table =
        |name: &str, dml: &str| format!("    table \"{name}\" {{\n      dml = [{dml}]\n    }}\n");
    let tables = [
        table("kept", "\"insert\", \"update\""),
        table("fixed", "\"insert\", \"delete\""),
        table("closed", "\"update\", \"delete\""),
        table("nothing", ""),
        table("heap", "\"insert\", \"delete\""),
        table("child", "\"insert\", \"update\""),
    ];
    cli.write(
        "main.hcl",
        &format!(
            "migration \"{}\" {{\n  phases = [\"schema\", \"full\", \"incremental\"]\n}}\n\n{}\n\
             objects {{\n  database \"{database}\" {{\n    include = [\"*\"]\n\n{}  }}\n}}\n\n\
             prechecks {{\n  warnings = \"allow\"\n}}\n{more}",
            pair.database("migration"),
            pair.endpoints_hcl(),
            tables.join("\n"),
        ),
    );
    cli
}

async fn there(pair: &Pair, database: &str, table: &str) -> String {
    let mut conn = pair.destination().root().await;
    let rows: Vec<String> = conn
        .query(format!(
            "SELECT CONCAT_WS('/', id, u, v) FROM {database}.{table} ORDER BY id"
        ))
        .await
        .expect("it can be read");
    rows.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_listed_changes_are_replicated() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("dml");
    fixtures::load(pair.source(), &database, TABLES).await;
    let cli = folder(&pair, &database, "");
    let apply = || cli.run(&["apply", "--auto-approve", "--until", "caught-up"]);
    apply().expect_code(0);
    let changes: Vec<String> = EXPECTED
        .iter()
        .map(|(table, _)| CHANGES.replace(" T ", &format!(" {table} ")))
        .collect();
    pair.source()
        .sql(&format!(
            "USE {database}; {} UPDATE heap SET b = 'changed' WHERE a = 1; DELETE FROM heap WHERE a = 1; \
             DELETE FROM heap WHERE a = 2; INSERT INTO heap VALUES (3, 'z'); DELETE FROM parent WHERE id = 1; \
             CREATE TABLE made (id INT PRIMARY KEY); INSERT INTO made VALUES (1); DELETE FROM made; \
             ALTER TABLE fixed ADD COLUMN more INT",
            changes.concat()
        ))
        .await;
    apply().expect_code(0);
    for (table, expected) in EXPECTED {
        assert_eq!(there(&pair, &database, table).await, *expected, "{table}");
    }
    let mut conn = pair.destination().root().await;
    let counts: Option<(u64, u64, u64)> = conn
        .query_first(format!(
            "SELECT (SELECT COUNT(*) FROM {database}.heap), (SELECT COUNT(*) FROM {database}.parent), \
             (SELECT COUNT(*) FROM {database}.child)"
        ))
        .await
        .expect("they can be read");
    assert_eq!(counts, Some((2, 1, 2)));
    cli.run(&["verify"]).expect_code(0);
    cli.run(&["verify", "--mode", "count"]).expect_code(0);
    // what is on the source and not there is a difference all the same
    pair.destination()
        .sql(&format!("DELETE FROM {database}.kept WHERE id = 1"))
        .await;
    cli.run(&["verify"]).expect_code(2);
    a_change_is_refused(&cli, &database);
}

/// Of a table that was copied, of one that the stream made, and of a column that the stream added.
fn a_change_is_refused(cli: &Cli, database: &str) {
    let whole = cli.read("main.hcl");
    let block =
        |name: &str, inside: &str| format!("    table \"{name}\" {{\n      {inside}\n    }}\n");
    for (table, before, after, said) in [
        (
            "kept",
            "dml = [\"insert\", \"update\"]",
            "dml = [\"insert\"]",
            "kept: dml was insert, update, is insert",
        ),
        (
            "fixed",
            "dml = [\"insert\", \"delete\"]",
            "dml = [\"insert\", \"delete\"]\n      exclude_columns = [\"more\"]",
            "fixed: column more was `more`, is left out",
        ),
    ] {
        let changed = whole.replace(&block(table, before), &block(table, after));
        assert_ne!(changed, whole, "{table}");
        // it had no block
        let made = block("made", "dml = [\"insert\"]") + "    table \"closed\"";
        cli.write("main.hcl", &changed.replace("    table \"closed\"", &made));
        let refused = cli.run(&["apply", "--auto-approve"]).expect_code(3);
        let told: Vec<&str> = refused
            .stderr
            .split_whitespace()
            .filter(|word| *word != "│")
            .collect();
        let told = told.join(" ");
        assert!(told.contains("cutover::plan::frozen"), "{told}");
        for said in [said, "made: dml was insert, update, delete, is insert"] {
            assert!(told.contains(&format!("{database}.{said}")), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_not_deleted_gives_way_or_stops() {
    for (conflicts, code) in [("replace", 0), ("error", 1)] {
        let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
        let database = pair.database("dml");
        fixtures::load(pair.source(), &database, TABLES).await;
        let more = format!("\nconflicts {{\n  stream_rows = \"{conflicts}\"\n}}\n");
        let mut cli = folder(&pair, &database, &more);
        let arguments = ["apply", "--auto-approve", "--until", "caught-up"];
        // between two reads of the copy: whatever is in the way may have been copied later
        cli.env("CUTOVER_FAILPOINT", "copy.committed");
        cli.run(&arguments).expect_code(128 + 6);
        cli.env_remove("CUTOVER_FAILPOINT");
        let written = "INSERT INTO kept VALUES (7, 70, 'seven'); DELETE FROM kept WHERE id = 7; \
                       INSERT INTO kept VALUES (8, 70, 'eight')";
        let source = pair.source();
        source.sql(&format!("USE {database}; {written}")).await;
        let apply = || cli.run(&arguments);
        apply().expect_code(0);
        pair.source()
            .sql(&format!(
                "USE {database}; DELETE FROM kept WHERE id = 1; INSERT INTO kept VALUES (9, 1, 'nine')"
            ))
            .await;
        let done = apply().expect_code(code);
        let said = if code == 0 {
            "kept: so far 1 rows of the destination gave way"
        } else {
            "cutover::stream::row_differs"
        };
        assert!(done.stderr.contains(said), "{}", done.stderr);
        if code == 0 {
            let rows = there(&pair, &database, "kept").await;
            assert_eq!(rows, "2/2/two 3/3/three 4/4/four 8/70/eight 9/1/nine");
        }
    }
}
