//! Settings whose engine comes later.

use super::migration::Unsupported;
use crate::spec::language::Engine;
use crate::spec::{Place, Section, default_setting};

/// What was written beyond what `apply` can do so far, in the order of the language.
pub fn list(root: &Section) -> Vec<Unsupported> {
    let mut found = Vec::new();
    walk(root, "", &mut found);
    found
}

fn walk(section: &Section, name: &str, found: &mut Vec<Unsupported>) {
    for attribute in section.block.attributes {
        let entry = section.entries.get(attribute.name);
        let Some(entry) = entry else {
            continue;
        };
        let Some(value) = entry.setting.as_ref().map(crate::spec::Setting::to_hcl) else {
            continue;
        };
        let here = match attribute.engine {
            Engine::Here => true,
            Engine::Later => false,
        };
        if here {
            continue;
        }
        if default_setting(attribute).is_some_and(|default| default.to_hcl() == value) {
            continue;
        }
        found.push(Unsupported {
            setting: format!("{name}{}", attribute.name),
            value,
            place: shown(entry.place.as_ref()),
        });
    }
    for block in section.block.blocks {
        for inner in section.sections(block.name) {
            let called = match &inner.label {
                Some(label) => format!("{name}{} \"{}\"", block.name, label.text),
                None => format!("{name}{}", block.name),
            };
            match block.engine {
                Engine::Here => walk(inner, &format!("{called}."), found),
                Engine::Later => found.push(Unsupported {
                    setting: called,
                    value: contents(inner),
                    place: shown(inner.header.as_ref()),
                }),
            }
        }
    }
}

/// What was written in the block, on one line.
pub(super) fn contents(section: &Section) -> String {
    let attributes = section.block.attributes.iter();
    let written = attributes.filter_map(|attribute| {
        let setting = section.setting(attribute.name)?;
        Some(format!("{} = {}", attribute.name, setting.to_hcl()))
    });
    let written: Vec<_> = written.collect();
    if written.is_empty() {
        return String::new();
    }
    format!("{{ {} }}", written.join(", "))
}

pub(super) fn shown(place: Option<&Place>) -> String {
    place.map(Place::to_string).unwrap_or_default()
}
