//! Boundaries of chunks, found in a key's own index: no scan of the table is needed to plan.

use mysql_async::Value;

use super::{
    keyset::{self, KeyBound, KeyError, KeyRange},
    reader,
};
use crate::{
    catalog::{RowShape, key::ChunkKey},
    conn::{ConnError, Session},
    mysql::Role,
};

#[derive(Debug, thiserror::Error)]
pub enum BoundaryError {
    #[error(transparent)]
    Server(#[from] ConnError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The key of the row that is the `rows`th of a range in index order, from 1; `None` where the range
/// holds fewer.
pub async fn boundary(
    session: &mut Session,
    shape: &RowShape,
    key: &ChunkKey,
    range: &KeyRange,
    rows: u64,
    role: Role,
) -> Result<Option<KeyBound>, BoundaryError> {
    // a destination table that was there before may lack the index
    let hint = match role {
        Role::Source => format!(" FORCE INDEX ({})", key.index),
        Role::Destination => String::new(),
    };
    let query = format!(
        "SELECT {} FROM {}{hint} WHERE {} ORDER BY {} LIMIT 1 OFFSET {}",
        keyset::key_list(shape, key, role),
        shape.table(role),
        range.predicate(shape, key, role),
        keyset::order_by(shape, key, role),
        rows.saturating_sub(1),
    );
    let mut found = None;
    reader::for_each(session, &query, |row| {
        let values: Vec<_> = (0..key.columns.len())
            .map(|index| row.as_ref(index).cloned().unwrap_or(Value::NULL))
            .collect();
        found = Some(KeyBound::from_values(key, &values));
    })
    .await?;
    Ok(found.transpose()?)
}
