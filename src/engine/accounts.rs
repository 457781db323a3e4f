//! Accounts: made before everything else, since definitions may belong to them; what they may do to
//! single objects once those are there.

use std::collections::BTreeMap;

use super::{
    Context,
    error::Result,
    schema::{builder, stop},
};
use crate::{
    conn::Purpose,
    inspect,
    ledger::Fence,
    mysql::AccountName,
    plan::{AccountStep, Authentication},
    spec::Secret,
    store::PasswordFile,
};

/// Passwords for accounts whose own cannot be taken along.
pub struct Passwords {
    pub file: PasswordFile,
    /// A random one for each; used where the file has none yet.
    pub fresh: BTreeMap<AccountName, Secret>,
}

fn steps(context: &Context) -> impl Iterator<Item = &AccountStep> {
    let steps = context.plan.accounts.iter();
    steps.filter(|step| step.action.creates())
}

/// Makes the accounts, then gives them what needs no object.
pub async fn create(context: &Context, fence: &Fence) -> Result<()> {
    if steps(context).next().is_none() {
        return Ok(());
    }
    let mut builder = builder(context, fence).await?;
    let mut source = context.source.session(Purpose::Inspect).await?;
    for step in steps(context).filter(|step| step.action.creates()) {
        stop(context)?;
        if !builder.awaits(step) {
            continue;
        }
        let password = match &step.authentication {
            Authentication::Kept { .. } => Some(inspect::password(&mut source, &step.name).await?),
            Authentication::Random { .. } => random(&context.passwords, &step.name)?,
            Authentication::Empty { .. } => None,
        };
        builder.account(step, password.as_ref()).await?;
    }
    source.close().await;
    // a role must be there before it is granted
    for step in steps(context) {
        stop(context)?;
        builder.grants(step).await?;
    }
    Ok(())
}

/// What is about single tables, views and routines.
pub async fn object_grants(context: &Context, fence: &Fence) -> Result<()> {
    if steps(context).next().is_none() {
        return Ok(());
    }
    let mut builder = builder(context, fence).await?;
    for step in steps(context) {
        stop(context)?;
        builder.object_grants(step).await?;
    }
    Ok(())
}

/// In the file before the account has it: a kill in between must not lose it.
fn random(passwords: &Passwords, name: &AccountName) -> Result<Option<Secret>> {
    if let Some(password) = passwords.file.find(name)? {
        return Ok(Some(password));
    }
    let fresh = passwords.fresh.get(name).cloned();
    if let Some(password) = &fresh {
        passwords.file.keep(name, password)?;
    }
    Ok(fresh)
}
