//! What counts as a change of what rows already written depend on.

use super::*;
use crate::{
    catalog::Inspection,
    plan::build,
    prechecks::tests::craft::{column, inspection, migration, migration_of, name, table},
};

/// Two tables, the first of which was begun under `before`.
fn begun(before: &str) -> (Inspection, Begun) {
    let mut all = inspection();
    all.source.holds(table("shop.notes"));
    let plan = build(&migration(before), &all, &Begun::default());
    let begun = Begun {
        lineage: Some("1".to_owned()),
        copied: [destination(&fixed(&plan), &name("shop.orders")).expect("kept")].into(),
        fixed: fixed(&plan),
        ..Begun::default()
    };
    (all, begun)
}

fn told(before: &str, after: &str) -> Vec<String> {
    let (all, begun) = begun(before);
    let plan = build(&migration(after), &all, &begun);
    let changes = plan.frozen.iter();
    changes
        .map(|one| format!("{} {}: {} -> {}", one.table, one.setting, one.was, one.is))
        .collect()
}

fn mapped(table: &str, inner: &str) -> String {
    format!(
        "mappings {{\n  database \"shop\" {{\n    table \"{table}\" {{\n      {inner}\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn names_filters_and_values_of_begun_tables_are_frozen() {
    for (before, after, expected) in [
        (
            String::new(),
            mapped("orders", "to = \"sales\""),
            "shop.orders destination: shop.orders -> shop.sales",
        ),
        (
            String::new(),
            mapped(
                "orders",
                "column \"word\" {\n        to = \"term\"\n      }",
            ),
            "shop.orders column word: `word` -> `term`",
        ),
        (
            mapped(
                "orders",
                "column \"word\" {\n        value = \"UPPER(word)\"\n      }",
            ),
            String::new(),
            "shop.orders value of word: UPPER(word) -> ",
        ),
        (
            String::new(),
            "schema {\n  definer = \"keep\"\n}\n".to_owned(),
            " schema.definer: invoker -> keep",
        ),
    ] {
        assert_eq!(told(&before, &after), [expected]);
    }
    let filtered = "objects {\n  database \"shop\" {\n    include = [\"*\"]\n    table \"orders\" {\n      \
                    where = \"id > 5\"\n      exclude_columns = [\"word\"]\n    }\n  }\n}\n";
    assert_eq!(
        told("", filtered),
        [
            "shop.orders column word: `word` -> left out",
            "shop.orders where:  -> id > 5"
        ]
    );
}

#[test]
fn which_row_changes_are_replicated_is_frozen_where_it_was_kept() {
    let streamed = |more: &str| migration_of("\"schema\", \"full\", \"incremental\"", more);
    let (all, mut begun) = begun("");
    let orders = |setting: &str| FixedKey {
        table: name("shop.orders"),
        setting: setting.to_owned(),
    };
    let fewer = "objects {\n  database \"shop\" {\n    dml = [\"insert\", \"update\"]\n  }\n}\n";
    begun.fixed = fixed(&build(&streamed(""), &all, &Begun::default()));
    let frozen = build(&streamed(fewer), &all, &begun).frozen;
    assert_eq!(
        frozen,
        [FrozenChange {
            table: "shop.orders".to_owned(),
            setting: DML.to_owned(),
            was: "insert, update, delete".to_owned(),
            is: "insert, update".to_owned(),
        }]
    );
    begun.fixed.remove(&orders(DML));
    assert_eq!(build(&streamed(fewer), &all, &begun).frozen, []);
}

#[test]
fn a_streamed_table_depends_on_what_a_planned_one_does() {
    let more = mapped(
        "orders",
        "to = \"sales\"\n      column \"word\" {\n        to = \"term\"\n      }",
    );
    let migration = migration_of("\"schema\", \"full\", \"incremental\"", &more);
    let all = inspection();
    let planned = fixed(&build(&migration, &all, &Begun::default()));
    let lower = all.source.facts.lower_case();
    let names = migration.mapping().names(lower, lower);
    let table = all
        .source
        .catalog
        .table(&name("shop.orders"))
        .expect("it is there");
    let rules = migration.ddl().rows.of(&table.name, lower);
    let destination = names.table(&table.name);
    let streamed = of_streamed(
        table,
        &destination,
        migration.selection(),
        &names,
        lower,
        rules.dml,
    );
    let of_orders = planned
        .into_iter()
        .filter(|(key, _)| key.table == table.name);
    assert_eq!(of_orders.collect::<Fixed>(), streamed);
}

#[test]
fn the_phases_are_free_until_rows_are_copied() {
    let (all, mut begun) = begun("");
    begun
        .fixed
        .insert(whole(PHASES), "schema, full, incremental".to_owned());
    let frozen = |begun: &Begun| build(&migration(""), &all, begun).frozen;
    assert_eq!(frozen(&begun)[0].setting, PHASES);
    let made = begun.copied.iter().cloned();
    begun.objects = made.map(|table| ("table".to_owned(), table)).collect();
    begun.copied.clear();
    assert_eq!(frozen(&begun), []);
}

#[test]
fn what_was_not_begun_and_what_the_source_changed_is_free() {
    assert_eq!(told("", &mapped("notes", "to = \"remarks\"")), [""; 0]);
    let (mut all, begun) = begun("");
    let orders = all.source.change("shop.orders");
    orders
        .columns
        .retain(|column| column.name.as_str() != "word");
    orders.columns.push(column("added", "int"));
    assert_eq!(build(&migration(""), &all, &begun).frozen, []);
}

#[test]
fn a_replaced_table_is_free_and_one_that_is_deselected_is_left_behind() {
    let (all, mut begun) = begun("");
    let without = "objects {\n  database \"shop\" {\n    exclude = [\"orders\"]\n  }\n}\n";
    // the inspection has what is selected
    let mut selected = all.clone();
    selected
        .source
        .has_database("shop")
        .tables
        .remove(&Ident::new("orders"));
    let plan = build(&migration(without), &selected, &begun);
    assert!(
        plan.left_behind
            .iter()
            .any(|left| left.what == "shop.orders" && left.why.starts_with("no longer selected")),
        "{:?}",
        plan.left_behind
    );
    begun.replaced.insert(name("shop.orders"));
    let plan = build(
        &migration(&mapped("orders", "to = \"sales\"")),
        &all,
        &begun,
    );
    assert_eq!(plan.frozen, []);
    let orders = plan
        .tables
        .iter()
        .find(|step| step.shape.source == name("shop.orders"));
    let replaces = orders.and_then(|step| step.replaces.clone());
    assert_eq!(replaces, Some(name("shop.orders")));
}
