//! The canonical layout: `tests/spec/format/NAME.hcl` as people leave it, `NAME.formatted` as
//! `fmt` does. With `terraform` on the PATH, the same and every other file here are given to
//! `terraform fmt` as well, which must print the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cutover::spec::format::format;

use super::{cases, compare};

fn formatted(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("readable");
    match format(&path.display().to_string(), &text) {
        Ok(formatted) => formatted,
        Err(found) => panic!("{}", found.render(100)),
    }
}

#[test]
fn every_case_is_laid_out_as_written_beside_it() {
    let mut wrong = Vec::new();
    for case in cases("format") {
        compare(&case, "formatted", &formatted(&case), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All files below a folder that end so.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "hcl") {
            found.push(path);
        }
    }
}

/// A file's lines pushed about: what `fmt` is for.
fn disturbed(text: &str) -> String {
    if text.contains("<<") {
        return text.to_owned();
    }
    let lines = text.lines().enumerate().map(|(number, line)| {
        let bare = line.trim_start();
        let (key, value) = bare.split_once(" = ").unwrap_or((bare, ""));
        let indent = " ".repeat(number * 7 % 5);
        if value.is_empty() || key.contains(['"', '#', '/']) {
            format!("{indent}{bare}\n")
        } else {
            format!("{indent}{}={value}\n", key.trim_end())
        }
    });
    lines.collect()
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What `terraform fmt` makes of the texts.
fn by_terraform(texts: &[String]) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("cutover-terraform-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("writable");
    let file = |number: usize| folder.join(format!("{number}.tf"));
    for (number, text) in texts.iter().enumerate() {
        fs::write(file(number), text).expect("writable");
    }
    let ran = Command::new("terraform")
        .args(["fmt", "-list=false"])
        .arg(&folder)
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .expect("terraform runs");
    let printed = (0..texts.len()).map(|number| fs::read_to_string(file(number)).expect("there"));
    let printed = printed.collect();
    fs::remove_dir_all(&folder).expect("removable");
    // What it cannot parse it says; what it can, it has written.
    assert!(ran.status.code().is_some_and(|code| code <= 2), "{ran:?}");
    printed
}

#[test]
fn terraform_fmt_prints_the_same_bytes() {
    if Command::new("terraform").arg("version").output().is_err() {
        eprintln!("terraform is not on the PATH: nothing to compare with");
        return;
    }
    let mut paths = Vec::new();
    files(Path::new("tests"), &mut paths);
    files(Path::new("examples"), &mut paths);
    files(Path::new("src"), &mut paths);
    paths.sort();
    let (mut texts, mut ours) = (Vec::new(), Vec::new());
    for path in &paths {
        // one is there because it is no text
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        for text in [disturbed(&text), text] {
            if let Ok(formatted) = format(&path.display().to_string(), &text) {
                texts.push(text);
                ours.push((path, formatted));
            }
        }
    }
    let theirs = by_terraform(&texts);
    let (mut same, mut wrong) = (0, Vec::new());
    for ((text, (path, ours)), theirs) in texts.iter().zip(&ours).zip(&theirs) {
        if ours == theirs {
            same += 1;
        } else if without_blanks(text) == without_blanks(theirs) && text != theirs {
            wrong.push(format!(
                "{}:\n{ours}--- terraform:\n{theirs}",
                path.display()
            ));
        } else {
            // Old forms of its own language, like `type = list`, it rewrites; and a text that only
            // we can parse it leaves.
            eprintln!("{}: terraform rewrites or refuses it", path.display());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(same > 150, "only {same} of {}", texts.len());
}
