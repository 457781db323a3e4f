//! A marked password goes through every command, well and badly, and is then looked for in all that
//! the program has printed, written and started.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use mysql_async::prelude::Queryable;

use crate::support::{
    cli::{Cli, Output},
    fixtures,
    pair::Pair,
    server::{Server, Version},
    temp::unique,
};

/// What must be nowhere. No way of quoting changes it.
const MARK: &str = "Mk7Qz9NeverShownXw3";

/// A folder, and everything that runs in it have printed.
struct Searched {
    cli: Cli,
    given: BTreeSet<PathBuf>,
}

impl Searched {
    fn new() -> Self {
        Self {
            cli: Cli::new(),
            given: BTreeSet::new(),
        }
    }

    /// A file that the user wrote, with the secret in it.
    fn give(&mut self, path: &str, text: &str) {
        let path = self.cli.write(path, text);
        self.given.insert(path);
    }

    #[track_caller]
    fn run(&mut self, arguments: &[&str]) -> Output {
        let output = self.cli.run(arguments);
        for (name, text) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            assert!(!text.contains(MARK), "{name} of {arguments:?}:\n{text}");
        }
        output
    }

    fn search_files(&self) {
        let mut left = vec![self.cli.folder().to_owned()];
        let mut seen = 0;
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(&folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    left.push(path);
                } else if !self.given.contains(&path) {
                    seen += 1;
                    assert!(!holds_mark(&path), "{} holds the secret", path.display());
                }
            }
        }
        assert!(seen > 3, "there were files to look into");
    }
}

fn holds_mark(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    bytes
        .windows(MARK.len())
        .any(|part| part == MARK.as_bytes())
}

/// Every value of every table of a database, as text.
async fn dumped(server: &Server, database: &str) -> String {
    let mut conn = server.root().await;
    let tables: Vec<String> = conn
        .query(format!("SHOW TABLES FROM `{database}`"))
        .await
        .unwrap();
    let mut text = String::new();
    for table in tables {
        let rows: Vec<mysql_async::Row> = conn
            .query(format!("SELECT * FROM `{database}`.`{table}`"))
            .await
            .unwrap();
        for row in rows {
            for value in row.unwrap() {
                if let mysql_async::Value::Bytes(bytes) = value {
                    text += &String::from_utf8_lossy(&bytes);
                }
                text.push('\n');
            }
        }
    }
    text
}

/// Watches the arguments of all processes until it is dropped; returns those that hold the mark,
/// save where a user typed it (`--var`, which a test beside this one does).
struct ProcessWatch {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Vec<String>>,
}

impl ProcessWatch {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut found = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                for process in fs::read_dir("/proc").unwrap().flatten() {
                    let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
                    let arguments = String::from_utf8_lossy(&arguments).replace('\0', " ");
                    if arguments.contains(MARK) && !arguments.contains(" --var ") {
                        found.push(arguments);
                    }
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            found
        });
        Self { stop, thread }
    }

    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        let found = self.thread.join().unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}

/// An account on both servers, with the mark as its password.
async fn account(pair: &Pair) -> String {
    let user = format!("s{}", unique());
    for server in [pair.source(), pair.destination()] {
        server
            .sql(&format!(
                "CREATE USER '{user}'@'%' IDENTIFIED BY '{MARK}'; \
                 GRANT ALL ON *.* TO '{user}'@'%' WITH GRANT OPTION"
            ))
            .await;
    }
    user
}

/// A whole specification; `password` is the line in both server blocks.
fn specification(pair: &Pair, user: &str, database: &str, password: &str) -> String {
    let block = |role: &str, server: &Server, more: &str| {
        format!(
            "{role} {{\n  host = \"127.0.0.1\"\n  port = {}\n  user = \"{user}\"\n  {password}\n{more}}}\n\n",
            server.port()
        )
    };
    let metadata = format!("  metadata_database = \"{}\"\n", pair.metadata_database());
    format!(
        "migration \"{user}_{database}\" {{}}\n\n{}{}objects {{\n  database \"{database}\" {{}}\n}}\n\n\
         prechecks {{\n  warnings = \"allow\"\n}}\n",
        block("source", pair.source(), ""),
        block("destination", pair.destination(), &metadata)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_nowhere() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let user = account(&pair).await;
    let watch = ProcessWatch::start();
    let ways = [
        "password = env(\"MARKED\")",
        "password_command = [\"cat\", \"secret.txt\"]",
        "defaults_file = \"my.cnf\"",
        "password = file(\"secret.txt\")",
        "password = var.password",
    ];
    for (number, way) in ways.into_iter().enumerate() {
        let database = pair.database(&format!("secret{number}"));
        fixtures::load(
            pair.source(),
            &database,
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9), KEY (v)); INSERT INTO t VALUES (1, 'a'), (2, 'b')",
        )
        .await;
        let mut searched = Searched::new();
        searched.cli.env("MARKED", MARK);
        searched.cli.env("CUTOVER_VAR_password", MARK);
        searched.give("secret.txt", &format!("{MARK}\n"));
        searched.give("my.cnf", &format!("[client]\npassword={MARK}\n"));
        let mut text = specification(&pair, &user, &database, way);
        if way.contains("var.") {
            text += "variable \"password\" {\n  sensitive = true\n}\n";
        }
        searched.cli.write("main.hcl", &text);
        every_command(&mut searched);
        if number == 0 {
            failing_statements(&mut searched, &pair).await;
        }
        searched.search_files();
    }
    let ledger = dumped(pair.destination(), &pair.metadata_database()).await;
    assert!(ledger.contains(&user), "the ledger was looked into");
    assert!(!ledger.contains(MARK));
    watch.end();
}

/// Each ends well, and says all that it can.
fn every_command(searched: &mut Searched) {
    for arguments in [
        &["validate"][..],
        &["validate", "--print"],
        &["validate", "--json", "--print", "--connect"],
        &["-v", "-v", "validate", "--connect"],
        &["plan", "-v", "-v"],
        &["plan", "--format", "json"],
        &["plan", "--out", "saved.plan"],
        &["show", "saved.plan", "-v"],
        &["show", "saved.plan", "--format", "json"],
        &["status"],
        &["apply", "saved.plan", "-v", "-v", "--until", "schema"],
        &["status", "--json"],
        &["state", "show"],
    ] {
        searched.run(arguments).expect_code(0);
    }
    // too early, or in a later release
    for arguments in [&["plan", "--format", "markdown"][..], &["verify"]] {
        searched.run(arguments);
    }
}

/// The ledger is damaged between two runs, so that statements fail.
async fn failing_statements(searched: &mut Searched, pair: &Pair) {
    let chunks = format!("{}.chunk", pair.metadata_database());
    let hidden = format!("{}.hidden", pair.metadata_database());
    let apply = [
        "apply",
        "--auto-approve",
        "-v",
        "-v",
        "--log-format",
        "json",
    ];
    pair.destination()
        .sql(&format!(
            "RENAME TABLE {chunks} TO {hidden}; CREATE VIEW {chunks} AS SELECT 1"
        ))
        .await;
    let failed = searched.run(&apply).expect_code(1);
    assert!(failed.stderr.contains("chunk"), "{}", failed.stderr);
    searched.run(&["status", "--json"]);
    searched.run(&["state", "show"]);
    pair.destination()
        .sql(&format!(
            "DROP VIEW {chunks}; RENAME TABLE {hidden} TO {chunks}"
        ))
        .await;
    searched.run(&apply).expect_code(0);
    for arguments in [
        &["status", "-v"][..],
        &["verify", "--json"],
        &["verify", "-v", "-v", "--log-format", "json"],
        &["verify", "--table", "no.such"],
        &["apply", "--auto-approve"],
        &["state", "unlock", "none"],
    ] {
        searched.run(arguments);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_fails_does_not_show_the_password() {
    let pair = Pair::shared(Version::V9_7, Version::V5_6).await;
    let mut searched = Searched::new();
    searched.cli.env("MARKED", MARK);
    let text = specification(&pair, "nobody", "none", "password = env(\"MARKED\")");
    searched.cli.write("main.hcl", &text);
    for arguments in [
        &["validate", "--connect"][..],
        &["validate", "--connect", "--json"],
        &["plan", "-v", "-v"],
        &["plan", "-v", "--log-format", "json"],
        &["apply", "--auto-approve", "-v", "-v"],
        &["verify"],
        &["status", "--json"],
    ] {
        searched.run(arguments);
    }
    // a command that prints its secret where messages go, and then fails, is the user's own
    let command = "password_command = [\"sh\", \"-c\", \"echo $MARKED; exit 3\"]";
    let text = specification(&pair, "nobody", "none", command);
    searched.cli.write("main.hcl", &text);
    searched
        .run(&["plan", "-v", "--log-format", "json"])
        .expect_code(1);
}

/// Where a value stands, an error in or beside it must not show it.
#[test]
fn a_broken_specification_does_not_show_the_secrets_in_it() {
    let whole = "migration \"m\" {}\nsource {\n  host = \"h\"\n  user = \"u\"\n  password = env(\"MARKED\")\n}\n\
        destination {\n  host = \"h\"\n  user = \"u\"\n}\nobjects {\n  database \"d\" {}\n}\n";
    let variable = |more: &str| format!("variable \"v\" {{\n  sensitive = true\n{more}}}\n{whole}");
    let specs = [
        whole.replace("\"h\"", "env(\"MARKED\")"),
        whole.replace("\"d\"", "env(\"MARKED\")"),
        whole.replace(
            "user = \"u\"",
            "user = env(\"MARKED\")\n  port = env(\"MARKED\")",
        ),
        whole.replace("user = \"u\"", "user = format(\"%d\", env(\"MARKED\"))"),
        whole.replace("user = \"u\"", "user = tonumber(env(\"MARKED\"))"),
        whole.replace("user = \"u\"", "user = [1][env(\"MARKED\")]"),
        whole.replace("user = \"u\"", "user = {a = 1}[env(\"MARKED\")]"),
        whole.replace("user = \"u\"", "user = file(env(\"MARKED\"))"),
        whole.replace("user = \"u\"", "user = env(env(\"MARKED\"))"),
        whole.replace("user = \"u\"", "user = base64decode(env(\"MARKED\"))"),
        whole.replace("user = \"u\"", "user = env(\"MARKED\") + 1"),
        whole.replace("user = \"u\"", "user = env(\"MARKED\") ? 1 : 2"),
        whole.replace("user = \"u\"", "socket = env(\"MARKED\")"),
        whole.replace("user = \"u\"", "connect_timeout = env(\"MARKED\")"),
        whole.replace("user = \"u\"", "password_command = env(\"MARKED\")"),
        whole.replace("user = \"u\"", "defaults_file = env(\"MARKED\")"),
        whole.replace(
            "migration \"m\" {}",
            "migration \"m\" {\n  phases = [env(\"MARKED\")]\n}",
        ),
        whole.replace(
            "migration \"m\" {}",
            "migration \"m\" {\n  tags = { a = env(\"MARKED\") }\n}",
        ),
        whole.replace("env(\"MARKED\")", &format!("\"{MARK}\" wrong")),
        whole.replace("env(\"MARKED\")", &format!("\"{MARK}")),
        whole.replace("env(\"MARKED\")", &format!("[\"{MARK}\"]")),
        whole.replace("env(\"MARKED\")", MARK),
        whole.replace("env(\"MARKED\")", &format!("{MARK} + 1")),
        whole.replace("env(\"MARKED\")", &format!("{MARK}@!")),
        whole.replace(
            "env(\"MARKED\")",
            &format!("<<-END\n  {MARK}\n  END\n  user = @"),
        ),
        whole.replace("env(\"MARKED\")", &format!("\"{MARK}\"\n  hots = 1")),
        whole.replace(
            "password = env(\"MARKED\")",
            &format!("pasword = \"{MARK}\""),
        ),
        whole.replace(
            "password = env(\"MARKED\")",
            &format!("password_comand = [\"x\", \"{MARK}\"]"),
        ),
        whole.replace(
            "password = env(\"MARKED\")",
            &format!("password = \"{MARK}\"\n  password = \"{MARK}\""),
        ),
        variable(&format!("  default = \"{MARK}\"\n  type = number\n")),
        variable(&format!("  default = \"{MARK}\"\n  typo = 1\n")),
        variable("  type = number\n"),
        variable("  type = list\n"),
    ];
    let mut searched = Searched::new();
    searched.cli.env("MARKED", MARK);
    searched.cli.env("CUTOVER_VAR_v", MARK);
    for text in specs {
        searched.give("main.hcl", &text);
        for arguments in [
            &["validate"][..],
            &["validate", "--json"],
            &["plan", "-v", "-v"],
            &["apply", "--auto-approve", "--log-format", "json"],
        ] {
            let output = searched.run(arguments);
            assert_eq!(output.code(), 1, "it is broken:\n{text}");
        }
    }
    // values given in other ways
    let value = format!("v={MARK}");
    searched.give("main.hcl", &variable("  type = number\n"));
    searched.run(&["validate", "--var", &value]).expect_code(1);
    searched.run(&["validate", "--var", MARK]).expect_code(1);
    for values in [
        format!("v = \"{MARK}\"\n"),
        format!("v = \"{MARK}\nx = 1\n"),
        format!("v = {MARK}\n"),
    ] {
        searched.give("a.auto.vars.hcl", &values);
        searched.run(&["validate"]).expect_code(1);
    }
    searched.give("a.auto.vars.hcl", "");
    searched.give("main.hcl", whole);
    searched.run(&["validate", "--var", &value]).expect_code(1);
}
