//! What a stream needs, held against real servers.

use super::{bare_endpoints, findings, ids, statements};
use crate::{
    stream::{Naming, assert_equal, folder, streaming_pair},
    support::{
        cli::{Cli, Output},
        pair::Pair,
        server::Version,
    },
};

const CAUGHT_UP: [&str; 4] = ["apply", "--auto-approve", "--until", "caught-up"];

fn planned(cli: &Cli) -> Output {
    cli.run(&["plan", "--format", "json"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_the_source_has_purged_is_seen_before_the_stream_goes_on() {
    for (version, naming, check) in [
        (Version::V9_7, Naming::Gtids, "gtid_purged_covers"),
        (Version::V5_6, Naming::Files, "binlog_position_exists"),
    ] {
        let pair = streaming_pair(version, naming).await;
        pair.source()
            .sql("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)")
            .await;
        let cli = folder(&pair, &["shop"], "");
        cli.run(&CAUGHT_UP).expect_code(0);
        let output = planned(&cli).expect_code(0);
        assert_eq!(ids(&output, "failed"), [""; 0]);
        pair.source()
            .sql("INSERT INTO shop.t VALUES (1); FLUSH LOGS; FLUSH LOGS")
            .await;
        let mut conn = pair.source().root().await;
        let logs: Vec<mysql_async::Row> =
            mysql_async::prelude::Queryable::query(&mut conn, "SHOW BINARY LOGS")
                .await
                .expect("listed");
        let last: String = logs
            .last()
            .and_then(|row| row.get(0))
            .expect("there is one");
        pair.source()
            .sql(&format!("PURGE BINARY LOGS TO '{last}'"))
            .await;
        let output = planned(&cli).expect_code(3);
        assert_eq!(ids(&output, "failed"), [check], "{version:?}");
        let output = cli.run(&CAUGHT_UP).expect_code(3);
        assert!(output.stderr.contains(check), "{}", output.stderr);
    }
}

/// What an account needs that may do nearly nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_needs_no_more_than_the_grants_that_are_asked_for() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("shop_1");
    let user = format!("{}b", pair.user());
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; USE {database}; \
             CREATE TABLE p (id INT PRIMARY KEY, word VARCHAR(20)); \
             CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id)); \
             INSERT INTO p VALUES (1, 'one'); INSERT INTO c VALUES (1, 1); \
             CREATE USER {user} IDENTIFIED BY 'pw'; GRANT SELECT ON {database}.* TO {user}"
        ))
        .await;
    pair.destination()
        .sql(&format!("CREATE USER {user} IDENTIFIED BY 'pw'"))
        .await;
    let mut cli = folder(&pair, &[&database], "");
    cli.env("PASSWORD", "pw");
    let whole = cli.read("main.hcl");
    cli.write("main.hcl", &bare_endpoints(&whole, &pair.user(), &user));
    let first = planned(&cli).expect_code(3);
    let failed = ids(&first, "failed");
    for check in ["source_priv_replication", "destination_priv_followed_ddl"] {
        assert!(failed.contains(&check.to_owned()), "{check}: {failed:?}");
    }
    for _ in 0..2 {
        let output = planned(&cli);
        let mut asked = findings(&output, "failed");
        asked.extend(findings(&output, "warning"));
        for (check, remedy) in asked {
            let server = if check.starts_with("source_") || check == "xa_prepared" {
                pair.source()
            } else {
                pair.destination()
            };
            for statement in statements(&remedy) {
                server.sql(&statement).await;
            }
        }
    }
    let last = planned(&cli).expect_code(0);
    assert_eq!(ids(&last, "failed"), [""; 0]);
    cli.run(&CAUGHT_UP).expect_code(0);
    pair.source()
        .sql(&format!(
            "USE {database}; ALTER TABLE p ADD n INT DEFAULT 3, ADD KEY (n); \
             CREATE TABLE copy LIKE p; RENAME TABLE copy TO other; \
             ALTER TABLE c ADD q INT, ADD FOREIGN KEY (q) REFERENCES other (id); \
             ALTER TABLE c DROP FOREIGN KEY c_ibfk_1; \
             CREATE TABLE parts (a INT PRIMARY KEY) PARTITION BY HASH (a) PARTITIONS 2; \
             TRUNCATE TABLE c; INSERT INTO other SELECT * FROM p; INSERT INTO parts VALUES (7)"
        ))
        .await;
    cli.run(&CAUGHT_UP).expect_code(0);
    assert_equal(&pair, &[&database]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_old_source_cascades_is_refused_where_it_could_not_be_followed() {
    let pair = Pair::shared(Version::V5_6, Version::V9_7).await;
    let database = pair.database("family");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; USE {database}; CREATE TABLE p (id INT PRIMARY KEY); \
             CREATE TABLE m (id INT PRIMARY KEY, p INT, \
               FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE); \
             CREATE TABLE c (id INT PRIMARY KEY, m INT, \
               FOREIGN KEY (m) REFERENCES m (id) ON DELETE SET NULL)"
        ))
        .await;
    let cli = folder(&pair, &[&database], "");
    let all = cli.read("main.hcl");
    let planned_with = |inside: &str, check: &str, fails: bool| {
        let block = format!("database \"{database}\" {{\n    {inside}\n  }}");
        let text = all.replace(&format!("database \"{database}\" {{}}"), &block);
        cli.write("main.hcl", &text);
        let failed = ids(&planned(&cli), "failed");
        assert_eq!(
            failed.iter().any(|one| one == check),
            fails,
            "{inside}: {failed:?}"
        );
    };
    let dml = |kinds: &str| {
        format!("include = [\"*\"]\n    table \"m\" {{\n      dml = [{kinds}]\n    }}")
    };
    planned_with(&dml("\"update\", \"delete\""), "fk_cascade_dml", true);
    planned_with(&dml("\"insert\", \"update\""), "fk_cascade_dml", false);
    planned_with("include = [\"m\", \"c\"]", "fk_cascade_parent", true);
    planned_with("include = [\"*\"]", "fk_cascade_parent", false);
}
