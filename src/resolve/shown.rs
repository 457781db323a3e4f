//! Settings in words, for a plan to show.

use std::collections::BTreeMap;

use super::migration::Unsupported;
use super::unsupported::{contents, shown};
use crate::spec::language::Engine;
use crate::spec::{Section, default_setting};

/// The blocks whose settings say how a run goes, rather than what is moved.
const BLOCKS: [&str; 9] = [
    "limits",
    "conflicts",
    "schema",
    "incremental",
    "finish",
    "window",
    "verify",
    "notify",
    "metrics",
];

/// What was written in these blocks other than its default and can be done, in the order of the
/// language: without what is `later`, which is told apart.
pub fn settings(root: &Section, later: &[Unsupported]) -> Vec<Unsupported> {
    let mut found = Vec::new();
    for block in BLOCKS {
        for section in root.sections(block) {
            walk(section, "", &mut found);
        }
    }
    found.retain(|one| !later.contains(one));
    found
}

fn walk(section: &Section, outer: &str, found: &mut Vec<Unsupported>) {
    if section.block.engine == Engine::Later {
        return;
    }
    let name = match &section.label {
        Some(label) => format!("{outer}{} \"{}\"", section.block.name, label.text),
        None => format!("{outer}{}", section.block.name),
    };
    if section.label.is_some() {
        found.push(Unsupported {
            setting: name,
            value: contents(section),
            place: shown(section.header.as_ref()),
        });
        return;
    }
    for attribute in section.block.attributes {
        let Some(setting) = section.setting(attribute.name) else {
            continue;
        };
        let value = setting.to_hcl();
        let default = default_setting(attribute).is_some_and(|default| default.to_hcl() == value);
        if attribute.engine == Engine::Here && !default {
            found.push(Unsupported {
                setting: format!("{name}.{}", attribute.name),
                value,
                place: shown(section.place(attribute.name)),
            });
        }
    }
    for inner in &section.sections {
        walk(inner, &format!("{name}."), found);
    }
}

/// Every setting by its name, with its value as HCL; a block by itself with an empty one.
pub fn flat(root: &Section) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    flatten(root, "", &mut found);
    found
}

fn flatten(section: &Section, outer: &str, found: &mut BTreeMap<String, String>) {
    for attribute in section.block.attributes {
        if let Some(setting) = section.setting(attribute.name) {
            found.insert(format!("{outer}{}", attribute.name), setting.to_hcl());
        }
    }
    for inner in &section.sections {
        let label = inner.label.as_ref();
        let label = label.map(|label| format!(" \"{}\"", label.text));
        let name = format!("{outer}{}{}", inner.block.name, label.unwrap_or_default());
        // `rename` blocks may share their label
        let again = (2..).map(|number| format!("{name} ({number})"));
        let mut names = std::iter::once(name.clone()).chain(again);
        let name = names.find(|name| !found.contains_key(name)).unwrap_or(name);
        flatten(inner, &format!("{name}."), found);
        found.insert(name, String::new());
    }
}

/// What the stream replicates, by the completed `objects` block.
pub fn replicated(objects: &Section) -> Vec<String> {
    let mut lines = Vec::new();
    for database in objects.sections("database") {
        let (dml, ddl) = (words(database, "dml"), words(database, "ddl"));
        lines.push(format!(
            "{}: {}; of DDL {}",
            database.label(),
            rows(&dml),
            statements(&ddl)
        ));
        for table in database.sections("table") {
            let mut said = Vec::new();
            if table.has("dml") {
                said.push(rows(&words(table, "dml")));
            }
            if table.has("ddl") {
                said.push(format!("of DDL {}", statements(&words(table, "ddl"))));
            }
            if !said.is_empty() {
                let name = format!("{}.{}", database.label(), table.label());
                lines.push(format!("{name}: {}", said.join("; ")));
            }
        }
    }
    lines
}

fn words(section: &Section, name: &str) -> Vec<String> {
    let items = section.texts(name).unwrap_or_default();
    items.iter().map(|item| item.text.clone()).collect()
}

fn rows(dml: &[String]) -> String {
    if dml.is_empty() {
        "no row changes".to_owned()
    } else {
        format!("replicates {}", dml.join(", "))
    }
}

fn statements(ddl: &[String]) -> String {
    use crate::spec::language::DDL;
    let missing: Vec<&str> = DDL
        .iter()
        .copied()
        .filter(|one| !ddl.iter().any(|word| word == one || word == "*"))
        .collect();
    match (ddl.len(), missing.as_slice()) {
        (0, _) => "nothing".to_owned(),
        (_, []) => "everything".to_owned(),
        (_, missing) if missing.len() <= 5 => format!("all but {}", missing.join(", ")),
        _ => ddl.join(", "),
    }
}
