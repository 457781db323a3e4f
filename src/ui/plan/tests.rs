use std::{collections::BTreeMap, time::Duration};

use super::*;
use crate::{
    catalog::{
        CreationContext, RowShape,
        key::{ChunkKey, KeyColumn, KeyKind},
    },
    mysql::{Ident, TableName},
    plan::{
        Action, Base, ComputedColumn, DatabaseStep, FrozenChange, LeftBehind, ObjectStep, Plan,
        RenamedColumn, RowChanges, ServerLine, StepKind, TableStep,
    },
    report::{FindingLine, Severity, Standing, plan::TableStanding},
};

fn server(port: u16, version: &str, tls: &str) -> ServerLine {
    ServerLine {
        address: format!("10.0.0.5:{port}"),
        user: "migrator".to_owned(),
        version: version.to_owned(),
        server_uuid: "8a94f357-aab4-11df-86ab-c80aa9425724".to_owned(),
        tls: tls.to_owned(),
    }
}

fn table(name: &str, destination: &str, rows: u64, action: Action) -> TableStep {
    let column = KeyColumn {
        name: Ident::new("id"),
        kind: KeyKind::Integer,
        descending: false,
    };
    TableStep {
        shape: RowShape {
            source: TableName::new("shop", name),
            destination: TableName::new("store", destination),
            columns: Vec::new(),
            key: Some(ChunkKey {
                index: Ident::new("PRIMARY"),
                columns: vec![column],
            }),
        },
        action,
        create: String::new(),
        secondary_indexes: Vec::new(),
        foreign_keys: Vec::new(),
        bridged: Vec::new(),
        copy: true,
        one_reader: None,
        rows,
        bytes: rows * 120,
        auto_increment: true,
        changes: RowChanges::default(),
        dml: None,
        replaces: None,
    }
}

fn object(kind: StepKind, name: &str) -> ObjectStep {
    ObjectStep {
        kind,
        source: TableName::new("shop", name),
        on: None,
        guarded: None,
        destination: TableName::new("store", name),
        action: Action::Create,
        statement: String::new(),
        context: CreationContext::default(),
        time_zone: String::new(),
        enable: kind == StepKind::Event,
        mentions: Vec::new(),
    }
}

fn tables() -> Vec<TableStep> {
    let mut orders = table("orders", "sales_orders", 1_204_331, Action::Create);
    orders.secondary_indexes = vec!["ALTER TABLE".to_owned(), "ALTER TABLE".to_owned()];
    orders.foreign_keys = vec!["ALTER TABLE".to_owned()];
    orders.changes = RowChanges {
        filter: Some("created_at >= '2024-01-01'".to_owned()),
        left_out: vec![Ident::new("internal_note")],
        renamed: vec![RenamedColumn {
            source: Ident::new("cust_id"),
            destination: Ident::new("customer_id"),
        }],
        computed: vec![ComputedColumn {
            column: Ident::new("email"),
            value: "SHA2(email, 256)".to_owned(),
        }],
        merged_with: Vec::new(),
    };
    orders.bridged = vec!["`utf8` is written `utf8mb3`, the same character set".to_owned()];
    let mut log = table("audit_log", "audit_log", 90_000, Action::Create);
    log.shape.key = None;
    log.one_reader = Some("no usable key".to_owned());
    let diff = "--- source\n+++ destination\n@@ -2,3 +2,3 @@\n   `id` int NOT NULL,\n\
                -  `name` varchar(40) NOT NULL,\n+  `name` varchar(20) NOT NULL,\n \
                PRIMARY KEY (`id`)\n";
    let different = Action::Different {
        diff: diff.to_owned(),
    };
    let mut customers = table("customers", "customers", 40, different);
    customers.copy = false;
    let refused = Action::Refused {
        reason: "store.countries is there with 240 rows; drop it, or set \
                 existing_tables = \"reuse\" in `conflicts`"
            .to_owned(),
    };
    let mut countries = table("countries", "countries", 240, refused);
    countries.copy = false;
    vec![log, countries, customers, orders]
}

fn plan() -> Plan {
    let mut total = object(StepKind::Procedure, "totals");
    total.mentions = vec!["line 3: SELECT SUM(price) FROM orders".to_owned()];
    Plan {
        migration: "shop".to_owned(),
        tags: BTreeMap::from([("change".to_owned(), "CHG-1042".to_owned())]),
        phases: vec!["schema".to_owned(), "full".to_owned()],
        base: Base {
            spec_hash: String::new(),
            lineage: None,
            serial: 0,
            source_fingerprints: crate::catalog::Fingerprints::default(),
            destination_fingerprints: crate::catalog::Fingerprints::default(),
        },
        source: server(3306, "MySQL 5.6.51", "no TLS: the server offers none"),
        destination: server(3307, "MySQL 9.7.0", "TLSv1.3 TLS_AES_256_GCM_SHA384"),
        databases: vec![DatabaseStep {
            source: Ident::new("shop"),
            destination: Ident::new("store"),
            charset: "utf8mb4".to_owned(),
            collation: "utf8mb4_0900_ai_ci".to_owned(),
            action: Action::Unchanged,
        }],
        tables: tables(),
        objects: vec![object(StepKind::View, "order_totals"), total],
        triggers: vec![object(StepKind::Trigger, "orders_stamp")],
        events: vec![object(StepKind::Event, "purge_carts")],
        accounts: Vec::new(),
        left_behind: vec![LeftBehind {
            what: "shop.v_broken".to_owned(),
            why: "the source calls this view invalid: column `gone` does not exist (1356)"
                .to_owned(),
        }],
        finish: vec![
            "create 1 trigger".to_owned(),
            "create 1 event, and enable it as on the source".to_owned(),
            "set AUTO_INCREMENT of 2 tables to the largest of source, destination and MAX + 1"
                .to_owned(),
            "ANALYZE 2 tables".to_owned(),
        ],
        incremental: Vec::new(),
        binlog_retention: None,
        settings: vec!["limits.full.workers = 8".to_owned()],
        unsupported: vec![
            "window \"weeknights\" = { from = \"22:00\", to = \"05:00\" } (shop.hcl:41)".to_owned(),
        ],
        frozen: Vec::new(),
        fixed: BTreeMap::new(),
    }
}

fn finding(check: &str, severity: Severity, message: &str, remedy: &str) -> FindingLine {
    FindingLine {
        check: check.to_owned(),
        severity,
        message: message.to_owned(),
        objects: Vec::new(),
        why: String::new(),
        remedy: remedy.to_owned(),
        reason: (severity == Severity::Acknowledged).then(|| "append-only, CHG-1042".to_owned()),
    }
}

pub(crate) fn report() -> PlanReport {
    let findings = vec![
        finding(
            "privileges",
            Severity::Failed,
            "migrator@% lacks TRIGGER on shop at the source",
            "GRANT TRIGGER ON `shop`.* TO `migrator`@`%`",
        ),
        finding(
            "no_primary_key",
            Severity::Acknowledged,
            "shop.audit_log has no usable key: it is read by one reader, and copied again from \
             the start when a copy is interrupted",
            "",
        ),
        finding(
            "source_writable",
            Severity::Warning,
            "the source takes writes: what is written after the snapshot is left behind",
            "set read_only on the source before apply, or add \"incremental\" to phases",
        ),
    ];
    let passed = vec!["server_version".to_owned(), "free_space".to_owned()];
    PlanReport::new(plan(), findings, passed, Some(Duration::from_secs(75)))
}

fn at(width: u16) -> String {
    let look = Look {
        width,
        color: false,
    };
    let text = text(&report(), look, Verbosity::Normal);
    let wrapped = text.lines().filter(|line| !line.starts_with("Plan:"));
    let widest = wrapped.map(|line| line.chars().count()).max();
    assert!(
        widest <= Some(look.columns()),
        "wider than {width}:\n{text}"
    );
    text
}

#[test]
fn a_plan_reads_well_on_a_narrow_terminal() {
    insta::assert_snapshot!(at(60));
}

#[test]
fn a_plan_reads_well_on_an_ordinary_terminal() {
    insta::assert_snapshot!(at(100));
}

#[test]
fn a_plan_reads_well_on_a_wide_terminal() {
    insta::assert_snapshot!(at(160));
}

#[test]
fn a_plan_of_a_migration_that_has_begun_shows_what_is_done() {
    let mut report = report();
    for table in &mut report.plan.tables {
        if table.action == Action::Create {
            table.action = Action::Done;
        }
    }
    let table = |rows, copied| TableStanding { rows, copied };
    let standing = Standing {
        phase: "failed at full".to_owned(),
        over: false,
        tables: BTreeMap::from([
            ("shop.audit_log".to_owned(), table(90_112, true)),
            ("shop.orders".to_owned(), table(400_000, false)),
        ]),
    };
    let report = report.standing_at(Some(standing));
    assert_eq!((report.summary.copy, report.summary.rows), (1, 1_204_331));
    insta::assert_snapshot!(text(&report, Look::PLAIN, Verbosity::Normal));
}

#[test]
fn what_may_no_longer_change_is_shown_old_and_new() {
    let mut report = report();
    let change = |table: &str, setting: &str, was: &str, is: &str| FrozenChange {
        table: table.to_owned(),
        setting: setting.to_owned(),
        was: was.to_owned(),
        is: is.to_owned(),
    };
    report.plan.frozen = vec![
        change("", "schema.definer", "invoker", "keep"),
        change(
            "shop.orders",
            "column cust_id",
            "`cust_id`",
            "`customer_id`",
        ),
        change("shop.orders", "where", "", "created_at >= '2024-01-01'"),
    ];
    let report = PlanReport::new(report.plan, report.findings, report.passed, report.duration);
    assert!(report.summary.is_refused());
    let text = text(&report, Look::PLAIN, Verbosity::Normal);
    let start = text.find("Changed since").expect("a section");
    let end = text.find("Failed checks").expect("the next section");
    insta::assert_snapshot!(&text[start..end]);
    assert!(markdown(&report).contains("| shop.orders | where | (none) | created\\_at"));
}

#[test]
fn a_plan_that_changes_nothing_says_that_native_replication_would_do() {
    let mut report = report();
    report.plan.tables.truncate(1);
    let table = &mut report.plan.tables[0];
    table.shape.destination = table.shape.source.clone();
    assert!(!report.native_replication(), "5.6 to 9.7");
    report.plan.source.version = "MySQL 9.7.4".to_owned();
    assert!(report.native_replication());
    let plain = text(&report, Look::PLAIN, Verbosity::Normal);
    assert!(plain.contains("Nothing is filtered"), "{plain}");
    report.plan.tables[0].changes.filter = Some("id > 5".to_owned());
    assert!(!report.native_replication());
}

#[test]
fn the_stream_is_shown_with_the_binlog_s_retention() {
    let mut report = report();
    report.plan.incremental = vec![
        "starts where the binlog stands before the first row is copied".to_owned(),
        "shop: replicates insert, update, delete; of DDL all but drop_database".to_owned(),
    ];
    report.plan.binlog_retention = Some(Duration::from_secs(30 * 86_400));
    insta::assert_snapshot!(changes::incremental(&report, Look::PLAIN));
}

#[test]
fn a_plan_as_markdown_is_a_comment_for_a_review() {
    insta::assert_snapshot!(markdown(&report()));
}

#[test]
fn markdown_is_never_longer_than_a_comment_may_be() {
    let mut report = report();
    let hostile = "a`````b|c".repeat(7);
    report.plan.tables = (0..2000)
        .map(|n| table(&format!("{hostile}{n}"), "x", n, Action::Create))
        .collect();
    let text = markdown(&report);
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(text.contains("more lines: cutover plan"));
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
    assert_eq!(
        text.matches("``````text").count(),
        2,
        "longer than any run in a name"
    );
    assert!(
        text.contains("ANALYZE 2 tables") && text.contains("v_broken"),
        "long lists leave room for the rest"
    );
    report.findings = (0..2000)
        .map(|n| {
            finding(
                "check",
                Severity::Warning,
                &"long ".repeat(30),
                &n.to_string(),
            )
        })
        .collect();
    let text = markdown(&report);
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(text.contains("Cut here"));
}

#[test]
fn names_cannot_break_out_of_markdown() {
    let mut report = report();
    let name = "x|```\n</details>\r<img src=x>&lt;\u{1b}[31m\u{202e}[a](b)\n# h";
    report.plan.migration = name.to_owned();
    report.plan.tables = vec![table(name, name, 1, Action::Create)];
    let mut found = finding(name, Severity::Warning, name, name);
    found.objects = vec![name.to_owned()];
    report.findings = vec![found];
    let text = markdown(&report);
    assert!(!text.contains(['\u{1b}', '\r', '\u{202e}']), "{text}");
    let (mut fence, mut depth) = (None::<String>, 0);
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if *open == line => fence = None,
            Some(_) => {}
            None if ticks.len() > 2 => fence = Some(ticks),
            None if line.starts_with("<details>") => depth += 1,
            None if line == "</details>" => depth -= 1,
            None => {
                let bare = line.replace("\\<", "").replace("  <br>", "");
                assert!(!bare.contains('<'), "{line}");
                assert!(!line.starts_with("# "), "{line}");
            }
        }
    }
    assert_eq!((fence, depth), (None, 0), "{text}");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let look = Look {
        width: 100,
        color: true,
    };
    let colored = text(&report(), look, Verbosity::Normal);
    assert!(colored.contains("\u{1b}[32m+\u{1b}[0m"));
    let codes = regex::Regex::new("\u{1b}\\[[0-9]+m").expect("a pattern");
    assert_eq!(codes.replace_all(&colored, ""), at(100));
}

#[test]
fn the_sum_is_one_line_as_documented() {
    assert_eq!(
        summary::one_line(&report()),
        "Plan: 6 to create, 1 unchanged, 1 different, 1 left behind; about 1,294,331 rows \
         (148.1 MiB), 1m 15s at the measured rate; 2 warnings (1 acknowledged)."
    );
}

#[test]
fn a_plan_as_json_reads_back() {
    let report = report();
    let text = json(&report).expect("JSON");
    let back: PlanReport = serde_json::from_str(&text).expect("reads back");
    assert_eq!(back, report);
}

fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(PlanReport).to_value();
    schema["title"] = "what `cutover plan --format json` prints".into();
    schema
}

#[test]
fn the_schema_file_is_that_of_the_plan_s_types() {
    crate::json_schema::compare("plan", &schema());
}

#[test]
fn every_printed_plan_fits_the_schema() {
    let text = json(&report()).expect("JSON");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    crate::json_schema::fits(&schema(), &value);
    value["summary"]["create"] = "many".into();
    assert!(crate::json_schema::refuses(&schema(), &value));
}
