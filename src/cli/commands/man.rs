//! `man`: one manual page with every command in it.

use std::io;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::{
    cli::{
        arguments::Arguments,
        exit::Exit,
        failure::{Failure, Problem},
    },
    ui::Ui,
};

pub fn run(ui: Ui) -> Result<Exit, Failure> {
    let page = page().map_err(|error| {
        Problem::error(
            "cutover::cli::man",
            format!("cannot make the page: {error}"),
        )
        .help("`cutover COMMAND --help` says the same")
    })?;
    ui.answer(&page);
    Ok(Exit::Done)
}

fn page() -> io::Result<String> {
    let mut root = Arguments::command();
    root.build();
    let mut page = Vec::new();
    let man = Man::new(root.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut text = String::from_utf8_lossy(&page).into_owned();
    for command in root.get_subcommands() {
        add(&mut text, command, "cutover")?;
    }
    let mut rest = Vec::new();
    man.render_extra_section(&mut rest)?;
    man.render_version_section(&mut rest)?;
    Ok(text + &String::from_utf8_lossy(&rest))
}

/// A command as a section; its own sub-commands follow it as sections too.
fn add(text: &mut String, command: &Command, parent: &str) -> io::Result<()> {
    let name = format!("{parent} {}", command.get_name());
    let globals: Vec<_> = command
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .map(|argument| argument.get_id().clone())
        .collect();
    // Options of every command are listed once, at the top.
    let own = globals.into_iter().fold(command.clone(), |command, id| {
        command.mut_arg(id, |argument| argument.hide(true))
    });
    let man = Man::new(own.clone());
    let mut section = Vec::new();
    man.render_description_section(&mut section)?;
    man.render_synopsis_section(&mut section)?;
    let has_options = own
        .get_arguments()
        .any(|argument| !argument.is_hide_set() && argument.get_id() != "help");
    if has_options {
        man.render_options_section(&mut section)?;
    }
    let section = String::from_utf8_lossy(&section)
        .replace(".SH DESCRIPTION\n", "")
        .replace(".SH ", ".SS ");
    for part in [".SH \"", &name.to_uppercase(), "\"\n", &section] {
        text.push_str(part);
    }
    for child in command.get_subcommands() {
        add(text, child, &name)?;
    }
    Ok(())
}
