//! Foreign keys are added with checks off, so each is proved here by an anti-join.

use serde::{Deserialize, Serialize};

use super::{
    digest::Sides,
    error::{Result, VerifyError},
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
pub async fn check_foreign_keys(sides: &mut Sides, jobs: &[ForeignKeyJob]) -> Result<Vec<Orphans>> {
    let mut found = Vec::new();
    for job in jobs {
        let destination = count(&mut sides.destination, &job.destination).await?;
        if destination == 0 {
            continue;
        }
        found.push(Orphans {
            table: job.destination.child.clone(),
            foreign_key: job.name.clone(),
            source: count(&mut sides.source, &job.source).await?,
            destination,
        });
    }
    Ok(found)
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
