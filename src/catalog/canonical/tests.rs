use super::super::differences::differences;
use super::*;
use crate::mysql::names::SameNames;

/// What two servers said of the same tables: a 5.6, and a 9.7 to which they had been carried.
fn tables(json: &str) -> Vec<Table> {
    serde_json::from_str(json).unwrap()
}

fn old() -> Vec<Table> {
    tables(include_str!("../fixtures/tables_5_6.json"))
}

fn new() -> Vec<Table> {
    tables(include_str!("../fixtures/tables_9_7.json"))
}

/// `shop` goes to `store`, `p` becomes `parents`, columns `a` and `d` get other names.
struct Renamed;

impl Names for Renamed {
    fn database(&self, _database: &Ident) -> Ident {
        Ident::new("store")
    }

    fn table(&self, table: &TableName) -> TableName {
        let name = match table.name.as_str() {
            "p" => Ident::new("parents"),
            _ => table.name.clone(),
        };
        TableName::new("store", name)
    }

    fn column(&self, _table: &TableName, column: &Ident) -> Ident {
        match column.as_str() {
            "a" => Ident::new("a`1"),
            "d" => Ident::new("day"),
            _ => column.clone(),
        }
    }
}

#[test]
fn a_table_of_5_6_and_its_copy_on_9_7_have_one_form() {
    for (old, new) in old().iter().zip(&new()) {
        assert_eq!(canonical(old, &SameNames), canonical(new, &SameNames));
        assert_eq!(differences(old, new, &SameNames), None);
    }
}

#[test]
fn every_name_is_the_destination_s() {
    let all: Vec<String> = old()
        .iter()
        .take(2)
        .map(|table| canonical(table, &Renamed))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_difference_is_shown_as_a_diff_from_the_destination_to_the_source() {
    let (old, mut new) = (old().remove(1), new().remove(1));
    new.columns[2].column_type = "bigint".to_owned();
    new.indexes.clear();
    let difference = differences(&old, &new, &SameNames).unwrap();
    insta::assert_snapshot!(difference.unified(), @r"
    --- destination shop.pr
    +++ source shop.pr
    @@ -1,7 +1,8 @@
     CREATE TABLE `shop`.`pr` (
       `id` int NOT NULL,
       `d` date NOT NULL,
    -  `x` bigint NULL DEFAULT NULL,
    +  `x` int NULL DEFAULT NULL,
    +  PRIMARY KEY (`id`, `d`),
     ) ENGINE=InnoDB COLLATE=latin1_swedish_ci
     PARTITION BY RANGE (((year(`d`) + (1 * `id`)) - 2)) SUBPARTITION BY HASH (to_days(`d`)) SUBPARTITIONS 2 (
       PARTITION `p0` VALUES LESS THAN (2000) COMMENT = 'a',
    ");
}

#[test]
fn indexes_that_are_built_later_are_left_out_with_the_foreign_keys() {
    let table = old().remove(0);
    let deferred = BTreeSet::from([Ident::new("k1"), Ident::new("ff")]);
    let text = canonical_before(&table, &SameNames, &deferred);
    assert!(!text.contains("`k1`") && !text.contains("`ff`") && !text.contains("FOREIGN KEY"));
    assert!(text.contains("KEY `k2`") && text.contains("PRIMARY KEY"));
}

#[test]
fn what_can_be_told_apart_is_told_apart() {
    let table = new().remove(0);
    let text = canonical(&table, &SameNames);
    let edits: [fn(&mut Table); 12] = [
        |table| table.columns[0].column_type = "bigint".to_owned(),
        |table| table.columns[1].nullable = false,
        |table| table.columns[1].default = Some("0".to_owned()),
        |table| table.columns[2].collation = Some("latin1_general_ci".to_owned()),
        |table| table.columns[3].comment = "x".to_owned(),
        |table| table.columns[3].invisible = true,
        |table| table.columns.swap(1, 2),
        |table| table.indexes[1].visible = false,
        |table| table.indexes[1].parts[0].descending = true,
        |table| table.foreign_keys[0].on_delete = "SET NULL".to_owned(),
        |table| table.create_options = "row_format=COMPRESSED".to_owned(),
        |table| table.engine = "MyISAM".to_owned(),
    ];
    for edit in edits {
        let mut changed = table.clone();
        edit(&mut changed);
        assert_ne!(canonical(&changed, &SameNames), text);
    }
}

#[test]
fn what_no_row_can_tell_is_not_told_apart() {
    let table = new().remove(0);
    let mut changed = table.clone();
    changed.auto_increment = Some(99);
    changed.rows = 12;
    changed.row_format = "Compact".to_owned();
    changed.create_options = "row_format=COMPACT stats_persistent=1".to_owned();
    changed.foreign_keys[0].on_update = changed.foreign_keys[0].on_update.clone();
    assert_eq!(
        canonical(&changed, &SameNames),
        canonical(&table, &SameNames)
    );
}
