//! How fast the source can be read: a short sample of its largest table.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;

use crate::{
    catalog::Catalog,
    conn::{Result, Session},
    units::Bytes,
};

/// A sample is over after so many bytes (by the engine's average row) or so long.
const SAMPLE_BYTES: u64 = 8 << 20;
const SAMPLE_TIME: Duration = Duration::from_millis(500);

/// Bytes a second that one reader gets, by the engine's own average length of a row; `None` where
/// there is nothing to read.
///
/// # Errors
/// The server's; a table that may not be read gives `None`.
pub async fn read_rate(session: &mut Session, catalog: &Catalog) -> Result<Option<Bytes>> {
    let Some(table) = catalog
        .tables()
        .max_by_key(|table| (table.data_length, &table.name))
    else {
        return Ok(None);
    };
    let row_bytes = (table.data_length / table.rows.max(1)).max(1);
    let query = format!(
        "SELECT * FROM {} LIMIT {}",
        table.name,
        (SAMPLE_BYTES / row_bytes).max(1)
    );
    let started = Instant::now();
    let mut rows: u64 = 0;
    let sampled = async {
        let mut result = session.driver().exec_iter(query.as_str(), ()).await?;
        while let Some(row) = result.next().await? {
            drop(row);
            rows += 1;
            if started.elapsed() > SAMPLE_TIME {
                break;
            }
        }
        result.drop_result().await
    };
    if let Err(error) = sampled.await {
        let error = session.failed(&query, error);
        // what may not be read is a finding of its own
        return if error.code().is_some() {
            Ok(None)
        } else {
            Err(error)
        };
    }
    let micros = started.elapsed().as_micros().max(1);
    let read = u128::from(rows) * u128::from(row_bytes);
    let rate = u64::try_from(read * 1_000_000 / micros).unwrap_or(u64::MAX);
    Ok((rate > 0).then_some(Bytes(rate)))
}
