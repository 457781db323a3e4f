//! `fmt`: specification files in their canonical layout.

use std::{
    fs,
    path::{Path, PathBuf},
};

use similar::TextDiff;

use crate::{
    cli::{
        arguments::FormatOptions,
        exit::Exit,
        failure::{Failure, Problem},
    },
    spec::{
        format::{format, without_secrets},
        reason,
    },
    store::atomic,
    ui::{Ui, look::diff},
};

/// Bytes of the largest file that is read, as everywhere.
const LARGEST: u64 = 16 << 20;

/// Every file is tried; one that does not parse is told, and left as it is.
pub fn run(options: &FormatOptions, ui: Ui) -> Result<Exit, Failure> {
    let (mut failed, mut changed) = (false, false);
    for path in &options.path {
        for file in files(path)? {
            match one(&file, options, ui) {
                Ok(change) => changed |= change,
                Err(failure) => {
                    failure.show(&ui);
                    failed = true;
                }
            }
        }
    }
    Ok(match (failed, options.check && changed) {
        (true, _) => Exit::Error,
        (false, true) => Exit::Refused,
        (false, false) => Exit::Done,
    })
}

/// The file itself, or the specification files of a folder, not those of its sub-folders.
fn files(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !fs::metadata(path)
        .map_err(|cause| unreadable(path, &reason(&cause)))?
        .is_dir()
    {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|cause| unreadable(path, &reason(&cause)))? {
        let file = entry
            .map_err(|cause| unreadable(path, &reason(&cause)))?
            .path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".hcl") && !name.starts_with('.') && file.is_file() {
            files.push(file.strip_prefix(".").unwrap_or(&file).to_owned());
        }
    }
    if files.is_empty() {
        let message = format!("{} holds no .hcl file", path.display());
        let problem = Problem::error("cutover::spec::no_files", message);
        return Err(problem.help("name files, or a folder that holds some"));
    }
    files.sort();
    Ok(files)
}

/// Whether the file is not laid out canonically; where it was to be changed, it now is.
fn one(file: &Path, options: &FormatOptions, ui: Ui) -> Result<bool, Failure> {
    let text = read(file)?;
    let name = file.display().to_string();
    let formatted = format(&name, &text)?;
    if formatted == text {
        return Ok(false);
    }
    if !options.check {
        atomic::rewrite(file, &formatted)?;
    }
    ui.answer(&format!("{name}\n"));
    if options.diff {
        let (text, formatted) = (without_secrets(&text), without_secrets(&formatted));
        let changes = TextDiff::from_lines(text.as_str(), formatted.as_str())
            .unified_diff()
            .context_radius(3)
            .header(&format!("old/{name}"), &format!("new/{name}"))
            .to_string();
        ui.answer(&diff(&changes, ui.out()));
    }
    Ok(true)
}

fn read(file: &Path) -> Result<String, Problem> {
    let metadata = fs::metadata(file).map_err(|cause| unreadable(file, &reason(&cause)))?;
    if !metadata.is_file() {
        return Err(unreadable(file, "it is not a file"));
    }
    if metadata.len() > LARGEST {
        return Err(unreadable(file, "it is larger than 16 MiB"));
    }
    let bytes = fs::read(file).map_err(|cause| unreadable(file, &reason(&cause)))?;
    String::from_utf8(bytes).map_err(|_| unreadable(file, "it is not UTF-8"))
}

fn unreadable(path: &Path, reason: &str) -> Problem {
    let message = format!("{} cannot be read: {reason}", path.display());
    Problem::error("cutover::spec::unreadable_file", message)
        .help("name a text file in UTF-8, or a folder with .hcl files, that you may read")
}
