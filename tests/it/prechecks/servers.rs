//! Servers that lack something, and servers that have it.

use mysql_async::prelude::Queryable as _;

use super::{ids, plan, specification};
use crate::support::{
    cli::Cli,
    pair::Pair,
    server::{Server, Version},
};

/// Rows that teach a server one time zone beside UTC.
const TIME_ZONES: &str = "
    INSERT INTO mysql.time_zone (Time_zone_id) VALUES (9001), (9002);
    INSERT INTO mysql.time_zone_name VALUES ('Europe/Berlin', 9001), ('UTC', 9002);
    INSERT INTO mysql.time_zone_transition_type VALUES
      (9001, 0, 3600, 0, 'CET'), (9002, 0, 0, 0, 'UTC')
";
const ACCEPT: &str = "prechecks {\n  warnings = \"allow\"\n}\n";

#[tokio::test]
async fn a_destination_that_lacks_something_is_refused_until_it_has_it() {
    let source = Server::builder(Version::V9_7);
    let destination = Server::builder(Version::V9_7)
        .arg("--disabled-storage-engines=ARCHIVE")
        .arg("--plugin-load-add=group_replication.so")
        .arg("--loose-group-replication-group-name=3e11fa47-71ca-11e1-9e33-c80aa9429562")
        .arg("--loose-group-replication-single-primary-mode=OFF");
    let pair = Pair::of(source, destination).await;
    pair.source()
        .sql(&format!(
            "{TIME_ZONES}; CREATE DATABASE shop; USE shop; CREATE TABLE t (id INT PRIMARY KEY); \
             CREATE TABLE nokey (id INT); CREATE TABLE old (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE = ARCHIVE; \
             SET time_zone = 'Europe/Berlin'; \
             CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DO 1; \
             CREATE FUNCTION f() RETURNS INT NO SQL RETURN 1"
        ))
        .await;
    // SUPER would be exempt
    pair.destination()
        .sql(&format!(
            "SET GLOBAL log_bin_trust_function_creators = OFF; REVOKE SUPER ON *.* FROM {}",
            pair.user()
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    cli.write(
        "m.hcl",
        &specification(&pair.endpoints_hcl(), "shop", ACCEPT),
    );
    let mut failed = ids(&plan(&cli).expect_code(3), "failed");
    failed.sort();
    assert_eq!(
        failed,
        [
            "destination_bin_trust_function_creators",
            "destination_single_writer",
            "engine_missing_on_destination",
            "time_zone_tables",
        ]
    );
    pair.source()
        .sql("ALTER TABLE shop.old ENGINE = InnoDB")
        .await;
    pair.destination()
        .sql(&format!(
            "{TIME_ZONES}; SET GLOBAL log_bin_trust_function_creators = ON; \
             SET GLOBAL group_replication_single_primary_mode = ON"
        ))
        .await;
    assert_eq!(ids(&plan(&cli).expect_code(0), "failed"), [""; 0]);
    join_a_group(pair.destination()).await;
    assert_eq!(
        ids(&plan(&cli).expect_code(3), "failed"),
        ["destination_group_rules"]
    );
    pair.source()
        .sql("ALTER TABLE shop.nokey ADD PRIMARY KEY (id); INSERT INTO shop.nokey VALUES (7)")
        .await;
    assert_eq!(ids(&plan(&cli).expect_code(0), "failed"), [""; 0]);
    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);
}

/// The first member of a group, which is all of it.
async fn join_a_group(server: &Server) {
    let mut root = server.root().await;
    let mut last = None;
    // another program may take the port that was free a moment ago
    for _ in 0..3 {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("the kernel gives a port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let started = root
            .query_drop(format!(
                "SET GLOBAL group_replication_local_address = '127.0.0.1:{port}'; \
                 SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION"
            ))
            .await;
        match started {
            Ok(()) => return,
            Err(error) => last = Some(error),
        }
    }
    panic!("no group: {last:?}");
}
