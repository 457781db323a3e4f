//! What selections and mappings mean for the names that a source has.

use std::fs;

use super::{Collision, Inputs, Migration, ObjectKind, load};
use crate::{
    mysql::{Ident, LowerCase, Names, TableName},
    spec::UnsetSecrets,
};

/// A migration with these blocks beside the servers.
fn migration(name: &str, blocks: &str) -> Migration {
    let text = format!(
        "migration \"m\" {{}}\n\
         source {{\n  host = \"a\"\n  user = \"u\"\n}}\n\
         destination {{\n  host = \"b\"\n  user = \"u\"\n}}\n{blocks}\n"
    );
    let folder =
        std::env::temp_dir().join(format!("cutover-resolve-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("writable");
    let file = folder.join("m.hcl");
    fs::write(&file, text).expect("writable");
    let loaded = load(&file, &Inputs::default());
    fs::remove_dir_all(&folder).expect("removable");
    loaded.unwrap_or_else(|found| panic!("{}", found.render(100)))
}

fn table(text: &str) -> TableName {
    let (database, name) = text.split_once('.').expect("database.name");
    TableName::new(database, name)
}

const OFF: LowerCase = LowerCase::Off;
const STORED: LowerCase = LowerCase::Stored;

#[test]
fn system_databases_and_the_ledger_are_never_selected() {
    let all = migration(
        "all",
        "objects {\n  exclude = [\"test*\"]\n  database \"*\" {}\n  database \"test2\" {}\n}",
    );
    let selected = |name: &str, case| all.selection().database(&Ident::from(name), case);
    for name in [
        "mysql",
        "sys",
        "information_schema",
        "PERFORMANCE_SCHEMA",
        "_cutover",
    ] {
        assert!(!selected(name, OFF), "{name}");
    }
    assert!(selected("shop", OFF) && !selected("test", OFF));
    assert!(selected("MySQL", OFF), "another database where case counts");
    assert!(!selected("MySQL", STORED) && !selected("_CUTOVER", STORED));
    assert!(selected("test2", OFF), "named by itself, so not excluded");
}

#[test]
fn kinds_includes_and_excludes_decide_what_takes_part() {
    let some = migration(
        "some",
        "objects {\n  database \"shop\" {\n    include = [\"orders\", \"log_*\"]\n    \
         exclude = [\"log_9\", \"/_old$/\"]\n    kinds = [\"tables\", \"views\", \"triggers\"]\n  }\n  \
         database \"blog\" {}\n}",
    );
    let takes = |kind, name: &str| some.selection().object(kind, &table(name), OFF);
    assert!(takes(ObjectKind::Table, "shop.orders") && takes(ObjectKind::Table, "shop.log_1"));
    assert!(!takes(ObjectKind::Table, "shop.log_9") && !takes(ObjectKind::Table, "shop.other"));
    assert!(
        takes(ObjectKind::View, "shop.anything"),
        "`include` names tables"
    );
    assert!(
        !takes(ObjectKind::View, "shop.report_old"),
        "`exclude` is for every kind"
    );
    assert!(!takes(ObjectKind::Routine, "shop.f") && takes(ObjectKind::Routine, "blog.f"));
    assert!(!takes(ObjectKind::Table, "Shop.orders"), "case counts here");
    assert!(
        some.selection()
            .object(ObjectKind::Table, &table("SHOP.Orders"), STORED)
    );
    let trigger = |name: &str, on: &str| {
        some.selection()
            .trigger(&table(name), &Ident::from(on), OFF)
    };
    assert!(trigger("shop.t", "orders") && !trigger("shop.t", "other"));
    assert!(!trigger("shop.t_old", "orders"));
}

#[test]
fn blocks_of_equal_rank_on_one_object_are_told() {
    let two = migration(
        "two",
        "objects {\n  database \"s*\" {}\n  database \"*p\" {}\n  database \"shot\" {}\n  \
         database \"blog\" {\n    include = [\"*\"]\n    table \"a*\" {}\n    table \"*a\" {}\n    table \"ba\" {}\n  }\n}",
    );
    let databases = ["shop", "shot", "map", "blog"].map(Ident::from);
    let tables = ["blog.aa", "blog.ab", "blog.ba"].map(table);
    let found = two
        .selection()
        .ambiguous(databases.iter(), tables.iter(), OFF);
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "shop is matched by 2 blocks of equal rank: s*, *p",
            "blog.aa is matched by 2 blocks of equal rank: a*, *a",
        ]
    );
    let found = two
        .selection()
        .unmatched(&databases[..1], &tables[..0], OFF);
    let lost = ["objects.database \"shot\"", "objects.database \"blog\""];
    assert_eq!(found, lost);
}

const MAPPINGS: &str = r#"
objects {
  database "*" {}
}

mappings {
  rename "databases" {
    match = "/^shard_(\\d+)$/"
    to    = "shards"
    merge = true
  }
  rename "tables" {
    match = "/^t_(.*)$/"
    to    = "$1_$$t"
  }
  rename "columns" {
    match = "/^(.*)_old$/"
    to    = "$1"
  }

  database "shop" {
    to = "Store"

    rename "tables" {
      match = "/^log_(\\d+)$/"
      to    = "logs_$1"
    }

    table "orders" {
      to = "Sales"

      rename "columns" {
        match = "x*"
        to    = "y"
      }

      column "cust_id" {
        to = "customer_id"
      }
    }
  }
}
"#;

#[test]
fn exact_blocks_win_inner_rules_come_first_and_case_comes_last() {
    let mapping = migration("names", MAPPINGS);
    let names = mapping.mapping().names(OFF, OFF);
    let of = |name: &str| names.table(&table(name)).plain();
    assert_eq!(of("shop.orders"), "Store.Sales");
    assert_eq!(of("shop.log_7"), "Store.logs_7");
    assert_eq!(
        of("shop.t_a"),
        "Store.a_$t",
        "rules of the whole come after"
    );
    assert_eq!(of("shard_3.t_a"), "shards.a_$t");
    assert_eq!(of("blog.Posts"), "blog.Posts");
    let column = |table_name: &str, column: &str| {
        let column = names.column(&table(table_name), &Ident::from(column));
        column.as_str().to_owned()
    };
    assert_eq!(
        column("shop.orders", "CUST_ID"),
        "customer_id",
        "column names have no case"
    );
    assert_eq!(column("shop.orders", "x1"), "y");
    assert_eq!(column("shop.orders", "a_old"), "a");
    assert_eq!(column("shop.other", "cust_id"), "cust_id");
    let lower = mapping.mapping().names(OFF, STORED);
    assert_eq!(lower.table(&table("shop.orders")).plain(), "store.sales");
    let folds = mapping.mapping().names(STORED, OFF);
    assert_eq!(folds.table(&table("SHOP.ORDERS")).plain(), "Store.Sales");
}

#[test]
fn objects_mapped_onto_one_name_collide_unless_they_are_merged() {
    let mapping = migration("collide", MAPPINGS);
    let names = mapping.mapping().names(OFF, OFF);
    let databases = ["shop", "Store", "shard_1", "shard_2"].map(Ident::from);
    let tables = ["shop.orders", "shop.Sales", "shard_1.a", "shard_2.a"].map(table);
    let collision = |destination: &str, sources: [&str; 2]| Collision {
        destination: destination.to_owned(),
        sources: sources.map(str::to_owned).into(),
    };
    let found = names.collisions(&databases, &tables);
    let expected = [
        collision("Store", ["Store", "shop"]),
        collision("Store.Sales", ["shop.Sales", "shop.orders"]),
    ];
    assert_eq!(found, expected);
    let columns = ["x1", "x2", "z"].map(Ident::from);
    let found = names.column_collisions(&table("shop.orders"), &columns);
    let expected = ["shop.orders.x1", "shop.orders.x2"];
    assert_eq!(found, [collision("Store.Sales.y", expected)]);
    // Names that differ in case alone become one where the destination folds them.
    let folds = mapping.mapping().names(OFF, STORED);
    let found = folds.collisions(&["a", "A"].map(Ident::from), &[]);
    assert_eq!(found, [collision("a", ["A", "a"])]);
}

#[test]
fn upper_and_lower_case_reach_columns_too() {
    let objects = "objects {\n  database \"*\" {}\n}\nmappings {\n  name_case = \"upper\"\n}";
    let mapping = migration("upper", objects);
    let names = mapping.mapping().names(OFF, OFF);
    assert_eq!(names.table(&table("shop.orders")).plain(), "SHOP.ORDERS");
    assert_eq!(
        names
            .column(&table("shop.orders"), &Ident::from("id"))
            .as_str(),
        "ID"
    );
}

#[test]
fn the_hash_follows_the_meaning_not_the_layout() {
    let hash = |name: &str, blocks: &str| migration(name, blocks).spec_hash().to_owned();
    let plain = hash("plain", "objects {\n  database \"shop\" {}\n}");
    let other = "# another layout\nobjects {\n  database \"shop\" {\n    include = [\"*\"]\n  }\n}\n\
                 mappings {}\n";
    assert_eq!(plain, hash("layout", other));
    assert_eq!(plain.len(), 64);
    assert_ne!(
        plain,
        hash(
            "meaning",
            "objects {\n  database \"shop\" {\n    kinds = [\"tables\"]\n  }\n}"
        )
    );
}

#[test]
fn a_secret_without_a_value_needs_none_unless_it_is_to_be_seen() {
    let read = |name: &str, host: &str, password: &str| {
        let text = format!(
            "variable \"pin\" {{\n  sensitive = true\n}}\nmigration \"m\" {{}}\n\
             source {{\n  host = {host}\n  user = \"u\"\n  password = {password}\n}}\n\
             destination {{\n  host = \"b\"\n  user = \"u\"\n  password = var.pin\n}}\n\
             objects {{\n  database \"shop\" {{}}\n}}\n\
             notify \"ops\" {{\n  url = \"${{env(\"HOOK\")}}/x\"\n}}\n"
        );
        let folder =
            std::env::temp_dir().join(format!("cutover-unset-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("writable");
        let file = folder.join("m.hcl");
        fs::write(&file, text).expect("writable");
        let inputs = Inputs {
            unset_secrets: UnsetSecrets::StoodIn,
            ..Inputs::default()
        };
        let loaded = (load(&file, &Inputs::default()), load(&file, &inputs));
        fs::remove_dir_all(&folder).expect("removable");
        loaded
    };
    let (refused, stood_in) = read("secret", "\"a\"", "base64decode(upper(env(\"P\")))");
    assert_eq!(refused.expect_err("three of them").iter().count(), 3);
    let stood_in = stood_in.unwrap_or_else(|found| panic!("{}", found.render(100)));
    assert_eq!(
        stood_in.unset_secrets(),
        ["env(\"HOOK\")", "env(\"P\")", "var.pin"]
    );
    assert!(!stood_in.to_hcl().contains("not set"));
    let (_, seen) = read("seen", "nonsensitive(\"${env(\"P\")}.net\")", "\"x\"");
    assert_eq!(seen.expect_err("a host is seen").iter().count(), 1);
}
