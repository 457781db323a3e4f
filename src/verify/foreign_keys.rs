//! Foreign keys are added with checks off, so each is proved here by an anti-join.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    digest::Sides,
    error::{Result, VerifyError},
    following::Following,
    rows::key_bytes,
    stable::TIMES,
};
use crate::{
    conn::{ConnError, Session},
    mysql::{Ident, TableName},
    rows::reader,
};

/// One foreign key as a side has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySide {
    pub child: TableName,
    pub columns: Vec<Ident>,
    pub parent: TableName,
    pub parent_columns: Vec<Ident>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKeyJob {
    pub name: Ident,
    pub source: KeySide,
    pub destination: KeySide,
}

/// Children without a parent. The source may have them too, from times when checks were off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orphans {
    pub table: TableName,
    pub foreign_key: Ident,
    pub source: u64,
    pub destination: u64,
}

/// Counts the orphans of every key; keys without any are left out.
pub async fn check_foreign_keys(
    sides: &mut Sides,
    following: Option<&mut Following>,
    jobs: &[ForeignKeyJob],
) -> Result<Vec<Orphans>> {
    let mut following = following;
    let mut found = Vec::new();
    for job in jobs {
        let mut destination = count(&mut sides.destination, &job.destination).await?;
        if destination == 0 {
            continue;
        }
        let mut source = count(&mut sides.source, &job.source).await?;
        if let Some(following) = &mut following
            && source != destination
        {
            (source, destination) = settled(sides, following, job).await?;
        }
        if destination > 0 {
            found.push(Orphans {
                table: job.destination.child.clone(),
                foreign_key: job.name.clone(),
                source,
                destination,
            });
        }
    }
    Ok(found)
}

/// More than the stream ever has on its way at once.
const MOST_ON_THEIR_WAY: u64 = 1_000_000;

/// Orphans by the value that has no parent: how many rows have it.
type Values = BTreeMap<Vec<u8>, u64>;

/// The numbers beside a stream, the same where they do not stay different.
///
/// Lanes commit by themselves, so a child may be there a moment before its parent, at each look
/// another one. Only those count that are there at every look, each behind what the source showed
/// before it.
async fn settled(
    sides: &mut Sides,
    following: &mut Following,
    job: &ForeignKeyJob,
) -> Result<(u64, u64)> {
    let (mut before, mut there) = (Staying::default(), Staying::default());
    let mut most = 0;
    for _ in 0..TIMES {
        let source = count(&mut sides.source, &job.source).await?;
        let destination = count(&mut sides.destination, &job.destination).await?;
        if source.max(destination) > MOST_ON_THEIR_WAY {
            return Ok((source, destination));
        }
        before.look(values(&mut sides.source, &job.source).await?);
        following.catch_up().await?;
        there.look(values(&mut sides.destination, &job.destination).await?);
        most = most.max(source);
        most = most.max(count(&mut sides.source, &job.source).await?);
    }
    let (before, there) = (before.count(), there.count());
    // those of the source that come and go may be there or not
    let source = if there < before {
        before
    } else {
        there.min(most)
    };
    Ok((source, there))
}

/// What was there at each look.
#[derive(Debug, Default)]
struct Staying(Option<Values>);

impl Staying {
    fn look(&mut self, seen: Values) {
        let Some(known) = self.0.take() else {
            self.0 = Some(seen);
            return;
        };
        let both = known
            .into_iter()
            .filter_map(|(value, rows)| Some((rows.min(*seen.get(&value)?), value)));
        self.0 = Some(both.map(|(rows, value)| (value, rows)).collect());
    }

    fn count(&self) -> u64 {
        self.0.iter().flat_map(BTreeMap::values).sum()
    }
}

async fn values(session: &mut Session, key: &KeySide) -> Result<Values> {
    let columns: Vec<String> = key.columns.iter().map(|one| format!("c.{one}")).collect();
    let query = format!("SELECT {} {}", columns.join(", "), without_parent(key));
    let mut found = Values::new();
    let read = reader::for_each(session, &query, |row| {
        let value = |index| row.as_ref(index).unwrap_or(&mysql_async::Value::NULL);
        let value = key_bytes((0..key.columns.len()).map(value));
        *found.entry(value).or_default() += 1;
    });
    read.await.map_err(|cause| unread(key, cause))?;
    Ok(found)
}

async fn count(session: &mut Session, key: &KeySide) -> Result<u64> {
    let counted = session.one(format!("SELECT COUNT(*) {}", without_parent(key)));
    counted.await.map_err(|cause| unread(key, cause))
}

fn unread(key: &KeySide, cause: ConnError) -> VerifyError {
    VerifyError::Read {
        table: key.child.clone(),
        cause,
    }
}

/// The rest of a query for orphans, which are `c`.
fn without_parent(key: &KeySide) -> String {
    let pairs = || key.columns.iter().zip(&key.parent_columns);
    let tied: Vec<String> = pairs()
        .map(|(child, parent)| format!("p.{parent} = c.{child}"))
        .collect();
    let set: Vec<String> = pairs()
        .map(|(child, _)| format!("c.{child} IS NOT NULL"))
        .collect();
    format!(
        "FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
        key.child,
        set.join(" AND "),
        key.parent,
        tied.join(" AND ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_at_every_look_counts() {
        let values = |of: &[(u8, u64)]| {
            of.iter()
                .map(|(value, rows)| (vec![*value], *rows))
                .collect()
        };
        let mut staying = Staying::default();
        assert_eq!(staying.count(), 0);
        staying.look(values(&[(1, 1), (2, 3), (3, 1)]));
        staying.look(values(&[(2, 2), (3, 1), (4, 1)]));
        assert_eq!(staying.count(), 3);
        staying.look(values(&[(2, 5), (9, 1)]));
        assert_eq!(staying.count(), 2);
        staying.look(values(&[]));
        staying.look(values(&[(2, 5)]));
        assert_eq!(staying.count(), 0);
    }
}
