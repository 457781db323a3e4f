//! Columns that the specification names.

use super::{craft::migration, *};

fn objects(table: &str) -> String {
    format!(
        "objects {{\n  database \"shop\" {{\n    include = [\"*\"]\n    table {table}\n  }}\n}}\n"
    )
}

fn mapped(column: &str) -> String {
    format!(
        "mappings {{\n  database \"shop\" {{\n    table \"orders\" {{\n      column {column}\n    \
         }}\n  }}\n}}\n"
    )
}

fn unknown(more: &str) -> Vec<String> {
    let found = of("columns_known", &migration(more), &inspection());
    found.into_iter().flat_map(|found| found.objects).collect()
}

#[test]
fn columns_that_the_table_lacks_are_named_with_their_setting() {
    for (more, expected) in [
        (
            objects("\"orders\" { where = \"gone > 1 AND ID > 5\" }"),
            "shop.orders.gone (in `where`)",
        ),
        (
            objects("\"orders\" { exclude_columns = [\"gone\", \"w*\"] }"),
            "shop.orders.gone (in `columns`)",
        ),
        (
            mapped("\"gone\" {\n        to = \"x\"\n      }"),
            "shop.orders.gone (in `mappings`)",
        ),
        (
            mapped("\"word\" {\n        value = \"UPPER(gone)\"\n      }"),
            "shop.orders.gone (in `value`)",
        ),
    ] {
        assert_eq!(unknown(&more), [expected], "{more}");
    }
}

#[test]
fn columns_that_are_there_or_only_on_the_destination_pass() {
    for more in [
        objects("\"orders\" { where = \"id % 2 = 0\" }"),
        objects("\"*\" { exclude_columns = [\"only_in_some\"] }"),
        mapped("\"word\" {\n        value = \"SHA2(Word, 256)\"\n      }"),
        mapped("\"added_there\" {\n        value = \"NOW(6)\"\n      }"),
    ] {
        assert_eq!(unknown(&more), Vec::<String>::new(), "{more}");
    }
}

#[test]
fn a_key_is_never_left_out() {
    let check = "key_column_left_out";
    let without = migration(&objects("\"orders\" { exclude_columns = [\"id\"] }"));
    let found = of(check, &without, &inspection());
    assert_eq!(found[0].objects, ["shop.orders.id"]);
    let other = migration(&objects("\"orders\" { columns = [\"ID\"] }"));
    assert_eq!(of(check, &other, &inspection()), []);
}
