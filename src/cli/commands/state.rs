//! `state show` and `state unlock`.

use super::opened;
use crate::{
    cli::{
        arguments::PathOption,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
    },
    store::StateLock,
    ui::{Ui, state},
};

pub fn show(spec: &PathOption, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load(&spec.path, settings, ui)?;
    let file = opened::state_file(&migration);
    let Some(found) = file.read()? else {
        return Err(Problem::error(
            "cutover::cli::no_state",
            format!(
                "there is no state of migration \"{}\": {} does not exist",
                migration.name(),
                file.path().display()
            ),
        )
        .help(format!(
            "nothing was applied from here yet: {}",
            settings.command("plan", &spec.path)
        ))
        .into());
    };
    let path = file.path().display().to_string();
    ui.answer(&state::text(&found, &path, ui.out()));
    if let Some(holder) = StateLock::holder(file.path()) {
        ui.notice(&if holder.has_ended(&settings.operator.host) {
            format!("It was locked by {holder}, which has ended; the next command takes it over.")
        } else {
            format!("It is locked by {holder}.")
        });
    }
    Ok(Exit::Done)
}

pub fn unlock(id: &str, spec: &PathOption, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load(&spec.path, settings, ui)?;
    let file = opened::state_file(&migration);
    let holder = StateLock::release_stale(file.path(), id)?;
    ui.answer(&format!("released the lock of {holder}\n"));
    Ok(Exit::Done)
}
