//! Servers, selection, privileges.

use std::collections::BTreeSet;

use super::{
    craft::{inspection, migration, migration_of, name},
    *,
};
use crate::{
    catalog::{Account, Answer, Grant, GrantLevel, Place},
    mysql::AccountName,
};

#[test]
fn mariadb_and_5_5_are_refused_and_nothing_else_is_said() {
    for (version, shown) in [
        ("10.11.19-MariaDB", "MariaDB 10.11.19"),
        ("5.5.62", "MySQL 5.5.62"),
    ] {
        let mut inspection = inspection();
        inspection.source.catalog.databases.clear();
        inspection.source.is_version(version);
        let found = findings(&migration(""), &inspection);
        assert_eq!(found.findings.len(), 1, "{found:#?}");
        assert_eq!(found.findings[0].check, "server_flavor_supported");
        assert_eq!(found.findings[0].message, format!("the source is {shown}"));
    }
}

#[test]
fn one_server_is_refused_unless_the_names_differ() {
    let one = |inspection: &mut Inspection| {
        inspection.destination.facts.server_uuid = "source".to_owned();
    };
    let found = fails("same_instance", &migration(""), one);
    assert_eq!(found.objects, ["shop"]);
    let mapped = migration("mappings {\n  database \"shop\" {\n    to = \"shop2\"\n  }\n}\n");
    let mut inspection = inspection();
    one(&mut inspection);
    assert_eq!(of("same_instance", &mapped, &inspection), []);
}

#[test]
fn an_empty_selection_is_refused() {
    fails("selection_not_empty", &migration(""), |inspection| {
        inspection.source.catalog.databases.clear();
    });
    let found = fails("selection_matches", &migration(""), |inspection| {
        inspection.source.databases = [Ident::new("store")].into();
    });
    assert_eq!(found.objects, ["objects.database \"shop\""]);
}

#[test]
fn patterns_of_equal_rank_are_refused() {
    let two = "objects {\n  database \"sho*\" {}\n  database \"*hop\" {}\n}\n";
    let mut inspection = inspection();
    inspection.source.databases = [Ident::new("other")].into();
    assert_eq!(of("selection_ambiguous", &migration(two), &inspection), []);
    inspection.source.databases = [Ident::new("shop")].into();
    assert_eq!(
        of("selection_ambiguous", &migration(two), &inspection).len(),
        1
    );
}

#[test]
fn missing_privileges_on_the_source_come_with_their_grants() {
    let spec = migration("");
    let found = fails("source_priv_select", &spec, |inspection| {
        inspection.source.granted(&[]);
    });
    assert_eq!(
        found.remedy,
        "GRANT SELECT ON `shop`.* TO `migrator`@`10.0.0.%`;"
    );
    let found = fails("source_priv_show_view", &spec, |inspection| {
        inspection
            .source
            .granted(&["GRANT SELECT ON *.* TO `m`@`%`"]);
        inspection.source.unreadable.push(Unreadable {
            name: name("shop.v"),
            kind: "view".to_owned(),
            reason: "SHOW VIEW command denied (1142)".to_owned(),
        });
    });
    assert_eq!(
        found.remedy,
        "GRANT SHOW VIEW ON `shop`.* TO `migrator`@`10.0.0.%`;"
    );
    let found = fails("source_priv_trigger", &spec, |inspection| {
        inspection
            .source
            .granted(&["GRANT SELECT ON *.* TO `m`@`%`"]);
    });
    assert_eq!(
        found.remedy,
        "GRANT TRIGGER ON `shop`.* TO `migrator`@`10.0.0.%`;"
    );
    let found = fails("source_priv_event", &spec, |inspection| {
        inspection
            .source
            .granted(&["GRANT SELECT ON *.* TO `m`@`%`"]);
    });
    assert_eq!(
        found.remedy,
        "GRANT EVENT ON `shop`.* TO `migrator`@`10.0.0.%`;"
    );
    let found = finds(
        "source_priv_lock_or_reload",
        Severity::Warning,
        &spec,
        |inspection| {
            inspection
                .source
                .granted(&["GRANT SELECT ON *.* TO `m`@`%`"]);
        },
    );
    assert!(
        found.remedy.contains("GRANT LOCK TABLES ON `shop`.*"),
        "{}",
        found.remedy
    );
}

#[test]
fn triggers_and_events_that_are_skipped_need_no_privilege() {
    let skip = migration("schema {\n  triggers = \"skip\"\n  events = \"skip\"\n}\n");
    let mut inspection = inspection();
    inspection.source.granted(&[
        "GRANT RELOAD, SHOW_ROUTINE ON *.* TO `m`@`%`",
        "GRANT SELECT, SHOW VIEW ON `shop`.* TO `m`@`%`",
    ]);
    assert_eq!(beside(findings(&skip, &inspection)), []);
}

#[test]
fn routines_that_may_be_hidden_are_refused_with_what_the_version_needs() {
    for (version, needed) in [
        (
            "9.7.4",
            "GRANT SHOW_ROUTINE ON *.* TO `migrator`@`10.0.0.%`;",
        ),
        ("8.0.11", "GRANT SELECT ON *.* TO `migrator`@`10.0.0.%`;"),
        (
            "5.6.24",
            "GRANT SELECT ON mysql.proc TO `migrator`@`10.0.0.%`;",
        ),
    ] {
        let found = fails("source_priv_routine_def", &migration(""), |inspection| {
            inspection.source.is_version(version);
            inspection
                .source
                .granted(&["GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO `m`@`%`"]);
        });
        assert!(found.remedy.starts_with(needed), "{}", found.remedy);
    }
    let found = fails("source_priv_routine_def", &migration(""), |inspection| {
        inspection.source.has_database("shop").routines[0].definition = None;
    });
    assert_eq!(found.objects, ["shop.net"]);
}

#[test]
fn an_unreadable_object_with_the_privileges_there_gives_the_servers_words() {
    let found = fails("source_priv_select", &migration(""), |inspection| {
        inspection.source.unreadable.push(Unreadable {
            name: name("shop.broken"),
            kind: "table".to_owned(),
            reason: "Table is corrupted (1877)".to_owned(),
        });
    });
    assert!(found.message.contains("corrupted"), "{}", found.message);
}

#[test]
fn missing_privileges_on_the_destination_come_with_their_grants() {
    let spec = migration("");
    let found = fails("destination_priv_ddl", &spec, |inspection| {
        inspection
            .destination
            .granted(&["GRANT CREATE, ALTER ON *.* TO `m`@`%`"]);
    });
    assert_eq!(
        found.remedy,
        "GRANT DROP, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, \
         EXECUTE, TRIGGER, EVENT ON `shop`.* TO `migrator`@`10.0.0.%`;"
    );
    let found = fails("destination_priv_dml", &spec, |inspection| {
        inspection
            .destination
            .granted(&["GRANT SELECT, INSERT ON *.* TO `m`@`%`"]);
    });
    assert_eq!(
        found.remedy,
        "GRANT UPDATE, DELETE ON `shop`.* TO `migrator`@`10.0.0.%`;"
    );
    let found = fails("metadata_privileges", &spec, |inspection| {
        inspection.destination.granted(&[]);
    });
    assert_eq!(
        found.remedy,
        "GRANT CREATE, DROP, SELECT, INSERT, UPDATE, DELETE ON `\\_cutover`.* TO \
         `migrator`@`10.0.0.%`;"
    );
    let found = fails("destination_priv_session_vars", &spec, |inspection| {
        inspection
            .destination
            .granted(&["GRANT ALL PRIVILEGES ON `shop`.* TO `m`@`%`"]);
        let variables = &mut inspection.destination.facts.variables;
        variables.insert("sql_require_primary_key".to_owned(), "ON".to_owned());
    });
    assert!(
        found.remedy.contains("SESSION_VARIABLES_ADMIN"),
        "{}",
        found.remedy
    );
}

#[test]
fn another_definer_needs_a_privilege_and_must_exist() {
    let keep = migration("schema {\n  definer = \"keep\"\n}\n");
    let mut inspection = inspection();
    let found = of("destination_priv_definer", &keep, &inspection);
    assert!(
        found[0].remedy.starts_with("GRANT SET_ANY_DEFINER ON *.*"),
        "{found:?}"
    );
    assert_eq!(of("definer_missing", &keep, &inspection), []);
    inspection.destination.facts.accounts = Some(BTreeSet::default());
    let found = of("definer_missing", &keep, &inspection);
    assert_eq!(found[0].severity, Severity::Fail);
    assert_eq!(found[0].objects.len(), 4);
    assert!(
        found[0].remedy.starts_with("CREATE USER `app`@`%`;"),
        "{}",
        found[0].remedy
    );
    inspection.destination.facts.accounts = None;
    let found = of("definer_missing", &keep, &inspection);
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].objects, ["app@%"]);
    inspection
        .destination
        .granted(&["GRANT ALL PRIVILEGES ON *.* TO `m`@`%`"]);
    assert_eq!(of("destination_priv_definer", &keep, &inspection), []);
}

#[test]
fn a_stream_that_begins_under_a_lock_needs_the_privilege() {
    const PHASES: &str = "\"schema\", \"full\", \"incremental\"";
    let spec = migration_of(PHASES, "");
    let check = "source_priv_lock_or_reload";
    let locks = "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `shop`.* TO `m`@`%`";
    let no_gtids = |inspection: &mut Inspection| {
        inspection.source.facts.position_before.gtid_executed = String::new();
        inspection.source.granted(&[locks]);
    };
    let found = fails(check, &spec, no_gtids);
    assert_eq!(
        found.remedy,
        "GRANT FLUSH_TABLES ON *.* TO `migrator`@`10.0.0.%`;"
    );
    let found = fails(check, &spec, |inspection| {
        inspection.source.is_version("5.6.51");
        inspection.source.granted(&[locks]);
    });
    assert_eq!(
        found.remedy,
        "GRANT RELOAD ON *.* TO `migrator`@`10.0.0.%`;"
    );
    // FLUSH_TABLES is enough where there is one; a stream that has begun needs neither
    let mut inspection = inspection();
    no_gtids(&mut inspection);
    inspection.source.activity.place = Answer::Known(Place::default());
    assert_eq!(of(check, &spec, &inspection), []);
    inspection.source.activity.place = Answer::NotAsked;
    inspection
        .source
        .granted(&[locks, "GRANT FLUSH_TABLES ON *.* TO `m`@`%`"]);
    assert_eq!(of(check, &spec, &inspection), []);
}

#[test]
fn a_table_without_a_key_beside_a_stream_needs_a_lock() {
    let spec = migration_of("\"schema\", \"full\", \"incremental\"", "");
    let check = "source_priv_lock_or_reload";
    let found = fails(check, &spec, |inspection| {
        inspection.source.change("shop.orders").indexes.clear();
        inspection.source.granted(&[]);
    });
    assert!(
        found.remedy.contains("GRANT LOCK TABLES ON `shop`.*"),
        "{found:?}"
    );
    let mut inspection = inspection();
    inspection.source.granted(&[]);
    assert_eq!(of(check, &spec, &inspection), []);
}

#[test]
fn all_privileges_are_given_by_who_may_give_each() {
    let spec = migration("");
    let check = "account_destination_priv";
    let with = |level: GrantLevel| {
        move |inspection: &mut Inspection| {
            inspection.source.accounts.found.push(Account {
                name: AccountName::new("app", "%"),
                role: false,
                plugin: "caching_sha2_password".to_owned(),
                has_password: true,
                options: Vec::new(),
                default_roles: BTreeSet::new(),
                more_factors: false,
                grants: [Grant {
                    on: level,
                    privilege: "ALL PRIVILEGES".to_owned(),
                    column: None,
                    grantable: false,
                    revoked: false,
                }]
                .into(),
            });
            let privileges = ["SELECT", "INSERT", "EXECUTE", "SUPER"].map(str::to_owned);
            inspection.destination.facts.privileges = privileges.into();
            inspection
                .destination
                .granted(&["GRANT CREATE USER, SELECT ON *.* TO `m`@`%` WITH GRANT OPTION"]);
        }
    };
    let database = GrantLevel::Database {
        pattern: "shop".to_owned(),
    };
    for (level, lacks) in [
        (GrantLevel::Global, "EXECUTE, INSERT, SUPER"),
        (database.clone(), "EXECUTE, INSERT"),
        (
            GrantLevel::Table {
                name: name("shop.orders"),
            },
            "INSERT",
        ),
    ] {
        let found = fails(check, &spec, with(level));
        assert_eq!(
            found.remedy,
            format!("GRANT {lacks} ON *.* TO `migrator`@`10.0.0.%` WITH GRANT OPTION;")
        );
    }
    let mut inspection = inspection();
    with(database)(&mut inspection);
    inspection.destination.granted(&[
        "GRANT CREATE USER ON *.* TO `m`@`%`",
        "GRANT ALL PRIVILEGES ON `shop`.* TO `m`@`%` WITH GRANT OPTION",
    ]);
    assert_eq!(of(check, &spec, &inspection), []);
}
