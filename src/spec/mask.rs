//! Overwrites secrets in a file's text before any diagnostic may show it.
//!
//! What stands in quotes (or as a number) in an attribute that holds a secret, in the default of a
//! sensitive variable, in its value in a values file, and in attributes that nobody knows and that
//! are called like a secret (a slip in the name of one) becomes `*`, byte for byte, so that places
//! stay true. Names given to `env()` and `file()` stay.

use std::collections::BTreeSet;
use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, FuncCall, Traversal};
use hcl_edit::structure::{Block as Written, Body, Structure};
use hcl_edit::template::Element;
use hcl_edit::visit::{Visit, visit_element, visit_expr, visit_func_call};

use super::language::{Block, ROOT};
use super::nearest::nearest;

/// The text of a specification's file, without its secrets.
pub fn specification(text: &str, body: &Body, incomplete: bool) -> String {
    let mut literals = Literals::default();
    walk(text, body, Some(&ROOT), &mut literals);
    let masked = overwrite(text, &literals.0);
    if incomplete { by_line(&masked) } else { masked }
}

/// The text of a values file; `sensitive`: the variables whose values are secret.
pub fn values(text: &str, body: &Body, sensitive: &BTreeSet<String>, incomplete: bool) -> String {
    let mut literals = Literals::default();
    for attribute in body.attributes() {
        if sensitive.contains(attribute.key.as_str()) {
            literals.visit_expr(&attribute.value);
        }
    }
    if incomplete {
        // Which line belongs to which variable is not known.
        return text
            .split_inclusive('\n')
            .map(|line| hide_after(line, line.find('=')))
            .collect();
    }
    overwrite(text, &literals.0)
}

/// Whether a `variable` block says that it is sensitive; in doubt it is.
pub fn is_sensitive(block: &Written) -> bool {
    let said = block.body.get_attribute("sensitive");
    said.is_some_and(|said| said.value.as_bool() != Some(false))
}

fn walk(text: &str, body: &Body, block: Option<&'static Block>, literals: &mut Literals) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                // As it stands in the file: one that is there twice was renamed.
                let key = attribute.key.span().and_then(|span| text.get(span));
                let key = key.unwrap_or_default();
                let known = block.and_then(|block| block.attribute(key));
                if known.map_or_else(|| sounds_secret(key), |known| known.kind.is_secret()) {
                    literals.visit_expr(&attribute.value);
                }
            }
            Structure::Block(written) => match written.ident.as_str() {
                "locals" => {}
                "variable" => {
                    let default = written.body.get_attribute("default");
                    if let Some(default) = default.filter(|_| is_sensitive(written)) {
                        literals.visit_expr(&default.value);
                    }
                }
                word => walk(
                    text,
                    &written.body,
                    block.and_then(|block| block.block(word)),
                    literals,
                ),
            },
        }
    }
}

/// Words in the names of what is usually secret.
const SECRET_WORDS: [&str; 8] = [
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "url",
];

fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let secrets = ["password", "password_command", "secret", "url"];
    SECRET_WORDS.iter().any(|word| name.contains(word)) || nearest(&name, secrets).is_some()
}

/// The spans of literals in expressions.
#[derive(Default)]
struct Literals(Vec<Range<usize>>);

impl Visit for Literals {
    fn visit_expr(&mut self, expression: &Expression) {
        // a word alone is never the name of anything: its quotes were forgotten
        if matches!(
            expression,
            Expression::String(_) | Expression::Number(_) | Expression::Variable(_)
        ) {
            self.0.extend(expression.span());
        } else {
            visit_expr(self, expression);
        }
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        if !traversal.expr.is_variable() {
            self.visit_expr(&traversal.expr);
        }
        for operator in &traversal.operators {
            self.visit_traversal_operator(operator.value());
        }
    }

    fn visit_element(&mut self, element: &Element) {
        match element {
            Element::Literal(literal) => self.0.extend(literal.span()),
            Element::Interpolation(_) | Element::Directive(_) => visit_element(self, element),
        }
    }

    fn visit_func_call(&mut self, call: &FuncCall) {
        match (call.name.name.as_str(), call.args.get(1)) {
            ("env", Some(default)) => self.visit_expr(default),
            ("env" | "file", None) => {}
            _ => visit_func_call(self, call),
        }
    }
}

fn overwrite(text: &str, spans: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        for byte in bytes.get_mut(span.clone()).into_iter().flatten() {
            if !matches!(byte, b'"' | b'\n' | b'\r' | b' ') {
                *byte = b'*';
            }
        }
    }
    // Whole characters were overwritten; were one cut, nothing of the text may be shown.
    String::from_utf8(bytes).unwrap_or_else(|_| " ".repeat(text.len()))
}

/// For text that cannot be parsed: lines that seem to give a secret, and those that go on from
/// them, are overwritten after the first `=`.
fn by_line(text: &str) -> String {
    let mut open = 0_i64;
    let mut heredoc: Option<&str> = None;
    let mut masked = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if let Some(end) = heredoc {
            heredoc = heredoc.filter(|_| line.trim() != end);
            let (body, line_end) = line.split_at(line.trim_end().len());
            masked.push_str(&"*".repeat(body.len()));
            masked.push_str(line_end);
            continue;
        }
        let lower = line.to_ascii_lowercase();
        let secret = SECRET_WORDS
            .iter()
            .chain(&["default"])
            .filter_map(|word| lower.find(word))
            .min()
            .and_then(|start| lower[start..].find('=').map(|equals| start + equals));
        if secret.is_none() && open <= 0 {
            masked.push_str(line);
            continue;
        }
        let count = |brackets: &[char]| i64::try_from(line.matches(brackets).count()).unwrap_or(0);
        open = open.max(0) + count(&['[', '(']) - count(&[']', ')']);
        heredoc = line
            .split_once("<<")
            .map(|(_, word)| word.trim_start_matches('-').trim());
        masked.push_str(&hide_after(line, secret.or(Some(0))));
    }
    masked
}

/// The line with what is in quotes after `start` overwritten; all of it where there are no quotes
/// and nothing is called.
fn hide_after(line: &str, start: Option<usize>) -> String {
    let Some((shown, hidden)) = start.and_then(|start| line.split_at_checked(start)) else {
        return line.to_owned();
    };
    let bare = !hidden.contains(['"', '(']);
    let mut quoted = false;
    let mut masked = shown.to_owned();
    for c in hidden.chars() {
        quoted ^= c == '"';
        let secret = if bare {
            !"=[]{}, \t\r\n".contains(c)
        } else {
            quoted && c != '"' && c != '\n'
        };
        if secret {
            masked.push_str(&"*".repeat(c.len_utf8()));
        } else {
            masked.push(c);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let parsed = super::super::syntax::parse(text);
        specification(text, &parsed.body, parsed.incomplete)
    }

    #[test]
    fn literal_secrets_are_overwritten() {
        let text = "source {\n  password = \"hunter2\"\n  pasword = \"hunter2\"\n  \
                    password_command = [\"vault\", \"hunter2\"]\n  user = \"x\"\n}\n";
        let masked = masked(text);
        assert!(
            !masked.contains("hunter2") && masked.contains("\"x\""),
            "{masked}"
        );
        assert_eq!(masked.len(), text.len());
    }

    #[test]
    fn names_of_variables_stay() {
        let text = "source {\n  password = env(\"NAME\", \"hunter2\")\n}\n";
        let masked = masked(text);
        assert!(
            masked.contains("NAME") && !masked.contains("hunter2"),
            "{masked}"
        );
    }

    #[test]
    fn secrets_without_quotes_are_overwritten() {
        let text = "source {\n  password = hunter2\n  user = x\n}\ndestination {\n  password = var.name\n}\n";
        let whole = masked(text);
        assert!(
            !whole.contains("hunter2") && whole.contains("= x") && whole.contains("var.name"),
            "{whole}"
        );
        for broken in [
            "source {\n  password = hunter2@!x\n}\n",
            "source {\n  password = <<-END\n    hunter2\n  END\n  user = \"x\" \"y\"\n}\n",
        ] {
            let masked = masked(broken);
            assert!(!masked.contains("hunter2"), "{masked}");
            assert_eq!(masked.len(), broken.len());
        }
    }

    #[test]
    fn secrets_in_broken_text_are_overwritten() {
        let text = "source {\n  user = \"x\" \"y\"\n  password = \"hunter2\"\n  \
                    password_command = [\n    \"hunter2\",\n  ]\n  host = \"h\"\n}\n";
        let masked = masked(text);
        assert!(
            !masked.contains("hunter2") && masked.contains("\"h\""),
            "{masked}"
        );
        assert_eq!(masked.len(), text.len());
    }
}
