//! Holds the source tree to the table of layers: a room may name rooms of lower rows, and itself.

#![expect(clippy::expect_used, reason = "a test that cannot read the tree fails")]

use std::{fs, path::Path};

/// From the top to the bottom. A row's rooms may name any room of the rows below.
const ROWS: &[&[&str]] = &[
    &["cli", "fuzz"],
    &["ui"],
    &["engine"],
    &["copy", "replication", "verify", "finish"],
    &["schema"],
    &["ledger"],
    &["rows", "inspect", "store", "report"],
    &["conn"],
    &["plan"],
    &["prechecks"],
    &["resolve"],
    &["spec", "catalog", "state"],
    &["sql", "limits"],
    &[
        "mysql",
        "units",
        "events",
        "clock",
        "failpoint",
        "json_schema",
    ],
];

fn row_of(room: &str) -> Option<usize> {
    ROWS.iter().position(|rooms| rooms.contains(&room))
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The rooms behind every `crate::`, also those of a group in braces.
fn named_rooms(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for behind in text.split("crate::").skip(1) {
        let Some(group) = behind.strip_prefix('{') else {
            rooms.push(word(behind));
            continue;
        };
        let (mut depth, mut item) = (1, String::new());
        for character in group.chars() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && character == ',') {
                rooms.push(word(item.trim()));
                item.clear();
            } else {
                item.push(character);
            }
            if depth == 0 {
                break;
            }
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn every_room_names_only_rooms_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for path in &files {
        let relative = path.strip_prefix(&root).expect("below src");
        let first = relative.components().next().expect("a file").as_os_str();
        let name = first.to_string_lossy().trim_end_matches(".rs").to_owned();
        if name == "lib" || name == "main" {
            continue;
        }
        let Some(own_row) = row_of(&name) else {
            wrong.push(format!(
                "{}: room {name} is in no row of the table",
                relative.display()
            ));
            continue;
        };
        let text = fs::read_to_string(path).expect("readable");
        for named in named_rooms(&text) {
            let allowed = named == name || row_of(&named).is_some_and(|other| other > own_row);
            if !allowed {
                wrong.push(format!("{} names crate::{named}", relative.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the layers:\n{}",
        wrong.join("\n")
    );
    assert!(files.len() > 5, "the walk found too little");
}
