//! How often a block or attribute occurs: what is missing, what is there twice.

use super::Decoder;
use crate::spec::diagnostic::Diagnostic;
use crate::spec::language::{Absent, Attribute, Block, Kind, Occurs, Text};
use crate::spec::section::Section;
use crate::spec::setting::Item;

/// What a block is called in messages: `objects.database "shop"`.
pub fn called(parent: &str, block: &Block, label: Option<&Item>) -> String {
    let name = block.name;
    match label {
        Some(label) => format!("{parent}{name} \"{}\"", label.text),
        None => format!("{parent}{name}"),
    }
}

impl Decoder<'_> {
    /// Puts a block into its parent, unless there is one already that it repeats.
    pub(super) fn place_in(&mut self, parent: &mut Section, section: Section, called: &str) {
        let repeats = |other: &&Section| {
            other.block.name == section.block.name
                && match section.block.occurs {
                    Occurs::Required | Occurs::Default | Occurs::Optional => true,
                    Occurs::Many | Occurs::Some => other.label() == section.label(),
                    Occurs::Ordered => false,
                }
        };
        let Some(first) = parent.sections.iter().find(repeats) else {
            parent.sections.push(section);
            return;
        };
        if let (Some(here), Some(there)) = (&section.header, &first.header) {
            let elsewhere = if here.source.name() == there.source.name() {
                String::new()
            } else {
                format!(" (first in {there})")
            };
            let message = format!("the block `{called}` is there twice{elsewhere}");
            let found = Diagnostic::error("cutover::spec::duplicate_block", message)
                .at(here, "again here")
                .related(there, "first here");
            self.found.push(found.help("merge both into one"));
        }
    }

    /// Reports required attributes and blocks that are not there.
    pub(super) fn missing(&mut self, section: &Section, name: &str) {
        for attribute in section.block.attributes {
            if attribute.value == Absent::Required && !section.has(attribute.name) {
                let key = attribute.name;
                let message = format!("`{name}` has no `{key}`");
                let found = Diagnostic::error("cutover::spec::missing_attribute", message);
                let found = found.help(format!("add {}", example(attribute)));
                self.found
                    .push(at_header(found, section, &format!("`{key}` is missing")));
            }
        }
        for block in section.block.blocks {
            let needed = match block.occurs {
                Occurs::Required | Occurs::Some => true,
                Occurs::Default | Occurs::Optional | Occurs::Many | Occurs::Ordered => false,
            };
            if needed && section.section(block.name).is_none() {
                let header = match block.label {
                    Some(label) => format!("{} \"{}\"", block.name, label.what.to_uppercase()),
                    None => block.name.to_owned(),
                };
                let message = if name.is_empty() {
                    format!("the specification has no block `{}`", block.name)
                } else {
                    format!("`{name}` has no block `{}`", block.name)
                };
                let found = Diagnostic::error("cutover::spec::missing_block", message)
                    .help(format!("add `{header} {{ ... }}`: {}", block.about));
                self.found.push(at_header(
                    found,
                    section,
                    &format!("`{}` is missing", block.name),
                ));
            }
        }
    }
}

fn at_header(found: Diagnostic, section: &Section, label: &str) -> Diagnostic {
    match &section.header {
        Some(header) => found.at(header, label),
        None => found,
    }
}

/// How the attribute may be written.
fn example(attribute: &Attribute) -> String {
    let name = attribute.name;
    let value = if attribute.kind == Kind::Text(Text::TimeOfDay) {
        "\"22:00\""
    } else if attribute.kind.is_secret() {
        "env(\"...\")"
    } else {
        "\"...\""
    };
    format!("`{name} = {value}`: {}", attribute.about)
}
