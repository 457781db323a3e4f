//! The functions of the language.

use std::collections::BTreeMap;

use super::{Scope, origin, printf};
use crate::spec::files::reason;
use crate::spec::value::{Form, Number, Value};

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
        base64decode,
    ),
    function(
        "coalesce",
        "coalesce(value, ...)",
        1,
        ANY,
        Taint::Own,
        coalesce,
    ),
    function(
        "concat",
        "concat(list, ...)",
        1,
        ANY,
        Taint::Shallow,
        concat,
    ),
    function(
        "contains",
        "contains(list, value)",
        2,
        2,
        Taint::Deep,
        contains,
    ),
    function(
        "env",
        "env(name) or env(name, default)",
        1,
        2,
        Taint::Own,
        env,
    ),
    function("file", "file(path)", 1, 1, Taint::Deep, file),
    function(
        "format",
        "format(text, value, ...)",
        1,
        ANY,
        Taint::Deep,
        format,
    ),
    function("join", "join(separator, list)", 2, 2, Taint::Deep, join),
    function(
        "jsonencode",
        "jsonencode(value)",
        1,
        1,
        Taint::Deep,
        jsonencode,
    ),
    function("keys", "keys(map)", 1, 1, Taint::Shallow, keys),
    function(
        "length",
        "length(list, map or text)",
        1,
        1,
        Taint::Shallow,
        length,
    ),
    function("lower", "lower(text)", 1, 1, Taint::Deep, lower),
    function("merge", "merge(map, ...)", 1, ANY, Taint::Shallow, merge),
    function(
        "nonsensitive",
        "nonsensitive(value)",
        1,
        1,
        Taint::Own,
        nonsensitive,
    ),
    function(
        "replace",
        "replace(text, part, with)",
        3,
        3,
        Taint::Deep,
        replace,
    ),
    function("split", "split(separator, text)", 2, 2, Taint::Deep, split),
    function("tonumber", "tonumber(value)", 1, 1, Taint::Deep, tonumber),
    function("tostring", "tostring(value)", 1, 1, Taint::Deep, tostring),
    function("trimspace", "trimspace(text)", 1, 1, Taint::Deep, trimspace),
    function("upper", "upper(text)", 1, 1, Taint::Deep, upper),
    function("values", "values(map)", 1, 1, Taint::Shallow, values),
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

fn whole(number: usize) -> Value {
    let number = i128::try_from(number).unwrap_or(i128::MAX);
    Value::new(Form::Number(Number::Whole(number)))
}

/// A secret that is used as a name would be seen in every word about it.
fn open_name(value: &Value) -> Result<String, Wrong> {
    let name = text(value)?;
    match &value.secret {
        None => Ok(name),
        Some(origin) => Err(Wrong::new("a secret is used as a name")
            .help(format!("if it may be seen, say so: nonsensitive({origin})"))),
    }
}

fn env(arguments: &[Value], scope: &Scope) -> Outcome {
    let name = open_name(&arguments[0])?;
    let origin = origin(format!("env(\"{name}\")"));
    if let Some(value) = scope.environment.get(&name) {
        return Ok(Value::text(value).tainted(Some(&origin)));
    }
    match arguments.get(1) {
        Some(default) => Ok(default.clone().tainted(Some(&origin))),
        None => Err(
            Wrong::new(format!("the environment variable {name} is not set")).help(format!(
                "set it (export {name}=...), or give a default: env(\"{name}\", \"...\")"
            )),
        ),
    }
}

fn file(arguments: &[Value], scope: &Scope) -> Outcome {
    const LARGEST: u64 = 1 << 20;
    let name = open_name(&arguments[0])?;
    let path = scope.path(&name);
    let wrong = |reason: String| {
        Wrong::new(format!(
            "the file {} cannot be read: {reason}",
            path.display()
        ))
        .help("paths are relative to the folder of the specification")
    };
    let metadata = std::fs::metadata(&path).map_err(|error| wrong(reason(&error)))?;
    if !metadata.is_file() {
        return Err(wrong("it is not a file".to_owned()));
    }
    if metadata.len() > LARGEST {
        return Err(wrong("it is larger than 1 MiB".to_owned()));
    }
    let bytes = std::fs::read(&path).map_err(|error| wrong(reason(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    Ok(Value::text(text))
}

fn lower(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(text(&arguments[0])?.to_lowercase()))
}

fn upper(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(text(&arguments[0])?.to_uppercase()))
}

fn trimspace(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(text(&arguments[0])?.trim()))
}

fn format(arguments: &[Value], _: &Scope) -> Outcome {
    let pattern = text(&arguments[0])?;
    Ok(Value::text(printf::format(&pattern, &arguments[1..])?))
}

fn join(arguments: &[Value], _: &Scope) -> Outcome {
    let separator = text(&arguments[0])?;
    let items = list(&arguments[1])?.iter().map(text);
    Ok(Value::text(
        items.collect::<Result<Vec<_>, _>>()?.join(&separator),
    ))
}

fn split(arguments: &[Value], _: &Scope) -> Outcome {
    let (separator, whole) = (text(&arguments[0])?, text(&arguments[1])?);
    let parts: Vec<Value> = if whole.is_empty() {
        Vec::new()
    } else if separator.is_empty() {
        whole.chars().map(Value::text).collect()
    } else {
        whole.split(&separator).map(Value::text).collect()
    };
    Ok(Value::new(Form::List(parts)))
}

fn replace(arguments: &[Value], _: &Scope) -> Outcome {
    const LONGEST: usize = 1 << 24;
    let (whole, part, with) = (
        text(&arguments[0])?,
        text(&arguments[1])?,
        text(&arguments[2])?,
    );
    let body = part
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    if whole.len().saturating_mul(with.len().max(1)) > LONGEST {
        return Err(Wrong::new("the result could be larger than 16 MiB"));
    }
    match body.filter(|body| !body.is_empty()) {
        None => Ok(Value::text(whole.replace(&part, &with))),
        Some(body) => {
            let regex = regex::Regex::new(body)
                .map_err(|_| Wrong::new("the regular expression cannot be read"))?;
            Ok(Value::text(regex.replace_all(&whole, with.as_str())))
        }
    }
}

fn concat(arguments: &[Value], _: &Scope) -> Outcome {
    let mut items = Vec::new();
    for argument in arguments {
        items.extend_from_slice(list(argument)?);
    }
    Ok(Value::new(Form::List(items)))
}

fn contains(arguments: &[Value], _: &Scope) -> Outcome {
    let found = list(&arguments[0])?.contains(&arguments[1]);
    Ok(Value::new(Form::Bool(found)))
}

fn length(arguments: &[Value], _: &Scope) -> Outcome {
    match &arguments[0].form {
        Form::Text(text) => Ok(whole(text.chars().count())),
        Form::List(items) => Ok(whole(items.len())),
        Form::Map(items) => Ok(whole(items.len())),
        Form::Null | Form::Bool(_) | Form::Number(_) => {
            Err(expected("a list, a map or a string", &arguments[0]))
        }
    }
}

fn keys(arguments: &[Value], _: &Scope) -> Outcome {
    let keys = map(&arguments[0])?.keys().map(Value::text);
    Ok(Value::new(Form::List(keys.collect())))
}

fn values(arguments: &[Value], _: &Scope) -> Outcome {
    let values = map(&arguments[0])?.values().cloned();
    Ok(Value::new(Form::List(values.collect())))
}

fn merge(arguments: &[Value], _: &Scope) -> Outcome {
    let mut items = BTreeMap::new();
    for argument in arguments.iter().filter(|one| !one.is_null()) {
        items.extend(map(argument)?.clone());
    }
    Ok(Value::new(Form::Map(items)))
}

fn coalesce(arguments: &[Value], _: &Scope) -> Outcome {
    let empty = |one: &Value| matches!(&one.form, Form::Text(text) if text.is_empty());
    let first = arguments.iter().find(|one| !one.is_null() && !empty(one));
    let first = first.ok_or_else(|| Wrong::new("all values are null or empty"))?;
    // Which one was chosen tells about those before it.
    let before = arguments
        .iter()
        .take_while(|one| one.is_null() || empty(one));
    let secret = { before }.find_map(|one| one.secret.as_ref());
    Ok(first.clone().tainted(secret))
}

fn tostring(arguments: &[Value], _: &Scope) -> Outcome {
    if arguments[0].is_null() {
        return Ok(arguments[0].clone());
    }
    Ok(Value::text(text(&arguments[0])?))
}

fn tonumber(arguments: &[Value], _: &Scope) -> Outcome {
    if arguments[0].is_null() {
        return Ok(arguments[0].clone());
    }
    let number = arguments[0].as_number();
    let number = number
        .ok_or_else(|| Wrong::new(format!("{} does not read as a number", arguments[0].kind())))?;
    Ok(Value::new(Form::Number(number)))
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all functions")]
fn nonsensitive(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(arguments[0].clone().shown())
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all functions")]
fn jsonencode(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(json(&arguments[0]).to_string()))
}

pub(super) fn json(value: &Value) -> serde_json::Value {
    match &value.form {
        Form::Null => serde_json::Value::Null,
        Form::Bool(value) => (*value).into(),
        Form::Number(Number::Whole(whole)) => {
            match (u64::try_from(*whole), i64::try_from(*whole)) {
                (Ok(number), _) => number.into(),
                (_, Ok(number)) => number.into(),
                _ => Number::Whole(*whole).as_f64().into(),
            }
        }
        Form::Number(Number::Double(double)) => (*double).into(),
        Form::Text(text) => text.as_str().into(),
        Form::List(items) => items.iter().map(json).collect(),
        Form::Map(items) => {
            let items = items.iter().map(|(key, value)| (key.clone(), json(value)));
            serde_json::Value::Object(items.collect())
        }
    }
}

fn base64decode(arguments: &[Value], _: &Scope) -> Outcome {
    let bytes = decode_base64(&text(&arguments[0])?);
    let bytes = bytes.ok_or_else(|| Wrong::new("the text is not base64"))?;
    let text = String::from_utf8(bytes);
    text.map(Value::text)
        .map_err(|_| Wrong::new("the decoded text is not UTF-8"))
}

/// RFC 4648, section 4, with padding.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if padding > 2 || !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let missing = 4 - group.len();
        bits <<= 6 * missing;
        let [_, whole @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(whole.get(..3_usize.checked_sub(missing)?)?);
    }
    Some(bytes)
}
