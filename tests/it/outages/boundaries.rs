//! Servers that are away exactly between two phases.

use std::path::Path;

use crate::{
    stream,
    support::{
        cli::Running, equal::Comparison, fixtures, pair::Pair, proxy::Proxy, server::Version, wait,
    },
};

const TABLES: &str = "
    CREATE TABLE one (id INT PRIMARY KEY, v INT, KEY (v));
    INSERT INTO one VALUES (1, 1), (2, 2);
    CREATE VIEW ones AS SELECT v FROM one;";

fn stands(running: &mut Running, held: &Path) {
    wait::until("the run stands between two phases", || {
        held.exists() || running.has_ended()
    });
}

/// Cuts the line while the run is held, lets it go on, and mends the line once it waits for the server.
fn outage(running: &mut Running, held: &Path, line: &Proxy, server: &str) {
    stands(running, held);
    line.cut();
    std::fs::remove_file(held).expect("the run is held");
    wait::until("it waits, or has ended", || {
        let waits = format!("waiting for the {server}");
        running.stderr_so_far().contains(&waits) || running.has_ended()
    });
    assert!(!running.has_ended(), "{}", running.stderr_so_far());
    line.mend();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_between_two_phases_is_waited_for_and_a_refusal_is_not() {
    let pair = &Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("between");
    fixtures::load(pair.source(), &database, TABLES).await;
    let to_source = Proxy::to(pair.source().port());
    let to_destination = Proxy::to(pair.destination().port());
    let mut cli = stream::folder(pair, &[&database], "");
    let mut text = cli.read("main.hcl");
    for (server, line) in [
        (pair.source(), &to_source),
        (pair.destination(), &to_destination),
    ] {
        let port = |port: u16| format!("port     = {port}\n");
        text = text.replace(&port(server.port()), &port(line.port()));
    }
    cli.write("main.hcl", &text);
    let held = cli.folder().join("held");
    let armed = format!("engine.phase_done@{}", held.display());
    cli.env("CUTOVER_FAILPOINT", &armed);
    // one that lets us in no more
    let password = |password: &str| {
        let account = format!(
            "ALTER USER '{}'@'%' IDENTIFIED BY '{password}'",
            pair.user()
        );
        async move { pair.source().sql(&account).await }
    };
    // schema and full
    let mut running = cli.spawn(&["apply", "--auto-approve"]);
    outage(&mut running, &held, &to_source, "source");
    stands(&mut running, &held);
    password("another").await;
    std::fs::remove_file(&held).expect("the run is held");
    let refused = running.wait().expect_code(1);
    assert!(refused.stderr.contains("1045"), "{}", refused.stderr);
    let waits = refused.stderr.matches("waiting for").count();
    assert_eq!(waits, 1, "{}", refused.stderr);
    password(&pair.password()).await;
    pair.source()
        .sql(&format!("INSERT INTO {database}.one VALUES (3, 3)"))
        .await;

    // catching-up and streaming
    let mut running = cli.spawn(&["apply", "--auto-approve"]);
    outage(&mut running, &held, &to_destination, "destination");
    running.wait_for_stderr("the destination answers again");
    running.interrupt();
    running.wait().expect_code(130);
    cli.env_remove("CUTOVER_FAILPOINT");
    cli.run(&["apply", "--auto-approve", "--until", "caught-up"])
        .expect_code(0);
    Comparison::of(&[&database])
        .assert_equal(pair.source(), pair.destination())
        .await;
}
