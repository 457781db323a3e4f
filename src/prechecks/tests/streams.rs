//! Where a stream goes on, what it carries, and who else is at work.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    craft::{foreign_key, migration_of},
    *,
};
use crate::catalog::{Answer, Place, ReplicaStatus};

const STREAM: &str = "\"schema\", \"full\", \"incremental\"";

fn found(check: &str, severity: Severity, change: impl FnOnce(&mut Inspection)) -> Finding {
    finds(check, severity, &migration_of(STREAM, ""), change)
}

#[test]
fn a_place_that_the_source_has_lost_is_refused() {
    let at = |place: Place| {
        move |inspection: &mut Inspection| {
            inspection.source.activity.place = Answer::Known(place);
        }
    };
    let purged = Place {
        purged: "a:5-7".to_owned(),
        ..Place::default()
    };
    let one = found("gtid_purged_covers", Severity::Fail, at(purged));
    assert!(one.message.ends_with("a:5-7"), "{}", one.message);
    let lost = Place {
        lost: "a:9".to_owned(),
        ..Place::default()
    };
    let one = found("gtid_purged_covers", Severity::Fail, at(lost));
    assert!(one.message.ends_with("a:9"), "{}", one.message);
    let gone = Place {
        file: Some("binlog.000003".to_owned()),
        ..Place::default()
    };
    found("binlog_position_exists", Severity::Fail, at(gone));
    let mut inspection = inspection();
    inspection.source.activity.place = Answer::Known(Place::default());
    for check in ["gtid_purged_covers", "binlog_position_exists"] {
        assert_eq!(of(check, &migration_of(STREAM, ""), &inspection), []);
    }
}

#[test]
fn what_the_binlog_carries_is_told() {
    let one = found(
        "statement_events_present",
        Severity::Warning,
        |inspection| {
            inspection.source.activity.logged_statements =
                Answer::Known(BTreeSet::from(["shop".to_owned(), String::new()]));
        },
    );
    assert_eq!(one.objects, ["(no database)", "shop"]);
    found("binlog_peak_volume", Severity::Warning, |inspection| {
        inspection.source.activity.binlog_rate = Answer::Known(20 << 20);
    });
    let one = found("binlog_large_transaction", Severity::Info, |inspection| {
        inspection.source.set("max_binlog_size", "1073741824");
        inspection.source.activity.largest_binlog = Some(("binlog.000004".to_owned(), 3 << 30));
    });
    assert_eq!(
        one.message,
        "binlog.000004 holds a transaction of 2.0 GiB at least"
    );
    found("binlog_row_metadata", Severity::Info, |inspection| {
        inspection.source.set("binlog_row_metadata", "MINIMAL");
    });
    found("binlog_reader_limits", Severity::Info, |inspection| {
        inspection.source.activity.replica_ids = Answer::Known((100..108).collect());
    });
    found("replica_multi_threaded_gap", Severity::Info, |inspection| {
        inspection.source.set("replica_parallel_workers", "4");
        inspection
            .source
            .set("replica_preserve_commit_order", "OFF");
        inspection.source.activity.replica = Answer::Known(Some(ReplicaStatus {
            running: true,
            ..ReplicaStatus::default()
        }));
    });
    let mut inspection = inspection();
    inspection.source.set("binlog_expire_logs_seconds", "0");
    let found = of(
        "binlog_disk_autopurge",
        &migration_of(STREAM, ""),
        &inspection,
    );
    assert_eq!(found.len(), 1);
    inspection
        .source
        .set("binlog_expire_logs_seconds", "604800");
    let found = of(
        "binlog_disk_autopurge",
        &migration_of(STREAM, ""),
        &inspection,
    );
    assert_eq!(found, []);
}

#[test]
fn who_else_writes_and_how_far_it_is_are_told() {
    let one = found(
        "second_destination_writer",
        Severity::Warning,
        |inspection| {
            inspection.destination.activity.written_tables = Answer::Known(BTreeMap::from([
                (craft::name("shop.orders"), "app".to_owned()),
                (craft::name("other.t"), "app".to_owned()),
            ]));
        },
    );
    assert_eq!(one.objects, ["shop.orders (by app)"]);
    let one = found("cdc_reader_rtt", Severity::Info, |inspection| {
        inspection.source.activity.round_trip = Some(31_000);
    });
    assert_eq!(one.message, "an answer of the source takes 31 ms");
    found("source_load", Severity::Info, |inspection| {
        let status = &mut inspection.source.facts.status;
        status.insert("Threads_running".to_owned(), 40);
    });
}

#[test]
fn what_the_stream_changes_definitions_with_is_asked_for() {
    let check = "destination_priv_followed_ddl";
    let granted = &[
        "GRANT SESSION_VARIABLES_ADMIN ON *.* TO `m`@`%`",
        "GRANT ALL PRIVILEGES ON `\\_cutover`.* TO `m`@`%`",
    ];
    let one = fails(check, &migration_of(STREAM, ""), |inspection| {
        inspection.destination.granted(granted);
    });
    assert_eq!(
        one.remedy,
        "GRANT SELECT, INSERT, CREATE, ALTER, DROP, INDEX, REFERENCES ON \
         `\\_cutover\\_scratch\\_%`.* TO `migrator`@`10.0.0.%`;"
    );
    let mut inspection = inspection();
    inspection.destination.granted(granted);
    let rows = migration_of("\"full\", \"incremental\"", "");
    let one = &of(check, &rows, &inspection)[0];
    assert_eq!(one.objects, ["_cutover_scratch_*", "shop"]);
    assert!(
        one.remedy
            .starts_with("GRANT CREATE, ALTER, DROP, INDEX, REFERENCES ON `shop`.*"),
        "{}",
        one.remedy
    );
    // a server without patterns
    inspection.destination.set("partial_revokes", "ON");
    let one = &of(check, &migration_of(STREAM, ""), &inspection)[0];
    assert!(
        one.remedy.contains("REFERENCES ON *.* TO"),
        "{}",
        one.remedy
    );
    let none = "objects {\n  database \"shop\" {\n    ddl = []\n  }\n}\n";
    assert_eq!(of(check, &migration_of(STREAM, none), &inspection), []);
}

#[test]
fn what_an_engine_cascades_needs_the_changes_by_which_it_is_found() {
    let dml = |table: &str, kinds: &str| {
        format!(
            "objects {{\n  database \"shop\" {{\n    include = [\"*\"]\n    table \"{table}\" {{\n      dml = [{kinds}]\n    }}\n  \
             }}\n}}\n"
        )
    };
    let family = |inspection: &mut Inspection| {
        let mut middle = foreign_key("of_order", "id", "shop.orders");
        "CASCADE".clone_into(&mut middle.on_delete);
        let mut last = foreign_key("of_line", "id", "shop.lines");
        "SET NULL".clone_into(&mut last.on_delete);
        inspection.source.change("shop.lines").foreign_keys = vec![middle];
        inspection.source.change("shop.notes").foreign_keys = vec![last];
        inspection.source.is_version("8.0.40");
    };
    let check = "fk_cascade_dml";
    for (table, kinds, lacks) in [
        ("lines", "\"update\", \"delete\"", Some("insert")),
        ("lines", "\"insert\", \"delete\"", Some("update")),
        ("lines", "\"delete\"", Some("insert, update")),
        ("lines", "\"insert\", \"update\"", None),
        ("orders", "\"update\"", None),
        ("notes", "\"insert\", \"delete\"", None),
    ] {
        let spec = migration_of(STREAM, &dml(table, kinds));
        let mut inspection = inspection();
        family(&mut inspection);
        let found = of(check, &spec, &inspection);
        let objects: Vec<&String> = found.iter().flat_map(|one| &one.objects).collect();
        let expected = lacks.map(|lacks| format!("shop.lines.of_order (lacks {lacks})"));
        assert_eq!(
            objects,
            expected.iter().collect::<Vec<_>>(),
            "{table} {kinds}"
        );
        inspection.source.is_version("9.7.0");
        assert_eq!(of(check, &spec, &inspection), []);
        inspection.source.set("innodb_native_foreign_keys", "ON");
        assert_eq!(of(check, &spec, &inspection).len(), found.len());
    }
    // a child that others follow no further: it would go with a row that it followed once
    let mut inspection = inspection();
    family(&mut inspection);
    inspection.source.change("shop.notes").foreign_keys[0].on_delete = "CASCADE".to_owned();
    let spec = migration_of(STREAM, &dml("notes", "\"insert\", \"delete\""));
    assert_eq!(of(check, &spec, &inspection)[0].severity, Severity::Fail);
}

#[test]
fn an_engine_cascades_from_tables_that_are_followed() {
    let one = found("fk_cascade_parent", Severity::Fail, |inspection| {
        let mut key = foreign_key("of_user", "id", "other.users");
        "CASCADE".clone_into(&mut key.on_delete);
        inspection.source.change("shop.orders").foreign_keys = vec![key];
        inspection.source.is_version("5.7.40");
    });
    assert_eq!(one.objects, ["shop.orders.of_user (parent other.users)"]);
}

#[test]
fn a_reused_table_needs_the_key_of_the_source() {
    let reuse = "conflicts {\n  existing_tables = \"reuse\"\n}\n";
    let spec = migration_of(STREAM, reuse);
    let mut inspection = inspection();
    let there = inspection.destination.change("shop.orders");
    there.indexes = vec![unique("PRIMARY", &["own"])];
    there.columns.push(column("own", "int"));
    let found = of("destination_key", &spec, &inspection);
    assert_eq!(found[0].objects, ["shop.orders"]);
    assert_eq!(found[0].severity, Severity::Fail);
    // what is read at one moment, and what others have copied, comes once
    for phases in ["\"schema\", \"full\"", "\"incremental\""] {
        let spec = migration_of(phases, if phases.contains("full") { reuse } else { "" });
        assert_eq!(of("destination_key", &spec, &inspection), [], "{phases}");
    }
    let there = inspection.destination.change("shop.orders");
    there.indexes.push(unique("by_id", &["id"]));
    assert_eq!(of("destination_key", &spec, &inspection), []);
    assert_eq!(of("destination_own_columns", &spec, &inspection), []);
    let there = inspection.destination.change("shop.orders");
    there.indexes.push(unique("by_word", &["word"]));
    let found = of("destination_own_columns", &spec, &inspection);
    assert_eq!(found[0].severity, Severity::Warning);
    let there = inspection.destination.change("shop.orders");
    there.indexes.pop();
    there.columns[0].nullable = true;
    assert_eq!(of("destination_key", &spec, &inspection).len(), 1);
}
