//! Random tables, random changes, random kills: in the end both sides are equal, exactly.
//!
//! The ordinary run plays the same rounds each time, the long one others each time.
//!
//! `CUTOVER_MODEL_SEED` repeats one seed, `CUTOVER_MODEL_ROUNDS` sets how many rounds are run.

use mysql_async::{Conn, prelude::Queryable};

use super::{Naming, folder, pair_with};
use crate::support::{
    cli::Cli, equal::Comparison, fixtures::Numbers, pair::Pair, server::Version, wait,
};

/// A source of choices.
struct Dice(Numbers);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("small");
        usize::try_from((self.0.next() >> 11) % limit).expect("below the limit")
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// A column's type, and values that it takes, some of them the same under its collation.
struct Kind {
    sql: &'static str,
    values: &'static [&'static str],
    /// Whether a plain key may be over it.
    key: bool,
}

const KINDS: &[Kind] = &[
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
        values: &["'a'", "''", "'B'", "2"],
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

struct Column {
    name: String,
    kind: &'static Kind,
    nullable: bool,
}

struct Table {
    name: String,
    columns: Vec<Column>,
    /// References the column `c0` of the table before.
    child: bool,
    /// `c0` alone is a key.
    parent: bool,
    renamed: usize,
}

impl Table {
    fn random(
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

    fn value(&self, dice: &mut Dice, at: usize) -> String {
        let column = &self.columns[at];
        if column.nullable && dice.one_in(4) {
            return "NULL".to_owned();
        }
        if column.kind.sql == "INT" && dice.one_in(2) {
            return dice.below(40).to_string();
        }
        (*dice.pick(column.kind.values)).to_owned()
    }

    fn tuple(&self, dice: &mut Dice) -> String {
        let values: Vec<String> = (0..self.columns.len())
            .map(|at| self.value(dice, at))
            .collect();
        format!("({})", values.join(", "))
    }

    fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }

    fn insert(&self, dice: &mut Dice) -> String {
        let rows: Vec<String> = (0..=dice.below(4)).map(|_| self.tuple(dice)).collect();
        let verb = dice.pick(&["INSERT IGNORE", "INSERT IGNORE", "REPLACE"]);
        format!(
            "{verb} INTO {} ({}) VALUES {}",
            self.name,
            self.column_list(),
            rows.join(", ")
        )
    }

    fn filter(&self, dice: &mut Dice) -> String {
        let at = dice.below(self.columns.len());
        format!("{} = {}", self.columns[at].name, self.value(dice, at))
    }

    fn update(&self, dice: &mut Dice) -> String {
        let at = dice.below(self.columns.len());
        let column = &self.columns[at];
        let value = if column.kind.sql == "INT" && dice.one_in(2) {
            format!("LEAST({} + 1, 1000)", column.name)
        } else {
            self.value(dice, at)
        };
        let limit = if dice.one_in(2) { " LIMIT 3" } else { "" };
        format!(
            "UPDATE IGNORE {} SET {} = {value} WHERE {}{limit}",
            self.name,
            column.name,
            self.filter(dice)
        )
    }

    fn change(&self, dice: &mut Dice) -> String {
        match dice.below(10) {
            0..=4 => self.insert(dice),
            5..=7 => self.update(dice),
            8 => format!("DELETE FROM {} WHERE {}", self.name, self.filter(dice)),
            _ => format!(
                "DELETE FROM {} WHERE {} LIMIT 2",
                self.name,
                self.filter(dice)
            ),
        }
    }
}

/// Some statements that belong together.
fn transaction(dice: &mut Dice, tables: &[Table]) -> Vec<String> {
    let any = |dice: &mut Dice| dice.below(tables.len());
    let mut statements = Vec::new();
    match dice.below(12) {
        0..=4 => {
            let at = any(dice);
            statements.push(tables[at].change(dice));
        }
        5 => {
            // one row, again and again
            let at = any(dice);
            let filter = tables[at].filter(dice);
            let column = dice.below(tables[at].columns.len());
            for _ in 0..8 {
                let value = tables[at].value(dice, column);
                statements.push(format!(
                    "UPDATE IGNORE {} SET {} = {value} WHERE {filter} LIMIT 1",
                    tables[at].name, tables[at].columns[column].name
                ));
            }
        }
        6 => {
            // a large one
            statements.push("START TRANSACTION".to_owned());
            for _ in 0..60 {
                let at = any(dice);
                statements.push(tables[at].insert(dice));
            }
            statements.push("COMMIT".to_owned());
        }
        kind => {
            statements.push("START TRANSACTION".to_owned());
            for _ in 0..=dice.below(6) {
                let at = any(dice);
                statements.push(tables[at].change(dice));
            }
            if kind == 7 {
                statements.push("SAVEPOINT s".to_owned());
                let at = any(dice);
                statements.push(tables[at].change(dice));
                statements.push("ROLLBACK TO s".to_owned());
                let at = any(dice);
                statements.push(tables[at].change(dice));
            }
            let end = if kind == 8 { "ROLLBACK" } else { "COMMIT" };
            statements.push(end.to_owned());
        }
    }
    statements
}

/// A change of a definition that any table takes.
fn alteration(dice: &mut Dice, table: &mut Table) -> String {
    match dice.below(4) {
        0 => {
            let name = format!("x{}", table.columns.len());
            let kind = &KINDS[0];
            table.columns.insert(
                0,
                Column {
                    name: name.clone(),
                    kind,
                    nullable: true,
                },
            );
            format!(
                "ALTER TABLE {} ADD COLUMN {name} INT NULL FIRST",
                table.name
            )
        }
        1 => format!(
            "ALTER TABLE {} COMMENT = 'c{}'",
            table.name,
            dice.below(100)
        ),
        // the first stays, so that the selection is never empty
        2 if !table.child && !table.name.starts_with("t0") => {
            table.renamed += 1;
            let old = table.name.clone();
            let stem = old.split('_').next().unwrap_or(&old).to_owned();
            table.name = format!("{stem}_{}", table.renamed);
            format!("RENAME TABLE {old} TO {}", table.name)
        }
        _ => {
            let at = dice.below(table.columns.len());
            format!(
                "ALTER TABLE {} ADD INDEX ({})",
                table.name,
                if table.columns[at].kind.sql.starts_with("TEXT") {
                    format!("{}(5)", table.columns[at].name)
                } else {
                    table.columns[at].name.clone()
                }
            )
        }
    }
}

struct Round<'a> {
    pair: &'a Pair,
    cli: Cli,
    database: String,
    dice: Dice,
    tables: Vec<Table>,
    conn: Conn,
    log: Vec<String>,
}

impl<'a> Round<'a> {
    async fn new(pair: &'a Pair, seed: u64) -> Self {
        let database = pair.database(&format!("m{seed}"));
        let mut conn = pair.source().root().await;
        conn.query_drop(format!(
            "CREATE DATABASE {database}; USE {database}; SET NAMES utf8mb4; \
             SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+02:00'"
        ))
        .await
        .expect("the database can be made");
        let mut cli = folder(
            pair,
            &[&database],
            "\nlimits {\n  full {\n    workers = 3\n  }\n}\n",
        );
        let mut dice = Dice(Numbers::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        for _ in 0..5 {
            dice.0.next();
        }
        let rows = 10 + dice.below(80);
        cli.env("CUTOVER_WINDOWS", &format!("{rows}:{}", 2 + dice.below(20)));
        let mut round = Self {
            pair,
            cli,
            database,
            dice,
            tables: Vec::new(),
            conn,
            log: Vec::new(),
        };
        round.make_tables().await;
        round
    }

    async fn make_tables(&mut self) {
        let modern = self.pair.source().version() == Version::V9_7;
        for number in 0..=self.dice.below(4) {
            // a random key may be too long or not allowed: then another
            loop {
                let parent = self.tables.last();
                let (table, create) = Table::random(&mut self.dice, number, parent, modern);
                if self.conn.query_drop(&create).await.is_ok() {
                    self.log.push(create);
                    self.tables.push(table);
                    break;
                }
            }
        }
    }

    /// Runs statements; what the server refuses is refused on both sides alike.
    async fn run(&mut self, statements: Vec<String>) {
        for statement in statements {
            let done = self.conn.query_drop(&statement).await;
            let refused = if done.is_ok() { "" } else { "-- " };
            self.log.push(format!("{refused}{statement}"));
        }
    }

    async fn write(&mut self, transactions: usize) {
        for _ in 0..transactions {
            let statements = transaction(&mut self.dice, &self.tables);
            self.run(statements).await;
        }
        let _ = self.conn.query_drop("COMMIT").await;
    }

    async fn alter(&mut self) {
        let at = self.dice.below(self.tables.len());
        let parent_of_another = self.tables.get(at + 1).is_some_and(|next| next.child);
        if parent_of_another {
            return;
        }
        let statement = alteration(&mut self.dice, &mut self.tables[at]);
        self.run(vec![statement]).await;
    }

    fn apply(&mut self, until: &str) -> i32 {
        let arguments = ["apply", "--auto-approve", "--until", until];
        self.cli.run(&arguments).code()
    }

    /// Killed at some failpoint, if it is met at all.
    fn crash(&mut self) {
        let name = self.dice.pick(&[
            "stream.window_begun",
            "stream.rows_written",
            "stream.noted",
            "stream.committed",
            "stream.committed",
            "stream.finished_window",
            "stream.statement",
        ]);
        let failpoint = format!("{name}:{}", 1 + self.dice.below(4));
        self.log.push(format!("-- killed at {failpoint}"));
        self.cli.env("CUTOVER_FAILPOINT", &failpoint);
        let output = self
            .cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"]);
        self.cli.env_remove("CUTOVER_FAILPOINT");
        let met = [0, 128 + 6].contains(&output.code());
        assert!(met, "{}\n{}", self.told("killed"), output.stderr);
    }

    fn told(&self, what: &str) -> String {
        let shown = self.log.join(";\n");
        let path = std::env::temp_dir().join(format!("cutover-model-{}.sql", self.database));
        let _ = std::fs::write(&path, &shown);
        format!("{what}: {} ({})", self.database, path.display())
    }

    async fn catch_up(&mut self) {
        self.log.push("-- caught up".to_owned());
        let output = self
            .cli
            .run(&["apply", "--auto-approve", "--until", "caught-up"]);
        assert!(
            output.code() == 0,
            "{}\n{}",
            self.told("apply"),
            output.stderr
        );
        let found = Comparison::of(&[&self.database])
            .rows_only()
            .differences(self.pair.source(), self.pair.destination())
            .await;
        assert!(
            found.is_empty(),
            "{}\n{}",
            self.told("differs"),
            found.join("\n")
        );
    }

    async fn play(mut self) {
        self.write(30).await;
        self.copy().await;
        for part in 0..3 {
            self.write(25).await;
            if part == 1 {
                // definitions that change before the copy has met the stream are another matter
                self.catch_up().await;
            }
            if part > 0 && self.dice.one_in(2) {
                self.alter().await;
                self.write(10).await;
            }
            while self.dice.one_in(2) {
                self.crash();
            }
        }
        self.catch_up().await;
        self.clear().await;
    }

    /// Copies while the source is written, now and then killed.
    async fn copy(&mut self) {
        let fuzzy = self.dice.one_in(2);
        if !fuzzy {
            assert_eq!(self.apply("full"), 0, "{}", self.told("full"));
            return;
        }
        self.cli.env("CUTOVER_FAILPOINT", "copy.committed");
        let code = self.apply("full");
        self.cli.env_remove("CUTOVER_FAILPOINT");
        assert!([0, 128 + 6].contains(&code), "{}", self.told("full"));
        self.log.push("-- copied in part".to_owned());
        self.write(20).await;
        assert_eq!(self.apply("full"), 0, "{}", self.told("full"));
        self.log.push("-- copied".to_owned());
    }

    async fn clear(mut self) {
        let databases = format!(
            "DROP DATABASE {}; DROP DATABASE {}",
            self.database,
            self.pair.metadata_database()
        );
        self.pair.destination().sql(&databases).await;
        self.conn
            .query_drop(format!("DROP DATABASE {}", self.database))
            .await
            .expect("it can be dropped");
        self.conn.disconnect().await.expect("the connection closes");
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Of the ordinary run.
const SEED: u64 = 3_990_000;

async fn play(version: Version, naming: Naming, arguments: &[&str], first: u64, rounds: u64) {
    let rounds = setting("CUTOVER_MODEL_ROUNDS").unwrap_or(rounds);
    let seed = setting("CUTOVER_MODEL_SEED");
    let first = seed.unwrap_or(first);
    let last = if seed.is_some() {
        first + 1
    } else {
        first + rounds
    };
    let pair = pair_with(version, naming, arguments).await;
    let begun = std::time::Instant::now();
    for seed in first..last {
        eprintln!("seed {seed}");
        Round::new(&pair, seed).await.play().await;
        assert!(begun.elapsed() < 100 * wait::PATIENCE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_on_a_source_arrives() {
    play(Version::V9_7, Naming::Gtids, &[], SEED, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_on_an_old_source_arrives() {
    play(Version::V5_6, Naming::Files, &[], SEED, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_engine_cascades_arrives() {
    let native = ["--innodb-native-foreign-keys=ON"];
    play(Version::V9_7, Naming::Files, &native, SEED, 3).await;
}

/// Keys that share their first part, under a collation that pads.
#[tokio::test(flavor = "multi_thread")]
async fn several_keys_of_one_moment_are_found() {
    play(Version::V9_7, Naming::Gtids, &[], 7_195_005, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes an hour"]
async fn whatever_happens_arrives_many_times() {
    let native = ["--innodb-native-foreign-keys=ON"];
    let first = u64::from(std::process::id()) * 1000;
    play(Version::V9_7, Naming::Gtids, &[], first, 200).await;
    play(Version::V5_6, Naming::Files, &[], first, 150).await;
    play(Version::V9_7, Naming::Gtids, &native, first, 150).await;
}
