use std::collections::BTreeMap;

use super::*;
use crate::{resolve, spec::Inputs};

#[test]
fn the_starter_is_a_valid_specification() {
    let folder = std::env::temp_dir().join(format!("cutover-{}-starter", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("main.hcl");
    fs::write(&file, STARTER).expect("written");
    let password = |name: &str| (name.to_owned(), "secret".to_owned());
    let inputs = Inputs {
        environment: BTreeMap::from([
            password("SOURCE_PASSWORD"),
            password("DESTINATION_PASSWORD"),
        ]),
        ..Inputs::default()
    };
    let loaded = resolve::load(&folder, &inputs);
    fs::remove_dir_all(&folder).expect("removed");
    let migration = loaded.expect("valid");
    assert!(migration.warnings().is_empty());
    assert!(migration.unsupported().is_empty());
    assert_eq!(migration.name(), "shop");
}

/// What is commented out is valid too once the comment signs are gone.
#[test]
fn every_suggestion_in_the_starter_is_valid() {
    let folder = std::env::temp_dir().join(format!("cutover-{}-suggested", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let mut code = false;
    let lines: Vec<_> = STARTER
        .lines()
        .map(|line| {
            let bare = line
                .trim_start()
                .strip_prefix('#')
                .map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest));
            // A suggestion begins with a line that opens a block, and ends with a blank one.
            let suggested = line.trim_start().starts_with('#');
            code = suggested && (code || bare.ends_with('{'));
            if code { bare } else { line }
        })
        .collect();
    fs::write(folder.join("main.hcl"), lines.join("\n")).expect("written");
    let password = |name: &str| (name.to_owned(), "secret".to_owned());
    let inputs = Inputs {
        environment: BTreeMap::from([
            password("SOURCE_PASSWORD"),
            password("DESTINATION_PASSWORD"),
        ]),
        ..Inputs::default()
    };
    let loaded = resolve::load(&folder, &inputs);
    fs::remove_dir_all(&folder).expect("removed");
    let migration = loaded.expect("valid");
    assert!(migration.unsupported().is_empty());
    assert_eq!(migration.prechecks().acknowledgements.len(), 1);
}

#[test]
fn the_starter_reads_well() {
    insta::assert_snapshot!(STARTER);
}
