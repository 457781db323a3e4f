//! What a server is started from: the programs and the prepared data that `scripts/servers` keeps.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use super::Version;

/// What `scripts/servers locate` says: `version`, `mysqld`, `client`, `data`. The script fetches and
/// prepares the server when that is needed, safe against other processes; asked once per process.
fn located(version: Version) -> &'static BTreeMap<String, PathBuf> {
    static V9_7: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    static V5_6: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    let place = match version {
        Version::V9_7 => &V9_7,
        Version::V5_6 => &V5_6,
    };
    place.get_or_init(|| {
        let output = Command::new(script())
            .args(["locate", version.argument()])
            .stdin(Stdio::null())
            .output()
            .expect("scripts/servers runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "no server for the tests:\n{error}");
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.to_owned(), PathBuf::from(value)))
            .collect()
    })
}

pub(super) fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/servers")
}

/// Copies the prepared data folder of a version.
pub(super) fn copy_data(version: Version, to: &Path) {
    let from = &located(version)["data"];
    let status = Command::new("cp").arg("-R").arg(from).arg(to).status();
    let copied = status.expect("cp runs").success();
    assert!(copied, "cannot copy {} to {}", from.display(), to.display());
    // Two servers that share this file share their identity.
    let _ = fs::remove_file(to.join("auto.cnf"));
}

/// The server makes those it does not find.
pub(super) fn remove_certificates(data: &Path) {
    for entry in fs::read_dir(data).expect("the copy can be read").flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "pem")
        {
            fs::remove_file(entry.path()).expect("our own file");
        }
    }
}

pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the kernel gives a port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}
