//! `docs/checks.md`: one table with everything that is looked at, and who says it.

use std::{collections::BTreeSet, fs, path::Path};

use crate::samples::files;

fn ours() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(Path::new("src/prechecks"), ".rs", &mut paths);
    let mut ids = BTreeSet::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("readable");
        for rest in text.split("id: \"").skip(1) {
            ids.extend(rest.split('"').next().map(str::to_owned));
        }
    }
    ids
}

/// What stands in backticks in the second column of the table.
fn named() -> BTreeSet<String> {
    let text = fs::read_to_string("docs/checks.md").expect("readable");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| row.split_once(" | "))
        .flat_map(|(_, said)| said.split('`').skip(1).step_by(2).map(str::to_owned))
        .collect()
}

#[test]
fn every_check_is_in_the_table_of_all_that_is_looked_at() {
    let (ours, named) = (ours(), named());
    assert!(ours.len() > 150, "only {} found", ours.len());
    let missing: Vec<_> = ours.difference(&named).collect();
    assert!(missing.is_empty(), "docs/checks.md lacks {missing:#?}");
}

#[test]
fn what_the_table_names_is_there() {
    let errors = fs::read_to_string("docs/errors.md").expect("readable");
    let unknown: Vec<String> = named()
        .into_iter()
        .filter(|name| name.starts_with("cutover::"))
        .filter(|code| !errors.contains(&format!("**`{code}`**")))
        .collect();
    assert!(unknown.is_empty(), "no such error: {unknown:#?}");
    let text = fs::read_to_string("docs/checks.md").expect("readable");
    let empty: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| **"))
        .filter(|line| line.ends_with("| |"))
        .collect();
    assert!(empty.is_empty(), "nobody says it: {empty:#?}");
}
