//! Values of expressions, each knowing whether it is secret.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Stands for a secret that has no value: no text that anybody writes.
pub const STAND_IN: &str = "\u{fdd0}not set";

/// A value. `Debug` shows no secret.
#[derive(Clone)]
pub struct Value {
    pub form: Form,
    /// What made this value secret, as the user wrote it: `env("PASSWORD")`, `var.password`.
    pub secret: Option<Arc<str>>,
}

#[derive(Clone)]
pub enum Form {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
}

impl Value {
    pub fn new(form: Form) -> Self {
        Self { form, secret: None }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Form::Text(text.into()))
    }

    /// The same, made secret by `origin` unless it is secret already.
    #[must_use]
    pub fn tainted(mut self, origin: Option<&Arc<str>>) -> Self {
        if self.secret.is_none() {
            self.secret = origin.cloned();
        }
        self
    }

    /// What made this value, or any value in it, secret.
    pub fn any_secret(&self) -> Option<&Arc<str>> {
        self.secret.as_ref().or_else(|| match &self.form {
            Form::List(items) => items.iter().find_map(Value::any_secret),
            Form::Map(items) => items.values().find_map(Value::any_secret),
            Form::Null | Form::Bool(_) | Form::Number(_) | Form::Text(_) => None,
        })
    }

    /// Whether this value, or any value in it, is made of a secret that has no value.
    pub fn is_stood_in(&self) -> bool {
        match &self.form {
            Form::Text(text) => text.contains(STAND_IN),
            Form::List(items) => items.iter().any(Value::is_stood_in),
            Form::Map(items) => items.values().any(Value::is_stood_in),
            Form::Null | Form::Bool(_) | Form::Number(_) => false,
        }
    }

    /// The same without any secrecy, as `nonsensitive()` gives it.
    #[must_use]
    pub fn shown(self) -> Self {
        let form = match self.form {
            Form::List(items) => Form::List(items.into_iter().map(Value::shown).collect()),
            Form::Map(items) => {
                let items = items.into_iter().map(|(key, value)| (key, value.shown()));
                Form::Map(items.collect())
            }
            other @ (Form::Null | Form::Bool(_) | Form::Number(_) | Form::Text(_)) => other,
        };
        Self::new(form)
    }

    pub fn is_null(&self) -> bool {
        matches!(self.form, Form::Null)
    }

    /// What kind of value it is, for "found ...".
    pub fn kind(&self) -> &'static str {
        match &self.form {
            Form::Null => "null",
            Form::Bool(_) => "a bool",
            Form::Number(_) => "a number",
            Form::Text(_) => "a string",
            Form::List(_) => "a list",
            Form::Map(_) => "a map",
        }
    }

    /// Text, number or bool as text; `None` for the others.
    pub fn as_text(&self) -> Option<String> {
        match &self.form {
            Form::Text(text) => Some(text.clone()),
            Form::Number(number) => Some(number.to_string()),
            Form::Bool(value) => Some(value.to_string()),
            Form::Null | Form::List(_) | Form::Map(_) => None,
        }
    }

    /// A number, or text that reads as one.
    pub fn as_number(&self) -> Option<Number> {
        match &self.form {
            Form::Number(number) => Some(*number),
            Form::Text(text) => Number::parse(text),
            Form::Null | Form::Bool(_) | Form::List(_) | Form::Map(_) => None,
        }
    }

    /// A bool, or text that reads as one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.form {
            Form::Bool(value) => Some(*value),
            Form::Text(text) => text.parse().ok(),
            Form::Null | Form::Number(_) | Form::List(_) | Form::Map(_) => None,
        }
    }
}

/// Equal values; secrecy does not count.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (&self.form, &other.form) {
            (Form::Null, Form::Null) => true,
            (Form::Bool(a), Form::Bool(b)) => a == b,
            (Form::Number(a), Form::Number(b)) => a.as_f64() == b.as_f64(),
            (Form::Text(a), Form::Text(b)) => a == b,
            (Form::List(a), Form::List(b)) => a == b,
            (Form::Map(a), Form::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret.is_some() {
            return f.write_str("(secret)");
        }
        match &self.form {
            Form::Null => f.write_str("null"),
            Form::Bool(value) => write!(f, "{value}"),
            Form::Number(value) => write!(f, "{value}"),
            Form::Text(value) => write!(f, "{value:?}"),
            Form::List(items) => f.debug_list().entries(items).finish(),
            Form::Map(items) => f.debug_map().entries(items).finish(),
        }
    }
}

/// A number: whole ones exactly, others as doubles, always finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Whole(i128),
    Double(f64),
}

impl Number {
    /// `None` for what is not finite. A double without a fraction becomes whole.
    #[expect(clippy::cast_possible_truncation, reason = "bounded well inside i128")]
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            None
        } else if value.fract() == 0.0 && value.abs() < 1e15 {
            Some(Self::Whole(value as i128))
        } else {
            Some(Self::Double(value))
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text.parse() {
            Ok(whole) => Some(Self::Whole(whole)),
            // Rust also reads `inf`, `nan` and the like.
            Err(_) if text.contains(|c: char| c.is_alphabetic() && c != 'e' && c != 'E') => None,
            Err(_) => text.parse().ok().and_then(Self::from_f64),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only compared and shown, as HCL does"
    )]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Double(value) => value,
        }
    }

    /// A whole number that is not negative.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Whole(value) => u64::try_from(value).ok(),
            Self::Double(_) => None,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value}"),
        }
    }
}
