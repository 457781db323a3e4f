//! Both servers, and where a migration stands by its state file or by the ledger.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use crate::{
    cli::{
        failure::{Failure, Problem},
        settings::{Settings, random_bits},
    },
    conn::{Connector, Purpose},
    engine::{self, Context, EngineError, Passwords},
    events::Progress,
    ledger::{Holder, Ledger},
    mysql::{AccountName, Role},
    plan::{Authentication, Plan, ServerLine},
    resolve::{Migration, Workers},
    spec::Secret,
    state::{Lineage, NotALineage, NotAPhase, PhaseName, ServerIdentity, State},
    store::PasswordFile,
};

/// Ways to connect to both; nothing is connected yet.
pub struct Servers {
    pub source: Connector,
    pub destination: Connector,
    pub ledger: Ledger,
}

impl Servers {
    /// Reads passwords and certificates.
    pub async fn new(migration: &Migration) -> Result<Self, Failure> {
        let destination = Connector::new(
            Role::Destination,
            migration.destination(),
            migration.folder(),
        )
        .await?;
        Ok(Self {
            source: Connector::new(Role::Source, migration.source(), migration.folder()).await?,
            destination: if migration.write_binlog() {
                destination
            } else {
                destination.without_binlog()
            },
            ledger: Ledger::new(migration.metadata_database().clone(), migration.name()),
        })
    }

    /// The migration's lineage and phase by the ledger, for when the state file was lost.
    pub async fn known_to_ledger(&self) -> Result<Option<(Lineage, PhaseName)>, Failure> {
        let mut session = self.destination.session(Purpose::Inspect).await?;
        let found = self.ledger.record(&mut session).await;
        session.close().await;
        let Some(record) = found.map_err(EngineError::from)? else {
            return Ok(None);
        };
        let damaged = |what: String| {
            Problem::error(
                "cutover::ledger::damaged",
                format!("the ledger on the destination cannot be used: {what}"),
            )
            .help("somebody has changed the metadata database; begin again on an empty destination")
        };
        let lineage = record.lineage.parse();
        let lineage = lineage.map_err(|error: NotALineage| damaged(error.to_string()))?;
        let phase = record.phase.parse();
        let phase = phase.map_err(|error: NotAPhase| damaged(error.to_string()))?;
        Ok(Some((lineage, phase)))
    }
}

impl Servers {
    /// What a run of the engine works with.
    pub async fn context(
        &self,
        migration: &Migration,
        plan: Plan,
        settings: &Settings,
        (progress, cancel): (Progress, CancellationToken),
    ) -> Result<Context, Failure> {
        // As many as the specification says, or as the destination bears.
        let workers = match migration.full_workers() {
            Workers::Count(count) => usize::from(count.get()),
            Workers::Auto => engine::full::automatic_workers(&self.destination).await?,
        };
        let fresh = random_passwords(&plan)?;
        Ok(Context {
            source: self.source.clone(),
            destination: self.destination.clone(),
            ledger: self.ledger.clone(),
            holder: Holder {
                owner: settings.operator.user.clone(),
                host: settings.operator.host.clone(),
                pid: std::process::id(),
            },
            plan,
            workers,
            chunk_time: migration.chunk_time(),
            passwords: Passwords {
                file: PasswordFile::beside(migration.state_path()),
                fresh,
            },
            progress,
            cancel,
        })
    }
}

/// One for each account that cannot keep its own. Of every kind of character, as some servers ask
/// for that.
fn random_passwords(plan: &Plan) -> Result<BTreeMap<AccountName, Secret>, Failure> {
    let steps = plan.accounts.iter();
    steps
        .filter(|step| matches!(step.authentication, Authentication::Random { .. }))
        .map(|step| {
            let password = Secret::new(format!("{:032x}-Aa1", random_bits()?));
            Ok((step.name.clone(), password))
        })
        .collect()
}

fn identity(server: &ServerLine) -> ServerIdentity {
    ServerIdentity {
        server_uuid: server.server_uuid.clone(),
        version: server.version.clone(),
        address: server.address.clone(),
    }
}

/// The state of a migration that has none: new, or what the ledger still knows.
pub fn first_state(plan: &Plan, known: Option<(Lineage, PhaseName)>) -> Result<State, Failure> {
    let lineage = match known {
        Some((lineage, _)) => lineage,
        None => Lineage::from_bits(random_bits()?),
    };
    let state = State::planned(
        lineage,
        plan.migration.clone(),
        plan.base.spec_hash.clone(),
        identity(&plan.source),
        identity(&plan.destination),
    );
    Ok(match known.and_then(|(_, phase)| phase.phase()) {
        Some(phase) => state.found_in_ledger(phase),
        None => state,
    })
}
