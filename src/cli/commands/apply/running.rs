//! The run itself, once somebody has agreed to it.

use std::{collections::BTreeSet, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{Call, ending, watching};
use crate::{
    cli::{
        commands::{
            prepared::Prepared,
            servers::{Servers, identities},
        },
        exit::Exit,
        failure::Failure,
    },
    clock::{Clock, SystemClock},
    engine::{self, EngineError, IncrementalError, Journal, Until},
    events::{self, Progress},
    ledger::Holder,
    mysql::TableName,
    plan::Authentication,
    report::PlanReport,
    state::{Acknowledgement, Operator, State},
    store::{StateFile, StateLock, process_has_ended},
    ui::look::counted,
};

/// The state, and the right to write it.
pub(super) struct Stored {
    pub state: State,
    pub file: StateFile,
    pub lock: StateLock,
}

/// What came of a run.
pub(super) enum Ran {
    Over(Exit),
    /// All is planned again: the source is not as it was planned for. These tables, if any, are
    /// copied again.
    Again {
        tables: BTreeSet<TableName>,
        /// For a person.
        why: String,
        /// All of them, or the run cannot go on.
        must: bool,
        stored: Box<Stored>,
    },
}

/// Runs the plan as far as asked, or until a signal.
pub(super) async fn run(
    call: &Call<'_>,
    servers: &Servers,
    prepared: Prepared,
    stored: Stored,
    until: Until,
    stop: CancellationToken,
) -> Result<Ran, Failure> {
    let operator = call.settings.operator.clone();
    let Prepared {
        report, inspection, ..
    } = prepared;
    let acknowledged = acknowledged(&report, &operator);
    let steps = report.plan.tables.iter();
    let replaced: BTreeSet<TableName> = steps
        .filter(|step| step.replaces.is_some())
        .map(|step| step.shape.source.clone())
        .collect();
    let (progress, receiver) = events::channel(1024);
    let shown = call.ui.show_progress(receiver, Arc::new(SystemClock));
    let announced = tokio::spawn(announce(stop.clone(), progress.clone()));
    // a lease that is lost stops the run too, and is no signal
    let channels = (progress, stop.child_token());
    let mut context = servers
        .context(
            &call.migration,
            (report.plan, &inspection),
            call.settings,
            channels,
        )
        .await?;
    drop(inspection);
    let live = watching::Live::new(&call.migration, &mut context);
    let host = operator.host.clone();
    let Stored {
        mut state,
        file,
        lock,
    } = stored;
    // stored by the engine, once it has the lease
    let (source, destination) = identities(&context.plan);
    state.set_servers(source, destination);
    state.follow_spec(&context.plan.base.spec_hash);
    for acknowledgement in acknowledged {
        state.acknowledge(acknowledgement);
    }
    let mut journal = Journal::new(state, file, lock, Box::new(SystemClock), operator);
    let dead = move |holder: &Holder| holder.host == host && process_has_ended(holder.pid);
    let outcome = tokio::select! {
        outcome = engine::apply(&context, &mut journal, until, dead) => outcome,
        never = watching::follow(call, &live, context.progress.clone()) => match never {},
    };
    let made = made_passwords(&context);
    drop(context);
    announced.abort();
    // Both end once every sender is gone; an aborted task is no error.
    let _ = announced.await;
    let _ = shown.await;
    if let Some(notice) = made {
        call.ui.notice(&notice);
    }
    let again = outcome.as_ref().err().and_then(again);
    // where copying again did not help, it is not tried for ever
    let again = again.filter(|again| !again.must || again.tables.is_disjoint(&replaced));
    if let Some(Again { tables, why, must }) = again {
        let (state, file, lock) = journal.into_parts();
        let stored = Stored { state, file, lock };
        return Ok(Ran::Again {
            tables,
            why,
            must,
            stored: Box::new(stored),
        });
    }
    let exit = ending::conclude(call, outcome, journal.state(), stop.is_cancelled())?;
    Ok(Ran::Over(exit))
}

struct Again {
    tables: BTreeSet<TableName>,
    why: String,
    must: bool,
}

/// Which tables copying again mends, and why it is done.
fn again(error: &EngineError) -> Option<Again> {
    let EngineError::Incremental(error) = error else {
        return None;
    };
    if let IncrementalError::Altered { table } = error {
        let why = format!(
            "{} was altered while it was copied: it is copied again as it is now.",
            table.plain()
        );
        return Some(Again {
            tables: BTreeSet::from([table.clone()]),
            why,
            must: false,
        });
    }
    if let IncrementalError::Changed { altered, .. } = error {
        return Some(Again {
            tables: altered.clone(),
            why: format!("{error}: it is planned anew."),
            must: false,
        });
    }
    let tables = error.unclear()?;
    Some(Again {
        tables: tables.clone(),
        why: format!("{error}; these are copied again."),
        must: true,
    })
}

/// Where the passwords are that accounts were given.
fn made_passwords(context: &engine::Context) -> Option<String> {
    let given = context.plan.accounts.iter().filter(|step| {
        step.action.creates() && matches!(step.authentication, Authentication::Random { .. })
    });
    let file = context.passwords.file.path();
    let count = u64::try_from(given.count()).unwrap_or(u64::MAX);
    (count > 0 && file.exists()).then(|| {
        format!(
            "Passwords that {} given are in {}; hand them over, and remove the file.",
            counted(count, "account was", "accounts were"),
            file.display()
        )
    })
}

/// The warnings that the specification accepts, as the state keeps them.
fn acknowledged(report: &PlanReport, by: &Operator) -> Vec<Acknowledgement> {
    let at = SystemClock.now();
    let accepted = report.findings.iter().filter_map(|finding| {
        Some(Acknowledgement {
            check: finding.check.clone(),
            objects: finding.objects.clone(),
            reason: finding.reason.clone()?,
            at,
            by: by.clone(),
        })
    });
    accepted.collect()
}

/// Says that the first signal was heard.
async fn announce(stop: CancellationToken, progress: Progress) {
    stop.cancelled().await;
    progress.notice("Stopping at the next safe point. Once more stops at once; nothing is lost.");
}
