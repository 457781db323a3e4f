use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::*;
use crate::{
    clock::Timestamp,
    state::{Lineage, Phase, ServerIdentity, State},
};

/// A folder that is removed with its content.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cutover-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn state(&self) -> StateFile {
        StateFile::new(self.0.join("state/shop.json"), "shop")
    }

    /// The names in the state's folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.join("state")).expect("readable");
        let mut names: Vec<_> = entries
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn state_of(migration: &str) -> State {
    let server = |number: u16| ServerIdentity {
        server_uuid: format!("uuid-{number}"),
        version: "9.7.0".to_owned(),
        address: format!("127.0.0.1:{number}"),
    };
    State::planned(
        Lineage::from_bits(7),
        migration,
        "hash",
        server(1),
        server(2),
    )
}

fn request(id: &str, host: &str) -> LockRequest {
    LockFacts {
        id: id.to_owned(),
        user: "maria".to_owned(),
        host: host.to_owned(),
        pid: 4242,
        since: Timestamp::from_milliseconds(1_772_402_400_125),
        command: "cutover apply shop.hcl".to_owned(),
    }
}

fn locked(state: &StateFile) -> StateLock {
    StateLock::try_acquire(state.path(), &request("aaaa", "bastion")).expect("free")
}

#[test]
fn a_state_is_written_privately_and_the_one_before_it_is_kept() {
    let folder = Folder::new("backup");
    let file = folder.state();
    assert!(file.read().expect("no file is no error").is_none());
    let lock = locked(&file);
    let mut state = state_of("shop");
    file.write(&state, &lock).expect("written");
    state.advance(Phase::Schema).expect("in the table");
    file.write(&state, &lock).expect("written");
    assert_eq!(file.read().expect("readable"), Some(state));
    let backup = StateFile::new(file.backup_path(), "shop");
    let before = backup.read().expect("readable").expect("there");
    assert_eq!(before.phase(), &Phase::Planned);
    for path in [file.path(), backup.path()] {
        let mode = fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(lock);
    assert_eq!(folder.names(), ["shop.json", "shop.json.backup"]);
}

#[test]
fn what_a_killed_writer_left_does_no_harm() {
    let folder = Folder::new("killed");
    let file = folder.state();
    let lock = locked(&file);
    let state = state_of("shop");
    file.write(&state, &lock).expect("written");
    let half = &codec_text(&state)[..100];
    for left in ["shop.json.tmp", "shop.json.backup.tmp"] {
        fs::write(folder.0.join("state").join(left), half).expect("written");
    }
    assert_eq!(file.read().expect("readable").as_ref(), Some(&state));
    file.write(&state, &lock).expect("written");
    drop(lock);
    assert_eq!(folder.names(), ["shop.json", "shop.json.backup"]);
}

fn codec_text(state: &State) -> String {
    crate::state::codec::encode(state).expect("encodes")
}

#[test]
fn a_file_that_is_refused_is_left_as_it_is() {
    let folder = Folder::new("refused");
    let file = folder.state();
    let whole = codec_text(&state_of("shop"));
    fs::create_dir_all(folder.0.join("state")).expect("a folder");
    for (text, reason) in [
        (whole[..200].to_owned(), "cut short"),
        (
            whole.replace("\"hash\"", "\"cash\""),
            "was edited or damaged",
        ),
        (String::new(), "cut short"),
        ("{\"format_version\": 9}".to_owned(), "format 9"),
        (
            codec_text(&state_of("store")),
            "belongs to migration \"store\", not to \"shop\"",
        ),
    ] {
        fs::write(file.path(), &text).expect("written");
        let error = file.read().expect_err("refused").to_string();
        assert!(error.contains(reason), "{error}");
        assert_eq!(fs::read_to_string(file.path()).expect("readable"), text);
    }
    fs::write(file.path(), [0xff, 0xfe, 0x00]).expect("written");
    assert!(file.read().is_err());
}

#[test]
fn a_folder_that_takes_no_file_is_named() {
    // even root may not create a file here
    let path = Path::new("/sys/cutover/shop.json");
    let error = StateLock::try_acquire(path, &request("aaaa", "bastion")).expect_err("refused");
    assert!(
        error
            .to_string()
            .starts_with("cannot write /sys/cutover/shop.json"),
        "{error}"
    );
    let path = Path::new("/sys/shop.plan");
    let error = atomic::write(path, "{}").expect_err("refused");
    assert!(
        error.to_string().starts_with("cannot write /sys/shop.plan"),
        "{error}"
    );
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
    let folder = Folder::new("fails");
    let file = folder.state();
    let lock = locked(&file);
    let state = state_of("shop");
    file.write(&state, &lock).expect("written");
    fs::create_dir(folder.0.join("state/shop.json.tmp")).expect("in the way");
    file.write(&state, &lock)
        .expect_err("nothing can be written there");
    assert_eq!(file.read().expect("readable"), Some(state));
}

#[test]
fn two_cannot_hold_one_lock_and_the_second_learns_of_the_first() {
    let folder = Folder::new("two");
    let file = folder.state();
    let first = locked(&file);
    let second = StateLock::try_acquire(file.path(), &request("bbbb", "bastion"));
    assert_eq!(
        second.expect_err("held").to_string(),
        "the state is locked by maria@bastion, process 4242, since 2026-03-01T22:00:00Z \
         (`cutover apply shop.hcl`, lock aaaa)"
    );
    let freed = StateLock::release_stale(file.path(), "aaaa").expect_err("its process runs");
    assert!(matches!(freed, StoreError::Locked { alive: true, .. }));
    drop(first);
    let third = StateLock::try_acquire(file.path(), &request("cccc", "bastion")).expect("free");
    assert_eq!(third.taken_over(), None);
}

#[tokio::test]
async fn a_lock_that_is_waited_for_is_taken_when_it_is_released() {
    let folder = Folder::new("waits");
    let file = folder.state();
    let first = locked(&file);
    let path = file.path().to_owned();
    let waiting = tokio::spawn(async move {
        StateLock::acquire(&path, &request("bbbb", "bastion"), Duration::from_secs(60)).await
    });
    tokio::task::yield_now().await;
    drop(first);
    let lock = waiting.await.expect("no panic").expect("taken");
    assert_eq!(
        StateLock::holder(lock.state_path()).expect("held").id,
        "bbbb"
    );
}

#[test]
fn a_lock_of_a_killed_process_of_this_host_is_taken_over_and_named() {
    let folder = Folder::new("stale");
    let file = folder.state();
    leave_facts(&folder, &request("dead", "bastion"));
    let lock = locked(&file);
    assert_eq!(lock.taken_over(), Some(&request("dead", "bastion")));
    assert_eq!(StateLock::holder(file.path()).expect("held").id, "aaaa");
}

#[test]
fn whose_lock_was_removed_writes_no_state_and_leaves_the_next_ones_lock() {
    let folder = Folder::new("removed");
    let state = folder.state();
    let first = locked(&state);
    state.write(&state_of("shop"), &first).expect("written");
    let lock = folder.0.join("state/shop.json.lock");
    fs::remove_file(&lock).expect("it is there");
    let second = locked(&state);
    let before = fs::read(state.path()).expect("readable");
    let refused = state.write(&state_of("shop"), &first);
    assert!(matches!(refused, Err(StoreError::LockLost { .. })));
    assert_eq!(fs::read(state.path()).expect("readable"), before);
    drop(first);
    assert!(second.is_held());
    state.write(&state_of("shop"), &second).expect("written");
    drop(second);
    assert!(!lock.exists());
}

#[test]
fn a_lock_of_another_host_needs_a_person() {
    let folder = Folder::new("elsewhere");
    let file = folder.state();
    leave_facts(&folder, &request("dead", "elsewhere"));
    let taken = StateLock::try_acquire(file.path(), &request("aaaa", "bastion"));
    let refused = taken.expect_err("it may still run");
    assert!(matches!(refused, StoreError::Locked { alive: false, .. }));
    let other = StateLock::release_stale(file.path(), "0000").expect_err("another id");
    assert!(matches!(other, StoreError::OtherLock { .. }));
    StateLock::release_stale(file.path(), "dead").expect("released");
    locked(&file);
    let none = StateLock::release_stale(file.path(), "dead").expect_err("no lock");
    assert!(matches!(none, StoreError::NotLocked { .. }));
}

fn leave_facts(folder: &Folder, facts: &LockFacts) {
    fs::create_dir_all(folder.0.join("state")).expect("a folder");
    let text = serde_json::to_string(facts).expect("JSON");
    fs::write(folder.0.join("state/shop.json.lock"), text).expect("written");
}
