//! Reads rows of one side by the binary protocol and hands them on as blocks.

use mysql_async::{Row, prelude::Queryable as _};
use tokio::sync::mpsc;

use super::{
    block::{BLOCK_BYTES, Block, ByteBudget, Format},
    insert, tsv,
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
    let mut bytes: Vec<u8> = Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8);
    let mut rows = 0;
    let done = async {
        let mut result = session.driver().exec_iter(query, ()).await?;
        while let Some(row) = result.next().await? {
            encode(&mut bytes, &row, encodings, format, rows == 0);
            rows += 1;
            if bytes.len() >= BLOCK_BYTES {
                let full = std::mem::replace(&mut bytes, Vec::with_capacity(BLOCK_BYTES));
                summary.rows += rows;
                summary.bytes += full.len() as u64;
                if !send(&blocks, full, rows, budget).await {
                    // the driver reads the rest away before the connection is used again
                    return Ok(());
                }
                rows = 0;
            }
        }
        result.drop_result().await
    };
    let outcome = done.await;
    outcome.map_err(|source| session.failed(query, source))?;
    if rows > 0 && !bytes.is_empty() {
        summary.rows += rows;
        summary.bytes += bytes.len() as u64;
        send(&blocks, bytes, rows, budget).await;
    }
    Ok(summary)
}

async fn send(
    blocks: &mpsc::Sender<Block>,
    bytes: Vec<u8>,
    rows: u64,
    budget: &ByteBudget,
) -> bool {
    let Some(permit) = budget.take(bytes.len()).await else {
        return false;
    };
    blocks
        .send(Block {
            bytes,
            rows,
            _permit: permit,
        })
        .await
        .is_ok()
}

fn encode(out: &mut Vec<u8>, row: &Row, encodings: &[Encoding], format: Format, first: bool) {
    if format == Format::Values {
        out.extend_from_slice(if first { b"(" } else { b",(" });
    }
    for (index, encoding) in encodings.iter().enumerate() {
        let value = row.as_ref(index).unwrap_or(&mysql_async::Value::NULL);
        match format {
            Format::Tsv => {
                if index > 0 {
                    out.push(b'\t');
                }
                tsv::value(out, value, *encoding);
            }
            Format::Values => {
                if index > 0 {
                    out.push(b',');
                }
                insert::value(out, value, *encoding);
            }
        }
    }
    out.extend_from_slice(match format {
        Format::Tsv => b"\n",
        Format::Values => b")",
    });
}
