use proptest::prelude::*;

use super::*;
use crate::mysql::names::SameNames;
use crate::mysql::{Names, ServerVersion, TableName};

/// Renames the database, one table, and two columns.
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
            "p" => Ident::new("sales`p"),
            _ => table.name.clone(),
        };
        TableName::new(self.database(&table.database), name)
    }

    fn column(&self, table: &TableName, column: &Ident) -> Ident {
        match (table.name.as_str(), column.as_str()) {
            ("t1", "a") => Ident::new("a `x"),
            ("t1", "d") => Ident::new("amount"),
            ("p", "id") => Ident::new("p_id"),
            _ => column.clone(),
        }
    }
}

fn version(text: &str) -> ServerVersion {
    ServerVersion::parse(text, "")
}

fn statements(show_create: &str, source: &str, names: &dyn Names) -> TableStatements {
    let definition = TableDefinition::parse(show_create).unwrap();
    let name = TableName::new("shop", definition.name.clone());
    let plan = TablePlan {
        secondary_indexes: SecondaryIndexes::AfterCopy,
        source: &version(source),
        destination: &version("9.7.4"),
        referenced: &[],
    };
    definition.statements(&name, names, &plan)
}

fn shown(statements: &TableStatements) -> String {
    let mut all = vec![statements.create.clone()];
    all.extend(statements.secondary_indexes.clone());
    all.extend(statements.foreign_keys.clone());
    let bridged = statements
        .bridged
        .iter()
        .map(|bridged| format!("-- {bridged}"));
    all.extend(bridged);
    all.join("\n\n")
}

#[test]
fn a_table_of_9_7_is_mapped_in_every_part() {
    let text = include_str!("../fixtures/table_9_7.sql");
    insta::assert_snapshot!(shown(&statements(text, "9.7.4", &Renamed)));
}

#[test]
fn a_table_of_5_6_is_bridged() {
    let text = include_str!("../fixtures/table_5_6.sql");
    insta::assert_snapshot!(shown(&statements(text, "5.6.24", &Renamed)));
}

#[test]
fn partitions_are_mapped_quoted_and_freed_of_their_places() {
    let text = "CREATE TABLE `t1` (\n  `id` int(11) NOT NULL,\n  `d` date NOT NULL,\n  `year` int(11)\n) \
        ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=latin1 DATA DIRECTORY='/x' COMMENT='PARTITION BY'\n\
        /*!50100 PARTITION BY RANGE (YEAR( D ) + 1*id-year(year))\n\
        SUBPARTITION BY HASH (to_days(d))\n\
        (PARTITION p0 VALUES LESS THAN (2000)\n \
        (SUBPARTITION rank DATA DIRECTORY = '/y' ENGINE = InnoDB,\n  \
        SUBPARTITION `s 1` COMMENT = 'd' ENGINE = InnoDB)) */";
    insta::assert_snapshot!(shown(&statements(text, "5.6.24", &Renamed)));
}

#[test]
fn keys_that_something_rests_on_are_made_with_the_table() {
    let text = "CREATE TABLE `t` (\n  `a` int NOT NULL AUTO_INCREMENT,\n  `b` int,\n  `c` int,\n  `e` int,\n  \
        UNIQUE KEY `u` (`c`),\n  KEY `a1` (`a`),\n  KEY `a2` (`a`,`b`),\n  KEY `b1` (`b`,`c`),\n  \
        KEY `c1` (`c`),\n  KEY `e1` (`e`),\n  \
        CONSTRAINT `f` FOREIGN KEY (`b`) REFERENCES `other`.`p` (`x`),\n  \
        CONSTRAINT `g` FOREIGN KEY (`c`) REFERENCES `t` (`e`)\n) ENGINE=InnoDB";
    let definition = TableDefinition::parse(text).unwrap();
    let names = |referenced: &[Vec<Ident>]| {
        deferral::deferrable(&definition, referenced)
            .iter()
            .map(|name| name.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["a2", "c1"]);
    let child = vec![Ident::new("a"), Ident::new("b")];
    assert_eq!(names(&[child]), ["c1"]);
    insta::assert_snapshot!(shown(&statements(text, "9.7.4", &SameNames)), @r"
    CREATE TABLE `shop`.`t` (
      `a` int NOT NULL AUTO_INCREMENT,
      `b` int,
      `c` int,
      `e` int,
      UNIQUE KEY `u` (`c`),
      KEY `a1` (`a`),
      KEY `b1` (`b`,`c`),
      KEY `e1` (`e`)
    ) ENGINE=InnoDB

    ALTER TABLE `shop`.`t`
      ADD KEY `a2` (`a`,`b`),
      ADD KEY `c1` (`c`)

    ALTER TABLE `shop`.`t`
      ADD CONSTRAINT `f` FOREIGN KEY (`b`) REFERENCES `other`.`p` (`x`)

    ALTER TABLE `shop`.`t`
      ADD CONSTRAINT `g` FOREIGN KEY (`c`) REFERENCES `shop`.`t` (`e`)
    ");
}

#[test]
fn what_is_no_table_definition_is_refused_with_what_was_found() {
    let error = TableDefinition::parse("CREATE VIEW `v` AS select 1").unwrap_err();
    insta::assert_snapshot!(error, @"cannot read the definition of the table: expected CREATE TABLE, found CREATE");
    let error = TableDefinition::parse("CREATE TABLE `t` (`a` int").unwrap_err();
    insta::assert_snapshot!(error, @"cannot read the definition of table `t`: expected ) behind the columns, found the end");
    let error = TableDefinition::parse("CREATE TABLE `t` (`a` int, PERIOD x)").unwrap_err();
    insta::assert_snapshot!(error, @"cannot read the definition of table `t`: expected a column, key or constraint, found PERIOD");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail_other_than_by_an_error(text in "(CREATE TABLE `t` \\()?[ `',()a-dA-D=/*!0-9KEYPRIMARYCONSTRAINTFOREIGNREFERENCESCHECK]{0,80}\\)?.{0,9}") {
        if let Ok(definition) = TableDefinition::parse(&text) {
            let plan = TablePlan {
                secondary_indexes: SecondaryIndexes::AfterCopy,
                source: &version("5.6.24"),
                destination: &version("9.7.4"),
                referenced: &[],
            };
            definition.statements(&TableName::new("d", "t"), &Renamed, &plan);
        }
    }
}
