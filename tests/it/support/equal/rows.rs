//! The rows of one table on both sides.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use mysql_async::{Conn, Row, Value, prelude::Queryable};

use super::{Renames, Sides, Way, quoted, text};

/// So many differences of one table are told.
const TOLD: usize = 5;
/// So many bytes of a value are shown.
const SHOWN: usize = 60;

pub(super) struct TablePair<'a> {
    pub source: (&'a str, &'a str),
    pub destination: (&'a str, &'a str),
    pub renames: &'a Renames,
    pub way: Way,
}

/// A column of the source, and where it stands in the key (from 1), if it does.
struct Column {
    name: String,
    numbered: bool,
    key: bool,
}

/// One row: a list of cells, each a tag and its bytes.
type Cells = Vec<Vec<u8>>;

impl TablePair<'_> {
    pub async fn compare(&self, sides: &mut Sides, found: &mut Vec<String>) {
        let (database, table) = self.source;
        let mut columns = self.columns(&mut sides.source).await;
        columns.retain(|column| !self.renames.leaves_out(database, table, &column.name));
        let mut rows: BTreeMap<Cells, usize> = BTreeMap::new();
        let source = select(
            self.source,
            columns
                .iter()
                .map(|column| (&*column.name, column.numbered)),
        );
        if let Err(why) = each_row(&mut sides.source, &source, |row| {
            *rows.entry(row).or_default() += 1;
        })
        .await
        {
            found.push(format!("{}: cannot be read: {why}", self.name()));
            return;
        }
        let renamed = columns.iter().map(|column| {
            (
                self.renames
                    .of_column(self.source.0, self.source.1, &column.name),
                column.numbered,
            )
        });
        let destination = select(self.destination, renamed);
        let mut extra: Vec<Cells> = Vec::new();
        let compared = each_row(&mut sides.destination, &destination, |row| {
            match rows.get_mut(&row) {
                Some(1) => {
                    rows.remove(&row);
                }
                Some(count) => *count -= 1,
                None => extra.push(row),
            }
        });
        if let Err(why) = compared.await {
            found.push(format!(
                "{}: cannot be read on the destination: {why}",
                self.name()
            ));
            return;
        }
        let missing = rows
            .into_iter()
            .flat_map(|(row, count)| std::iter::repeat_n(row, count));
        let mut missing: Vec<Cells> = missing.collect();
        match self.way {
            Way::Both => {}
            Way::AllOfTheSource => extra.clear(),
            Way::AllOfTheDestination => missing.clear(),
        }
        self.tell(&columns, missing, extra, found);
    }

    fn name(&self) -> String {
        format!("{}.{}", self.source.0, self.source.1)
    }

    async fn columns(&self, conn: &mut Conn) -> Vec<Column> {
        let sql = "SELECT column_name, data_type, column_key FROM information_schema.columns \
                   WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position";
        let rows: Vec<Row> = conn
            .exec(sql, self.source)
            .await
            .expect("columns can be listed");
        rows.iter()
            .map(|row| Column {
                name: text(row, 0),
                // Two members may print alike: the number 0 beside an empty member.
                numbered: matches!(&*text(row, 1), "enum" | "set"),
                key: text(row, 2) == "PRI",
            })
            .collect()
    }

    /// Pairs the rows that have one key, so that a changed value is told by its column.
    fn tell(
        &self,
        columns: &[Column],
        missing: Vec<Cells>,
        extra: Vec<Cells>,
        found: &mut Vec<String>,
    ) {
        let keys: Vec<usize> = columns
            .iter()
            .enumerate()
            .filter(|(_, c)| c.key)
            .map(|(at, _)| at)
            .collect();
        let key_of = |row: &Cells| -> Cells { keys.iter().map(|&at| row[at].clone()).collect() };
        let total = missing.len() + extra.len();
        let mut extra_by_key: BTreeMap<Cells, Vec<Cells>> = BTreeMap::new();
        for row in extra {
            let key = if keys.is_empty() {
                row.clone()
            } else {
                key_of(&row)
            };
            extra_by_key.entry(key).or_default().push(row);
        }
        let mut lines = Vec::new();
        for row in missing {
            let other = if keys.is_empty() {
                None
            } else {
                extra_by_key.get_mut(&key_of(&row)).and_then(Vec::pop)
            };
            lines.push(match other {
                Some(other) => format!(
                    "{}: row ({}) differs: {}",
                    self.name(),
                    shown(columns, &row, true),
                    changes(columns, &row, &other)
                ),
                None => format!(
                    "{}: row ({}) is missing",
                    self.name(),
                    shown(columns, &row, !keys.is_empty())
                ),
            });
        }
        for row in extra_by_key.values().flatten() {
            lines.push(format!(
                "{}: row ({}) is only on the destination",
                self.name(),
                shown(columns, row, !keys.is_empty())
            ));
        }
        if lines.len() > TOLD {
            lines.truncate(TOLD);
            lines.push(format!("{}: {total} rows differ in all", self.name()));
        }
        found.append(&mut lines);
    }
}

/// Each numbered column is read twice: its text, `#` and its number are one cell.
fn select<'a>(table: (&str, &str), columns: impl Iterator<Item = (&'a str, bool)>) -> Statement {
    let mut numbered = Vec::new();
    let expressions: Vec<String> = columns
        .map(|(name, with_number)| {
            numbered.push(with_number);
            let name = quoted(name);
            if with_number {
                format!("{name}, CAST({name} AS UNSIGNED)")
            } else {
                name
            }
        })
        .collect();
    let sql = format!(
        "SELECT {} FROM {}.{}",
        expressions.join(", "),
        quoted(table.0),
        quoted(table.1)
    );
    Statement { sql, numbered }
}

struct Statement {
    sql: String,
    /// For each column, whether its number follows it.
    numbered: Vec<bool>,
}

async fn each_row(
    conn: &mut Conn,
    statement: &Statement,
    mut take: impl FnMut(Cells),
) -> Result<(), mysql_async::Error> {
    let mut result = conn.exec_iter(&*statement.sql, ()).await?;
    if let Some(mut rows) = result.stream::<Row>().await? {
        while let Some(row) = rows.next().await {
            let mut values = row?.unwrap().into_iter();
            let mut cells = Vec::with_capacity(statement.numbered.len());
            for &numbered in &statement.numbered {
                let mut bytes = cell(values.next().expect("as many values as were asked for"));
                if numbered {
                    let number = values.next().expect("a number behind it");
                    bytes.extend_from_slice(format!("#{}", number.as_sql(true)).as_bytes());
                }
                cells.push(bytes);
            }
            take(cells);
        }
    }
    result.drop_result().await
}

/// A tag and the value's own bytes: two cells are equal exactly when the values are the same bits.
fn cell(value: Value) -> Vec<u8> {
    let (tag, mut bytes) = match value {
        Value::NULL => (b'N', Vec::new()),
        Value::Bytes(bytes) => (b'B', bytes),
        Value::Int(number) => (b'I', number.to_be_bytes().to_vec()),
        // Both servers may call a number that fits either by another of these two.
        Value::UInt(number) => match i64::try_from(number) {
            Ok(number) => (b'I', number.to_be_bytes().to_vec()),
            Err(_) => (b'U', number.to_be_bytes().to_vec()),
        },
        Value::Float(number) => (b'F', number.to_bits().to_be_bytes().to_vec()),
        Value::Double(number) => (b'D', number.to_bits().to_be_bytes().to_vec()),
        date_or_time @ (Value::Date(..) | Value::Time(..)) => {
            (b'T', date_or_time.as_sql(true).into_bytes())
        }
    };
    bytes.insert(0, tag);
    bytes
}

fn shown(columns: &[Column], row: &Cells, key_only: bool) -> String {
    let cells = columns
        .iter()
        .zip(row)
        .filter(|(column, _)| column.key || !key_only);
    let shown: Vec<_> = cells
        .map(|(column, cell)| format!("{}={}", column.name, printed(cell)))
        .collect();
    shown.join(", ")
}

fn changes(columns: &[Column], row: &Cells, other: &Cells) -> String {
    let differing = columns
        .iter()
        .zip(row.iter().zip(other))
        .filter(|(_, (a, b))| a != b);
    let shown: Vec<_> = differing
        .map(|(column, (a, b))| format!("{}: {} is {}", column.name, printed(a), printed(b)))
        .collect();
    shown.join(", ")
}

fn printed(cell: &[u8]) -> String {
    let (tag, bytes) = (cell[0], &cell[1..]);
    let number = || bytes.try_into().map(i64::from_be_bytes).unwrap_or_default();
    match tag {
        b'N' => "NULL".to_owned(),
        b'I' => number().to_string(),
        b'U' => u64::from_be_bytes(number().to_be_bytes()).to_string(),
        b'T' => String::from_utf8_lossy(bytes).into_owned(),
        b'B' if bytes.len() <= SHOWN => format!("'{}'", bytes.escape_ascii()),
        b'B' => format!(
            "'{}'... ({} bytes)",
            bytes[..SHOWN].escape_ascii(),
            bytes.len()
        ),
        _ => {
            let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{}:{}", char::from(tag), hex.concat())
        }
    }
}
