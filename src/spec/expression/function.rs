//! The functions of the language.

mod collections;
mod conversions;
mod outside;
mod strings;

use std::collections::BTreeMap;

pub use conversions::json;

use super::Scope;
use crate::spec::value::{Form, STAND_IN, Value};

/// What is wrong with a call.
pub struct Wrong {
    pub message: String,
    pub help: Option<String>,
}

impl Wrong {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

type Outcome = Result<Value, Wrong>;
type Body = fn(&[Value], &Scope) -> Outcome;

/// A function: its name, how it is called, how many arguments it takes, what it does.
pub struct Function {
    name: &'static str,
    usage: &'static str,
    least: usize,
    most: usize,
    taint: Taint,
    body: Body,
}

/// How secrecy passes from the arguments to the result.
#[derive(Clone, Copy, PartialEq)]
enum Taint {
    /// Any secret in any argument makes the whole result secret.
    Deep,
    /// A secret argument does; secrets inside a list or map do not.
    Shallow,
    /// The function decides.
    Own,
}

const ANY: usize = usize::MAX;

const FUNCTIONS: &[Function] = &[
    function(
        "base64decode",
        "base64decode(text)",
        1,
        1,
        Taint::Deep,
        conversions::base64decode,
    ),
    function(
        "coalesce",
        "coalesce(value, ...)",
        1,
        ANY,
        Taint::Own,
        collections::coalesce,
    ),
    function(
        "concat",
        "concat(list, ...)",
        1,
        ANY,
        Taint::Shallow,
        collections::concat,
    ),
    function(
        "contains",
        "contains(list, value)",
        2,
        2,
        Taint::Deep,
        collections::contains,
    ),
    function(
        "env",
        "env(name) or env(name, default)",
        1,
        2,
        Taint::Own,
        outside::env,
    ),
    function("file", "file(path)", 1, 1, Taint::Deep, outside::file),
    function(
        "format",
        "format(text, value, ...)",
        1,
        ANY,
        Taint::Deep,
        strings::format,
    ),
    function(
        "join",
        "join(separator, list)",
        2,
        2,
        Taint::Deep,
        strings::join,
    ),
    function(
        "jsonencode",
        "jsonencode(value)",
        1,
        1,
        Taint::Deep,
        conversions::jsonencode,
    ),
    function("keys", "keys(map)", 1, 1, Taint::Shallow, collections::keys),
    function(
        "length",
        "length(list, map or text)",
        1,
        1,
        Taint::Shallow,
        collections::length,
    ),
    function("lower", "lower(text)", 1, 1, Taint::Deep, strings::lower),
    function(
        "merge",
        "merge(map, ...)",
        1,
        ANY,
        Taint::Shallow,
        collections::merge,
    ),
    function(
        "nonsensitive",
        "nonsensitive(value)",
        1,
        1,
        Taint::Own,
        conversions::nonsensitive,
    ),
    function(
        "replace",
        "replace(text, part, with)",
        3,
        3,
        Taint::Deep,
        strings::replace,
    ),
    function(
        "split",
        "split(separator, text)",
        2,
        2,
        Taint::Deep,
        strings::split,
    ),
    function(
        "tonumber",
        "tonumber(value)",
        1,
        1,
        Taint::Deep,
        conversions::tonumber,
    ),
    function(
        "tostring",
        "tostring(value)",
        1,
        1,
        Taint::Deep,
        conversions::tostring,
    ),
    function(
        "trimspace",
        "trimspace(text)",
        1,
        1,
        Taint::Deep,
        strings::trimspace,
    ),
    function("upper", "upper(text)", 1, 1, Taint::Deep, strings::upper),
    function(
        "values",
        "values(map)",
        1,
        1,
        Taint::Shallow,
        collections::values,
    ),
];

const fn function(
    name: &'static str,
    usage: &'static str,
    least: usize,
    most: usize,
    taint: Taint,
    body: Body,
) -> Function {
    Function {
        name,
        usage,
        least,
        most,
        taint,
        body,
    }
}

pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|one| one.name == name)
}

pub fn names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|one| one.name).collect()
}

impl Function {
    pub fn call(&self, arguments: &[Value], scope: &Scope) -> Outcome {
        if arguments.len() < self.least || arguments.len() > self.most {
            let message = match arguments.len() {
                0 => "it is called without arguments".to_owned(),
                1 => "it is called with one argument".to_owned(),
                count => format!("it is called with {count} arguments"),
            };
            return Err(Wrong::new(message).help(format!("write {}", self.usage)));
        }
        // what a function makes of it does not matter, unless it may then be seen
        if self.taint == Taint::Deep
            && let Some(unset) = arguments.iter().find(|one| one.is_stood_in())
        {
            return Ok(Value::text(STAND_IN).tainted(unset.any_secret()));
        }
        let value = (self.body)(arguments, scope).map_err(|wrong| Wrong {
            help: wrong.help.or_else(|| Some(format!("write {}", self.usage))),
            message: wrong.message,
        })?;
        let secret = match self.taint {
            Taint::Deep => arguments.iter().find_map(Value::any_secret),
            Taint::Shallow => arguments.iter().find_map(|one| one.secret.as_ref()),
            Taint::Own => None,
        };
        Ok(value.tainted(secret))
    }
}

fn text(value: &Value) -> Result<String, Wrong> {
    value.as_text().ok_or_else(|| expected("a string", value))
}

fn list(value: &Value) -> Result<&[Value], Wrong> {
    match &value.form {
        Form::List(items) => Ok(items),
        Form::Null | Form::Bool(_) | Form::Number(_) | Form::Text(_) | Form::Map(_) => {
            Err(expected("a list", value))
        }
    }
}

fn map(value: &Value) -> Result<&BTreeMap<String, Value>, Wrong> {
    match &value.form {
        Form::Map(items) => Ok(items),
        Form::Null | Form::Bool(_) | Form::Number(_) | Form::Text(_) | Form::List(_) => {
            Err(expected("a map", value))
        }
    }
}

fn expected(what: &str, found: &Value) -> Wrong {
    Wrong::new(format!("expected {what}, found {}", found.kind()))
}
