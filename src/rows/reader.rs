//! Reads rows of one side by the binary protocol and hands them on as blocks.

use std::num::NonZeroU64;

use mysql_async::{Row, Value, prelude::Queryable as _};
use tokio::sync::mpsc;

use super::{
    block::{BLOCK_BYTES, Block, ByteBudget, Format},
    insert, json, tsv,
};
use crate::{
    catalog::Encoding,
    conn::{Result, Session},
    limits::{Amounts, Throttle},
};

/// What a reader read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    pub rows: u64,
    /// Encoded bytes.
    pub bytes: u64,
    /// The most bytes that the strings of one row had.
    pub longest_row: u64,
    /// A JSON document among them holds a DECIMAL.
    pub json_decimals: bool,
}

/// Runs a query and calls `each` with every row.
///
/// # Errors
/// The server's; the session can be used again after an error of the server, not after one of the
/// connection.
pub async fn for_each(
    session: &mut Session,
    query: &str,
    mut each: impl FnMut(&Row) + Send,
) -> Result<()> {
    let done = async {
        let mut result = session.driver().exec_iter(query, ()).await?;
        while let Some(row) = result.next().await? {
            each(&row);
        }
        result.drop_result().await
    };
    let outcome = done.await;
    outcome.map_err(|source| session.failed(query, source))
}

/// Runs a query and sends its rows as blocks, until the end or until nobody takes them any more.
///
/// Of a long row the driver holds three copies at its worst moment; we add no fourth one.
pub async fn send_blocks(
    session: &mut Session,
    query: &str,
    encodings: &[Encoding],
    format: Format,
    bounds: (&ByteBudget, &Throttle),
    blocks: mpsc::Sender<Block>,
) -> Result<ReadSummary> {
    let mut gathered = Gathered::new(encodings, format, bounds, blocks);
    let done = async {
        let mut result = session.driver().exec_iter(query, ()).await?;
        while let Some(row) = result.next().await? {
            if !gathered.take(row).await {
                // the driver reads the rest away before the connection is used again
                return Ok(());
            }
        }
        result.drop_result().await
    };
    let outcome = done.await;
    outcome.map_err(|source| session.failed(query, source))?;
    if gathered.rows > 0 {
        gathered.send(true).await;
    }
    Ok(gathered.summary)
}

/// A block in the making, and where it goes.
struct Gathered<'a> {
    encodings: &'a [Encoding],
    format: Format,
    budget: &'a ByteBudget,
    throttle: &'a Throttle,
    /// Rows and bytes with which a block is full: what may be read in a second, if that is less.
    full: (u64, usize),
    blocks: mpsc::Sender<Block>,
    bytes: Vec<u8>,
    rows: u64,
    enum_zeros: u64,
    summary: ReadSummary,
}

impl<'a> Gathered<'a> {
    fn new(
        encodings: &'a [Encoding],
        format: Format,
        (budget, throttle): (&'a ByteBudget, &'a Throttle),
        blocks: mpsc::Sender<Block>,
    ) -> Self {
        Self {
            encodings,
            format,
            budget,
            throttle,
            full: full(throttle),
            blocks,
            bytes: space(),
            rows: 0,
            enum_zeros: 0,
            summary: ReadSummary::default(),
        }
    }

    /// Takes a row, and sends what is full; false where nobody takes it any more.
    async fn take(&mut self, row: Row) -> bool {
        let length = length(&row);
        self.summary.longest_row = self.summary.longest_row.max(length as u64);
        if self.format == Format::Tsv && length > BLOCK_BYTES {
            return self.send_long(row).await;
        }
        self.add(&row);
        // while the block waits, nobody needs the row
        drop(row);
        let room = self.bytes.len() < self.full.1 && self.rows < self.full.0;
        room || self.send(true).await
    }

    fn add(&mut self, row: &Row) {
        if self.format == Format::Values {
            self.bytes
                .extend_from_slice(if self.rows == 0 { b"(" } else { b",(" });
        }
        for (index, encoding) in self.encodings.iter().enumerate() {
            let value = row.as_ref(index).unwrap_or(&Value::NULL);
            self.note(value, *encoding);
            match self.format {
                Format::Tsv => {
                    if index > 0 {
                        self.bytes.push(b'\t');
                    }
                    tsv::value(&mut self.bytes, value, *encoding);
                }
                Format::Values => {
                    if index > 0 {
                        self.bytes.push(b',');
                    }
                    insert::value(&mut self.bytes, value, *encoding);
                }
            }
        }
        self.bytes.extend_from_slice(match self.format {
            Format::Tsv => b"\n",
            Format::Values => b")",
        });
        self.rows += 1;
    }

    /// Sends a row as pieces of a line. Each value is given up as soon as it is written.
    async fn send_long(&mut self, mut row: Row) -> bool {
        for (index, encoding) in self.encodings.iter().enumerate() {
            if index > 0 {
                self.bytes.push(b'\t');
            }
            let value = row.take(index).unwrap_or(Value::NULL);
            self.note(&value, *encoding);
            let Value::Bytes(bytes) = value else {
                tsv::value(&mut self.bytes, &value, *encoding);
                continue;
            };
            for piece in bytes.chunks(BLOCK_BYTES) {
                tsv::escape(&mut self.bytes, piece);
                if self.bytes.len() >= BLOCK_BYTES && !self.send(false).await {
                    return false;
                }
            }
        }
        self.bytes.push(b'\n');
        self.rows += 1;
        self.send(true).await
    }

    /// What the destination or a person has to be told of a value.
    fn note(&mut self, value: &Value, encoding: Encoding) {
        match (encoding, value) {
            (Encoding::Enum, Value::UInt(0) | Value::Int(0)) => self.enum_zeros += 1,
            (Encoding::Json, Value::Bytes(text)) => {
                self.summary.json_decimals |= json::has_decimal(text);
            }
            _ => {}
        }
    }

    /// Sends what was gathered; false where nobody takes it any more.
    async fn send(&mut self, whole: bool) -> bool {
        let Some(permit) = self.budget.take(self.bytes.len()).await else {
            return false;
        };
        let block = Block {
            bytes: std::mem::replace(&mut self.bytes, space()),
            rows: std::mem::take(&mut self.rows),
            whole,
            enum_zeros: std::mem::take(&mut self.enum_zeros),
            _permit: permit,
        };
        self.summary.rows += block.rows;
        self.summary.bytes += block.bytes.len() as u64;
        self.throttle.took(Amounts {
            rows: block.rows,
            bytes: block.bytes.len() as u64,
            queries: 0,
        });
        let taken = self.blocks.send(block).await.is_ok();
        self.throttle.pass().await;
        self.full = full(self.throttle);
        taken
    }
}

fn full(throttle: &Throttle) -> (u64, usize) {
    let rates = throttle.rates();
    let bytes = rates.bytes.map_or(usize::MAX, |rate| {
        usize::try_from(rate.get()).unwrap_or(usize::MAX)
    });
    (
        rates.rows.map_or(u64::MAX, NonZeroU64::get),
        bytes.min(BLOCK_BYTES),
    )
}

/// A block ends behind the row that fills it.
fn space() -> Vec<u8> {
    Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8)
}

/// The bytes of a row's strings.
fn length(row: &Row) -> usize {
    (0..row.len())
        .filter_map(|index| row.as_ref(index))
        .map(|value| match value {
            Value::Bytes(bytes) => bytes.len(),
            Value::NULL
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Float(_)
            | Value::Double(_)
            | Value::Date(..)
            | Value::Time(..) => 0,
        })
        .sum()
}
