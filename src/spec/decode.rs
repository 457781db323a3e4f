//! From a parsed file to a [`Section`]: every block and attribute held to the table.

mod occurrence;
pub mod unknown;

use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::structure::{Attribute, Block as Written, BlockLabel, Body, Structure};

use super::check::{Subject, check};
use super::diagnostic::{Diagnostic, Diagnostics, Place, SourceText};
use super::expression::{Evaluator, Scope, Stop};
use super::language::{self, Absent};
use super::section::{Entry, Section};
use super::setting::{Item, Setting};
use super::value::Value;

/// Decodes blocks, and collects what is wrong with them.
pub struct Decoder<'a> {
    pub scope: &'a Scope,
    pub found: &'a mut Diagnostics,
}

/// A body of a file.
#[derive(Clone)]
pub struct Part<'a> {
    pub source: &'a Arc<SourceText>,
    pub body: &'a Body,
    /// Where attributes stand that are there twice, which has been reported.
    pub repeated: &'a [usize],
}

impl Part<'_> {
    /// Whether the attribute repeats another of its block.
    pub fn repeats(&self, attribute: &Attribute) -> bool {
        let span = attribute.key.span().unwrap_or_default();
        self.repeated.contains(&span.start)
    }

    pub fn place(&self, part: &impl Span) -> Place {
        Place {
            source: Arc::clone(self.source),
            span: part.span().unwrap_or_default(),
        }
    }

    /// A block's name and labels.
    pub fn header(&self, block: &Written) -> Place {
        let mut place = self.place(&block.ident);
        if let Some(last) = block.labels.last().and_then(Span::span) {
            place.span.end = last.end;
        }
        place
    }
}

impl Decoder<'_> {
    /// All files of a specification as one. `variable` and `locals` are left to `names`.
    pub fn root(&mut self, parts: &[Part<'_>]) -> Section {
        let mut root = Section::empty(&language::ROOT);
        for part in parts {
            self.body(&mut root, part, "");
        }
        if !self.scope.incomplete {
            self.missing(&root, "");
        }
        root
    }

    /// `name`: what the attributes of this body are called before their own name.
    fn body(&mut self, section: &mut Section, part: &Part<'_>, name: &str) {
        for structure in part.body {
            match structure {
                Structure::Attribute(attribute) => self.attribute(section, part, attribute, name),
                Structure::Block(block) => self.block(section, part, block, name),
            }
        }
    }

    fn attribute(
        &mut self,
        section: &mut Section,
        part: &Part<'_>,
        written: &Attribute,
        name: &str,
    ) {
        let key = written.key.as_str();
        if part.repeats(written) {
            return;
        }
        let known = section.block.attribute(key);
        let Some(attribute) = known.or_else(|| self.meant_attribute(section, part, written, name))
        else {
            return;
        };
        let place = part.place(&written.value);
        let full = format!("`{name}{}`", attribute.name);
        let mut evaluator = Evaluator::new(self.scope, place.span.clone());
        let setting = match evaluator.evaluate(&written.value) {
            Ok(value) if value.is_null() => return,
            Ok(value) => {
                let subject = Subject {
                    name: &full,
                    place: &place,
                    written: Some(&written.value),
                };
                self.kept(check(&subject, attribute.kind, &value))
            }
            Err(stop) => self.stopped(stop, part.source),
        };
        let entry = Entry {
            place: Some(place),
            setting,
        };
        section.entries.insert(attribute.name, entry);
    }

    /// Reports a name that is not known, and reads the attribute as what was probably meant, so
    /// that nothing seems to be missing.
    fn meant_attribute(
        &mut self,
        section: &Section,
        part: &Part<'_>,
        written: &Attribute,
        name: &str,
    ) -> Option<&'static language::Attribute> {
        let key = written.key.as_str();
        let place = part.place(&written.key);
        self.found
            .push(unknown::attribute(section.block, name, key, &place));
        unknown::meant_attribute(section.block, key)
            .filter(|meant| !part.body.has_attribute(meant.name))
    }

    /// The same for a block.
    fn meant_block(
        &mut self,
        parent: &Section,
        part: &Part<'_>,
        written: &Written,
        name: &str,
    ) -> Option<&'static language::Block> {
        let word = written.ident.as_str();
        let place = part.header(written);
        self.found
            .push(unknown::block(parent.block, name, word, &place));
        unknown::meant_block(parent.block, word).filter(|meant| !part.body.has_blocks(meant.name))
    }

    fn kept<T>(&mut self, result: Result<T, Box<Diagnostic>>) -> Option<T> {
        result.map_err(|wrong| self.found.push(*wrong)).ok()
    }

    fn stopped<T>(&mut self, stop: Stop, source: &Arc<SourceText>) -> Option<T> {
        if let Some(found) = diagnose(stop, source) {
            self.found.push(found);
        }
        None
    }

    fn block(&mut self, parent: &mut Section, part: &Part<'_>, written: &Written, name: &str) {
        let word = written.ident.as_str();
        let root = parent.block.name.is_empty();
        if root && (word == "variable" || word == "locals") {
            return;
        }
        let known = parent.block.block(word);
        let Some(block) = known.or_else(|| self.meant_block(parent, part, written, name)) else {
            return;
        };
        let mut section = Section::empty(block);
        section.header = Some(part.header(written));
        self.label(&mut section, part, written);
        let inner = occurrence::called(name, block, section.label.as_ref());
        let body = Part {
            source: part.source,
            body: &written.body,
            repeated: part.repeated,
        };
        self.body(&mut section, &body, &format!("{inner}."));
        self.missing(&section, &inner);
        self.place_in(parent, section, &inner);
    }

    fn label(&mut self, section: &mut Section, part: &Part<'_>, written: &Written) {
        let block = section.block;
        match (block.label, written.labels.as_slice()) {
            (None, []) => {}
            (None, [first, ..]) => {
                let message = format!("the block `{}` takes no label", block.name);
                let found = Diagnostic::error("cutover::spec::extra_label", message)
                    .at(&label_place(part, first), "one too many");
                self.found
                    .push(found.help(format!("write `{} {{`", block.name)));
            }
            (Some(label), []) => {
                let message = format!("the block `{}` needs a label", block.name);
                let found = Diagnostic::error("cutover::spec::missing_label", message).at(
                    &part.header(written),
                    format!("expected its {}", label.what),
                );
                let example = format!(
                    "write `{} \"{}\" {{`",
                    block.name,
                    label.what.to_uppercase()
                );
                self.found.push(found.help(example));
            }
            (Some(label), [first, others @ ..]) => {
                let place = label_place(part, first);
                let text = first.as_str().to_owned();
                let name = format!("the label of `{}`", block.name);
                let subject = Subject {
                    name: &name,
                    place: &place,
                    written: None,
                };
                let checked = check(&subject, label.kind, &Value::text(&text));
                if let Some(Setting::Pattern(pattern)) = self.kept(checked) {
                    section.pattern = Some(pattern);
                }
                section.label = Some(Item { text, place });
                if let Some(other) = others.first() {
                    let message = format!("the block `{}` takes one label", block.name);
                    let found = Diagnostic::error("cutover::spec::extra_label", message)
                        .at(&label_place(part, other), "one too many");
                    self.found
                        .push(found.help("keep one, and write another block for the other"));
                }
            }
        }
    }
}

fn label_place(part: &Part<'_>, label: &BlockLabel) -> Place {
    part.place(label)
}

/// What an expression's mistake is, at its place; nothing where it has been reported.
pub fn diagnose(stop: Stop, source: &Arc<SourceText>) -> Option<Diagnostic> {
    let Stop::Fault(fault) = stop else {
        return None;
    };
    let place = Place {
        source: Arc::clone(source),
        span: fault.span,
    };
    if source.hides(&place.span) {
        let message = "what stands here without quotes is not defined";
        let found = Diagnostic::error(fault.code, message).at(&place, fault.label);
        return Some(found.help("write it in quotes, or better: env(\"NAME\")"));
    }
    let found = Diagnostic::error(fault.code, fault.message).at(&place, fault.label);
    Some(match fault.help {
        Some(help) => found.help(help),
        None => found,
    })
}

/// A default of the table, as a setting. The table's own test proves that all of them are valid.
pub fn default_setting(attribute: &'static language::Attribute) -> Option<Setting> {
    let Absent::Default(text) = attribute.value else {
        return None;
    };
    let expression = hcl_edit::parser::parse_expr(text).ok()?;
    let scope = Scope::default();
    let value = Evaluator::new(&scope, 0..0).evaluate(&expression).ok()?;
    let place = Place {
        source: Arc::new(SourceText::new(usize::MAX, "default", String::new())),
        span: 0..0,
    };
    let subject = Subject {
        name: attribute.name,
        place: &place,
        written: None,
    };
    check(&subject, attribute.kind, &value).ok()
}

/// The section with every default of the table written into it, in it and below; blocks that are
/// off unless written stay away.
pub fn completed(section: &Section) -> Section {
    let mut complete = section.clone();
    for attribute in section.block.attributes {
        if let Some(setting) = default_setting(attribute) {
            let entry = Entry {
                place: None,
                setting: Some(setting),
            };
            complete.entries.entry(attribute.name).or_insert(entry);
        }
    }
    complete.sections = section.sections.iter().map(completed).collect();
    for block in section.block.blocks {
        let absent = section.section(block.name).is_none();
        if absent && block.occurs == language::Occurs::Default {
            complete.sections.push(completed(&Section::empty(block)));
        }
    }
    complete
}
