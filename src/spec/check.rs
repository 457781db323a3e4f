//! Checks one value against the kind that the table asks for.
//!
//! In: a value, how it was written, and a [`Kind`]. Out: a [`Setting`], or a diagnostic that says
//! what was found and what was expected. Values of secrets are in no message.

mod text;

pub use text::name_fault;

use std::collections::BTreeMap;
use std::time::Duration;

use hcl_edit::Span;
use hcl_edit::expr::Expression;

use super::diagnostic::{Diagnostic, Place};
use super::language::{Kind, List, Range};
use super::secret::Secret;
use super::setting::{Item, Setting};
use super::value::{Form, Number, Value};
use crate::units::{Bytes, UnitError, format_duration, parse_duration};

/// What is being checked.
pub struct Subject<'a> {
    /// As messages call it: `source.port`.
    pub name: &'a str,
    pub place: &'a Place,
    /// How it was written, where it was: a literal must be of the right kind, what is computed is
    /// converted as HCL does.
    pub written: Option<&'a Expression>,
}

type Checked = Result<Setting, Box<Diagnostic>>;

/// Checks a value that is not null.
pub fn check(subject: &Subject<'_>, kind: Kind, value: &Value) -> Checked {
    if let Some(origin) = value.any_secret().filter(|_| !kind.is_secret()) {
        return Err(subject.exposes(origin));
    }
    match kind {
        Kind::Bool => subject.bool(value),
        Kind::Number(range) => subject.number(kind, range, value).map(Setting::Number),
        Kind::Port => {
            let range = Range {
                least: 1,
                most: 65535,
            };
            subject.number(kind, range, value).map(Setting::Number)
        }
        Kind::Workers => subject.workers(value),
        Kind::Tags => subject.tags(value),
        Kind::SecretCommand => subject.secret_command(value),
        Kind::Secret => {
            // A file's last line break is not part of the password in it.
            let text = subject.text(kind, value)?;
            let text = text.strip_suffix('\n').unwrap_or(&text);
            Ok(Setting::Secret(Secret::new(
                text.strip_suffix('\r').unwrap_or(text),
            )))
        }
        Kind::SecretUrl => {
            let text = subject.text(kind, value)?;
            if value.is_stood_in() || text.starts_with("https://") || text.starts_with("http://") {
                return Ok(Setting::Secret(Secret::new(text)));
            }
            let message = format!("{} is not a URL", subject.name);
            Err(subject
                .invalid(message)
                .help("begin it with https:// or http://")
                .into())
        }
        Kind::Duration(range) => subject.duration(range, &subject.text(kind, value)?),
        Kind::Size => subject.size(&subject.text(kind, value)?),
        Kind::List(list) => subject.list(list, value),
        Kind::Text(one) => subject.single(one, &subject.text(kind, value)?),
    }
}

impl Subject<'_> {
    fn error(&self, code: &'static str, message: String, label: String) -> Diagnostic {
        Diagnostic::error(code, message).at(self.place, label)
    }

    fn invalid(&self, message: String) -> Diagnostic {
        self.error("cutover::spec::invalid_value", message, "here".to_owned())
    }

    fn wrong_type(&self, kind: Kind, value: &Value) -> Diagnostic {
        let expected = kind.expected();
        let message = format!("{} is {}, expected {expected}", self.name, value.kind());
        let label = format!("this is {}", value.kind());
        self.error("cutover::spec::wrong_type", message, label)
            .help(format!("write {expected}"))
    }

    fn out_of_range(&self, kind: Kind, found: &str) -> Box<Diagnostic> {
        let message = format!("{} is {found}, expected {}", self.name, kind.expected());
        let label = "out of range".to_owned();
        self.error("cutover::spec::out_of_range", message, label)
            .help("choose one in this range")
            .into()
    }

    fn exposes(&self, origin: &str) -> Box<Diagnostic> {
        let message = format!("{} holds a secret, and would show it", self.name);
        let label = format!("secret because of {origin}");
        self.error("cutover::spec::secret_exposed", message, label)
            .help(format!("if it may be seen, say so: nonsensitive({origin})"))
            .into()
    }

    /// Whether it was written as a plain string, not computed.
    fn is_literal_text(&self) -> bool {
        matches!(self.written, Some(Expression::String(_)))
    }

    fn is_literal_scalar(&self) -> bool {
        matches!(
            self.written,
            Some(Expression::Number(_) | Expression::Bool(_))
        )
    }

    fn bool(&self, value: &Value) -> Checked {
        match value.as_bool() {
            Some(decided) if !self.is_literal_text() => Ok(Setting::Bool(decided)),
            decided => {
                let wrong = self.wrong_type(Kind::Bool, value);
                Err(match decided {
                    Some(decided) => wrong.help(format!("write {decided} without quotes")),
                    None => wrong.help("write true or false"),
                }
                .into())
            }
        }
    }

    fn number(&self, kind: Kind, range: Range, value: &Value) -> Result<u64, Box<Diagnostic>> {
        let Some(number) = value.as_number() else {
            return Err(self.wrong_type(kind, value).into());
        };
        if self.is_literal_text() {
            let help = format!("write {number} without quotes");
            return Err(self.wrong_type(kind, value).help(help).into());
        }
        match number.as_u64() {
            Some(whole) if (range.least..=range.most).contains(&whole) => Ok(whole),
            _ => Err(self.out_of_range(kind, &number.to_string())),
        }
    }

    fn workers(&self, value: &Value) -> Checked {
        if let Form::Text(text) = &value.form {
            if text == "auto" {
                return Ok(Setting::Text(text.clone()));
            }
            if Number::parse(text).is_none() {
                let message = format!("{} cannot be \"{text}\"", self.name);
                let label = format!("expected {}", Kind::Workers.expected());
                let found = self.error("cutover::spec::unknown_word", message, label);
                let help = "write \"auto\", or a number without quotes";
                return Err(found.help(help).into());
            }
        }
        let range = Range {
            least: 1,
            most: 256,
        };
        self.number(Kind::Workers, range, value)
            .map(Setting::Number)
    }

    fn tags(&self, value: &Value) -> Checked {
        let Form::Map(items) = &value.form else {
            let help = "write { change = \"CHG-1042\" }";
            return Err(self.wrong_type(Kind::Tags, value).help(help).into());
        };
        let mut tags = BTreeMap::new();
        for (key, item) in items {
            let Some(text) = item.as_text() else {
                let message = format!("the tag `{key}` is {}, expected a string", item.kind());
                let label = "in this map".to_owned();
                return Err(self
                    .error("cutover::spec::wrong_type", message, label)
                    .into());
            };
            tags.insert(key.clone(), text);
        }
        Ok(Setting::Tags(tags))
    }

    fn secret_command(&self, value: &Value) -> Checked {
        let kind = Kind::SecretCommand;
        let Form::List(items) = &value.form else {
            let help = "write [\"program\", \"argument\"]";
            return Err(self.wrong_type(kind, value).help(help).into());
        };
        let texts: Option<Vec<String>> = items.iter().map(Value::as_text).collect();
        match texts {
            Some(texts) if texts.first().is_some_and(|program| !program.is_empty()) => Ok(
                Setting::Secrets(texts.into_iter().map(Secret::new).collect()),
            ),
            Some(_) => {
                let message = format!("{} names no program", self.name);
                Err(self
                    .invalid(message)
                    .help("write [\"program\", \"argument\"]")
                    .into())
            }
            None => {
                let message = format!("{} holds what is no string", self.name);
                let label = format!("expected {}", kind.expected());
                Err(self
                    .error("cutover::spec::wrong_type", message, label)
                    .into())
            }
        }
    }

    /// Text that is not empty. A number or bool that was written as such is not text.
    fn text(&self, kind: Kind, value: &Value) -> Result<String, Box<Diagnostic>> {
        let Some(text) = value.as_text() else {
            return Err(self.wrong_type(kind, value).into());
        };
        if self.is_literal_scalar() {
            let wrong = self.wrong_type(kind, value);
            return Err(if matches!(kind, Kind::Duration(_)) {
                wrong.help(format!("write it with a unit: \"{text}s\""))
            } else if kind == Kind::Size {
                wrong.help("write it with a unit: \"64KiB\", \"50MiB\"")
            } else if kind.is_secret() {
                wrong.help("write it in quotes")
            } else {
                wrong.help(format!("write it in quotes: \"{text}\""))
            }
            .into());
        }
        if text.is_empty() && kind != Kind::Secret {
            let message = format!("{} is empty, expected {}", self.name, kind.expected());
            let found = self.error("cutover::spec::invalid_value", message, "empty".to_owned());
            let help = match self.written {
                Some(_) => "write one, or leave it out",
                None => "write it between the quotes",
            };
            return Err(found.help(help).into());
        }
        Ok(text)
    }

    fn unit(&self, kind: Kind, text: &str, error: &UnitError) -> Box<Diagnostic> {
        let message = format!("{} cannot be \"{text}\": {error}", self.name);
        let label = format!("expected {}", kind.expected());
        let found = self.error("cutover::spec::invalid_value", message, label);
        let units = if kind == Kind::Size {
            "`B`, `KiB`, `MiB`, `GiB` or `TiB`"
        } else {
            "`ms`, `s`, `m` or `h`"
        };
        let meant = match error {
            UnitError::UnknownUnit(unit) => meant(kind, unit),
            UnitError::NoNumber | UnitError::NoUnit | UnitError::TooLarge => None,
        };
        match meant {
            Some(unit) => found.help(format!("did you mean `{unit}`?")),
            None => found.help(format!("write a whole number and one of {units}")),
        }
        .into()
    }

    fn duration(&self, range: Range, text: &str) -> Checked {
        let kind = Kind::Duration(range);
        let duration = parse_duration(text).map_err(|error| self.unit(kind, text, &error))?;
        let allowed = Duration::from_millis(range.least)..=Duration::from_millis(range.most);
        if allowed.contains(&duration) {
            Ok(Setting::Duration(duration))
        } else {
            Err(self.out_of_range(kind, &format!("\"{}\"", format_duration(duration))))
        }
    }

    fn size(&self, text: &str) -> Checked {
        let size: Bytes = text
            .parse()
            .map_err(|error| self.unit(Kind::Size, text, &error))?;
        if size.0 == 0 {
            let found = self.out_of_range(Kind::Size, &format!("\"{text}\""));
            return Err(found.help("leave it out for no limit").into());
        }
        Ok(Setting::Size(size))
    }

    /// The items of a list, each with its own place where it has one.
    fn items(&self, list: List, value: &Value) -> Result<Vec<Item>, Box<Diagnostic>> {
        let kind = Kind::List(list);
        let Form::List(values) = &value.form else {
            let wrong = self.wrong_type(kind, value);
            return Err(match value.as_text() {
                Some(text) => wrong.help(format!("write it as a list: [\"{text}\"]")),
                None => wrong,
            }
            .into());
        };
        let written: Vec<&Expression> = match self.written {
            Some(Expression::Array(array)) => array.iter().collect(),
            _ => Vec::new(),
        };
        let mut items = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let expression = written.get(index).filter(|_| written.len() == values.len());
            let mut place = self.place.clone();
            if let Some(span) = expression.and_then(|one| one.span()) {
                place.span = span;
            }
            let one = Subject {
                name: self.name,
                place: &place,
                written: expression.copied(),
            };
            let wrong = |what: &str| {
                let message = format!("{} holds {what}, expected {}", self.name, kind.expected());
                one.error("cutover::spec::wrong_type", message, "here".to_owned())
            };
            match value.as_text() {
                Some(text) if text.is_empty() => return Err(wrong("an empty string").into()),
                Some(text) if !one.is_literal_scalar() => items.push(Item { text, place }),
                Some(text) => {
                    let help = format!("write it in quotes: \"{text}\"");
                    return Err(wrong(value.kind()).help(help).into());
                }
                None => return Err(wrong(value.kind()).into()),
            }
        }
        Ok(items)
    }
}

/// The unit that was probably meant, from how it begins: `GB` is `GiB`, `sec` is `s`.
fn meant(kind: Kind, unit: &str) -> Option<&'static str> {
    let starts: &[(&str, &str)] = if kind == Kind::Size {
        &[
            ("k", "KiB"),
            ("m", "MiB"),
            ("g", "GiB"),
            ("t", "TiB"),
            ("b", "B"),
        ]
    } else {
        &[
            ("ms", "ms"),
            ("mil", "ms"),
            ("s", "s"),
            ("m", "m"),
            ("h", "h"),
        ]
    };
    let unit = unit.to_ascii_lowercase();
    let start = starts.iter().find(|(start, _)| unit.starts_with(start));
    start.map(|(_, unit)| *unit)
}
