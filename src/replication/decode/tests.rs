use proptest::prelude::*;

use super::{column::Form, *};

const KINDS: [ColumnKind; 27] = [
    ColumnKind::Tiny,
    ColumnKind::Short,
    ColumnKind::Medium,
    ColumnKind::Long,
    ColumnKind::LongLong,
    ColumnKind::Float,
    ColumnKind::Double,
    ColumnKind::Year,
    ColumnKind::Date,
    ColumnKind::OldTime,
    ColumnKind::OldDateTime,
    ColumnKind::OldTimestamp,
    ColumnKind::Time(0),
    ColumnKind::Time(6),
    ColumnKind::DateTime(3),
    ColumnKind::Timestamp(6),
    ColumnKind::Decimal {
        precision: 65,
        scale: 30,
    },
    ColumnKind::Bit { bytes: 8 },
    ColumnKind::Enum { bytes: 2 },
    ColumnKind::Set { bytes: 8 },
    ColumnKind::Char { bytes: 20 },
    ColumnKind::VarChar { bytes: 300 },
    ColumnKind::Blob { length: 4 },
    ColumnKind::Geometry { length: 4 },
    ColumnKind::Vector { length: 4 },
    ColumnKind::Json { length: 4 },
    ColumnKind::Json { length: 1 },
];

#[test]
fn old_temporal_types_have_their_own_forms() {
    let read = |kind, bytes: &[u8]| value::read(kind, &Form::Plain, &mut Cursor::new(bytes));
    let digits = 20_240_229_235_958_u64.to_le_bytes();
    assert_eq!(
        read(ColumnKind::OldDateTime, &digits),
        Ok(Value::Date(2024, 2, 29, 23, 59, 58, 0))
    );
    let negative = (-8_385_959_i32).to_le_bytes();
    assert_eq!(
        read(ColumnKind::OldTime, &negative[..3]),
        Ok(Value::Time(true, 34, 22, 59, 59, 0))
    );
    assert_eq!(
        read(ColumnKind::OldTimestamp, &951_782_400_u32.to_le_bytes()),
        Ok(Value::Date(2000, 2, 29, 0, 0, 0, 0))
    );
    assert_eq!(
        read(ColumnKind::OldTimestamp, &u32::MAX.to_le_bytes()),
        Ok(Value::Date(2106, 2, 7, 6, 28, 15, 0))
    );
}

#[test]
fn a_document_whose_parts_are_all_the_same_ends_soon() {
    // every cell of every array is the array itself
    let mut document = vec![2, 100, 0, 0x30, 1];
    for _ in 0..100 {
        document.extend([2, 4, 0]);
    }
    assert!(json::text(&document).is_err());
    let mut deep = vec![2];
    for level in 0..200_u16 {
        deep.extend([1, 0]);
        deep.extend((7 * (200 - level)).to_le_bytes());
        deep.extend([2, 7, 0]);
    }
    assert!(json::text(&deep).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_a_value_panic(
        kind in prop::sample::select(KINDS.to_vec()),
        form in prop::sample::select(vec![Form::Plain, Form::Unsigned, Form::ZeroFilled, Form::ZeroPadded,
            Form::Members(vec![b"a".to_vec(), b"b".to_vec()])]),
        bytes in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut read = Cursor::new(&bytes);
        let mut skipped = Cursor::new(&bytes);
        let value = value::read(kind, &form, &mut read);
        // what is passed over is what would have been read
        if value.is_ok() {
            prop_assert_eq!(value::skip(kind, &mut skipped), Ok(()));
            prop_assert_eq!(read.rest(), skipped.rest());
        }
    }

    #[test]
    fn no_document_makes_json_panic(
        kind in 0..16_u8,
        bytes in prop::collection::vec(prop_oneof![0..16_u8, any::<u8>()], 0..120),
        differences in prop::collection::vec(prop_oneof![0..16_u8, prop::sample::select(b"$.[]\"a1".to_vec())], 0..40),
    ) {
        let mut document = vec![kind];
        document.extend(bytes);
        let _ = json::text(&document);
        let _ = json::changed(&document, &differences);
    }
}
