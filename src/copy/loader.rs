//! Loads blocks of rows into one destination table, inside the caller's transaction.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::stream;
use mysql_async::{InfileData, prelude::Queryable as _};
use tokio::sync::mpsc;

use super::{
    error::{CopyError, Result},
    plan::ExistingRows,
};
use crate::{
    catalog::{Encoding, RowShape},
    conn::{Session, settings::ROW_SQL_MODE},
    mysql::Literal,
    rows::{Block, Format},
};

/// What the destination took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    pub rows: u64,
    /// Not taken, because their key was there.
    pub skipped: u64,
}

const DUPLICATE_KEY: u16 = 1062;
const TRUNCATED: u16 = 1265;

/// Takes blocks until their sender is gone.
///
/// # Errors
/// The server's, and any warning that is not a duplicate which was to be expected: `LOAD DATA
/// LOCAL` implies `IGNORE`, under which conversions that lose something are warnings.
pub async fn load(
    session: &mut Session,
    shape: &RowShape,
    format: Format,
    existing: ExistingRows,
    range: &str,
    blocks: mpsc::Receiver<Block>,
) -> Result<Loaded> {
    match format {
        Format::Tsv => load_data(session, shape, existing, range, blocks).await,
        Format::Values => insert(session, shape, existing, range, blocks).await,
    }
}

async fn load_data(
    session: &mut Session,
    shape: &RowShape,
    existing: ExistingRows,
    range: &str,
    blocks: mpsc::Receiver<Block>,
) -> Result<Loaded> {
    let statement = load_statement(shape, existing);
    let zeros = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&zeros);
    let lines = stream::unfold((blocks, counter), |(mut blocks, counter)| async move {
        let block = blocks.recv().await?;
        counter.fetch_add(block.enum_zeros, Ordering::Relaxed);
        Some((Ok(block.bytes.into()), (blocks, counter)))
    });
    // how many have index 0 is known only when all are sent
    let mut columns = shape.columns.iter();
    let has_enum = columns.any(|column| column.encoding == Encoding::Enum);
    let lenient = existing == ExistingRows::Replace && has_enum;
    if lenient {
        set_mode(session, shape, LENIENT).await?;
    }
    let driver = session.driver();
    driver.set_infile_handler(async move { Ok(Box::pin(lines) as InfileData) });
    let done = driver.query_drop(&statement).await;
    let failed = |cause| CopyError::Load {
        table: shape.destination.clone(),
        cause,
    };
    if done.is_err() {
        // A statement that failed before it asked for its lines leaves them with the connection; the
        // reader would wait for ever to hand on its next block.
        driver.set_infile_handler(async { Ok(Box::pin(stream::empty()) as InfileData) });
    }
    done.map_err(|source| failed(session.failed(&statement, source)))?;
    let counts = Counts::parse(&session.driver().info());
    let expected = Expected {
        existing,
        skipped: counts.skipped,
        zeros: zeros.load(Ordering::Relaxed),
    };
    expected
        .check(session, shape, range, counts.warnings)
        .await?;
    if lenient {
        set_mode(session, shape, ROW_SQL_MODE).await?;
    }
    Ok(Loaded {
        rows: counts.records.saturating_sub(counts.skipped),
        skipped: counts.skipped,
    })
}

async fn insert(
    session: &mut Session,
    shape: &RowShape,
    existing: ExistingRows,
    range: &str,
    mut blocks: mpsc::Receiver<Block>,
) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    while let Some(mut block) = blocks.recv().await {
        // in strict mode index 0 of an ENUM is an error, with IGNORE a warning
        let how = match (existing, block.enum_zeros) {
            (ExistingRows::Replace, _) => "REPLACE",
            (ExistingRows::Keep, _) | (ExistingRows::None, 1..) => "INSERT IGNORE",
            (ExistingRows::None, 0) => "INSERT",
        };
        let lenient = existing == ExistingRows::Replace && block.enum_zeros > 0;
        if lenient {
            set_mode(session, shape, LENIENT).await?;
        }
        let head = insert_head(shape, how);
        // in front of the tuples where they are: a long row is not to be held twice
        let mut statement = std::mem::take(&mut block.bytes);
        statement.splice(0..0, head.bytes());
        let done = session.driver().query_drop(statement).await;
        let failed = |cause| CopyError::Load {
            table: shape.destination.clone(),
            cause,
        };
        done.map_err(|source| failed(session.failed(&head, source)))?;
        let affected = session.driver().affected_rows();
        let skipped = block.rows.saturating_sub(affected);
        let warnings = u64::from(session.driver().get_warnings());
        let expected = Expected {
            existing,
            skipped,
            zeros: block.enum_zeros,
        };
        expected.check(session, shape, range, warnings).await?;
        if lenient {
            set_mode(session, shape, ROW_SQL_MODE).await?;
        }
        if existing == ExistingRows::Replace {
            // it counts a replaced row twice, and takes every one or fails
            loaded.rows += block.rows;
            continue;
        }
        loaded.rows += affected;
        loaded.skipped += skipped;
    }
    Ok(loaded)
}

/// The warnings that are in order: one for each kept row, one for each ENUM value of index 0.
struct Expected {
    existing: ExistingRows,
    skipped: u64,
    zeros: u64,
}

impl Expected {
    async fn check(
        &self,
        session: &mut Session,
        shape: &RowShape,
        range: &str,
        warnings: u64,
    ) -> Result<()> {
        if warnings == 0 {
            return Ok(());
        }
        let table = || shape.destination.clone();
        let rows: Vec<(String, u16, String)> =
            session
                .rows("SHOW WARNINGS")
                .await
                .map_err(|cause| CopyError::Load {
                    table: table(),
                    cause,
                })?;
        let kept = match self.existing {
            ExistingRows::None | ExistingRows::Replace => 0,
            ExistingRows::Keep => self.skipped,
        };
        let unlike = |(_, code, _): &&(String, u16, String)| match *code {
            DUPLICATE_KEY => kept == 0,
            TRUNCATED => self.zeros == 0,
            _ => true,
        };
        // the server lists the first thousand or so; its count covers all
        let surplus = warnings > kept + self.zeros;
        let untold = || {
            // max_error_count may keep the server from listing any
            let message = format!("{warnings} warnings, more than it lists");
            (String::new(), 0, message)
        };
        let found = rows.iter().find(unlike).cloned();
        let Some((_, code, message)) =
            found.or_else(|| surplus.then(|| rows.last().cloned().unwrap_or_else(untold)))
        else {
            return Ok(());
        };
        Err(CopyError::Warning {
            table: table(),
            range: range.to_owned(),
            code,
            message,
        })
    }
}

/// The rows' mode without its strictness, under which an ENUM takes its index 0: REPLACE has no IGNORE.
const LENIENT: &str = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";

async fn set_mode(session: &mut Session, shape: &RowShape, mode: &str) -> Result<()> {
    let statement = format!("SET SESSION sql_mode = {}", Literal::text(mode));
    let set = session.execute(statement).await;
    set.map(|_| ()).map_err(|cause| CopyError::Load {
        table: shape.destination.clone(),
        cause,
    })
}

fn load_statement(shape: &RowShape, existing: ExistingRows) -> String {
    let replace = match existing {
        ExistingRows::None | ExistingRows::Keep => "",
        ExistingRows::Replace => "REPLACE ",
    };
    let mut columns = String::new();
    let mut assignments = String::new();
    for (index, column) in shape.columns.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let name = &column.destination;
        let expression = match column.encoding {
            Encoding::Enum | Encoding::Set => Some(format!("CAST(@c{index} AS UNSIGNED)")),
            Encoding::Json => Some(format!("CONVERT(@c{index} USING utf8mb4)")),
            Encoding::Plain
            | Encoding::Decimal
            | Encoding::Date
            | Encoding::DateTime
            | Encoding::Time
            | Encoding::Year => None,
        };
        // writing into a string cannot fail
        let _ = match &expression {
            None => write!(columns, "{separator}{name}"),
            Some(_) => write!(columns, "{separator}@c{index}"),
        };
        if let Some(expression) = expression {
            let head = if assignments.is_empty() {
                " SET "
            } else {
                ", "
            };
            let _ = write!(assignments, "{head}{name} = {expression}");
        }
    }
    format!(
        "LOAD DATA LOCAL INFILE 'cutover' {replace}INTO TABLE {} CHARACTER SET binary \
         FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' \
         ({columns}){assignments}",
        shape.destination
    )
}

fn insert_head(shape: &RowShape, how: &str) -> String {
    let columns: Vec<String> = shape
        .columns
        .iter()
        .map(|column| column.destination.to_string())
        .collect();
    format!(
        "{how} INTO {} ({}) VALUES ",
        shape.destination,
        columns.join(", ")
    )
}

/// `Records: 4  Deleted: 0  Skipped: 4  Warnings: 5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    records: u64,
    skipped: u64,
    warnings: u64,
}

impl Counts {
    fn parse(info: &str) -> Self {
        let mut words = info.split_whitespace();
        let mut counts = Self::default();
        while let Some(word) = words.next() {
            let target = match word {
                "Records:" => &mut counts.records,
                "Skipped:" => &mut counts.skipped,
                "Warnings:" => &mut counts.warnings,
                _ => continue,
            };
            *target = words
                .next()
                .and_then(|number| number.parse().ok())
                .unwrap_or(0);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::CopyColumn, mysql::TableName};

    fn shape() -> RowShape {
        let column = |name: &str, encoding| CopyColumn {
            source: name.into(),
            destination: name.into(),
            encoding,
        };
        RowShape {
            source: TableName::new("a", "t"),
            destination: TableName::new("b", "t`"),
            columns: vec![
                column("id", Encoding::Plain),
                column("e", Encoding::Enum),
                column("j", Encoding::Json),
            ],
            key: None,
        }
    }

    #[test]
    fn statements_name_every_column() {
        insta::assert_snapshot!(load_statement(&shape(), ExistingRows::None), @r"LOAD DATA LOCAL INFILE 'cutover' INTO TABLE `b`.`t``` CHARACTER SET binary FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (`id`, @c1, @c2) SET `e` = CAST(@c1 AS UNSIGNED), `j` = CONVERT(@c2 USING utf8mb4)");
        assert_eq!(
            insert_head(&shape(), "INSERT IGNORE"),
            "INSERT IGNORE INTO `b`.`t``` (`id`, `e`, `j`) VALUES "
        );
    }

    #[test]
    fn counts_are_read_from_the_servers_line() {
        let counts = Counts::parse("Records: 4  Deleted: 0  Skipped: 3  Warnings: 5");
        assert_eq!(
            counts,
            Counts {
                records: 4,
                skipped: 3,
                warnings: 5
            }
        );
        assert_eq!(Counts::parse(""), Counts::default());
    }
}
