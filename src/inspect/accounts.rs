//! Accounts: what they may do and how they log in, from `mysql.user`, its side tables and
//! `SHOW GRANTS`. `SHOW CREATE USER` prints a certificate's subject without escapes, so what it
//! would say is read from the tables themselves. Passwords are read by [`password`] alone.

use std::collections::{BTreeMap, BTreeSet};

use mysql_async::{Row, prelude::Queryable as _};

use super::{fields::Fields, show};
use crate::{
    catalog::{
        Accounts,
        account::{self, Account, Grant, GrantLevel},
    },
    conn::{ConnError, Result, Session},
    mysql::{AccountName, Ident, Literal, TableName, server_error::ErrorClass},
    spec::Secret,
};

/// The accounts that are `wanted` in full, the others by name.
///
/// # Errors
/// A connection that is lost; tables that may not be read are said in the result.
pub(super) async fn accounts(
    session: &mut Session,
    wanted: impl Fn(&AccountName) -> bool + Send,
) -> Result<Accounts> {
    match read(session, wanted).await {
        Ok(accounts) => Ok(accounts),
        Err(error) if error.code().is_some() && error.class() == ErrorClass::Permanent => {
            Ok(Accounts {
                refused: Some(show::reason(&error)),
                ..Accounts::default()
            })
        }
        Err(error) => Err(error),
    }
}

async fn read(
    session: &mut Session,
    wanted: impl Fn(&AccountName) -> bool + Send,
) -> Result<Accounts> {
    let columns = Columns::read(session).await?;
    let query = columns.query();
    let mut accounts = Accounts::default();
    let mut global_option = BTreeSet::new();
    for row in session.rows(&query).await? {
        let mut fields = Fields::new(row, session.server(), &query);
        let name = AccountName::new(fields.text()?, fields.text()?);
        if !wanted(&name) {
            accounts.others.insert(name);
            continue;
        }
        if fields.text()? == "Y" {
            global_option.insert(name.clone());
        }
        accounts.found.push(account(name, &mut fields)?);
    }
    if accounts.found.is_empty() {
        return Ok(accounts);
    }
    roles(session, &mut accounts.found).await?;
    grants(session, &mut accounts.found, &global_option).await?;
    columns_of(session, &mut accounts.found).await?;
    accounts
        .found
        .sort_by(|a, b| (!a.role, &a.name).cmp(&(!b.role, &b.name)));
    Ok(accounts)
}

/// Which columns `mysql.user` has: they came one after the other from 5.7 on.
struct Columns(BTreeSet<String>);

impl Columns {
    async fn read(session: &mut Session) -> Result<Self> {
        let names: Vec<String> = session
            .rows(
                "SELECT LOWER(COLUMN_NAME) FROM information_schema.COLUMNS \
                 WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'user'",
            )
            .await?;
        Ok(Self(names.into_iter().collect()))
    }

    fn or_null(&self, column: &str, expression: &str) -> String {
        if self.0.contains(column) {
            expression.to_owned()
        } else {
            "NULL".to_owned()
        }
    }

    fn query(&self) -> String {
        let mut select = vec![
            "User".to_owned(),
            "Host".to_owned(),
            "Grant_priv".to_owned(),
        ];
        let password = if self.0.contains("password") {
            "(COALESCE(authentication_string, '') <> '' OR Password <> '')"
        } else {
            "COALESCE(authentication_string, '') <> ''"
        };
        let plugin = if self.0.contains("password") {
            "IF(LENGTH(Password) = 16, 'mysql_old_password', plugin)"
        } else {
            "plugin"
        };
        select.extend(
            [
                // a hash from before 4.1 is one, whatever the plugin's name is
                plugin,
                password,
                "ssl_type",
                "CONVERT(ssl_cipher USING utf8)",
                "CONVERT(x509_issuer USING utf8)",
                "CONVERT(x509_subject USING utf8)",
                "max_questions",
                "max_updates",
                "max_connections",
                "max_user_connections",
                "password_expired",
            ]
            .map(str::to_owned),
        );
        for column in [
            "password_lifetime",
            "account_locked",
            "password_reuse_history",
            "password_reuse_time",
            "password_require_current",
        ] {
            select.push(self.or_null(column, column));
        }
        for expression in [
            "CAST(User_attributes->'$.Password_locking.failed_login_attempts' AS CHAR)",
            "CAST(User_attributes->'$.Password_locking.password_lock_time_days' AS CHAR)",
            "CAST(User_attributes->'$.metadata' AS CHAR)",
            // of these only that they are there
            "(User_attributes->'$.additional_password' IS NOT NULL)",
            "(User_attributes->'$.multi_factor_authentication' IS NOT NULL)",
        ] {
            select.push(self.or_null("user_attributes", expression));
        }
        format!("SELECT {} FROM mysql.user", select.join(", "))
    }
}

fn account(name: AccountName, fields: &mut Fields<'_>) -> Result<Account> {
    let plugin = match fields.text()? {
        // 5.6 leaves it empty for its own way
        empty if empty.is_empty() => "mysql_native_password".to_owned(),
        plugin => plugin,
    };
    let has_password = fields.text()? == "1";
    let mut options = Vec::new();
    options.extend(tls(
        &fields.text()?,
        [fields.text()?, fields.text()?, fields.text()?],
    ));
    options.extend(limits([
        fields.number()?,
        fields.number()?,
        fields.number()?,
        fields.number()?,
    ]));
    let expired = fields.text()? == "Y";
    options.extend(match fields.number::<u32>()? {
        None => None,
        Some(0) => Some("PASSWORD EXPIRE NEVER".to_owned()),
        Some(days) => Some(format!("PASSWORD EXPIRE INTERVAL {days} DAY")),
    });
    let locked = fields.text()? == "Y";
    if locked {
        options.push("ACCOUNT LOCK".to_owned());
    }
    if let Some(count) = fields.number::<u32>()? {
        options.push(format!("PASSWORD HISTORY {count}"));
    }
    if let Some(days) = fields.number::<u32>()? {
        options.push(format!("PASSWORD REUSE INTERVAL {days} DAY"));
    }
    match fields.text()?.as_str() {
        "Y" => options.push("PASSWORD REQUIRE CURRENT".to_owned()),
        "N" => options.push("PASSWORD REQUIRE CURRENT OPTIONAL".to_owned()),
        _ => {}
    }
    if let Some(attempts) = fields.number::<i32>()? {
        let days = match fields.number::<i32>()? {
            Some(-1) => "UNBOUNDED".to_owned(),
            days => days.unwrap_or(0).to_string(),
        };
        options.push(format!(
            "FAILED_LOGIN_ATTEMPTS {attempts} PASSWORD_LOCK_TIME {days}"
        ));
    } else {
        fields.optional()?;
    }
    if let Some(attribute) = fields.optional()? {
        options.push(format!("ATTRIBUTE {}", quoted(&attribute)));
    }
    let more_factors = fields.text()? == "1" || fields.text()? == "1";
    if expired {
        options.push(account::EXPIRED.to_owned());
    }
    Ok(Account {
        // CREATE ROLE makes a locked account that nobody can log in to
        role: locked && expired && !has_password,
        name,
        plugin,
        has_password,
        more_factors,
        options,
        default_roles: BTreeSet::new(),
        grants: BTreeSet::new(),
    })
}

/// `cipher`, `issuer` and `subject` as `mysql.user` has them.
fn tls(kind: &str, [cipher, issuer, subject]: [String; 3]) -> Option<String> {
    match kind {
        "ANY" => Some("REQUIRE SSL".to_owned()),
        "X509" => Some("REQUIRE X509".to_owned()),
        "SPECIFIED" => {
            let parts = [("SUBJECT", subject), ("ISSUER", issuer), ("CIPHER", cipher)];
            let parts: Vec<String> = parts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(word, value)| format!("{word} {}", quoted(&value)))
                .collect();
            Some(format!("REQUIRE {}", parts.join(" AND ")))
        }
        _ => None,
    }
}

fn limits(limits: [Option<u32>; 4]) -> Option<String> {
    let words = [
        "MAX_QUERIES_PER_HOUR",
        "MAX_UPDATES_PER_HOUR",
        "MAX_CONNECTIONS_PER_HOUR",
        "MAX_USER_CONNECTIONS",
    ];
    let set: Vec<String> = words
        .into_iter()
        .zip(limits)
        .filter_map(|(word, limit)| Some(format!("{word} {}", limit.filter(|limit| *limit > 0)?)))
        .collect();
    (!set.is_empty()).then(|| format!("WITH {}", set.join(" ")))
}

/// A string where the grammar takes no other literal; our sessions escape by backslashes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Who is a role to somebody, and which roles are on after a login.
async fn roles(session: &mut Session, accounts: &mut [Account]) -> Result<()> {
    if !session.version().at_least(8, 0, 0) {
        return Ok(());
    }
    let granted: Vec<(String, String)> = session
        .rows("SELECT DISTINCT FROM_USER, FROM_HOST FROM mysql.role_edges")
        .await?;
    let granted: BTreeSet<AccountName> = granted
        .into_iter()
        .map(|(user, host)| AccountName::new(user, host))
        .collect();
    let defaults: Vec<(String, String, String, String)> = session
        .rows("SELECT USER, HOST, DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM mysql.default_roles")
        .await?;
    for account in accounts {
        account.role |= granted.contains(&account.name);
        let own = defaults
            .iter()
            .filter(|(user, host, _, _)| *user == account.name.user && *host == account.name.host);
        account.default_roles = own
            .map(|(_, _, user, host)| AccountName::new(user, host))
            .collect();
    }
    Ok(())
}

/// By `SHOW GRANTS`. `global_option` are those who may pass on what they have everywhere: before 8.0
/// that line of `SHOW GRANTS` holds other people's words too.
async fn grants(
    session: &mut Session,
    accounts: &mut [Account],
    global_option: &BTreeSet<AccountName>,
) -> Result<()> {
    for account in accounts {
        // the 5.6 server takes backticks here as well
        let statement = format!("SHOW GRANTS FOR {}", account.name);
        let lines: Vec<String> = session.rows(&statement).await?;
        let read = lines
            .iter()
            .flat_map(|line| account::parse(line, &account.name));
        let old = !session.version().at_least(8, 0, 0);
        account.grants = read
            .map(|mut grant| {
                if old && grant.on == GrantLevel::Global {
                    grant.grantable = global_option.contains(&account.name);
                }
                grant
            })
            .collect();
        if old && global_option.contains(&account.name) {
            let any = account
                .grants
                .iter()
                .any(|grant| grant.on == GrantLevel::Global);
            if !any {
                account.grants.insert(Grant {
                    on: GrantLevel::Global,
                    privilege: "USAGE".to_owned(),
                    column: None,
                    grantable: true,
                    revoked: false,
                });
            }
        }
    }
    Ok(())
}

/// Privileges on columns.
async fn columns_of(session: &mut Session, accounts: &mut [Account]) -> Result<()> {
    const QUERY: &str = "SELECT c.User, c.Host, c.Db, c.Table_name, c.Column_name, \
         CAST(c.Column_priv AS CHAR), \
         (t.Table_priv IS NOT NULL AND FIND_IN_SET('Grant', t.Table_priv) > 0) \
         FROM mysql.columns_priv c LEFT JOIN mysql.tables_priv t USING (User, Host, Db, Table_name)";
    let mut found: BTreeMap<AccountName, Vec<Grant>> = BTreeMap::new();
    for row in session.rows::<Row>(QUERY).await? {
        let mut fields = Fields::new(row, session.server(), QUERY);
        let name = AccountName::new(fields.text()?, fields.text()?);
        let on = GrantLevel::Table {
            name: TableName::new(fields.text()?, fields.text()?),
        };
        let column = Ident::new(fields.text()?);
        let privileges = fields.text()?;
        let grantable = fields.text()? == "1";
        let grants = privileges.split(',').map(|privilege| Grant {
            on: on.clone(),
            privilege: privilege.to_ascii_uppercase(),
            column: Some(column.clone()),
            grantable,
            revoked: false,
        });
        found.entry(name).or_default().extend(grants);
    }
    for account in accounts {
        account
            .grants
            .extend(found.remove(&account.name).unwrap_or_default());
    }
    Ok(())
}

/// What the plugin keeps for an account, as the literal behind `AS`; for the destination alone.
///
/// # Errors
/// An account that is gone, or a connection that is lost.
pub async fn password(session: &mut Session, name: &AccountName) -> Result<Secret> {
    let columns = Columns::read(session).await?;
    let kept = if columns.0.contains("password") {
        "IF(COALESCE(authentication_string, '') <> '', authentication_string, Password)"
    } else {
        "authentication_string"
    };
    let query = format!(
        "SELECT HEX({kept}) FROM mysql.user WHERE User = {} AND Host = {}",
        Literal::text(&name.user),
        Literal::text(&name.host)
    );
    let hex: Option<Option<String>> = session
        .driver()
        .query_first(query.as_str())
        .await
        .map_err(|error| session.failed("SELECT ... FROM mysql.user", error))?;
    match hex {
        Some(hex) => Ok(Secret::new(format!("0x{}", hex.unwrap_or_default()))),
        None => Err(ConnError::Reply {
            server: session.server().to_owned(),
            statement: format!("the account {} in mysql.user", name.plain()),
        }),
    }
}
