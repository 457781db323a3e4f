//! Functions that read what is outside the specification.

use super::super::{Scope, origin};
use super::{Outcome, Wrong, text};
use crate::spec::files::reason;
use crate::spec::value::Value;

/// A secret that is used as a name would be seen in every word about it.
fn open_name(value: &Value) -> Result<String, Wrong> {
    let name = text(value)?;
    match &value.secret {
        None => Ok(name),
        Some(origin) => Err(Wrong::new("a secret is used as a name")
            .help(format!("if it may be seen, say so: nonsensitive({origin})"))),
    }
}

pub fn env(arguments: &[Value], scope: &Scope) -> Outcome {
    let name = open_name(&arguments[0])?;
    let origin = origin(format!("env(\"{name}\")"));
    if let Some(value) = scope.environment.get(&name) {
        return Ok(Value::text(value).tainted(Some(&origin)));
    }
    if let Some(default) = arguments.get(1) {
        return Ok(default.clone().tainted(Some(&origin)));
    }
    match scope.stand_in(&origin) {
        Some(value) => Ok(value),
        None => Err(
            Wrong::new(format!("the environment variable {name} is not set")).help(format!(
                "set it (export {name}=...), or give a default: env(\"{name}\", \"...\")"
            )),
        ),
    }
}

pub fn file(arguments: &[Value], scope: &Scope) -> Outcome {
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
