//! What is only told: what becomes of parts of definitions, of settings, of what is large.

use super::{
    craft::{column, foreign_key, index_of, inspection, migration, migration_of, name, table},
    *,
};
use crate::catalog::{Check as CheckConstraint, Column, Generated};

/// The check says something of the objects once the table `shop.orders` is changed like this.
#[track_caller]
fn told(check: &str, objects: &[&str], change: impl FnOnce(&mut crate::catalog::Table)) {
    let one = finds(check, Severity::Info, &migration(""), |inspection| {
        change(inspection.source.change("shop.orders"));
    });
    assert_eq!(one.objects, objects, "{check}");
}

fn with(name: &str, column_type: &str, change: impl FnOnce(&mut Column)) -> Column {
    let mut one = column(name, column_type);
    change(&mut one);
    one
}

#[test]
fn what_becomes_of_parts_of_tables_is_told() {
    told("generated_columns", &["shop.orders.g"], |table| {
        table.columns.push(with("g", "int", |column| {
            column.generated = Some(Generated {
                expression: "1".to_owned(),
                stored: false,
            });
        }));
    });
    told("invisible_columns", &["shop.orders.h"], |table| {
        table
            .columns
            .push(with("h", "int", |one| one.invisible = true));
    });
    told(
        "generated_invisible_pk",
        &["shop.orders.my_row_id"],
        |table| {
            let hidden = with("my_row_id", "bigint unsigned", |one| one.invisible = true);
            table.columns.push(hidden);
        },
    );
    told("check_constraints", &["shop.orders"], |table| {
        table.checks.push(CheckConstraint {
            name: Ident::new("c"),
            expression: "1".to_owned(),
            enforced: true,
        });
    });
    told("partitioned_tables", &["shop.orders"], |table| {
        table.partitioning = Some("PARTITION BY HASH (`id`)".to_owned());
    });
    told("utf8mb3_usage", &["shop.orders"], |table| {
        table.columns[1].charset = Some("utf8mb3".to_owned());
    });
    told("row_format_legacy", &["shop.orders"], |table| {
        table.create_options = "row_format=COMPACT".to_owned();
    });
    told("huge_tables", &["shop.orders"], |table| {
        table.rows = 2_000_000_000;
    });
    told("huge_rows", &["shop.orders"], |table| {
        table.columns.push(column("body", "longtext"));
        (table.rows, table.data_length) = (10, 30 << 20);
    });
    told("pk_type_chunkable", &["shop.orders"], |table| {
        table.indexes = vec![index_of("PRIMARY", &[("word", None)])];
    });
    told("lob_without_key", &["shop.orders"], |table| {
        table.indexes.clear();
        table.columns.push(column("body", "longtext"));
    });
}

#[test]
fn foreign_keys_in_circles_and_into_other_databases_are_told() {
    let one = finds("fk_cycle", Severity::Info, &migration(""), |inspection| {
        let keys = [
            ("shop.a", "shop.b"),
            ("shop.b", "shop.a"),
            ("shop.c", "shop.a"),
        ];
        for (child, parent) in keys {
            let mut table = table(child);
            table.foreign_keys.push(foreign_key("up", "id", parent));
            inspection.source.holds(table);
        }
    });
    assert_eq!(one.objects, ["shop.a", "shop.b"]);
    told("fk_cross_db", &["shop.out (to other)"], |table| {
        table.foreign_keys.push(foreign_key("out", "id", "other.t"));
    });
    let one = finds(
        "db_name_convention",
        Severity::Info,
        &migration(""),
        |inspection| {
            inspection.source.has_database("caf\u{e9}");
        },
    );
    assert_eq!(one.objects, ["caf\u{e9}"]);
}

#[test]
fn a_view_that_the_account_may_be_denied_is_not_called_broken() {
    let severity = |security: &str, code: &str, grants: &str| {
        let mut inspection = inspection();
        let mut broken = craft::view("shop.broken");
        broken.definition =
            format!("CREATE SQL SECURITY {security} VIEW `shop`.`broken` AS select 1");
        broken.invalid = Some(format!("the server's words ({code})"));
        let shop = inspection.source.has_database("shop");
        shop.views.insert(broken.name.name.clone(), broken);
        inspection.source.granted(&[grants]);
        let found = of("invalid_view", &migration(""), &inspection);
        assert_eq!(
            found[0].objects,
            ["shop.broken: the server's words (".to_owned() + code + ")"]
        );
        found[0].severity
    };
    let select = "GRANT SELECT ON *.* TO `m`@`%`";
    assert_eq!(severity("INVOKER", "1356", select), Severity::Warning);
    assert_eq!(severity("DEFINER", "1356", select), Severity::Info);
    assert_eq!(severity("INVOKER", "1146", select), Severity::Info);
    let execute = "GRANT SELECT, EXECUTE ON *.* TO `m`@`%`";
    assert_eq!(severity("INVOKER", "1356", execute), Severity::Info);
}

#[test]
fn javascript_is_refused_where_it_is_not_known() {
    let javascript = |inspection: &mut Inspection| {
        let shop = inspection.source.has_database("shop");
        shop.routines[0].definition = Some(
            "CREATE FUNCTION `net`() RETURNS int\n LANGUAGE JAVASCRIPT\nAS $$ 1 $$".to_owned(),
        );
    };
    let check = "mysql9_javascript_routines";
    finds(check, Severity::Info, &migration(""), javascript);
    fails(check, &migration(""), |inspection| {
        javascript(inspection);
        inspection.destination.is_version("8.4.3");
    });
}

#[test]
fn triggers_of_merged_tables_are_warned_of() {
    let merge = migration(
        "mappings {\n  database \"shop\" {\n    rename \"tables\" {\n      match = \"/^orders_.+$/\"\n      \
         to = \"orders\"\n      merge = true\n    }\n  }\n}\n",
    );
    let one = finds("merged_triggers", Severity::Warning, &merge, |inspection| {
        inspection.source.holds(table("shop.orders_2"));
    });
    assert_eq!(one.objects, ["shop.note (on shop.orders)"]);
}

#[test]
fn a_key_that_tells_less_apart_is_warned_of() {
    let reuse = migration("conflicts {\n  existing_tables = \"reuse\"\n}\n");
    let exact = |inspection: &mut Inspection, to: &str| {
        for (side, collation) in [
            (&mut inspection.source, "utf8mb4_bin"),
            (&mut inspection.destination, to),
        ] {
            let orders = side.change("shop.orders");
            orders.columns[1].collation = Some(collation.to_owned());
            orders.indexes.push(unique("u", &["word"]));
        }
    };
    let check = "collation_sensitivity";
    let one = finds(check, Severity::Warning, &reuse, |inspection| {
        exact(inspection, "utf8mb4_0900_ai_ci");
    });
    assert_eq!(
        one.objects,
        ["shop.orders.word (utf8mb4_0900_ai_ci, utf8mb4_bin on the source)"]
    );
    let mut inspection = inspection();
    exact(&mut inspection, "utf8mb4_bin");
    assert_eq!(of(check, &reuse, &inspection), []);
    assert!(
        inspection
            .source
            .catalog
            .table(&name("shop.orders"))
            .is_some()
    );
}

#[test]
fn settings_that_the_application_will_feel_are_told() {
    for (check, variable, value) in [
        ("max_execution_time", "max_execution_time", "5000"),
        (
            "transaction_isolation",
            "transaction_isolation",
            "READ-COMMITTED",
        ),
        (
            "default_collation_utf8mb4",
            "default_collation_for_utf8mb4",
            "utf8mb4_0900_ai_ci",
        ),
    ] {
        finds(check, Severity::Info, &migration(""), |inspection| {
            inspection.source.set(variable, value);
        });
    }
    finds(
        "destination_durability",
        Severity::Info,
        &migration(""),
        |inspection| {
            inspection.destination.set("sync_binlog", "0");
        },
    );
    finds(
        "version_skew",
        Severity::Info,
        &migration(""),
        |inspection| {
            inspection.source.is_version("5.7.44");
        },
    );
    let filtered = migration_of(
        "\"schema\", \"full\", \"incremental\"",
        "objects {\n  database \"shop\" {\n    include = [\"orders\"]\n    table \"orders\" {\n      \
         where = \"word > 'a' AND id > 5\"\n    }\n  }\n}\n",
    );
    let one = &of("filter_mutable_columns", &filtered, &inspection())[0];
    assert_eq!(one.objects, ["shop.orders.word"]);
    let mut inspection = inspection();
    inspection.source.change("shop.orders").data_length = 2 << 30;
    inspection.source.change("shop.orders").indexes.clear();
    let one = &of("filter_index", &filtered, &inspection)[0];
    assert_eq!(one.objects, ["shop.orders"]);
}

/// `cargo test --lib ten_thousand -- --ignored --nocapture` prints the figure.
#[test]
#[ignore = "prints a figure"]
fn ten_thousand_tables_are_judged() {
    let reuse = migration_of(
        "\"schema\", \"full\", \"incremental\"",
        "conflicts {\n  existing_tables = \"reuse\"\n}\n",
    );
    let mut inspection = inspection();
    for number in 0..10_000 {
        let mut one = table(&format!("shop.t{number}"));
        one.foreign_keys
            .push(foreign_key("up", "id", &format!("shop.t{}", number / 2)));
        inspection.destination.holds(one.clone());
        inspection.source.holds(one);
    }
    let begun = std::time::Instant::now();
    let found = findings(&reuse, &inspection);
    eprintln!(
        "{} checks over 10,000 tables, as many on the destination: {:.2?}",
        found.passed.len() + found.findings.len(),
        begun.elapsed()
    );
}
