//! What is carried as it is, what stays behind on the source, and settings that are told of.

use super::{
    craft::{column, inspection, migration, migration_of, name, table},
    *,
};
use crate::{
    catalog::{Account, Answer, Generated, Grant, GrantLevel},
    mysql::AccountName,
};

const STREAM: &str = "\"schema\", \"full\", \"incremental\"";

/// Told once the inspection is changed like this.
#[track_caller]
fn told(check: &str, change: impl FnOnce(&mut Inspection)) -> Finding {
    finds(check, Severity::Info, &migration_of(STREAM, ""), change)
}

#[test]
fn a_table_that_cannot_be_opened_is_no_matter_of_privileges() {
    let spec = migration("");
    let broken = |inspection: &mut Inspection| {
        inspection.source.unreadable.push(Unreadable {
            name: name("shop.old"),
            kind: "table".to_owned(),
            reason: "Incorrect information in file: './shop/old.frm' (1033)".to_owned(),
        });
    };
    let found = fails("check_table_health", &spec, broken);
    assert!(
        found.objects[0].starts_with("shop.old: Incorrect"),
        "{found:?}"
    );
    let mut inspection = inspection();
    broken(&mut inspection);
    assert_eq!(of("source_priv_select", &spec, &inspection), []);
}

#[test]
fn ciphertext_is_warned_of() {
    let spec = migration("");
    for change in [
        |inspection: &mut Inspection| {
            inspection.source.facts.version_comment = "ShardingSphere-Proxy 5.5".to_owned();
        },
        |inspection: &mut Inspection| inspection.source.set("encdb", "ON"),
    ] {
        finds("encrypted_values", Severity::Warning, &spec, change);
    }
}

#[test]
fn what_no_database_holds_is_told() {
    let found = told("orphaned_routines_events", |inspection| {
        inspection.source.activity.orphans = Answer::Known(vec!["gone.p".to_owned()]);
    });
    assert_eq!(found.objects, ["gone.p"]);
    let found = told("orphaned_routines_events", |inspection| {
        inspection.source.activity.orphans = Answer::Refused("no".to_owned());
    });
    assert!(
        found.remedy.contains("GRANT SHOW DATABASES ON *.*"),
        "{found:?}"
    );
    let found = told("mysql_schema_tables", |inspection| {
        inspection.source.activity.in_mysql = Answer::Known(vec!["mysql.ours".to_owned()]);
    });
    assert_eq!(found.objects, ["mysql.ours"]);
}

#[test]
fn what_a_binlog_holds_beside_rows_is_told() {
    told("binlog_gaps", |inspection| {
        inspection.source.activity.unlogged_sessions = Answer::Known(2);
    });
    for (check, variable, value) in [
        ("binlog_encryption", "binlog_encryption", "ON"),
        ("binlog_checksum", "binlog_checksum", "NONE"),
        (
            "binlog_server_rows_query",
            "binlog_rows_query_log_events",
            "ON",
        ),
    ] {
        told(check, |inspection| inspection.source.set(variable, value));
    }
    let found = told("reverse_ready", |inspection| {
        inspection.destination.set("log_bin", "OFF");
        inspection.destination.set("binlog_format", "ROW");
    });
    assert_eq!(found.objects, ["log_bin = OFF"]);
    let spec = migration_of(STREAM, "incremental {\n  heartbeat {}\n}\n");
    let found = of("heartbeat_on", &spec, &inspection());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        of("heartbeat_on", &migration_of(STREAM, ""), &inspection()),
        []
    );
}

#[test]
fn settings_that_the_application_feels_are_told() {
    let stamped = |inspection: &mut Inspection| {
        let orders = inspection.source.change("shop.orders");
        orders.columns.push(column("at", "timestamp"));
        inspection
            .destination
            .set("explicit_defaults_for_timestamp", "ON");
    };
    let found = told("explicit_defaults_for_timestamp", |inspection| {
        stamped(inspection);
        inspection
            .source
            .set("explicit_defaults_for_timestamp", "OFF");
    });
    assert_eq!(found.objects, ["shop.orders"]);
    let found = told("foreign_key_checks_global", |inspection| {
        inspection.destination.set("foreign_key_checks", "OFF");
    });
    assert_eq!(found.objects, ["foreign_key_checks"]);
    let found = told("max_connect_errors", |inspection| {
        inspection.source.set("max_connect_errors", "3");
        inspection.destination.set("max_connect_errors", "100");
    });
    assert_eq!(found.objects, ["source (3)"]);
    told("destination_tmp_and_log_space", |inspection| {
        inspection.source.change("shop.orders").data_length = 2 << 30;
    });
    let spec = migration("").write_binlog();
    assert!(spec, "the crafted migration writes a binlog");
    let found = told("removed_sysvars", |inspection| {
        inspection.source.set("query_cache_type", "ON");
        inspection.source.set("sync_frm", "ON");
        inspection.source.set("old_passwords", "1");
        inspection.destination.set("old_passwords", "0");
    });
    assert_eq!(found.objects, ["query_cache_type = ON"]);
}

fn computed(expression: &str, stored: bool) -> Column {
    let mut one = column("g", "int");
    one.generated = Some(Generated {
        expression: expression.to_owned(),
        stored,
    });
    one
}

#[test]
fn generated_values_that_are_kept_may_differ_after_8_0_28() {
    let (spec, check) = (migration(""), "generated_column_functions");
    let old = |inspection: &mut Inspection, column: Column| {
        inspection.source.is_version("5.7.44");
        inspection.source.change("shop.orders").columns.push(column);
    };
    let found = finds(check, Severity::Warning, &spec, |inspection| {
        old(inspection, computed("cast(`word` as char(4))", true));
    });
    assert_eq!(found.objects, ["shop.orders.g"]);
    for other in [
        computed("cast(`word` as char(4))", false),
        computed("`broadcast` + 1", true),
    ] {
        let mut inspection = inspection();
        old(&mut inspection, other);
        assert_eq!(of(check, &spec, &inspection), []);
    }
    let mut inspection = inspection();
    old(&mut inspection, computed("cast(`word` as char(4))", true));
    inspection.source.is_version("8.4.0");
    assert_eq!(of(check, &spec, &inspection), []);
}

#[test]
fn columns_and_keys_are_told_of() {
    let found = told("float_double_precision", |inspection| {
        let orders = inspection.source.change("shop.orders");
        orders.columns.push(column("ratio", "double"));
    });
    assert_eq!(found.objects, ["shop.orders.ratio"]);
    let found = told("functional_index_desc", |inspection| {
        inspection.destination.is_version("5.7.44");
        inspection.source.change("shop.orders").indexes[0].parts[0].descending = true;
    });
    assert_eq!(found.objects, ["shop.orders.PRIMARY"]);
    let found = told("db_charset_allowed", |inspection| {
        inspection.source.has_database("shop").charset = "big5".to_owned();
    });
    assert_eq!(found.objects, ["shop (big5)"]);
    let reuse = migration("conflicts {\n  existing_tables = \"reuse\"\n}\n");
    let check = "destination_secondary_indexes";
    let found = finds(check, Severity::Info, &reuse, |inspection| {
        let mut there = table("shop.orders");
        there.indexes.push(unique("word", &["word"]));
        there.indexes[1].unique = false;
        inspection.destination.holds(there);
    });
    assert_eq!(found.objects, ["shop.orders"]);
}

#[test]
fn an_odd_block_size_needs_the_right_to_set_the_strict_mode() {
    let (spec, check) = (migration(""), "innodb_strict_mode");
    let odd = |inspection: &mut Inspection, options: &str| {
        inspection.destination.set("innodb_strict_mode", "ON");
        let orders = inspection.source.change("shop.orders");
        options.clone_into(&mut orders.create_options);
    };
    let may_not = |inspection: &mut Inspection| {
        inspection
            .destination
            .granted(&["GRANT ALL PRIVILEGES ON `%`.* TO `m`@`%`"]);
    };
    let found = fails(check, &spec, |inspection| {
        odd(inspection, "KEY_BLOCK_SIZE=5");
        may_not(inspection);
    });
    assert_eq!(found.objects, ["shop.orders (KEY_BLOCK_SIZE=5)"]);
    for options in [
        "row_format=COMPRESSED KEY_BLOCK_SIZE=8",
        "row_format=DYNAMIC KEY_BLOCK_SIZE=5",
        "",
    ] {
        let mut inspection = inspection();
        odd(&mut inspection, options);
        may_not(&mut inspection);
        assert_eq!(of(check, &spec, &inspection), [], "{options}");
    }
    let mut inspection = inspection();
    odd(&mut inspection, "KEY_BLOCK_SIZE=5");
    assert_eq!(of(check, &spec, &inspection), []);
}

#[test]
fn grants_on_renamed_objects_are_told() {
    let spec = migration(
        "mappings {\n  database \"shop\" {\n    table \"orders\" {\n      to = \"sales\"\n    }\n  }\n}\n",
    );
    let check = "account_table_column_grants";
    let found = finds(check, Severity::Info, &spec, |inspection| {
        inspection.source.accounts.found.push(Account {
            name: AccountName::new("app", "%"),
            role: false,
            plugin: "caching_sha2_password".to_owned(),
            has_password: true,
            options: Vec::new(),
            default_roles: std::collections::BTreeSet::new(),
            more_factors: false,
            grants: [("shop.orders", Some("id")), ("shop.other", None)]
                .map(|(on, of)| Grant {
                    on: GrantLevel::Table { name: name(on) },
                    privilege: "SELECT".to_owned(),
                    column: of.map(Ident::new),
                    grantable: false,
                    revoked: false,
                })
                .into(),
        });
    });
    assert_eq!(found.objects, ["app@% (on shop.sales.id)"]);
}
