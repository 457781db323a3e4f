//! Reads rows of one side by the binary protocol and hands them on as blocks.

use mysql_async::{Row, Value, prelude::Queryable as _};
use tokio::sync::mpsc;

use super::{
    block::{BLOCK_BYTES, Block, ByteBudget, Format},
    insert, json, tsv,
};
use crate::{
    catalog::Encoding,
    conn::{Result, Session},
};

/// What a reader read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    pub rows: u64,
    /// Encoded bytes.
    pub bytes: u64,
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
pub async fn send_blocks(
    session: &mut Session,
    query: &str,
    encodings: &[Encoding],
    format: Format,
    budget: &ByteBudget,
    blocks: mpsc::Sender<Block>,
) -> Result<ReadSummary> {
    let mut summary = ReadSummary::default();
    let mut gathered = Gathered::new();
    let done = async {
        let mut result = session.driver().exec_iter(query, ()).await?;
        while let Some(row) = result.next().await? {
            gathered.add(&row, encodings, format);
            if gathered.bytes.len() >= BLOCK_BYTES {
                let full = std::mem::replace(&mut gathered, Gathered::new());
                summary.rows += full.rows;
                summary.bytes += full.bytes.len() as u64;
                summary.json_decimals |= full.json_decimals;
                if !full.send(&blocks, budget).await {
                    // the driver reads the rest away before the connection is used again
                    return Ok(());
                }
            }
        }
        result.drop_result().await
    };
    let outcome = done.await;
    outcome.map_err(|source| session.failed(query, source))?;
    if gathered.rows > 0 {
        summary.rows += gathered.rows;
        summary.bytes += gathered.bytes.len() as u64;
        summary.json_decimals |= gathered.json_decimals;
        gathered.send(&blocks, budget).await;
    }
    Ok(summary)
}

/// A block in the making.
struct Gathered {
    bytes: Vec<u8>,
    rows: u64,
    enum_zeros: u64,
    json_decimals: bool,
}

impl Gathered {
    fn new() -> Self {
        // a block ends behind the row that fills it
        Self {
            bytes: Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8),
            rows: 0,
            enum_zeros: 0,
            json_decimals: false,
        }
    }

    fn add(&mut self, row: &Row, encodings: &[Encoding], format: Format) {
        if format == Format::Values {
            self.bytes
                .extend_from_slice(if self.rows == 0 { b"(" } else { b",(" });
        }
        for (index, encoding) in encodings.iter().enumerate() {
            let value = row.as_ref(index).unwrap_or(&Value::NULL);
            match (encoding, value) {
                (Encoding::Enum, Value::UInt(0) | Value::Int(0)) => self.enum_zeros += 1,
                (Encoding::Json, Value::Bytes(text)) => {
                    self.json_decimals |= json::has_decimal(text);
                }
                _ => {}
            }
            match format {
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
        self.bytes.extend_from_slice(match format {
            Format::Tsv => b"\n",
            Format::Values => b")",
        });
        self.rows += 1;
    }

    /// False where nobody takes it any more.
    async fn send(self, blocks: &mpsc::Sender<Block>, budget: &ByteBudget) -> bool {
        let Some(permit) = budget.take(self.bytes.len()).await else {
            return false;
        };
        let Self {
            bytes,
            rows,
            enum_zeros,
            json_decimals,
        } = self;
        blocks
            .send(Block {
                bytes,
                rows,
                enum_zeros,
                json_decimals,
                _permit: permit,
            })
            .await
            .is_ok()
    }
}
