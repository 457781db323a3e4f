use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const A: &str = "8a94f357-aab4-11df-86ab-c80aa9425705";
const B: &str = "00000000-0000-0000-0000-000000000001";

fn set(text: &str) -> GtidSet {
    match text.parse() {
        Ok(set) => set,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn refusal(text: &str) -> String {
    match text.parse::<GtidSet>() {
        Ok(set) => panic!("{text} was read as {set}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_set_is_read_as_servers_print_it_and_printed_in_one_form() {
    let upper = A.to_uppercase();
    for (text, canonical) in [
        ("", String::new()),
        (" \n\t", String::new()),
        (&*format!("{A}:1-5:7,\n{B}:3"), format!("{B}:3,{A}:1-5:7")),
        (&format!("{upper} : 7 : 1 - 3 : 4"), format!("{A}:1-4:7")),
        (
            &format!("{A}:1-3:Blue:5:1-2:green_1:9"),
            format!("{A}:1-3:blue:1-2:5:green_1:9"),
        ),
        (&format!("{A}:blue:1,{A}:1"), format!("{A}:1:blue:1")),
        (&format!(",,{A}:1,,{A}:1-1,"), format!("{A}:1")),
        (
            &format!("{A}:9223372036854775806"),
            format!("{A}:9223372036854775806"),
        ),
    ] {
        assert_eq!(set(text).to_string(), canonical, "{text:?}");
        assert_eq!(set(&canonical), set(text));
    }
}

#[test]
fn a_refusal_names_the_piece_that_is_wrong() {
    for (text, named) in [
        ("now".to_owned(), "\"now\" is not a server's UUID"),
        (A.to_owned(), "has no transaction numbers"),
        (format!("{A}:"), "\"\" is not a transaction number"),
        (format!("{A}:0"), "\"0\" is not a transaction number"),
        (format!("{A}:5-3"), "\"5-3\" ends before it begins"),
        (format!("{A}:1-"), "\"\" is not a transaction number"),
        (format!("{A}:1-+2"), "\"+2\" is not a transaction number"),
        (
            format!("{A}:9223372036854775807"),
            "\"9223372036854775807\" is not",
        ),
        (format!("{A}:blue"), "has no transaction numbers"),
        (format!("{A}:blue:green:1"), "has no transaction numbers"),
        (format!("{A}:bl-ue:1"), "\"bl-ue\" is not a tag"),
        (
            format!("{A}:{}:1", "x".repeat(33)),
            "is not a tag (at most 32",
        ),
    ] {
        let refused = refusal(&text);
        assert!(refused.contains(named), "{text}: {refused}");
    }
    assert!(refusal(&"ü".repeat(100_000)).len() < 300);
}

#[test]
fn a_set_is_stored_as_its_text() {
    let given = set(&format!("{A}:1-5:blue:7"));
    let stored = serde_json::to_string(&given).expect("a set is a string");
    assert_eq!(stored, format!("\"{A}:1-5:blue:7\""));
    assert_eq!(
        serde_json::from_str::<GtidSet>(&stored).expect("it is read again"),
        given
    );
    assert!(serde_json::from_str::<GtidSet>("\"rubbish\"").is_err());
}

/// The naive model: every identifier for itself.
type Model = BTreeSet<(u8, u8, u64)>;

const TAGS: [&str; 3] = ["", "blue", "green"];

fn gtid((source, tag, number): (u8, u8, u64)) -> Gtid {
    let tag = Tag::new(TAGS[usize::from(tag)]).expect("a tag");
    Gtid::new(Uuid::from_bytes([source; 16]), tag, number).expect("a number")
}

fn built(model: &Model) -> GtidSet {
    let mut set = GtidSet::new();
    for entry in model {
        set.add(&gtid(*entry));
    }
    set
}

fn models() -> impl Strategy<Value = Model> {
    prop::collection::btree_set((0..2_u8, 0..3_u8, 1..25_u64), 0..60)
}

proptest! {
    #[test]
    fn the_algebra_is_that_of_sets(a in models(), b in models()) {
        let (left, right) = (built(&a), built(&b));
        prop_assert_eq!(left.union(&right), built(&a.union(&b).copied().collect()));
        prop_assert_eq!(left.minus(&right), built(&a.difference(&b).copied().collect()));
        prop_assert_eq!(left.is_subset(&right), a.is_subset(&b));
        prop_assert_eq!(left.count(), a.len() as u128);
        prop_assert_eq!(left.is_empty(), a.is_empty());
        for entry in a.union(&b) {
            prop_assert_eq!(left.contains(&gtid(*entry)), a.contains(entry));
        }
    }

    #[test]
    fn the_order_of_adding_does_not_show(a in models(), seed in any::<u64>()) {
        let mut entries: Vec<_> = a.iter().copied().collect();
        entries.sort_by_key(|(s, t, n)| {
            (u64::from(*s) * 31 + u64::from(*t) * 17 + n).wrapping_mul(seed | 1)
        });
        let mut set = GtidSet::new();
        for entry in entries {
            set.add(&gtid(entry));
            set.add(&gtid(entry));
        }
        prop_assert_eq!(&set, &built(&a));
        prop_assert_eq!(set.to_string().parse::<GtidSet>(), Ok(set));
    }

    #[test]
    fn hostile_text_is_refused_and_never_panics(text in any::<String>()) {
        let _ = text.parse::<GtidSet>();
    }

    #[test]
    fn nearly_right_text_never_panics(
        pieces in prop::collection::vec(
            prop::sample::select(vec![A, B, ":", "-", ",", "1", "9223372036854775807", "blue", " ", "ü", "0"]),
            0..12,
        )
    ) {
        if let Ok(set) = pieces.concat().parse::<GtidSet>() {
            prop_assert_eq!(set.to_string().parse::<GtidSet>(), Ok(set));
        }
    }
}
