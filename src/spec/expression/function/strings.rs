//! Functions over text.

use super::super::{Scope, printf};
use super::{Outcome, Wrong, list, text};
use crate::spec::value::{Form, Value};

pub fn lower(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(text(&arguments[0])?.to_lowercase()))
}

pub fn upper(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(text(&arguments[0])?.to_uppercase()))
}

pub fn trimspace(arguments: &[Value], _: &Scope) -> Outcome {
    Ok(Value::text(text(&arguments[0])?.trim()))
}

pub fn format(arguments: &[Value], _: &Scope) -> Outcome {
    let pattern = text(&arguments[0])?;
    Ok(Value::text(printf::format(&pattern, &arguments[1..])?))
}

pub fn join(arguments: &[Value], _: &Scope) -> Outcome {
    let separator = text(&arguments[0])?;
    let items = list(&arguments[1])?.iter().map(text);
    Ok(Value::text(
        items.collect::<Result<Vec<_>, _>>()?.join(&separator),
    ))
}

pub fn split(arguments: &[Value], _: &Scope) -> Outcome {
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

pub fn replace(arguments: &[Value], _: &Scope) -> Outcome {
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
