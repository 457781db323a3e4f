//! The steps of accounts: which of their privileges the destination can hold, and where.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    build::Builder,
    model::{AccountStep, Action, Authentication, ObjectStep, StepKind, TableStep},
};
use crate::{
    catalog::{
        Account, Grant, GrantLevel,
        account::{ALL, statements},
        grants::covers,
    },
    mysql::{AccountName, Ident, Names as _, TableName},
    resolve::{ExistingTables, SYSTEM_DATABASES},
};

/// What the ledger has room for.
const LONGEST_HOST: usize = 64;

/// What a global `ALL PRIVILEGES` meant before 8.0, where later servers know more.
const ALL_BEFORE_8: [&str; 28] = [
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

/// Where the objects of the source are on the destination, as far as they go there.
pub(super) struct Places {
    relations: BTreeMap<TableName, TableName>,
    functions: BTreeMap<TableName, TableName>,
    procedures: BTreeMap<TableName, TableName>,
}

impl Places {
    pub fn new(tables: &[TableStep], objects: &[ObjectStep]) -> Self {
        let goes = |action: &Action| !matches!(action, Action::Refused { .. });
        let of = |kinds: &'static [StepKind]| {
            objects
                .iter()
                .filter(move |step| kinds.contains(&step.kind) && goes(&step.action))
                .map(|step| (step.source.clone(), step.destination.clone()))
        };
        let tables = tables
            .iter()
            .filter(|step| goes(&step.action))
            .map(|step| (step.shape.source.clone(), step.shape.destination.clone()));
        Self {
            relations: tables.chain(of(&[StepKind::View])).collect(),
            functions: of(&[StepKind::Function]).collect(),
            procedures: of(&[StepKind::Procedure]).collect(),
        }
    }
}

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

struct Carrier<'a, 'b> {
    builder: &'a Builder<'b>,
    places: &'a Places,
    grants: BTreeSet<Grant>,
    notes: Vec<String>,
}

impl Carrier<'_, '_> {
    fn grant(&mut self, grant: &Grant) {
        match &grant.on {
            GrantLevel::Global => self.global(grant),
            GrantLevel::Database { pattern } => self.database(grant, pattern),
            GrantLevel::Table { name } => self.object(grant, name, &self.places.relations),
            GrantLevel::Function { name } => self.object(grant, name, &self.places.functions),
            GrantLevel::Procedure { name } => self.object(grant, name, &self.places.procedures),
            GrantLevel::Role { role } => {
                if self.builder.inspection.source.accounts.find(role).is_some() {
                    self.grants.insert(grant.clone());
                } else {
                    self.left(grant, "the role is not among the accounts taken");
                }
            }
            GrantLevel::Proxy { .. } => self.left(grant, "proxies are not taken along"),
        }
    }

    fn left(&mut self, grant: &Grant, why: &str) {
        self.notes.push(format!("- {}: {why}", grant.plain()));
    }

    fn global(&mut self, grant: &Grant) {
        let old = !self
            .builder
            .inspection
            .source
            .facts
            .version
            .at_least(8, 0, 0);
        if grant.privilege == ALL && old {
            self.notes.push(format!(
                "~ {}: written out as what it meant on the source",
                grant.plain()
            ));
            for privilege in ALL_BEFORE_8 {
                self.known(Grant {
                    privilege: privilege.to_owned(),
                    ..grant.clone()
                });
            }
        } else {
            self.known(grant.clone());
        }
    }

    /// Keeps what the destination knows too.
    fn known(&mut self, grant: Grant) {
        let privileges = &self.builder.inspection.destination.facts.privileges;
        let has = |name: &str| privileges.contains(name);
        if has(&grant.privilege) || grant.privilege == ALL {
            self.grants.insert(grant);
            return;
        }
        // 8.2 divided it
        let heirs = ["SET_ANY_DEFINER", "ALLOW_NONEXISTENT_DEFINER"];
        if grant.privilege == "SET_USER_ID" && heirs.into_iter().all(has) {
            self.notes
                .push(format!("~ {}: becomes {}", grant.plain(), heirs.join(", ")));
            self.grants.extend(heirs.map(|privilege| Grant {
                privilege: privilege.to_owned(),
                ..grant.clone()
            }));
            return;
        }
        self.left(&grant, "the destination does not know this privilege");
    }

    /// A database's name, or a pattern over names: what it reaches of what is taken is to be reached
    /// on the destination too.
    fn database(&mut self, grant: &Grant, pattern: &str) {
        let source = &self.builder.inspection.source;
        if SYSTEM_DATABASES.contains(&unescaped(pattern).as_str()) {
            self.grants.insert(grant.clone());
            return;
        }
        let literal = source.facts.is_on("partial_revokes") == Some(true);
        let reached: Vec<Ident> = source
            .catalog
            .databases
            .keys()
            .filter(|name| {
                if literal {
                    name.as_str() == pattern
                } else {
                    covers(pattern, name, source.facts.lower_case())
                }
            })
            .cloned()
            .collect();
        if reached.is_empty() {
            self.left(grant, "no database that is taken has this name");
            return;
        }
        // `shop_1` without an escape is mostly meant as the name that it is
        let named = reached.iter().any(|name| name.as_str() == pattern);
        let is_pattern = !literal && wild(pattern) && !(named && reached.len() == 1);
        if is_pattern {
            self.grants.insert(grant.clone());
        }
        let case = self.builder.destination_case();
        for database in reached {
            let mapped = self.builder.names.database(&database);
            if is_pattern && covers(pattern, &mapped, case) {
                continue;
            }
            let to = if self.builder.partial_revokes() {
                mapped.as_str().to_owned()
            } else if !literal && mapped == database {
                pattern.to_owned()
            } else {
                escaped(mapped.as_str())
            };
            self.grants.insert(Grant {
                on: GrantLevel::Database { pattern: to },
                ..grant.clone()
            });
        }
    }

    fn object(&mut self, grant: &Grant, name: &TableName, places: &BTreeMap<TableName, TableName>) {
        let Some(to) = places.get(name) else {
            self.left(grant, "the object is not taken");
            return;
        };
        let to = to.clone();
        let column = grant
            .column
            .as_ref()
            .map(|column| self.builder.names.column(name, column));
        let on = match &grant.on {
            GrantLevel::Function { .. } => GrantLevel::Function { name: to },
            GrantLevel::Procedure { .. } => GrantLevel::Procedure { name: to },
            GrantLevel::Table { .. }
            | GrantLevel::Global
            | GrantLevel::Database { .. }
            | GrantLevel::Role { .. }
            | GrantLevel::Proxy { .. } => GrantLevel::Table { name: to },
        };
        self.grants.insert(Grant {
            on,
            column,
            ..grant.clone()
        });
    }
}

/// Whether a pattern has a wildcard that is not escaped.
fn wild(pattern: &str) -> bool {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '%' | '_' => return true,
            _ => {}
        }
    }
    false
}

fn unescaped(pattern: &str) -> String {
    let mut name = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => name.extend(characters.next()),
            other => name.push(other),
        }
    }
    name
}

fn escaped(name: &str) -> String {
    let mut pattern = String::new();
    for character in name.chars() {
        if matches!(character, '_' | '%' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
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
