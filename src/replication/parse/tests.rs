use proptest::prelude::*;

use super::*;

#[test]
fn an_unknown_type_is_named_by_its_number() {
    assert_eq!(
        parse(77, &[]),
        Err(Malformed::Unknown {
            what: "its type",
            number: 77
        })
    );
    assert_eq!(name(77), "unknown");
    assert!(parse(26, &[0; 40]).is_err(), "an incident stops");
}

#[test]
fn a_row_event_without_all_columns_is_refused() {
    let event = |bitmap: &[u8]| {
        let mut bytes = vec![7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 10];
        bytes.extend_from_slice(bitmap);
        bytes.push(0xAA);
        bytes
    };
    let rows = match parse(30, &event(&[0xFF, 0x03])) {
        Ok(Logged::Rows(rows)) => rows,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (rows.table_id, rows.columns, rows.images.as_slice()),
        (7, 10, &[0xAA][..])
    );
    assert!(rows.flags.statement_end() && !rows.flags.no_foreign_key_checks());
    // the bits behind the last column mean nothing
    assert!(parse(30, &event(&[0xFF, 0xFF])).is_ok());
    for half in [[0xFF, 0x01], [0xFE, 0x03]] {
        let refused = parse(30, &event(&half)).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|text| text.contains("binlog_row_image")));
    }
}

#[test]
fn an_untagged_gtid_is_read_as_each_release_writes_it() {
    // 5.6: flags, source, number
    let mut bytes = vec![1];
    bytes.extend([0xAB; 16]);
    bytes.extend(7_u64.to_le_bytes());
    let begin = |bytes: &[u8]| match parse(33, bytes) {
        Ok(Logged::Gtid(begin)) => begin,
        other => panic!("{other:?}"),
    };
    let old = begin(&bytes);
    assert_eq!(
        old.gtid.map(|gtid| gtid.to_string()).as_deref(),
        Some("abababab-abab-abab-abab-abababababab:7")
    );
    assert_eq!(old.original_commit, None);
    // 5.7: and the logical clock
    bytes.push(2);
    bytes.extend([0; 16]);
    assert_eq!(begin(&bytes).immediate_commit, None);
    // 8.0, on a replica: both commit times, the length, the version
    let immediate = 1_700_000_000_000_001_u64 + (1 << 55);
    bytes.extend_from_slice(&immediate.to_le_bytes()[..7]);
    bytes.extend_from_slice(&1_600_000_000_000_002_u64.to_le_bytes()[..7]);
    bytes.extend([252, 0x10, 0x27]);
    bytes.extend(90_704_u32.to_le_bytes());
    let new = begin(&bytes);
    assert_eq!(new.immediate_commit, Some(1_700_000_000_000_001));
    assert_eq!(new.original_commit, Some(1_600_000_000_000_002));
    assert_eq!(new.length, Some(10_000));
    // an anonymous one has no identifier, whatever its bytes say
    assert!(matches!(
        parse(34, &bytes),
        Ok(Logged::Gtid(Begin { gtid: None, .. }))
    ));
}

#[test]
fn a_setting_that_we_do_not_know_stops() {
    let query = |settings: &[u8]| {
        let mut bytes = vec![0; 8];
        bytes.extend([1, 0, 0]);
        bytes.extend(
            u16::try_from(settings.len())
                .expect("it is short")
                .to_le_bytes(),
        );
        bytes.extend_from_slice(settings);
        bytes.extend_from_slice(b"d\0DROP TABLE t");
        parse(2, &bytes)
    };
    let Ok(Logged::Statement(statement)) = query(&[1, 4, 0, 0, 0, 0, 0, 0, 0, 12, 1, b'd', 0])
    else {
        panic!("it is a statement");
    };
    assert_eq!(statement.text, b"DROP TABLE t");
    assert_eq!(statement.context.sql_mode, Some(4));
    assert_eq!(statement.context.databases, Some(vec![b"d".to_vec()]));
    assert_eq!(
        query(&[200, 1]),
        Err(Malformed::Unknown {
            what: "its setting",
            number: 200
        })
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(kind in 0..60_u8, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(kind, &bytes);
    }

    #[test]
    fn small_bytes_which_are_lengths_and_types_make_it_not_panic_either(
        kind in prop::sample::select(vec![2_u8, 4, 19, 27, 30, 31, 33, 38, 40, 41, 42]),
        bytes in prop::collection::vec(prop_oneof![0..20_u8, 240..=255_u8], 0..120),
    ) {
        let _ = parse(kind, &bytes);
    }
}
