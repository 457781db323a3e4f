//! `status`: where the migration stands, from its state file and lock; no server is asked.

use std::time::Duration;

use super::opened;
use crate::{
    cli::{
        arguments::StatusOptions,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
        signals,
    },
    clock::{Clock, SystemClock},
    report::{Holder, StatusReport, status::StatusFacts},
    resolve::Migration,
    store::LockFacts,
    ui::{Ui, status},
};

const WATCH_EVERY: Duration = Duration::from_secs(2);

pub async fn run(options: &StatusOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load_offline(&options.spec.path, settings, ui)?;
    let path = settings.typed(&options.spec.path);
    let host = &settings.operator.host;
    if options.watch {
        return watch(&migration, &path, host, ui).await;
    }
    let report = report(&migration, &path, host)?;
    if options.json {
        ui.answer(&status::json(&report).map_err(|error| {
            Problem::error("cutover::cli::json", error.to_string()).help("leave out --json")
        })?);
    } else {
        ui.answer(&status::text(&report, ui.out()));
    }
    Ok(exit(&report))
}

fn exit(report: &StatusReport) -> Exit {
    if report.is_failed() {
        Exit::Error
    } else {
        Exit::Done
    }
}

fn report(migration: &Migration, path: &str, host: &str) -> Result<StatusReport, Failure> {
    let (state, holder) = opened::state_and_holder(&opened::state_file(migration))?;
    let running = holder
        .filter(|holder| !holder.has_ended(host))
        .map(holder_of);
    Ok(StatusReport::new(StatusFacts {
        migration: migration.name(),
        state: state.as_ref(),
        running: running.as_ref(),
        now: SystemClock.now(),
        path,
    }))
}

fn holder_of(facts: LockFacts) -> Holder {
    Holder {
        lock: facts.id,
        user: facts.user,
        host: facts.host,
        pid: facts.pid,
        since: facts.since,
        command: facts.command,
    }
}

/// Again and again, until a signal.
async fn watch(migration: &Migration, path: &str, host: &str, ui: Ui) -> Result<Exit, Failure> {
    let stop = signals::listen()?;
    loop {
        let report = report(migration, path, host)?;
        ui.screen(&status::watched(&report, ui.out()));
        tokio::select! {
            () = stop.cancelled() => return Ok(exit(&report)),
            () = tokio::time::sleep(WATCH_EVERY) => {}
        }
    }
}
