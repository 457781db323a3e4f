use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn good(text: &str) -> String {
    format("main.hcl", text).unwrap_or_else(|found| panic!("{}\n{text}", found.render(100)))
}

/// What the layout must keep: every token but the blanks before it.
fn kept(text: &str) -> Vec<(Kind, String)> {
    let (tokens, _) = tokens(text);
    let kept = tokens.iter().map(|one| (one.kind, one.text.to_owned()));
    kept.collect()
}

/// What another reader makes of the text. It keeps the blanks inside of `${ }`, which may change.
fn meaning(text: &str) -> Option<String> {
    let body = hcl::parse(text).ok()?;
    Some(std::format!("{body:?}").replace(' ', ""))
}

/// Files of this repository that parse.
fn corpus() -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![
        Path::new("tests").to_owned(),
        Path::new("examples").to_owned(),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "hcl") {
                // one is there because it is no text
                texts.extend(fs::read_to_string(&path));
            }
        }
    }
    texts.sort();
    texts.retain(|text| parse(text).mistakes.is_empty());
    assert!(texts.len() > 60, "only {}", texts.len());
    texts
}

#[test]
fn columns_are_aligned_in_runs_of_lines() {
    let text = "a{\nx=1# one\nlonger  =  2  # two\n\n  y = [\n1,2,\n]\nz=3\n}\n";
    assert_eq!(
        good(text),
        "a {\n  x      = 1 # one\n  longer = 2 # two\n\n  y = [\n    1, 2,\n  ]\n  z = 3\n}\n"
    );
}

#[test]
fn wide_characters_count_as_what_is_seen() {
    let text = "a = \"\u{e4}\u{e4}\" # x\nb = \"e\u{301}\" # y\n";
    assert_eq!(
        good(text),
        "a = \"\u{e4}\u{e4}\" # x\nb = \"e\u{301}\"  # y\n"
    );
}

#[test]
fn heredocs_stay_as_they_are() {
    let text = "a   = <<-END\n\t  one ${  var.x  }\n      END2\n  \"\n   END\nbb = 1\n";
    assert_eq!(
        good(text),
        "a  = <<-END\n\t  one ${var.x}\n      END2\n  \"\n   END\nbb = 1\n"
    );
}

#[test]
fn texts_and_escapes_stay_as_they_are() {
    let text = r#"a = "  \"{ $${x} %%{y} ${ f( "}" ) }  \\"
"#;
    assert_eq!(
        good(text),
        r#"a = "  \"{ $${x} %%{y} ${f("}")}  \\"
"#
    );
}

#[test]
fn a_mistake_is_told_at_its_place_and_no_value_is_shown() {
    let text = "source {\n  innocent = \"hunter2\"\n  user = \n}\n";
    let found = format("main.hcl", text).expect_err("a mistake");
    let shown = found.render(80);
    assert!(shown.contains("main.hcl:3"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_byte_order_mark_is_dropped() {
    assert_eq!(good("\u{feff}a=1\n"), "a = 1\n");
}

#[test]
fn the_corpus_keeps_its_tokens_and_its_meaning() {
    for text in corpus() {
        let formatted = good(&text);
        assert_eq!(kept(&text), kept(&formatted));
        assert_eq!(good(&formatted), formatted);
        assert_eq!(meaning(&text), meaning(&formatted));
    }
}

/// The text with other blanks wherever blanks may stand: `choices` says how many.
fn scattered(text: &str, choices: &[usize]) -> String {
    let (tokens, left) = tokens(text);
    let mut choices = choices.iter().cycle();
    let mut scattered = String::new();
    let mut before: Option<&Token<'_>> = None;
    for token in &tokens {
        let in_text = |kind| {
            matches!(
                kind,
                Kind::Literal | Kind::OpenHeredoc | Kind::CloseHeredoc | Kind::OpenQuote
            )
        };
        let fixed = before.is_some_and(|before| in_text(before.kind))
            || matches!(token.kind, Kind::Literal | Kind::CloseQuote | Kind::CloseHeredoc)
            // behind a template in a text, blanks are the text's
            || before.is_some_and(|before| before.kind == Kind::CloseTemplate);
        let joined = token.blanks == 0;
        let blanks = choices.next().copied().unwrap_or(0);
        // Two words must not become one, nor one sign two.
        let blanks = if joined {
            blanks * usize::from(token.ends_line())
        } else {
            blanks.max(1)
        };
        if !fixed {
            let blank = if blanks % 3 == 2 { "\t" } else { " " };
            scattered.push_str(&blank.repeat(blanks));
        }
        scattered.push_str(token.text);
        before = Some(token);
    }
    scattered + left
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn blanks_do_not_matter(which in 0_usize..1000, choices in prop::collection::vec(0_usize..5, 1..40)) {
        let corpus = corpus();
        let text = &corpus[which % corpus.len()];
        let other = scattered(text, &choices);
        prop_assert_eq!(kept(text), kept(&other));
        // Text after a line's end, which is the file's own, may still differ.
        let (one, another) = (good(text), good(&other));
        prop_assert_eq!(one.trim_end(), another.trim_end());
    }

    #[test]
    fn whatever_is_accepted_is_laid_out_once_and_for_all(
        which in 0_usize..1000,
        cut in any::<prop::sample::Index>(),
        length in 0_usize..12,
        put in "[a-z0-9 {}()\\[\\]\"$%~<=#/*\\\\\n.,:!?-]{0,6}",
    ) {
        let corpus = corpus();
        let mut text: Vec<char> = corpus[which % corpus.len()].chars().collect();
        let start = cut.index(text.len());
        let end = (start + length).min(text.len());
        text.splice(start..end, put.chars());
        let text: String = text.into_iter().collect();
        if let Ok(formatted) = format("main.hcl", &text) {
            prop_assert_eq!(kept(&text), kept(&formatted));
            prop_assert_eq!(format("main.hcl", &formatted).ok(), Some(formatted.clone()));
            prop_assert_eq!(meaning(&text), meaning(&formatted));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-z0-9 {}()\\[\\]\"$%~<=#/*\\\\\n\r\té€.,:!?-]{0,60}") {
        let _ = format("main.hcl", &text);
        let (tokens, left) = tokens(&text);
        let length: usize = tokens.iter().map(|one| one.blanks + one.text.len()).sum();
        prop_assert_eq!(length + left.len(), text.len());
    }
}
