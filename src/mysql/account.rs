//! Names of accounts and roles.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Ident, TableName};

/// An account or a role by its whole name. `Display` prints it as SQL (`` `app`@`10.%` ``), which
/// 5.6 and all later servers read; [`AccountName::plain`] prints `app@10.%` for people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountName {
    /// Empty for an anonymous account.
    pub user: String,
    pub host: String,
}

/// Users that a server makes for itself, and the one who may do everything on it.
const SYSTEM_USERS: [&str; 5] = [
    "mysql.infoschema",
    "mysql.session",
    "mysql.sys",
    "mysqlxsys",
    "root",
];

impl AccountName {
    pub fn new(user: impl Into<String>, host: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            host: host.into(),
        }
    }

    /// From `CURRENT_USER()` and the like: a user may contain an `@`, a host may not.
    pub fn of_text(text: &str) -> Self {
        match text.rsplit_once('@') {
            Some((user, host)) => Self::new(user, host),
            None => Self::new(text, "%"),
        }
    }

    /// `app@10.%` without quotes, for people.
    pub fn plain(&self) -> String {
        format!("{}@{}", self.user, self.host)
    }

    /// As the ledger keeps it: the host in the database's place.
    pub fn noted(&self) -> TableName {
        TableName::new(self.host.as_str(), self.user.as_str())
    }

    /// Why no migration ever touches it; `None` for an ordinary account.
    pub fn reserved(&self) -> Option<&'static str> {
        if self.user.is_empty() {
            Some("an anonymous account")
        } else if SYSTEM_USERS.contains(&self.user.as_str()) {
            Some("an account that every server has for itself")
        } else {
            None
        }
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}@{}",
            Ident::new(self.user.as_str()),
            Ident::new(self.host.as_str())
        )
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_quotes_itself() {
        let hostile = AccountName::new("o'b`r\"@\\", "%");
        assert_eq!(hostile.to_string(), "`o'b``r\"@\\`@`%`");
        assert_eq!(
            AccountName::of_text("a@b@10.%"),
            AccountName::new("a@b", "10.%")
        );
    }

    #[test]
    fn accounts_of_the_server_are_known() {
        assert!(AccountName::new("root", "localhost").reserved().is_some());
        assert!(AccountName::new("", "%").reserved().is_some());
        assert!(AccountName::new("app", "%").reserved().is_none());
    }
}
