//! `init`: a commented starter specification, and a `.gitignore` for its state.

mod from;
mod listing;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    cli::{
        arguments::InitOptions,
        exit::Exit,
        failure::{Failure, Problem},
        settings::{Settings, as_typed},
    },
    ui::Ui,
};

const STARTER: &str = include_str!("starter.hcl");
const IGNORED: &str = "/state/";

pub async fn run(options: &InitOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let file = file_in(&options.path);
    let folder = file.parent().unwrap_or(Path::new(""));
    refuse_a_second(folder)?;
    let text = match &options.from {
        Some(url) => from::specification(url, settings, ui).await?,
        None => STARTER.to_owned(),
    };
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    }
    create(&file, &text)?;
    let ignore = folder.join(".gitignore");
    match create(
        &ignore,
        &format!("# cutover's state: who runs what; never a secret\n{IGNORED}\n"),
    ) {
        Ok(()) => ui.prose(&wrote(&file, Some(&ignore))),
        Err(_) if ignores_state(&ignore) => ui.prose(&wrote(&file, None)),
        Err(_) if ignore.exists() => {
            ui.prose(&wrote(&file, None));
            ui.warning(&left(&ignore));
        }
        Err(problem) => return Err(problem.into()),
    }
    ui.notice(&next(&options.path, &file, options.from.is_some()));
    Ok(Exit::Done)
}

fn wrote(file: &Path, ignore: Option<&Path>) -> String {
    let ignore = ignore.map_or_else(String::new, |ignore| format!(" and {}", ignore.display()));
    format!("wrote {}{ignore}\n", file.display())
}

fn left(ignore: &Path) -> String {
    format!(
        "{} was left as it is: add the line {IGNORED} to it, so that no state is committed",
        ignore.display()
    )
}

/// The file to write: the path itself where it ends in `.hcl`, else `main.hcl` in it.
fn file_in(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|extension| extension == "hcl") {
        path.to_owned()
    } else if path == Path::new(".") {
        PathBuf::from("main.hcl")
    } else {
        path.join("main.hcl")
    }
}

/// Files of one folder are one migration, so that a second starter would break the first.
fn refuse_a_second(folder: &Path) -> Result<(), Problem> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    let mut found: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "hcl"))
        .collect();
    found.sort();
    match found.first() {
        None => Ok(()),
        Some(first) => Err(Problem::error(
            "cutover::cli::already_there",
            format!(
                "{} is already there: nothing was written",
                first.strip_prefix(".").unwrap_or(first).display()
            ),
        )
        .help("edit that file, or name another folder: cutover init FOLDER")),
    }
}

fn create(path: &Path, text: &str) -> Result<(), Problem> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    Problem::error(
        "cutover::cli::write",
        format!("cannot write {}: {error}", path.display()),
    )
    .help("name a folder in which this account may write: cutover init FOLDER")
}

fn ignores_state(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| {
        text.lines()
            .any(|line| matches!(line.trim(), IGNORED | "/state" | "state/" | "state"))
    })
}

fn next(path: &Path, file: &Path, listed: bool) -> String {
    let path = as_typed(path);
    let validate = format!("cutover validate {path}");
    let what = if listed {
        "take out what is not to move and set the destination"
    } else {
        "set the servers and databases"
    };
    format!(
        "Next: {what} in {}, then `{}`.",
        file.display(),
        validate.trim_end()
    )
}

#[cfg(test)]
mod tests;
