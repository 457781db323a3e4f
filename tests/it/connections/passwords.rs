//! Passwords from commands and from option files.

use super::{Answer, account, log_in, tcp};
use crate::support::{
    cli::Cli,
    server::{Place, Server, Version},
};

const SECRET: &str = "fr0m-a-command";

async fn answered(cli: &Cli, attributes: &str) -> Answer {
    let server = Server::shared(Version::V9_7, Place::Source);
    let user = account(server, SECRET).await;
    log_in(cli, &tcp(server, &user, attributes))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_of_a_commands_output_is_the_password() {
    let cli = Cli::new();
    cli.write("secret", &format!("{SECRET}\nand more\n"));
    // run without a shell, in the specification's folder, wherever the caller is
    answered(&cli, "  password_command = [\"cat\", \"secret\"]\n")
        .await
        .accepted();
    cli.write("no line end", SECRET);
    answered(&cli, "  password_command = [\"cat\", \"no line end\"]\n")
        .await
        .accepted();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_in_the_folder_of_the_specification() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let user = account(server, SECRET).await;
    let cli = Cli::new();
    cli.write("deep/down/secret", SECRET);
    cli.write(
        "deep/down/main.hcl",
        &format!(
            "migration \"m\" {{}}\nsource {{\n{}  password_command = [\"cat\", \"secret\"]\n}}\n\
             destination {{\n{}  password_command = [\"cat\", \"./secret\"]\n}}\n\
             objects {{\n  database \"none\" {{}}\n}}\n",
            tcp(server, &user, ""),
            tcp(server, &user, "")
        ),
    );
    cli.run(&["validate", "--connect", "deep/down"])
        .expect_code(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_gives_no_password_is_an_error_that_says_why() {
    let cli = Cli::new();
    for (command, reason) in [
        ("[\"false\"]", "exit status: 1"),
        ("[\"true\"]", "printed nothing"),
        ("[\"/nonexistent/vault\", \"read\"]", "cannot be run"),
        ("[\"printf\", \"\\\\377\\\\n\"]", "not UTF-8"),
    ] {
        let answer = answered(&cli, &format!("  password_command = {command}\n")).await;
        let said = answer.refused();
        assert!(said.contains("password_command"), "{said}");
        assert!(said.contains(reason), "{reason} is not in: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_hangs_is_ended() {
    let cli = Cli::new();
    // it would ask a person, and what it started keeps its output open
    cli.write("ask", "sleep 300 & echo $! >pid; wait\n");
    let begun = std::time::Instant::now();
    let answer = answered(&cli, "  password_command = [\"sh\", \"ask\"]\n").await;
    let said = answer.refused();
    assert!(said.contains("did not end within"), "{said}");
    assert!(begun.elapsed().as_secs() < 60, "it is bounded");
    let left = cli.read("pid").trim().parse().unwrap();
    crate::support::server::signal(left, "KILL");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_file_gives_what_the_block_leaves_out() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let user = account(server, "with # and \\ in it").await;
    let cli = Cli::new();
    cli.write(
        "my.cnf",
        &format!(
            "[client]\nuser = nobody\n\n[migrator]\nhost=127.0.0.1\nport={}\nuser={user}\n\
             password='with # and \\\\ in it'\n",
            server.port()
        ),
    );
    let source = "  defaults_file = \"my.cnf\"\n  defaults_group = \"migrator\"\n";
    log_in(&cli, source).accepted();
    let said = log_in(&cli, "  host = \"127.0.0.1\"\n  user = \"u\"\n  password = \"p\"\n  connect_timeout = \"1s\"\n  port = 1\n").refused();
    assert!(said.contains("refused"), "{said}");
}
