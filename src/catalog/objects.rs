//! Views, routines, triggers and events.

use serde::{Deserialize, Serialize};

use crate::mysql::{Ident, TableName};

/// The session settings under which an object was defined, and under which alone its text means
/// the same again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CreationContext {
    /// Empty for views, which have none.
    pub sql_mode: String,
    pub character_set_client: String,
    pub collation_connection: String,
    /// Empty for views.
    pub database_collation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub name: TableName,
    /// `SHOW CREATE VIEW`, in utf8mb4.
    pub definition: String,
    /// `user@host`, as `information_schema` prints it.
    pub definer: String,
    pub context: CreationContext,
    /// Why the server calls the view invalid (1356 and the like); such a view is reported and
    /// left out.
    pub invalid: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoutineKind {
    Function,
    Procedure,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    pub name: TableName,
    pub kind: RoutineKind,
    /// `SHOW CREATE FUNCTION` or `PROCEDURE`; `None` where the account may not see it.
    pub definition: Option<String>,
    pub definer: String,
    pub context: CreationContext,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub name: TableName,
    pub table: Ident,
    /// `BEFORE` or `AFTER`.
    pub timing: String,
    /// `INSERT`, `UPDATE` or `DELETE`.
    pub event: String,
    /// `ACTION_ORDER`, from 1.
    pub order: u32,
    pub definition: String,
    pub definer: String,
    pub context: CreationContext,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    Enabled,
    Disabled,
    /// Disabled on a replica, where the event came by replication.
    ReplicaSideDisabled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub name: TableName,
    pub definition: String,
    pub definer: String,
    pub status: EventStatus,
    pub time_zone: String,
    /// A one-time event whose moment has passed: it can no longer be created.
    pub past: bool,
    pub context: CreationContext,
}
