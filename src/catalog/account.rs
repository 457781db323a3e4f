//! Accounts and roles with what they may do, apart from their passwords.
//!
//! In: rows of `mysql.user` and lines of `SHOW GRANTS`. Out: privileges as a set, so that two
//! servers can be compared whatever the order and grouping of their lines, and the statements that
//! grant them. No password and no hash of one is ever in here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    mysql::{AccountName, Ident, TableName},
    sql::{Kind, Mode, Token, tokenize},
};

/// Stands for all privileges of its level.
pub const ALL: &str = "ALL PRIVILEGES";

/// What a global `ALL PRIVILEGES` meant before 8.0, where later servers know more.
pub const ALL_BEFORE_8: [&str; 28] = [
    "ALTER",
    "ALTER ROUTINE",
    "CREATE",
    "CREATE ROUTINE",
    "CREATE TABLESPACE",
    "CREATE TEMPORARY TABLES",
    "CREATE USER",
    "CREATE VIEW",
    "DELETE",
    "DROP",
    "EVENT",
    "EXECUTE",
    "FILE",
    "INDEX",
    "INSERT",
    "LOCK TABLES",
    "PROCESS",
    "REFERENCES",
    "RELOAD",
    "REPLICATION CLIENT",
    "REPLICATION SLAVE",
    "SELECT",
    "SHOW DATABASES",
    "SHOW VIEW",
    "SHUTDOWN",
    "SUPER",
    "TRIGGER",
    "UPDATE",
];

/// What `ALL PRIVILEGES` means on a whole database.
pub const ALL_OF_DATABASE: [&str; 18] = [
    "ALTER",
    "ALTER ROUTINE",
    "CREATE",
    "CREATE ROUTINE",
    "CREATE TEMPORARY TABLES",
    "CREATE VIEW",
    "DELETE",
    "DROP",
    "EVENT",
    "EXECUTE",
    "INDEX",
    "INSERT",
    "LOCK TABLES",
    "REFERENCES",
    "SELECT",
    "SHOW VIEW",
    "TRIGGER",
    "UPDATE",
];

/// What `ALL PRIVILEGES` means on a table or view.
pub const ALL_OF_TABLE: [&str; 12] = [
    "ALTER",
    "CREATE",
    "CREATE VIEW",
    "DELETE",
    "DROP",
    "INDEX",
    "INSERT",
    "REFERENCES",
    "SELECT",
    "SHOW VIEW",
    "TRIGGER",
    "UPDATE",
];

/// What `ALL PRIVILEGES` means on a routine.
pub const ALL_OF_ROUTINE: [&str; 2] = ["ALTER ROUTINE", "EXECUTE"];

/// An option that `CREATE USER` takes no lifetime beside: it is set by an `ALTER USER` behind it.
pub const EXPIRED: &str = "PASSWORD EXPIRE";

/// The accounts of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// Those that take part: roles first, then by name.
    pub found: Vec<Account>,
    /// All others.
    pub others: BTreeSet<AccountName>,
    /// The server's words where they may not be read.
    pub refused: Option<String>,
}

impl Accounts {
    pub fn find(&self, name: &AccountName) -> Option<&Account> {
        self.found.iter().find(|account| account.name == *name)
    }
}

/// What a server holds of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub name: AccountName,
    /// Granted to another account, or made by `CREATE ROLE`.
    pub role: bool,
    /// The plugin that authenticates it: `caching_sha2_password`.
    pub plugin: String,
    /// Whether there is a password, or whatever else the plugin keeps.
    pub has_password: bool,
    /// A second or third factor, a second password: what only a new registration can make again.
    pub more_factors: bool,
    /// Clauses of `CREATE USER`, in its order; defaults are left out.
    pub options: Vec<String>,
    pub default_roles: BTreeSet<AccountName>,
    pub grants: BTreeSet<Grant>,
}

/// One privilege.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Grant {
    #[serde(flatten)]
    pub on: GrantLevel,
    /// In upper case; empty for a role or a proxy.
    pub privilege: String,
    /// The one column that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Ident>,
    /// `WITH GRANT OPTION`, for a role `WITH ADMIN OPTION`.
    pub grantable: bool,
    /// A part that is taken from a global privilege (`partial_revokes`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
}

/// Where a privilege holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "level", rename_all = "lowercase")]
pub enum GrantLevel {
    Global,
    /// A pattern with `%` and `_`, unless the server has `partial_revokes`.
    Database {
        pattern: String,
    },
    Table {
        name: TableName,
    },
    Function {
        name: TableName,
    },
    Procedure {
        name: TableName,
    },
    Role {
        role: AccountName,
    },
    Proxy {
        account: AccountName,
    },
}

impl GrantLevel {
    /// Whether the object must be there before the statement is run.
    pub fn needs_object(&self) -> bool {
        match self {
            Self::Table { .. } | Self::Function { .. } | Self::Procedure { .. } => true,
            Self::Global | Self::Database { .. } | Self::Role { .. } | Self::Proxy { .. } => false,
        }
    }

    /// For people: `*.*`, `shop.*`, `shop.orders`.
    pub fn plain(&self) -> String {
        match self {
            Self::Global => "*.*".to_owned(),
            Self::Database { pattern } => format!("{pattern}.*"),
            Self::Table { name } => name.plain(),
            Self::Function { name } => format!("function {}", name.plain()),
            Self::Procedure { name } => format!("procedure {}", name.plain()),
            Self::Role { role } => format!("role {}", role.plain()),
            Self::Proxy { account } => format!("proxy for {}", account.plain()),
        }
    }
}

impl Grant {
    /// For people: `SELECT (id) on shop.orders`.
    pub fn plain(&self) -> String {
        let column = self.column.as_ref();
        let column = column.map_or_else(String::new, |column| format!(" ({})", column.as_str()));
        let option = if self.grantable { ", grantable" } else { "" };
        match &self.on {
            GrantLevel::Role { .. } | GrantLevel::Proxy { .. } => {
                format!("{}{option}", self.on.plain())
            }
            GrantLevel::Global
            | GrantLevel::Database { .. }
            | GrantLevel::Table { .. }
            | GrantLevel::Function { .. }
            | GrantLevel::Procedure { .. } => {
                let revoked = if self.revoked { "without " } else { "" };
                format!(
                    "{revoked}{}{column} on {}{option}",
                    self.privilege,
                    self.on.plain()
                )
            }
        }
    }
}

/// Reads a line of `SHOW GRANTS` for an account; empty for a line without a privilege. Columns are
/// left out: before 8.0 they are printed without quotes, and `mysql.columns_priv` has them.
pub fn parse(line: &str, account: &AccountName) -> Vec<Grant> {
    let tokens = tokenize(line, Mode::default());
    let tokens: Vec<Token<'_>> = tokens.into_iter().filter(Token::significant).collect();
    let Some(first) = tokens.first() else {
        return Vec::new();
    };
    let revoked = first.is("REVOKE");
    let end = if revoked { "FROM" } else { "TO" };
    let Some(behind) = tokens.iter().position(|token| token.is(end)) else {
        return Vec::new();
    };
    let head = &tokens[1..behind];
    let grantable = !revoked && with_option(line, account);
    let one = |on: GrantLevel, privilege: String| Grant {
        on,
        privilege,
        column: None,
        grantable,
        revoked,
    };
    let Some(on) = head.iter().position(|token| token.is("ON")) else {
        let roles = accounts(head).into_iter();
        return roles
            .map(|role| one(GrantLevel::Role { role }, String::new()))
            .collect();
    };
    if head.first().is_some_and(|token| token.is("PROXY")) {
        let proxied = accounts(&head[on + 1..]).into_iter();
        return proxied
            .map(|account| one(GrantLevel::Proxy { account }, String::new()))
            .collect();
    }
    let Some(level) = level(&head[on + 1..]) else {
        return Vec::new();
    };
    privileges(&head[..on])
        .into_iter()
        .filter(|privilege| privilege != "USAGE" || grantable)
        .map(|privilege| one(level.clone(), privilege))
        .collect()
}

/// What stands behind the account's name: 5.6 prints that without escapes, so it is cut off as the
/// text that it is before anything is read.
fn with_option(line: &str, account: &AccountName) -> bool {
    let raw = format!(" TO '{}'@'{}'", account.user, account.host);
    let quoted = format!(" TO {account}");
    let cut = [raw, quoted]
        .iter()
        .find_map(|name| line.rfind(name.as_str()).map(|at| at + name.len()));
    let rest = cut.and_then(|at| line.get(at..)).unwrap_or(line);
    let tokens = tokenize(rest, Mode::default());
    let tokens: Vec<Token<'_>> = tokens.into_iter().filter(Token::significant).collect();
    tokens.windows(3).any(|words| {
        words[0].is("WITH")
            && (words[1].is("GRANT") || words[1].is("ADMIN"))
            && words[2].is("OPTION")
    })
}

/// The privileges of a list that hold for the whole level.
fn privileges(tokens: &[Token<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut columns = false;
    let mut depth = 0_u32;
    let mut end = |words: &mut Vec<String>, columns: &mut bool| {
        if !words.is_empty() && !*columns {
            found.push(match words.join(" ").as_str() {
                "ALL" => ALL.to_owned(),
                other => other.to_owned(),
            });
        }
        words.clear();
        *columns = false;
    };
    for token in tokens {
        if token.is_symbol("(") {
            depth += 1;
            columns = true;
        } else if token.is_symbol(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is_symbol(",") {
            end(&mut words, &mut columns);
        } else if depth == 0 {
            words.push(token.text.to_ascii_uppercase());
        }
    }
    end(&mut words, &mut columns);
    found
}

fn level(tokens: &[Token<'_>]) -> Option<GrantLevel> {
    let (kind, rest) = match tokens.first() {
        Some(first) if first.is("FUNCTION") || first.is("PROCEDURE") || first.is("TABLE") => {
            // a database may have such a name too
            if tokens.get(1).is_some_and(|token| token.is_symbol(".")) {
                (None, tokens)
            } else {
                (Some(first), &tokens[1..])
            }
        }
        Some(_) | None => (None, tokens),
    };
    let [database, dot, name] = rest else {
        return None;
    };
    if !dot.is_symbol(".") {
        return None;
    }
    if database.is_symbol("*") {
        return Some(GrantLevel::Global);
    }
    let database = database.name()?;
    if name.is_symbol("*") {
        return Some(GrantLevel::Database {
            pattern: database.as_str().to_owned(),
        });
    }
    let name = TableName::new(database, name.name()?);
    Some(match kind {
        Some(kind) if kind.is("FUNCTION") => GrantLevel::Function { name },
        Some(kind) if kind.is("PROCEDURE") => GrantLevel::Procedure { name },
        Some(_) | None => GrantLevel::Table { name },
    })
}

/// A list of accounts: `` `a`@`%`,'b'@'h' ``.
fn accounts(tokens: &[Token<'_>]) -> Vec<AccountName> {
    let parts = tokens.split(|token| token.is_symbol(","));
    parts
        .filter_map(|part| {
            let user = text(part.first()?)?;
            let host = match part.get(1) {
                None => "%".to_owned(),
                Some(token) => unquoted(token.text.strip_prefix('@')?),
            };
            Some(AccountName::new(user, host))
        })
        .collect()
}

fn text(token: &Token<'_>) -> Option<String> {
    match token.name() {
        Some(name) => Some(name.as_str().to_owned()),
        None => (token.kind == Kind::Text).then(|| unquoted(token.text)),
    }
}

fn unquoted(text: &str) -> String {
    for quote in ["`", "'", "\""] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.replace(&quote.repeat(2), quote);
        }
    }
    text.to_owned()
}

/// The statements that give an account these privileges, one for each level and option.
pub fn statements<'a>(
    account: &AccountName,
    grants: impl IntoIterator<Item = &'a Grant>,
) -> Vec<String> {
    type Columns<'a> = BTreeMap<&'a str, Vec<&'a Ident>>;
    let mut levels: BTreeMap<(bool, &GrantLevel, bool), (BTreeSet<&str>, Columns<'_>)> =
        BTreeMap::new();
    for grant in grants {
        let key = (grant.revoked, &grant.on, grant.grantable);
        let (whole, columns) = levels.entry(key).or_default();
        match &grant.column {
            Some(column) => columns.entry(&grant.privilege).or_default().push(column),
            None => {
                whole.insert(&grant.privilege);
            }
        }
    }
    let mut statements = Vec::new();
    for ((revoked, on, grantable), (whole, columns)) in levels {
        let mut list: Vec<String> = whole.into_iter().map(str::to_owned).collect();
        list.extend(columns.into_iter().map(|(privilege, columns)| {
            let columns: Vec<String> = columns.into_iter().map(Ident::to_string).collect();
            format!("{privilege} ({})", columns.join(", "))
        }));
        statements.push(statement(account, on, &list.join(", "), grantable, revoked));
    }
    statements
}

fn statement(
    account: &AccountName,
    on: &GrantLevel,
    list: &str,
    grantable: bool,
    revoked: bool,
) -> String {
    let option = if grantable { " WITH GRANT OPTION" } else { "" };
    let place = match on {
        GrantLevel::Global => "*.*".to_owned(),
        GrantLevel::Database { pattern } => format!("{}.*", Ident::new(pattern.as_str())),
        GrantLevel::Table { name } => name.to_string(),
        GrantLevel::Function { name } => format!("FUNCTION {name}"),
        GrantLevel::Procedure { name } => format!("PROCEDURE {name}"),
        GrantLevel::Role { role } => {
            let option = if grantable { " WITH ADMIN OPTION" } else { "" };
            return format!("GRANT {role} TO {account}{option}");
        }
        GrantLevel::Proxy { account: proxied } => {
            return format!("GRANT PROXY ON {proxied} TO {account}{option}");
        }
    };
    if revoked {
        format!("REVOKE {list} ON {place} FROM {account}")
    } else {
        format!("GRANT {list} ON {place} TO {account}{option}")
    }
}

#[cfg(test)]
mod tests;
