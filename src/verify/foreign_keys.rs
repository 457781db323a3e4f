//! Foreign keys are added with checks off, so each is proved here by an anti-join.

use serde::{Deserialize, Serialize};

use super::{
    digest::Sides,
    error::{Result, VerifyError},
    following::Following,
    stable::Counted,
};
use crate::{
    conn::Session,
    mysql::{Ident, TableName},
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

/// The numbers beside a stream, the same where they do not stay different.
async fn settled(
    sides: &mut Sides,
    following: &mut Following,
    job: &ForeignKeyJob,
) -> Result<(u64, u64)> {
    let mut counted = Counted::default();
    loop {
        let before = count(&mut sides.source, &job.source).await?;
        following.catch_up().await?;
        let there = count(&mut sides.destination, &job.destination).await?;
        let after = count(&mut sides.source, &job.source).await?;
        if let Some(differs) = counted.look(before, there, after) {
            return Ok((after, if differs { there } else { after }));
        }
    }
}

async fn count(session: &mut Session, key: &KeySide) -> Result<u64> {
    let pairs = || key.columns.iter().zip(&key.parent_columns);
    let tied: Vec<String> = pairs()
        .map(|(child, parent)| format!("p.{parent} = c.{child}"))
        .collect();
    let set: Vec<String> = pairs()
        .map(|(child, _)| format!("c.{child} IS NOT NULL"))
        .collect();
    let statement = format!(
        "SELECT COUNT(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
        key.child,
        set.join(" AND "),
        key.parent,
        tied.join(" AND ")
    );
    session
        .one(statement)
        .await
        .map_err(|cause| VerifyError::Read {
            table: key.child.clone(),
            cause,
        })
}
