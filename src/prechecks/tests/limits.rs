//! Keys, rows, partitions, foreign keys, names.

use super::{
    craft::{column, foreign_key, index_of, inspection, migration, table, unique},
    *,
};
use crate::catalog::IndexKind;

#[test]
fn keys_are_measured_as_the_destination_measures_them() {
    let long = |inspection: &mut Inspection| {
        let orders = inspection.source.change("shop.orders");
        orders.columns.push(column("c", "varchar(192)"));
        orders.indexes.push(unique("k", &["c"]));
        orders.create_options = "row_format=COMPACT".to_owned();
    };
    let found = fails("index_prefix_length", &migration(""), long);
    assert_eq!(
        found.objects,
        ["shop.orders.k (768 bytes, compact rows take 767)"]
    );
    let check = "index_prefix_length";
    let mut inspection = inspection();
    long(&mut inspection);
    inspection.source.change("shop.orders").create_options = String::new();
    assert_eq!(of(check, &migration(""), &inspection), []);
    inspection.destination.is_version("5.6.24");
    inspection.destination.set("innodb_large_prefix", "OFF");
    assert_eq!(of(check, &migration(""), &inspection).len(), 1);
    let orders = inspection.source.change("shop.orders");
    orders.indexes[1].parts[0].prefix = Some(191);
    assert_eq!(of(check, &migration(""), &inspection), []);
    orders_of(&mut inspection).columns[2] = column("c", "varchar(192)");
    let orders = orders_of(&mut inspection);
    orders.indexes[1].parts[0].prefix = None;
    orders.engine = "MyISAM".to_owned();
    assert_eq!(of(check, &migration(""), &inspection), []);
}

fn orders_of(inspection: &mut Inspection) -> &mut crate::catalog::Table {
    inspection.source.change("shop.orders")
}

/// As tried on 9.7: the last that it takes, and the first that it refuses.
#[test]
fn rows_are_measured_as_the_destination_measures_them() {
    let spec = migration("");
    let wide = |inspection: &mut Inspection, count: usize, of: &str, options: &str| {
        inspection.destination.set("innodb_strict_mode", "ON");
        inspection.destination.granted(&[
            "GRANT ALL PRIVILEGES ON `shop`.* TO `m`@`%`",
            "GRANT ALL PRIVILEGES ON `\\_cutover`.* TO `m`@`%`",
        ]);
        let orders = inspection.source.change("shop.orders");
        options.clone_into(&mut orders.create_options);
        orders.indexes.clear();
        orders.columns = (0..count)
            .map(|number| {
                let mut made = column(&format!("c{number}"), of);
                made.charset = Some("latin1".to_owned());
                made.nullable = true;
                made
            })
            .collect();
    };
    for (most, of_type, options) in [
        (196, "varchar(255)", ""),
        (10, "text", "row_format=COMPACT"),
        (31, "char(255)", ""),
    ] {
        fails("row_size_limit", &spec, |inspection| {
            wide(inspection, most + 1, of_type, options);
        });
        let mut inspection = inspection();
        wide(&mut inspection, most, of_type, options);
        assert_eq!(of("row_size_limit", &spec, &inspection), [], "{of_type}");
        wide(&mut inspection, most + 1, of_type, options);
        inspection.destination.set("innodb_strict_mode", "OFF");
        assert_eq!(of("row_size_limit", &spec, &inspection), [], "{of_type}");
    }
}

#[test]
fn columns_that_are_refused_are_named() {
    let spec = migration("");
    let member = "x".repeat(256);
    let found = fails("enum_set_length", &spec, |inspection| {
        let wide = column("e", &format!("enum('a','{member}')"));
        orders_of(inspection).columns.push(wide);
    });
    assert_eq!(found.objects, ["shop.orders.e"]);
    let mut inspection = inspection();
    let wide = column("e", &format!("enum('a','{}')", &member[1..]));
    orders_of(&mut inspection).columns.push(wide);
    assert_eq!(of("enum_set_length", &spec, &inspection), []);

    let float = |inspection: &mut Inspection| {
        let orders = orders_of(inspection);
        orders.columns[0] = column("id", "double");
        orders.columns[0].auto_increment = true;
    };
    fails("float_auto_increment", &spec, float);
    float(&mut inspection);
    inspection.destination.is_version("8.0.36");
    assert_eq!(of("float_auto_increment", &spec, &inspection), []);

    fails("blob_default", &spec, |inspection| {
        let mut text = column("t", "text");
        text.default = Some("x".to_owned());
        orders_of(inspection).columns.push(text);
    });
    let mut text = column("t", "text");
    text.default = Some("uuid()".to_owned());
    text.default_is_expression = true;
    orders_of(&mut inspection).columns.push(text);
    assert_eq!(of("blob_default", &spec, &inspection), []);
}

#[test]
fn names_that_cannot_be_are_refused() {
    let long = "x".repeat(65);
    let found = fails("identifier_invalid", &migration(""), |inspection| {
        let mut key = foreign_key("fk", "id", "shop.orders");
        key.name = Ident::new(&long);
        orders_of(inspection).foreign_keys.push(key);
    });
    assert_eq!(found.objects, [format!("shop.orders.{long}")]);
    let mut inspection = inspection();
    let mut key = foreign_key("fk", "id", "shop.orders");
    key.name = Ident::new(&long[1..]);
    orders_of(&mut inspection).foreign_keys.push(key);
    assert_eq!(of("identifier_invalid", &migration(""), &inspection), []);
}

#[test]
fn a_parser_or_a_keyring_that_is_not_there_is_told() {
    let spec = migration("");
    let parsed = |inspection: &mut Inspection| {
        let orders = orders_of(inspection);
        let mut index = unique("ft", &["word"]);
        index.unique = false;
        index.kind = IndexKind::Fulltext;
        orders.indexes.push(index);
        orders.definition = "CREATE TABLE `orders` (\n  `id` int,\n  `word` varchar(40),\n  \
            FULLTEXT KEY `ft` (`word`) /*!50100 WITH PARSER `ngram` */ \n) ENGINE=InnoDB"
            .to_owned();
    };
    let found = fails("fulltext_parser", &spec, parsed);
    assert_eq!(found.objects, ["shop.orders.ft (ngram)"]);
    let mut inspection = inspection();
    parsed(&mut inspection);
    let plugins = &mut inspection.destination.facts.plugins;
    plugins.insert("ngram".to_owned());
    assert_eq!(of("fulltext_parser", &spec, &inspection), []);

    let encrypted = |inspection: &mut Inspection| {
        orders_of(inspection).create_options = "ENCRYPTION='Y'".to_owned();
    };
    finds("tablespace_options", Severity::Warning, &spec, encrypted);
    encrypted(&mut inspection);
    let plugins = &mut inspection.destination.facts.plugins;
    plugins.insert("keyring_file".to_owned());
    assert_eq!(of("tablespace_options", &spec, &inspection), []);
}

#[test]
fn partitions_that_later_versions_refuse_are_refused() {
    let spec = migration("");
    let by = |inspection: &mut Inspection, text: &str| {
        orders_of(inspection).partitioning = Some(text.to_owned());
    };
    let passes = |check: &str, change: &dyn Fn(&mut Inspection)| {
        let mut inspection = inspection();
        change(&mut inspection);
        assert_eq!(of(check, &spec, &inspection), []);
    };
    fails("partition_engine_native", &spec, |inspection| {
        by(inspection, "PARTITION BY HASH (`id`)\nPARTITIONS 2");
        orders_of(inspection).engine = "MyISAM".to_owned();
    });
    passes("partition_engine_native", &|inspection| {
        by(inspection, "PARTITION BY HASH (`id`)\nPARTITIONS 2");
    });
    let prefixed = |inspection: &mut Inspection, text: &str| {
        by(inspection, text);
        let orders = orders_of(inspection);
        orders.indexes = vec![index_of("PRIMARY", &[("word", Some(10)), ("id", None)])];
    };
    for text in [
        "PARTITION BY KEY ()\nPARTITIONS 2",
        "PARTITION BY LINEAR KEY (id,word)\nPARTITIONS 2",
    ] {
        fails("partition_prefix_key", &spec, |inspection| {
            prefixed(inspection, text);
        });
    }
    passes("partition_prefix_key", &|inspection| {
        prefixed(inspection, "PARTITION BY KEY (id)\nPARTITIONS 2");
    });
    let dated = |inspection: &mut Inspection, bound: &str| {
        let text = format!(
            "PARTITION BY RANGE  COLUMNS(d)\n(PARTITION p0 VALUES LESS THAN ('{bound}') ENGINE = \
             InnoDB,\n PARTITION p1 VALUES LESS THAN (MAXVALUE) ENGINE = InnoDB)"
        );
        by(inspection, &text);
        orders_of(inspection).columns.push(column("d", "date"));
    };
    fails("partition_temporal_delimiter", &spec, |inspection| {
        dated(inspection, "2020/01/01");
    });
    passes("partition_temporal_delimiter", &|inspection| {
        dated(inspection, "2020-01-01");
    });
}

#[test]
fn foreign_keys_that_are_refused_are_named() {
    let spec = migration("");
    let refers = |inspection: &mut Inspection| {
        inspection
            .destination
            .set("restrict_fk_on_non_standard_key", "ON");
        let mut parent = table("shop.parent");
        parent.indexes = vec![unique("two", &["id", "word"])];
        inspection.source.holds(parent);
        let key = foreign_key("fk", "id", "shop.parent");
        orders_of(inspection).foreign_keys.push(key);
    };
    let found = fails("fk_nonunique_parent", &spec, refers);
    assert_eq!(found.objects, ["shop.orders.fk (parent shop.parent)"]);
    let mut inspection = inspection();
    refers(&mut inspection);
    let variable = "restrict_fk_on_non_standard_key";
    inspection.destination.set(variable, "OFF");
    assert_eq!(of("fk_nonunique_parent", &spec, &inspection), []);
    inspection.destination.set(variable, "ON");
    let parent = inspection.source.change("shop.parent");
    parent.indexes = vec![unique("PRIMARY", &["id"])];
    assert_eq!(of("fk_nonunique_parent", &spec, &inspection), []);
    assert_eq!(of("fk_engine", &spec, &inspection), []);
    inspection.source.change("shop.parent").engine = "MyISAM".to_owned();
    assert_eq!(of("fk_engine", &spec, &inspection).len(), 1);
}
