use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{segment::Segment, *};
use crate::replication::{event::Body, stream::Bytes};

const UUID: &str = "01010101-0101-0101-0101-010101010101";

/// Removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cutover-spool-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn place(&self) -> Place {
        Place {
            folder: self.0.clone(),
            migration: "shop".to_owned(),
            lineage: "one".to_owned(),
            max: 1 << 20,
            largest_payload: 1000,
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn event(kind: u8, end: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let event = Bytes {
        kind,
        time: 1,
        server_id: 1,
        size: 19 + u32::try_from(data.len()).expect("it is short"),
        end,
        flags: 0,
        data,
    };
    record::event(&mut bytes, event);
    bytes
}

/// A transaction with this number, from 100 bytes before `100 * (number + 1)` on.
fn transaction(number: u8) -> Vec<u8> {
    let mut gtid = vec![1; 17];
    gtid.extend([number, 0, 0, 0, 0, 0, 0, 0]);
    let mut begin = vec![0; 14];
    begin.extend(b"BEGIN");
    let at = 100 * u32::from(number);
    let events = [
        event(33, at + 30, &gtid),
        event(2, at + 60, &begin),
        event(16, at + 100, &[0; 8]),
    ];
    events.concat()
}

/// By the set of this many transactions, or by the offset behind them.
fn at(number: u8, by_gtid: bool) -> Checkpoint {
    let gtids = match number {
        0 => String::new(),
        number => format!("{UUID}:1-{number}"),
    };
    Checkpoint {
        server_uuid: "a".to_owned(),
        by_gtid,
        gtids: gtids.parse().expect("a set"),
        binlog: Some(BinlogPosition {
            file: "binlog.000001".to_owned(),
            offset: 100 * (u64::from(number) + 1),
        }),
        ..Checkpoint::default()
    }
}

fn append(path: &Path, bytes: &[u8]) {
    let opened = OpenOptions::new().append(true).open(path);
    let mut file = opened.expect("it can be opened");
    file.write_all(bytes).expect("it can be written");
}

/// Three files of two transactions each.
fn filled(folder: &Folder, by_gtid: bool) -> Vec<Segment> {
    fs::create_dir_all(&folder.0).expect("it can be made");
    let home = folder.place().home();
    let mut before = 0;
    for number in 1..=3 {
        let begin = at(2 * (number - 1), by_gtid);
        let made = home.create(u64::from(number), &begin, before);
        let (segment, _) = made.expect("it can be made");
        append(&segment.path, &transaction(2 * number - 1));
        append(&segment.path, &transaction(2 * number));
        before = fs::metadata(&segment.path).expect("it is there").len();
    }
    home.segments().expect("they are whole")
}

fn opened(folder: &Folder, applied: u8) -> Result<Spool, SpoolError> {
    Spool::open(folder.place(), &at(applied, true)).map(|(spool, _)| spool)
}

fn refusal(folder: &Folder) -> String {
    let kept = contents(folder);
    let Err(error) = opened(folder, 0) else {
        panic!("it was opened")
    };
    assert_eq!(contents(folder), kept, "it is left as it is");
    let text = error.to_string();
    text.replace(&*folder.0.to_string_lossy(), "FOLDER")
}

fn contents(folder: &Folder) -> Vec<Vec<u8>> {
    let home = folder.place().home();
    let numbers = home.numbers().expect("the folder is there");
    let read = |number: &u64| fs::read(home.path(*number)).expect("it can be read");
    numbers.iter().map(read).collect()
}

fn start(segment: &Segment) -> usize {
    usize::try_from(segment.events).expect("it is short")
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("it can be read");
    bytes[at] ^= 4;
    fs::write(path, bytes).expect("it can be written");
}

fn end(spool: &Spool) -> u64 {
    spool.holding().end.binlog.expect("it has one").offset
}

/// The places of the transactions that come, the rest passed over.
async fn read(spool: &Spool, applied: &Checkpoint, count: usize) -> Vec<u64> {
    let mut reader = spool.reader(applied).expect("it can be read");
    let mut ends = Vec::new();
    while ends.len() < count {
        let event = reader.read().await.expect("there are more");
        if matches!(event.body, Body::End(_)) {
            ends.push(event.place.end);
        }
    }
    ends
}

#[tokio::test]
async fn what_is_not_applied_is_read_whatever_the_place_is_named_by() {
    for by_gtid in [true, false] {
        let folder = Folder::new();
        filled(&folder, by_gtid);
        let (spool, _writer) = Spool::open(folder.place(), &at(1, by_gtid)).expect("it is whole");
        assert_eq!(end(&spool), 700);
        let from_one = read(&spool, &at(1, by_gtid), 5).await;
        assert_eq!(from_one, [300, 400, 500, 600, 700]);
        assert_eq!(read(&spool, &at(3, by_gtid), 3).await, [500, 600, 700]);
        let all = spool.holding().bytes;
        spool.release(&at(3, by_gtid));
        assert!(spool.holding().bytes < all);
        assert_eq!(read(&spool, &at(4, by_gtid), 2).await, [600, 700]);
    }
}

#[test]
fn a_half_written_end_is_cut_off() {
    let whole = transaction(7);
    for (written, left) in [
        (&whole[..5], 700),
        (&whole[..whole.len() - 3], 700),
        (&whole[..], 800),
        // of a file system that had only made room
        (&[0; 100][..], 700),
    ] {
        let folder = Folder::new();
        let segments = filled(&folder, true);
        append(&segments[2].path, written);
        let spool = opened(&folder, 0).expect("its end is cut off");
        assert_eq!(end(&spool), left);
        let length = fs::metadata(&segments[2].path).expect("it is there").len();
        assert_eq!(length == segments[2].bytes, left == 700);
    }
    // a file that was only begun
    let folder = Folder::new();
    filled(&folder, true);
    let next = folder.place().home().path(4);
    fs::write(&next, b"CUTSP").expect("it can be written");
    assert_eq!(end(&opened(&folder, 0).expect("it is removed")), 700);
    assert!(!next.exists());
}

type Damage = fn(&Folder, &[Segment]);

#[test]
fn what_is_damaged_elsewhere_is_refused_and_left() {
    let damage: [(&str, Damage); 7] = [
        ("an event", |_, files| {
            flip(&files[2].path, start(&files[2]) + 20);
        }),
        ("a length", |_, files| {
            flip(&files[2].path, start(&files[2]));
        }),
        ("the beginning", |_, files| flip(&files[1].path, 40)),
        ("cut between two events", |_, files| {
            let file = OpenOptions::new().write(true).open(&files[1].path);
            let cut = file.and_then(|file| file.set_len(files[1].bytes - 39));
            cut.expect("it can be cut");
        }),
        ("gone", |_, files| {
            fs::remove_file(&files[1].path).expect("it can be removed");
        }),
        ("later", |_, files| flip(&files[0].path, 8)),
        ("another migration", |folder, files| {
            fs::remove_file(&files[2].path).expect("it can be removed");
            let mut home = folder.place().home();
            home.lineage = "two".to_owned();
            home.create(3, &at(4, true), files[1].bytes)
                .expect("it can be made");
        }),
    ];
    let mut told = Vec::new();
    for (what, damage) in damage {
        let folder = Folder::new();
        let segments = filled(&folder, true);
        damage(&folder, &segments);
        told.push(format!("{what}: {}", refusal(&folder)));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_spool_that_lacks_what_comes_next_is_not_used() {
    let folder = Folder::new();
    filled(&folder, true);
    let place = folder.place();
    // all of it was applied without it: it begins anew
    let spool = opened(&folder, 9).expect("it begins anew");
    assert_eq!(end(&spool), 1000);
    assert_eq!(contents(&folder).len(), 1);
    let held = Spool::open(place, &at(9, true)).map(|_| ());
    assert!(matches!(held, Err(SpoolError::InUse { .. })), "{held:?}");
    drop(spool);
    assert_eq!(
        refusal(&folder),
        format!(
            "the spool in FOLDER holds what is behind {UUID}:1-9, and applied is binlog.000001:100"
        )
    );
}
