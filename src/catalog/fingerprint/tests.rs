use super::super::model::Database;
use super::super::objects::View;
use super::*;
use crate::mysql::Ident;

fn catalog() -> Catalog {
    let tables: Vec<Table> =
        serde_json::from_str(include_str!("../fixtures/tables_9_7.json")).unwrap();
    let view = View {
        name: TableName::new("shop", "v"),
        definition: "CREATE VIEW `shop`.`v` AS select 1 AS `1`".to_owned(),
        definer: "root@localhost".to_owned(),
        context: CreationContext::default(),
        invalid: None,
    };
    let database = Database {
        name: Ident::new("shop"),
        charset: "utf8mb4".to_owned(),
        collation: "utf8mb4_0900_ai_ci".to_owned(),
        tables: tables
            .into_iter()
            .map(|table| (table.name.name.clone(), table))
            .collect(),
        views: BTreeMap::from([(Ident::new("v"), view)]),
        routines: Vec::new(),
        triggers: Vec::new(),
        events: Vec::new(),
    };
    Catalog {
        databases: BTreeMap::from([(Ident::new("shop"), database)]),
    }
}

fn shop(catalog: &mut Catalog) -> &mut Database {
    catalog.databases.get_mut(&Ident::new("shop")).unwrap()
}

fn pr(catalog: &mut Catalog) -> &mut Table {
    shop(catalog).tables.get_mut(&Ident::new("pr")).unwrap()
}

#[test]
fn nothing_has_moved_while_rows_come_and_go() {
    let before = Fingerprints::of(&catalog());
    let mut later = catalog();
    pr(&mut later).rows = 77;
    pr(&mut later).auto_increment = Some(5);
    let after = Fingerprints::of(&later);
    assert_eq!(moved(&before, &after), Vec::<String>::new());
    assert_eq!(before.digest(), fingerprint(&later));
    assert_eq!(before.digest().len(), 64);
}

#[test]
fn what_moved_is_named_down_to_the_column() {
    let before = Fingerprints::of(&catalog());
    let mut later = catalog();
    pr(&mut later).columns[2].column_type = "bigint".to_owned();
    shop(&mut later).tables.remove(&Ident::new("ty"));
    let t1 = shop(&mut later).tables.get_mut(&Ident::new("t1")).unwrap();
    t1.columns.remove(3);
    t1.indexes[1].visible = false;
    t1.comment = String::new();
    let view = shop(&mut later).views.get_mut(&Ident::new("v")).unwrap();
    view.definer = "app@%".to_owned();
    insta::assert_snapshot!(moved(&before, &Fingerprints::of(&later)).join("\n"), @r"
    table shop.pr: column `x` has changed
    table shop.t1: column `c` is gone
    table shop.t1: engine, collation or comment has changed
    table shop.t1: index `fk2` has changed
    table shop.ty is gone
    view shop.v has changed
    ");
    insta::assert_snapshot!(moved(&Fingerprints::of(&later), &before).join("\n"), @r"
    table shop.pr: column `x` has changed
    table shop.t1: column `c` is new
    table shop.t1: engine, collation or comment has changed
    table shop.t1: index `fk2` has changed
    table shop.ty is new
    view shop.v has changed
    ");
}

#[test]
fn columns_that_change_places_are_a_change() {
    let before = Fingerprints::of(&catalog());
    let mut later = catalog();
    pr(&mut later).columns.swap(1, 2);
    assert_eq!(
        moved(&before, &Fingerprints::of(&later)),
        ["table shop.pr: order of columns has changed"]
    );
}

#[test]
fn fingerprints_survive_being_written_down() {
    let fingerprints = Fingerprints::of(&catalog());
    let json = serde_json::to_string(&fingerprints).unwrap();
    assert_eq!(
        serde_json::from_str::<Fingerprints>(&json).unwrap(),
        fingerprints
    );
}
