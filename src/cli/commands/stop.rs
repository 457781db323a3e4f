//! `stop`: asks the running apply, wherever it runs, to checkpoint and exit.

use std::time::{Duration, Instant};

use super::{opened, servers::Servers};
use crate::{
    cli::{
        arguments::PathOption,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
        signals,
    },
    conn::{Purpose, Session},
    engine::EngineError,
    ledger::{Asked, Holder, Ledger, Request},
    ui::Ui,
};

/// A chunk or a window is over by then; longer than it takes to write one.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub async fn run(options: &PathOption, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load(&options.path, settings, ui)?;
    let stop = signals::listen()?;
    let servers = Servers::new(&migration).await?;
    let asked = async {
        let mut session = servers.destination.session(Purpose::WriteRows).await?;
        let holder = ask(&servers.ledger, &mut session, Asked::Stop, settings).await?;
        session.close().await;
        Ok::<_, Failure>(holder)
    };
    let holder = tokio::select! {
        asked = asked => asked?,
        () = stop.cancelled() => return Ok(Exit::Interrupted),
    };
    let apply = settings.command("apply", &options.path);
    // whose state is elsewhere, or cannot be read, is told by the next apply
    let stored = opened::state_file(&migration).read().ok().flatten();
    let over = stored.filter(|state| !state.phase().may_apply());
    ui.prose(&match holder {
        None if over.is_some() => {
            let stands = over.map(|state| state.phase().stands()).unwrap_or_default();
            format!("Nothing runs: the migration {stands}.\n")
        }
        None => format!("Nothing runs. Go on: {apply}\n"),
        Some(holder) => format!(
            "Stopped: process {} of {} on {}; what is done is kept. Go on: {apply}\n",
            holder.pid, holder.owner, holder.host
        ),
    });
    Ok(Exit::Done)
}

/// Asks whoever runs the migration, and waits until it has stopped; returns who that was.
pub(super) async fn ask(
    ledger: &Ledger,
    session: &mut Session,
    asked: Asked,
    settings: &Settings,
) -> Result<Option<Holder>, Failure> {
    if !ledger.exists(session).await.map_err(EngineError::from)? {
        return Ok(None);
    }
    let failed = |error| Failure::from(EngineError::from(error));
    let Some(holder) = ledger.holder(session).await.map_err(failed)? else {
        return Ok(None);
    };
    let request = Request {
        asked,
        by: settings.operator.to_string(),
    };
    ledger.ask(session, &request).await.map_err(failed)?;
    let since = Instant::now();
    while ledger.holder(session).await.map_err(failed)?.is_some() {
        if since.elapsed() > PATIENCE {
            ledger.withdraw(session).await.map_err(failed)?;
            return Err(Problem::error(
                "cutover::cli::does_not_stop",
                format!(
                    "process {} of {} on {} has not stopped within {} s",
                    holder.pid,
                    holder.owner,
                    holder.host,
                    PATIENCE.as_secs()
                ),
            )
            .help("it may be at a long statement: `cutover status` shows it; try again")
            .exit(Exit::NotNow)
            .into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(Some(holder))
}
