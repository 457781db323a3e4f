use super::super::model::Database;
use super::super::objects::{CreationContext, Routine};
use super::*;
use crate::mysql::Ident;

fn view(name: &str, body: &str) -> View {
    View {
        name: TableName::new("shop", name),
        definition: format!(
            "CREATE ALGORITHM=UNDEFINED DEFINER=`r`@`h` SQL SECURITY DEFINER VIEW `shop`.`{name}` AS {body}"
        ),
        definer: "r@h".to_owned(),
        context: CreationContext::default(),
        invalid: None,
    }
}

fn function(name: &str) -> Routine {
    Routine {
        name: TableName::new("shop", name),
        kind: RoutineKind::Function,
        definition: None,
        definer: "r@h".to_owned(),
        context: CreationContext::default(),
    }
}

fn catalog(views: Vec<View>, routines: Vec<Routine>) -> Catalog {
    let tables: Vec<super::super::Table> =
        serde_json::from_str(include_str!("../fixtures/tables_9_7.json")).unwrap();
    let database = Database {
        name: Ident::new("shop"),
        charset: String::new(),
        collation: String::new(),
        tables: tables
            .into_iter()
            .map(|table| (table.name.name.clone(), table))
            .collect(),
        views: views
            .into_iter()
            .map(|view| (view.name.name.clone(), view))
            .collect(),
        routines,
        triggers: Vec::new(),
        events: Vec::new(),
    };
    Catalog {
        databases: BTreeMap::from([(Ident::new("shop"), database)]),
    }
}

fn names(order: &CreationOrder) -> Vec<String> {
    order
        .steps
        .iter()
        .map(|step| match step {
            Created::Function(name) => format!("function {}", name.plain()),
            Created::View(name) => format!("view {}", name.plain()),
        })
        .collect()
}

#[test]
fn views_come_behind_what_they_use_to_any_depth() {
    let found = order(&catalog(
        vec![
            view("a", "select `b`.`x` AS `x` from `shop`.`b`"),
            view(
                "b",
                "select `shop`.`f`(1) AS `x` from (select `c`.`x` AS `x` from `shop`.`c`) `d`",
            ),
            view(
                "c",
                "select `shop`.`T1`.`id` AS `x` from `shop`.`T1` join `information_schema`.`TABLES`",
            ),
            view("d", "select 1 AS `x`"),
        ],
        vec![function("f"), function("e")],
    ));
    assert_eq!(
        names(&found),
        [
            "function shop.e",
            "function shop.f",
            "view shop.c",
            "view shop.d",
            "view shop.b",
            "view shop.a"
        ]
    );
    assert!(found.missing.is_empty() && found.cyclic.is_empty() && found.unreadable.is_empty());
}

#[test]
fn what_is_missing_and_what_goes_in_circles_is_reported() {
    let mut broken = view("broken", "select 1 AS `x` from `shop`.`t1`");
    broken.invalid = Some("1356".to_owned());
    let mut no_view = view("no_view", "");
    no_view.definition = "CREATE TABLE `t` (`a` int)".to_owned();
    let found = order(&catalog(
        vec![
            view("a", "select `b`.`x` AS `x` from `shop`.`b`"),
            view("b", "select `a`.`x` AS `x` from `shop`.`a`"),
            view("c", "select `a`.`x` AS `x` from `shop`.`a`"),
            view(
                "d",
                "select `g`(1) AS `x` from (`shop`.`broken` join `other`.`t`)",
            ),
            broken,
            no_view,
        ],
        Vec::new(),
    ));
    assert_eq!(names(&found), ["view shop.d"]);
    let missing: Vec<String> = found.missing[&TableName::new("shop", "d")]
        .iter()
        .map(TableName::plain)
        .collect();
    assert_eq!(missing, ["other.t", "shop.broken", "shop.g"]);
    let cyclic: Vec<String> = found.cyclic.iter().map(TableName::plain).collect();
    assert_eq!(cyclic, ["shop.a", "shop.b", "shop.c"]);
    assert_eq!(found.unreadable[0].0.plain(), "shop.no_view");
}
