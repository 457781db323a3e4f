//! The steps of accounts.

mod carry;

use std::collections::BTreeSet;

use super::{
    build::Builder,
    model::{AccountStep, Action, Authentication},
};
use crate::{
    catalog::{Account, Grant, account::statements},
    mysql::AccountName,
    resolve::ExistingTables,
};

use carry::Carrier;
pub(super) use carry::Places;

/// What the ledger has room for.
const LONGEST_HOST: usize = 64;

impl Builder<'_> {
    pub(super) fn accounts(&self, places: &Places) -> Vec<AccountStep> {
        if !self.schema {
            return Vec::new();
        }
        let accounts = &self.inspection.source.accounts.found;
        accounts
            .iter()
            .map(|account| self.account(account, places))
            .collect()
    }

    fn account(&self, account: &Account, places: &Places) -> AccountStep {
        let mut carrier = Carrier {
            builder: self,
            places,
            grants: BTreeSet::new(),
            notes: Vec::new(),
        };
        for grant in &account.grants {
            carrier.grant(grant);
        }
        let mut step = AccountStep {
            name: account.name.clone(),
            role: account.role,
            action: Action::Create,
            authentication: self.authentication(account, &mut carrier.notes),
            options: account.options.clone(),
            default_roles: BTreeSet::new(),
            grants: BTreeSet::new(),
            notes: Vec::new(),
        };
        for role in &account.default_roles {
            if self.inspection.source.accounts.find(role).is_some() {
                step.default_roles.insert(role.clone());
            }
        }
        step.grants = carrier.grants;
        step.notes = carrier.notes;
        step.notes.dedup();
        step.action = self.account_action(account, &step);
        step
    }

    fn account_action(&self, account: &Account, step: &AccountStep) -> Action {
        if account.name.host.chars().count() > LONGEST_HOST {
            return Action::Refused {
                reason: format!("its host has more than {LONGEST_HOST} characters"),
            };
        }
        if !self.partial_revokes() && step.grants.iter().any(|grant| grant.revoked) {
            return Action::Refused {
                reason: "parts of its privileges are revoked, which the destination can only hold \
                         with partial_revokes = ON"
                    .to_owned(),
            };
        }
        if self.begun.made("account", &account.name.noted()) {
            return Action::Done;
        }
        let Some(there) = self.inspection.destination.accounts.find(&account.name) else {
            return Action::Create;
        };
        if self.migration.existing_tables() == ExistingTables::Error {
            return Action::Refused {
                reason: "there already; `existing_tables = \"reuse\"` would leave it as it is"
                    .to_owned(),
            };
        }
        match step.difference(there) {
            None => Action::Unchanged,
            Some(diff) => Action::Different { diff },
        }
    }

    fn partial_revokes(&self) -> bool {
        self.inspection.destination.facts.is_on("partial_revokes") == Some(true)
    }

    fn authentication(&self, account: &Account, notes: &mut Vec<String>) -> Authentication {
        const DEFAULT: &str = "caching_sha2_password";
        const NATIVE: &str = "mysql_native_password";
        let plugin = account.plugin.clone();
        if account.more_factors {
            notes.push(
                "its second password or further factors stay behind; register them anew".to_owned(),
            );
        }
        if self.inspection.destination.facts.plugins.contains(&plugin) {
            return if account.has_password {
                Authentication::Kept { plugin }
            } else {
                Authentication::Empty { plugin }
            };
        }
        if !account.has_password && plugin == NATIVE {
            return Authentication::Empty {
                plugin: DEFAULT.to_owned(),
            };
        }
        notes.push(format!(
            "the destination has no plugin {plugin}: {DEFAULT} with a random password, which apply \
             writes into a file beside the state"
        ));
        Authentication::Random {
            plugin: DEFAULT.to_owned(),
        }
    }
}

impl AccountStep {
    /// The statements behind the creation: what needs no object first, then the rest.
    pub fn grant_statements(&self) -> [Vec<String>; 2] {
        let of = |needs: bool| {
            let grants = self.grants.iter();
            statements(
                &self.name,
                grants.filter(move |grant| grant.on.needs_object() == needs),
            )
        };
        let mut first = of(false);
        if !self.default_roles.is_empty() {
            let roles: Vec<String> = self
                .default_roles
                .iter()
                .map(AccountName::to_string)
                .collect();
            first.push(format!(
                "ALTER USER {} DEFAULT ROLE {}",
                self.name,
                roles.join(", ")
            ));
        }
        [first, of(true)]
    }

    /// How an account of the destination differs from what this step makes, a line each with a sign.
    /// Passwords are not compared.
    pub fn difference(&self, there: &Account) -> Option<String> {
        let wanted = Self::lines(
            &self.options,
            &self.default_roles,
            &self.grants,
            &self.plugin(),
        );
        let found = Self::lines(
            &there.options,
            &there.default_roles,
            &there.grants,
            &there.plugin,
        );
        let lines: Vec<String> = found
            .difference(&wanted)
            .map(|line| format!("-{line}"))
            .chain(wanted.difference(&found).map(|line| format!("+{line}")))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn plugin(&self) -> String {
        match &self.authentication {
            Authentication::Kept { plugin }
            | Authentication::Empty { plugin }
            | Authentication::Random { plugin } => plugin.clone(),
        }
    }

    fn lines(
        options: &[String],
        roles: &BTreeSet<AccountName>,
        grants: &BTreeSet<Grant>,
        plugin: &str,
    ) -> BTreeSet<String> {
        let roles = roles
            .iter()
            .map(|role| format!("DEFAULT ROLE {}", role.plain()));
        options
            .iter()
            .cloned()
            .chain(roles)
            .chain(grants.iter().map(Grant::plain))
            .chain([format!("IDENTIFIED WITH {plugin}")])
            .collect()
    }
}
