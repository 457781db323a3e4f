//! Every answer and every error at the widths of a narrow, an ordinary and a wide terminal.

use std::fmt::Write as _;

use super::{
    Look, Verbosity, diagnostics, plan, state, status,
    verify::{self, VerifyAnswer},
};
use crate::{
    clock::Timestamp,
    events::Behind,
    mysql::{BinlogPosition, Ident, SourcePosition, TableName},
    plan::FrozenChange,
    report::{Holder, PlanReport, StatusReport, status::StatusFacts},
    state::{
        CopyStatus, Phase, State, StatementLeftOut, StreamProgress, TableVerification,
        Verification, Work,
    },
    verify::{Orphans, RowDifference, TableResult},
};

const WIDTHS: [u16; 3] = [60, 100, 160];

/// The text at each width, none of whose lines is wider, but for a single word and what is marked
/// as one line.
pub fn at_every_width(text: impl Fn(Look) -> String) -> String {
    let mut all = String::new();
    for width in WIDTHS {
        let look = Look {
            width,
            color: false,
        };
        let shown = text(look);
        for line in shown.lines() {
            let words = line.split_whitespace().count();
            let is_command = line
                .trim_start()
                .trim_start_matches('`')
                .starts_with("cutover ");
            let fits = line.chars().count() <= look.columns();
            assert!(
                fits || words < 2 || is_command || line.starts_with("Plan:"),
                "wider than {width}: {line}"
            );
        }
        let colored = text(Look {
            color: true,
            ..look
        });
        assert_eq!(without_colour(&colored), shown, "colour moves nothing");
        let _ = writeln!(all, "{:-^1$}", format!(" {width} "), look.columns());
        all.push_str(&shown);
    }
    all
}

fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_milliseconds((1_772_402_400 + seconds) * 1000)
}

fn holder() -> Holder {
    Holder {
        lock: "1a2b3c4d".to_owned(),
        user: "maria".to_owned(),
        host: "bastion.fra.example.net".to_owned(),
        pid: 4242,
        since: at(0),
        command: "cutover apply migrations/shop --auto-approve --until caught-up".to_owned(),
    }
}

fn status(state: Option<&State>, running: Option<&Holder>) -> String {
    let report = StatusReport::new(StatusFacts {
        migration: "shop",
        state,
        running,
        now: at(22),
        path: "migrations/shop",
    });
    at_every_width(|look| status::text(&report, look))
}

/// One that follows its source, and has left out a statement.
fn streaming() -> State {
    let mut state = status::tests::copying();
    for name in ["customers", "orders", "reviews"] {
        let table = state.table_mut(&TableName::new("shop", name));
        table.expect("there").status = CopyStatus::Copied;
    }
    for phase in [Phase::CatchingUp, Phase::Streaming] {
        state.advance(phase).expect("in the table");
    }
    state.set_position(Some(SourcePosition {
        server_uuid: "8a94f357-aab4-11df-86ab-c80aa9425724".to_owned(),
        gtid_executed: "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77,\
                        8a94f357-aab4-11df-86ab-c80aa9425724:1-1234567"
            .to_owned(),
        binlog: Some(BinlogPosition {
            file: "binlog.000042".to_owned(),
            offset: 19_735_221,
        }),
    }));
    state.set_stream(StreamProgress {
        transactions: 1_204_331,
        rows: 9_200_417,
        committed_at: Some(at(19)),
        behind: Some(Behind {
            transactions: Some(42),
            milliseconds: Some(1900),
            seconds_left: Some(3),
        }),
    });
    state.set_left_out(vec![StatementLeftOut {
        position: "3e11fa47-71ca-11e1-9e33-c80aa9429562:76".to_owned(),
        failed: true,
        statement: "ALTER TABLE orders ADD COLUMN discount DECIMAL(10,2) NOT NULL DEFAULT 0, ADD \
                    KEY by_discount (discount, created_at)"
            .to_owned(),
        reason: "1060 (42S21): Duplicate column name 'discount'".to_owned(),
    }]);
    let result = |different| TableVerification {
        rows: 61_200,
        different,
    };
    state.record_verification(Verification {
        at: at(20),
        mode: "checksum".to_owned(),
        tables: [
            (TableName::new("shop", "orders"), result(3)),
            (TableName::new("shop", "reviews"), result(0)),
        ]
        .into(),
        other_differences: Vec::new(),
    });
    state
}

#[test]
fn status_fits() {
    let mut failed = status::tests::copying();
    let at = Phase::Failed {
        at: Work::Full,
        reason: "copying shop.orders: destination 10.0.0.5:3307 answered error 1114 (HY000): The \
                 table 'orders' is full"
            .to_owned(),
    };
    failed.advance(at).expect("in the table");
    insta::assert_snapshot!("status_without_a_state", status(None, None));
    insta::assert_snapshot!(
        "status_of_a_running_copy",
        status(Some(&status::tests::copying()), Some(&holder()))
    );
    insta::assert_snapshot!("status_of_a_failed_copy", status(Some(&failed), None));
    insta::assert_snapshot!("status_of_a_stream", status(Some(&streaming()), None));
}

#[test]
fn the_state_in_words_fits() {
    let path = "/srv/migrations/shop/state/shop.json";
    let shown = at_every_width(|look| state::text(&streaming(), path, look));
    insta::assert_snapshot!(shown);
}

#[test]
fn differences_fit() {
    let table = TableResult {
        one_way: false,
        source: TableName::new("shop", "orders"),
        destination: TableName::new("store", "sales_orders"),
        source_rows: 1_000_000,
        destination_rows: 999_998,
        chunks: 12,
        differing_rows: 5,
        differences: vec![
            RowDifference::Missing {
                key: "17, 'a key of several parts, one of them a long text'".to_owned(),
            },
            RowDifference::Different {
                key: "99".to_owned(),
                columns: ["price", "currency", "created_at", "delivered_at", "note"]
                    .map(Ident::new)
                    .to_vec(),
            },
        ],
    };
    let orphans = Orphans {
        table: TableName::new("store", "order_lines"),
        foreign_key: Ident::new("order_lines_sales_order"),
        source: 0,
        destination: 12,
    };
    let definitions = vec![
        "trigger store.sales_orders_are_counted is missing on the destination".to_owned(),
        "table store.sales_orders: column `note`: VARCHAR(20) is VARCHAR(40) on the source"
            .to_owned(),
    ];
    let answer = VerifyAnswer::new(
        "shop",
        "checksum",
        4211,
        vec![table],
        vec![orphans],
        definitions,
    );
    let json = verify::json(&answer).expect("JSON");
    insta::assert_snapshot!("differences_for_programs", json);
    insta::assert_snapshot!(at_every_width(|look| verify::text(
        &answer,
        look,
        Verbosity::Normal
    )));
}

#[test]
fn a_plan_that_is_refused_fits() {
    let mut report = plan::tests::report();
    report.plan.frozen = vec![FrozenChange {
        table: "shop.orders".to_owned(),
        setting: "where".to_owned(),
        was: "created_at >= '2023-01-01' AND status IN ('open', 'paid', 'sent', 'returned')"
            .to_owned(),
        is: "created_at >= '2024-01-01'".to_owned(),
    }];
    report.plan.incremental = vec![
        "starts where the binlog stands before the first row is copied".to_owned(),
        "shop: replicates insert, update, delete; of DDL all but drop_database".to_owned(),
    ];
    report.plan.settings = vec!["limits.full.chunk_time = \"2s\"".to_owned()];
    report.plan.unsupported = vec![
        "notify \"ops\" { url = (secret), on = [\"failed\", \"finished\", \"differences\"] } \
         (main.hcl:40)"
            .to_owned(),
    ];
    let report = PlanReport::new(report.plan, report.findings, report.passed, report.duration);
    insta::assert_snapshot!(at_every_width(|look| plan::text(
        &report,
        look,
        Verbosity::Steps
    )));
}

#[test]
fn errors_fit() {
    insta::assert_snapshot!(at_every_width(|look| {
        let placed = diagnostics::text(&diagnostics::tests::unknown(), look);
        placed + &diagnostics::text(&diagnostics::tests::Full, look)
    }));
}
