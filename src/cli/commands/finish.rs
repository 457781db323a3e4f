//! `finish`: the switch.

use std::{path::Path, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    apply::gates,
    not_yet, opened,
    prepared::{self, Prepared},
    servers::{Servers, identities},
    stop,
};
use crate::{
    cli::{
        arguments::FinishOptions,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
        signals,
    },
    clock::SystemClock,
    conn::Purpose,
    engine::{self, EngineError, Finished, Journal, SourceFence, Switch, Until, finish::Compare},
    events,
    ledger::{Asked, Holder},
    resolve::{FenceMode, FinishVerify, Migration, Phase},
    state::{State, Work},
    store::{StateFile, StateLock, StoreError, process_has_ended},
    ui::Ui,
};

/// One call, from its first step to its last.
struct Call<'a> {
    migration: Migration,
    settings: &'a Settings,
    path: &'a Path,
    ui: Ui,
    stop: CancellationToken,
}

pub async fn run(options: &FinishOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    if options.freeze {
        return Err(not_yet("finish --freeze").into());
    }
    let path = &options.spec.path;
    let migration = opened::load(path, settings, ui)?;
    gates::supported(&migration)?;
    if !migration.phases().has(Phase::Incremental) {
        return Err(Problem::refusal(
            "cutover::finish::not_needed",
            "without \"incremental\" among its phases a migration is finished by apply itself",
        )
        .help(settings.command("apply", path))
        .into());
    }
    let call = Call {
        stop: signals::listen()?,
        migration,
        settings,
        path,
        ui,
    };
    let mut switch = switch(&call.migration);
    switch.timeout = options.timeout.unwrap_or(switch.timeout);
    ui.prose(&steps(&call.migration));
    if options.dry_run {
        return Ok(Exit::Done);
    }
    let servers = Servers::new(&call.migration).await?;
    let file = opened::state_file(&call.migration);
    may_finish(&call, &servers, &file).await?;
    // before anybody is stopped
    let beats = call.migration.heartbeat();
    engine::finish::fenced(&servers.source, switch.fence, beats, &call.stop).await?;
    if !options.auto_approve {
        gates::agreed(
            "Switch over now? The destination becomes the primary.".to_owned(),
            ui,
        )
        .await?;
    }
    // the engine hears a signal itself, and stops at a safe point
    let outcome = Box::pin(call.switch(&servers, &file, switch)).await;
    match outcome {
        Err(_) if call.stop.is_cancelled() => {
            ui.notice("Stopped; what is done is kept, and the same command goes on.");
            Ok(Exit::Interrupted)
        }
        outcome => outcome,
    }
}

fn switch(migration: &Migration) -> Switch {
    let options = migration.finish();
    Switch {
        fence: match options.fence {
            FenceMode::ReadOnly => SourceFence::ReadOnly,
            FenceMode::Idle(time) => SourceFence::Idle(time),
        },
        max_lag: options.max_lag,
        timeout: options.timeout,
    }
}

/// The numbered steps, as the plan has them.
fn steps(migration: &Migration) -> String {
    let steps = crate::plan::finish::steps(migration);
    let numbered: Vec<String> = steps
        .iter()
        .enumerate()
        .map(|(number, step)| format!("  {:>2}. {step}\n", number + 1))
        .collect();
    format!(
        "Finish of migration {}:\n{}\n",
        migration.name(),
        numbered.concat()
    )
}

/// Rows are all there, or the switch has begun.
async fn may_finish(call: &Call<'_>, servers: &Servers, file: &StateFile) -> Result<(), Failure> {
    let state = servers
        .state(&call.migration, file.read()?, call.ui)
        .await?;
    let work = state.as_ref().and_then(|state| state.phase().work());
    match work {
        Some(Work::Finishing) => return Ok(()),
        Some(Work::CatchingUp | Work::Streaming) => {
            let plan = prepared::prepare(&call.migration, servers, state.as_ref()).await?;
            let plan = plan.report.plan;
            gates::unchanged(&plan, call.settings, call.path)?;
            gates::all_copied(&plan, call.settings, call.path)?;
            verified(call, servers, state.as_ref()).await?;
            let max_lag = call.migration.finish().max_lag;
            return Ok(servers.near_enough(max_lag).await?);
        }
        Some(Work::Schema | Work::Full | Work::Reversing) | None => {}
    }
    let finished = state
        .as_ref()
        .is_some_and(|state| state.phase().is_finished());
    let stands = state.map_or_else(
        || "has not begun".to_owned(),
        |state| state.phase().stands(),
    );
    let problem = Problem::refusal(
        "cutover::finish::too_early",
        format!(
            "migration \"{}\" {stands}: there is nothing to finish",
            call.migration.name()
        ),
    );
    Err(if finished {
        problem.help("it is done; nothing more is to do")
    } else {
        problem.help(format!(
            "copy and follow the source first: {}",
            call.settings.command("apply", call.path)
        ))
    }
    .into())
}

/// What a person has left out or replaced of the stream was compared since, or will be by the switch.
async fn verified(
    call: &Call<'_>,
    servers: &Servers,
    state: Option<&State>,
) -> Result<(), Failure> {
    match call.migration.finish().verify {
        FinishVerify::Changed | FinishVerify::Full => return Ok(()),
        FinishVerify::None => {}
    }
    let mut session = servers.destination.session(Purpose::Inspect).await?;
    let resolved = servers.ledger.resolved(&mut session).await;
    session.close().await;
    let compared = |position: &String| {
        let known = state.map(State::resolved).unwrap_or_default();
        let mut known = known.iter();
        known.any(|one| one.position == *position && one.verified)
    };
    let open: Vec<String> = resolved
        .map_err(EngineError::from)?
        .into_iter()
        .filter(|(position, used)| !used || !compared(position))
        .map(|(position, _)| position)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(Problem::refusal(
        "cutover::finish::not_verified",
        format!(
            "statements of the stream were resolved by hand, and no verify has passed since: {}",
            open.join(", ")
        ),
    )
    .help(format!(
        "end the running apply ({}), catch up ({}), compare all rows ({}), then finish; or leave \
         finish.verify at \"changed\", by which finish compares",
        call.settings.command("stop", call.path),
        call.settings.command("apply --until caught-up", call.path),
        call.settings.command("verify", call.path)
    ))
    .into())
}

impl Call<'_> {
    async fn switch(
        &self,
        servers: &Servers,
        file: &StateFile,
        switch: Switch,
    ) -> Result<Exit, Failure> {
        let lock = self.take_over(servers, file).await?;
        let state = self.state(servers, file).await?;
        let host = self.settings.operator.host.clone();
        let dead = move |holder: &Holder| holder.host == host && process_has_ended(holder.pid);
        let mut journal = Journal::new(
            state,
            file.clone(),
            lock,
            Box::new(SystemClock),
            self.settings.operator.clone(),
        );
        if journal.state().phase().work() != Some(Work::Finishing) {
            self.caught_up(servers, &mut journal, dead.clone()).await?;
        }
        let Prepared {
            report,
            inspection,
            names,
        } = prepared::prepare(&self.migration, servers, Some(journal.state())).await?;
        let (source, destination) = identities(&report.plan);
        journal.change(|state| state.set_servers(source, destination))?;
        let (progress, receiver) = events::channel(1024);
        let shown = self.ui.show_progress(receiver, Arc::new(SystemClock));
        let context = servers
            .context(
                &self.migration,
                (report.plan, &inspection),
                self.settings,
                (progress, self.stop.child_token()),
            )
            .await?;
        let compare = (self.migration.finish().verify != FinishVerify::None).then_some(Compare {
            inspection: &inspection,
            names: &names,
        });
        let outcome = Box::pin(engine::finish(
            &context,
            &mut journal,
            switch,
            compare,
            dead,
        ))
        .await;
        drop(context);
        let _ = shown.await;
        self.conclude(outcome)
    }

    /// Asks a running apply to hand over, again where one had only just begun.
    async fn take_over(&self, servers: &Servers, file: &StateFile) -> Result<StateLock, Failure> {
        const TRIES: u32 = 10;
        /// A run that has handed over still has to end.
        const PATIENCE: Duration = Duration::from_secs(5);
        let mut patient = self.settings.clone();
        patient.lock_timeout = patient.lock_timeout.max(PATIENCE);
        let mut tries = 1;
        loop {
            let mut session = servers.destination.session(Purpose::WriteRows).await?;
            let asked = Asked::Finish;
            let before = stop::ask(&servers.ledger, &mut session, asked, self.settings).await?;
            session.close().await;
            if let Some(holder) = before {
                self.ui.notice(&format!(
                    "The apply of process {} on {} has handed over.",
                    holder.pid, holder.host
                ));
            }
            match opened::lock(file, "finish", self.path, &patient, self.ui).await {
                Err(Failure::Store(StoreError::Locked { .. })) if tries < TRIES => tries += 1,
                locked => return locked,
            }
        }
    }

    async fn state(&self, servers: &Servers, file: &StateFile) -> Result<State, Failure> {
        let known = servers
            .state(&self.migration, file.read()?, self.ui)
            .await?;
        known.ok_or_else(|| {
            Problem::refusal(
                "cutover::finish::too_early",
                "neither a state file nor the ledger knows this migration",
            )
            .help(self.settings.command("apply", self.path))
            .into()
        })
    }

    /// The stream goes on to where the source is, so that what it changes is known to the plan.
    async fn caught_up(
        &self,
        servers: &Servers,
        journal: &mut Journal,
        dead: impl Fn(&Holder) -> bool + Send,
    ) -> Result<(), Failure> {
        let prepared = prepared::prepare(&self.migration, servers, Some(journal.state())).await?;
        let (progress, receiver) = events::channel(1024);
        let shown = self.ui.show_progress(receiver, Arc::new(SystemClock));
        let context = servers
            .context(
                &self.migration,
                (prepared.report.plan, &prepared.inspection),
                self.settings,
                (progress, self.stop.child_token()),
            )
            .await?;
        let outcome = Box::pin(engine::apply(&context, journal, Until::CaughtUp, dead)).await;
        drop(context);
        let _ = shown.await;
        outcome?;
        Ok(())
    }

    fn conclude(&self, outcome: engine::Result<Finished>) -> Result<Exit, Failure> {
        match outcome {
            Ok(Finished::Done {
                drained,
                way_back,
                moved,
            }) => {
                self.ui.prose(&format!(
                    "Finished. The source is on the destination up to {drained}.\n\
                     Way back: the destination stands at {way_back}.\n"
                ));
                if moved {
                    self.ui.notice(
                        "warning: the source was written after it was drained (finish.fence = \
                         \"idle\"); what was written then is not on the destination",
                    );
                }
                Ok(Exit::Done)
            }
            Ok(Finished::Differs(report)) => {
                let tables: Vec<String> = report
                    .tables
                    .iter()
                    .filter(|table| !table.equal())
                    .map(|table| table.source.plain())
                    .collect();
                let verify = self.settings.command("verify", self.path);
                self.ui.prose(&format!(
                    "Not finished: both sides differ ({}). The migration streams on.\n  {verify}\n",
                    if tables.is_empty() {
                        report.definitions.join("; ")
                    } else {
                        tables.join(", ")
                    }
                ));
                Ok(Exit::Differences)
            }
            Err(EngineError::Stopped) => Ok(Exit::Interrupted),
            Err(error) => Err(Problem::from(error).into()),
        }
    }
}
