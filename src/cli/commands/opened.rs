//! The first steps that commands share: read the specification, find its state, take its lock.

use std::path::Path;

use crate::{
    cli::{
        failure::Failure,
        settings::{Settings, random_bits},
    },
    resolve::{self, Migration},
    spec::{Inputs, UnsetSecrets},
    state::State,
    store::{LockFacts, StateFile, StateLock},
    ui::Ui,
};

/// Reads the specification; its warnings are printed.
pub fn load(path: &Path, settings: &Settings, ui: Ui) -> Result<Migration, Failure> {
    let migration = resolve::load(path, &settings.inputs)?;
    ui.diagnostics(migration.warnings());
    Ok(migration)
}

/// The same for a command that logs in nowhere: secrets need no value.
pub fn load_offline(path: &Path, settings: &Settings, ui: Ui) -> Result<Migration, Failure> {
    let migration = resolve::load(path, &offline(&settings.inputs))?;
    ui.diagnostics(migration.warnings());
    Ok(migration)
}

pub fn offline(inputs: &Inputs) -> Inputs {
    Inputs {
        unset_secrets: UnsetSecrets::StoodIn,
        ..inputs.clone()
    }
}

pub fn state_file(migration: &Migration) -> StateFile {
    StateFile::new(migration.state_path(), migration.name())
}

/// Takes the lock of the state, and says so where it was left by a killed process.
pub async fn lock(
    file: &StateFile,
    command: &str,
    path: &Path,
    settings: &Settings,
    ui: Ui,
) -> Result<StateLock, Failure> {
    let id = format!("{:08x}", random_bits()? >> 96);
    let request = settings.lock_request(id, command, path);
    let lock = StateLock::acquire(file.path(), &request, settings.lock_timeout).await?;
    if let Some(before) = lock.taken_over() {
        ui.notice(&taken_over(before));
    }
    Ok(lock)
}

fn taken_over(before: &LockFacts) -> String {
    format!(
        "the state was still locked by process {} (`{}`, since {}), which has ended without \
         releasing it; its lock is taken over",
        before.pid,
        before.command,
        before.since.to_seconds()
    )
}

/// The state, and who is changing it.
pub fn state_and_holder(file: &StateFile) -> Result<(Option<State>, Option<LockFacts>), Failure> {
    // The holder first: what it writes in between is then seen, never the other way round.
    let holder = StateLock::holder(file.path());
    Ok((file.read()?, holder))
}
