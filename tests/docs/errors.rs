//! Every code that the program can print, and every check, is explained in `docs/errors.md`, and
//! nothing else is.

use std::{collections::BTreeSet, fs, path::Path};

use crate::samples::files;

/// The sources, without tests.
fn sources(folder: &str) -> Vec<String> {
    let mut paths = Vec::new();
    files(Path::new(folder), ".rs", &mut paths);
    let texts = paths.iter().filter(|path| !path.ends_with("tests.rs"));
    texts
        .map(|path| {
            let text = fs::read_to_string(path).expect("readable");
            let end = text.find("#[cfg(test)]").unwrap_or(text.len());
            text[..end].to_owned()
        })
        .collect()
}

/// What stands behind each `start`, as far as it is a word of a code.
fn behind(text: &str, start: &str) -> Vec<String> {
    let word = |rest: &str| {
        rest.chars()
            .take_while(|one| {
                one.is_ascii_lowercase() || one.is_ascii_digit() || "_:".contains(*one)
            })
            .collect()
    };
    text.split(start).skip(1).map(word).collect()
}

fn explained() -> BTreeSet<String> {
    let text = fs::read_to_string("docs/errors.md").expect("readable");
    behind(&text, "**`").into_iter().collect()
}

fn printed() -> BTreeSet<String> {
    let mut found: BTreeSet<String> = ["\"cutover::", "code(cutover::"]
        .iter()
        .flat_map(|start| {
            sources("src")
                .into_iter()
                .flat_map(|text| behind(&text, start))
        })
        .filter(|rest| rest.contains("::"))
        .map(|rest| format!("cutover::{rest}"))
        .collect();
    for text in sources("src/prechecks") {
        found.extend(behind(&text, "id: \""));
    }
    // not in the tables: the acknowledgements themselves are looked at
    found.insert("acknowledgement_unused".to_owned());
    found
}

#[test]
fn every_code_and_every_check_is_explained_and_no_other() {
    let (explained, printed) = (explained(), printed());
    assert!(printed.len() > 100, "only {} found", printed.len());
    let missing: Vec<_> = printed.difference(&explained).collect();
    let unknown: Vec<_> = explained.difference(&printed).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "docs/errors.md lacks {missing:#?}\nand has what nothing prints: {unknown:#?}"
    );
}
