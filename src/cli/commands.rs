//! One file a command.

mod apply;
mod completions;
mod finish;
mod fmt;
mod init;
mod man;
mod opened;
mod plan;
mod prepared;
mod resolve;
mod schema;
mod servers;
mod state;
mod status;
mod stop;
mod validate;
mod verify;

use super::{
    arguments::{Command, StateCommand},
    exit::Exit,
    failure::{Failure, Problem},
    settings::Settings,
};
use crate::ui::Ui;

/// Runs one command to its end.
pub async fn run(command: &Command, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    match command {
        Command::Init(options) => init::run(options, settings, ui).await,
        Command::Validate(options) => validate::run(options, settings, ui).await,
        Command::Fmt(options) => fmt::run(options, ui),
        Command::Schema { document } => Ok(schema::run(*document, ui)),
        Command::Status(options) => status::run(options, settings, ui).await,
        Command::State(StateCommand::Show(spec)) => state::show(spec, settings, ui),
        Command::State(StateCommand::Unlock { id, spec }) => state::unlock(id, spec, settings, ui),
        Command::State(StateCommand::Rebuild(spec)) => state::rebuild(spec, settings, ui).await,
        Command::Completions(options) => Ok(completions::run(options, ui)),
        Command::Man => man::run(ui),
        Command::Version => {
            ui.answer(concat!("cutover ", env!("CARGO_PKG_VERSION"), "\n"));
            Ok(Exit::Done)
        }
        Command::Plan(options) => Box::pin(plan::run(options, settings, ui)).await,
        Command::Show(options) => plan::show(options, ui),
        Command::Apply(options) => Box::pin(apply::run(options, settings, ui)).await,
        Command::Verify(options) => Box::pin(verify::run(options, settings, ui)).await,
        Command::Stop(options) => stop::run(options, settings, ui).await,
        Command::Resolve(options) => resolve::run(options, settings, ui).await,
        Command::Finish(options) => Box::pin(finish::run(options, settings, ui)).await,
        Command::Reverse(_) | Command::Destroy(_) | Command::Report(_) => {
            Err(not_yet(command.name()).into())
        }
    }
}

/// What is understood and comes with a later release.
fn not_yet(what: &str) -> Problem {
    Problem::error(
        "cutover::cli::not_supported_yet",
        format!("`{what}` is not supported yet"),
    )
    .help(format!(
        "`cutover --help` lists all commands; this one comes with a release after {}",
        env!("CARGO_PKG_VERSION")
    ))
}
