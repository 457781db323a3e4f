use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::{
    clock::Timestamp,
    mysql::{BinlogPosition, SourcePosition, TableName},
    state::{
        Acknowledgement, CopyStatus, HistoryEntry, Lineage, Operator, Outcome, Phase,
        ServerIdentity, TableProgress, TableVerification, Verification, Work,
    },
};

/// The file that the first release wrote; it must load for ever.
const FIXTURE: &str = include_str!("../../../state/fixtures/v1.json");

fn server(number: u8) -> ServerIdentity {
    ServerIdentity {
        server_uuid: format!("8a94f357-aab4-11df-86ab-c80aa94257{number:02}"),
        version: "9.7.0".to_owned(),
        address: format!("10.0.0.{number}:3306"),
    }
}

/// A state in which every field says something.
fn full_state() -> State {
    let at = Timestamp::from_milliseconds(1_772_402_400_125);
    let by = Operator {
        user: "maria".to_owned(),
        host: "bastion".to_owned(),
    };
    let mut state = State::planned(
        Lineage::from_bits(0x0123_4567_89ab_cdef),
        "shop",
        "another",
        server(5),
        server(9),
    );
    state.follow_spec("5e884898da28047151d0e56f8dc62927");
    let orders = TableName::new("shop", "orders");
    let mut progress =
        TableProgress::pending(TableName::new("store", "sales.orders"), 1000, 64_000);
    progress.status = CopyStatus::Copying;
    progress.rows = 400;
    progress.watermark = Some("80000190".to_owned());
    state.add_table(orders.clone(), progress);
    state.acknowledge(Acknowledgement {
        check: "no_primary_key".to_owned(),
        objects: vec!["shop.audit_log".to_owned()],
        reason: "append-only, see CHG-1042".to_owned(),
        at,
        by: by.clone(),
    });
    for phase in [
        Phase::Schema,
        Phase::Full,
        Phase::Failed {
            at: Work::Full,
            reason: "destination: disk full (1114)".to_owned(),
        },
    ] {
        state.advance(phase).expect("in the table");
    }
    state.set_position(Some(SourcePosition {
        server_uuid: server(5).server_uuid,
        gtid_executed: "8a94f357-aab4-11df-86ab-c80aa9425705:1-77".to_owned(),
        binlog: Some(BinlogPosition {
            file: "binlog.000007".to_owned(),
            offset: 1577,
        }),
    }));
    let counts = TableVerification {
        rows: 400,
        different: 1,
    };
    state.record_verification(Verification {
        at,
        mode: "checksum".to_owned(),
        tables: BTreeMap::from([(orders, counts)]),
        other_differences: vec!["view shop.totals is missing".to_owned()],
    });
    state.record(HistoryEntry {
        at,
        by,
        what: "apply".to_owned(),
        outcome: Outcome::Failed {
            reason: "destination: disk full (1114)".to_owned(),
        },
    });
    state
}

fn refusal(text: &str) -> String {
    decode(text).expect_err("refused").to_string()
}

#[test]
fn a_state_reads_back_as_it_was_written() {
    let state = full_state();
    let text = encode(&state).expect("encodes");
    assert_eq!(decode(&text).expect("decodes"), state);
    assert_eq!(
        encode(&state).expect("encodes"),
        text,
        "same state, same bytes"
    );
}

#[test]
fn format_1_still_loads_and_is_what_is_written() {
    assert_eq!(decode(FIXTURE).expect("decodes"), full_state());
    assert_eq!(encode(&full_state()).expect("encodes"), FIXTURE);
}

#[test]
fn every_cut_of_the_file_is_refused() {
    for end in 0..FIXTURE.trim_end().len() {
        let error = decode(&FIXTURE[..end]).expect_err("refused");
        assert!(
            matches!(error, CodecError::Damaged { .. }),
            "{end}: {error}"
        );
    }
}

#[test]
fn an_edit_is_noticed() {
    let edited = FIXTURE.replace("80000190", "80000191");
    let reason = "it was edited or damaged: its checksum does not fit its content";
    assert_eq!(refusal(&edited), reason);
    let without = FIXTURE.replace("\"checksum\"", "\"check_sum\"");
    assert_eq!(refusal(&without), reason);
    let more = FIXTURE.replacen('{', "{\"note\": 1,", 1);
    assert_eq!(refusal(&more), reason);
}

#[test]
fn other_layout_of_the_same_content_is_no_edit() {
    let value: Value = serde_json::from_str(FIXTURE).expect("JSON");
    assert_eq!(decode(&value.to_string()).expect("decodes"), full_state());
}

#[test]
fn a_newer_format_is_refused_before_anything_else_is_read() {
    insta::assert_snapshot!(
        refusal("{\"format_version\": 7, \"anything\": []}").replace(env!("CARGO_PKG_VERSION"), "VERSION"),
        @"it has format 7; this cutover, VERSION, reads formats up to 1"
    );
    assert!(refusal("{\"format_version\": \"one\"}").starts_with("it has format \"one\""));
    assert_eq!(
        refusal("{}"),
        "it holds no format_version: no cutover wrote it"
    );
    assert_eq!(
        refusal("[1]"),
        "it holds no format_version: no cutover wrote it"
    );
}

/// With a right checksum, as another program might write it.
fn signed(change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(FIXTURE).expect("JSON");
    let fields = value.as_object_mut().expect("an object");
    fields.shift_remove("format_version");
    fields.shift_remove("checksum");
    change(&mut value);
    let sum = checksum(&value);
    value["checksum"] = sum.into();
    value["format_version"] = FORMAT.into();
    value.to_string()
}

#[test]
fn unknown_and_contradictory_content_is_refused() {
    let unknown = signed(|state| state["tables"][0]["color"] = "red".into());
    assert!(
        refusal(&unknown).contains("unknown field `color`"),
        "{}",
        refusal(&unknown)
    );
    let twice = signed(|state| {
        let table = state["tables"][0].clone();
        state["tables"].as_array_mut().expect("a list").push(table);
    });
    assert!(refusal(&twice).ends_with("a table is listed twice"));
    let lineage = signed(|state| state["lineage"] = "12".into());
    assert!(refusal(&lineage).contains("is not a lineage"));
    let phase = signed(|state| state["phase"]["name"] = "paused".into());
    assert!(refusal(&phase).contains("unknown variant `paused`"));
}

fn schema() -> Value {
    let mut schema = schemars::schema_for!(StateV1).to_value();
    let more = [
        ("format_version", serde_json::json!({ "const": FORMAT })),
        (
            "checksum",
            serde_json::json!({
                "description": "over the content without white space",
                "type": "string",
                "pattern": "^sha256:[0-9a-f]{64}$",
            }),
        ),
    ];
    schema["title"] = "a state file of cutover".into();
    for (name, rule) in more {
        schema["properties"][name] = rule;
        let required = schema["required"].as_array_mut().expect("a list");
        required.push(name.into());
    }
    schema
}

#[test]
fn the_schema_file_is_that_of_format_1() {
    crate::json_schema::compare("state", &schema());
}

#[test]
fn every_written_state_fits_the_schema() {
    let schema = schema();
    for text in [FIXTURE.to_owned(), encode(&full_state()).expect("encodes")] {
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        crate::json_schema::fits(&schema, &value);
        value["note"] = 1.into();
        assert!(crate::json_schema::refuses(&schema, &value));
    }
}
