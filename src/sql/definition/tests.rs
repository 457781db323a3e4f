use super::*;

/// `shop` goes to `store`, `orders` becomes `sales_orders`, its `total` becomes `amount`.
struct Renamed;

impl Names for Renamed {
    fn database(&self, database: &Ident) -> Ident {
        match database.as_str() {
            "shop" => Ident::new("store"),
            _ => database.clone(),
        }
    }

    fn table(&self, table: &TableName) -> TableName {
        let name = match table.name.as_str() {
            "orders" => Ident::new("sales_orders"),
            _ => table.name.clone(),
        };
        TableName::new(self.database(&table.database), name)
    }

    fn column(&self, table: &TableName, column: &Ident) -> Ident {
        match (table.name.as_str(), column.as_str()) {
            ("orders", "total") => Ident::new("amount"),
            _ => column.clone(),
        }
    }
}

fn rewritten(kind: ProgramKind, definition: &str, definer: &Definer, sql_mode: &str) -> String {
    let orders = TableName::new("shop", "orders");
    let people = TableName::new("shop", "people");
    let columns = [Ident::new("id"), Ident::new("total")];
    let changed = ChangedNames::new(
        &Renamed,
        [(&orders, columns.iter()), (&people, columns[..1].iter())],
    );
    let program = Program {
        kind,
        name: &TableName::new("shop", "x"),
        definition,
        sql_mode,
    };
    let found = rewrite_definition(&program, &Renamed, definer, &changed).unwrap();
    let mentions = found.mentions.iter().map(|mention| {
        format!(
            "-- {} in line {}: {}",
            mention.name, mention.line_number, mention.line
        )
    });
    let shown: Vec<String> = std::iter::once(found.statement.clone())
        .chain(mentions)
        .collect();
    shown.join("\n")
}

#[test]
fn a_procedure_runs_with_the_rights_of_its_caller() {
    let text = "CREATE DEFINER=`root`@`localhost` PROCEDURE `x`(IN `a` int, OUT b enum(')','(') )\n    READS SQL DATA\n    COMMENT 'SQL SECURITY INVOKER'\nbegin\n  select total from orders; -- orders\n  select * from people p where p.total = 1;\n  set @s = 'delete from shop.people where x = ''orders''';\nend";
    insta::assert_snapshot!(rewritten(ProgramKind::Procedure, text, &Definer::Invoker, ""), @r"
    CREATE PROCEDURE `store`.`x`(IN `a` int, OUT b enum(')','(') )
        SQL SECURITY INVOKER
        READS SQL DATA
        COMMENT 'SQL SECURITY INVOKER'
    begin
      select total from orders; -- orders
      select * from people p where p.total = 1;
      set @s = 'delete from shop.people where x = ''orders''';
    end
    -- shop.orders in line 5: select total from orders; -- orders
    -- shop.orders.total in line 5: select total from orders; -- orders
    -- shop.orders.total in line 6: select * from people p where p.total = 1;
    -- shop in line 7: set @s = 'delete from shop.people where x = ''orders''';
    -- shop.orders in line 7: set @s = 'delete from shop.people where x = ''orders''';
    ");
    insta::assert_snapshot!(
        rewritten(ProgramKind::Procedure, "CREATE DEFINER=`r`@`h` PROCEDURE `x`()\n    SQL SECURITY DEFINER\nbegin end", &Definer::Invoker, ""),
        @r"
    CREATE PROCEDURE `store`.`x`()
        SQL SECURITY INVOKER
    begin end
    "
    );
}

#[test]
fn a_function_keeps_its_type_in_front_of_its_rights() {
    let text = "CREATE DEFINER=`root`@`localhost` FUNCTION `x`(a int) RETURNS decimal(10,2) unsigned zerofill\nreturn a";
    insta::assert_snapshot!(rewritten(ProgramKind::Function, text, &Definer::Invoker, ""), @r"
    CREATE FUNCTION `store`.`x`(a int) RETURNS decimal(10,2) unsigned zerofill
        SQL SECURITY INVOKER
    return a
    ");
    let text = "CREATE DEFINER=`root`@`localhost` FUNCTION `x`() RETURNS varchar(5) CHARSET utf8mb4 COLLATE utf8mb4_bin\n    DETERMINISTIC\n    LANGUAGE JAVASCRIPT\nAS $$ return 'it`s' $$";
    insta::assert_snapshot!(rewritten(ProgramKind::Function, text, &Definer::Invoker, ""), @r"
    CREATE FUNCTION `store`.`x`() RETURNS varchar(5) CHARSET utf8mb4 COLLATE utf8mb4_bin
        SQL SECURITY INVOKER
        DETERMINISTIC
        LANGUAGE JAVASCRIPT
    AS $$ return 'it`s' $$
    ");
    insta::assert_snapshot!(rewritten(ProgramKind::Function, text, &Definer::Keep, ""), @r"
    CREATE DEFINER=`root`@`localhost` FUNCTION `store`.`x`() RETURNS varchar(5) CHARSET utf8mb4 COLLATE utf8mb4_bin
        DETERMINISTIC
        LANGUAGE JAVASCRIPT
    AS $$ return 'it`s' $$
    ");
}

#[test]
fn a_trigger_of_5_6_is_as_its_author_wrote_it() {
    let text = "CREATE DEFINER=`root`@`localhost` trigger shop.x after insert\n on /* t */ shop . orders -- hm\n for each row set new.id = 2, @x = total";
    insta::assert_snapshot!(rewritten(ProgramKind::Trigger, text, &Definer::Invoker, ""), @r"
    CREATE trigger `store`.`x` after insert
     on /* t */ `store`.`sales_orders` -- hm
     for each row set new.id = 2, @x = total
    -- shop.orders.total in line 3: for each row set new.id = 2, @x = total
    ");
}

#[test]
fn a_guard_stands_around_the_body() {
    for (body, guarded) in [
        (
            "set @a = 1",
            "IF @cutover_writes IS NULL THEN set @a = 1\n; END IF",
        ),
        (
            "set @a = 1;",
            "IF @cutover_writes IS NULL THEN set @a = 1;\n END IF",
        ),
        (
            "l: BEGIN END l -- x",
            "IF @cutover_writes IS NULL THEN l: BEGIN END l -- x\n; END IF",
        ),
    ] {
        let text = format!("CREATE TRIGGER `x` BEFORE INSERT ON `people` FOR EACH ROW {body}");
        let program = Program {
            kind: ProgramKind::Trigger,
            name: &TableName::new("shop", "x"),
            definition: &text,
            sql_mode: "",
        };
        let none = ChangedNames::default();
        let found = rewrite_definition(&program, &Renamed, &Definer::Keep, &none).unwrap();
        let found: Vec<&str> = found
            .guarded
            .as_deref()
            .unwrap()
            .split(" FOR EACH ROW ")
            .collect();
        assert_eq!(found[1].trim(), guarded);
    }
}

#[test]
fn the_order_of_triggers_is_that_of_their_creation() {
    let text = "CREATE DEFINER=`root`@`localhost` TRIGGER `x` BEFORE INSERT ON `people` FOR EACH ROW FOLLOWS `y` set @a = 1";
    let account = Definer::Account {
        user: "app".to_owned(),
        host: "%".to_owned(),
    };
    insta::assert_snapshot!(
        rewritten(ProgramKind::Trigger, text, &account, ""),
        @"CREATE DEFINER=`app`@`%` TRIGGER `store`.`x` BEFORE INSERT ON `store`.`people` FOR EACH ROW set @a = 1"
    );
}

#[test]
fn an_event_is_created_disabled() {
    for (status, after) in [
        ("ENABLE ", "DISABLE "),
        ("DISABLE ", "DISABLE "),
        ("DISABLE ON SLAVE ", "DISABLE "),
        ("", "DISABLE "),
    ] {
        let text = format!(
            "CREATE DEFINER=`r`@`h` EVENT `x` ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE {status}COMMENT 'DO' DO select 1"
        );
        assert_eq!(
            rewritten(ProgramKind::Event, &text, &Definer::Invoker, ""),
            format!(
                "CREATE EVENT `store`.`x` ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE {after}COMMENT 'DO' DO select 1"
            )
        );
    }
}

#[test]
fn a_definition_is_read_under_its_own_mode() {
    let text = "CREATE DEFINER=\"root\"@\"localhost\" PROCEDURE \"x\"()\nselect \"total\", '\\' from \"orders\"";
    insta::assert_snapshot!(
        rewritten(ProgramKind::Procedure, text, &Definer::Invoker, "ANSI_QUOTES,NO_BACKSLASH_ESCAPES"),
        @r#"
    CREATE PROCEDURE `store`.`x`()
        SQL SECURITY INVOKER
    select "total", '\' from "orders"
    -- shop.orders in line 2: select "total", '\' from "orders"
    -- shop.orders.total in line 2: select "total", '\' from "orders"
    "#
    );
}

#[test]
fn what_is_no_program_is_refused() {
    let program = Program {
        kind: ProgramKind::Trigger,
        name: &TableName::new("shop", "x"),
        definition: "CREATE TRIGGER `x` BEFORE INSERT",
        sql_mode: "",
    };
    let error = rewrite_definition(&program, &Renamed, &Definer::Keep, &ChangedNames::default());
    insta::assert_snapshot!(error.unwrap_err(), @"cannot read the definition of trigger shop.x: expected ON and a table, found BEFORE");
}
