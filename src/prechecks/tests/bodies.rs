//! What a later version makes of the SQL inside objects.

use super::{
    craft::{event, function, inspection, migration, trigger, view},
    *,
};
use crate::catalog::Routine;

/// A source of 5.6 with this procedure beside the usual objects.
fn old(definition: &str) -> Inspection {
    let mut inspection = inspection();
    inspection.source.is_version("5.6.24");
    inspection
        .source
        .granted(&["GRANT ALL PRIVILEGES ON *.* TO `m`@`%`"]);
    let shop = inspection.source.has_database("shop");
    shop.routines.push(procedure(definition));
    inspection
}

fn procedure(body: &str) -> Routine {
    Routine {
        kind: RoutineKind::Procedure,
        definition: Some(format!(
            "CREATE DEFINER=`app`@`%` PROCEDURE `p`(a INT)\n{body}"
        )),
        ..function("shop.p")
    }
}

/// What the check says of a procedure with that body, without the procedure's name.
fn said(check: &str, body: &str) -> Vec<String> {
    let found = of(check, &migration(""), &old(body));
    assert!(found.len() <= 1, "{found:#?}");
    let objects = found.into_iter().flat_map(|finding| finding.objects);
    objects
        .map(|object| object.trim_start_matches("shop.p (procedure): ").to_owned())
        .collect()
}

#[test]
fn words_that_became_reserved_are_found_where_they_are_names() {
    let check = "reserved_word_in_body";
    assert_eq!(said(check, "SELECT a rank, `groups` FROM t"), ["RANK"]);
    assert_eq!(
        said(check, "BEGIN DECLARE lead, system INT; SET lead = 1; END"),
        ["LEAD", "SYSTEM"]
    );
    assert_eq!(said(check, "SELECT row FROM rows"), ["ROW", "ROWS"]);
    for harmless in [
        "SELECT t.rank, `window`, 'over', @groups FROM t -- rank",
        "SELECT 1 FROM t WHERE (a, b) = ROW(1, 2)",
        "BEGIN SET SESSION time_zone = SYSTEM; SET SESSION binlog_format = ROW; END",
        "BEGIN DROP FUNCTION IF EXISTS f; SHOW FUNCTION STATUS; END",
    ] {
        assert_eq!(said(check, harmless), [""; 0], "{harmless}");
    }
    // on a source that has the word, it is what it is
    let mut inspection = old("SELECT RANK() OVER (ORDER BY a) FROM t");
    inspection.source.is_version("8.0.36");
    assert_eq!(of(check, &migration(""), &inspection), []);
    assert_eq!(
        fails_in_trigger(
            check,
            "create trigger rank before insert on rank for each row set @a = lag"
        ),
        ["shop.tr (trigger): LAG"]
    );
}

fn fails_in_trigger(check: &str, definition: &str) -> Vec<String> {
    let mut inspection = old("SELECT 1");
    let mut made = trigger("shop.tr", "orders");
    definition.clone_into(&mut made.definition);
    inspection.source.has_database("shop").triggers.push(made);
    let found = of(check, &migration(""), &inspection);
    let skipped = migration("schema {\n  triggers = \"skip\"\n}\n");
    assert_eq!(of(check, &skipped, &inspection), []);
    found
        .into_iter()
        .flat_map(|finding| finding.objects)
        .collect()
}

#[test]
fn a_direction_in_group_by_is_refused() {
    let check = "group_by_asc_desc";
    assert_eq!(
        said(check, "SELECT a FROM t GROUP BY a, f(b) DESC WITH ROLLUP"),
        ["GROUP BY ... DESC"]
    );
    for harmless in [
        "SELECT a FROM t GROUP BY a ORDER BY a DESC",
        "SELECT GROUP_CONCAT(a ORDER BY b DESC) FROM (SELECT a FROM t GROUP BY a) x ORDER BY 1 ASC",
        "BEGIN SELECT a FROM t GROUP BY a; SELECT a FROM t ORDER BY a DESC; END",
    ] {
        assert_eq!(said(check, harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn removed_syntax_is_refused() {
    let check = "removed_syntax";
    for (body, shown) in [
        ("SELECT PASSWORD('x')", "PASSWORD()"),
        ("SELECT SQL_CACHE 1", "SQL_CACHE"),
        ("FLUSH QUERY CACHE", "FLUSH or RESET QUERY CACHE"),
        ("SELECT \\N", "\\N"),
        ("SHOW SLAVE STATUS", "SLAVE (now REPLICA)"),
        (
            "GRANT SELECT ON *.* TO x IDENTIFIED BY 'y'",
            "GRANT ... IDENTIFIED BY",
        ),
        ("BEGIN DECLARE y YEAR(2); END", "YEAR(2)"),
        ("SELECT a FROM t PROCEDURE ANALYSE()", "PROCEDURE ANALYSE"),
        ("SELECT @@session.tx_isolation", "@@tx_isolation"),
        ("SET SESSION storage_engine = InnoDB", "@@storage_engine"),
    ] {
        assert_eq!(said(check, body), [shown], "{body}");
    }
    for harmless in [
        "SELECT password, YEAR(2), 'SQL_CACHE', t.sql_cache FROM t",
        "BEGIN DECLARE old_passwords INT; SET old_passwords = 1; END",
        "INSERT INTO password (a) VALUES (1)",
        "SHOW REPLICA STATUS",
    ] {
        assert_eq!(said(check, harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn a_table_behind_a_dot_alone_is_refused() {
    let check = "dot_table_syntax";
    assert_eq!(said(check, "SELECT * FROM .t JOIN shop.u"), [".t"]);
    assert_eq!(said(check, "SELECT .5, t.a FROM t"), [""; 0]);
}

#[test]
fn removed_functions_are_refused_where_they_are_resolved_at_once() {
    let mut inspection = old("SELECT ENCODE('a', 'b'), shop.encrypt('a'), net(1)");
    let shop = inspection.source.has_database("shop");
    let mut made = view("shop.recent");
    made.definition = "CREATE VIEW `recent` AS select astext(`t`.`g`) AS `x` from `t`".to_owned();
    shop.views.insert(Ident::new("recent"), made);
    let found = of("removed_functions", &migration(""), &inspection);
    assert_eq!(found[0].severity, Severity::Fail);
    assert_eq!(found[0].objects, ["shop.recent (view): ASTEXT"]);
    let told = of("removed_functions_in_bodies", &migration(""), &inspection);
    assert_eq!(told[0].severity, Severity::Info);
    assert_eq!(told[0].objects, ["shop.p (procedure): ENCODE"]);
    let quiet = migration("schema {\n  assessment = false\n}\n");
    assert_eq!(of("removed_functions_in_bodies", &quiet, &inspection), []);
    assert_eq!(of("removed_functions", &quiet, &inspection).len(), 1);
    // a function of one's own by that name
    let shop = inspection.source.has_database("shop");
    shop.routines.push(function("shop.AsText"));
    assert_eq!(of("removed_functions", &migration(""), &inspection), []);
}

#[test]
fn functions_that_the_destination_lacks_are_refused_in_expressions() {
    let found = fails("removed_functions", &migration(""), |inspection| {
        let facts = &mut inspection.destination.facts;
        facts.absent_functions = ["md5".to_owned()].into();
        let orders = inspection.source.change("shop.orders");
        orders.columns[1].generated = Some(Generated {
            expression: "md5(`id`)".to_owned(),
            stored: true,
        });
    });
    assert_eq!(found.objects, ["shop.orders.word (generated column): MD5"]);
}

#[test]
fn modes_and_words_of_the_past_are_told() {
    let mut inspection = old("SELECT SQL_CALC_FOUND_ROWS a && b FROM t");
    let shop = inspection.source.has_database("shop");
    shop.routines[1].context.sql_mode = "ANSI_QUOTES,NO_AUTO_CREATE_USER".to_owned();
    let mut made = event("shop.nightly");
    made.definition = "CREATE EVENT `nightly` ON SCHEDULE EVERY 1 DAY DO DO 1".to_owned();
    shop.events.push(made);
    let found = of("sql_mode_obsolete", &migration(""), &inspection);
    assert_eq!(
        found[0].objects,
        ["shop.p (procedure): NO_AUTO_CREATE_USER"]
    );
    let found = of("sql_calc_found_rows_etc", &migration(""), &inspection);
    assert_eq!(
        found[0].objects,
        [
            "shop.p (procedure): &&",
            "shop.p (procedure): SQL_CALC_FOUND_ROWS"
        ]
    );
}
