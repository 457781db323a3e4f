//! Tables without a key, as multisets.

use std::collections::HashMap;

use mysql_async::Row;

use super::{
    digest::Sides,
    error::{Result, VerifyError},
    following::Following,
    rows::{Finding, Ignored, RowDifference},
    stable::TIMES,
};
use crate::{
    catalog::RowShape,
    mysql::Role,
    rows::{canonical::RowHasher, insert, reader},
};

/// Rows of one pass: their digests and counts take some 50 bytes each.
const PASS: u64 = 500_000;

/// The longest text of a row in a report, in bytes.
const LONGEST: usize = 200;

/// Finds the rows whose numbers differ, at most `most` of them; counts all. Reads both tables once
/// for every half million rows, so that memory stays bounded; beside a stream several times, and what
/// stays different counts.
pub async fn find(
    sides: &mut Sides,
    following: Option<&mut Following>,
    shape: &RowShape,
    rows: u64,
    (ignored, most): (Ignored, usize),
) -> Result<Finding> {
    let mut following = following;
    let passes = u128::from(rows.div_ceil(PASS).max(1));
    let mut finding = Finding::new(ignored);
    for pass in 0..passes {
        let mut surplus = match &mut following {
            None => surplus(sides, shape, |digest| digest % passes == pass).await?,
            Some(following) => stable(sides, following, shape, (pass, passes)).await?,
        };
        // a changed row is one that is missing and one that is extra
        surplus.retain(|_, surplus| match *surplus {
            1.. => !ignored.missing && !ignored.different,
            _ => !ignored.extra && !ignored.different,
        });
        for surplus in surplus.values() {
            finding.count += surplus.unsigned_abs();
            if *surplus > 0 {
                finding.missing += surplus.unsigned_abs();
            } else {
                finding.extra += surplus.unsigned_abs();
            }
        }
        for role in [Role::Source, Role::Destination] {
            name(sides, shape, role, &mut surplus, (&mut finding.named, most)).await?;
        }
    }
    Ok(finding)
}

/// How many more of each row the source has than the destination; those that are as many are left
/// out.
type Surplus = HashMap<u128, i64>;

async fn surplus(
    sides: &mut Sides,
    shape: &RowShape,
    wanted: impl Fn(u128) -> bool + Send + Sync,
) -> Result<Surplus> {
    let mut surplus = Surplus::new();
    for (role, sign) in [(Role::Source, 1), (Role::Destination, -1)] {
        each(sides, shape, role, |digest, _| {
            if wanted(digest) {
                *surplus.entry(digest).or_default() += sign;
            }
        })
        .await?;
    }
    surplus.retain(|_, surplus| *surplus != 0);
    Ok(surplus)
}

/// The same beside a stream: rows of which the source had as many before and after, and the
/// destination, once it had caught up in between, other numbers, several times.
async fn stable(
    sides: &mut Sides,
    following: &mut Following,
    shape: &RowShape,
    (pass, passes): (u128, u128),
) -> Result<Surplus> {
    let mut suspects: Option<Surplus> = None;
    for _ in 0..TIMES {
        let mut counts: HashMap<u128, [i64; 3]> = HashMap::new();
        for (place, role) in [Role::Source, Role::Destination, Role::Source]
            .into_iter()
            .enumerate()
        {
            if role == Role::Destination {
                following.catch_up().await?;
            }
            each(sides, shape, role, |digest, _| {
                let wanted = match &suspects {
                    Some(suspects) => suspects.contains_key(&digest),
                    None => digest % passes == pass,
                };
                if wanted {
                    counts.entry(digest).or_default()[place] += 1;
                }
            })
            .await?;
        }
        let found: Surplus = counts
            .into_iter()
            .filter(|(_, [before, there, after])| before == after && before != there)
            .map(|(digest, [before, there, _])| (digest, before - there))
            .collect();
        if found.is_empty() {
            return Ok(found);
        }
        suspects = Some(found);
    }
    Ok(suspects.unwrap_or_default())
}

/// Names the rows of which one side has more.
async fn name(
    sides: &mut Sides,
    shape: &RowShape,
    role: Role,
    surplus: &mut Surplus,
    (named, most): (&mut Vec<RowDifference>, usize),
) -> Result<()> {
    let wanted = |surplus: i64| (surplus > 0) == (role == Role::Source) && surplus != 0;
    if named.len() >= most || !surplus.values().any(|surplus| wanted(*surplus)) {
        return Ok(());
    }
    each(sides, shape, role, |digest, row| {
        let Some(left) = surplus.get_mut(&digest) else {
            return;
        };
        if !wanted(*left) || named.len() >= most {
            return;
        }
        *left -= left.signum();
        let key = text(shape, row);
        named.push(match role {
            Role::Source => RowDifference::Missing { key },
            Role::Destination => RowDifference::Extra { key },
        });
    })
    .await
}

async fn each(
    sides: &mut Sides,
    shape: &RowShape,
    role: Role,
    mut visit: impl FnMut(u128, &Row) + Send,
) -> Result<()> {
    let session = match role {
        Role::Source => &mut sides.source,
        Role::Destination => &mut sides.destination,
    };
    let query = format!(
        "SELECT {} FROM {}",
        shape.select_list(role),
        shape.table(role)
    );
    let mut hasher = RowHasher::default();
    reader::for_each(session, &query, |row| {
        for (index, column) in shape.columns.iter().enumerate() {
            let value = row.as_ref(index).unwrap_or(&mysql_async::Value::NULL);
            hasher.value(value, column.encoding);
        }
        visit(hasher.finish().0, row);
    })
    .await
    .map_err(|cause| VerifyError::Read {
        table: shape.table(role).clone(),
        cause,
    })
}

/// The row's values as literals, cut short.
fn text(shape: &RowShape, row: &Row) -> String {
    let mut bytes = Vec::new();
    for (index, column) in shape.columns.iter().enumerate() {
        if index > 0 {
            bytes.extend_from_slice(b", ");
        }
        insert::value(
            &mut bytes,
            row.as_ref(index).unwrap_or(&mysql_async::Value::NULL),
            column.encoding,
        );
        if bytes.len() > LONGEST {
            bytes.truncate(LONGEST);
            bytes.extend_from_slice(" …".as_bytes());
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
