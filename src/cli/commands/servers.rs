//! Both servers, and where a migration stands by its state file or by the ledger.

use std::{collections::BTreeMap, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    catalog::Inspection,
    cli::{
        failure::{Failure, Problem},
        settings::{Settings, random_bits},
    },
    conn::{Connector, Purpose},
    copy,
    engine::{
        Context, EngineError, IncrementalError, Passwords, Statements,
        rebuild::{self, Known},
    },
    events::Progress,
    inspect,
    ledger::{Holder, Ledger},
    mysql::{AccountName, Checkpoint, Role},
    plan::{Authentication, Plan, ServerLine},
    resolve::{Migration, Workers},
    spec::Secret,
    state::{Lineage, ServerIdentity, State, Work},
    store::PasswordFile,
    ui::Ui,
    units::format_duration,
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

    /// The state by the ledger, for when its file was lost or is elsewhere; `None` where the ledger
    /// does not know the migration.
    pub async fn state_by_ledger(&self, migration: &Migration) -> Result<Option<State>, Failure> {
        let mut session = self.destination.session(Purpose::Inspect).await?;
        let known = Known {
            migration: migration.name(),
            source_address: migration.source().address.to_string(),
            source_version: None,
            destination_address: migration.destination().address.to_string(),
        };
        let state = rebuild::state(&self.ledger, &mut session, &known).await;
        session.close().await;
        Ok(state?)
    }

    /// Where the migration stands: by its state file, held against the ledger, or by the ledger
    /// alone. The ledger was committed with the rows, so that it is right about them where a replica
    /// took the destination's place, or a backup.
    pub async fn state(
        &self,
        migration: &Migration,
        stored: Option<State>,
        ui: Ui,
    ) -> Result<Option<State>, Failure> {
        let Some(stored) = stored else {
            return self.state_by_ledger(migration).await;
        };
        if !stored.phase().has_begun() || !stored.phase().may_apply() {
            return Ok(Some(stored));
        }
        let Some(there) = self.state_by_ledger(migration).await? else {
            return Err(no_ledger(migration, &stored).into());
        };
        if stored.lineage() != there.lineage() {
            return Ok(Some(stored));
        }
        let (was, is) = (stored.destination(), there.destination());
        if was.server_uuid != is.server_uuid {
            ui.notice(&format!(
                "The destination is another server than before (server_uuid {}, it was {}), and holds \
                 this migration's ledger: it goes on from what is there.",
                is.server_uuid, was.server_uuid
            ));
        }
        let phase = there.phase().clone();
        let over = !phase.may_apply();
        let switching =
            phase.work() == Some(Work::Finishing) && stored.phase().work() != phase.work();
        let back = phase.is_before(stored.phase());
        if !(over || switching || back) {
            return Ok(Some(stored));
        }
        let place = if back {
            "further back than"
        } else {
            "further than"
        };
        ui.notice(&format!(
            "The destination is {place} the state file, in phase {phase}, not {}: it is right.",
            stored.phase()
        ));
        Ok(Some(stored.by_ledger(phase)))
    }
}

fn no_ledger(migration: &Migration, stored: &State) -> Problem {
    let was = stored.destination();
    let address = &migration.destination().address;
    let begun = if was.address == address.to_string() {
        // the server may be another behind the same address
        format!("it was begun there, with server_uuid {}", was.server_uuid)
    } else {
        format!(
            "it was begun on {} (server_uuid {})",
            was.address, was.server_uuid
        )
    };
    Problem::refusal(
        "cutover::state::no_ledger",
        format!(
            "migration \"{}\" is {} by its state file, but the destination {address} has no ledger of \
             it: {begun}; nothing was written",
            migration.name(),
            stored.phase(),
        ),
    )
    .help(format!(
        "let `destination` name that server, or one that took its place with all it had, database {} \
         included; to begin anew here give the migration another name and another state",
        migration.metadata_database()
    ))
}

impl Servers {
    /// Who applies the stream now, where all rows are copied; `None` where nobody does.
    pub async fn follower(&self, state: Option<&State>) -> Result<Option<Holder>, EngineError> {
        let mut session = self.destination.session(Purpose::Inspect).await?;
        let ledger = &self.ledger;
        let found = async {
            let Some(record) = ledger.record(&mut session).await? else {
                return Ok(None);
            };
            let ours = state.is_none_or(|state| state.lineage().to_string() == record.lineage);
            let stream = ledger.stream(&mut session).await?;
            if !ours || stream.is_none_or(|stream| stream.exact_from.is_none()) {
                return Ok(None);
            }
            ledger.holder(&mut session).await
        };
        let found = found.await;
        session.close().await;
        Ok(found?)
    }

    /// Whether the stream is no further behind the source than that, as far as the source's
    /// transactions tell their time (8.0 on).
    pub async fn near_enough(&self, max_lag: Duration) -> Result<(), EngineError> {
        let mut destination = self.destination.session(Purpose::Inspect).await?;
        let row = self.ledger.stream(&mut destination).await?;
        destination.close().await;
        let mut source = self.source.session(Purpose::Inspect).await?;
        let now = inspect::position(&mut source).await?;
        let (clock,): (f64,) = source.one("SELECT UNIX_TIMESTAMP(NOW(6)) + 0e0").await?;
        source.close().await;
        let Some(row) = row.filter(|row| row.totals.committed_at > 0) else {
            return Ok(());
        };
        let caught_up = Checkpoint::at(&now).is_ok_and(|now| row.position.reaches(&now));
        let committed = Duration::from_micros(row.totals.committed_at);
        let lag = Duration::from_secs_f64(clock.max(0.0)).saturating_sub(committed);
        if caught_up || lag <= max_lag {
            return Ok(());
        }
        Err(IncrementalError::NotNow {
            gate: format!(
                "the destination is {} behind the source, and finish.max_lag is {}",
                format_duration(Duration::from_secs(lag.as_secs())),
                format_duration(max_lag)
            ),
        }
        .into())
    }

    /// What a run of the engine works with.
    pub async fn context(
        &self,
        migration: &Migration,
        (plan, inspection): (Plan, &Inspection),
        settings: &Settings,
        (progress, cancel): (Progress, CancellationToken),
    ) -> Result<Context, Failure> {
        // As many as the specification says, or as the destination bears.
        let workers = match migration.full_workers() {
            Workers::Count(count) => usize::from(count.get()),
            Workers::Auto => copy::automatic_workers(&self.destination).await?,
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
            source_objects: crate::engine::stream::objects(&inspection.source.catalog),
            source_tables: inspection
                .source
                .catalog
                .tables()
                .map(|table| (table.name.clone(), table.clone()))
                .collect(),
            statements: statements(migration, inspection),
            stream_from: migration.stream_from(),
            heartbeat: migration.heartbeat().cloned(),
            spool: migration.spool().cloned(),
            server_id: migration.server_id(),
            workers,
            limits: watch::channel(migration.limits()).1,
            on_ddl_error: watch::channel(migration.ddl().on_error).1,
            passwords: Passwords {
                file: PasswordFile::beside(migration.state_path()),
                fresh,
            },
            progress,
            cancel,
        })
    }
}

fn statements(migration: &Migration, inspection: &Inspection) -> Statements {
    let source_names = inspection.source.facts.lower_case();
    let destination_names = inspection.destination.facts.lower_case();
    Statements {
        selection: migration.selection().clone(),
        rules: migration.ddl().clone(),
        names: migration.mapping().names(source_names, destination_names),
        source_names,
        destination_names,
        definer: migration.schema().definer.in_statements(),
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

/// The state of a migration that has not begun.
pub fn first_state(plan: &Plan) -> Result<State, Failure> {
    Ok(State::planned(
        Lineage::from_bits(random_bits()?),
        plan.migration.clone(),
        plan.base.spec_hash.clone(),
        identity(&plan.source),
        identity(&plan.destination),
    ))
}

/// The servers as they were just found, for the state.
pub fn identities(plan: &Plan) -> (ServerIdentity, ServerIdentity) {
    (identity(&plan.source), identity(&plan.destination))
}
