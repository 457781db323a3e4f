//! What servers and people have named, as a terminal may get it: a character that would steer it,
//! or turn the direction of writing, is shown instead (`\u001b`), in the form that JSON and HCL
//! read back.

use std::{borrow::Cow, fmt::Write as _};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::events::ProgressEvent;

/// Line ends of every kind, terminal codes, and what turns the direction of writing.
pub fn breaks_text(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn hidden(c: char) -> bool {
    breaks_text(c) && c != '\n' && c != '\t'
}

/// Text that is not ours, with nothing in it that a terminal would obey.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\r' => out.push_str("\\r"),
            c if hidden(c) => {
                // all of them have four digits at most
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// As `Look::paint` and miette write it between `ESC [` and `m`.
fn is_colour(code: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    code.split(';').all(digits)
}

/// What is about to be printed, of which colours alone are obeyed, where there is colour. What
/// comes from servers is [`visible`] or [`readable`] before it is coloured.
pub fn printed(text: &str, color: bool) -> Cow<'_, str> {
    if !text.contains(hidden) || !color {
        return visible(text);
    }
    let mut out = String::new();
    for (index, part) in text.split('\u{1b}').enumerate() {
        let code = part.strip_prefix('[').and_then(|rest| rest.split_once('m'));
        match code {
            Some((code, rest)) if index > 0 && is_colour(code) => {
                let _ = write!(out, "\u{1b}[{code}m{}", visible(rest));
            }
            Some(_) | None if index > 0 => {
                let _ = write!(out, "\\u001b{}", visible(part));
            }
            Some(_) | None => out.push_str(&visible(part)),
        }
    }
    Cow::Owned(out)
}

/// A model of which every text is [`visible`] and every name on one line, before colours come in.
pub fn readable<T: Clone + Serialize + DeserializeOwned>(model: &T) -> Cow<'_, T> {
    let shown = || {
        let text = serde_json::to_string(model).ok()?;
        // JSON writes line ends and tabs in a form of their own
        let steers = ["\\u00", "\\r"].iter().any(|mark| text.contains(mark));
        if !steers && !text.contains(hidden) && !has_name_of_lines(&text) {
            return None;
        }
        let mut value = serde_json::from_str(&text).ok()?;
        show(&mut value, "");
        serde_json::from_value(value).ok()
    };
    shown().map_or(Cow::Borrowed(model), Cow::Owned)
}

/// Where a name stands, which has one line however it was made.
const NAMES: [&str; 7] = [
    "name",
    "database",
    "table",
    "column",
    "key",
    "source",
    "destination",
];

fn has_name_of_lines(json: &str) -> bool {
    NAMES.iter().any(|field| {
        let start = format!("\"{field}\":\"");
        json.split(&start).skip(1).any(|value| {
            let mut escaped = false;
            let end = value.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            value[..end.unwrap_or(value.len())].contains("\\n")
        })
    })
}

fn show(value: &mut Value, field: &str) {
    match value {
        Value::String(text) => {
            *text = visible(text).into_owned();
            if NAMES.contains(&field) {
                *text = text.replace('\n', "\\n");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| show(item, field)),
        Value::Object(fields) => {
            let shown = std::mem::take(fields).into_iter().map(|(name, mut value)| {
                show(&mut value, &name);
                (visible(&name).into_owned(), value)
            });
            *fields = shown.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An event of which every text is [`visible`].
pub fn event(mut event: ProgressEvent) -> ProgressEvent {
    let show = |text: &mut String| {
        if let Cow::Owned(shown) = visible(text) {
            *text = shown;
        }
    };
    match &mut event {
        ProgressEvent::TableStarted { table, .. }
        | ProgressEvent::RowsCopied { table, .. }
        | ProgressEvent::TableFinished { table, .. } => show(table),
        ProgressEvent::StepStarted { step, object }
        | ProgressEvent::StepFinished { step, object } => {
            show(step);
            show(object);
        }
        ProgressEvent::Notice { message } | ProgressEvent::Warning { message } => show(message),
        ProgressEvent::PhaseStarted { .. }
        | ProgressEvent::PhaseFinished { .. }
        | ProgressEvent::Streamed { .. }
        | ProgressEvent::Lagging(_)
        | ProgressEvent::LeftOut { .. } => {}
    }
    event
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ui::{Look, Paint};

    const HOSTILE: &str = "a\u{1b}[2J\u{1b}[31mb\u{9b}1m\u{7}\r\u{202e}\u{0}é\t\n";
    const SHOWN: &str = "a\\u001b[2J\\u001b[31mb\\u009b1m\\u0007\\r\\u202e\\u0000é\t\n";

    #[test]
    fn what_steers_a_terminal_is_shown_and_json_reads_it_back() {
        assert_eq!(visible(HOSTILE), SHOWN);
        let json = serde_json::to_string(HOSTILE).expect("JSON");
        let back: String = serde_json::from_str(&printed(&json, false)).expect("JSON");
        assert_eq!(back, HOSTILE);
    }

    #[test]
    fn colours_alone_are_obeyed_and_only_where_there_is_colour() {
        let look = Look {
            color: true,
            ..Look::PLAIN
        };
        let painted = look.paint(Paint::Bad, "x\u{1b}[2Jy");
        assert_eq!(printed(&painted, true), "\u{1b}[31mx\\u001b[2Jy\u{1b}[0m");
        assert_eq!(
            printed("\u{1b}]0;title\u{7}", true),
            "\\u001b]0;title\\u0007"
        );
        assert_eq!(
            printed(&painted, false),
            "\\u001b[31mx\\u001b[2Jy\\u001b[0m"
        );
    }

    #[test]
    fn a_model_is_made_readable_where_it_is_not() {
        let plain = vec!["one two".to_owned()];
        assert!(matches!(readable(&plain), Cow::Borrowed(_)));
        let hostile = vec![HOSTILE.to_owned()];
        assert_eq!(*readable(&hostile), [SHOWN]);
        let named = |name: &str| BTreeMap::from([("name".to_owned(), name.to_owned())]);
        assert_eq!(*readable(&named("a\nb")), named("a\\nb"));
    }
}
