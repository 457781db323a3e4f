//! `verify`: compares both sides.

use std::{collections::BTreeSet, sync::Arc};

use super::{apply::workers, not_yet, opened, prepared, servers::Servers};
use crate::{
    cli::{
        arguments::{VerifyMode, VerifyOptions},
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
        signals,
    },
    clock::{Clock, SystemClock},
    engine::{self, Context, EngineError},
    events,
    ledger::Holder,
    mysql::TableName,
    plan::Plan,
    state::{State, TableVerification, Verification},
    store::StateLock,
    ui::{Ui, verify as view},
    verify::Mode,
};

const SAMPLE_PERCENT: u8 = 10;

pub async fn run(options: &VerifyOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    if options.repair || options.repair_sql.is_some() {
        return Err(not_yet("verify --repair").into());
    }
    let migration = opened::load(&options.spec.path, settings, ui)?;
    let file = opened::state_file(&migration);
    let stop = signals::listen()?;
    let lock = tokio::select! {
        lock = opened::lock(&file, "verify", &options.spec.path, settings, ui) => lock?,
        () = stop.cancelled() => return Ok(Exit::Interrupted),
    };
    let state = file.read()?;
    let servers = Servers::new(&migration).await?;
    let prepared = prepared::prepare(&migration, &servers, state.as_ref()).await?;
    let chosen = chosen(&prepared.report.plan, &options.tables)?;
    let (mode, mode_name) = mode(options.mode);
    let started = SystemClock.now();
    let (progress, receiver) = events::channel(1024);
    let shown = ui.show_progress(receiver, Arc::new(SystemClock));
    let context = Context {
        source: servers.source.clone(),
        destination: servers.destination.clone(),
        ledger: servers.ledger.clone(),
        holder: Holder {
            owner: settings.operator.user.clone(),
            host: settings.operator.host.clone(),
            pid: std::process::id(),
        },
        plan: prepared.report.plan,
        workers: workers(&migration, &servers).await?,
        chunk_time: migration.chunk_time(),
        progress,
        cancel: stop.clone(),
    };
    let select = |name: &TableName| chosen.contains(name);
    let outcome = engine::verify(&context, mode, select, &prepared.source, &prepared.names).await;
    drop(context);
    // It ends once every sender is gone.
    let _ = shown.await;
    let report = match outcome {
        Err(EngineError::Stopped) if stop.is_cancelled() => return Ok(Exit::Interrupted),
        outcome => outcome?,
    };
    let seconds = SystemClock.now().since(started).as_secs();
    let answer = view::VerifyAnswer::new(
        migration.name(),
        mode_name,
        seconds,
        report.tables,
        report.orphans,
        report.definitions,
    );
    if let Some(mut state) = state {
        state.record_verification(verification(&answer));
        file.write(&state, &lock)?;
    }
    ui.answer(&if options.json {
        view::json(&answer).map_err(|error| {
            Problem::error("cutover::cli::json", error.to_string()).help("leave out --json")
        })?
    } else {
        view::text(&answer, ui.out())
    });
    Ok(if answer.equal {
        Exit::Done
    } else {
        Exit::Differences
    })
}
