//! What the source's engine does to children is not in the binlog, and arrives all the same.

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, pair_with};
use crate::support::{cli::Cli, pair::Pair, server::Version, wait};

const TABLES: &str = "
    CREATE TABLE p (id INT PRIMARY KEY, code VARCHAR(10) COLLATE utf8_unicode_ci, UNIQUE KEY (code))
        DEFAULT CHARACTER SET utf8;
    CREATE TABLE c (id INT PRIMARY KEY, p INT, at TIMESTAMP NOT NULL DEFAULT '2020-01-01 00:00:00'
        ON UPDATE CURRENT_TIMESTAMP, UNIQUE KEY (p, id),
        FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE);
    CREATE TABLE g (id INT, p INT, t VARCHAR(9), PRIMARY KEY (p, id),
        FOREIGN KEY (p, id) REFERENCES c (p, id) ON DELETE CASCADE ON UPDATE CASCADE);
    CREATE TABLE gg (p INT, id INT, t VARCHAR(9), KEY (p, id),
        FOREIGN KEY (p, id) REFERENCES g (p, id) ON DELETE SET NULL ON UPDATE CASCADE);
    CREATE TABLE n (id INT PRIMARY KEY, code VARCHAR(10) COLLATE utf8_unicode_ci,
        FOREIGN KEY (code) REFERENCES p (code) ON DELETE SET NULL ON UPDATE CASCADE)
        DEFAULT CHARACTER SET utf8;
    CREATE TABLE u (id INT PRIMARY KEY, p INT,
        FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL);
    CREATE TABLE k (p INT, t TEXT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE);
    CREATE TABLE tree (id INT PRIMARY KEY, above INT,
        FOREIGN KEY (above) REFERENCES tree (id) ON DELETE CASCADE);
    INSERT INTO p VALUES (1, 'one'), (2, 'two'), (3, 'Stra\u{df}e'), (4, NULL), (5, 'five'), (6, 'six'),
        (7, 'seven'), (8, 'eight'), (9, 'nine');
    INSERT INTO c (id, p) SELECT id + 10, id FROM p; INSERT INTO c (id, p) SELECT id + 20, id FROM p;
    INSERT INTO g SELECT id, p, 'g' FROM c; INSERT INTO gg SELECT p, id, 'gg' FROM g;
    INSERT INTO gg SELECT p, id, 'gg' FROM g;
    INSERT INTO n SELECT id, code FROM p; INSERT INTO n SELECT id + 10, UPPER(code) FROM p;
    INSERT INTO u SELECT id, id FROM p; INSERT INTO k SELECT id, 'k' FROM p; INSERT INTO k SELECT id, 'k' FROM p;
    INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, 4), (6, NULL), (7, 6), (8, 7), (9, 9);";

/// Each line is run by itself and followed to its end, and all once more in one go.
const CHANGES: &[&str] = &[
    "DELETE FROM p WHERE id = 1",
    "UPDATE p SET id = 20 WHERE id = 2",
    "UPDATE p SET code = 'STRASSE' WHERE id = 3",
    "START TRANSACTION; INSERT INTO k VALUES (4, 'new'); UPDATE p SET id = 40, code = 'forty' WHERE id = 4; \
     INSERT INTO c (id, p) VALUES (41, 40); INSERT INTO g VALUES (41, 40, 'x'); UPDATE k SET t = 'moved' WHERE p = 40; \
     INSERT INTO n VALUES (40, 'FORTY'); DELETE FROM p WHERE id = 40; \
     INSERT INTO p VALUES (40, 'again'); INSERT INTO k VALUES (40, 'again'); COMMIT",
    "START TRANSACTION; UPDATE p SET id = 99 WHERE id = 5; UPDATE p SET id = 5 WHERE id = 6; \
     UPDATE p SET id = 6 WHERE id = 99; COMMIT",
    "SET foreign_key_checks = 0; DELETE FROM p WHERE id = 7; SET foreign_key_checks = 1",
    "DELETE FROM tree WHERE id IN (2, 6, 9)",
    "START TRANSACTION; DELETE FROM p WHERE id > 7; ROLLBACK",
    // the parent goes first and takes its children along, which the statement then logs all the same
    "INSERT INTO p VALUES (50, 'x'), (51, 'y'); INSERT INTO u VALUES (50, 50), (51, 51), (52, 50); \
     DELETE u, p FROM p STRAIGHT_JOIN u ON u.p = p.id WHERE p.id = 50; \
     DELETE p, u FROM p STRAIGHT_JOIN u ON u.p = p.id WHERE p.id = 51",
    "INSERT INTO p VALUES (53, 'z'); INSERT INTO u VALUES (53, 53), (54, 53); XA START 'both'; \
     DELETE u, p FROM p STRAIGHT_JOIN u ON u.p = p.id WHERE p.id = 53; XA END 'both'; XA PREPARE 'both'; \
     XA COMMIT 'both'",
    "DELETE FROM p WHERE id IN (8, 9)",
    "REPLACE INTO p VALUES (3, 'other')",
    "DELETE FROM p",
    "DELETE FROM tree",
];

const RESET: &str = "SET foreign_key_checks = 0; DELETE FROM p; DELETE FROM c; DELETE FROM g; DELETE FROM gg; \
    DELETE FROM n; DELETE FROM u; DELETE FROM k; DELETE FROM tree; SET foreign_key_checks = 1;";

async fn prepared(version: Version, naming: Naming, arguments: &[&str]) -> (Pair, String, Cli) {
    let pair = pair_with(version, naming, arguments).await;
    let database = pair.database("family");
    let script = format!("SET NAMES utf8; {TABLES}");
    fixtures::load(pair.source(), &database, &script).await;
    let mut cli = folder(&pair, &[&database], "");
    cli.env("CUTOVER_WINDOWS", "300:2");
    (pair, database, cli)
}

fn catch_up(cli: &Cli) {
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
}

async fn follows_families(version: Version, naming: Naming, arguments: &[&str], changes: &[&str]) {
    let (pair, database, cli) = prepared(version, naming, arguments).await;
    catch_up(&cli);
    let write = async |script: &str| {
        let script = format!("USE {database}; SET NAMES utf8; {script}");
        pair.source().sql(&script).await;
    };
    let rows = &TABLES[TABLES.find("INSERT").expect("there are some")..];
    for part in changes.chunks(4) {
        write(&part.join(";")).await;
        catch_up(&cli);
        assert_equal(&pair, &[&database]).await;
    }
    let all = changes.join(";");
    let some = changes[..changes.len() - 2].join(";");
    write(&format!("{RESET}{rows}{all};{RESET}{rows}{some}")).await;
    catch_up(&cli);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn families_of_an_old_source_are_followed() {
    follows_families(Version::V5_6, Naming::Files, &[], CHANGES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn families_are_followed_where_the_engine_cascades() {
    let native = ["--innodb-native-foreign-keys=ON"];
    follows_families(Version::V9_7, Naming::Gtids, &native, CHANGES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn families_are_followed_where_cascades_are_logged() {
    let logged = ["--innodb-native-foreign-keys=OFF"];
    // this server refuses updates that would reach a second generation
    let changes: Vec<&str> = CHANGES
        .iter()
        .copied()
        .filter(|change| !change.contains("SET id ="))
        .collect();
    follows_families(Version::V9_7, Naming::Gtids, &logged, &changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_deleted_between_two_reads_of_the_copy_leaves_no_orphan() {
    let native = ["--innodb-native-foreign-keys=ON"];
    let (pair, database, mut cli) = prepared(Version::V9_7, Naming::Gtids, &native).await;
    let write = async |script: &str| {
        let script = format!("USE {database}; {script}");
        pair.source().sql(&script).await;
    };
    // whichever tables were read first, each of these stands between two of them
    for id in 1..=6 {
        let point = if id % 2 == 0 {
            "copy.keyless_committed"
        } else {
            "copy.committed"
        };
        cli.env("CUTOVER_FAILPOINT", point);
        let output = cli.run(&["apply", "--auto-approve", "--until", "full"]);
        cli.env_remove("CUTOVER_FAILPOINT");
        if output.code() == 0 {
            break;
        }
        assert_eq!(output.code(), 128 + 6, "{}", output.stderr);
        write(&format!(
            "DELETE FROM p WHERE id = {id}; DELETE FROM tree WHERE id = {id}"
        ))
        .await;
    }
    write("DELETE FROM p WHERE id = 9").await;
    catch_up(&cli);
    assert_equal(&pair, &[&database]).await;
    write("DELETE FROM p WHERE id = 8").await;
    catch_up(&cli);
    assert_equal(&pair, &[&database]).await;
}

/// `a` is read before all others, `l` before its parent `m`, and `z` after its children.
const REUSED: &str = "
    CREATE TABLE a (id INT PRIMARY KEY);
    CREATE TABLE z (id INT PRIMARY KEY);
    CREATE TABLE c (id INT PRIMARY KEY, z INT,
        FOREIGN KEY (z) REFERENCES z (id) ON DELETE CASCADE ON UPDATE CASCADE);
    CREATE TABLE l (id INT PRIMARY KEY, m INT);
    CREATE TABLE m (id INT PRIMARY KEY, z INT,
        FOREIGN KEY (z) REFERENCES z (id) ON DELETE CASCADE ON UPDATE CASCADE);
    ALTER TABLE l ADD FOREIGN KEY (m) REFERENCES m (id) ON DELETE CASCADE;
    CREATE TABLE n (id INT PRIMARY KEY, z INT,
        FOREIGN KEY (z) REFERENCES z (id) ON DELETE SET NULL ON UPDATE CASCADE);
    INSERT INTO a VALUES (1);
    INSERT INTO z VALUES (1), (2), (3), (15), (16), (20), (21), (30), (31), (32);
    INSERT INTO c SELECT id, id FROM z; INSERT INTO m SELECT id, id FROM z;
    INSERT INTO n SELECT id, id FROM z; INSERT INTO l SELECT id + 100, id FROM m;";

/// Keys that go, and are the keys of other rows afterwards.
const AGAIN: &str = "UPDATE z SET id = id + 1 WHERE id < 4 ORDER BY id DESC; \
    DELETE FROM z WHERE id = 15; UPDATE z SET id = 15 WHERE id = 16; \
    DELETE FROM z WHERE id = 20; INSERT INTO z VALUES (20); UPDATE m SET z = 20 WHERE id = 21";

async fn keys_are_used_again(version: Version, naming: Naming, arguments: &[&str]) {
    let pair = pair_with(version, naming, arguments).await;
    let database = pair.database("again");
    fixtures::load(pair.source(), &database, REUSED).await;
    let one = "\nlimits {\n  full {\n    workers = 1\n  }\n}\n";
    let mut cli = folder(&pair, &[&database], one);
    for changes in [
        AGAIN,
        "DELETE FROM z WHERE id = 30",
        "DELETE FROM z WHERE id = 31",
        "DELETE FROM z WHERE id = 32",
    ] {
        cli.env("CUTOVER_FAILPOINT", "copy.committed");
        let output = cli.run(&["apply", "--auto-approve", "--until", "full"]);
        cli.env_remove("CUTOVER_FAILPOINT");
        assert!([0, 128 + 6].contains(&output.code()), "{}", output.stderr);
        pair.source()
            .sql(&format!("USE {database}; {changes}"))
            .await;
    }
    catch_up(&cli);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn children_of_keys_that_are_used_again_while_they_are_copied_stay() {
    let native = ["--innodb-native-foreign-keys=ON"];
    keys_are_used_again(Version::V9_7, Naming::Gtids, &native).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn children_of_keys_that_an_old_source_uses_again_stay() {
    keys_are_used_again(Version::V5_6, Naming::Files, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_whose_rows_an_open_transaction_has_taken_along_is_read_after_it() {
    let (pair, database, cli) = prepared(Version::V5_6, Naming::Files, &[]).await;
    let mut writer = pair.source().root().await;
    writer
        .query_drop(format!(
            "START TRANSACTION; DELETE FROM {database}.p WHERE id = 1"
        ))
        .await
        .expect("a parent is deleted");
    let running = cli.spawn(&["apply", "--auto-approve", "--until", "full"]);
    wait::until_some_async("the copy waits for it", || async {
        let mut watch = pair.source().root().await;
        let waits: Option<u32> = watch
            .query_first(
                "SELECT id FROM information_schema.processlist \
                 WHERE info LIKE 'LOCK TABLES%' AND time > 0",
            )
            .await
            .expect("the list can be read");
        waits
    })
    .await;
    writer.query_drop("COMMIT").await.expect("it is committed");
    running.wait().expect_code(0);
    catch_up(&cli);
    assert_equal(&pair, &[&database]).await;
}
