//! Values of variables from outside: the environment, values files, the command line.

use std::collections::BTreeMap;

use hcl_edit::parser::parse_expr;
use hcl_edit::structure::Structure;

use super::{Declared, VariableKind};
use crate::spec::decode::{Part, diagnose};
use crate::spec::diagnostic::{Diagnostic, Diagnostics};
use crate::spec::expression::{Evaluator, Known, Scope, Stop};
use crate::spec::inputs::Inputs;
use crate::spec::nearest::nearest;
use crate::spec::value::Value;

type Names = BTreeMap<String, Declared>;
type Given = BTreeMap<String, Known>;

/// `CUTOVER_VAR_<name>`, for declared names; other variables of that form are none of ours.
pub fn from_environment(declared: &Names, inputs: &Inputs, found: &mut Diagnostics) -> Given {
    let mut given = Given::new();
    for (name, one) in declared {
        if let Some(text) = inputs.environment.get(&format!("CUTOVER_VAR_{name}")) {
            let origin = format!("CUTOVER_VAR_{name}");
            given.insert(name.clone(), from_text(one, name, text, &origin, found));
        }
    }
    given
}

/// `--var name=value`.
pub fn from_command_line(
    declared: &Names,
    inputs: &Inputs,
    incomplete: bool,
    given: &mut Given,
    found: &mut Diagnostics,
) {
    for (name, text) in &inputs.vars {
        let Some(one) = declared.get(name) else {
            if !incomplete {
                let message = format!("--var {name}: there is no variable `{name}`");
                let wrong = Diagnostic::error("cutover::spec::undeclared_variable", message);
                found.push(wrong.help(remedy(declared, name)));
            }
            continue;
        };
        let value = from_text(one, name, text, &format!("--var {name}"), found);
        given.insert(name.clone(), value);
    }
}

/// A file of `name = value` lines. What it gives for names that nobody declared is a warning, as
/// one file may serve several migrations.
pub fn from_file(
    declared: &Names,
    part: &Part<'_>,
    scope: &Scope,
    given: &mut Given,
    found: &mut Diagnostics,
) {
    for structure in part.body {
        let attribute = match structure {
            Structure::Attribute(attribute) if part.repeats(attribute) => continue,
            Structure::Attribute(attribute) => attribute,
            Structure::Block(block) => {
                let message = "a values file holds `name = value` lines, no blocks";
                let wrong = Diagnostic::error("cutover::spec::unknown_block", message)
                    .at(&part.header(block), "a block");
                found.push(wrong.help("move it to a file that does not end in .vars.hcl"));
                continue;
            }
        };
        let name = attribute.key.as_str();
        let Some(one) = declared.get(name) else {
            if !scope.incomplete {
                let message = format!("there is no variable `{name}`");
                let wrong = Diagnostic::warning("cutover::spec::undeclared_variable", message)
                    .at(&part.place(&attribute.key), "not declared");
                found.push(wrong.help(remedy(declared, name)));
            }
            continue;
        };
        let place = part.place(&attribute.value);
        let known = match Evaluator::new(scope, place.span.clone()).evaluate(&attribute.value) {
            Ok(value) => match one.fitted(value) {
                Ok(value) => Known::Value(value),
                Err(reason) => {
                    let message = format!("the variable `{name}` {reason}");
                    let wrong = Diagnostic::error("cutover::spec::variable_value", message);
                    found.push(
                        wrong
                            .at(&place, "here")
                            .help(format!("its type stands in {}", one.place)),
                    );
                    Known::Wrong
                }
            },
            Err(stop) => {
                if let Some(wrong) = diagnose(stop, part.source) {
                    found.push(wrong);
                }
                Known::Wrong
            }
        };
        given.insert(name.to_owned(), known);
    }
}

fn remedy(declared: &Names, name: &str) -> String {
    match nearest(name, declared.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it: variable \"{name}\" {{ type = string }}"),
    }
}

/// Text from outside the files: itself for a string, an expression for a list or a map.
fn from_text(
    declared: &Declared,
    name: &str,
    text: &str,
    origin: &str,
    found: &mut Diagnostics,
) -> Known {
    let value = match declared.kind {
        Some(VariableKind::List | VariableKind::Map) => parse(text, declared.sensitive),
        Some(VariableKind::String | VariableKind::Number | VariableKind::Bool) | None => {
            Ok(Value::text(text))
        }
    };
    match value.and_then(|value| declared.fitted(value)) {
        Ok(value) => Known::Value(value),
        Err(reason) => {
            let message = format!("the value of the variable `{name}`, from {origin}, {reason}");
            let wrong = Diagnostic::error("cutover::spec::variable_value", message);
            let help = match declared.kind {
                Some(VariableKind::List) => "write it as in a file: '[\"a\", \"b\"]'",
                Some(VariableKind::Map) => "write it as in a file: '{ a = \"b\" }'",
                Some(VariableKind::String | VariableKind::Number | VariableKind::Bool) | None => {
                    "change the value, or the variable's type"
                }
            };
            found.push(wrong.help(help));
            Known::Wrong
        }
    }
}

/// What is wrong in a sensitive text is not told: it would repeat a part of it.
fn parse(text: &str, sensitive: bool) -> Result<Value, String> {
    let expression = parse_expr(text).map_err(|_| "is not an expression of HCL".to_owned())?;
    let scope = Scope::default();
    let value = Evaluator::new(&scope, 0..text.len()).evaluate(&expression);
    value.map_err(|stop| match stop {
        Stop::Fault(_) if sensitive => "cannot be evaluated".to_owned(),
        Stop::Fault(fault) => format!("cannot be evaluated: {}", fault.message),
        Stop::Reported => "cannot be evaluated".to_owned(),
    })
}
