//! Tables that a tool for online changes has made on the source, and that are none of the
//! destination's: copies that are being changed, and what is left of them.

use super::{Fence, Ledger, LedgerError, Result};
use crate::{
    conn::Session,
    mysql::{Literal, TableName},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShadowKind {
    /// A copy of the base table, in its new form.
    Shadow,
    /// The base table under another name, or something of the tool's own.
    Trash,
}

impl ShadowKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Trash => "trash",
        }
    }
}

/// One such table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    pub table: TableName,
    /// In the same database.
    pub base: TableName,
    pub kind: ShadowKind,
    /// The statements that changed it, in a form of the runner's.
    pub statements: String,
}

impl Ledger {
    pub async fn shadows(&self, session: &mut Session) -> Result<Vec<Shadow>> {
        let rows: Vec<(String, String, String, String, String)> = session
            .rows(format!(
                "SELECT database_name, table_name, base_name, kind, statements FROM {} \
                 WHERE migration = {} ORDER BY database_name, table_name",
                self.table("shadow"),
                self.migration()
            ))
            .await?;
        rows.into_iter()
            .map(|(database, table, base, kind, statements)| {
                let kind = match kind.as_str() {
                    "shadow" => ShadowKind::Shadow,
                    "trash" => ShadowKind::Trash,
                    _ => {
                        return Err(LedgerError::Damaged {
                            what: format!("the kind {kind:?} of {database}.{table}"),
                        });
                    }
                };
                Ok(Shadow {
                    table: TableName::new(database.clone(), table),
                    base: TableName::new(database, base),
                    kind,
                    statements,
                })
            })
            .collect()
    }
}

impl Fence {
    /// Notes one inside the caller's transaction.
    pub async fn note_shadow(&self, session: &mut Session, shadow: &Shadow) -> Result<()> {
        session
            .execute(format!(
                "REPLACE INTO {} (migration, database_name, table_name, base_name, kind, statements) \
                 VALUES ({}, {}, {}, {}, {}, {})",
                self.ledger().table("shadow"),
                self.ledger().migration(),
                Literal::text(shadow.table.database.as_str()),
                Literal::text(shadow.table.name.as_str()),
                Literal::text(shadow.base.name.as_str()),
                Literal::text(shadow.kind.as_str()),
                Literal::text(&shadow.statements),
            ))
            .await?;
        Ok(())
    }

    /// Forgets one inside the caller's transaction.
    pub async fn forget_shadow(&self, session: &mut Session, table: &TableName) -> Result<()> {
        session
            .execute(format!(
                "DELETE FROM {} WHERE migration = {} AND database_name = {} AND table_name = {}",
                self.ledger().table("shadow"),
                self.ledger().migration(),
                Literal::text(table.database.as_str()),
                Literal::text(table.name.as_str()),
            ))
            .await?;
        Ok(())
    }
}
