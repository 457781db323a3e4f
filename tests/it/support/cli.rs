//! Runs the built binary as a user would, in a folder and an environment of its own.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use super::{server::signal, temp::TempFolder, wait};

/// A folder, which is also the home, and the environment in which the binary runs.
pub struct Cli {
    folder: TempFolder,
    environment: BTreeMap<String, String>,
}

/// What a finished run left.
#[derive(Debug)]
pub struct Output {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// The exit code; 128 and the signal's number where a signal ended it, as shells say.
    pub fn code(&self) -> i32 {
        use std::os::unix::process::ExitStatusExt;
        self.status
            .code()
            .unwrap_or_else(|| 128 + self.status.signal().unwrap_or_default())
    }

    /// Asserts the exit code, with everything that was printed in the failure.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code(),
            code,
            "exit code\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

impl Default for Cli {
    fn default() -> Self {
        Self::new()
    }
}

impl Cli {
    pub fn new() -> Self {
        Self {
            folder: TempFolder::new("cli"),
            environment: BTreeMap::new(),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable for all later runs.
    pub fn env(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn env_remove(&mut self, name: &str) -> &mut Self {
        self.environment.remove(name);
        self
    }

    /// Writes a file below the folder.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("folders can be made");
        fs::write(&path, text).expect("the file can be written");
        path
    }

    pub fn read(&self, path: &str) -> String {
        let path = self.folder().join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        // a long series may have a binary of its own, which is not built anew meanwhile
        let binary = std::env::var_os("CUTOVER_TEST_BINARY");
        let binary = binary.unwrap_or_else(|| env!("CARGO_BIN_EXE_cutover").into());
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .env("TMPDIR", self.folder())
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs to the end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.spawn(arguments).wait()
    }

    /// Starts, to be signalled and waited for.
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        let mut child = self.command(arguments).spawn().expect("the binary runs");
        let stdout = Collector::start(child.stdout.take().expect("piped"));
        let stderr = Collector::start(child.stderr.take().expect("piped"));
        Running {
            child,
            stdout,
            stderr,
        }
    }
}

/// Reads a pipe to its end beside the test, so that the program never blocks on it.
struct Collector {
    bytes: Arc<Mutex<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

impl Collector {
    fn start(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let collected = Arc::clone(&bytes);
        let thread = std::thread::spawn(move || {
            let mut block = [0; 8192];
            while let Ok(count @ 1..) = pipe.read(&mut block) {
                collected
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&block[..count]);
            }
        });
        Self {
            bytes,
            thread: Some(thread),
        }
    }

    fn so_far(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn whole(&mut self) -> String {
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the reader does not panic");
        }
        self.so_far()
    }
}

/// A running binary; killed when dropped.
pub struct Running {
    child: Child,
    stdout: Collector,
    stderr: Collector,
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As Ctrl-C does.
    pub fn interrupt(&self) {
        signal(self.pid(), "INT");
    }

    pub fn terminate(&self) {
        signal(self.pid(), "TERM");
    }

    /// As `kill -9` does: the program can do nothing about it.
    pub fn kill9(&self) {
        signal(self.pid(), "KILL");
    }

    pub fn stdout_so_far(&self) -> String {
        self.stdout.so_far()
    }

    pub fn stderr_so_far(&self) -> String {
        self.stderr.so_far()
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_some()
    }

    /// Waits until stderr holds `text`; panics when the program ends without it.
    pub fn wait_for_stderr(&mut self, text: &str) {
        let what = format!("stderr says {text:?}");
        wait::until(&what, || {
            let ended = self.has_ended();
            let said = self.stderr.so_far();
            assert!(
                said.contains(text) || !ended,
                "ended without saying {text:?}:\n{said}"
            );
            said.contains(text)
        });
    }

    /// Waits for the end; panics, with what was printed so far, when it does not come.
    pub fn wait(mut self) -> Output {
        let begun = std::time::Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                break status;
            }
            assert!(
                begun.elapsed() < 2 * wait::PATIENCE,
                "the program does not end\n--- stdout\n{}\n--- stderr\n{}",
                self.stdout.so_far(),
                self.stderr.so_far()
            );
            std::thread::sleep(std::time::Duration::from_millis(10));
        };
        Output {
            status,
            stdout: self.stdout.whole(),
            stderr: self.stderr.whole(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
