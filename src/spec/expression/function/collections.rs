//! Functions over lists and maps.

use std::collections::BTreeMap;

use super::super::Scope;
use super::{Outcome, Wrong, expected, list, map};
use crate::spec::value::{Form, Number, Value};

pub fn concat(arguments: &[Value], _: &Scope) -> Outcome {
    let mut items = Vec::new();
    for argument in arguments {
        items.extend_from_slice(list(argument)?);
    }
    Ok(Value::new(Form::List(items)))
}

pub fn contains(arguments: &[Value], _: &Scope) -> Outcome {
    let found = list(&arguments[0])?.contains(&arguments[1]);
    Ok(Value::new(Form::Bool(found)))
}

pub fn length(arguments: &[Value], _: &Scope) -> Outcome {
    match &arguments[0].form {
        Form::Text(text) => Ok(whole(text.chars().count())),
        Form::List(items) => Ok(whole(items.len())),
        Form::Map(items) => Ok(whole(items.len())),
        Form::Null | Form::Bool(_) | Form::Number(_) => {
            Err(expected("a list, a map or a string", &arguments[0]))
        }
    }
}

pub fn keys(arguments: &[Value], _: &Scope) -> Outcome {
    let keys = map(&arguments[0])?.keys().map(Value::text);
    Ok(Value::new(Form::List(keys.collect())))
}

pub fn values(arguments: &[Value], _: &Scope) -> Outcome {
    let values = map(&arguments[0])?.values().cloned();
    Ok(Value::new(Form::List(values.collect())))
}

pub fn merge(arguments: &[Value], _: &Scope) -> Outcome {
    let mut items = BTreeMap::new();
    for argument in arguments.iter().filter(|one| !one.is_null()) {
        items.extend(map(argument)?.clone());
    }
    Ok(Value::new(Form::Map(items)))
}

pub fn coalesce(arguments: &[Value], _: &Scope) -> Outcome {
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

fn whole(number: usize) -> Value {
    let number = i128::try_from(number).unwrap_or(i128::MAX);
    Value::new(Form::Number(Number::Whole(number)))
}
