//! A block as it was written, checked against the table.

use std::collections::BTreeMap;
use std::time::Duration;

use super::diagnostic::Place;
use super::language::Block;
use super::pattern::Pattern;
use super::secret::Secret;
use super::setting::{Item, Setting};
use crate::units::Bytes;

/// A block of the specification, or the whole of it (then without header and label).
#[derive(Clone, Debug)]
pub struct Section {
    pub block: &'static Block,
    /// Its name and label; absent for the whole, and for blocks that defaults made.
    pub header: Option<Place>,
    pub label: Option<Item>,
    /// The label, where it is a pattern.
    pub pattern: Option<Pattern>,
    pub entries: BTreeMap<&'static str, Entry>,
    pub sections: Vec<Section>,
}

/// An attribute as it was written, or as a default makes it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where its value stands; absent for defaults.
    pub place: Option<Place>,
    /// Absent when it was wrong, which has been reported.
    pub setting: Option<Setting>,
}

impl Section {
    pub fn empty(block: &'static Block) -> Self {
        Self {
            block,
            header: None,
            label: None,
            pattern: None,
            entries: BTreeMap::new(),
            sections: Vec::new(),
        }
    }

    /// The first block of this name in it.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections(name).next()
    }

    /// All blocks of this name in it, in order.
    pub fn sections(&self, name: &str) -> impl Iterator<Item = &Section> {
        let name = name.to_owned();
        self.sections
            .iter()
            .filter(move |one| one.block.name == name)
    }

    /// Whether the attribute was written, even if wrongly, or has a default.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The label's text, empty where there is none.
    pub fn label(&self) -> &str {
        self.label.as_ref().map_or("", |label| label.text.as_str())
    }

    /// Where the attribute's value stands, or else the block.
    pub fn place(&self, name: &str) -> Option<&Place> {
        let entry = self
            .entries
            .get(name)
            .and_then(|entry| entry.place.as_ref());
        entry.or(self.header.as_ref())
    }

    pub fn setting(&self, name: &str) -> Option<&Setting> {
        debug_assert!(
            self.block.attribute(name).is_some(),
            "`{}` has no attribute `{name}`",
            self.block.name
        );
        self.entries.get(name)?.setting.as_ref()
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        let Setting::Text(text) = self.setting(name)? else {
            return None;
        };
        Some(text)
    }

    pub fn bool(&self, name: &str) -> Option<bool> {
        let Setting::Bool(value) = self.setting(name)? else {
            return None;
        };
        Some(*value)
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        let Setting::Number(value) = self.setting(name)? else {
            return None;
        };
        Some(*value)
    }

    pub fn duration(&self, name: &str) -> Option<Duration> {
        let Setting::Duration(value) = self.setting(name)? else {
            return None;
        };
        Some(*value)
    }

    pub fn size(&self, name: &str) -> Option<Bytes> {
        let Setting::Size(value) = self.setting(name)? else {
            return None;
        };
        Some(*value)
    }

    pub fn texts(&self, name: &str) -> Option<&[Item]> {
        let Setting::Texts(items) = self.setting(name)? else {
            return None;
        };
        Some(items)
    }

    pub fn pattern(&self, name: &str) -> Option<&Pattern> {
        let Setting::Pattern(pattern) = self.setting(name)? else {
            return None;
        };
        Some(pattern)
    }

    pub fn patterns(&self, name: &str) -> Option<&[(Pattern, Place)]> {
        let Setting::Patterns(patterns) = self.setting(name)? else {
            return None;
        };
        Some(patterns)
    }

    pub fn tags(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        let Setting::Tags(tags) = self.setting(name)? else {
            return None;
        };
        Some(tags)
    }

    pub fn secret(&self, name: &str) -> Option<&Secret> {
        let Setting::Secret(secret) = self.setting(name)? else {
            return None;
        };
        Some(secret)
    }

    pub fn secrets(&self, name: &str) -> Option<&[Secret]> {
        let Setting::Secrets(secrets) = self.setting(name)? else {
            return None;
        };
        Some(secrets)
    }
}
