//! The reference in `docs/language.md`: what stands behind its mark is the language's own table.

use std::{fmt::Write as _, fs};

use cutover::spec::language::{Absent, Attribute, Block, Engine, Occurs, ROOT};

const FILE: &str = "docs/language.md";
const MARK: &str =
    "<!-- From here on written by `cargo test --test docs` from src/spec/language. -->\n";
const WIDTH: usize = 79;

#[test]
fn the_reference_is_the_table_of_the_language() {
    let text = fs::read_to_string(FILE).expect("readable");
    let (by_hand, found) = text.split_once(MARK).expect("the mark");
    let expected = reference();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(FILE, format!("{by_hand}{MARK}{expected}")).expect("writable");
    } else {
        assert!(
            found == expected,
            "{FILE} is not up to date: INSTA_UPDATE=always writes it"
        );
    }
}

fn reference() -> String {
    let mut text = String::new();
    for block in ROOT.blocks {
        section(&mut text, block, "");
    }
    text.push_str("\n## Not yet\n\n");
    paragraph(
        &mut text,
        "",
        "These are read, checked and shown, and refused by `apply` where they are set to something \
         else than their default.",
    );
    text.push('\n');
    let mut later = Vec::new();
    ROOT.blocks
        .iter()
        .for_each(|block| list_later(&mut later, block, ""));
    for one in later {
        let _ = writeln!(text, "- `{one}`");
    }
    text
}

/// Whether nothing in the block can be used yet.
fn is_later(block: &Block) -> bool {
    block.engine == Engine::Later
        || (block
            .attributes
            .iter()
            .all(|one| one.engine == Engine::Later)
            && block.blocks.iter().all(is_later)
            && !(block.attributes.is_empty() && block.blocks.is_empty()))
}

fn list_later(found: &mut Vec<String>, block: &Block, outer: &str) {
    let path = format!("{outer}{}", block.name);
    if is_later(block) {
        found.push(path);
        return;
    }
    for attribute in block
        .attributes
        .iter()
        .filter(|one| one.engine == Engine::Later)
    {
        found.push(format!("{path}.{}", attribute.name));
    }
    for inner in block.blocks {
        list_later(found, inner, &format!("{path}."));
    }
}

fn section(text: &mut String, block: &Block, outer: &str) {
    if is_later(block) {
        return;
    }
    let label = block
        .label
        .map_or(String::new(), |label| format!(" \"{}\"", label.what));
    let path = format!("{outer}{}{label}", block.name);
    let _ = write!(text, "\n### `{path}`\n\n");
    let about = format!("{}. {}.", sentence(block.about), occurs(block));
    paragraph(text, "", &about);
    let here: Vec<_> = block
        .attributes
        .iter()
        .filter(|one| one.engine == Engine::Here)
        .collect();
    if !here.is_empty() {
        text.push('\n');
    }
    for attribute in here {
        describe(text, attribute);
    }
    for inner in block.blocks {
        section(text, inner, &format!("{outer}{} / ", block.name));
    }
}

fn occurs(block: &Block) -> String {
    let label = block.label.map_or(String::new(), |label| {
        format!("; the {} is {}", label.what, label.kind.expected())
    });
    let times = match block.occurs {
        Occurs::Required => "Once, required",
        Occurs::Default | Occurs::Optional => "At most once",
        Occurs::Many => "Any number",
        Occurs::Some => "One or more",
        Occurs::Ordered => "Any number, in order",
    };
    format!("{times}{label}")
}

fn describe(text: &mut String, attribute: &Attribute) {
    let value = match attribute.value {
        Absent::Nothing | Absent::Derived => String::new(),
        Absent::Required => "; required".to_owned(),
        Absent::Default(value) => format!("; default `{}`", words(value)),
    };
    let line = format!(
        "- **`{}`**: {}{value}. {}.",
        attribute.name,
        attribute.kind.expected(),
        sentence(attribute.about)
    );
    paragraph(text, "  ", &line);
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sentence(about: &str) -> String {
    let mut rest = about.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), rest.as_str())
}

/// Wrapped; `indent` stands before every line but the first. Code is never broken.
fn paragraph(text: &mut String, indent: &str, line: &str) {
    let mut used = 0;
    let mut open = false;
    let mut word = String::new();
    let mut pieces = Vec::new();
    for character in line.chars() {
        open ^= character == '`';
        if character == ' ' && !open {
            pieces.push(std::mem::take(&mut word));
        } else {
            word.push(character);
        }
    }
    pieces.push(word);
    for piece in pieces {
        let length = piece.chars().count();
        if used > 0 && used + 1 + length > WIDTH {
            let _ = write!(text, "\n{indent}");
            used = indent.len();
        } else if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(&piece);
        used += length;
    }
    text.push('\n');
}
