//! Digests of a range on both sides, and boundaries inside it.

use super::error::{Result, VerifyError};
use crate::{
    catalog::{Encoding, RowShape, key::ChunkKey},
    conn::Session,
    mysql::Role,
    rows::{
        BoundaryError, KeyBound, KeyRange, boundary,
        canonical::{self, ChunkDigest},
        reader,
    },
};

/// A session on each side.
pub struct Sides {
    pub source: Session,
    pub destination: Session,
}

/// What a range holds on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    pub source: ChunkDigest,
    pub destination: ChunkDigest,
    /// Canonical bytes of the source's rows.
    pub bytes: u64,
}

/// The rows of a range on one side, in the form that is compared.
pub fn range_query(shape: &RowShape, key: &ChunkKey, range: &KeyRange, role: Role) -> String {
    let predicate = range.predicate(shape, key, role);
    format!(
        "SELECT {} FROM {} WHERE {predicate}",
        shape.select_list(role),
        shape.table(role)
    )
}

/// Reads both sides at once and digests them.
pub async fn compare(
    sides: &mut Sides,
    shape: &RowShape,
    source_query: &str,
    destination_query: &str,
) -> Result<Digests> {
    let encodings = shape.encodings();
    let (source, destination) = tokio::join!(
        digest(&mut sides.source, source_query, &encodings),
        digest(&mut sides.destination, destination_query, &encodings),
    );
    let table = |role| shape.table(role).clone();
    let (source, bytes) = source.map_err(|cause| VerifyError::Read {
        table: table(Role::Source),
        cause,
    })?;
    let (destination, _) = destination.map_err(|cause| VerifyError::Read {
        table: table(Role::Destination),
        cause,
    })?;
    Ok(Digests {
        source,
        destination,
        bytes,
    })
}

async fn digest(
    session: &mut Session,
    query: &str,
    encodings: &[Encoding],
) -> crate::conn::Result<(ChunkDigest, u64)> {
    let mut digest = ChunkDigest::default();
    let mut bytes = 0;
    let mut row_bytes = Vec::new();
    reader::for_each(session, query, |row| {
        row_bytes.clear();
        for (index, encoding) in encodings.iter().enumerate() {
            let value = row.as_ref(index).unwrap_or(&mysql_async::Value::NULL);
            canonical::value(&mut row_bytes, value, *encoding);
        }
        bytes += row_bytes.len() as u64;
        digest.add(canonical::row_digest(&row_bytes));
    })
    .await?;
    Ok((digest, bytes))
}

/// A boundary inside a range, by the index of one side.
pub async fn cut(
    sides: &mut Sides,
    shape: &RowShape,
    key: &ChunkKey,
    range: &KeyRange,
    rows: u64,
    role: Role,
) -> Result<Option<KeyBound>> {
    let session = match role {
        Role::Source => &mut sides.source,
        Role::Destination => &mut sides.destination,
    };
    boundary(session, shape, key, range, rows, role)
        .await
        .map_err(|error| {
            let table = shape.table(role).clone();
            match error {
                BoundaryError::Server(cause) => VerifyError::Read { table, cause },
                BoundaryError::Key(cause) => VerifyError::Key { table, cause },
            }
        })
}
