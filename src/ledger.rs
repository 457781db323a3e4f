//! The metadata database on the destination: the truth about rows.
//!
//! In: sessions on the destination. Out: the lease that lets one process write, and progress that
//! commits in the same transaction as the rows it describes.
//!
//! Why no row is lost or doubled: a chunk's rows and its `chunk` row are one transaction
//! ([`fence::commit`]), so after a kill at any instant either both are there or neither. The last
//! statement before every COMMIT reads the lease row with a shared lock and compares the epoch; a
//! take-over locks that row exclusively before it raises the epoch, so it waits for transactions
//! that have passed the check, and all later ones fail it.

pub mod ddl;
pub mod definitions;
pub mod error;
pub mod fence;
pub mod fixed;
pub mod gave_way;
pub mod lease;
pub mod migration;
pub mod objects;
pub mod prepared;
pub mod progress;
pub mod request;
pub mod shadow;
pub mod stream;
pub mod tables;

pub use ddl::{Choice, DdlRow, DdlState, Resolution};
pub use definitions::Definition;
pub use error::{LedgerError, Result};
pub use fence::Fence;
pub use lease::{Holder, Lease};
pub use migration::{Record, Snapshot};
pub use objects::{ObjectKey, ObjectState};
pub use prepared::PreparedPart;
pub use progress::{ChunkRange, CopyState, TableProgress};
pub use request::{Asked, Request};
pub use shadow::{Shadow, ShadowKind};
pub use stream::{Expected, StreamRow, Totals, WindowRow};

use crate::mysql::{Ident, Literal, TableName};

/// Where the ledger of one migration lives. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ledger {
    database: Ident,
    migration: Literal,
}

impl Ledger {
    pub fn new(database: Ident, migration: &str) -> Self {
        Self {
            database,
            migration: Literal::text(migration),
        }
    }

    pub fn database(&self) -> &Ident {
        &self.database
    }

    /// The migration's name as a literal.
    fn migration(&self) -> &Literal {
        &self.migration
    }

    fn table(&self, name: &str) -> TableName {
        TableName::new(self.database.clone(), name)
    }
}
