//! Settings: values that have been checked against the table, each with its place.

use std::collections::BTreeMap;
use std::time::Duration;

use super::diagnostic::Place;
use super::pattern::Pattern;
use super::secret::Secret;
use crate::units::{Bytes, format_duration};

/// The value of an attribute, of the kind that the table asks for.
#[derive(Clone, Debug)]
pub enum Setting {
    Text(String),
    Bool(bool),
    Number(u64),
    Duration(Duration),
    Size(Bytes),
    Texts(Vec<Item>),
    Pattern(Pattern),
    Patterns(Vec<(Pattern, Place)>),
    Tags(BTreeMap<String, String>),
    Secret(Secret),
    Secrets(Vec<Secret>),
}

/// One text of a list, or a label.
#[derive(Clone, Debug)]
pub struct Item {
    pub text: String,
    pub place: Place,
}

impl Setting {
    /// As HCL, secrets masked; the same setting gives the same text.
    pub fn to_hcl(&self) -> String {
        match self {
            Self::Text(text) => quote(text),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Duration(value) => quote(&format_duration(*value)),
            Self::Size(value) => quote(&value.to_string()),
            Self::Texts(items) => list(items.iter().map(|item| item.text.as_str())),
            Self::Pattern(pattern) => quote(pattern.as_str()),
            Self::Patterns(patterns) => list(patterns.iter().map(|(one, _)| one.as_str())),
            Self::Tags(tags) => {
                let pairs = tags
                    .iter()
                    .map(|(name, value)| format!("{} = {}", key(name), quote(value)));
                match pairs.collect::<Vec<_>>().as_slice() {
                    [] => "{}".to_owned(),
                    pairs => format!("{{ {} }}", pairs.join(", ")),
                }
            }
            Self::Secret(secret) => quote(&secret.to_string()),
            Self::Secrets(secrets) => {
                let first = secrets.first().map(Secret::to_string);
                list(first.iter().map(String::as_str))
            }
        }
    }
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = texts.map(quote).collect();
    format!("[{}]", quoted.join(", "))
}

/// A key of a map: bare where it may be.
fn key(name: &str) -> String {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let bare = name.starts_with(start) && name.chars().all(|c| start(c) || c.is_ascii_digit());
    if bare { name.to_owned() } else { quote(name) }
}

/// A string of HCL that evaluates to `text`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([c, c]),
            c if c.is_control() => quoted.push_str(&escape(c)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A control character, all of which have four digits at most.
fn escape(c: char) -> String {
    format!("\\u{:04X}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_evaluates_to_itself() {
        assert_eq!(quote("a\"b\\c\n"), "\"a\\\"b\\\\c\\n\"");
        assert_eq!(quote("${x} %{y} $1"), "\"$${x} %%{y} $1\"");
        assert_eq!(quote("\u{1}"), "\"\\u0001\"");
    }
}
