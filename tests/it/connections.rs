//! Every way to log in, and what is said where it fails.

mod certificates;
mod passwords;
mod tls;

use std::net::TcpListener;

use serde_json::Value;

use crate::support::{
    cli::{Cli, Output},
    pair::Pair,
    server::{Place, Server, Version},
    temp::unique,
};

/// What `validate --connect` said of the source.
struct Answer {
    connected: bool,
    message: String,
    help: String,
    output: Output,
}

impl Answer {
    #[track_caller]
    fn accepted(&self) -> &str {
        assert!(self.connected, "{} ({})", self.message, self.help);
        &self.message
    }

    /// The message and the help of a refusal.
    #[track_caller]
    fn refused(&self) -> String {
        assert!(!self.connected, "it logged in: {}", self.message);
        format!("{}\n{}", self.message, self.help)
    }
}

/// Logs in to a source given by the attributes of its block.
fn log_in(cli: &Cli, source: &str) -> Answer {
    // nothing listens there: only the source is looked at
    let text = format!(
        "migration \"connect\" {{}}\n\nsource {{\n{source}\n}}\n\n\
         destination {{\n  host = \"127.0.0.1\"\n  port = 1\n  user = \"nobody\"\n}}\n\n\
         objects {{\n  database \"none\" {{}}\n}}\n"
    );
    cli.write("main.hcl", &text);
    let output = cli.run(&["validate", "--connect", "--json"]);
    let answer: Value = serde_json::from_str(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", output.stdout, output.stderr));
    let said = &answer["connections"]["source"];
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    assert!(said.is_object(), "{}", output.stdout);
    Answer {
        connected: said["ok"] == true,
        message: text("message"),
        help: text("help"),
        output,
    }
}

fn tcp(server: &Server, user: &str, more: &str) -> String {
    format!(
        "  host = \"127.0.0.1\"\n  port = {}\n  user = \"{user}\"\n{more}",
        server.port()
    )
}

/// An account that has never logged in, so that no password of it is cached.
async fn account(server: &Server, password: &str) -> String {
    let user = format!("c{}", unique());
    server
        .sql(&format!(
            "CREATE USER '{user}'@'%' IDENTIFIED BY '{}'",
            password.replace('\\', "\\\\")
        ))
        .await;
    user
}

const PASSWORD: &str = "  password = env(\"PASSWORD\")\n";

fn cli_with(password: &str) -> Cli {
    let mut cli = Cli::new();
    cli.env("PASSWORD", password);
    cli
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caching_sha2_password_goes_by_tls_by_rsa_and_by_the_socket() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let cli = cli_with("first time");
    let off = format!("{PASSWORD}  tls {{\n    mode = \"disabled\"\n  }}\n");
    // once without a cached password, once with it
    for by in [PASSWORD, &off] {
        let user = account(server, "first time").await;
        for _ in 0..2 {
            let answer = log_in(&cli, &tcp(server, &user, by));
            let encrypted = answer.accepted().contains("TLSv1.");
            assert_eq!(encrypted, by == PASSWORD, "{}", answer.message);
        }
    }
    let user = account(server, "first time").await;
    let socket = format!(
        "  socket = \"{}\"\n  user = \"{user}\"\n{PASSWORD}",
        server.socket().display()
    );
    for _ in 0..2 {
        let answer = log_in(&cli, &socket);
        assert!(answer.accepted().contains("not encrypted"));
        assert!(answer.message.contains(server.socket().to_str().unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_password_is_no_password() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let user = account(server, "").await;
    let off = "  tls {\n    mode = \"disabled\"\n  }\n";
    for more in ["", "  password = \"\"\n", off] {
        log_in(&Cli::new(), &tcp(server, &user, more)).accepted();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn native_passwords_of_5_6_work() {
    let server = Server::shared(Version::V5_6, Place::Source);
    let user = account(server, "5.6 has only these").await;
    let cli = cli_with("5.6 has only these");
    let answer = log_in(&cli, &tcp(server, &user, PASSWORD));
    assert!(answer.accepted().contains("MySQL 5.6"));
    let socket = format!(
        "  socket = \"{}\"\n  user = \"{user}\"\n{PASSWORD}",
        server.socket().display()
    );
    log_in(&cli, &socket).accepted();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_names_the_account_and_what_to_check() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = Server::shared(version, Place::Source);
        let user = account(server, "right").await;
        let answer = log_in(&cli_with("wr0ng-marked"), &tcp(server, &user, PASSWORD));
        let said = answer.refused();
        assert!(said.contains("1045") && said.contains(&user), "{said}");
        assert!(said.contains("`password` of the source block"), "{said}");
        let all = format!("{}{}", answer.output.stdout, answer.output.stderr);
        assert!(!all.contains("wr0ng-marked"), "{all}");
        answer.output.expect_code(1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let source = format!("  host = \"127.0.0.1\"\n  port = {port}\n  user = \"u\"\n");
    let said = log_in(&Cli::new(), &source).refused();
    assert!(said.contains(&format!("source 127.0.0.1:{port}")), "{said}");
    assert!(said.contains("refused"), "{said}");
    assert!(said.contains("that the server runs"), "{said}");
    let missing = "  socket = \"/nonexistent/mysql.sock\"\n  user = \"u\"\n";
    let said = log_in(&Cli::new(), missing).refused();
    assert!(said.contains("/nonexistent/mysql.sock"), "{said}");
    assert!(said.contains("`socket`"), "{said}");
    let unknown = "  host = \"no-such-host.invalid\"\n  user = \"u\"\n";
    let said = log_in(&Cli::new(), unknown).refused();
    assert!(said.contains("no-such-host.invalid"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_never_answers_is_left_after_the_connect_timeout() {
    // the kernel accepts for it; nobody ever says a word
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let source = format!(
        "  host = \"127.0.0.1\"\n  port = {}\n  user = \"u\"\n  connect_timeout = \"1s\"\n",
        silent.local_addr().unwrap().port()
    );
    let begun = std::time::Instant::now();
    let said = log_in(&Cli::new(), &source).refused();
    assert!(begun.elapsed().as_secs() >= 1);
    assert!(said.contains("no answer within 1 s"), "{said}");
    assert!(said.contains("connect_timeout"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_says_how_each_connection_is_protected() {
    let pair = Pair::shared(Version::V5_6, Version::V9_7).await;
    let database = pair.database("p");
    pair.source()
        .sql(&format!("CREATE DATABASE {database}"))
        .await;
    let cli = crate::migrate::folder(&pair, &[database], "");
    let plan = cli.run(&["plan"]);
    assert!(plan.stdout.contains("TLSv1.3"), "{}", plan.stdout);
    assert!(plan.stdout.contains("not encrypted"), "{}", plan.stdout);
}
