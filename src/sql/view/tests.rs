use super::*;
use crate::mysql::names::SameNames;

/// `shop` goes to `store`; `orders` becomes `sales_orders`; `people.name` becomes `full_name`;
/// both `a.t` and `b.t` go to `store`.
struct Renamed;

impl Names for Renamed {
    fn database(&self, database: &Ident) -> Ident {
        match database.as_str() {
            "shop" | "a" | "b" => Ident::new("store"),
            _ => database.clone(),
        }
    }

    fn table(&self, table: &TableName) -> TableName {
        let name = match (table.database.as_str(), table.name.as_str()) {
            ("shop", "orders") => "sales_orders".to_owned(),
            (database @ ("a" | "b"), name) => format!("{database}_{name}"),
            (_, name) => name.to_owned(),
        };
        TableName::new(self.database(&table.database), name)
    }

    fn column(&self, table: &TableName, column: &Ident) -> Ident {
        match (table.name.as_str(), column.as_str()) {
            ("people", "name") => Ident::new("full_name"),
            _ => column.clone(),
        }
    }
}

const HEAD: &str =
    "CREATE ALGORITHM=MERGE DEFINER=`app`@`%` SQL SECURITY DEFINER VIEW `shop`.`v` AS ";

fn view() -> TableName {
    TableName::new("shop", "v")
}

fn rewritten(body: &str) -> String {
    rewrite_view(
        &format!("{HEAD}{body}"),
        &view(),
        &Renamed,
        &Definer::Invoker,
    )
    .unwrap()
}

#[test]
fn a_renamed_table_keeps_its_name_as_its_alias() {
    insta::assert_snapshot!(
        rewritten("select `shop`.`orders`.`id` AS `id`,`o`.`id` AS `o` from (`shop`.`orders` join `shop`.`orders` `o` on((`o`.`id` = `shop`.`orders`.`id`)))"),
        @"CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `store`.`v` AS select `store`.`orders`.`id` AS `id`,`o`.`id` AS `o` from (`store`.`sales_orders` `orders` join `store`.`sales_orders` `o` on((`o`.`id` = `store`.`orders`.`id`)))"
    );
}

#[test]
fn names_without_a_database_are_those_of_the_view() {
    insta::assert_snapshot!(
        rewritten("select `orders`.`id` AS `id`,`f`(`orders`.`id`) AS `f` from `orders`"),
        @"CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `store`.`v` AS select `orders`.`id` AS `id`,`f`(`orders`.`id`) AS `f` from `store`.`sales_orders` `orders`"
    );
}

#[test]
fn from_inside_of_a_function_is_no_from_list() {
    insta::assert_snapshot!(
        rewritten("select extract(year from `shop`.`orders`.`at`) AS `y`,trim(both `shop`.`orders`.`a` from `shop`.`orders`.`b`) AS `orders`,`other`.`f`(1) AS `f` from `shop`.`orders` where `shop`.`orders`.`id` in (select `shop`.`items`.`id` from `shop`.`items` USE INDEX (`orders`)) union select 1,2,3 from DUAL"),
        @"CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `store`.`v` AS select extract(year from `store`.`orders`.`at`) AS `y`,trim(both `store`.`orders`.`a` from `store`.`orders`.`b`) AS `orders`,`other`.`f`(1) AS `f` from `store`.`sales_orders` `orders` where `store`.`orders`.`id` in (select `store`.`items`.`id` from `store`.`items` USE INDEX (`orders`)) union select 1,2,3 from DUAL"
    );
}

#[test]
fn common_table_expressions_are_no_tables() {
    let body = "with recursive `orders` (`n`) as (select 1 AS `1` union all select (`orders`.`n` + 1) AS `n+1` from `orders`) select `orders`.`n` AS `n` from ((`orders` join json_table(`shop`.`docs`.`d`, '$[*]' columns (`z` int path '$.z')) `jt`) join lateral (select max(`shop`.`docs`.`d`) AS `m` from `shop`.`docs`) `dt` (`m`))";
    let found = references(&format!("{HEAD}{body}"), &view()).unwrap();
    let tables: Vec<String> = found.tables.iter().map(TableName::plain).collect();
    assert_eq!(tables, ["shop.docs"]);
    assert!(found.functions.is_empty());
    assert!(rewritten(body).contains("from ((`orders` join json_table(`store`.`docs`.`d`,"));
}

#[test]
fn references_are_tables_views_and_functions() {
    let body = "select `shop`.`f`(`x`.`a`) AS `a`,`g`(1) AS `b` from (`shop`.`v1` `x` left join (`other`.`t` join `shop`.`u` PARTITION (`p0`) AS `y`) on((`x`.`a` = `other`.`t`.`a`)))";
    let found = references(&format!("{HEAD}{body}"), &view()).unwrap();
    let plain = |names: &BTreeSet<TableName>| -> Vec<String> {
        names.iter().map(TableName::plain).collect()
    };
    assert_eq!(plain(&found.tables), ["other.t", "shop.u", "shop.v1"]);
    assert_eq!(plain(&found.functions), ["shop.f", "shop.g"]);
}

#[test]
fn tables_of_one_name_that_meet_in_one_database_go_by_their_new_names() {
    insta::assert_snapshot!(
        rewritten("select `a`.`t`.`x` AS `x`,`b`.`t`.`y` AS `y` from (`a`.`t` join `b`.`t`)"),
        @"CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `store`.`v` AS select `store`.`a_t`.`x` AS `x`,`store`.`b_t`.`y` AS `y` from (`store`.`a_t` join `store`.`b_t`)"
    );
}

#[test]
fn a_view_over_a_renamed_column_is_refused_with_the_line() {
    for body in [
        "select `shop`.`people`.`name` AS `name` from `shop`.`people`",
        "select `p`.`name` AS `name` from `shop`.`people` `p`",
    ] {
        let error =
            rewrite_view(&format!("{HEAD}{body}"), &view(), &Renamed, &Definer::Keep).unwrap_err();
        assert!(
            matches!(error, SqlError::ViewOverRenamedColumn { .. }),
            "{error}"
        );
    }
    let error = rewrite_view(
        &format!(
            "{HEAD}select 1 AS `one`,`p`.`name` AS `name` from `shop`.`people` `p` where (`p`.`name` like 'a%')"
        ),
        &view(),
        &Renamed,
        &Definer::Keep,
    );
    insta::assert_snapshot!(error.unwrap_err(), @"view shop.v uses the renamed column shop.people.name, in line 1: ...ER VIEW `shop`.`v` AS select 1 AS `one`,`p`.`name` AS `name` from `shop`.`people...");
    rewritten("select `p`.`id` AS `name` from `shop`.`people` `p`");
}

#[test]
fn the_definer_is_kept_replaced_or_left_out() {
    let statement = |definer: &Definer, head: &str| {
        rewrite_view(
            &format!("{head}select 1 AS `1`"),
            &view(),
            &SameNames,
            definer,
        )
        .unwrap()
    };
    let account = Definer::Account {
        user: "a`b".to_owned(),
        host: "%".to_owned(),
    };
    insta::assert_snapshot!(statement(&Definer::Keep, HEAD), @"CREATE ALGORITHM=MERGE DEFINER=`app`@`%` SQL SECURITY DEFINER VIEW `shop`.`v` AS select 1 AS `1`");
    insta::assert_snapshot!(statement(&account, HEAD), @"CREATE ALGORITHM=MERGE DEFINER=`a``b`@`%` SQL SECURITY DEFINER VIEW `shop`.`v` AS select 1 AS `1`");
    let bare = "CREATE VIEW `v` (`x`,`y`) AS ";
    insta::assert_snapshot!(statement(&Definer::Invoker, bare), @"CREATE SQL SECURITY INVOKER VIEW `shop`.`v` (`x`,`y`) AS select 1 AS `1`");
    insta::assert_snapshot!(statement(&account, bare), @"CREATE DEFINER=`a``b`@`%` VIEW `shop`.`v` (`x`,`y`) AS select 1 AS `1`");
}

#[test]
fn what_newer_servers_write_otherwise_is_written_so() {
    insta::assert_snapshot!(
        rewritten("select sql_cache convert(`shop`.`t`.`utf8` using utf8) AS `utf8_bin`,(_utf8'utf8' collate utf8_bin) AS `x` from `shop`.`t`"),
        @"CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `store`.`v` AS select convert(`store`.`t`.`utf8` using utf8mb3) AS `utf8_bin`,(_utf8mb3'utf8' collate utf8mb3_bin) AS `x` from `store`.`t`"
    );
}

#[test]
fn literals_that_an_old_server_damages_are_taken_from_elsewhere() {
    let show = format!(
        "{HEAD}select 1 AS `a` from `shop`.`t` where ((`shop`.`t`.`c` like '') and (_utf8'x' = _latin1'?')) WITH CASCADED CHECK OPTION"
    );
    let body = "select 1 AS `a` from `shop`.`t` where ((`shop`.`t`.`c` like 'é%') and ('x' = 'ö'))";
    insta::assert_snapshot!(
        with_literals(&show, &view(), body).unwrap(),
        @"CREATE ALGORITHM=MERGE DEFINER=`app`@`%` SQL SECURITY DEFINER VIEW `shop`.`v` AS select 1 AS `a` from `shop`.`t` where ((`shop`.`t`.`c` like 'é%') and (_utf8'x' = convert(_utf8mb4'ö' using latin1))) WITH CASCADED CHECK OPTION"
    );
    assert_eq!(with_literals(&show, &view(), "select 2").unwrap(), show);
}

#[test]
fn what_is_no_view_is_refused() {
    let error = references("CREATE TABLE `t` (`a` int)", &view()).unwrap_err();
    insta::assert_snapshot!(error, @"cannot read the definition of view shop.v: expected VIEW, found `t`");
}
