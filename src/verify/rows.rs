//! A range whose digests differ, down to its rows.

use std::collections::BTreeMap;

use mysql_async::Value;
use serde::{Deserialize, Serialize};

use super::{
    digest::{self, Digests, Sides},
    error::{Result, VerifyError},
    following::Following,
    stable,
};
use crate::{
    catalog::{Encoding, RowShape, key::ChunkKey},
    conn::Session,
    mysql::{Ident, Role},
    rows::{KeyBound, KeyRange, canonical, keyset, reader},
};

/// One row that is not the same on both sides. A key is written as SQL literals, or as the row's
/// values where the table has no key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum RowDifference {
    /// On the source alone.
    Missing { key: String },
    /// On the destination alone.
    Extra { key: String },
    /// On both, with other values in these columns (source names).
    Different { key: String, columns: Vec<Ident> },
}

/// Ranges of at most so many rows and bytes are compared row by row, in memory.
const SMALL: u64 = 1_000;
const SMALL_BYTES: u64 = 8 << 20;
/// A larger one is cut into so many.
const PARTS: u64 = 16;

/// What is no difference in a table of which not all row changes are replicated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    pub missing: bool,
    pub extra: bool,
    pub different: bool,
}

impl Ignored {
    /// Whether the table is compared one way only.
    pub fn any(self) -> bool {
        self != Self::default()
    }

    fn covers(self, difference: &RowDifference) -> bool {
        match difference {
            RowDifference::Missing { .. } => self.missing,
            RowDifference::Extra { .. } => self.extra,
            RowDifference::Different { .. } => self.different,
        }
    }
}

/// The rows that differ in some piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    pub ignored: Ignored,
    pub count: u64,
    pub missing: u64,
    pub extra: u64,
    /// The first of them.
    pub named: Vec<RowDifference>,
}

impl Finding {
    pub fn new(ignored: Ignored) -> Self {
        Self {
            ignored,
            ..Self::default()
        }
    }

    pub fn add(&mut self, difference: RowDifference, most: usize) {
        if self.ignored.covers(&difference) {
            return;
        }
        self.count += 1;
        match &difference {
            RowDifference::Missing { .. } => self.missing += 1,
            RowDifference::Extra { .. } => self.extra += 1,
            RowDifference::Different { .. } => {}
        }
        if self.named.len() < most {
            self.named.push(difference);
        }
    }
}

/// A row that was not the same when both sides were read.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub bound: KeyBound,
    /// Those of its key.
    pub bytes: Vec<u8>,
    pub difference: RowDifference,
}

/// So many are looked at again together.
const TOGETHER: usize = 5_000;

/// Finds the differing rows of a range, names at most `most` of them; counts all. Beside a stream,
/// those that stay different.
pub async fn find(
    sides: &mut Sides,
    following: Option<&mut Following>,
    (shape, key): (&RowShape, &ChunkKey),
    (range, digests): (KeyRange, Digests),
    (ignored, most): (Ignored, usize),
) -> Result<Finding> {
    let mut following = following;
    let mut waiting = vec![(range, digests)];
    let mut finding = Finding::new(ignored);
    let mut candidates = Vec::new();
    while let Some((range, digests)) = waiting.pop() {
        let rows = digests.source.rows.max(digests.destination.rows);
        if rows <= 1 || (rows <= SMALL && digests.bytes <= SMALL_BYTES) {
            let predicate = |role| range.predicate(shape, key, role);
            let found = compare(sides, shape, key, predicate).await?.into_iter();
            candidates.extend(found.filter(|one| !ignored.covers(&one.difference)));
        } else {
            let parts = cut(sides, shape, key, range, digests).await?;
            // the last one first, so that they are popped in key order
            waiting.extend(parts.into_iter().rev());
        }
        if candidates.len() < TOGETHER && !waiting.is_empty() {
            continue;
        }
        let together = std::mem::take(&mut candidates);
        match &mut following {
            Some(following) => {
                let into = (&mut finding, most);
                stable::confirm(sides, following, (shape, key), together, into).await?;
            }
            None => {
                for candidate in together {
                    finding.add(candidate.difference, most);
                }
            }
        }
    }
    Ok(finding)
}

/// Cuts a range by the index of the side that has more rows, and keeps the parts that differ.
async fn cut(
    sides: &mut Sides,
    shape: &RowShape,
    key: &ChunkKey,
    range: KeyRange,
    digests: Digests,
) -> Result<Vec<(KeyRange, Digests)>> {
    let role = if digests.source.rows >= digests.destination.rows {
        Role::Source
    } else {
        Role::Destination
    };
    let rows = digests.source.rows.max(digests.destination.rows);
    let smallest = (SMALL / 2).min(rows * (SMALL_BYTES / 2) / digests.bytes.max(1));
    let step = rows.div_ceil(PARTS).max(smallest);
    let mut parts = Vec::new();
    let mut rest = range;
    loop {
        let found = digest::cut(sides, shape, key, &rest, step, role).await?;
        let last = found.is_none();
        let upper = found.or_else(|| rest.upper.clone());
        let part = KeyRange {
            lower: rest.lower.clone(),
            upper: upper.clone(),
        };
        let source = digest::range_query(shape, key, &part, Role::Source);
        let destination = digest::range_query(shape, key, &part, Role::Destination);
        let digests = digest::compare(sides, shape, &source, &destination).await?;
        if digests.source != digests.destination {
            parts.push((part, digests));
        }
        if last || upper == rest.upper {
            return Ok(parts);
        }
        rest.lower = upper;
    }
}

type RowsByKey = BTreeMap<Vec<u8>, (KeyBound, Vec<Value>)>;

/// Compares the rows for which a predicate holds, in memory.
pub async fn compare(
    sides: &mut Sides,
    shape: &RowShape,
    key: &ChunkKey,
    predicate: impl Fn(Role) -> String,
) -> Result<Vec<Candidate>> {
    let (here, there) = (predicate(Role::Source), predicate(Role::Destination));
    let source = rows_by_key(&mut sides.source, shape, key, &here, Role::Source).await?;
    let role = Role::Destination;
    let mut destination = rows_by_key(&mut sides.destination, shape, key, &there, role).await?;
    let mut differences = Vec::new();
    for (bytes, (bound, values)) in source {
        let key = bound.plain();
        let Some((_, others)) = destination.remove(&bytes) else {
            differences.push(Candidate {
                bound,
                bytes,
                difference: RowDifference::Missing { key },
            });
            continue;
        };
        let columns: Vec<Ident> = shape
            .columns
            .iter()
            .zip(values.iter().zip(&others))
            .filter(|(column, (one, other))| !same(one, other, column.encoding))
            .map(|(column, _)| column.source.clone())
            .collect();
        if !columns.is_empty() {
            differences.push(Candidate {
                bound,
                bytes,
                difference: RowDifference::Different { key, columns },
            });
        }
    }
    let extra = destination.into_iter().map(|(bytes, (bound, _))| {
        let key = bound.plain();
        Candidate {
            bound,
            bytes,
            difference: RowDifference::Extra { key },
        }
    });
    differences.extend(extra);
    Ok(differences)
}

/// What tells a key's values from others.
pub fn key_bytes<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        canonical::value(&mut bytes, value, Encoding::Plain);
    }
    bytes
}

fn same(one: &Value, other: &Value, encoding: Encoding) -> bool {
    let bytes = |value| {
        let mut bytes = Vec::new();
        canonical::value(&mut bytes, value, encoding);
        bytes
    };
    bytes(one) == bytes(other)
}

async fn rows_by_key(
    session: &mut Session,
    shape: &RowShape,
    key: &ChunkKey,
    predicate: &str,
    role: Role,
) -> Result<RowsByKey> {
    let query = format!(
        "SELECT {}, {} FROM {} WHERE {predicate}",
        keyset::key_list(shape, key, role),
        shape.select_list(role),
        shape.table(role),
    );
    let keys = key.columns.len();
    let mut rows = BTreeMap::new();
    let mut wrong = None;
    reader::for_each(session, &query, |row| {
        let value = |index| row.as_ref(index).cloned().unwrap_or(Value::NULL);
        let key_values: Vec<Value> = (0..keys).map(value).collect();
        match KeyBound::from_values(key, &key_values) {
            Ok(bound) => {
                let bytes = key_bytes(key_values.iter());
                let values = (keys..keys + shape.columns.len()).map(value).collect();
                rows.insert(bytes, (bound, values));
            }
            Err(error) => wrong = Some(error),
        }
    })
    .await
    .map_err(|cause| VerifyError::Read {
        table: shape.table(role).clone(),
        cause,
    })?;
    match wrong {
        Some(cause) => Err(VerifyError::Key {
            table: shape.table(role).clone(),
            cause,
        }),
        None => Ok(rows),
    }
}
