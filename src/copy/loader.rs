//! Loads blocks of rows into one destination table, inside the caller's transaction.

use std::fmt::Write as _;

use futures_util::stream;
use mysql_async::prelude::Queryable as _;
use tokio::sync::mpsc;

use super::{
    error::{CopyError, Result},
    plan::ExistingRows,
};
use crate::{
    catalog::{Encoding, RowShape},
    conn::Session,
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
    let statement = load_statement(shape);
    let lines = stream::unfold(blocks, |mut blocks| async move {
        let block = blocks.recv().await?;
        Some((Ok(block.bytes.into()), blocks))
    });
    let driver = session.driver();
    driver.set_infile_handler(async move { Ok(Box::pin(lines) as mysql_async::InfileData) });
    let done = driver.query_drop(&statement).await;
    let failed = |cause| CopyError::Load {
        table: shape.destination.clone(),
        cause,
    };
    done.map_err(|source| failed(session.failed(&statement, source)))?;
    let counts = Counts::parse(&session.driver().info());
    let warnings = session.driver().get_warnings();
    if warnings > 0 {
        check_warnings(session, shape, existing, range).await?;
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
    let head = insert_head(shape, existing);
    let mut loaded = Loaded::default();
    while let Some(block) = blocks.recv().await {
        let mut statement = head.clone().into_bytes();
        statement.extend_from_slice(&block.bytes);
        let done = session.driver().query_drop(statement).await;
        let failed = |cause| CopyError::Load {
            table: shape.destination.clone(),
            cause,
        };
        done.map_err(|source| failed(session.failed(&head, source)))?;
        let affected = session.driver().affected_rows();
        loaded.rows += affected;
        loaded.skipped += block.rows.saturating_sub(affected);
        if session.driver().get_warnings() > 0 {
            check_warnings(session, shape, existing, range).await?;
        }
    }
    Ok(loaded)
}

async fn check_warnings(
    session: &mut Session,
    shape: &RowShape,
    existing: ExistingRows,
    range: &str,
) -> Result<()> {
    let table = || shape.destination.clone();
    let rows: Vec<(String, u16, String)> =
        session
            .rows("SHOW WARNINGS")
            .await
            .map_err(|cause| CopyError::Load {
                table: table(),
                cause,
            })?;
    let unexpected = rows
        .into_iter()
        .find(|(_, code, _)| !(*code == DUPLICATE_KEY && existing == ExistingRows::Keep));
    match unexpected {
        None => Ok(()),
        Some((_, code, message)) => Err(CopyError::Warning {
            table: table(),
            range: range.to_owned(),
            code,
            message,
        }),
    }
}

fn load_statement(shape: &RowShape) -> String {
    let mut columns = String::new();
    let mut assignments = String::new();
    for (index, column) in shape.columns.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let name = &column.destination;
        let expression = match column.encoding {
            Encoding::Enum => Some(format!("CAST(@c{index} AS UNSIGNED)")),
            Encoding::Json => Some(format!("CONVERT(@c{index} USING utf8mb4)")),
            Encoding::Plain
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
        "LOAD DATA LOCAL INFILE 'cutover' INTO TABLE {} CHARACTER SET binary \
         FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' \
         ({columns}){assignments}",
        shape.destination
    )
}

fn insert_head(shape: &RowShape, existing: ExistingRows) -> String {
    let columns: Vec<String> = shape
        .columns
        .iter()
        .map(|column| column.destination.to_string())
        .collect();
    let ignore = match existing {
        ExistingRows::None => "",
        ExistingRows::Keep => " IGNORE",
    };
    format!(
        "INSERT{ignore} INTO {} ({}) VALUES ",
        shape.destination,
        columns.join(", ")
    )
}

/// `Records: 4  Deleted: 0  Skipped: 4  Warnings: 5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    records: u64,
    skipped: u64,
}

impl Counts {
    fn parse(info: &str) -> Self {
        let mut words = info.split_whitespace();
        let mut counts = Self::default();
        while let Some(word) = words.next() {
            let target = match word {
                "Records:" => &mut counts.records,
                "Skipped:" => &mut counts.skipped,
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
        insta::assert_snapshot!(load_statement(&shape()), @r"LOAD DATA LOCAL INFILE 'cutover' INTO TABLE `b`.`t``` CHARACTER SET binary FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (`id`, @c1, @c2) SET `e` = CAST(@c1 AS UNSIGNED), `j` = CONVERT(@c2 USING utf8mb4)");
        assert_eq!(
            insert_head(&shape(), ExistingRows::Keep),
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
                skipped: 3
            }
        );
        assert_eq!(Counts::parse(""), Counts::default());
    }
}
