//! The collation that a routine, trigger or event takes from its database when it is defined: that of
//! its parameters and variables without one of their own.
//!
//! There is no session setting for it (manual, `ALTER DATABASE`), so the database takes the wanted one
//! on for the statement. Its own is in the ledger meanwhile, and is given back also after a kill.

use super::{Builder, build::failed, error::Result};
use crate::{
    conn::{ConnError, Session},
    ledger::{ObjectKey, ObjectState},
    mysql::{Ident, Literal, TableName},
};

/// What databases are noted as meanwhile, with their own collation as a name inside them.
const KIND: &str = "collation";

impl Builder {
    /// Gives a database another collation until [`Builder::collations_back`]. One that the server does
    /// not know is left out.
    pub(super) async fn lend_collation(&mut self, database: &Ident, wanted: &str) -> Result<()> {
        let name = TableName::new(database.clone(), "");
        let define = |cause| failed("database", &name, cause);
        let own = own(self.session(), database).await.map_err(define)?;
        let Some(own) = own.filter(|own| own != wanted) else {
            return Ok(());
        };
        if wanted.is_empty() || !is_known(self.session(), wanted).await.map_err(define)? {
            return Ok(());
        }
        let key = ObjectKey {
            kind: KIND.to_owned(),
            name: TableName::new(database.clone(), own),
        };
        self.note(&key, ObjectState::Intended).await?;
        self.collate(database, wanted).await
    }

    /// Gives every database its own collation back.
    ///
    /// # Errors
    /// The destination's, or a lost lease.
    pub async fn collations_back(&mut self) -> Result<()> {
        for lent in self.noted_of(KIND) {
            self.collate(&lent.database, lent.name.as_str()).await?;
            self.forget(KIND, &lent).await?;
        }
        Ok(())
    }

    async fn collate(&mut self, database: &Ident, collation: &str) -> Result<()> {
        let fence = self.fence().clone();
        let session = self.session();
        fence.check(session).await?;
        let collation = Ident::new(collation);
        session
            .execute(format!("ALTER DATABASE {database} COLLATE {collation}"))
            .await
            .map_err(|cause| failed("database", &TableName::new(database.clone(), ""), cause))?;
        Ok(())
    }
}

async fn own(
    session: &mut Session,
    database: &Ident,
) -> std::result::Result<Option<String>, ConnError> {
    session
        .first(format!(
            "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {}",
            Literal::text(database.as_str())
        ))
        .await
}

async fn is_known(session: &mut Session, collation: &str) -> std::result::Result<bool, ConnError> {
    let row: Option<u8> = session
        .first(format!(
            "SELECT 1 FROM information_schema.COLLATIONS WHERE COLLATION_NAME = {}",
            Literal::text(collation)
        ))
        .await?;
    Ok(row.is_some())
}
