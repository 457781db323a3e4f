//! Every HCL sample that is printed or shipped.
//!
//! A sample with a `migration` block is a whole specification. Any other is a part: the blocks
//! that it lacks are added around it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use cutover::resolve::{Inputs, load};

/// What a part of a specification is completed with, where it does not have it itself.
const FRAME: &[(&str, &str)] = &[
    (
        "migration",
        "migration \"sample\" {\n  phases = [\"schema\", \"full\"]\n}\n",
    ),
    (
        "source",
        "source {\n  host = \"10.0.0.5\"\n  user = \"migrator\"\n}\n",
    ),
    (
        "destination",
        "destination {\n  host = \"10.0.0.9\"\n  user = \"migrator\"\n}\n",
    ),
    ("objects", "objects {\n  database \"shop\" {}\n}\n"),
];

/// Files below `folder` whose names end so, in order.
pub fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

/// The texts between "```hcl" and "```", each with the number of its first line.
fn fenced(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut sample: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match (&mut sample, line.trim()) {
            (None, "```hcl") => sample = Some((number + 1, String::new())),
            (Some(_), "```") => found.extend(sample.take()),
            (Some((_, body)), _) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, _) => {}
        }
    }
    assert!(sample.is_none(), "a sample without an end");
    found
}

/// What the samples take from outside, in the environment of whoever runs them.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("PASSWORD", "x"),
    ("SOURCE_PASSWORD", "x"),
    ("DESTINATION_PASSWORD", "x"),
    ("CUTOVER_VAR_password", "x"),
    ("CUTOVER_VAR_source_host", "10.0.0.5"),
    ("CUTOVER_VAR_source_port", "3306"),
    ("CUTOVER_VAR_destination_host", "10.0.0.9"),
    ("CUTOVER_VAR_destination_port", "3306"),
    ("CUTOVER_VAR_stage", "staging"),
    ("CUTOVER_VAR_shard", "07"),
];

fn inputs() -> Inputs {
    let pairs = ENVIRONMENT.iter();
    Inputs {
        environment: pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Inputs::default()
    }
}

fn mistakes(path: &Path) -> Option<String> {
    let found = load(path, &inputs()).err()?;
    Some(found.render(100))
}

fn completed(sample: &str) -> String {
    let has = |block: &str| {
        sample
            .lines()
            .any(|line| line.split(' ').next() == Some(block))
    };
    let missing = FRAME.iter().filter(|(block, _)| !has(block));
    missing.fold(sample.to_owned(), |text, (_, block)| {
        format!("{text}\n{block}")
    })
}

#[test]
fn every_sample_in_a_text_is_a_valid_specification() {
    let mut texts = vec![
        PathBuf::from("README.md"),
        "CONTRIBUTING.md".into(),
        "state/README.md".into(),
    ];
    files(Path::new("docs"), ".md", &mut texts);
    files(Path::new("examples"), ".md", &mut texts);
    let folder = std::env::temp_dir().join(format!("cutover-samples-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("writable");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in texts {
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for (line, sample) in fenced(&text) {
            count += 1;
            let whole = completed(&sample);
            let path = folder.join("sample.hcl");
            fs::write(&path, &whole).expect("writable");
            if let Some(mistakes) = mistakes(&path) {
                wrong.push(format!("{}, line {line}:\n{mistakes}", file.display()));
            }
        }
    }
    fs::remove_dir_all(&folder).expect("removable");
    assert!(count > 0, "no samples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_is_a_valid_specification() {
    let mut folders: Vec<PathBuf> = fs::read_dir("examples")
        .expect("examples are there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    folders.sort();
    for folder in folders {
        if let Some(mistakes) = mistakes(&folder) {
            panic!("{}:\n{mistakes}", folder.display());
        }
    }
}

#[test]
fn every_sample_is_laid_out_as_fmt_does() {
    let mut texts = vec![PathBuf::from("README.md"), "CONTRIBUTING.md".into()];
    files(Path::new("docs"), ".md", &mut texts);
    files(Path::new("examples"), ".md", &mut texts);
    files(Path::new("state"), ".md", &mut texts);
    let mut samples = Vec::new();
    for file in texts {
        let text = fs::read_to_string(&file).expect("readable");
        for (line, sample) in fenced(&text) {
            samples.push((format!("{}, line {line}", file.display()), sample));
        }
    }
    let mut whole = vec![PathBuf::from("src/cli/commands/starter.hcl")];
    files(Path::new("examples"), ".hcl", &mut whole);
    for file in whole {
        let text = fs::read_to_string(&file).expect("readable");
        samples.push((file.display().to_string(), text));
    }
    let mut wrong = Vec::new();
    for (place, sample) in samples {
        match cutover::spec::format::format(&place, &sample) {
            Ok(formatted) if formatted == sample => {}
            Ok(formatted) => wrong.push(format!("{place}, should be:\n{formatted}")),
            Err(found) => wrong.push(found.render(100)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
