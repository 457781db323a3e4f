//! Errors and warnings, as people and programs read them.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, Severity};
use serde_json::{Value, json};

use super::{
    look::{Look, Paint, WIDEST_PROSE, wrap},
    visible::visible,
};

/// The message, where it is, and what to do; with a blank line after it.
pub fn text(diagnostic: &dyn Diagnostic, look: Look) -> String {
    if diagnostic.source_code().is_some() {
        placed(diagnostic, look)
    } else {
        unplaced(diagnostic, look)
    }
}

/// What points into no file: as the other kind, but only broken at spaces, so that a command or a
/// path in it can be copied.
fn unplaced(diagnostic: &dyn Diagnostic, look: Look) -> String {
    let width = usize::from(look.width.min(WIDEST_PROSE));
    let (sign, paint) = match diagnostic.severity().unwrap_or(Severity::Error) {
        Severity::Advice => ("i", Paint::Place),
        Severity::Warning => ("!", Paint::Changed),
        Severity::Error => ("×", Paint::Bad),
    };
    let mut text = String::new();
    if let Some(code) = diagnostic.code() {
        text = format!("{}\n\n", look.paint(paint, &code.to_string()));
    }
    let message = message(&visible(&diagnostic.to_string()), width);
    let message = message.replacen('×', &look.paint(paint, sign), 1);
    text.push_str(&message.replace('│', &look.paint(paint, "│")));
    text.push('\n');
    if let Some(help) = diagnostic.help() {
        for (index, line) in visible(&help.to_string()).lines().enumerate() {
            let lead = if index == 0 { "  help: " } else { "        " };
            let indent = &line[..line.len() - line.trim_start().len()];
            let line = wrap(line, width, &format!("{lead}{indent}"), "        ");
            let line = line.replacen(
                "help:",
                &look.paint(Paint::Place, "help:"),
                usize::from(index == 0),
            );
            text.push_str(&line);
            text.push('\n');
        }
    }
    text.push('\n');
    text
}

/// The sentence, and below it the lines of a list that begin with `- `.
fn message(text: &str, width: usize) -> String {
    let lines = text.lines().enumerate().map(|(index, line)| {
        let lead = if index == 0 { "  × " } else { "  │ " };
        let item = if line.starts_with("- ") {
            "  │   "
        } else {
            "  │ "
        };
        wrap(line, width, lead, item)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What points into a file, with the lines around it.
fn placed(diagnostic: &dyn Diagnostic, look: Look) -> String {
    let theme = if look.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(usize::from(look.width.min(WIDEST_PROSE)))
        .with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, diagnostic).is_err() {
        // A place outside its text: the message still has to be read.
        text = format!("{diagnostic}\n");
    }
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    format!("{}\n\n", lines.join("\n").trim_matches('\n'))
}

/// The same facts as one object: level, code, message, help, causes, and each place.
pub fn json(diagnostic: &dyn Diagnostic) -> Value {
    let level = match diagnostic.severity().unwrap_or(Severity::Error) {
        Severity::Advice => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut causes = Vec::new();
    let mut cause = diagnostic.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    let places: Vec<_> = places(diagnostic);
    json!({
        "level": level,
        "code": diagnostic.code().map(|code| code.to_string()),
        "message": diagnostic.to_string(),
        "help": diagnostic.help().map(|help| help.to_string()),
        "causes": causes,
        "places": places,
    })
}

fn places(diagnostic: &dyn Diagnostic) -> Vec<Value> {
    let (Some(source), Some(labels)) = (diagnostic.source_code(), diagnostic.labels()) else {
        return Vec::new();
    };
    labels
        .filter_map(|label| {
            let read = source.read_span(label.inner(), 0, 0).ok()?;
            Some(json!({
                "file": read.name(),
                "line": read.line() + 1,
                "column": read.column() + 1,
                "label": label.label(),
            }))
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use miette::NamedSource;

    use super::*;

    #[derive(Debug, thiserror::Error, Diagnostic)]
    #[error("unknown attribute `hots` in block `source`")]
    #[diagnostic(code(cutover::spec::unknown_attribute), help("write `host`"))]
    pub(crate) struct Unknown {
        #[source_code]
        text: NamedSource<String>,
        #[label("not an attribute")]
        at: miette::SourceSpan,
    }

    pub(crate) fn unknown() -> Unknown {
        Unknown {
            text: NamedSource::new("shop.hcl", "source {\n  hots = \"a\"\n}\n".to_owned()),
            at: (11, 4).into(),
        }
    }

    #[test]
    fn an_error_shows_its_place_and_what_to_do() {
        insta::assert_snapshot!(text(&unknown(), Look::PLAIN));
    }

    #[derive(Debug, thiserror::Error, Diagnostic)]
    #[error(
        "cannot write /srv/migrations/shop/state/shop.json: No space left on device (os error 28)"
    )]
    #[diagnostic(
        code(cutover::store::write),
        help("free space\nkept: the state before it")
    )]
    pub(crate) struct Full;

    #[test]
    fn an_error_without_a_place_is_broken_at_spaces_only() {
        insta::assert_snapshot!(text(&Full, Look::PLAIN));
    }

    #[test]
    fn a_program_reads_the_same_facts() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&json(&unknown())).expect("JSON"));
    }
}
