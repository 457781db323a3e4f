//! Differences beside a running stream: which of them are real.
//!
//! The two sides are never read at one moment, so a row that differs may only be on its way. It counts
//! when it is stable: the source's row is read, everything up to then awaited on the destination, the
//! destination's row read, and the source's again; when both source reads are equal and the
//! destination is different, three times, no stream will mend it. A row that is written all the time
//! is not judged: the stream itself holds each of its changes against the row it meets.

use std::collections::BTreeMap;

use super::{
    digest::Sides,
    error::{Result, VerifyError},
    following::Following,
    rows::{self, Candidate, Finding, RowDifference},
};
use crate::{
    catalog::{RowShape, key::ChunkKey},
    conn::Session,
    mysql::Role,
    rows::{KeyBound, canonical::RowHasher, keyset, reader},
};

/// As often a difference must be seen.
pub const TIMES: u32 = 3;
/// A row that is another one at each look is given up after so many.
const MOST_LOOKS: u32 = 6;
/// Keys of one statement.
const AT_ONCE: usize = 500;

/// A row by its key's bytes, with the digest of its values.
type Digests = BTreeMap<Vec<u8>, u128>;

/// A difference that is being looked at.
struct Suspect {
    candidate: Candidate,
    seen: u32,
    source: Option<u128>,
    destination: Option<u128>,
}

/// Keeps those differences of rows that are stable.
pub async fn confirm(
    sides: &mut Sides,
    following: &mut Following,
    (shape, key): (&RowShape, &ChunkKey),
    candidates: Vec<Candidate>,
    (finding, most): (&mut Finding, usize),
) -> Result<()> {
    let mut suspects: Vec<Suspect> = candidates
        .into_iter()
        .map(|candidate| Suspect {
            candidate,
            seen: 0,
            source: None,
            destination: None,
        })
        .collect();
    for _ in 0..MOST_LOOKS {
        let bounds: Vec<KeyBound> = suspects
            .iter()
            .map(|one| one.candidate.bound.clone())
            .collect();
        if bounds.is_empty() {
            return Ok(());
        }
        let before = digests(&mut sides.source, (shape, key), &bounds, Role::Source).await?;
        following.catch_up().await?;
        let there = digests(
            &mut sides.destination,
            (shape, key),
            &bounds,
            Role::Destination,
        )
        .await?;
        let after = digests(&mut sides.source, (shape, key), &bounds, Role::Source).await?;
        let mut open = Vec::new();
        for mut suspect in suspects {
            let row = |side: &Digests| side.get(&suspect.candidate.bytes).copied();
            let (one, other, again) = (row(&before), row(&there), row(&after));
            if one != again {
                open.push(suspect);
                continue;
            }
            if one == other {
                continue;
            }
            (suspect.source, suspect.destination) = (one, other);
            suspect.seen += 1;
            if suspect.seen < TIMES {
                open.push(suspect);
                continue;
            }
            let named = finding.named.len() < most;
            finding.add(
                named_again(sides, (shape, key), suspect, named).await?,
                most,
            );
        }
        suspects = open;
    }
    Ok(())
}

/// What the rows are to each other by now.
async fn named_again(
    sides: &mut Sides,
    (shape, key): (&RowShape, &ChunkKey),
    suspect: Suspect,
    named: bool,
) -> Result<RowDifference> {
    let text = suspect.candidate.bound.plain();
    let difference = match (suspect.source, suspect.destination) {
        (Some(_), None) => RowDifference::Missing { key: text },
        (None, Some(_)) => RowDifference::Extra { key: text },
        (_, _) => {
            if named {
                let bounds = std::slice::from_ref(&suspect.candidate.bound);
                let again = rows::compare(sides, shape, key, |role| {
                    keyset::is_one_of(&on_side(shape, key, role), bounds)
                });
                let mut again = again.await?.into_iter();
                let same = again.find(|one| one.bytes == suspect.candidate.bytes);
                if let Some(same) = same {
                    return Ok(same.difference);
                }
            }
            suspect.candidate.difference
        }
    };
    Ok(difference)
}

/// The key by the names that its columns have on a side.
fn on_side(shape: &RowShape, key: &ChunkKey, role: Role) -> ChunkKey {
    let mut key = key.clone();
    for column in &mut key.columns {
        column.name = shape.column_name(role, &column.name).clone();
    }
    key
}

/// The rows of these keys.
async fn digests(
    session: &mut Session,
    (shape, key): (&RowShape, &ChunkKey),
    bounds: &[KeyBound],
    role: Role,
) -> Result<Digests> {
    let there = on_side(shape, key, role);
    let rows_are_ranges = session.version().at_least(5, 7, 3);
    let size = if keyset::may_list(&there, bounds, rows_are_ranges) {
        AT_ONCE
    } else {
        1
    };
    let encodings = shape.encodings();
    let keys = key.columns.len();
    let mut found = Digests::new();
    for bounds in bounds.chunks(size) {
        let query = format!(
            "SELECT {}, {} FROM {} WHERE {}",
            keyset::key_list(shape, key, role),
            shape.select_list(role),
            shape.table(role),
            keyset::is_one_of(&there, bounds)
        );
        let mut hasher = RowHasher::default();
        let read = reader::for_each(session, &query, |row| {
            let value = |index| row.as_ref(index).unwrap_or(&mysql_async::Value::NULL);
            let bytes = rows::key_bytes((0..keys).map(value));
            for (index, encoding) in encodings.iter().enumerate() {
                hasher.value(value(keys + index), *encoding);
            }
            found.insert(bytes, hasher.finish().0);
        });
        read.await.map_err(|cause| VerifyError::Read {
            table: shape.table(role).clone(),
            cause,
        })?;
    }
    Ok(found)
}
