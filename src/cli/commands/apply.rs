//! `apply`: runs the migration, or goes on with it.

mod gates;

use std::{path::Path, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    opened, plan,
    prepared::{self, Prepared},
    servers::{Servers, first_state},
};
use crate::{
    cli::{
        arguments::ApplyOptions,
        exit::Exit,
        failure::{Failure, Problem},
        settings::{Settings, as_typed},
        signals,
    },
    clock::{Clock, SystemClock},
    engine::{self, EngineError, Journal, Run, Until},
    events::{self, Progress},
    ledger::Holder,
    plan::Plan,
    report::{PlanReport, SavedPlan},
    resolve::Migration,
    state::{Acknowledgement, CopyStatus, Operator, State, TableProgress},
    store::{StateFile, StateLock, process_has_ended},
    ui::{Ui, plan as plan_view},
};

pub async fn run(options: &ApplyOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let until = gates::until(options)?;
    let saved = saved_plan(&options.path)?;
    let path = saved
        .as_ref()
        .map_or(&options.path, |saved| &saved.specification);
    let migration = opened::load(path, settings, ui)?;
    gates::supported(&migration)?;
    let stop = signals::listen()?;
    let file = opened::state_file(&migration);
    let agreed = async {
        let lock = opened::lock(&file, "apply", path, settings, ui).await?;
        let servers = Servers::new(&migration).await?;
        let (state, prepared) = planned(&migration, &servers, &file).await?;
        agree(&prepared, saved.as_ref(), &state, &migration, options, ui).await?;
        Ok::<_, Failure>((lock, servers, state, prepared))
    };
    // Nothing is written before somebody has agreed, so that until then a signal just ends it.
    let (lock, servers, state, prepared) = tokio::select! {
        agreed = agreed => agreed?,
        () = stop.cancelled() => return Ok(Exit::Interrupted),
    };
    let work = Work {
        migration: &migration,
        servers: &servers,
        acknowledged: acknowledged(&prepared.report, &settings.operator),
        plan: prepared.report.plan,
        settings,
    };
    execute(work, state, (file, lock), until, stop, path, ui).await
}

/// What there is to do, and the state it starts from: the file's, the ledger's, or a new one.
async fn planned(
    migration: &Migration,
    servers: &Servers,
    file: &StateFile,
) -> Result<(State, Prepared), Failure> {
    let state = file.read()?;
    gates::may_apply(state.as_ref(), migration)?;
    let known = match &state {
        Some(_) => None,
        None => servers.known_to_ledger().await?,
    };
    let prepared = prepared::prepare(migration, servers, state.as_ref()).await?;
    let state = match state {
        Some(state) => state,
        None => first_state(&prepared.report.plan, known)?,
    };
    gates::may_apply(Some(&state), migration)?;
    Ok((state, prepared))
}

/// A path that is neither a folder nor a `.hcl` file is a saved plan.
fn saved_plan(path: &Path) -> Result<Option<SavedPlan>, Failure> {
    let specification =
        path.is_dir() || path.extension().is_some_and(|extension| extension == "hcl");
    if specification {
        return Ok(None);
    }
    plan::saved_plan(path).map(Some)
}

/// Shows what is about to be done, and sees that somebody wants it.
async fn agree(
    prepared: &Prepared,
    saved: Option<&SavedPlan>,
    state: &State,
    migration: &Migration,
    options: &ApplyOptions,
    ui: Ui,
) -> Result<(), Failure> {
    let report = &prepared.report;
    if let Some(saved) = saved {
        gates::fresh(saved, &report.plan)?;
    }
    let goes_on = state.phase().has_begun() && state.spec_hash() == report.plan.base.spec_hash;
    if goes_on {
        ui.notice(&format!(
            "Going on with migration {} in phase {}.",
            report.plan.migration,
            state
                .phase()
                .work()
                .map_or_else(|| state.phase().to_string(), |work| work.to_string())
        ));
    } else {
        ui.answer(&plan_view::text(report, ui.out(), ui.verbosity()));
    }
    gates::checks(report, migration)?;
    if goes_on || saved.is_some() || options.auto_approve {
        return Ok(());
    }
    gates::asked(&report.plan, ui).await
}

/// What a run works with.
struct Work<'a> {
    migration: &'a Migration,
    servers: &'a Servers,
    plan: Plan,
    acknowledged: Vec<Acknowledgement>,
    settings: &'a Settings,
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

async fn execute(
    work: Work<'_>,
    state: State,
    (file, lock): (StateFile, StateLock),
    until: Until,
    stop: CancellationToken,
    path: &Path,
    ui: Ui,
) -> Result<Exit, Failure> {
    let (progress, receiver) = events::channel(1024);
    let shown = ui.show_progress(receiver, Arc::new(SystemClock));
    let announced = tokio::spawn(announce(stop.clone(), progress.clone()));
    let host = work.settings.operator.host.clone();
    let context = work
        .servers
        .context(
            work.migration,
            work.plan,
            work.settings,
            (progress, stop.clone()),
        )
        .await?;
    let operator = work.settings.operator.clone();
    let mut journal = Journal::new(state, file, lock, Box::new(SystemClock), operator);
    // On disk before the ledger knows it: a kill in between must find the same lineage again.
    journal.change(|state| {
        state.follow_spec(&context.plan.base.spec_hash);
        for acknowledgement in work.acknowledged {
            state.acknowledge(acknowledgement);
        }
    })?;
    let dead = move |holder: &Holder| holder.host == host && process_has_ended(holder.pid);
    let outcome = engine::apply(&context, &mut journal, until, dead).await;
    drop(context);
    announced.abort();
    // Both end once every sender is gone; an aborted task is no error.
    let _ = announced.await;
    let _ = shown.await;
    conclude(outcome, &journal, stop.is_cancelled(), path, ui)
}

/// Says that the first signal was heard.
async fn announce(stop: CancellationToken, progress: Progress) {
    stop.cancelled().await;
    progress.notice("Stopping at the next safe point. Once more stops at once; nothing is lost.");
}

fn conclude(
    outcome: engine::Result<Run>,
    journal: &Journal,
    signalled: bool,
    path: &Path,
    ui: Ui,
) -> Result<Exit, Failure> {
    let typed = |command: &str| {
        let text = format!("cutover {command} {}", as_typed(path));
        text.trim_end().to_owned()
    };
    match outcome {
        Ok(Run::Finished) => {
            ui.answer(&finished(journal.state(), &typed("verify")));
            Ok(Exit::Done)
        }
        Ok(Run::Reached) => {
            ui.answer(&format!(
                "As far as asked: phase {} is done. Go on: {}\n",
                journal.state().phase(),
                typed("apply")
            ));
            Ok(Exit::Done)
        }
        Err(EngineError::Stopped) if signalled => {
            ui.notice(&format!(
                "Stopped; what is done is kept. Go on: {}",
                typed("apply")
            ));
            Ok(Exit::Interrupted)
        }
        Err(error) => Err(Problem::from(error).kept(&kept(journal.state())).into()),
    }
}

/// What stays on the destination when a run ends early.
fn kept(state: &State) -> String {
    use crate::ui::look::{counted, grouped};
    if state.tables().is_empty() {
        return format!("what was done; the migration is {}", state.phase());
    }
    let copied = |table: &&TableProgress| table.status == CopyStatus::Copied;
    let copied = state.tables().values().filter(copied).count();
    let rows = state.tables().values().map(|table| table.rows).sum();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    format!(
        "{} of {} copied, {}; the same command goes on from there",
        grouped(count(copied)),
        counted(count(state.tables().len()), "table", "tables"),
        counted(rows, "row", "rows")
    )
}

fn finished(state: &State, verify: &str) -> String {
    use crate::ui::look::counted;
    let tables = u64::try_from(state.tables().len()).unwrap_or(u64::MAX);
    let rows = state.tables().values().map(|table| table.rows).sum();
    let moved = if tables == 0 {
        String::new()
    } else {
        format!(
            ": {}, {}",
            counted(tables, "table", "tables"),
            counted(rows, "row", "rows")
        )
    };
    format!("Finished{moved}. Compare both sides: {verify}\n")
}
