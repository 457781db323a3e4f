//! Random tables.

use super::dice::Dice;

/// A column's type, and values that it takes, some of them the same under its collation.
pub struct Kind {
    pub sql: &'static str,
    pub values: &'static [&'static str],
    /// Whether a plain key may be over it.
    pub key: bool,
}

pub const KINDS: &[Kind] = &[
    Kind {
        sql: "INT",
        values: &["0", "1", "-1", "2", "7", "100", "2147483647"],
        key: true,
    },
    Kind {
        sql: "BIGINT UNSIGNED",
        values: &["0", "1", "2", "18446744073709551615", "9223372036854775808"],
        key: true,
    },
    Kind {
        sql: "VARCHAR(12) CHARACTER SET utf8 COLLATE utf8_unicode_ci",
        values: &[
            "'Stra\u{df}e'",
            "'STRASSE'",
            "'strasse '",
            "'a'",
            "'A'",
            "'\u{e4}'",
            "'b  '",
            "''",
            "' '",
        ],
        key: true,
    },
    Kind {
        sql: "VARCHAR(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        values: &[
            "'x'",
            "'X '",
            "'\u{df}'",
            "'s'",
            "'ss'",
            "'\u{1f600}'",
            "'y'",
        ],
        key: true,
    },
    Kind {
        sql: "CHAR(6) CHARACTER SET latin1",
        values: &["'q'", "'Q'", "'\u{e9}'", "'e'", "''"],
        key: true,
    },
    Kind {
        sql: "VARBINARY(6)",
        values: &["'q'", "'Q'", "'q '", "''", "X'00'", "X'ff'"],
        key: true,
    },
    Kind {
        sql: "VARCHAR(10) CHARACTER SET utf8 COLLATE utf8_bin",
        values: &["'q'", "'Q'", "'q '", "''", "'\u{df}'"],
        key: true,
    },
    Kind {
        sql: "DECIMAL(8,2)",
        values: &["0", "1.5", "1.50", "-3.25", "999999.99"],
        key: true,
    },
    Kind {
        sql: "DATETIME",
        values: &[
            "'2020-01-02 03:04:05'",
            "'1999-12-31 23:59:59'",
            "'0000-00-00 00:00:00'",
        ],
        key: true,
    },
    Kind {
        sql: "TIMESTAMP(3)",
        values: &[
            "'2020-01-02 03:04:05.125'",
            "'1999-12-31 23:59:59'",
            "'2001-01-01 00:00:00.9'",
        ],
        key: true,
    },
    Kind {
        sql: "DATE",
        values: &["'2020-01-02'", "'1999-12-31'"],
        key: true,
    },
    Kind {
        sql: "TIME",
        values: &["'10:00:00'", "'-800:00:01'", "'00:00:00'"],
        key: true,
    },
    Kind {
        sql: "ENUM('a','','B')",
        values: &["'a'", "''", "'B'", "2", "'none of them'"],
        key: true,
    },
    Kind {
        sql: "SET('p','q','r')",
        values: &["''", "'p'", "'p,r'", "7"],
        key: true,
    },
    Kind {
        sql: "BIT(10)",
        values: &["0", "1", "513"],
        key: true,
    },
    Kind {
        sql: "YEAR",
        values: &["0", "2020", "1901"],
        key: true,
    },
    Kind {
        sql: "DOUBLE",
        values: &["0", "-0e0", "0.1", "1e300"],
        key: false,
    },
    Kind {
        sql: "FLOAT",
        values: &["0", "0.1", "-2.5"],
        key: false,
    },
    Kind {
        sql: "TEXT CHARACTER SET utf8",
        values: &["'text'", "'Text '", "''", "REPEAT('long', 500)"],
        key: false,
    },
];

pub struct Column {
    pub name: String,
    pub kind: &'static Kind,
    pub nullable: bool,
    /// Whether a key is over it.
    pub keyed: bool,
}

pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// References the column `c0` of the table before.
    pub child: bool,
    /// `c0` alone is a key.
    pub parent: bool,
    pub renamed: usize,
}

impl Table {
    pub fn random(
        dice: &mut Dice,
        number: usize,
        parent: Option<&Table>,
        modern: bool,
    ) -> (Self, String) {
        let count = 2 + dice.below(4);
        let mut columns: Vec<Column> = (0..count)
            .map(|at| Column {
                name: format!("c{at}"),
                kind: &KINDS[dice.below(KINDS.len())],
                nullable: dice.one_in(3),
                keyed: false,
            })
            .collect();
        let with_key = !dice.one_in(5);
        if with_key {
            while !columns[0].kind.key {
                columns[0].kind = &KINDS[dice.below(KINDS.len())];
            }
            columns[0].nullable = false;
        }
        let mut parts = Vec::new();
        let mut alone = with_key;
        if with_key {
            let mut key = "c0".to_owned();
            if dice.one_in(3) && columns[1].kind.key {
                columns[1].nullable = false;
                key.push_str(", c1");
                alone = false;
            }
            let word = dice.pick(&["PRIMARY", "PRIMARY", "UNIQUE"]);
            parts.push(format!("{word} KEY ({key})"));
        }
        for at in 1..count {
            if columns[at].kind.key && dice.one_in(3) {
                let partner = dice.below(count);
                if columns[partner].kind.key && partner != at && dice.one_in(2) {
                    parts.push(format!("UNIQUE KEY (c{at}, c{partner})"));
                } else {
                    parts.push(format!("UNIQUE KEY (c{at})"));
                }
            } else if columns[at].kind.sql.contains("CHAR") && dice.one_in(5) {
                parts.push(format!("UNIQUE KEY (c{at}(2))"));
            } else if modern && columns[at].kind.sql == "INT" && dice.one_in(2) {
                parts.push(format!("UNIQUE KEY ((c{at} % 50))"));
            }
        }
        let child = match parent {
            Some(parent) if parent.parent && dice.one_in(2) => {
                let nullable = dice.one_in(2);
                columns.push(Column {
                    name: "fk".to_owned(),
                    kind: parent.columns[0].kind,
                    nullable,
                    keyed: true,
                });
                let delete = if nullable {
                    dice.pick(&["CASCADE", "SET NULL"])
                } else {
                    "CASCADE"
                };
                let update = dice.pick(&["CASCADE", "NO ACTION"]);
                parts.push(format!(
                    "FOREIGN KEY (fk) REFERENCES {} (c0) ON DELETE {delete} ON UPDATE {update}",
                    parent.name
                ));
                true
            }
            Some(_) | None => false,
        };
        for column in &mut columns {
            let over = |part: &String| part.contains("KEY (") && part.contains(&column.name);
            column.keyed = parts.iter().any(over);
        }
        let defined = columns.iter().map(|column| {
            let null = if column.nullable { "NULL" } else { "NOT NULL" };
            let default = match column.kind.sql {
                "TIMESTAMP(3)" if column.nullable => " DEFAULT NULL".to_owned(),
                "TIMESTAMP(3)" => " DEFAULT '2010-01-01 00:00:00'".to_owned(),
                _ => String::new(),
            };
            format!("{} {} {null}{default}", column.name, column.kind.sql)
        });
        let all: Vec<String> = defined.chain(parts).collect();
        let name = format!("t{number}");
        let create = format!(
            "CREATE TABLE {name} ({}) DEFAULT CHARACTER SET utf8",
            all.join(", ")
        );
        let table = Self {
            name,
            columns,
            child,
            parent: alone,
            renamed: 0,
        };
        (table, create)
    }
}
