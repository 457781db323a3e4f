//! The command line: arguments, then settings, then one command, then an exit code.
//!
//! In goes what was typed, the environment and signals; every command is a file under `commands`
//! that reads like a recipe. Only [`settings`] reads the environment.

pub mod arguments;
pub mod exit;
pub mod failure;
pub mod settings;
pub mod signals;

mod commands;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;
use exit::Exit;
use failure::{Failure, Problem};
use settings::Settings;

use crate::ui::{Setup, Ui};

/// Runs what was typed and says how it ended.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error).code(),
    };
    let (ui, outcome) = match Settings::read(&arguments) {
        Ok(settings) => {
            let ui = Ui::new(settings.printing);
            (ui, start(&arguments, &settings, ui))
        }
        Err(problem) => (Ui::new(Setup::PLAIN), Err(problem.into())),
    };
    let exit = outcome.unwrap_or_else(|failure| {
        failure.show(&ui);
        failure.exit()
    });
    exit.code()
}

fn start(arguments: &Arguments, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    settings.arm_failpoint()?;
    // before any thread is there
    Settings::bound_driver_buffers()?;
    ui.log();
    tracing::info!(
        command = arguments.command.name(),
        version = env!("CARGO_PKG_VERSION"),
        "started"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::error("cutover::cli::runtime", format!("cannot start: {error}"))
                .help("raise the limits of processes and open files of this account")
        })?;
    let outcome = runtime.block_on(commands::run(&arguments.command, settings, ui));
    // Not waited for: a thread that reads an answer from the terminal may never end.
    runtime.shutdown_background();
    outcome
}

/// Help and version are answers; everything else that clap says is a mistake of the caller.
fn usage(error: &clap::Error) -> Exit {
    // Nothing is left to tell it to.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Error
    } else {
        Exit::Done
    }
}
