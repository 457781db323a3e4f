//! The command line as a user meets it: exit codes, locks, files, what goes where.

use std::{fs, net::TcpListener};

use crate::support::{cli::Cli, fixtures, pair::Pair, server::Version, wait};

/// A specification whose servers accept connections and then say nothing, so that a command that
/// was started stays at its connection for as long as the test wants.
struct Silent {
    cli: Cli,
    _listener: TcpListener,
}

impl Silent {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let cli = Cli::new();
        let server = |name: &str| {
            format!(
                "{name} {{\n  host            = \"127.0.0.1\"\n  port            = {port}\n  \
                 user            = \"migrator\"\n  connect_timeout = \"5m\"\n}}\n\n"
            )
        };
        cli.write(
            "main.hcl",
            &format!(
                "migration \"shop\" {{\n  phases = [\"schema\", \"full\"]\n}}\n\n{}{}objects {{\n  \
                 database \"shop\" {{}}\n}}\n",
                server("source"),
                server("destination")
            ),
        );
        Self {
            cli,
            _listener: listener,
        }
    }

    fn lock_id(&self) -> String {
        wait::until_some("the lock is taken", || {
            let text = fs::read_to_string(self.cli.folder().join("state/shop.json.lock")).ok()?;
            let after = text.split("\"id\": \"").nth(1)?;
            Some(after.split('"').next()?.to_owned())
        })
    }
}

fn flat(text: &str) -> String {
    let words: Vec<_> = text
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect();
    words.join(" ")
}

#[test]
fn init_writes_a_valid_start_and_never_overwrites() {
    let mut cli = Cli::new();
    let first = cli.run(&["init"]).expect_code(0);
    assert_eq!(first.stdout, "wrote main.hcl and .gitignore\n");
    let written = cli.read("main.hcl");
    let second = cli.run(&["init"]).expect_code(1);
    assert!(
        second.stderr.contains("main.hcl is already there"),
        "{}",
        second.stderr
    );
    assert_eq!(cli.read("main.hcl"), written);

    // whoever logs in nowhere needs no password
    let unset = cli.run(&["validate"]).expect_code(0);
    assert!(unset.stdout.starts_with("valid: "), "{}", unset.stdout);
    assert!(
        flat(&unset.stderr).contains(
            "warning: env(\"DESTINATION_PASSWORD\"), env(\"SOURCE_PASSWORD\") have no value"
        ),
        "{}",
        unset.stderr
    );
    cli.run(&["status"]).expect_code(0);
    for needs in [&["validate", "--connect"][..], &["plan"], &["stop"]] {
        let refused = cli.run(needs).expect_code(1);
        assert_eq!(refused.stdout, "");
        assert!(
            refused.stderr.contains("SOURCE_PASSWORD"),
            "{}",
            refused.stderr
        );
    }
    cli.env("SOURCE_PASSWORD", "marked-one");
    cli.env("DESTINATION_PASSWORD", "marked-two");
    let valid = cli.run(&["validate"]).expect_code(0);
    assert!(
        valid.stdout.starts_with("valid: migration \"shop\""),
        "{}",
        valid.stdout
    );
    let printed = cli.run(&["validate", "--print"]).expect_code(0);
    assert!(!printed.stdout.contains("marked"), "{}", printed.stdout);
    assert_eq!(cli.read(".gitignore").lines().last(), Some("/state/"));
}

#[test]
fn a_mistake_in_the_command_line_is_1_and_help_is_an_answer() {
    let cli = Cli::new();
    for wrong in [&["plan", "--nonsense"][..], &["nonsense"], &[], &["state"]] {
        let output = cli.run(wrong).expect_code(1);
        assert_eq!(output.stdout, "", "{wrong:?}");
    }
    let refused = cli
        .run(&["validate", "--var", "marked-secret"])
        .expect_code(1);
    assert!(!refused.stderr.contains("marked"), "{}", refused.stderr);
    assert!(
        cli.run(&["--help"])
            .expect_code(0)
            .stdout
            .contains("Exit codes:")
    );
    let version = concat!("cutover ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(cli.run(&["version"]).expect_code(0).stdout, version);
    assert_eq!(cli.run(&["--version"]).expect_code(0).stdout, version);
    assert!(
        cli.run(&["man"])
            .expect_code(0)
            .stdout
            .contains(".SH \"CUTOVER STATE UNLOCK\"")
    );
    for shell in ["bash", "zsh", "fish"] {
        let script = cli.run(&["completions", shell]).expect_code(0).stdout;
        assert!(script.contains("auto-approve"), "{shell}");
    }
}

#[test]
fn what_comes_later_says_so_and_does_nothing() {
    let cli = Cli::new();
    for command in [&["reverse"][..], &["destroy"], &["report"]] {
        let output = cli.run(command).expect_code(1);
        assert!(
            output.stderr.contains("not supported yet"),
            "{command:?}: {}",
            output.stderr
        );
        assert_eq!(
            fs::read_dir(cli.folder()).expect("readable").count(),
            0,
            "{command:?}"
        );
    }
}

#[test]
fn settings_that_come_later_are_refused_as_a_list_and_by_verify_where_they_are_its_own() {
    let mut cli = Cli::new();
    cli.run(&["init"]).expect_code(0);
    cli.env("SOURCE_PASSWORD", "one")
        .env("DESTINATION_PASSWORD", "two");
    let start = cli.read("main.hcl");
    let limits = "limits {\n  verify {\n    rows_per_second = 5\n  }\n  load {\n    \
                  source_threads_running = 60\n  }\n}\n";
    cli.write("main.hcl", &format!("{start}\n{limits}"));
    let refused = cli.run(&["apply", "--auto-approve"]).expect_code(3);
    for line in [
        "\n  │ - limits.verify.rows_per_second (main.hcl:",
        "\n  │ - limits.load.source_threads_running (main.hcl:",
    ] {
        assert!(refused.stderr.contains(line), "{}", refused.stderr);
    }
    let refused = cli.run(&["verify"]).expect_code(3);
    let said = flat(&refused.stderr);
    assert!(
        said.contains("not supported yet: limits.verify.rows_per_second (main.hcl:"),
        "{said}"
    );
    assert!(!said.contains("limits.load"), "{said}");
    assert!(!cli.folder().join("state").exists());
}

#[test]
fn a_lock_that_is_held_is_4_names_its_holder_and_cannot_be_released() {
    let silent = Silent::new();
    let cli = &silent.cli;
    let first = cli.spawn(&["apply"]);
    let id = silent.lock_id();
    let refused = cli.run(&["apply"]).expect_code(4);
    let holder = format!("process {}", first.pid());
    let said = flat(&refused.stderr);
    assert!(
        said.contains("the state is locked by") && said.contains(&holder),
        "{said}"
    );
    let waited = cli
        .run(&["apply", "--lock-timeout", "300ms"])
        .expect_code(4);
    assert!(flat(&waited.stderr).contains(&holder), "{}", waited.stderr);
    let kept = cli.run(&["state", "unlock", &id]).expect_code(4);
    assert!(flat(&kept.stderr).contains(&holder), "{}", kept.stderr);
    let status = cli.run(&["status"]).expect_code(0);
    assert!(
        status.stdout.contains(&format!("process {}", first.pid())),
        "{}",
        status.stdout
    );
    assert!(
        status.stdout.contains("cutover status --watch"),
        "{}",
        status.stdout
    );

    first.interrupt();
    first.wait().expect_code(130);
    let gone = cli.run(&["state", "unlock", &id]).expect_code(1);
    assert!(
        flat(&gone.stderr).contains("the state is not locked"),
        "{}",
        gone.stderr
    );
}

#[test]
fn the_lock_of_a_killed_process_is_taken_over_and_said() {
    let silent = Silent::new();
    let cli = &silent.cli;
    let first = cli.spawn(&["apply"]);
    let pid = first.pid();
    silent.lock_id();
    first.kill9();
    first.wait();
    let status = cli.run(&["status"]).expect_code(0);
    assert!(!status.stdout.contains("running"), "{}", status.stdout);
    let mut second = cli.spawn(&["apply"]);
    second.wait_for_stderr("still locked");
    second.terminate();
    let output = second.wait().expect_code(130);
    let said = flat(&output.stderr);
    assert!(
        said.contains(&format!("still locked by process {pid}")),
        "{said}"
    );
}

#[test]
fn a_server_that_cannot_be_reached_is_named_and_nothing_is_written() {
    let cli = Cli::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let server =
        format!("{{\n  host = \"127.0.0.1\"\n  port = {port}\n  user = \"migrator\"\n}}\n");
    cli.write(
        "main.hcl",
        &format!(
            "migration \"shop\" {{\n  phases = [\"schema\"]\n}}\nsource {server}destination \
             {server}objects {{\n  database \"shop\" {{}}\n}}\n"
        ),
    );
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        let output = cli.run(command).expect_code(1);
        let said = flat(&output.stderr);
        assert!(said.contains(&format!("127.0.0.1:{port}")), "{said}");
        assert!(said.contains("help:"), "{said}");
        assert_eq!(output.stdout, "");
        assert!(!cli.folder().join("state/shop.json").exists());
    }
    let both = cli.run(&["validate", "--connect"]).expect_code(1);
    let said = flat(&both.stderr);
    assert!(
        said.contains("source 127.0.0.1") && said.contains("destination 127.0.0.1"),
        "{said}"
    );
}

#[test]
fn a_state_that_is_not_ours_is_refused_and_left_alone() {
    let silent = Silent::new();
    let cli = &silent.cli;
    let other = include_str!("../../state/fixtures/v1.json");
    for (text, reason) in [
        (
            other.replace("\"rows\": 400", "\"rows\": 401"),
            "was edited or damaged",
        ),
        (other[..other.len() / 2].to_owned(), "cut short"),
        (String::from("{\"format_version\": 99}"), "format 99"),
    ] {
        cli.write("state/shop.json", &text);
        for command in [
            &["status"][..],
            &["state", "show"],
            &["apply", "--auto-approve"],
        ] {
            let output = cli.run(command).expect_code(1);
            assert!(
                flat(&output.stderr).contains(reason),
                "{command:?}: {}",
                output.stderr
            );
            assert_eq!(cli.read("state/shop.json"), text);
        }
    }
    cli.write("other.json", other);
    cli.write(
        "main.hcl",
        &cli.read("main.hcl")
            .replace("\"shop\" {\n  phases", "\"store\" {\n  phases"),
    );
    let output = cli.run(&["status", "--state", "other.json"]).expect_code(1);
    let said = flat(&output.stderr);
    assert!(
        said.contains("belongs to migration \"shop\", not to \"store\""),
        "{said}"
    );
}

#[test]
fn errors_and_progress_are_json_lines_when_asked_for() {
    let cli = Cli::new();
    cli.write("main.hcl", "migration \"shop\" {\n}\nnonsense {\n}\n");
    let output = cli
        .run(&["validate", "--log-format", "json"])
        .expect_code(1);
    let lines: Vec<serde_json::Value> = output
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert!(!lines.is_empty());
    for line in lines {
        assert_eq!(line["level"], "error");
        assert!(
            line["code"]
                .as_str()
                .is_some_and(|code| code.starts_with("cutover::spec::"))
        );
        assert!(line["places"].is_array());
    }
}

fn specification(pair: &Pair, database: &str) -> Cli {
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    cli.write(
        "main.hcl",
        &format!(
            "migration \"{}\" {{\n  phases = [\"schema\", \"full\"]\n}}\n\n{}\nobjects {{\n  \
             database \"{database}\" {{}}\n}}\n\nprechecks {{\n  warnings = \"allow\"\n}}\n",
            pair.database("migration"),
            pair.endpoints_hcl(),
        ),
    );
    cli
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_runs_as_reviewed_or_not_at_all() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("saved");
    let create = format!(
        "CREATE DATABASE `{database}`; CREATE TABLE `{database}`.`orders` (id INT PRIMARY KEY, \
         price DECIMAL(10,2)); INSERT INTO `{database}`.`orders` VALUES (1, 2.50), (2, 3.00)"
    );
    pair.source().sql(&create).await;
    let cli = specification(&pair, &database);
    cli.run(&["plan", "--out", "first.plan"]).expect_code(0);
    cli.run(&["plan", "--detailed-exitcode"]).expect_code(2);
    assert!(!cli.read("first.plan").contains(&pair.password()));

    let alter = format!("ALTER TABLE `{database}`.`orders` MODIFY price DECIMAL(12,2)");
    pair.source().sql(&alter).await;
    let stale = cli.run(&["apply", "first.plan"]).expect_code(3);
    let said = flat(&stale.stderr);
    assert!(said.contains("the plan is stale"), "{said}");
    assert!(said.contains("orders") && said.contains("price"), "{said}");
    assert!(
        cli.run(&["show", "first.plan"])
            .expect_code(0)
            .stdout
            .contains("orders")
    );

    let edited = cli.read("first.plan").replace("orders", "border");
    cli.write("edited.plan", &edited);
    let refused = cli.run(&["apply", "edited.plan"]).expect_code(1);
    assert!(
        flat(&refused.stderr).contains("was edited or damaged"),
        "{}",
        refused.stderr
    );

    let unasked = cli.run(&["apply"]).expect_code(3);
    assert!(
        flat(&unasked.stderr).contains("--auto-approve"),
        "{}",
        unasked.stderr
    );
    cli.run(&["verify"]).expect_code(3);

    cli.run(&["plan", "--out", "second.plan"]).expect_code(0);
    cli.run(&["apply", "second.plan"]).expect_code(0);
    cli.run(&["verify"]).expect_code(0);
    let over = cli.run(&["apply", "--auto-approve"]).expect_code(3);
    assert!(
        flat(&over.stderr).contains("is finished"),
        "{}",
        over.stderr
    );
    let change = format!("UPDATE `{database}`.`orders` SET price = 9 WHERE id = 2");
    pair.destination().sql(&change).await;
    let different = cli.run(&["verify"]).expect_code(2);
    assert!(
        different.stdout.contains("~ 2: price"),
        "{}",
        different.stdout
    );
    let status = cli.run(&["status"]).expect_code(0);
    assert!(status.stdout.contains("1 difference"), "{}", status.stdout);
    let done = cli.run(&["plan", "--detailed-exitcode"]).expect_code(0);
    assert!(
        done.stdout.contains("the migration is over"),
        "{}",
        done.stdout
    );
}

/// `-v` and `-vv` tell what goes on inside, a line each, without a value of any statement.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_text_or_json_and_holds_no_values() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("log");
    let create = format!(
        "CREATE DATABASE `{database}`; CREATE TABLE `{database}`.`t` (id INT PRIMARY KEY, v TEXT); \
         INSERT INTO `{database}`.`t` VALUES (1, 'value-of-a-row')"
    );
    pair.source().sql(&create).await;
    let cli = specification(&pair, &database);
    let usual = cli.run(&["plan"]).expect_code(0);
    assert_eq!(usual.stderr, "");
    let steps = cli.run(&["plan", "-v"]).expect_code(0);
    assert!(
        steps.stderr.contains("info conn: connected"),
        "{}",
        steps.stderr
    );
    assert!(!steps.stderr.contains("SELECT"), "{}", steps.stderr);
    let output = cli
        .run(&["apply", "--auto-approve", "-vv", "--log-format", "json"])
        .expect_code(0);
    let mut statements = 0;
    for line in output.stderr.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        assert!(line["level"].is_string(), "{line}");
        let statement = line["target"] == "cutover::conn" && line["milliseconds"].is_u64();
        statements += u32::from(statement);
    }
    assert!(statements > 50, "only {statements}:\n{}", output.stderr);
    assert!(!output.stderr.contains("value-of-a-row"));
}

/// Everything that a run prints or leaves in files, as loud as it can be made.
#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_in_no_output_and_no_file() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("secret");
    let create =
        format!("CREATE DATABASE `{database}`; CREATE TABLE `{database}`.`t` (id INT PRIMARY KEY)");
    pair.source().sql(&create).await;
    let mut cli = specification(&pair, &database);
    let wrong = "Marked-wrong-password-7";
    let password = pair.password();
    let mut printed = String::new();
    let mut run = |cli: &Cli, arguments: &[&str], code: i32| {
        let output = cli.run(arguments).expect_code(code);
        printed.push_str(&output.stdout);
        printed.push_str(&output.stderr);
    };
    run(&cli, &["validate", "--connect", "--print"], 0);
    run(&cli, &["validate", "--json", "--print", "--connect"], 0);
    run(&cli, &["plan", "-vv", "--out", "saved.plan"], 0);
    run(&cli, &["plan", "--format", "json"], 0);
    run(&cli, &["plan", "--format", "markdown"], 0);
    run(
        &cli,
        &["apply", "saved.plan", "-vv", "--log-format", "json"],
        0,
    );
    run(&cli, &["verify", "-vv", "--json"], 0);
    run(&cli, &["status", "--json"], 0);
    run(&cli, &["state", "show"], 0);
    cli.env("PASSWORD", wrong);
    run(&cli, &["plan", "-vv"], 1);
    run(&cli, &["verify", "--log-format", "json"], 1);
    assert!(
        printed.len() > 1000,
        "the runs printed too little: {printed}"
    );
    for file in ["saved.plan", "state"] {
        printed.push_str(&text_below(&cli.folder().join(file)));
    }
    assert!(
        !printed.contains(&password) && !printed.contains(wrong),
        "{printed}"
    );
}

/// All files below a path in one text.
fn text_below(path: &std::path::Path) -> String {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("readable");
        let texts = entries.map(|entry| text_below(&entry.expect("readable").path()));
        texts.collect()
    } else {
        fs::read_to_string(path).expect("readable")
    }
}

/// Losing the state file loses nothing: the ledger knows the migration.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_state_is_taken_up_from_the_ledger() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("lost");
    fixtures::load_types(pair.source(), &database).await;
    let cli = specification(&pair, &database);
    cli.run(&["apply", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    fs::remove_dir_all(cli.folder().join("state")).expect("removed");
    let output = cli.run(&["apply", "--auto-approve"]).expect_code(0);
    assert!(output.stdout.contains("Finished"), "{}", output.stdout);
    fs::remove_dir_all(cli.folder().join("state")).expect("removed");
    let over = cli.run(&["apply", "--auto-approve"]).expect_code(3);
    assert!(
        flat(&over.stderr).contains("is finished"),
        "{}",
        over.stderr
    );
}
