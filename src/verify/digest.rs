//! Digests of a range on both sides, and boundaries inside it.

use super::error::{Result, VerifyError};
use crate::{
    catalog::{Encoding, RowShape, key::ChunkKey},
    conn::Session,
    mysql::Role,
    rows::{
        BoundaryError, KeyBound, KeyRange, boundary,
        canonical::{ChunkDigest, RowHasher},
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
    /// Canonical bytes of the rows on the side that has more of them.
    pub bytes: u64,
    /// Those of the longest row.
    pub longest_row: u64,
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
    let (source, source_size) = source.map_err(|cause| VerifyError::Read {
        table: table(Role::Source),
        cause,
    })?;
    let (destination, destination_size) = destination.map_err(|cause| VerifyError::Read {
        table: table(Role::Destination),
        cause,
    })?;
    Ok(Digests {
        source,
        destination,
        bytes: source_size.bytes.max(destination_size.bytes),
        longest_row: source_size.longest_row.max(destination_size.longest_row),
    })
}

struct Size {
    bytes: u64,
    longest_row: u64,
}

async fn digest(
    session: &mut Session,
    query: &str,
    encodings: &[Encoding],
) -> crate::conn::Result<(ChunkDigest, Size)> {
    let mut digest = ChunkDigest::default();
    let mut bytes = 0;
    let mut hasher = RowHasher::default();
    reader::for_each(session, query, |row| {
        for (index, encoding) in encodings.iter().enumerate() {
            let value = row.as_ref(index).unwrap_or(&mysql_async::Value::NULL);
            hasher.value(value, *encoding);
        }
        let (row, length) = hasher.finish();
        bytes += length;
        digest.add(row);
    })
    .await?;
    let longest_row = hasher.longest();
    Ok((digest, Size { bytes, longest_row }))
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
