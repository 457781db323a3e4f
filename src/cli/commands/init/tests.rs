use std::collections::BTreeMap;

use super::*;
use crate::{
    resolve,
    spec::Inputs,
    ui::{look::reflow, stream::notice, widths::at_every_width},
};

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

#[test]
fn its_answer_fits() {
    let folder = Path::new("migrations/orders-and-customers-of-shard-07");
    let (file, ignore) = (folder.join("main.hcl"), folder.join(".gitignore"));
    insta::assert_snapshot!(at_every_width(|look| {
        let answers = [
            wrote(&file, Some(&ignore)),
            wrote(Path::new("main.hcl"), None),
        ];
        let notices = [
            next(folder, &file, false),
            next(folder, &file, true),
            next(Path::new("."), Path::new("main.hcl"), false),
        ];
        let mut text: String = answers.iter().map(|text| reflow(text, look)).collect();
        for one in notices
            .iter()
            .chain([&format!("warning: {}", left(&ignore))])
        {
            text = text + &notice(one, look) + "\n";
        }
        text
    }));
}
