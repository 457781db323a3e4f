//! `verify`: compares both sides.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    apply::gates,
    not_yet, opened,
    prepared::{self, Prepared},
    servers::Servers,
};
use crate::{
    cli::{
        arguments::{VerifyMode, VerifyOptions},
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
        signals,
    },
    clock::{Clock, SystemClock},
    engine::{self, Beside, Compared, EngineError},
    events::{self, ProgressEvent},
    ledger::Holder,
    mysql::TableName,
    plan::Plan,
    resolve::Migration,
    state::{Phase, State},
    ui::{
        Ui,
        verify::{self as view, VerifyAnswer},
    },
    verify::{Following, Made, Mode, TableResult, stable::TIMES},
};

const SAMPLE_PERCENT: u8 = 10;
/// As progress names it.
const PHASE: &str = "verify";

pub async fn run(options: &VerifyOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    if options.repair || options.repair_sql.is_some() {
        return Err(not_yet("verify --repair").into());
    }
    let migration = opened::load(&options.spec.path, settings, ui)?;
    gates::comparable(&migration)?;
    let stop = signals::listen()?;
    let file = opened::state_file(&migration);
    let path = &options.spec.path;
    let ready = async {
        let servers = Servers::new(&migration).await?;
        let locked = opened::lock(&file, "verify", path, settings, ui).await;
        let follower = servers.follower(file.read()?.as_ref()).await?;
        if let (Some(holder), Some(VerifyMode::Count)) = (&follower, options.mode) {
            return Err(no_count(holder, settings, path));
        }
        let (lock, beside) = match (locked, &follower) {
            (Ok(lock), None) => (Some(lock), Beside::Nobody),
            // whoever applies also writes the state
            (Ok(_) | Err(Failure::Store(_)), Some(_)) => (None, Beside::Stream),
            (Err(failure), _) => return Err(failure),
        };
        let stored = file.read()?;
        let at_hand = stored.is_some();
        let state = servers.state(&migration, stored, ui).await?;
        copied(state.as_ref(), &settings.command("apply", path))?;
        let made = made(state.as_ref());
        let prepared = match beside {
            Beside::Nobody => prepared::prepare(&migration, &servers, state.as_ref()).await?,
            Beside::Stream => settled(&migration, &servers, state.as_ref(), made, &stop).await?,
        };
        let state = state.filter(|_| at_hand).zip(lock);
        Ok::<_, Failure>((state, follower, servers, prepared, made))
    };
    let (state, follower, servers, prepared, made) = tokio::select! {
        ready = ready => ready?,
        () = stop.cancelled() => return Ok(Exit::Interrupted),
    };
    let work = Work {
        tables: chosen(&prepared.report.plan, &options.tables)?,
        mode: options.mode.unwrap_or(VerifyMode::Checksum),
        beside: if follower.is_some() {
            Beside::Stream
        } else {
            Beside::Nobody
        },
        migration: &migration,
        servers: &servers,
        settings,
        made,
    };
    if let Some(holder) = &follower {
        ui.notice(&beside(holder));
    }
    let answer = match compare(&work, prepared, stop.clone(), ui).await {
        Err(EngineFailure::Engine(EngineError::Stopped)) if stop.is_cancelled() => {
            ui.notice("Stopped; nothing was changed.");
            return Ok(Exit::Interrupted);
        }
        outcome => outcome?,
    };
    // the ledger's word alone is no file: `state rebuild` makes one
    if let Some((mut state, lock)) = state {
        let compared = Compared {
            at: SystemClock.now(),
            mode: &answer.mode,
            tables: &answer.tables,
            orphans: &answer.orphans,
            definitions: &answer.definitions,
        };
        state.record_verification(compared.verification());
        let whole = options.tables.is_empty() && matches!(work.mode, VerifyMode::Checksum);
        if whole && answer.tables.iter().all(TableResult::equal) {
            state.all_rows_equal();
        }
        file.write(&state, &lock)?;
    }
    ui.answer(&rendered(&answer, options.json, ui)?);
    Ok(if answer.equal {
        Exit::Done
    } else {
        Exit::Differences
    })
}

fn made(state: Option<&State>) -> Made {
    if state.is_some_and(|state| state.phase().is_finished()) {
        Made::All
    } else {
        Made::BeforeFinish
    }
}

/// Two counts are of two moments, and rows that come and go make them say anything.
fn no_count(holder: &Holder, settings: &Settings, path: &Path) -> Failure {
    let (verify, stop) = (
        settings.command("verify", path),
        settings.command("stop", path),
    );
    Problem::refusal(
        "cutover::cli::count_beside_stream",
        format!(
            "counts prove nothing while process {} of {}@{} applies the source's changes",
            holder.pid, holder.owner, holder.host
        ),
    )
    .help(format!(
        "compare rows, which may run beside it: {verify}; or count when nobody applies: {stop}"
    ))
    .into()
}

fn beside(holder: &Holder) -> String {
    format!(
        "process {} of {}@{} applies the source's changes meanwhile: what differs counts once it \
         stays different while the stream passes, and the result is not kept in the state",
        holder.pid, holder.owner, holder.host
    )
}

/// Both sides, looked at until their definitions are the same, or stay different although the stream
/// has passed.
async fn settled(
    migration: &Migration,
    servers: &Servers,
    state: Option<&State>,
    made: Made,
    stop: &CancellationToken,
) -> Result<Prepared, Failure> {
    let mut prepared = prepared::prepare(migration, servers, state).await?;
    for _ in 1..TIMES {
        let (plan, names) = (&prepared.report.plan, &prepared.names);
        if engine::differing(plan, &prepared.inspection, names, made).is_empty() {
            break;
        }
        let (source, destination) = (&servers.source, &servers.destination);
        let caught_up = async {
            let following = Following::open(source, destination, &servers.ledger, stop);
            following.await?.catch_up().await
        };
        caught_up.await.map_err(EngineError::from)?;
        prepared = prepared::prepare(migration, servers, state).await?;
    }
    Ok(prepared)
}

/// There is something to compare: by the state, or by the ledger where the file is not at hand.
fn copied(state: Option<&State>, apply: &str) -> Result<(), Failure> {
    let phase = state.map(State::phase);
    if phase.is_some_and(Phase::may_verify) {
        return Ok(());
    }
    let stands = phase.unwrap_or(&Phase::Planned).stands();
    Err(Problem::refusal(
        "cutover::cli::nothing_to_verify",
        format!("there is nothing to compare until all rows are copied: the migration {stands}"),
    )
    .help(format!("copy them first: {apply}"))
    .into())
}

struct Work<'a> {
    /// By their names on the source.
    tables: BTreeSet<TableName>,
    mode: VerifyMode,
    beside: Beside,
    made: Made,
    migration: &'a Migration,
    servers: &'a Servers,
    settings: &'a Settings,
}

/// What stopped the comparison: the engine, or something before it.
enum EngineFailure {
    Engine(EngineError),
    Other(Failure),
}

impl From<EngineFailure> for Failure {
    fn from(failure: EngineFailure) -> Self {
        match failure {
            EngineFailure::Engine(error) => error.into(),
            EngineFailure::Other(failure) => failure,
        }
    }
}

async fn compare(
    work: &Work<'_>,
    prepared: Prepared,
    stop: CancellationToken,
    ui: Ui,
) -> Result<VerifyAnswer, EngineFailure> {
    let begun = SystemClock.now();
    let (progress, receiver) = events::channel(1024);
    let shown = ui.show_progress(receiver, Arc::new(SystemClock));
    let context = work
        .servers
        .context(
            work.migration,
            (prepared.report.plan, &prepared.inspection),
            work.settings,
            (progress, stop),
        )
        .await
        .map_err(EngineFailure::Other)?;
    let (mode, mode_name) = mode(work.mode);
    context.progress.send(started(work, &context.plan));
    let outcome = engine::verify(
        &context,
        (mode, work.beside),
        |name: &TableName| work.tables.contains(name),
        &prepared.inspection,
        &prepared.names,
        work.made,
    )
    .await;
    if let Ok(report) = &outcome {
        for table in &report.tables {
            context.progress.send(ProgressEvent::TableFinished {
                table: table.source.plain(),
                rows: table.source_rows,
            });
        }
        let phase = PHASE.to_owned();
        context
            .progress
            .send(ProgressEvent::PhaseFinished { phase });
    }
    drop(context);
    // It ends once every sender is gone.
    let _ = shown.await;
    let report = outcome.map_err(EngineFailure::Engine)?;
    Ok(VerifyAnswer::new(
        work.migration.name(),
        mode_name,
        SystemClock.now().since(begun).as_secs(),
        report.tables,
        report.orphans,
        report.definitions,
    ))
}

fn started(work: &Work, plan: &Plan) -> ProgressEvent {
    let tables = || {
        let steps = plan.tables.iter();
        steps.filter(|step| plan.moves_rows(step) && work.tables.contains(&step.shape.source))
    };
    ProgressEvent::PhaseStarted {
        phase: PHASE.to_owned(),
        tables: u64::try_from(tables().count()).unwrap_or(u64::MAX),
        rows: tables().map(|step| step.rows).sum(),
        bytes: tables().map(|step| step.bytes).sum(),
    }
}

fn mode(mode: VerifyMode) -> (Mode, &'static str) {
    match mode {
        VerifyMode::Checksum => (Mode::Checksum, "checksum"),
        VerifyMode::Count => (Mode::Count, "count"),
        VerifyMode::Sample => (Mode::Sample(SAMPLE_PERCENT), "sample"),
    }
}

/// The tables to compare: all, or those named by `--table`.
fn chosen(plan: &Plan, named: &[String]) -> Result<BTreeSet<TableName>, Problem> {
    let all = plan.tables.iter().map(|step| &step.shape.source);
    if named.is_empty() {
        return Ok(all.cloned().collect());
    }
    let find = |name: &String| {
        let found = all.clone().find(|table| table.plain() == *name);
        found.cloned().ok_or_else(|| {
            Problem::error(
                "cutover::cli::unknown_table",
                format!("{name} is not a table of this migration"),
            )
            .help("write database.table as on the source; `cutover plan` lists them")
        })
    };
    named.iter().map(find).collect()
}

fn rendered(answer: &VerifyAnswer, json: bool, ui: Ui) -> Result<String, Problem> {
    if json {
        view::json(answer).map_err(|error| {
            Problem::error("cutover::cli::json", error.to_string()).help("leave out --json")
        })
    } else {
        Ok(view::text(answer, ui.out(), ui.verbosity()))
    }
}
