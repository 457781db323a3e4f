//! How the destination is to differ: other names, columns left out, changes left out.

use std::fmt::Write as _;

use super::{
    dice::Dice,
    schema::{Column, Table},
};
use crate::support::{
    equal::{Comparison, Renames, Way},
    pair::Pair,
};

/// One deviation, and a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deviation {
    /// The database has another name.
    Database,
    /// Table, its other name.
    Table(String, String),
    /// Table, column, its other name.
    Column(String, String, String),
    /// Table, column.
    LeftOut(String, String),
    /// Table: deletes are not replicated.
    NoDeletes(String),
    /// Table: inserts are not replicated.
    NoInserts(String),
}

#[derive(Clone, Debug, Default)]
pub struct Shape(pub Vec<Deviation>);

impl Deviation {
    pub fn line(&self) -> String {
        let words = match self {
            Self::Database => vec!["database"],
            Self::Table(table, to) => vec!["table", table, to],
            Self::Column(table, column, to) => vec!["column", table, column, to],
            Self::LeftOut(table, column) => vec!["left-out", table, column],
            Self::NoDeletes(table) => vec!["no-deletes", table],
            Self::NoInserts(table) => vec!["no-inserts", table],
        };
        format!("-- shape {}", words.join(" "))
    }

    pub fn read(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.strip_prefix("-- shape ")?.split(' ').collect();
        let own = |word: &str| word.to_owned();
        Some(match words[..] {
            ["database"] => Self::Database,
            ["table", table, to] => Self::Table(own(table), own(to)),
            ["column", table, column, to] => Self::Column(own(table), own(column), own(to)),
            ["left-out", table, column] => Self::LeftOut(own(table), own(column)),
            ["no-deletes", table] => Self::NoDeletes(own(table)),
            ["no-inserts", table] => Self::NoInserts(own(table)),
            _ => return None,
        })
    }

    fn table(&self) -> Option<&str> {
        match self {
            Self::Database => None,
            Self::Table(table, _)
            | Self::Column(table, _, _)
            | Self::LeftOut(table, _)
            | Self::NoDeletes(table)
            | Self::NoInserts(table) => Some(table),
        }
    }
}

impl Shape {
    pub fn random(dice: &mut Dice, tables: &[Table]) -> Self {
        let mut all = Vec::new();
        if dice.one_in(2) {
            all.push(Deviation::Database);
        }
        for table in tables {
            let name = || table.name.clone();
            if dice.one_in(3) {
                all.push(Deviation::Table(name(), format!("other_{}", table.name)));
            }
            let at = dice.below(table.columns.len());
            let column = |at: usize| table.columns[at].name.clone();
            if dice.one_in(3) {
                all.push(Deviation::Column(name(), column(at), format!("o{at}")));
            }
            // keys are to stay, and one column at least
            let may_go = |column: &Column| column.name != "c0" && !column.keyed;
            let last = table.columns.iter().rposition(may_go);
            if let Some(last) = last.filter(|last| *last != at)
                && dice.one_in(3)
            {
                all.push(Deviation::LeftOut(name(), column(last)));
            }
            match dice.below(8) {
                0 => all.push(Deviation::NoDeletes(name())),
                // An unlogged cascade goes on to grandchildren by the rows between, which would lack: a
                // plan of that is refused (`fk_cascade_dml`). For the same reason nothing here leaves
                // updates out.
                1 if !table.child => all.push(Deviation::NoInserts(name())),
                _ => {}
            }
        }
        Self(all)
    }

    /// Whether this table is on the destination as on the source.
    pub fn leaves_alone(&self, table: &str) -> bool {
        self.0.iter().all(|one| one.table() != Some(table))
    }

    pub fn leaves_out(&self, table: &str, column: &str) -> bool {
        let one = Deviation::LeftOut(table.to_owned(), column.to_owned());
        self.0.contains(&one)
    }

    /// The name of the database on the destination.
    pub fn database(&self, name: &str) -> String {
        if self.0.contains(&Deviation::Database) {
            format!("{name}_there")
        } else {
            name.to_owned()
        }
    }

    /// The blocks that say so.
    pub fn hcl(&self, database: &str) -> String {
        let mut tables: Vec<&str> = self.0.iter().filter_map(Deviation::table).collect();
        tables.dedup();
        let (mut objects, mut mappings) = (String::new(), String::new());
        for table in tables {
            let (mut set, mut map) = (String::new(), String::new());
            for one in self.0.iter().filter(|one| one.table() == Some(table)) {
                let _ = match one {
                    Deviation::Database => Ok(()),
                    Deviation::Table(_, to) => writeln!(map, "      to = \"{to}\""),
                    Deviation::Column(_, column, to) => {
                        writeln!(
                            map,
                            "      column \"{column}\" {{\n        to = \"{to}\"\n      }}"
                        )
                    }
                    Deviation::LeftOut(_, column) => {
                        writeln!(set, "      exclude_columns = [\"{column}\"]")
                    }
                    Deviation::NoDeletes(_) => {
                        writeln!(set, "      dml = [\"insert\", \"update\"]")
                    }
                    Deviation::NoInserts(_) => {
                        writeln!(set, "      dml = [\"update\", \"delete\"]")
                    }
                };
            }
            for (text, set) in [(&mut objects, set), (&mut mappings, map)] {
                if !set.is_empty() {
                    let _ = writeln!(text, "    table \"{table}\" {{\n{set}    }}");
                }
            }
        }
        if self.0.contains(&Deviation::Database) {
            mappings = format!("    to = \"{}\"\n{mappings}", self.database(database));
        }
        let mappings = if mappings.is_empty() {
            String::new()
        } else {
            format!("mappings {{\n  database \"{database}\" {{\n{mappings}  }}\n}}\n")
        };
        format!(
            "objects {{\n  database \"{database}\" {{\n    include = [\"*\"]\n{objects}  }}\n}}\n{mappings}"
        )
    }

    /// What must be the same then.
    pub fn comparison(&self, database: &str) -> Comparison {
        let mut comparison = Comparison::of(&[database]).rows_only();
        let mut renames = Renames::default();
        for one in &self.0 {
            match one {
                Deviation::Database => {
                    renames = renames.database(database, &self.database(database));
                }
                Deviation::Table(table, to) => renames = renames.table(database, table, to),
                Deviation::Column(table, column, to) => {
                    renames = renames.column(database, table, column, to);
                }
                Deviation::LeftOut(table, column) => {
                    renames = renames.without_column(database, table, column);
                }
                Deviation::NoDeletes(table) => {
                    comparison = comparison.one_way(database, table, Way::AllOfTheSource);
                }
                Deviation::NoInserts(table) => {
                    comparison = comparison.one_way(database, table, Way::AllOfTheDestination);
                }
            }
        }
        comparison.renames(renames)
    }

    pub async fn clear(&self, pair: &Pair, database: &str) {
        let databases = format!(
            "DROP DATABASE {}; DROP DATABASE {}",
            self.database(database),
            pair.metadata_database()
        );
        pair.destination().sql(&databases).await;
        pair.source()
            .sql(&format!("DROP DATABASE {database}"))
            .await;
    }
}
