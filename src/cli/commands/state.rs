//! `state show`, `state unlock` and `state rebuild`.

use super::{opened, servers::Servers};
use crate::{
    cli::{
        arguments::PathOption,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
    },
    clock::{Clock, SystemClock},
    state::{HistoryEntry, Outcome, State},
    store::StateLock,
    ui::{Ui, look::counted, state},
};

pub fn show(spec: &PathOption, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load_offline(&spec.path, settings, ui)?;
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
            "nothing was applied from here yet ({}), or it was lost: {}",
            settings.command("plan", &spec.path),
            settings.command("state rebuild", &spec.path)
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
    let migration = opened::load_offline(&spec.path, settings, ui)?;
    let file = opened::state_file(&migration);
    let holder = StateLock::release_stale(file.path(), id)?;
    ui.prose(&format!("released the lock of {holder}\n"));
    Ok(Exit::Done)
}

/// Makes the state file again from the destination's ledger. What is there is kept beside it.
pub async fn rebuild(spec: &PathOption, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load(&spec.path, settings, ui)?;
    let file = opened::state_file(&migration);
    let lock = opened::lock(&file, "state rebuild", &spec.path, settings, ui).await?;
    let servers = Servers::new(&migration).await?;
    let Some(mut state) = servers.state_by_ledger(&migration).await? else {
        return Err(Problem::error(
            "cutover::cli::not_in_ledger",
            format!(
                "the ledger on the destination knows no migration \"{}\"",
                migration.name()
            ),
        )
        .help(format!(
            "nothing was applied yet ({}), or destination.metadata_database is another",
            settings.command("plan", &spec.path)
        ))
        .into());
    };
    let kept = match file.read() {
        Ok(Some(there)) if same_life(&there, &state) => {
            ui.prose(&format!(
                "Nothing to rebuild: {} is there, and the ledger says the same.\n",
                file.path().display()
            ));
            return Ok(Exit::Done);
        }
        Ok(Some(_)) => Some(file.backup_path()),
        Ok(None) => None,
        // the backup beside it may be whole, so it is not written over
        Err(_) => Some(file.set_aside(&lock)?),
    };
    state.record(HistoryEntry {
        at: SystemClock.now(),
        by: settings.operator.clone(),
        what: "state rebuild".to_owned(),
        outcome: Outcome::Done,
    });
    file.write(&state, &lock)?;
    let kept = kept.map_or_else(String::new, |kept| {
        format!("What was there is kept: {}\n", kept.display())
    });
    ui.prose(&format!(
        "Rebuilt {} from the ledger: phase {}, {}, serial {}.\n{kept}",
        file.path().display(),
        state.phase(),
        counted(state.tables().len() as u64, "table", "tables"),
        state.serial()
    ));
    Ok(Exit::Done)
}

/// Whether the file is of this life of the migration, and no older than the ledger.
fn same_life(there: &State, ledger: &State) -> bool {
    there.lineage() == ledger.lineage() && there.serial() >= ledger.serial()
}
