//! Functions that change what a value is.

use super::super::Scope;
use super::{Outcome, Wrong, text};
use crate::spec::value::{Form, Number, Value};

pub fn tostring(arguments: &[Value], _: &Scope) -> Outcome {
    if arguments[0].is_null() {
        return Ok(arguments[0].clone());
    }
    Ok(Value::text(text(&arguments[0])?))
}

pub fn tonumber(arguments: &[Value], _: &Scope) -> Outcome {
    if arguments[0].is_null() {
        return Ok(arguments[0].clone());
    }
    let number = arguments[0].as_number();
    let number = number
        .ok_or_else(|| Wrong::new(format!("{} does not read as a number", arguments[0].kind())))?;
    Ok(Value::new(Form::Number(number)))
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all functions")]
pub fn jsonencode(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(json(&arguments[0]).to_string()))
}

pub fn json(value: &Value) -> serde_json::Value {
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

pub fn base64decode(arguments: &[Value], _: &Scope) -> Outcome {
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

pub fn nonsensitive(arguments: &[Value], _: &Scope) -> Outcome {
    if arguments[0].is_stood_in() {
        let origin = arguments[0].any_secret();
        return Err(
            Wrong::new("what may be seen must have a value, and this secret has none").help(
                format!("give {} a value", origin.map_or("it", |origin| origin)),
            ),
        );
    }
    Ok(arguments[0].clone().shown())
}
