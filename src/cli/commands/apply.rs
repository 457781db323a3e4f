//! `apply`: runs the migration, or goes on with it.

mod ending;
pub(super) mod gates;
mod running;
mod watching;

use std::path::{Path, PathBuf};

use running::Ran;

use super::{
    opened, plan,
    prepared::{self, Prepared},
    servers::{Servers, first_state},
};
use crate::{
    cli::{arguments::ApplyOptions, exit::Exit, failure::Failure, settings::Settings, signals},
    report::SavedPlan,
    resolve::Migration,
    state::State,
    store::StateFile,
    ui::{Ui, plan as plan_view},
};

/// What one call of the command is about, from its first step to its last.
struct Call<'a> {
    options: &'a ApplyOptions,
    settings: &'a Settings,
    ui: Ui,
    /// Where the plan is one that was saved.
    saved: Option<SavedPlan>,
    migration: Migration,
    /// The specification's, also where a saved plan was named.
    path: PathBuf,
}

pub async fn run(options: &ApplyOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let until = gates::until(options)?;
    let saved = saved_plan(&options.path)?;
    let path = saved
        .as_ref()
        .map_or(&options.path, |saved| &saved.specification)
        .clone();
    let migration = opened::load(&path, settings, ui)?;
    gates::supported(&migration)?;
    let call = Call {
        options,
        settings,
        ui,
        saved,
        migration,
        path,
    };
    let stop = signals::listen()?;
    let file = opened::state_file(&call.migration);
    let agreed = async {
        let lock = opened::lock(&file, "apply", &call.path, settings, ui).await?;
        let servers = Servers::new(&call.migration).await?;
        let (state, prepared) = planned(&call, &servers, &file).await?;
        call.agree(&prepared, &state).await?;
        Ok::<_, Failure>((lock, servers, state, prepared))
    };
    // Nothing is written before somebody has agreed, so that until then a signal just ends it.
    let (lock, servers, state, prepared) = tokio::select! {
        agreed = agreed => agreed?,
        () = stop.cancelled() => return Ok(Exit::Interrupted),
    };
    let mut stored = running::Stored { state, file, lock };
    let mut prepared = prepared;
    loop {
        let run = running::run(
            &call,
            &servers,
            prepared,
            stored,
            until.clone(),
            stop.clone(),
        );
        match Box::pin(run).await? {
            Ran::Over(exit) => return Ok(exit),
            Ran::Again {
                tables,
                why,
                must,
                stored: same,
            } => {
                stored = *same;
                ui.notice(&why);
                let state = Some(&stored.state);
                prepared = prepared::replacing(&call.migration, &servers, state, &tables).await?;
                if must {
                    gates::replaceable(&tables, &prepared.report.plan)?;
                }
                gates::checks(&prepared.report, &call.migration)?;
            }
        }
    }
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

/// What there is to do, and the state it starts from: the file's, the ledger's, or a new one.
async fn planned(
    call: &Call<'_>,
    servers: &Servers,
    file: &StateFile,
) -> Result<(State, Prepared), Failure> {
    let migration = &call.migration;
    let state = file.read()?;
    gates::may_apply(state.as_ref(), migration)?;
    // what the ledger knows is gone on with, never started over
    let state = servers.state(migration, state, call.ui).await?;
    gates::may_apply(state.as_ref(), migration)?;
    let replaced = gates::replaced(call.options, state.as_ref())?;
    let prepared = prepared::replacing(migration, servers, state.as_ref(), &replaced).await?;
    gates::replaceable(&replaced, &prepared.report.plan)?;
    let state = match state {
        Some(state) => state,
        None => first_state(&prepared.report.plan)?,
    };
    Ok((state, prepared))
}

impl Call<'_> {
    /// Shows what is about to be done, and sees that somebody wants it.
    async fn agree(&self, prepared: &Prepared, state: &State) -> Result<(), Failure> {
        let (report, ui) = (&prepared.report, self.ui);
        if let Some(saved) = &self.saved {
            gates::fresh(saved, &report.plan, self.settings)?;
        }
        let goes_on = state.phase().has_begun()
            && state.spec_hash() == report.plan.base.spec_hash
            && self.options.replace.is_empty()
            && report.plan.frozen.is_empty();
        if goes_on {
            let phase = state.phase();
            let at = phase
                .work()
                .map_or_else(|| phase.to_string(), |work| work.to_string());
            ui.notice(&format!(
                "Going on with migration {} in phase {at}.",
                report.plan.migration
            ));
        } else {
            ui.answer(&plan_view::text(report, ui.out(), ui.verbosity()));
        }
        gates::unchanged(&report.plan, self.settings, &self.path)?;
        gates::in_time(&report.plan, state)?;
        gates::checks(report, &self.migration)?;
        if goes_on || self.saved.is_some() || self.options.auto_approve {
            return Ok(());
        }
        gates::asked(&report.plan, ui).await
    }
}
