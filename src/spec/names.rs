//! Variables and locals: declared in the files, given from outside, known to expressions.

mod given;
mod locals;

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block as Written, Structure};

use super::decode::{Part, diagnose, unknown};
use super::diagnostic::{Diagnostic, Diagnostics, Place};
use super::expression::{Evaluator, Known, Scope};
use super::inputs::Inputs;
use super::language::VARIABLE;
use super::mask::is_sensitive;
use super::nearest::nearest;
use super::value::{Form, Value};

pub use locals::define as define_locals;

/// A `variable` block.
struct Declared {
    place: Place,
    kind: Option<VariableKind>,
    sensitive: bool,
    default: Default,
}

enum Default {
    Absent,
    Value(Value),
    /// Wrong, which has been reported.
    Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VariableKind {
    String,
    Number,
    Bool,
    List,
    Map,
}

const KINDS: [(&str, VariableKind); 5] = [
    ("string", VariableKind::String),
    ("number", VariableKind::Number),
    ("bool", VariableKind::Bool),
    ("list", VariableKind::List),
    ("map", VariableKind::Map),
];

/// The names of the variables that the files declare sensitive, before anything is evaluated.
pub fn sensitive<'a>(
    bodies: impl Iterator<Item = &'a hcl_edit::structure::Body>,
) -> BTreeSet<String> {
    let blocks = bodies.flat_map(|body| body.get_blocks("variable"));
    let names = blocks.filter(|block| is_sensitive(block));
    names
        .filter_map(|block| Some(block.labels.first()?.as_str().to_owned()))
        .collect()
}

/// Reads the declarations in `parts` and what is given in `files` (in order of precedence) and
/// `inputs`; every declared variable is then in the scope.
pub fn define_variables(
    parts: &[Part<'_>],
    files: &[Part<'_>],
    inputs: &Inputs,
    scope: &mut Scope,
    found: &mut Diagnostics,
) {
    let declared = declarations(parts, scope, found);
    let mut given = given::from_environment(&declared, inputs, found);
    for part in files {
        given::from_file(&declared, part, scope, &mut given, found);
    }
    given::from_command_line(&declared, inputs, scope.incomplete, &mut given, found);
    for (name, declared) in declared {
        let known = match (given.remove(&name), declared.default) {
            (Some(known), _) => known,
            (None, Default::Value(value)) => Known::Value(value),
            (None, Default::Wrong) => Known::Wrong,
            (None, Default::Absent) => {
                let stands_in =
                    declared.sensitive && declared.kind.is_none_or(VariableKind::is_text);
                if let Some(value) = stands_in
                    .then(|| scope.stand_in(&format!("var.{name}").into()))
                    .flatten()
                {
                    scope.variables.insert(name, Known::Value(value));
                    continue;
                }
                let message = format!("the variable `{name}` has no value");
                let help = format!(
                    "give it one: --var {name}=..., CUTOVER_VAR_{name}, a values file, or a default"
                );
                let diagnostic =
                    Diagnostic::error("cutover::spec::variable_without_value", message);
                found.push(
                    diagnostic
                        .at(&declared.place, "no default, and none given")
                        .help(help),
                );
                Known::Wrong
            }
        };
        let known = match known {
            Known::Value(value) => {
                let origin = declared.sensitive.then(|| format!("var.{name}").into());
                Known::Value(value.tainted(origin.as_ref()))
            }
            Known::Wrong => Known::Wrong,
        };
        scope.variables.insert(name, known);
    }
}

fn declarations(
    parts: &[Part<'_>],
    scope: &Scope,
    found: &mut Diagnostics,
) -> BTreeMap<String, Declared> {
    let mut declared: BTreeMap<String, Declared> = BTreeMap::new();
    for part in parts {
        for block in part.body.get_blocks("variable") {
            let Some(name) = name_of(part, block, found) else {
                continue;
            };
            let one = declaration(part, block, &name, scope, found);
            if let Some(first) = declared.get(&name) {
                let message = format!("the variable `{name}` is declared twice");
                let twice = Diagnostic::error("cutover::spec::duplicate_block", message)
                    .at(&one.place, "again here")
                    .related(&first.place, "first here");
                found.push(twice.help("remove one of them"));
                continue;
            }
            declared.insert(name, one);
        }
    }
    declared
}

fn name_of(part: &Part<'_>, block: &Written, found: &mut Diagnostics) -> Option<String> {
    let header = part.header(block);
    let [label] = block.labels.as_slice() else {
        let message = "a variable has exactly one label, its name";
        let code = if block.labels.is_empty() {
            "cutover::spec::missing_label"
        } else {
            "cutover::spec::extra_label"
        };
        let wrong = Diagnostic::error(code, message).at(&header, "here");
        found.push(wrong.help("write `variable \"name\" { type = string }`"));
        return None;
    };
    let name = label.as_str();
    let start = |c: char| c.is_alphabetic() || c == '_';
    let valid = name.starts_with(start)
        && name
            .chars()
            .all(|c| start(c) || c.is_alphanumeric() || c == '-');
    if !valid {
        let message = format!("`{}` cannot be the name of a variable", name.escape_debug());
        let wrong = Diagnostic::error("cutover::spec::invalid_value", message).at(&header, "here");
        found.push(wrong.help("use letters, digits and `_`, beginning with a letter"));
        return None;
    }
    Some(name.to_owned())
}

fn declaration(
    part: &Part<'_>,
    block: &Written,
    name: &str,
    scope: &Scope,
    found: &mut Diagnostics,
) -> Declared {
    let mut declared = Declared {
        place: part.header(block),
        kind: None,
        sensitive: is_sensitive(block),
        default: Default::Absent,
    };
    let called = format!("variable \"{name}\".");
    let mut default = None;
    for structure in &block.body {
        let attribute = match structure {
            Structure::Attribute(attribute) if part.repeats(attribute) => continue,
            Structure::Attribute(attribute) => attribute,
            Structure::Block(inner) => {
                let place = part.header(inner);
                found.push(unknown::block(
                    &VARIABLE,
                    &called,
                    inner.ident.as_str(),
                    &place,
                ));
                continue;
            }
        };
        let place = part.place(&attribute.value);
        match attribute.key.as_str() {
            "type" => declared.kind = kind(&attribute.value, &place, found),
            "default" => default = Some((&attribute.value, place)),
            "sensitive" => {
                if attribute.value.as_bool().is_none() {
                    let message = format!("`{called}sensitive` is not true or false");
                    let wrong = Diagnostic::error("cutover::spec::wrong_type", message);
                    found.push(wrong.at(&place, "here").help("write true or false"));
                }
            }
            "description" => {
                if attribute.value.as_str().is_none() && !attribute.value.is_heredoc_template() {
                    let message = format!("`{called}description` is not a string");
                    let wrong = Diagnostic::error("cutover::spec::wrong_type", message);
                    found.push(wrong.at(&place, "here").help("write it in quotes"));
                }
            }
            other => {
                let place = part.place(&attribute.key);
                found.push(unknown::attribute(&VARIABLE, &called, other, &place));
            }
        }
    }
    if let Some((expression, place)) = default {
        declared.default = default_value(&declared, name, expression, &place, scope, found);
    }
    declared
}

fn kind(expression: &Expression, place: &Place, found: &mut Diagnostics) -> Option<VariableKind> {
    let word = expression.as_variable().map(hcl_edit::Ident::as_str);
    if let Some((_, kind)) = KINDS.iter().find(|(name, _)| Some(*name) == word) {
        return Some(*kind);
    }
    let message = "the type of a variable is not known";
    let wrong = Diagnostic::error("cutover::spec::variable_type", message)
        .at(place, "expected string, number, bool, list or map");
    let written = word.or(expression.as_str()).unwrap_or_default();
    found.push(match nearest(written, KINDS.map(|(name, _)| name)) {
        Some(near) => wrong.help(format!("write {near}, without quotes")),
        None => wrong.help("write the word without quotes, and nothing inside `list` or `map`"),
    });
    None
}

fn default_value(
    declared: &Declared,
    name: &str,
    expression: &Expression,
    place: &Place,
    scope: &Scope,
    found: &mut Diagnostics,
) -> Default {
    let value = match Evaluator::new(scope, place.span.clone()).evaluate(expression) {
        Ok(value) => value,
        Err(stop) => {
            if let Some(wrong) = diagnose(stop, &place.source) {
                found.push(wrong);
            }
            return Default::Wrong;
        }
    };
    match declared.fitted(value) {
        Ok(value) => Default::Value(value),
        Err(reason) => {
            let message = format!("the default of the variable `{name}` {reason}");
            let wrong = Diagnostic::error("cutover::spec::variable_value", message);
            found.push(
                wrong
                    .at(place, "here")
                    .help("change the default, or the type"),
            );
            Default::Wrong
        }
    }
}

impl Declared {
    /// The value as the variable's type wants it; the reason names kinds, never values.
    fn fitted(&self, value: Value) -> Result<Value, String> {
        let Some(kind) = self.kind.filter(|_| !value.is_null()) else {
            return Ok(value);
        };
        let secret = value.secret.clone();
        let form = match kind {
            VariableKind::String => value.as_text().map(Form::Text),
            VariableKind::Number => value.as_number().map(Form::Number),
            VariableKind::Bool => value.as_bool().map(Form::Bool),
            VariableKind::List => matches!(value.form, Form::List(_)).then(|| value.form.clone()),
            VariableKind::Map => matches!(value.form, Form::Map(_)).then(|| value.form.clone()),
        };
        match form {
            Some(form) => Ok(Value::new(form).tainted(secret.as_ref())),
            None => Err(format!("is {}, expected {}", value.kind(), kind.expected())),
        }
    }
}

impl VariableKind {
    fn is_text(self) -> bool {
        self == Self::String
    }

    fn expected(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }
}
