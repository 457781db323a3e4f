//! The model of a schema as one server holds it: made by `inspect`, judged by `prechecks` and
//! `plan`. Pure: nothing here connects, and everything is in a fixed order.

pub mod account;
pub mod activity;
pub mod canonical;
pub mod differences;
pub mod encoding;
mod expression;
pub mod families;
pub mod fingerprint;
pub mod grants;
pub mod inspection;
pub mod key;
pub mod model;
pub mod objects;
pub mod order;
mod partitioning;
pub mod shape;

pub use account::{Account, Accounts, Grant, GrantLevel};
pub use activity::{Activity, Answer, BinlogStatus, OpenTransaction, Place, ReplicaStatus};
pub use canonical::{Canonical, canonical, canonical_before};
pub use differences::{TableDifference, differences};
pub use encoding::Encoding;
pub use families::Families;
pub use fingerprint::{Fingerprints, fingerprint, moved};
pub use grants::Grants;
pub use inspection::{Inspection, LeftOut, ServerFacts, Side, TlsSession, Unreadable};
pub use model::{
    Catalog, Check, Column, Database, ForeignKey, Generated, Index, IndexKind, IndexPart, Table,
};
pub use objects::{CreationContext, Event, EventStatus, Routine, RoutineKind, Trigger, View};
pub use order::{Created, CreationOrder, order};
pub use shape::{CopyColumn, RowShape};
