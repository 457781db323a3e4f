//! Tables without a key, as multisets.

use std::collections::HashMap;

use mysql_async::Row;

use super::{
    digest::Sides,
    error::{Result, VerifyError},
    rows::RowDifference,
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
/// for every half million rows, so that memory stays bounded.
pub async fn find(
    sides: &mut Sides,
    shape: &RowShape,
    rows: u64,
    most: usize,
) -> Result<(u64, Vec<RowDifference>)> {
    let passes = u128::from(rows.div_ceil(PASS).max(1));
    let (mut count, mut found) = (0, Vec::new());
    for pass in 0..passes {
        let mut surplus: HashMap<u128, i64> = HashMap::new();
        for (role, sign) in [(Role::Source, 1), (Role::Destination, -1)] {
            each(sides, shape, role, |digest, _| {
                if digest % passes == pass {
                    *surplus.entry(digest).or_default() += sign;
                }
            })
            .await?;
        }
        surplus.retain(|_, surplus| *surplus != 0);
        count += surplus
            .values()
            .map(|surplus| surplus.unsigned_abs())
            .sum::<u64>();
        for role in [Role::Source, Role::Destination] {
            let wanted = |surplus: i64| (surplus > 0) == (role == Role::Source) && surplus != 0;
            if found.len() >= most || !surplus.values().any(|surplus| wanted(*surplus)) {
                continue;
            }
            each(sides, shape, role, |digest, row| {
                let Some(left) = surplus.get_mut(&digest) else {
                    return;
                };
                if !wanted(*left) || found.len() >= most {
                    return;
                }
                *left -= left.signum();
                let key = text(shape, row);
                found.push(match role {
                    Role::Source => RowDifference::Missing { key },
                    Role::Destination => RowDifference::Extra { key },
                });
            })
            .await?;
        }
    }
    Ok((count, found))
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
