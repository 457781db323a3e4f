//! Specifications as users write them: what is wrong with them, and what they mean.
//!
//! Each case is a file or folder under `tests/spec/errors`, with the diagnostics it must give
//! beside it in `NAME.stderr`, and under `tests/spec/valid`, with the resolved specification in
//! `NAME.resolved`. Lines `env NAME=value`, `var name=value` and `var-file PATH` in `NAME.inputs`
//! are what comes from outside. Run with `INSTA_UPDATE=always` to write what is expected anew,
//! then read what was written.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test stops with what is broken"
)]

#[path = "spec/format.rs"]
mod format;
#[path = "spec/mutations.rs"]
mod mutations;
#[path = "spec/settings.rs"]
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cutover::resolve::{Inputs, Migration, load};
use cutover::spec::Diagnostics;

const WIDTH: usize = 100;

/// The cases in a folder: files and folders, in name order.
fn cases(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new("tests/spec").join(folder)).expect("the folder is there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "hcl"))
        .collect();
    paths.sort();
    paths
}

/// What comes from outside, as `NAME.inputs` beside the case says.
fn inputs(case: &Path) -> Inputs {
    let mut inputs = Inputs::default();
    for line in fs::read_to_string(case.with_extension("inputs"))
        .unwrap_or_default()
        .lines()
    {
        let (what, rest) = line.split_once(' ').expect("a word and a value");
        let pair = || {
            let (name, value) = rest.split_once('=').expect("NAME=VALUE");
            (name.to_owned(), value.to_owned())
        };
        match what {
            "env" => inputs.environment.extend([pair()]),
            "var" => inputs.vars.push(pair()),
            "var-file" => inputs.var_files.push(rest.into()),
            other => panic!("{other} is not an input"),
        }
    }
    inputs
}

fn open(case: &Path) -> Result<Migration, Diagnostics> {
    load(case, &inputs(case))
}

/// Compares with the file beside the case, or writes it.
fn compare(case: &Path, ending: &str, found: &str, wrong: &mut Vec<String>) {
    let expected = case.with_extension(ending);
    let case = case.display();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(&expected, found).expect("writable");
    }
    match fs::read_to_string(&expected) {
        Ok(text) if text == found => {}
        Ok(text) => wrong.push(format!(
            "--- {case}, expected:\n{text}\n--- found:\n{found}"
        )),
        Err(_) => wrong.push(format!(
            "--- {case} has no .{ending} beside it; found:\n{found}"
        )),
    }
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let mut wrong = Vec::new();
    let cases = cases("errors");
    assert!(cases.len() >= 60, "only {} cases", cases.len());
    for case in cases {
        match open(&case) {
            Err(found) => compare(&case, "stderr", &found.render(WIDTH), &mut wrong),
            Ok(_) => wrong.push(format!("--- {} has no mistake", case.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The codes in the section of `docs/errors.md` on the specification.
fn documented_codes() -> BTreeSet<String> {
    let text = fs::read_to_string("docs/errors.md").expect("readable");
    let section = text.split("\n## ").nth(1).expect("the first section");
    let codes = section.split("**`").skip(1);
    codes
        .filter_map(|rest| Some(rest.split_once('`')?.0.to_owned()))
        .collect()
}

#[test]
fn every_documented_mistake_has_a_case() {
    let mut shown = BTreeSet::new();
    for case in cases("errors") {
        let found = open(&case).expect_err("a mistake");
        shown.extend(found.iter().map(|one| one.code.to_owned()));
    }
    let mut documented = documented_codes();
    assert!(documented.len() > 25, "{documented:?}");
    // a mistake of ours, that nobody can write
    documented.remove("cutover::resolve::internal");
    let missing: Vec<_> = documented.difference(&shown).collect();
    assert!(
        missing.is_empty(),
        "no case under tests/spec/errors: {missing:?}"
    );
    let unknown: Vec<_> = shown.difference(&documented).collect();
    assert!(unknown.is_empty(), "not in docs/errors.md: {unknown:?}");
}

#[test]
fn no_two_cases_show_the_same_mistake() {
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for case in cases("errors") {
        let found = open(&case).expect_err("a mistake");
        let told: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.code, one.message))
            .collect();
        if let Some(other) = seen.insert(told.join("\n"), case.clone()) {
            panic!("{} is {} again", case.display(), other.display());
        }
    }
}

#[test]
fn every_code_and_help_line_is_there() {
    for case in cases("errors") {
        let found = open(&case).expect_err("a mistake");
        for one in found.iter() {
            assert!(
                one.code.starts_with("cutover::"),
                "{}: {}",
                case.display(),
                one.code
            );
            assert!(one.help.is_some(), "{}: no help: {one}", case.display());
            let first = one.message.chars().next().expect("a message");
            assert!(!first.is_uppercase(), "{}: {one}", case.display());
        }
    }
}

#[test]
fn every_valid_case_resolves_as_written_beside_it() {
    let mut wrong = Vec::new();
    for case in cases("valid") {
        let text = match open(&case) {
            Ok(migration) => resolved(&migration),
            Err(found) => format!("NOT VALID\n{}", found.render(WIDTH)),
        };
        compare(&case, "resolved", &text, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a case means: the specification with all its defaults, what is not supported, warnings.
fn resolved(migration: &Migration) -> String {
    let mut text = migration.to_hcl().to_owned();
    text.push_str("\n# not supported yet\n");
    for one in migration.unsupported() {
        let line = format!(
            "# {} {} ({})
",
            one.setting, one.value, one.place
        );
        text.push_str(&line);
    }
    text.push_str("\n# warnings\n");
    text.push_str(&migration.warnings().render(WIDTH));
    text
}

#[test]
fn what_is_printed_means_the_same_and_prints_the_same() {
    for case in cases("valid") {
        let Ok(first) = open(&case) else {
            panic!("{} is not valid", case.display());
        };
        let folder = std::env::temp_dir().join(format!("cutover-spec-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("writable");
        let file = folder.join("printed.hcl");
        // The printed text is valid as it is, but for the secrets that it must not show, and the
        // files that it names.
        let text = first.to_hcl().replace("defaults_", "# defaults_");
        let text = text.replace("url    = \"(secret)\"", "url = \"https://x\"");
        fs::write(&file, text).expect("writable");
        let again = load(&file, &Inputs::default());
        let again =
            again.unwrap_or_else(|found| panic!("{}\n{}", found.render(WIDTH), first.to_hcl()));
        let text = first
            .to_hcl()
            .lines()
            .filter(|line| !line.contains("defaults_"));
        let printed = again.to_hcl().lines();
        let words = |line: &str| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert!(text.map(words).eq(printed.map(words)), "{}", case.display());
        fs::remove_dir_all(&folder).expect("removable");
    }
}

#[test]
fn no_secret_is_printed_hashed_or_debugged() {
    for case in cases("valid").into_iter().chain(cases("errors")) {
        let text = match open(&case) {
            Ok(migration) => format!("{migration:?}\n{}", resolved(&migration)),
            Err(found) => format!("{found:?}\n{found}\n{}", found.render(WIDTH)),
        };
        assert!(
            !text.contains("hunter2"),
            "{} shows a secret:\n{text}",
            case.display()
        );
    }
}
