//! The switch, beside a running apply and alone.

use mysql_async::prelude::Queryable as _;

use super::{Naming, assert_equal, fixtures, folder, streaming_pair};
use crate::support::{cli::Cli, equal::Comparison, server::Version, wait};

const SCHEMA: &str = "
    CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, a INT, KEY (a));
    CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, orders INT, n INT,
        CONSTRAINT item FOREIGN KEY (orders) REFERENCES orders (id));
    INSERT INTO orders (a) VALUES (1), (2), (3);
    INSERT INTO items (orders, n) VALUES (1, 1), (2, 2);
    CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC RETURN x + 1;
    CREATE VIEW v AS SELECT id, f(a) AS b FROM orders;
    CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW SET NEW.n = NEW.n + 100;
    CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1;";

const LATER: &str = "
    INSERT INTO items (orders, n) VALUES (3, 3);
    UPDATE orders SET a = a * 10;
    CREATE TABLE later (id INT PRIMARY KEY, v VARCHAR(10));
    INSERT INTO later VALUES (1, 'x');
    CREATE TRIGGER u AFTER UPDATE ON later FOR EACH ROW SET @u = 1;
    CREATE VIEW w AS SELECT * FROM v;
    DELETE FROM items WHERE id = 1;
    INSERT INTO orders (id, a) VALUES (1000, 1); DELETE FROM orders WHERE id = 1000;";

#[tokio::test(flavor = "multi_thread")]
async fn finish_takes_over_from_a_running_apply_and_ends_the_migration() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("switch");
    fixtures::load(pair.source(), &database, SCHEMA).await;
    let cli = folder(&pair, &[&database], "\nfinish {\n  max_lag = \"1h\"\n}\n");
    cli.run(&["finish", "--auto-approve"]).expect_code(3);
    let mut apply = cli.spawn(&["apply", "--auto-approve"]);
    apply.wait_for_stderr("streaming: begins");
    pair.source().sql(&format!("USE {database}; {LATER}")).await;
    // the source may still be written
    let refused = cli.run(&["finish", "--auto-approve"]).expect_code(4);
    assert!(
        refused.stderr.contains("not read-only"),
        "{}",
        refused.stderr
    );
    let mut apply = if apply.has_ended() {
        cli.spawn(&["apply", "--auto-approve"])
    } else {
        apply
    };
    pair.source().sql("SET GLOBAL super_read_only = ON").await;
    cli.run(&["finish", "--dry-run"]).expect_code(0);
    assert!(!apply.has_ended(), "a dry run stops nothing");
    let finished = cli.run(&["finish", "--auto-approve"]).expect_code(0);
    assert!(finished.stdout.contains("Finished."), "{}", finished.stdout);
    apply.wait().expect_code(0);
    Comparison::of(&[&database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
    cli.run(&["apply", "--auto-approve"]).expect_code(3);
    cli.run(&["finish", "--auto-approve"]).expect_code(3);
    cli.run(&["verify"]).expect_code(0);
    cli.run(&["status"]).expect_code(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_written_while_both_sides_are_compared_is_not_left_behind() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("compared");
    fixtures::load(pair.source(), &database, SCHEMA).await;
    let idle = "\nfinish {\n  fence    = \"idle\"\n  idle_for = \"1s\"\n  max_lag  = \"1h\"\n}\n";
    let mut cli = folder(&pair, &[&database], idle);
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    let held = cli.folder().join("held");
    let armed = format!("finish.compared@{}", held.display());
    cli.env("CUTOVER_FAILPOINT", &armed);
    let mut finish = cli.spawn(&["finish", "--auto-approve"]);
    wait::until("both sides are compared", || {
        held.exists() || finish.has_ended()
    });
    pair.source()
        .sql(&format!("INSERT INTO {database}.orders (a) VALUES (7)"))
        .await;
    std::fs::remove_file(&held).expect("the run is held");
    let refused = finish.wait().expect_code(4);
    assert!(
        refused.stderr.contains("written while both sides"),
        "{}",
        refused.stderr
    );
    cli.env_remove("CUTOVER_FAILPOINT");
    cli.run(&["finish", "--auto-approve"]).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_ends_a_running_apply_and_apply_goes_on() {
    let pair = streaming_pair(Version::V9_7, Naming::Files).await;
    let database = pair.database("stopped");
    let tables = format!("{SCHEMA} CREATE TABLE twice (id INT PRIMARY KEY, v INT)");
    fixtures::load(pair.source(), &database, &tables).await;
    let cli = folder(&pair, &[&database], "");
    cli.run(&["stop"]).expect_code(0);
    let mut apply = cli.spawn(&["apply", "--auto-approve"]);
    apply.wait_for_stderr("streaming: begins");
    // what happens about a refused statement may be changed while it runs
    let whole = cli.read("main.hcl");
    let more = format!("{whole}\nincremental {{\n  on_ddl_error = \"continue\"\n}}\n");
    cli.write("main.hcl", &more);
    apply.wait_for_stderr("incremental.on_ddl_error is continue from now on");
    pair.destination()
        .sql(&format!(
            "INSERT INTO {database}.twice VALUES (1, 1), (2, 1)"
        ))
        .await;
    pair.source()
        .sql(&format!("ALTER TABLE {database}.twice ADD UNIQUE (v)"))
        .await;
    apply.wait_for_stderr("Duplicate entry");
    pair.source()
        .sql(&format!("DROP TABLE {database}.twice"))
        .await;
    let stopped = cli.run(&["stop"]).expect_code(0);
    assert!(stopped.stdout.contains("Stopped"), "{}", stopped.stdout);
    apply.wait().expect_code(0);
    pair.source().sql(&format!("USE {database}; {LATER}")).await;
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[&database])
        .rows_only()
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finish_killed_at_every_step_goes_on() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("killed");
    fixtures::load(pair.source(), &database, SCHEMA).await;
    let mut cli = folder(&pair, &[&database], "");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    pair.source().sql(&format!("USE {database}; {LATER}")).await;
    pair.source().sql("SET GLOBAL super_read_only = ON").await;
    for failpoint in [
        "stream.committed",
        "finish.drained",
        "finish.entered",
        "schema.intended",
        "schema.executed:2",
        "finish.made",
    ] {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        let output = cli.run(&["finish", "--auto-approve"]);
        assert_eq!(output.code(), 128 + 6, "{failpoint}: {}", output.stderr);
        cli.env_remove("CUTOVER_FAILPOINT");
    }
    cli.run(&["finish", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_had_begun_is_taken_back_and_made_again() {
    let pair = streaming_pair(Version::V9_7, Naming::Gtids).await;
    let database = pair.database("back");
    fixtures::load(pair.source(), &database, SCHEMA).await;
    let mut cli = folder(&pair, &[&database], "");
    let caught_up = ["apply", "--auto-approve", "--until", "caught-up"];
    cli.run(&caught_up).expect_code(0);
    let before = cli.read(&format!("state/{}.json", pair.database("migration")));
    let killed_at = |cli: &mut Cli, failpoint: &str| {
        cli.env("CUTOVER_FAILPOINT", failpoint);
        let output = cli.run(&["finish", "--auto-approve"]);
        assert_eq!(output.code(), 128 + 6, "{failpoint}: {}", output.stderr);
        cli.env_remove("CUTOVER_FAILPOINT");
    };
    let write = async |id: u32| {
        let insert = format!("INSERT INTO {database}.orders (a) VALUES ({id})");
        pair.source().sql(&insert).await;
    };

    // who may write although the source is read-only: both are seen before anything is stopped
    pair.source().sql("SET GLOBAL read_only = ON").await;
    let mut open = pair.source().root().await;
    open.query_drop(format!("USE {database}; START TRANSACTION"))
        .await
        .expect("the server answers");
    open.query_drop("INSERT INTO orders (a) VALUES (77)")
        .await
        .expect("root may write");
    let refused = cli.run(&["finish", "--auto-approve"]).expect_code(4);
    assert!(
        refused.stderr.contains("transaction open"),
        "{}",
        refused.stderr
    );
    open.query_drop("COMMIT").await.expect("root may write");

    // the switch is given up, and the application goes on with the source
    killed_at(&mut cli, "finish.made");
    pair.source().sql("SET GLOBAL read_only = OFF").await;
    write(1).await;
    cli.env("CUTOVER_FAILPOINT", "finish.taken_back");
    cli.run(&caught_up).expect_code(128 + 6);
    cli.env_remove("CUTOVER_FAILPOINT");
    let back = cli.run(&caught_up).expect_code(0);
    assert!(back.stderr.contains("taken back"), "{}", back.stderr);
    let mut destination = pair.destination().root().await;
    let programs: Option<u32> = destination
        .query_first(format!(
            "SELECT (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '{database}') \
             + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '{database}')"
        ))
        .await
        .expect("the server answers");
    assert_eq!(programs, Some(0));
    assert_equal(&pair, &[&database]).await;

    // somebody writes although the source is read-only
    pair.source().sql("SET GLOBAL read_only = ON").await;
    killed_at(&mut cli, "finish.made");
    write(2).await;
    let refused = cli.run(&["finish", "--auto-approve"]).expect_code(4);
    assert!(refused.stderr.contains("taken back"), "{}", refused.stderr);
    cli.run(&["finish", "--auto-approve"]).expect_code(0);
    Comparison::of(&[&database])
        .with_objects()
        .assert_equal(pair.source(), pair.destination())
        .await;

    // a state file of before the switch, as another host or a backup has it
    pair.source().sql("SET GLOBAL read_only = OFF").await;
    write(3).await;
    cli.write(
        &format!("state/{}.json", pair.database("migration")),
        &before,
    );
    let over = cli.run(&caught_up).expect_code(3);
    assert!(
        over.stderr.contains("cutover::cli::over"),
        "{}",
        over.stderr
    );
}
