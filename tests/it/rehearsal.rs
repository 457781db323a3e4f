//! `plan --rehearse`: what only the destination can say of a definition.

use mysql_async::prelude::Queryable as _;

use crate::support::{
    cli::Cli,
    pair::Pair,
    server::{Server, Version},
};

async fn databases(server: &Server) -> Vec<String> {
    let mut conn = server.root().await;
    conn.query(
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'cutover%'",
    )
    .await
    .expect("the server answers")
}

#[tokio::test]
async fn definitions_are_tried_where_they_are_to_go_and_nothing_stays() {
    let pair = Pair::dedicated(Version::V9_7, Version::V9_7).await;
    let (shop, more) = (pair.database("shop"), pair.database("more"));
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {shop}; CREATE DATABASE {more} CHARSET latin1; USE {shop}; \
             CREATE TABLE parent (id INT PRIMARY KEY, w VARCHAR(9), KEY (w)) ; \
             CREATE TABLE {more}.child (id INT PRIMARY KEY, \
               CONSTRAINT c FOREIGN KEY (id) REFERENCES {shop}.parent (id)); \
             CREATE FUNCTION ok(a INT) RETURNS INT DETERMINISTIC RETURN a; \
             CREATE VIEW seen AS SELECT p.id, ok(p.id) AS x FROM parent p \
               JOIN {more}.child USING (id); \
             CREATE TRIGGER low BEFORE INSERT ON parent FOR EACH ROW SET NEW.w = LOWER(NEW.w); \
             CREATE EVENT tick ON SCHEDULE EVERY 1 DAY DO SET @a = 1"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    cli.write(
        "m.hcl",
        &format!(
            "migration \"m\" {{}}\n{}\nobjects {{\n  database \"{shop}\" {{}}\n  database \"{more}\" \
             {{}}\n}}\nmappings {{\n  database \"{shop}\" {{\n    to = \"{shop}_new\"\n    table \
             \"parent\" {{\n      to = \"top\"\n    }}\n  }}\n}}\nprechecks {{\n  warnings = \
             \"allow\"\n}}\n",
            pair.endpoints_hcl()
        ),
    );
    let plan = cli
        .run(&["plan", "m.hcl", "--rehearse", "-v"])
        .expect_code(0);
    assert!(plan.stdout.contains("  rehearsal\n"), "{}", plan.stdout);
    assert!(
        plan.stderr.contains("Trying 7 definitions"),
        "{}",
        plan.stderr
    );

    // what the source's settings let through
    pair.source()
        .sql(&format!(
            "SET GLOBAL log_bin_trust_function_creators = 1; \
             CREATE FUNCTION {shop}.bad(a INT) RETURNS INT RETURN a"
        ))
        .await;
    let plan = cli.run(&["plan", "m.hcl", "--rehearse"]).expect_code(3);
    for said in [
        "rehearsal: the destination does not take",
        "function",
        "1418",
    ] {
        assert!(plan.stdout.contains(said), "{said}\n{}", plan.stdout);
    }
    assert!(
        plan.stdout
            .contains("destination_bin_trust_function_creators")
    );
    assert_eq!(databases(pair.destination()).await, [""; 0]);
}
