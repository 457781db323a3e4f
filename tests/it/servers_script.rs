//! Where `scripts/servers` finds a server, and what it says when it finds none: with programs that only
//! play a server, in a cache and on a PATH of their own.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::temp::TempFolder;

/// What the script uses of any machine; nothing that could bring a server.
const TOOLS: &[&str] = &[
    "bash",
    "cat",
    "chmod",
    "cp",
    "cut",
    "dirname",
    "env",
    "find",
    "flock",
    "head",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "paste",
    "readlink",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "sort",
    "tail",
    "tar",
    "tr",
    "uname",
];

/// A machine with those tools, an empty cache, and whatever a test puts there.
struct Machine {
    folder: TempFolder,
    environment: Vec<(&'static str, PathBuf)>,
}

struct Answer {
    success: bool,
    stdout: String,
    stderr: String,
}

impl Machine {
    fn new() -> Self {
        let machine = Self {
            folder: TempFolder::new("script"),
            environment: Vec::new(),
        };
        for folder in ["bin", "cache", "elsewhere"] {
            fs::create_dir(machine.path(folder)).unwrap();
        }
        let path = std::env::var_os("PATH").unwrap();
        for tool in TOOLS {
            let found = std::env::split_paths(&path)
                .map(|folder| folder.join(tool))
                .find(|p| p.exists());
            let found = found.unwrap_or_else(|| panic!("this machine has no {tool}"));
            symlink(found, machine.path("bin").join(tool)).unwrap();
        }
        machine
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    fn program(&self, relative: &str, text: &str) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A program that names its version and makes a data folder, as a server does.
    fn server(&self, relative: &str, version: &str) -> PathBuf {
        self.program(relative, &server_text(version))
    }

    fn locate(&self) -> Answer {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/servers");
        let output = Command::new(script)
            .args(["locate", "9.7"])
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.folder.path())
            .env("CUTOVER_CACHE", self.path("cache"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        Answer {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    fn finds(&self, version: &str) {
        let answer = self.locate();
        let line = format!("version={version}\n");
        assert!(
            answer.stdout.starts_with(&line),
            "{}{}",
            answer.stdout,
            answer.stderr
        );
        let data = answer
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix("data="))
            .unwrap();
        assert!(
            Path::new(data).join("ibdata1").exists(),
            "{data} was not prepared"
        );
    }

    #[track_caller]
    fn refuses(&self, words: &[&str]) {
        let answer = self.locate();
        assert!(!answer.success, "{}", answer.stdout);
        for word in words {
            assert!(
                answer.stderr.contains(word),
                "no {word:?} in:\n{}",
                answer.stderr
            );
        }
        let left: Vec<_> = fs::read_dir(self.path("cache"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("lock"))
            .collect();
        assert!(left.is_empty(), "left in the cache: {left:?}");
    }
}

fn server_text(version: &str) -> String {
    format!(
        r#"for argument; do
    case $argument in
        --version) echo "/usr/sbin/mysqld  Ver {version} for Linux on x86_64 (a test)"; exit ;;
        --datadir=*) mkdir "${{argument#*=}}"; echo > "${{argument#*=}}/ibdata1" ;;
    esac
done"#
    )
}

#[test]
fn the_variable_comes_before_everything() {
    let mut machine = Machine::new();
    machine.server("bin/mysqld", "9.8.0");
    machine.server("cache/mysql-9.9.0/mysqld", "9.9.0");
    let named = machine.server("elsewhere/mysqld", "8.4.6");
    machine.environment.push(("CUTOVER_TEST_MYSQLD", named));
    machine.finds("8.4.6");
}

#[test]
fn a_mysqld_on_the_path_comes_before_the_cache() {
    let machine = Machine::new();
    machine.server("bin/mysqld", "9.8.0-2");
    machine.server("cache/mysql-9.9.0/mysqld", "9.9.0");
    machine.finds("9.8.0");
}

#[test]
fn a_mariadb_or_an_old_mysql_on_the_path_is_passed_over() {
    for version in ["10.11.19-MariaDB-0+deb12u1", "8.0.36", "5.7.44"] {
        let machine = Machine::new();
        machine.server("bin/mysqld", version);
        machine.server("cache/mysql-9.7.4/mysqld", "9.7.4");
        machine.finds("9.7.4");
    }
}

#[test]
fn the_newest_of_the_cache_is_taken() {
    let machine = Machine::new();
    for version in ["9.7.4", "9.10.1", "9.9.0"] {
        machine.server(&format!("cache/mysql-{version}/mysqld"), version);
    }
    machine.finds("9.10.1");
}

#[test]
fn a_variable_that_names_no_fitting_server_is_refused_by_name() {
    let mut machine = Machine::new();
    machine
        .environment
        .push(("CUTOVER_TEST_MYSQLD", machine.path("elsewhere/none")));
    machine.refuses(&["CUTOVER_TEST_MYSQLD is not a program", "elsewhere/none"]);
    let old = machine.server("elsewhere/old", "8.0.36");
    machine.environment[0].1 = old;
    machine.refuses(&["must be MySQL 8.4 or later", "Ver 8.0.36"]);
}

#[test]
fn a_machine_that_can_bring_no_server_says_what_to_do() {
    Machine::new().refuses(&[
        "this is not Debian",
        "install MySQL, or set CUTOVER_TEST_MYSQLD",
    ]);
}

/// A tree as a distribution or an image has it: the loader starts what it is given.
fn tree(machine: &Machine, version: &str) -> PathBuf {
    machine.program(
        "tree/usr/lib64/ld-linux-x86-64.so.2",
        "shift 2; exec \"$@\"",
    );
    machine.program("tree/usr/lib/x86_64-linux-gnu/libc.so.6", "");
    machine.program("tree/usr/lib/x86_64-linux-gnu/perl/unwanted.so.1", "");
    machine.program("tree/usr/share/mysql/english/errmsg.sys", "");
    machine.program("tree/usr/bin/mysql", "echo a client");
    machine.program("tree/usr/bin/something", "");
    machine.server("tree/usr/sbin/mysqld", version);
    machine.path("tree")
}

#[test]
fn a_docker_engine_is_asked_for_its_image() {
    let machine = Machine::new();
    let tree = tree(&machine, "9.8.2");
    let text = format!(
        r#"case $1 in
    create) echo a-container ;;
    export) tar -cf "$3" -C {} usr ;;
esac"#,
        tree.display()
    );
    machine.program("bin/docker", &text);
    machine.finds("9.8.2");
    let home = machine.path("cache/mysql-9.8.2");
    assert!(home.join("usr/bin/mysql").exists());
    assert!(
        !home.join("usr/bin/something").exists(),
        "more was kept than a server needs"
    );
    let client = Command::new(home.join("mysql")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&client.stdout), "a client\n");
}

/// `mmdebstrap` as far as the script uses it: its last argument is the file to write.
fn with_debian(machine: &Machine, text: &str) {
    machine.program("bin/apt-get", "");
    machine.program(
        "bin/mmdebstrap",
        &format!("for argument; do file=$argument; done\n{text}"),
    );
}

#[test]
fn where_no_engine_runs_debians_packages_are_taken_whatever_their_release() {
    let machine = Machine::new();
    let tree = tree(&machine, "10.1.0");
    machine.program("bin/docker", "exit 1");
    with_debian(
        &machine,
        &format!("tar -cf \"$file\" -C {} ./usr", tree.display()),
    );
    machine.finds("10.1.0");
    // The second time it is there.
    let answer = machine.locate();
    assert_eq!(answer.stderr, "");
}

#[test]
fn what_the_fetching_program_says_is_passed_on_when_it_fails() {
    let machine = Machine::new();
    with_debian(&machine, "echo 'E: no way to the archive' >&2; exit 1");
    machine.refuses(&[
        "no way to the archive",
        "could not fetch Debian's MySQL packages",
    ]);
}

#[test]
fn an_archive_with_too_old_a_server_is_refused() {
    let machine = Machine::new();
    let tree = tree(&machine, "8.0.40");
    with_debian(
        &machine,
        &format!("tar -cf \"$file\" -C {} ./usr", tree.display()),
    );
    machine.refuses(&["the fetched MySQL is 8.0.40; at least 8.4 is needed"]);
}
