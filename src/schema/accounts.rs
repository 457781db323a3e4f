//! Accounts and what they may do.
//!
//! A password, or what a plugin keeps of one, passes through here on its way from the source (or
//! from the file beside the state) to the destination; no message, plan or ledger sees it.

use super::{
    build::Builder,
    error::{Result, SchemaError},
};
use crate::{
    catalog::account::EXPIRED,
    conn::ConnError,
    events::ProgressEvent,
    failpoint,
    ledger::{ObjectKey, ObjectState},
    mysql::{AccountName, Literal},
    plan::{AccountStep, Authentication},
    spec::Secret,
};

/// `CREATE USER` of one that is there.
const THERE: u16 = 1396;
const KIND: &str = "account";

impl Builder {
    /// Whether the account is still to be made.
    pub fn awaits(&self, step: &AccountStep) -> bool {
        self.noted(&key(KIND, &step.name)) != Some(ObjectState::Done)
    }

    /// Makes the account. `password`: what the source's plugin keeps, as a literal, or the random
    /// password; by `step.authentication`.
    ///
    /// # Errors
    /// An account that somebody else has made since the plan.
    pub async fn account(&mut self, step: &AccountStep, password: Option<&Secret>) -> Result<()> {
        let key = key(KIND, &step.name);
        let before = self.noted(&key);
        if before == Some(ObjectState::Done) {
            return Ok(());
        }
        if before.is_none() {
            if self.is_there(&step.name).await? {
                return Err(SchemaError::AccountThere {
                    account: step.name.plain(),
                });
            }
            self.note(&key, ObjectState::Intended).await?;
        }
        self.tell(ProgressEvent::StepStarted {
            step: KIND.to_owned(),
            object: step.name.plain(),
        });
        failpoint::hit("schema.intended");
        let fence = self.fence().clone();
        fence.check(self.session()).await?;
        let clauses = clauses(step, password);
        let name = &step.name;
        let fail = |cause| failed(&step.name, cause);
        let made = self
            .session()
            .execute_secret(&format!("CREATE USER {name} {clauses}"), "CREATE USER ...")
            .await;
        match made {
            Ok(()) => {}
            // begun by an earlier run: whatever that one set is set again
            Err(error) if before.is_some() && error.code() == Some(THERE) => {
                let alter = format!("ALTER USER {name} {clauses}");
                let session = self.session();
                session
                    .execute_secret(&alter, "ALTER USER ...")
                    .await
                    .map_err(fail)?;
            }
            Err(cause) => return Err(fail(cause)),
        }
        if step.options.iter().any(|option| option == EXPIRED) {
            let statement = format!("ALTER USER {name} {EXPIRED}");
            self.session().execute(statement).await.map_err(fail)?;
        }
        failpoint::hit("schema.executed");
        self.note(&key, ObjectState::Done).await?;
        self.tell(ProgressEvent::StepFinished {
            step: KIND.to_owned(),
            object: step.name.plain(),
        });
        Ok(())
    }

    /// Gives it what needs no object: roles, whole databases, everything; then its default roles.
    pub async fn grants(&mut self, step: &AccountStep) -> Result<()> {
        let [statements, _] = step.grant_statements();
        self.grant("grants", &step.name, &statements).await
    }

    /// Gives it what is about tables, views and routines, which must be there.
    pub async fn object_grants(&mut self, step: &AccountStep) -> Result<()> {
        let [_, statements] = step.grant_statements();
        self.grant("object grants", &step.name, &statements).await
    }

    /// Each of the statements may be repeated.
    async fn grant(&mut self, kind: &str, name: &AccountName, statements: &[String]) -> Result<()> {
        let key = key(kind, name);
        let before = self.noted(&key);
        if before == Some(ObjectState::Done) || statements.is_empty() {
            return Ok(());
        }
        if before.is_none() {
            self.note(&key, ObjectState::Intended).await?;
        }
        let fence = self.fence().clone();
        for statement in statements {
            fence.check(self.session()).await?;
            let done = self.session().execute(statement).await;
            done.map_err(|cause| failed(name, cause))?;
        }
        self.note(&key, ObjectState::Done).await
    }

    async fn is_there(&mut self, name: &AccountName) -> Result<bool> {
        let query = format!(
            "SELECT 1 FROM mysql.user WHERE User = {} AND Host = {}",
            Literal::text(&name.user),
            Literal::text(&name.host)
        );
        let row: Option<u8> = self
            .session()
            .first(query)
            .await
            .map_err(|cause| failed(name, cause))?;
        Ok(row.is_some())
    }
}

fn key(kind: &str, name: &AccountName) -> ObjectKey {
    ObjectKey {
        kind: kind.to_owned(),
        name: name.noted(),
    }
}

fn failed(name: &AccountName, cause: ConnError) -> SchemaError {
    SchemaError::Define {
        kind: KIND.to_owned(),
        object: name.plain(),
        cause,
    }
}

/// Everything behind the name.
fn clauses(step: &AccountStep, password: Option<&Secret>) -> String {
    let identified = match (&step.authentication, password) {
        (Authentication::Kept { plugin }, Some(kept)) => {
            format!("IDENTIFIED WITH {} AS {}", quoted(plugin), kept.expose())
        }
        (Authentication::Random { plugin }, Some(password)) => {
            format!(
                "IDENTIFIED WITH {} BY {}",
                quoted(plugin),
                quoted(password.expose())
            )
        }
        (
            Authentication::Empty { plugin }
            | Authentication::Kept { plugin }
            | Authentication::Random { plugin },
            _,
        ) => format!("IDENTIFIED WITH {}", quoted(plugin)),
    };
    let options = step.options.iter().filter(|option| *option != EXPIRED);
    let mut clauses = vec![identified];
    clauses.extend(options.cloned());
    clauses.join(" ")
}

/// A string where the grammar takes no other literal; our sessions escape by backslashes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::plan::Action;

    fn step(authentication: Authentication) -> AccountStep {
        AccountStep {
            name: AccountName::new("a", "%"),
            role: false,
            action: Action::Create,
            authentication,
            options: vec!["REQUIRE SSL".to_owned(), EXPIRED.to_owned()],
            default_roles: BTreeSet::new(),
            grants: BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_a_plugin_keeps_is_no_password() {
        let plugin = || "caching_sha2_password".to_owned();
        let secret = Secret::new("0x2441");
        assert_eq!(
            clauses(
                &step(Authentication::Kept { plugin: plugin() }),
                Some(&secret)
            ),
            "IDENTIFIED WITH 'caching_sha2_password' AS 0x2441 REQUIRE SSL"
        );
        let secret = Secret::new("it's");
        assert_eq!(
            clauses(
                &step(Authentication::Random { plugin: plugin() }),
                Some(&secret)
            ),
            "IDENTIFIED WITH 'caching_sha2_password' BY 'it''s' REQUIRE SSL"
        );
        assert_eq!(
            clauses(&step(Authentication::Empty { plugin: plugin() }), None),
            "IDENTIFIED WITH 'caching_sha2_password' REQUIRE SSL"
        );
    }
}
