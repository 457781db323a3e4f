//! `completions`: a script for the shell.

use clap::CommandFactory as _;

use crate::{
    cli::{
        arguments::{Arguments, CompletionsOptions},
        exit::Exit,
    },
    ui::Ui,
};

pub fn run(options: &CompletionsOptions, ui: Ui) -> Exit {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(options.shell, &mut command, "cutover", &mut script);
    ui.answer(&String::from_utf8_lossy(&script));
    Exit::Done
}
