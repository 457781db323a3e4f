//! Where rounds are played: both servers, the network to them, the program.

use std::{fmt::Write as _, time::Duration};

use mysql_async::{Conn, Error, prelude::Queryable};

use super::{
    shape::{Deviation, Shape},
    step::{Fault, Session, Step},
};
use crate::{
    stream::{Naming, source_builder},
    support::{
        cli::{Cli, Running},
        pair::Pair,
        proxy::Proxy,
        server::{Server, Version},
        wait,
    },
};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Gtids,
    Files,
    /// With GTIDs, and an engine that cascades without logging.
    Native,
    NativeFiles,
    /// 5.6.
    Old,
}

pub const SOURCES: [(Source, &str); 5] = [
    (Source::Gtids, "gtids"),
    (Source::Files, "files"),
    (Source::Native, "native"),
    (Source::NativeFiles, "native-files"),
    (Source::Old, "old"),
];

impl Source {
    pub fn version(self) -> Version {
        match self {
            Self::Gtids | Self::Files | Self::Native | Self::NativeFiles => Version::V9_7,
            Self::Old => Version::V5_6,
        }
    }

    fn name(self) -> &'static str {
        let found = SOURCES.iter().find(|(source, _)| *source == self);
        found.expect("all are listed").1
    }

    fn named(name: &str) -> Option<Self> {
        let found = SOURCES.iter().find(|(_, known)| *known == name);
        found.map(|(source, _)| *source)
    }
}

/// Two servers, and the network to them.
pub struct Servers {
    pub kind: Source,
    pub pair: Pair,
    to_source: Proxy,
    to_destination: Proxy,
}

impl Servers {
    pub async fn start(kind: Source) -> Self {
        let native = ["--innodb-native-foreign-keys=ON"];
        let (naming, arguments) = match kind {
            Source::Gtids => (Naming::Gtids, &[][..]),
            Source::Files | Source::Old => (Naming::Files, &[][..]),
            Source::Native => (Naming::Gtids, &native[..]),
            Source::NativeFiles => (Naming::Files, &native[..]),
        };
        let source = source_builder(kind.version(), naming, arguments);
        let pair = Pair::of(source, Server::builder(Version::V9_7)).await;
        Self {
            kind,
            to_source: Proxy::to(pair.source().port()),
            to_destination: Proxy::to(pair.destination().port()),
            pair,
        }
    }

    fn carried(&self) -> u64 {
        self.to_source.carried() + self.to_destination.carried()
    }
}

/// What was started and has not been waited for.
struct Beside {
    running: Running,
    /// What the network had carried by then.
    carried: u64,
    fault: Option<Fault>,
}

/// One round's place.
pub struct Stage<'a> {
    pub servers: &'a Servers,
    pub shape: Shape,
    pub source_was_killed: bool,
    database: String,
    cli: Cli,
    writer: Conn,
    other: Conn,
    beside: Option<Beside>,
    log: Vec<String>,
}

/// What is worth a remark.
const LONG: Duration = Duration::from_secs(5);

/// What no outage may lead to.
const WRONG: [&str; 7] = [
    "cutover::stream::row_differs",
    "cutover::stream::value_changed",
    "cutover::stream::unreadable_row",
    "cutover::stream::source_lost",
    "cutover::stream::reordered",
    "cutover::stream::xa",
    "cutover::stream::table_gone",
];

async fn session(servers: &Servers, database: &str) -> Conn {
    let mut conn = servers.pair.source().root().await;
    conn.query_drop(format!(
        "USE {database}; SET NAMES utf8mb4; SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', \
         time_zone = '+02:00', lock_wait_timeout = 1, innodb_lock_wait_timeout = 1; \
         SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
    ))
    .await
    .expect("the session can be set");
    conn
}

impl<'a> Stage<'a> {
    /// `windows`: see `CUTOVER_WINDOWS`.
    pub async fn set(servers: &'a Servers, name: &str, windows: &str) -> Self {
        let pair = &servers.pair;
        // 64 bytes are all that a name may have
        let name: String = name.chars().take(30).collect();
        let database = pair.database(&name);
        pair.source()
            .sql(&format!("CREATE DATABASE {database}"))
            .await;
        let mut cli = Cli::new();
        cli.env("PASSWORD", &pair.password());
        cli.env("CUTOVER_WINDOWS", windows);
        Self {
            servers,
            shape: Shape::default(),
            source_was_killed: false,
            writer: session(servers, &database).await,
            other: session(servers, &database).await,
            database,
            cli,
            beside: None,
            log: vec![
                format!("-- source {}", servers.kind.name()),
                format!("-- windows {windows}"),
            ],
        }
    }

    /// Says how the destination is to differ, before the first `apply`.
    pub fn specify(&mut self, shape: Shape) {
        let lines = shape.0.iter().map(Deviation::line);
        self.log.splice(2..2, lines);
        let pair = &self.servers.pair;
        let mut endpoints = pair.endpoints_hcl();
        for (server, proxy) in [
            (pair.source(), &self.servers.to_source),
            (pair.destination(), &self.servers.to_destination),
        ] {
            let port = |port: u16| format!("port     = {port}\n");
            endpoints = endpoints.replacen(&port(server.port()), &port(proxy.port()), 1);
        }
        self.cli.write(
            "main.hcl",
            &format!(
                "migration \"{}\" {{\n  phases = [\"schema\", \"full\", \"incremental\"]\n}}\n\
                 {endpoints}{}limits {{\n  full {{\n    workers = 3\n  }}\n}}\n\
                 prechecks {{\n  warnings = \"allow\"\n}}\n\
                 conflicts {{\n  stream_rows = \"replace\"\n}}\n",
                pair.database("migration"),
                shape.hcl(&self.database),
            ),
        );
        self.shape = shape;
    }

    /// Says a statement to the source; what it refuses is refused on both sides alike.
    pub async fn sql(&mut self, session: Session, sql: String) -> Result<(), u16> {
        let conn = match session {
            Session::Writer => &mut self.writer,
            Session::Other => &mut self.other,
        };
        let done = conn.query_drop(&sql).await;
        let step = Step::Sql(session, sql);
        match done {
            Ok(()) => {
                self.log.push(step.to_string());
                Ok(())
            }
            Err(Error::Server(error)) => {
                self.log.push(format!("-- refused {}: {step}", error.code));
                Err(error.code)
            }
            Err(error) => panic!("{step}: {error}"),
        }
    }

    pub async fn step(&mut self, step: Step) {
        if let Step::Sql(session, sql) = step {
            let _ = self.sql(session, sql).await;
            return;
        }
        self.log.push(step.to_string());
        let begun = std::time::Instant::now();
        match step {
            Step::Sql(..) => {}
            Step::Apply(until) => {
                self.apply(&until, &[0]);
            }
            Step::Crash(until, failpoint) => {
                self.cli.env("CUTOVER_FAILPOINT", &failpoint);
                self.apply(&until, &[0, 128 + 6]);
                self.cli.env_remove("CUTOVER_FAILPOINT");
            }
            Step::Begin(until) => {
                self.beside = Some(Beside {
                    carried: self.servers.carried(),
                    running: self
                        .cli
                        .spawn(&["apply", "--auto-approve", "--until", &until]),
                    fault: None,
                });
            }
            Step::Fault(fault, bytes) => self.fault(fault, bytes).await,
            Step::End => self.end(),
            Step::Equal => self.equal().await,
        }
        let took = begun.elapsed();
        if took > LONG {
            self.log.push(format!("-- took {} s", took.as_secs()));
        }
    }

    fn apply(&mut self, until: &str, codes: &[i32]) {
        let output = self.cli.run(&["apply", "--auto-approve", "--until", until]);
        let code = output.code();
        assert!(
            codes.contains(&code),
            "{}: apply --until {until} ends with {code}\n{}",
            self.database,
            output.stderr
        );
    }

    async fn fault(&mut self, fault: Fault, bytes: u64) {
        let servers = self.servers;
        let beside = self.beside.as_mut().expect("something runs");
        beside.fault = Some(fault);
        let from = beside.carried;
        let running = &mut beside.running;
        wait::until_soon("so much was carried", || {
            servers.carried() - from >= bytes || running.has_ended()
        });
        match fault {
            Fault::KillUs => running.kill9(),
            Fault::KillSource => {
                self.source_was_killed = true;
                servers.pair.source().kill9();
                servers.pair.source().restart();
                self.writer = session(servers, &self.database).await;
                self.other = session(servers, &self.database).await;
            }
            Fault::KillDestination => {
                servers.pair.destination().kill9();
                servers.pair.destination().restart();
            }
            Fault::CutSource | Fault::CutDestination => {
                let proxy = if fault == Fault::CutSource {
                    &servers.to_source
                } else {
                    &servers.to_destination
                };
                proxy.cut();
                // now and then for so long that it cannot be connected to again at once
                if bytes.is_multiple_of(2) {
                    wait::until("it waits for somebody, or has ended", || {
                        running.stderr_so_far().contains("waiting for") || running.has_ended()
                    });
                }
                proxy.mend();
            }
        }
    }

    fn end(&mut self) {
        let beside = self.beside.take().expect("something runs");
        let output = beside.running.wait();
        let code = output.code();
        let expected = match beside.fault {
            None => vec![0],
            Some(Fault::KillUs) => vec![0, 128 + 9],
            Some(
                Fault::KillSource
                | Fault::KillDestination
                | Fault::CutSource
                | Fault::CutDestination,
            ) => vec![0, 1],
        };
        let wrong = WRONG.iter().any(|code| output.stderr.contains(code));
        assert!(
            expected.contains(&code) && !wrong,
            "{}: apply ends with {code} after {:?}\n{}",
            self.database,
            beside.fault,
            output.stderr
        );
        if code == 1 {
            let last = output
                .stderr
                .lines()
                .find(|line| line.contains("cutover::"));
            self.log
                .push(format!("-- it ended: {}", last.unwrap_or_default()));
        }
    }

    async fn equal(&mut self) {
        self.apply("caught-up", &[0]);
        let pair = &self.servers.pair;
        let found = self
            .shape
            .comparison(&self.database)
            .differences(pair.source(), pair.destination())
            .await;
        assert!(
            found.is_empty(),
            "{} differs\n{}",
            self.database,
            found.join("\n")
        );
    }

    pub async fn clear(mut self) {
        if std::env::var_os("CUTOVER_MODEL_KEEP").is_some() {
            self.keep();
        }
        self.shape.clear(&self.servers.pair, &self.database).await;
        self.log.clear();
    }

    /// Writes down what was done, for a folder of cases.
    fn keep(&self) {
        let mut text = String::new();
        for line in &self.log {
            let _ = writeln!(text, "{line}");
        }
        let path = std::env::temp_dir().join(format!("cutover-model-{}.sql", self.database));
        let _ = std::fs::write(&path, text);
        eprintln!("what was done: {}", path.display());
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep();
        }
    }
}

/// Of what kind the source of a kept round is.
pub fn kind_of(text: &str) -> Source {
    let kind = word(text, "-- source ").and_then(Source::named);
    kind.expect("the kind of source is named")
}

fn word<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(label))
}

/// Plays a kept round again.
pub async fn replay(servers: &Servers, name: &str, text: &str) {
    let windows = word(text, "-- windows ").expect("the windows are named");
    let mut stage = Stage::set(servers, name, windows).await;
    stage.specify(Shape(text.lines().filter_map(Deviation::read).collect()));
    for step in text.lines().filter_map(Step::read) {
        stage.step(step).await;
    }
    stage.clear().await;
}
