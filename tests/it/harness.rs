//! The harness itself: servers start where they should, and end when they should.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use mysql_async::prelude::Queryable;

use crate::support::{
    cli::Cli,
    pair::Pair,
    server::{Place, Server, Version, alive},
    wait,
};

#[tokio::test]
async fn a_server_listens_on_the_loopback_address_only() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = Server::shared(version, Place::Source);
        let mut conn = server.root().await;
        let bound: Option<String> = conn.query_first("SELECT @@bind_address").await.unwrap();
        assert_eq!(bound.as_deref(), Some("127.0.0.1"));
        let port: Option<u16> = conn.query_first("SELECT @@port").await.unwrap();
        assert_eq!(port, Some(server.port()));
    }
}

#[tokio::test]
async fn the_current_server_is_new_enough_and_5_6_is_5_6() {
    let conn = Server::shared(Version::V9_7, Place::Source).root().await;
    assert!(
        conn.server_version() >= (8, 4, 0),
        "{:?}",
        conn.server_version()
    );
    let conn = Server::shared(Version::V5_6, Place::Source).root().await;
    let (major, minor, _) = conn.server_version();
    assert_eq!((major, minor), (5, 6));
}

#[tokio::test]
async fn two_servers_have_two_identities() {
    let mut identities = Vec::new();
    for place in [Place::Source, Place::Destination] {
        let mut conn = Server::shared(Version::V9_7, place).root().await;
        let identity: Option<(String, u32)> = conn
            .query_first("SELECT @@server_uuid, @@server_id")
            .await
            .unwrap();
        identities.push(identity.unwrap());
    }
    assert_ne!(identities[0].0, identities[1].0);
    assert_ne!(identities[0].1, identities[1].1);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_its_rows_at_its_port() {
    let server = Server::start(Version::V9_7);
    server
        .sql("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY); INSERT INTO d.t VALUES (7)")
        .await;
    let (port, pid) = (server.port(), server.pid());
    server.kill9();
    assert!(!alive(pid), "the server outlived its kill");
    server.restart();
    assert_eq!(server.port(), port);
    let rows: Vec<u32> = server
        .root()
        .await
        .query("SELECT id FROM d.t")
        .await
        .unwrap();
    assert_eq!(rows, [7]);
}

#[tokio::test]
async fn an_argument_wins_over_the_usual_settings() {
    let server = Server::builder(Version::V5_6)
        .arg("--max-connections=17")
        .start();
    let mut conn = server.root().await;
    let limit: Option<u32> = conn.query_first("SELECT @@max_connections").await.unwrap();
    assert_eq!(limit, Some(17));
}

#[test]
fn a_server_may_have_an_authority_of_its_own() {
    let authority = |server: &Server| std::fs::read(server.data().join("ca.pem")).unwrap();
    let common = authority(Server::shared(Version::V9_7, Place::Source));
    let server = Server::builder(Version::V9_7).own_certificates().start();
    assert_ne!(authority(&server), common);
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let refused = std::panic::catch_unwind(|| {
        Server::builder(Version::V5_6)
            .arg("--no-such-argument")
            .start()
    });
    let why = refused.err().expect("it does not start");
    let why = why.downcast_ref::<String>().expect("a message");
    assert!(why.contains("no-such-argument"), "{why}");
}

/// Not a claim of its own: [`a_server_ends_with_a_killed_test_process`] runs this in a process that it
/// kills.
#[test]
#[ignore = "waits forever; run by another test in a process of its own"]
fn hold_a_server_forever() {
    let server = Server::start(Version::V5_6);
    eprintln!("server {} {}", server.pid(), server.data().display());
    loop {
        std::thread::park();
    }
}

#[test]
fn a_server_ends_with_a_killed_test_process() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "harness::hold_a_server_forever",
            "--ignored",
            "--nocapture",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines
        .map_while(Result::ok)
        .find(|line| line.starts_with("server "))
        .expect("the child starts its server");
    let mut words = line.splitn(3, ' ').skip(1);
    let pid: u32 = words.next().unwrap().parse().unwrap();
    let data = std::path::PathBuf::from(words.next().unwrap());
    assert!(alive(pid) && data.exists());
    child.kill().unwrap();
    child.wait().unwrap();
    wait::until("the server has gone with its process", || !alive(pid));
    wait::until("its data has gone too", || !data.exists());
}

#[tokio::test]
async fn a_pairs_account_reads_the_source_and_writes_the_destination() {
    for version in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(version, Version::V9_7).await;
        let (user, password) = (pair.user(), pair.password());
        let database = pair.database("d");
        pair.source()
            .sql(&format!(
                "CREATE DATABASE {database}; CREATE TABLE {database}.t (a INT)"
            ))
            .await;
        let mut source = pair.source().connect(&user, Some(&password)).await;
        let rows: Vec<u32> = source
            .query(format!("SELECT a FROM {database}.t"))
            .await
            .unwrap();
        assert!(rows.is_empty());
        let refused = source.query_drop(format!("DROP TABLE {database}.t")).await;
        assert!(refused.is_err(), "the source's account can write");
        let mut destination = pair.destination().connect(&user, Some(&password)).await;
        destination
            .query_drop(format!("CREATE DATABASE {database}"))
            .await
            .unwrap();
    }
}

#[test]
fn the_binary_runs_in_a_clean_environment() {
    let cli = Cli::new();
    let output = cli.run(&["--version"]).expect_code(0);
    assert_eq!(output.stderr, "");
}
