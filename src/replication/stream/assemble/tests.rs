use proptest::prelude::*;

use super::*;

const LIMIT: u64 = 1000;

fn from_file() -> Assembler {
    let position = BinlogPosition {
        file: "binlog.000001".to_owned(),
        offset: 100,
    };
    Assembler::new(&BinlogFrom::File(position), LIMIT)
}

fn event(kind: u8, end: u32, data: &[u8]) -> Bytes<'_> {
    Bytes {
        kind,
        time: 1,
        server_id: 1,
        size: 19 + u32::try_from(data.len()).expect("it is short"),
        end,
        flags: 0,
        data,
    }
}

fn query(text: &str) -> Vec<u8> {
    let mut bytes = vec![0; 13];
    bytes.push(0);
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

fn gtid(number: u64) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend([1; 16]);
    bytes.extend(number.to_le_bytes());
    bytes
}

fn payload(size: u8) -> Vec<u8> {
    vec![2, 1, 0, 1, 1, 3, 3, 1, size, 0, 0xAA, 0xBB, 0xCC]
}

fn taken(assembler: &mut Assembler) -> Vec<Event> {
    std::iter::from_fn(|| assembler.take()).collect()
}

fn refusal(assembler: &mut Assembler, bytes: Bytes<'_>) -> String {
    match assembler.give_bytes(bytes) {
        Ok(()) => panic!("type {} was taken", bytes.kind),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_transaction_counts_as_passed_when_its_end_is_taken() {
    let mut assembler = from_file();
    for (kind, end, data) in [
        (33, 150, gtid(5)),
        (2, 200, query("BEGIN")),
        (16, 300, vec![0; 8]),
    ] {
        assembler
            .give_bytes(event(kind, end, &data))
            .expect("it belongs there");
        assert_eq!(
            assembler.passed().binlog.as_ref().map(|p| p.offset),
            Some(100)
        );
    }
    let events = taken(&mut assembler);
    assert_eq!(events.len(), 2);
    assert_eq!(
        assembler.passed().binlog.as_ref().map(|p| p.offset),
        Some(300)
    );
    assert_eq!(assembler.passed().gtids.count(), 1);
}

#[test]
fn offsets_go_on_behind_4_gib() {
    assert_eq!(grown(100, 200), 200);
    assert_eq!(grown(0xFFFF_FFF0, 0x10), 0x1_0000_0010);
    assert_eq!(grown(0x1_FFFF_FFF0, 0x10), 0x2_0000_0010);
    assert_eq!(grown(0x1_0000_0010, 0x10), 0x1_0000_0010);
}

#[test]
fn events_in_a_compressed_transaction_move_the_offset_with_their_last() {
    let mut assembler = from_file();
    let (begin, xid) = (query("BEGIN"), [0; 8]);
    let size = u8::try_from(19 + begin.len() + 19 + xid.len()).expect("it is short");
    for (kind, end, data) in [
        (33, 150, &gtid(5)[..]),
        (40, 300, &payload(size)),
        (2, 0, &begin),
        (16, 0, &xid),
    ] {
        assembler
            .give_bytes(event(kind, end, data))
            .expect("it belongs there");
    }
    let ends: Vec<u64> = taken(&mut assembler)
        .iter()
        .map(|event| event.place.end)
        .collect();
    assert_eq!(ends, [150, 300]);
}

#[test]
fn a_compressed_transaction_that_the_driver_drops_is_noticed() {
    let mut assembler = from_file();
    for (kind, end, data) in [(33, 150, gtid(5)), (40, 300, payload(80))] {
        assembler
            .give_bytes(event(kind, end, &data))
            .expect("it belongs there");
    }
    let refused = refusal(&mut assembler, event(33, 350, &gtid(6)));
    assert!(refused.contains("could not be unpacked"), "{refused}");
    assert!(refused.contains("binlog.000001:150"), "{refused}");
}

#[test]
fn what_does_not_belong_where_it_stands_is_refused_with_its_place() {
    for (kind, data, named) in [
        (16, vec![0; 8], "XID event (type 16): it ends a transaction"),
        (2, query("COMMIT"), "QUERY event (type 2): its statement"),
        (40, payload(9), "TRANSACTION_PAYLOAD event (type 40)"),
        (
            99,
            vec![],
            "unknown event (type 99): its type 99 is unknown",
        ),
        (29, b"\x01x".to_vec(), "ROWS_QUERY event (type 29)"),
        (5, vec![0; 9], "INTVAR event (type 5)"),
    ] {
        let refused = refusal(&mut from_file(), event(kind, 200, &data));
        assert!(refused.contains(named), "{refused}");
        assert!(refused.contains("behind binlog.000001:"), "{refused}");
    }
}

#[test]
fn a_transaction_that_a_crash_cut_off_never_was() {
    let mut assembler = from_file();
    let mut next = 4_u64.to_le_bytes().to_vec();
    next.extend_from_slice(b"binlog.000002");
    for (kind, end, data) in [
        (33, 150, gtid(5)),
        (2, 200, query("BEGIN")),
        (4, 0, next.clone()),
    ] {
        assembler
            .give_bytes(event(kind, end, &data))
            .expect("it belongs there");
    }
    let events = taken(&mut assembler);
    let bodies: Vec<&Body> = events.iter().map(|event| &event.body).collect();
    assert!(matches!(
        bodies[..],
        [Body::Begin(_), Body::End(End::Abandoned), Body::Rotate]
    ));
    assert!(assembler.passed().gtids.is_empty());
    let position = assembler.passed().binlog.as_ref().map(ToString::to_string);
    assert_eq!(position.as_deref(), Some("binlog.000002:4"));
}

proptest! {
    #[test]
    fn no_order_of_events_makes_it_panic(
        steps in prop::collection::vec((0..8_usize, any::<u32>(), any::<u16>(), any::<usize>(), any::<u8>()), 0..40)
    ) {
        let mut assembler = from_file();
        let mut rotate = 4_u64.to_le_bytes().to_vec();
        rotate.extend_from_slice(b"binlog.000002");
        let samples: [(u8, Vec<u8>); 8] = [
            (33, gtid(5)),
            (2, query("BEGIN")),
            (2, query("XA START X'61',X'',1")),
            (2, query("CREATE TABLE t (a INT)")),
            (16, vec![0; 8]),
            (40, payload(60)),
            (4, rotate),
            (19, vec![7, 0, 0, 0, 0, 0, 1, 0, 1, b'd', 0, 1, b't', 0, 2, 3, 15, 2, 40, 0, 3]),
        ];
        for (which, end, flags, at, byte) in steps {
            let (kind, mut data) = samples[which].clone();
            // one byte in three is another
            if byte % 3 == 0 {
                let at = at % data.len();
                data[at] = byte;
            }
            let mut given = event(kind, end, &data);
            given.flags = flags;
            if assembler.give_bytes(given).is_err() {
                break;
            }
            taken(&mut assembler);
        }
    }
}
