use super::*;
use crate::{
    clock::Timestamp,
    mysql::TableName,
    report::status::StatusFacts,
    state::{
        CopyStatus, HistoryEntry, Lineage, Operator, Outcome, Phase, ServerIdentity, State,
        TableProgress, TableVerification, Verification, Work,
    },
};

fn server(port: u16) -> ServerIdentity {
    ServerIdentity {
        server_uuid: "8a94f357-aab4-11df-86ab-c80aa9425724".to_owned(),
        version: "9.7.0".to_owned(),
        address: format!("10.0.0.5:{port}"),
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_milliseconds((1_772_402_400 + seconds) * 1000)
}

fn by() -> Operator {
    Operator {
        user: "maria".to_owned(),
        host: "bastion".to_owned(),
    }
}

/// A copy that has begun: one table done, one half done, one to come.
pub(crate) fn copying() -> State {
    let mut state = State::planned(
        Lineage::from_bits(7),
        "shop",
        "",
        server(3306),
        server(3307),
    );
    for (name, status, rows) in [
        ("customers", CopyStatus::Copied, 20_000),
        ("orders", CopyStatus::Copying, 41_200),
        ("reviews", CopyStatus::Pending, 0),
    ] {
        let mut progress = TableProgress::pending(TableName::new("store", name), 100_000, 1 << 20);
        progress.status = status;
        progress.rows = rows;
        progress.bytes = rows * 90;
        state.add_table(TableName::new("shop", name), progress);
    }
    state.advance(Phase::Schema).expect("in the table");
    state.advance(Phase::Full).expect("in the table");
    for (seconds, what, outcome) in [
        (0, "apply", Outcome::Started),
        (2, "phase full", Outcome::Started),
    ] {
        state.record(HistoryEntry {
            at: at(seconds),
            by: by(),
            what: what.to_owned(),
            outcome,
        });
    }
    state
}

fn holder() -> Holder {
    Holder {
        lock: "1a2b3c4d".to_owned(),
        user: "maria".to_owned(),
        host: "bastion".to_owned(),
        pid: 4242,
        since: at(0),
        command: "cutover apply shop.hcl".to_owned(),
    }
}

fn report(state: Option<&State>, running: Option<&Holder>) -> StatusReport {
    StatusReport::new(StatusFacts {
        migration: "shop",
        state,
        running,
        now: at(22),
        path: "shop.hcl",
    })
}

fn shown(state: Option<&State>, running: Option<&Holder>) -> String {
    text(&report(state, running), Look::PLAIN)
}

#[test]
fn a_migration_that_was_not_begun_says_how_to_begin() {
    insta::assert_snapshot!(shown(None, None));
}

#[test]
fn a_running_copy_shows_what_runs_and_how_fast() {
    insta::assert_snapshot!(shown(Some(&copying()), Some(&holder())));
}

#[test]
fn a_failed_migration_shows_why_and_how_to_go_on() {
    let mut state = copying();
    let reason = "copying shop.orders: destination 10.0.0.5:3307 answered error 1114 (HY000): The \
                  table 'orders' is full";
    let failed = Phase::Failed {
        at: Work::Full,
        reason: reason.to_owned(),
    };
    state.advance(failed).expect("in the table");
    assert!(report(Some(&state), None).is_failed());
    insta::assert_snapshot!(shown(Some(&state), None));
}

#[test]
fn a_finished_migration_shows_the_last_comparison() {
    let mut state = copying();
    for name in ["customers", "orders", "reviews"] {
        let table = state.table_mut(&TableName::new("shop", name));
        table.expect("there").status = CopyStatus::Copied;
    }
    state.advance(Phase::Finishing).expect("in the table");
    state.advance(Phase::Finished).expect("in the table");
    let result = TableVerification {
        rows: 61_200,
        different: 0,
    };
    state.record_verification(Verification {
        at: at(20),
        mode: "checksum".to_owned(),
        tables: [(TableName::new("shop", "orders"), result)].into(),
        other_differences: Vec::new(),
    });
    insta::assert_snapshot!(shown(Some(&state), None));
}

#[test]
fn programs_read_the_same_status() {
    insta::assert_snapshot!(json(&report(Some(&copying()), Some(&holder()))).expect("JSON"));
}

#[test]
fn the_state_is_told_in_words() {
    let shown = crate::ui::state::text(&copying(), "state/shop.json", Look::PLAIN);
    insta::assert_snapshot!(shown);
}

#[test]
fn who_looks_on_is_not_told_to_look_on() {
    let running = report(Some(&copying()), Some(&holder()));
    let look = Look::PLAIN;
    assert!(text(&running, look).contains("cutover status --watch"));
    assert!(!watched(&running, look).contains("cutover status --watch"));
}
