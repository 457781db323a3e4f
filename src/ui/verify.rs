//! The answer of `verify`: equal, or which rows differ in which columns.

use serde::Serialize;

use super::{
    Look, Paint, Verbosity,
    look::{counted, grouped, lasting, wrap},
};
use crate::{
    mysql::Ident,
    verify::{Orphans, RowDifference, TableResult},
};

/// What was compared and found.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyAnswer {
    pub format_version: u32,
    pub migration: String,
    /// `checksum`, `count` or `sample`.
    pub mode: String,
    pub equal: bool,
    pub seconds: u64,
    pub tables: Vec<TableResult>,
    /// Children without a parent, on the destination at least.
    pub orphans: Vec<Orphans>,
    /// Definitions and objects that differ, a line each.
    pub definitions: Vec<String>,
}

impl VerifyAnswer {
    pub fn new(
        migration: impl Into<String>,
        mode: impl Into<String>,
        seconds: u64,
        tables: Vec<TableResult>,
        orphans: Vec<Orphans>,
        definitions: Vec<String>,
    ) -> Self {
        let equal = tables.iter().all(TableResult::equal)
            && definitions.is_empty()
            && orphans.iter().all(|key| key.destination == key.source);
        Self {
            format_version: 1,
            migration: migration.into(),
            mode: mode.into(),
            equal,
            seconds,
            tables,
            orphans,
            definitions,
        }
    }
}

/// For programs.
pub fn json(answer: &VerifyAnswer) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(answer).map(|text| text + "\n")
}

/// Rows named for each table, unless more is asked for.
const ROWS_NAMED: usize = 10;

/// For people.
pub fn text(answer: &VerifyAnswer, look: Look, verbosity: Verbosity) -> String {
    let named = match verbosity {
        Verbosity::Quiet | Verbosity::Normal => ROWS_NAMED,
        Verbosity::Steps | Verbosity::Everything => usize::MAX,
    };
    let mut lines: Vec<String> = Vec::new();
    for table in answer.tables.iter().filter(|table| !table.equal()) {
        lines.extend(different(table, named, look));
    }
    for key in &answer.orphans {
        lines.push(orphans(key, look));
    }
    for definition in &answer.definitions {
        let sign = look.paint(Paint::Changed, "~");
        lines.push(format!(
            "{sign} {}",
            &wrap(definition, look.columns(), "  ", "    ")[2..]
        ));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(conclusion(answer, look));
    lines.join("\n") + "\n"
}

fn conclusion(answer: &VerifyAnswer, look: Look) -> String {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let rows = answer.tables.iter().map(|table| table.source_rows).sum();
    let compared = format!(
        "{} and {} compared by {} in {}",
        counted(count(answer.tables.len()), "table", "tables"),
        counted(rows, "row", "rows"),
        answer.mode,
        lasting(answer.seconds)
    );
    let told = |paint: Paint, word: &str, text: &str| {
        let line = wrap(&format!("{word}: {text}."), look.columns(), "", "");
        line.replacen(word, &look.paint(paint, word), 1)
    };
    if answer.equal {
        return told(Paint::Good, "Equal", &compared);
    }
    let tables = answer.tables.iter().filter(|table| !table.equal()).count();
    let rows: u64 = answer.tables.iter().map(|table| table.differing_rows).sum();
    let mut parts = Vec::new();
    if tables > 0 {
        parts.push(format!(
            "{} in {}",
            counted(rows, "row", "rows"),
            counted(count(tables), "table", "tables")
        ));
    }
    if !answer.orphans.is_empty() {
        let keys = counted(count(answer.orphans.len()), "foreign key", "foreign keys");
        parts.push(format!("{keys} with orphans"));
    }
    if !answer.definitions.is_empty() {
        parts.push(counted(
            count(answer.definitions.len()),
            "definition",
            "definitions",
        ));
    }
    let found = format!("{}; {compared}", parts.join(", "));
    told(Paint::Bad, "Different", &found)
}

fn different(table: &TableResult, named: usize, look: Look) -> Vec<String> {
    let name = if table.source == table.destination {
        table.source.plain()
    } else {
        format!("{} -> {}", table.source.plain(), table.destination.plain())
    };
    let counts = if table.source_rows == table.destination_rows {
        format!(
            "{} on both sides",
            counted(table.source_rows, "row", "rows")
        )
    } else {
        format!(
            "{} on the source, {} on the destination",
            counted(table.source_rows, "row", "rows"),
            grouped(table.destination_rows)
        )
    };
    let differ = if table.differing_rows == 1 {
        "differs"
    } else {
        "differ"
    };
    let told = format!(
        "{name}: {} {differ}; {counts}",
        counted(table.differing_rows, "row", "rows"),
    );
    let told = wrap(&told, look.columns(), "", "    ");
    let mut lines = vec![told.replacen(&name, &look.paint(Paint::Heading, &name), 1)];
    let shown = table.differences.iter().take(named);
    lines.extend(shown.map(|one| row(one, look)));
    let named = u64::try_from(table.differences.len().min(named)).unwrap_or(u64::MAX);
    if named > 0 && named < table.differing_rows {
        lines.push(format!(
            "  and {} more",
            grouped(table.differing_rows - named)
        ));
    }
    lines
}

fn row(difference: &RowDifference, look: Look) -> String {
    let (sign, paint, text) = match difference {
        RowDifference::Missing { key } => (
            "-",
            Paint::Removed,
            format!("{key}: missing on the destination"),
        ),
        RowDifference::Extra { key } => {
            ("+", Paint::Added, format!("{key}: only on the destination"))
        }
        RowDifference::Different { key, columns } => {
            let columns: Vec<_> = columns.iter().map(Ident::as_str).collect();
            (
                "~",
                Paint::Changed,
                format!("{key}: {}", columns.join(", ")),
            )
        }
    };
    let wrapped = wrap(&text, look.columns(), "    ", "      ");
    format!("  {} {}", look.paint(paint, sign), &wrapped[4..])
}

fn orphans(key: &Orphans, look: Look) -> String {
    let text = format!(
        "{}, foreign key {}: {} without a parent on the destination, {} on the source",
        key.table.plain(),
        key.foreign_key.as_str(),
        counted(key.destination, "row", "rows"),
        grouped(key.source)
    );
    let sign = look.paint(Paint::Changed, "!");
    format!("{sign} {}", &wrap(&text, look.columns(), "  ", "    ")[2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::TableName;

    fn table(name: &str, differing_rows: u64, differences: Vec<RowDifference>) -> TableResult {
        TableResult {
            source: TableName::new("shop", name),
            destination: TableName::new("store", name),
            source_rows: 100_000,
            destination_rows: 100_000,
            chunks: 12,
            differing_rows,
            differences,
            one_way: false,
        }
    }

    #[test]
    fn equal_sides_are_one_line() {
        let tables = vec![
            table("orders", 0, Vec::new()),
            table("customers", 0, Vec::new()),
        ];
        let answer = VerifyAnswer::new("shop", "checksum", 7, tables, Vec::new(), Vec::new());
        assert!(answer.equal);
        assert_eq!(
            text(&answer, Look::PLAIN, Verbosity::Normal),
            "Equal: 2 tables and 200,000 rows compared by checksum in 7s.\n"
        );
    }

    #[test]
    fn rows_that_differ_are_named_by_key_and_column() {
        let differences = vec![
            RowDifference::Missing {
                key: "17".to_owned(),
            },
            RowDifference::Extra {
                key: "4, 'x'".to_owned(),
            },
            RowDifference::Different {
                key: "99".to_owned(),
                columns: vec![Ident::new("price"), Ident::new("currency")],
            },
        ];
        let orphans = Orphans {
            table: TableName::new("store", "lines"),
            foreign_key: Ident::new("lines_order"),
            source: 0,
            destination: 2,
        };
        let definitions = vec!["view store.totals is missing on the destination".to_owned()];
        let tables = vec![table("orders", 5, differences)];
        let answer = VerifyAnswer::new("shop", "checksum", 7, tables, vec![orphans], definitions);
        assert!(!answer.equal);
        insta::assert_snapshot!(text(&answer, Look::PLAIN, Verbosity::Normal));
    }
}
