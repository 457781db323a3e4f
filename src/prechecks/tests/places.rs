//! What stands on the destination already, and names there.

use super::{
    craft::{
        column, event, function, inspection, migration, migration_of, name, table, trigger, view,
    },
    *,
};

#[test]
fn a_table_in_the_way_is_refused_unless_it_is_ours_or_reused() {
    let spec = migration("");
    let found = fails("object_name_conflict", &spec, |inspection| {
        inspection.destination.holds(table("shop.orders"));
    });
    assert_eq!(found.objects, ["shop.orders"]);
    let mut inspection = inspection();
    inspection.destination.holds(table("shop.orders"));
    let ours = Ours::from([("table".to_owned(), name("shop.orders"))]);
    assert!(!run(&spec, &inspection, &ours, &Accepted::default()).failed());
    let reuse = migration("conflicts {\n  existing_tables = \"reuse\"\n}\n");
    assert_eq!(of("object_name_conflict", &reuse, &inspection), []);
    inspection.destination.catalog.databases.clear();
    inspection.destination.holds(table("shop.ORDERS"));
    assert_eq!(of("object_name_conflict", &spec, &inspection), []);
    inspection.destination.set("lower_case_table_names", "1");
    assert_eq!(of("object_name_conflict", &spec, &inspection).len(), 1);
}

#[test]
fn every_kind_of_object_can_be_in_the_way() {
    let found = fails("object_name_conflict", &migration(""), |inspection| {
        let shop = inspection.destination.has_database("shop");
        shop.views.insert(Ident::new("orders"), view("shop.orders"));
        shop.views.insert(Ident::new("recent"), view("shop.recent"));
        shop.routines.push(function("shop.NET"));
        let mut procedure = function("shop.net");
        procedure.kind = RoutineKind::Procedure;
        shop.routines.push(procedure);
        shop.triggers.push(trigger("shop.note", "other"));
        shop.events.push(event("shop.Purge"));
    });
    assert_eq!(
        found.objects,
        [
            "shop.NET (function)",
            "shop.Purge (event)",
            "shop.note (trigger)",
            "shop.orders (view)",
            "shop.recent (view)",
        ]
    );
}

#[test]
fn rows_that_are_there_are_refused_or_warned_of() {
    let full = |reuse: &str| {
        migration(&format!(
            "conflicts {{\n  existing_tables = \"{reuse}\"\n}}\n"
        ))
    };
    let mut inspection = inspection();
    inspection.destination.holds(table("shop.orders"));
    for (spec, check) in [
        (full("error"), "destination_table_not_empty"),
        (full("reuse"), "existing_rows_reused"),
    ] {
        assert_eq!(of(check, &spec, &inspection), []);
    }
    inspection.destination.not_empty.insert(name("shop.orders"));
    let found = of("destination_table_not_empty", &full("error"), &inspection);
    assert_eq!(found[0].severity, Severity::Fail);
    assert_eq!(of("existing_rows_reused", &full("error"), &inspection), []);
    let found = of("existing_rows_reused", &full("reuse"), &inspection);
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].objects, ["shop.orders"]);
    assert_eq!(
        of("destination_table_not_empty", &full("reuse"), &inspection),
        []
    );
}

#[test]
fn without_the_phase_schema_tables_must_be_there() {
    let full = migration_of("\"full\"", "");
    let mut inspection = inspection();
    let found = of("destination_schema_exists", &full, &inspection);
    assert_eq!(found[0].severity, Severity::Fail);
    assert_eq!(found[0].objects, ["shop.orders"]);
    inspection.destination.holds(table("shop.orders"));
    assert_eq!(of("destination_schema_exists", &full, &inspection), []);
}

#[test]
fn columns_that_would_change_values_are_refused() {
    let full = migration_of("\"full\"", "");
    let mut inspection = inspection();
    let source = inspection.source.change("shop.orders");
    source.columns.push(column("small", "smallint unsigned"));
    source.columns.push(column("kind", "enum('a','b')"));
    inspection.destination.holds(table("shop.orders"));
    let there = inspection.destination.change("shop.orders");
    there.columns[0].column_type = "int(11)".to_owned();
    there.columns[1] = column("WORD", "varchar(50)");
    there.columns.push(column("small", "int(5) unsigned"));
    there.columns.push(column("kind", "enum('a','b')"));
    there.columns.push(Column {
        nullable: true,
        ..column("more", "int")
    });
    assert_eq!(of("destination_columns_compatible", &full, &inspection), []);

    let there = inspection.destination.change("shop.orders");
    there.columns[0] = column("id", "smallint");
    there.columns[1] = column("word", "varchar(20)");
    there.columns[2] = column("small", "int");
    there.columns[3] = column("kind", "enum('b','a')");
    there.columns.push(column("needed", "int"));
    let found = of("destination_columns_compatible", &full, &inspection);
    insta::assert_snapshot!("incompatible_columns", found[0].objects.join("\n"));
    let there = inspection.destination.change("shop.orders");
    there.columns[1].charset = Some("latin1".to_owned());
    there.columns.remove(3);
    let found = of("destination_columns_compatible", &full, &inspection);
    insta::assert_snapshot!("incompatible_charset", found[0].objects.join("\n"));
}

#[test]
fn a_constraint_of_somebody_elses_table_takes_its_name() {
    let found = fails("mapping_collision", &migration(""), |inspection| {
        let key = craft::foreign_key("fk", "id", "shop.log");
        inspection.source.change("shop.orders").foreign_keys = vec![key.clone()];
        let mut theirs = table("shop.theirs");
        theirs.foreign_keys = vec![key];
        inspection.destination.holds(theirs);
    });
    assert_eq!(found.objects, ["fk (of shop.orders, shop.theirs)"]);
}

#[test]
fn triggers_on_reused_tables_are_warned_of() {
    let reuse = migration("conflicts {\n  existing_tables = \"reuse\"\n}\n");
    finds(
        "destination_triggers_fire",
        Severity::Warning,
        &reuse,
        |inspection| {
            inspection.destination.holds(table("shop.orders"));
            let shop = inspection.destination.has_database("shop");
            shop.triggers.push(trigger("shop.theirs", "orders"));
        },
    );
}

#[test]
fn collisions_are_told_by_their_cause() {
    let mapped = "mappings {\n  database \"shop\" {\n    rename \"tables\" {\n      match = \"/^o.*/\"\n      to    = \"all\"\n    }\n  }\n}\n";
    let mut inspection = inspection();
    inspection.source.holds(table("shop.others"));
    let found = of("mapping_collision", &migration(mapped), &inspection);
    assert_eq!(found[0].severity, Severity::Fail);
    assert_eq!(
        found[0].objects,
        ["shop.all (from shop.orders, shop.others)"]
    );
    assert_eq!(of("mapping_collision", &migration(""), &inspection), []);
    assert_eq!(of("case_collision", &migration(mapped), &inspection), []);

    let found = fails("case_collision", &migration(""), |inspection| {
        inspection.destination.set("lower_case_table_names", "1");
        inspection.source.holds(table("shop.Orders"));
    });
    assert_eq!(
        found.objects,
        ["shop.orders (from shop.Orders, shop.orders)"]
    );
    finds(
        "lower_case_table_names",
        Severity::Info,
        &migration(""),
        |inspection| {
            inspection.destination.set("lower_case_table_names", "1");
            inspection.source.holds(table("shop.Mixed"));
        },
    );
}

#[test]
fn columns_renamed_onto_each_other_collide() {
    let mapped = "mappings {\n  database \"shop\" {\n    table \"orders\" {\n      column \"word\" {\n        to = \"ID\"\n      }\n    }\n  }\n}\n";
    let found = of("mapping_collision", &migration(mapped), &inspection());
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn unknown_collations_and_engines_are_refused() {
    let spec = migration("");
    let found = fails("collation_known", &spec, |inspection| {
        let orders = inspection.source.change("shop.orders");
        orders.columns[1].collation = Some("utf8mb4_new_ci".to_owned());
        inspection.source.has_database("shop").collation = "utf8mb4_newer_ci".to_owned();
    });
    assert_eq!(
        found.objects,
        [
            "shop (utf8mb4_newer_ci)",
            "shop.orders.word (utf8mb4_new_ci)"
        ]
    );
    let mut inspection = inspection();
    let orders = inspection.source.change("shop.orders");
    orders.columns[1].collation = Some("utf8_general_ci".to_owned());
    inspection.source.has_database("shop").charset = "utf8".to_owned();
    assert_eq!(of("collation_known", &spec, &inspection), []);

    let check = "engine_missing_on_destination";
    let found = fails(check, &spec, |inspection| {
        inspection.source.change("shop.orders").engine = "TokuDB".to_owned();
    });
    assert_eq!(found.objects, ["shop.orders (TokuDB)"]);
    fails(check, &spec, |inspection| {
        inspection.source.change("shop.orders").engine = "MyISAM".to_owned();
        inspection
            .destination
            .set("disabled_storage_engines", "FEDERATED, myisam");
    });
}
