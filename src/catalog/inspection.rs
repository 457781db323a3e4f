//! What was found on the two servers at one time: facts, without an opinion and without a secret.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{account::Accounts, activity::Activity, grants::Grants, model::Catalog};
use crate::{
    clock::Timestamp,
    mysql::{Ident, LowerCase, ServerVersion, SourcePosition, TableName},
};

/// Both servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    pub source: Side,
    pub destination: Side,
    pub taken_at: Timestamp,
}

impl Inspection {
    /// Puts what servers list in no order of their own into one that depends on names alone, so
    /// that the same servers give the same plan.
    pub fn put_in_order(&mut self) {
        self.source.put_in_order();
        self.destination.put_in_order();
    }
}

impl Side {
    fn put_in_order(&mut self) {
        self.unreadable
            .sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
        for database in self.catalog.databases.values_mut() {
            database
                .routines
                .sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
            database.triggers.sort_by(|a, b| {
                (&a.table, &a.timing, &a.event, a.order, &a.name)
                    .cmp(&(&b.table, &b.timing, &b.event, b.order, &b.name))
            });
            database.events.sort_by(|a, b| a.name.cmp(&b.name));
            for table in database.tables.values_mut() {
                table
                    .indexes
                    .sort_by(|a, b| (!a.primary(), &a.name).cmp(&(!b.primary(), &b.name)));
                table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
                table.checks.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
    }
}

/// One server: the source with what is selected, the destination with what stands at the places
/// where that is to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub facts: ServerFacts,
    pub catalog: Catalog,
    /// User databases that this account sees, selected or not.
    pub databases: BTreeSet<Ident>,
    /// What the selected databases hold beside the catalog: not selected.
    pub left_out: LeftOut,
    /// Selected objects whose definition this account may not read.
    pub unreadable: Vec<Unreadable>,
    /// Tables of the catalog that have at least one row; looked at on the destination only.
    pub not_empty: BTreeSet<TableName>,
    /// On the source those selected, on the destination those that have their names.
    #[serde(default)]
    pub accounts: Accounts,
    #[serde(default)]
    pub activity: Activity,
    /// On the destination: tables that other migrations, not yet over, have made there, and which.
    #[serde(default)]
    pub claimed: BTreeMap<TableName, String>,
}

/// Objects of selected databases that the migration does not take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub tables: BTreeSet<TableName>,
    pub views: BTreeSet<TableName>,
    pub routines: BTreeSet<TableName>,
    pub triggers: BTreeSet<TableName>,
    pub events: BTreeSet<TableName>,
}

/// An object that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    pub name: TableName,
    /// `table`, `view`, `function`, `procedure`, `trigger` or `event`.
    pub kind: String,
    /// The server's words.
    pub reason: String,
}

impl Unreadable {
    /// Whether the files of a table are damaged or gone, as the number behind the server's words says.
    pub fn damaged(&self) -> bool {
        const ERRORS: [&str; 10] = [
            "(29)", "(126)", "(130)", "(144)", "(145)", "(1017)", "(1033)", "(1034)", "(1194)",
            "(1195)",
        ];
        self.kind == "table" && ERRORS.iter().any(|number| self.reason.ends_with(number))
    }
}

/// What one server is, and what our account is on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    /// As the specification names it: `127.0.0.1:3306` or a socket.
    pub address: String,
    pub version: ServerVersion,
    pub version_comment: String,
    /// Empty on a server that has none (`MariaDB`).
    pub server_uuid: String,
    pub hostname: String,
    pub port: u16,
    /// `CURRENT_USER()`: the account that the login was matched to, as `user@host`.
    pub account: String,
    /// What TLS negotiated; `None` without it.
    pub tls: Option<TlsSession>,
    /// Global variables, by name: those that checks and plans look at and this server has.
    pub variables: BTreeMap<String, String>,
    /// Global status counters: `Threads_running`, `Threads_connected`.
    pub status: BTreeMap<String, u64>,
    pub grants: Grants,
    /// Character sets and collations that the server knows.
    pub charsets: BTreeSet<String>,
    pub collations: BTreeSet<String>,
    /// Storage engines that can be used.
    pub engines: BTreeSet<String>,
    /// Active plugins.
    pub plugins: BTreeSet<String>,
    /// Every privilege that the server knows, in upper case.
    #[serde(default)]
    pub privileges: BTreeSet<String>,
    /// Built-in functions, in lower case, that other servers of this version have and this one lacks.
    #[serde(default)]
    pub absent_functions: BTreeSet<String>,
    /// Whether its time zone tables are filled: it knows `Europe/Berlin`.
    #[serde(default)]
    pub named_time_zones: bool,
    /// Accounts and roles, as `user@host`; `None` where we may not look.
    pub accounts: Option<BTreeSet<String>>,
    /// Where the binlog stood at the beginning and at the end of the inspection; a part that we may
    /// not see is absent.
    pub position_before: SourcePosition,
    pub position_after: SourcePosition,
}

/// A protected connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsSession {
    /// `TLSv1.3`.
    pub version: String,
    pub cipher: String,
}

impl ServerFacts {
    pub fn lower_case(&self) -> LowerCase {
        LowerCase::from_variable(self.number("lower_case_table_names").unwrap_or(0))
    }

    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Whether a switch is on; `None` where the server has no such variable.
    pub fn is_on(&self, name: &str) -> Option<bool> {
        self.variable(name)
            .map(|value| matches!(value.to_ascii_uppercase().as_str(), "ON" | "1" | "YES"))
    }

    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.variable(name)?.parse().ok()
    }

    /// Whether the server refuses writes of ordinary accounts, or of all.
    pub fn read_only(&self) -> bool {
        ["read_only", "super_read_only", "innodb_read_only"]
            .iter()
            .any(|name| self.is_on(name) == Some(true))
    }

    /// Whether a transaction was committed while we looked.
    pub fn moved(&self) -> bool {
        self.position_before != self.position_after
    }
}
