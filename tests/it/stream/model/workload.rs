//! Random changes of rows and of definitions.

use super::{
    dice::Dice,
    schema::{Column, KINDS, Table},
    shape::Shape,
};

impl Table {
    pub fn value(&self, dice: &mut Dice, at: usize) -> String {
        let column = &self.columns[at];
        if column.nullable && dice.one_in(4) {
            return "NULL".to_owned();
        }
        if column.kind.sql == "INT" && dice.one_in(2) {
            return dice.below(40).to_string();
        }
        (*dice.pick(column.kind.values)).to_owned()
    }

    pub fn tuple(&self, dice: &mut Dice) -> String {
        let values: Vec<String> = (0..self.columns.len())
            .map(|at| self.value(dice, at))
            .collect();
        format!("({})", values.join(", "))
    }

    pub fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }

    pub fn insert(&self, dice: &mut Dice) -> String {
        let rows: Vec<String> = (0..=dice.below(4)).map(|_| self.tuple(dice)).collect();
        let verb = dice.pick(&["INSERT IGNORE", "INSERT IGNORE", "REPLACE"]);
        format!(
            "{verb} INTO {} ({}) VALUES {}",
            self.name,
            self.column_list(),
            rows.join(", ")
        )
    }

    pub fn filter(&self, dice: &mut Dice) -> String {
        let at = dice.below(self.columns.len());
        format!("{} = {}", self.columns[at].name, self.value(dice, at))
    }

    pub fn update(&self, dice: &mut Dice) -> String {
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

    pub fn change(&self, dice: &mut Dice) -> String {
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
pub fn transaction(dice: &mut Dice, tables: &[Table]) -> Vec<String> {
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
pub fn alteration(dice: &mut Dice, table: &mut Table, shape: &Shape) -> String {
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
                    keyed: false,
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
        2 if !table.child && !table.name.starts_with("t0") && shape.leaves_alone(&table.name) => {
            table.renamed += 1;
            let old = table.name.clone();
            let stem = old.split('_').next().unwrap_or(&old).to_owned();
            table.name = format!("{stem}_{}", table.renamed);
            format!("RENAME TABLE {old} TO {}", table.name)
        }
        _ => {
            let mut at = dice.below(table.columns.len());
            if shape.leaves_out(&table.name, &table.columns[at].name) {
                at = 0;
            }
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
