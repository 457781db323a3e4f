//! `MySQL` servers of the test's own, on 127.0.0.1 only, at ports that the kernel gave. They end with
//! the test process, even when that is killed: a small shell waits on a pipe that only the test
//! holds, and kills its server when the pipe closes.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Condvar, Mutex, MutexGuard, OnceLock},
    time::Duration,
};

use mysql_async::{Conn, OptsBuilder, prelude::Queryable};

use super::{temp::TempFolder, wait};

mod installation;

use installation::{copy_data, free_port, remove_certificates, script};

/// The releases that tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The current `MySQL`: 9.7, or whatever release from 8.4 on this machine has.
    V9_7,
    V5_6,
}

impl Version {
    fn argument(self) -> &'static str {
        match self {
            Self::V9_7 => "9.7",
            Self::V5_6 => "5.6",
        }
    }
}

/// Which of the two shared servers of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Source,
    Destination,
}

/// So many dedicated servers run at once, each with up to 400 MB; further tests wait for a while. One
/// may have two servers and want a third, and others the same: then one more runs.
const DEDICATED: usize = 8;
const LONGEST_WAIT: Duration = Duration::from_secs(20);
static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// Places for dedicated servers.
struct Permit;

impl Permit {
    fn take(count: usize) -> Vec<Self> {
        let (running, freed) = &RUNNING;
        let (mut running, _) = freed
            .wait_timeout_while(lock(running), LONGEST_WAIT, |running| {
                *running + count > DEDICATED
            })
            .expect("no holder of the count panics");
        *running += count;
        (0..count).map(|_| Self).collect()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *lock(&RUNNING.0) -= 1;
        RUNNING.1.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A running server; dropping it stops it and removes its data.
pub struct Server {
    folder: TempFolder,
    version: Version,
    port: u16,
    arguments: Vec<String>,
    zone: Option<String>,
    process: Mutex<Option<Process>>,
    _permit: Option<Permit>,
}

/// The shell and the server that it watches.
struct Process {
    shell: Child,
    pid: u32,
}

/// The shell prints the server's id, waits until its stdin closes, kills the server. Unless it was told
/// to keep the folder, it removes that too. The server is its child, so the id cannot be another's.
const WATCH: &str = r#"folder=$1; shift
"$@" </dev/null >>"$folder/stdout.log" 2>&1 &
pid=$!
echo "$pid"
word=; read -r word
kill -9 "$pid" 2>/dev/null
wait "$pid"
[ "$word" = keep ] || rm -rf "$folder"
"#;

/// Arguments for a server that is not the usual one.
pub struct Builder {
    version: Version,
    arguments: Vec<String>,
    zone: Option<String>,
    certificates: Certificates,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Certificates {
    /// Those of the prepared data folder.
    Common,
    Own,
}

impl Builder {
    /// Adds an argument of `mysqld`, which wins over the harness's own.
    #[must_use]
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// The system's time zone, in the form of POSIX.
    #[must_use]
    pub fn zone(mut self, zone: &str) -> Self {
        self.zone = Some(zone.to_owned());
        self
    }

    /// An authority and keys of its own, made at the start; otherwise all servers of this machine have
    /// the same.
    #[must_use]
    pub fn own_certificates(mut self) -> Self {
        self.certificates = Certificates::Own;
        self
    }

    pub fn start(self) -> Server {
        let permit = Permit::take(1).pop();
        self.launch(permit)
    }

    /// Both at once; use this where a test needs both, as one that holds a place and waits for another
    /// may wait for a test that does the same.
    pub fn start_with(self, other: Self) -> (Server, Server) {
        let mut permits = Permit::take(2);
        (self.launch(permits.pop()), other.launch(permits.pop()))
    }

    fn launch(self, permit: Option<Permit>) -> Server {
        let folder = TempFolder::new("server");
        let data = folder.path().join("data");
        copy_data(self.version, &data);
        if self.certificates == Certificates::Own {
            remove_certificates(&data);
        }
        let mut server = Server {
            folder,
            version: self.version,
            port: 0,
            arguments: self.arguments,
            zone: self.zone,
            process: Mutex::new(None),
            _permit: permit,
        };
        for _ in 0..5 {
            server.port = free_port();
            match server.run() {
                Ok(()) => return server,
                Err(Failure::PortTaken) => {}
                Err(Failure::Other(why)) => panic!("{why}"),
            }
        }
        panic!("no free port in five tries\n{}", server.log());
    }
}

impl Server {
    pub fn builder(version: Version) -> Builder {
        Builder {
            version,
            arguments: Vec::new(),
            zone: None,
            certificates: Certificates::Common,
        }
    }

    /// A server for this test alone.
    pub fn start(version: Version) -> Self {
        Self::builder(version).start()
    }

    /// Two servers for this test alone; use this where a test needs both.
    pub fn start_two(first: Version, second: Version) -> (Self, Self) {
        let mut permits = Permit::take(2);
        (
            Self::builder(first).launch(permits.pop()),
            Self::builder(second).launch(permits.pop()),
        )
    }

    /// A server for all tests of this process that keep to databases and accounts of their own, and
    /// change nothing global.
    pub fn shared(version: Version, place: Place) -> &'static Self {
        static SOURCE_9_7: OnceLock<Server> = OnceLock::new();
        static SOURCE_5_6: OnceLock<Server> = OnceLock::new();
        static DESTINATION_9_7: OnceLock<Server> = OnceLock::new();
        static DESTINATION_5_6: OnceLock<Server> = OnceLock::new();
        let server = match (version, place) {
            (Version::V9_7, Place::Source) => &SOURCE_9_7,
            (Version::V5_6, Place::Source) => &SOURCE_5_6,
            (Version::V9_7, Place::Destination) => &DESTINATION_9_7,
            (Version::V5_6, Place::Destination) => &DESTINATION_5_6,
        };
        server.get_or_init(|| Self::builder(version).launch(None))
    }

    /// Starts the process and waits until the server answers.
    fn run(&self) -> Result<(), Failure> {
        let folder = self.folder.path();
        let log_before = self.log().len();
        let mut shell = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(folder)
            .args([script().as_os_str(), "run".as_ref()])
            .args([
                "--version",
                self.version.argument(),
                "--relaxed",
                "--datadir",
            ])
            .arg(folder.join("data"))
            .arg(format!("--port={}", self.port))
            .arg(format!("--server-id={}", self.port))
            .arg(format!("--socket={}", self.socket().display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .arg(format!(
                "--log-error={}",
                folder.join("error.log").display()
            ))
            .args(&self.arguments)
            .envs(self.zone.as_ref().map(|zone| ("TZ", zone)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The shell's word about a killed server is nobody's, and may find no reader.
            .stderr(Stdio::null())
            // Ctrl-C in a terminal ends the test process, and by that the server.
            .process_group(0)
            .spawn()
            .expect("sh runs");
        let stdout = shell.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the shell prints a line");
        let pid = line
            .trim()
            .parse()
            .expect("the shell prints the server's id");
        *lock(&self.process) = Some(Process { shell, pid });
        let ready = wait::until_some("the server is ready", || {
            let log = self.log();
            let new = log.get(log_before..).unwrap_or_default();
            if new.contains("ready for connections") {
                Some(true)
            } else {
                (!alive(pid)).then_some(false)
            }
        });
        if ready {
            return Ok(());
        }
        let log = self.log();
        self.end("keep\n");
        if log.contains("Address already in use") || log.contains("another mysqld server running") {
            Err(Failure::PortTaken)
        } else {
            let stdout = fs::read_to_string(folder.join("stdout.log")).unwrap_or_default();
            Err(Failure::Other(format!(
                "the server did not start\n{stdout}\n{log}"
            )))
        }
    }

    /// Lets the shell go on, which kills the server, and waits for both.
    fn end(&self, word: &str) {
        if let Some(mut process) = lock(&self.process).take() {
            if let Some(mut stdin) = process.shell.stdin.take() {
                let _ = stdin.write_all(word.as_bytes());
            }
            let _ = process.shell.wait();
        }
    }

    pub fn version(&self) -> Version {
        self.version
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("sock")
    }

    /// The data folder; `ca.pem` and the server's other keys lie in it.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn pid(&self) -> u32 {
        lock(&self.process).as_ref().expect("the server runs").pid
    }

    /// The error log, for the messages of failed tests.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.folder.path().join("error.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Kills the server as a crash would; [`Server::restart`] brings it back.
    pub fn kill9(&self) {
        self.end("keep\n");
    }

    /// Stops the server in good order.
    pub fn stop(&self) {
        signal(self.pid(), "TERM");
        let pid = self.pid();
        wait::until("the server has stopped", || !alive(pid));
        self.end("keep\n");
    }

    /// Starts the server again with the same data at the same port, stopping it first when it runs.
    pub fn restart(&self) {
        if lock(&self.process).is_some() {
            self.stop();
        }
        match self.run() {
            Ok(()) => {}
            Err(Failure::PortTaken) => panic!("port {} was taken meanwhile", self.port),
            Err(Failure::Other(why)) => panic!("{why}"),
        }
    }

    /// A connection as `user`, over TCP.
    pub async fn connect(&self, user: &str, password: Option<&str>) -> Conn {
        let opts = OptsBuilder::default()
            .ip_or_hostname("127.0.0.1")
            .tcp_port(self.port)
            .prefer_socket(false)
            .user(Some(user))
            .pass(password);
        match Conn::new(opts).await {
            Ok(conn) => conn,
            Err(error) => panic!("cannot connect as {user}: {error}\n{}", self.log()),
        }
    }

    /// A connection as root, who may do everything.
    pub async fn root(&self) -> Conn {
        self.connect("root", None).await
    }

    /// Runs statements as root, separated by semicolons.
    pub async fn sql(&self, script: &str) {
        let mut conn = self.root().await;
        if let Err(error) = conn.query_drop(script).await {
            let shown: String = script.chars().take(2000).collect();
            panic!("{error}\nin: {shown}");
        }
        conn.disconnect().await.expect("the connection closes");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().rev().take(15).collect();
            let tail: Vec<_> = lines.into_iter().rev().collect();
            eprintln!(
                "the end of the {:?} server's log:\n{}",
                self.version,
                tail.join("\n")
            );
        }
        self.end("");
    }
}

enum Failure {
    PortTaken,
    Other(String),
}

/// Sends a signal by its name to one process.
pub fn signal(pid: u32, name: &str) {
    let status = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .stderr(Stdio::null())
        .status();
    assert!(status.is_ok(), "kill runs");
}

/// Whether a process runs (a zombie does not).
pub fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .starts_with(" Z")
    })
}
