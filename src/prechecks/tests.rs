//! Each check where it fails and where it passes.

mod access;
mod activity;
mod bodies;
mod carried;
pub(crate) mod craft;
mod limits;
mod places;
mod rows;
mod settings;
mod streams;
mod told;

use craft::{column, foreign_key, inspection, migration, migration_of, table, unique};

use super::*;
use crate::{
    catalog::{Check as CheckConstraint, Column, Generated, Inspection, RoutineKind, Unreadable},
    mysql::{Ident, ServerVersion},
    resolve::Migration,
};

fn findings(migration: &Migration, inspection: &Inspection) -> Findings {
    run(
        migration,
        inspection,
        &Ours::default(),
        &Accepted::default(),
    )
}

/// What the crafted servers are told in any case: how what they hold is carried.
const ALWAYS_TOLD: [&str; 4] = [
    "definer_is_migrator",
    "view_definer_security",
    "triggers_present",
    "events_present",
];

/// The findings but those.
fn beside(findings: Findings) -> Vec<Finding> {
    let all = findings.findings.into_iter();
    all.filter(|one| !ALWAYS_TOLD.contains(&one.check))
        .collect()
}

/// The findings of one check.
fn of(check: &str, migration: &Migration, inspection: &Inspection) -> Vec<Finding> {
    let all = findings(migration, inspection);
    all.findings
        .into_iter()
        .filter(|finding| finding.check == check)
        .collect()
}

/// The check passes on servers on which nothing is wrong; changed like this, it finds one thing of
/// this severity, which is returned.
#[track_caller]
fn finds(
    check: &str,
    severity: Severity,
    migration: &Migration,
    change: impl FnOnce(&mut Inspection),
) -> Finding {
    let mut inspection = inspection();
    let before = findings(migration, &inspection);
    assert!(
        before.passed.contains(&check),
        "{check} does not pass: {before:#?}"
    );
    change(&mut inspection);
    let mut found = of(check, migration, &inspection);
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = found.remove(0);
    assert_eq!(found.severity, severity);
    assert!(
        !found.why.is_empty() && !found.remedy.is_empty(),
        "{found:?}"
    );
    found
}

#[track_caller]
fn fails(check: &str, migration: &Migration, change: impl FnOnce(&mut Inspection)) -> Finding {
    finds(check, Severity::Fail, migration, change)
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let found = findings(&migration(""), &inspection());
    insta::assert_snapshot!("checks_of_schema_and_full", found.passed.join("\n"));
    assert_eq!(beside(found), []);
}

#[test]
fn every_id_is_used_once() {
    let mut ids: Vec<&str> = TABLES
        .iter()
        .chain(ASSESSMENT)
        .flat_map(|table| table.iter())
        .chain(servers::FLAVOR)
        .map(|check| check.id)
        .collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn checks_of_other_phases_are_not_run() {
    let mut inspection = inspection();
    inspection.source.change("shop.orders").indexes.clear();
    let found = findings(&migration_of("\"schema\"", ""), &inspection);
    assert!(!found.passed.contains(&"no_primary_key"));
    assert_eq!(beside(found), []);
}

#[test]
fn a_destination_that_refuses_writes_is_refused() {
    let spec = migration("");
    for variable in ["read_only", "super_read_only", "innodb_read_only"] {
        let found = fails("destination_is_writable", &spec, |inspection| {
            inspection.destination.set(variable, "ON");
        });
        assert!(
            found.message.ends_with(&format!("has {variable} on")),
            "{}",
            found.message
        );
    }
    let mut inspection = inspection();
    inspection.destination.set("read_only", "ON");
    inspection
        .destination
        .granted(&["GRANT ALL PRIVILEGES ON *.* TO `m`@`%`"]);
    assert_eq!(of("destination_is_writable", &spec, &inspection), []);
}

#[test]
fn functions_and_triggers_need_the_binlogs_trust() {
    let check = "destination_bin_trust_function_creators";
    let found = fails(check, &migration(""), |inspection| {
        inspection
            .destination
            .set("log_bin_trust_function_creators", "OFF");
    });
    assert_eq!(found.objects, ["shop.net", "shop.note"]);
    let mut inspection = inspection();
    inspection
        .destination
        .set("log_bin_trust_function_creators", "OFF");
    inspection.destination.set("log_bin", "OFF");
    assert_eq!(of(check, &migration(""), &inspection), []);
}

#[test]
fn space_is_checked_where_it_is_known() {
    let found = of(
        "destination_disk_space",
        &migration("free_space = \"2MiB\""),
        &inspection(),
    );
    assert_eq!(found[0].severity, Severity::Fail);
    assert_eq!(
        found[0].message,
        "about 2.4 MiB are needed on the destination, 2.0 MiB are free"
    );
    assert_eq!(
        of(
            "destination_disk_space",
            &migration("free_space = \"3MiB\""),
            &inspection()
        ),
        []
    );
}

#[test]
fn a_smaller_packet_matters_where_columns_are_large() {
    let small = |inspection: &mut Inspection| {
        inspection.destination.set("max_allowed_packet", "1048576");
    };
    let found = finds(
        "max_allowed_packet",
        Severity::Warning,
        &migration(""),
        |inspection| {
            small(inspection);
            let orders = inspection.source.change("shop.orders");
            orders.columns.push(column("body", "longtext"));
        },
    );
    assert_eq!(found.objects, ["shop.orders"]);
    let mut inspection = inspection();
    small(&mut inspection);
    assert_eq!(of("max_allowed_packet", &migration(""), &inspection), []);
    finds(
        "local_infile",
        Severity::Info,
        &migration(""),
        |inspection| {
            inspection.destination.set("local_infile", "OFF");
        },
    );
}

#[test]
fn what_an_older_destination_cannot_hold_is_refused() {
    let older = |inspection: &mut Inspection| inspection.destination.is_version("5.6.24");
    finds("version_downgrade", Severity::Info, &migration(""), older);
    let mut inspection = inspection();
    older(&mut inspection);
    assert_eq!(of("definition_too_new", &migration(""), &inspection), []);
    let orders = inspection.source.change("shop.orders");
    orders.columns.push(column("v", "vector(3)"));
    orders.columns.push(column("j", "json"));
    let mut special = column("s", "int");
    special.generated = Some(Generated {
        expression: "1".to_owned(),
        stored: true,
    });
    special.invisible = true;
    special.srid = Some(4326);
    special.default = Some("uuid()".to_owned());
    special.default_is_expression = true;
    orders.columns.push(special);
    orders.indexes[0].parts[0].expression = Some("1".to_owned());
    orders.indexes[0].visible = false;
    orders.checks.push(CheckConstraint {
        name: Ident::new("c"),
        expression: "1".to_owned(),
        enforced: true,
    });
    let found = of("definition_too_new", &migration(""), &inspection);
    let messages: Vec<String> = found.into_iter().map(|finding| finding.message).collect();
    insta::assert_snapshot!("definitions_too_new_for_5_6", messages.join("\n"));
    inspection.destination.facts.version = ServerVersion::parse("9.7.4", "");
    assert_eq!(of("definition_too_new", &migration(""), &inspection), []);
}

#[test]
fn a_parent_that_is_not_selected_is_refused() {
    let found = fails("fk_parent_missing", &migration(""), |inspection| {
        let orders = inspection.source.change("shop.orders");
        orders
            .foreign_keys
            .push(foreign_key("fk", "id", "shop.customer"));
    });
    assert_eq!(found.objects, ["shop.orders.fk (parent shop.customer)"]);
    let mut inspection = inspection();
    let orders = inspection.source.change("shop.orders");
    orders
        .foreign_keys
        .push(foreign_key("fk", "id", "shop.customer"));
    inspection.source.holds(table("shop.customer"));
    assert_eq!(of("fk_parent_missing", &migration(""), &inspection), []);
}

#[test]
fn what_is_left_behind_anyhow_is_told() {
    finds(
        "invalid_view",
        Severity::Info,
        &migration(""),
        |inspection| {
            let shop = inspection.source.has_database("shop");
            let recent = shop.views.get_mut(&Ident::new("recent")).expect("crafted");
            recent.invalid = Some("references invalid table(s) (1356)".to_owned());
        },
    );
    finds(
        "events_past",
        Severity::Info,
        &migration(""),
        |inspection| {
            inspection.source.has_database("shop").events[0].past = true;
        },
    );
}

#[test]
fn tables_without_a_key_are_warned_of() {
    let spec = migration("");
    let found = finds("no_primary_key", Severity::Warning, &spec, |inspection| {
        inspection.source.change("shop.orders").indexes.clear();
    });
    assert_eq!(found.objects, ["shop.orders"]);
    finds(
        "nullable_unique_only",
        Severity::Warning,
        &spec,
        |inspection| {
            let orders = inspection.source.change("shop.orders");
            orders.indexes = vec![unique("u", &["word"])];
            orders.columns[1].nullable = true;
        },
    );
    finds("no_primary_key", Severity::Warning, &spec, |inspection| {
        let orders = inspection.source.change("shop.orders");
        orders.indexes = vec![unique("u", &["word"])];
        orders.indexes[0].parts[0].prefix = Some(3);
    });
    finds("float_key", Severity::Info, &spec, |inspection| {
        let orders = inspection.source.change("shop.orders");
        orders.columns[0] = column("id", "double");
    });
    let mut inspection = inspection();
    inspection.source.change("shop.orders").indexes = vec![unique("u", &["word"])];
    assert!(
        !findings(&spec, &inspection)
            .findings
            .iter()
            .any(Finding::open)
    );
}

#[test]
fn a_source_that_is_written_is_warned_of_unless_the_stream_follows() {
    let writable = |inspection: &mut Inspection| inspection.source.set("read_only", "OFF");
    let spec = migration("");
    finds("source_still_written", Severity::Warning, &spec, writable);
    let found = finds(
        "source_still_written",
        Severity::Warning,
        &spec,
        |inspection| {
            inspection.source.facts.position_after.gtid_executed = "more".to_owned();
        },
    );
    assert!(found.message.contains("was written"), "{}", found.message);
    let mut inspection = inspection();
    writable(&mut inspection);
    let streaming = migration_of("\"schema\", \"full\", \"incremental\"", "");
    assert_eq!(of("source_still_written", &streaming, &inspection), []);
}

#[test]
fn an_acknowledgement_covers_the_objects_it_names() {
    let acknowledged = migration(
        "prechecks {\n  acknowledge \"no_primary_key\" {\n    objects = [\"shop.log\", \"shop.gone\"]\n    reason = \"append-only\"\n  }\n}\n",
    );
    let mut inspection = inspection();
    for name in ["shop.log", "shop.new"] {
        inspection.source.change(name).indexes.clear();
    }
    let found = findings(&acknowledged, &inspection);
    assert!(!found.failed());
    assert_eq!(found.open().count(), 1);
    let about = beside(found);
    let about: Vec<_> = about
        .iter()
        .map(|one| (one.check, one.objects.clone(), one.acknowledged.as_deref()))
        .collect();
    let objects =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    assert_eq!(
        about,
        [
            (
                "no_primary_key",
                objects(&["shop.log"]),
                Some("append-only")
            ),
            ("no_primary_key", objects(&["shop.new"]), None),
            ("acknowledgement_unused", objects(&["shop.gone"]), None),
        ]
    );
}

#[test]
fn an_acknowledgement_without_objects_covers_no_object_that_comes_later() {
    let acknowledged = |reason: &str| {
        migration(&format!(
            "prechecks {{\n  acknowledge \"no_primary_key\" {{\n    reason = \"{reason}\"\n  }}\n}}\n"
        ))
    };
    let mut inspection = inspection();
    for name in ["shop.log", "shop.new"] {
        inspection.source.change(name).indexes.clear();
    }
    let mut accepted = Accepted::default();
    accepted.add("no_primary_key", "all known", &["shop.log".to_owned()]);
    let open = |reason: &str| -> Vec<Vec<String>> {
        let migration = acknowledged(reason);
        let found = run(&migration, &inspection, &Ours::default(), &accepted);
        found.open().map(|one| one.objects.clone()).collect()
    };
    assert_eq!(open("all known"), [["shop.new".to_owned()]]);
    // another reason is another acknowledgement
    assert_eq!(open("known by now"), [[""; 0]; 0]);
}

#[test]
fn an_acknowledgement_without_objects_covers_all_and_never_a_failure() {
    let acknowledged = migration(
        "prechecks {\n  acknowledge \"no_primary_key\" {\n    reason = \"all known\"\n  }\n\n  acknowledge \"object_name_conflict\" {\n    reason = \"please\"\n  }\n\n  acknowledge \"no_such_check\" {\n    reason = \"typo\"\n  }\n}\n",
    );
    let mut inspection = inspection();
    inspection.source.change("shop.log").indexes.clear();
    inspection.destination.holds(table("shop.orders"));
    let found = findings(&acknowledged, &inspection);
    assert!(found.failed());
    assert_eq!(found.open().count(), 0);
    let unused: Vec<&str> = found
        .findings
        .iter()
        .filter(|one| one.check == "acknowledgement_unused")
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(
        unused,
        [
            "`object_name_conflict` is no warning but a failure",
            "no check is called `no_such_check`",
        ]
    );
}
