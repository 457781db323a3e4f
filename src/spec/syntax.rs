//! Text to bodies, past mistakes in the syntax: whatever stands apart from them is still read.
//!
//! The parser stops at the first mistake. A repeated attribute is renamed and parsing goes on; for
//! any other, the file is cut into its top-level blocks, and those that cannot be parsed are
//! blanked, so that places in the others stay true.

use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::Body;

/// What a file's text gave.
pub struct Parsed {
    pub body: Body,
    pub mistakes: Vec<Mistake>,
    /// Part of the text is missing from `body`.
    pub incomplete: bool,
}

/// A mistake in the syntax.
#[derive(Debug, PartialEq, Eq)]
pub enum Mistake {
    /// What the parser says, and where.
    Syntax { offset: usize, message: String },
    /// A top-level block that the file ends in, or another begins in. Where its header is.
    Unclosed { offset: usize, length: usize },
    /// An attribute that its block has already; `offset` is where it stands again. In the body it
    /// has another name, and is to be passed over.
    Repeated { offset: usize, name: String },
}

impl Parsed {
    /// Where the repeated attributes stand.
    pub fn repeated(&self) -> Vec<usize> {
        let offsets = self.mistakes.iter().filter_map(|one| match one {
            Mistake::Repeated { offset, .. } => Some(*offset),
            Mistake::Syntax { .. } | Mistake::Unclosed { .. } => None,
        });
        offsets.collect()
    }
}

pub fn parse(text: &str) -> Parsed {
    let mut mistakes = Vec::new();
    let mut work = text.to_owned();
    let incomplete = match settle(&mut work, 0, &mut mistakes) {
        Ok(body) => {
            return Parsed {
                body,
                mistakes,
                incomplete: false,
            };
        }
        Err(whole) => {
            mistakes.clear();
            text.clone_into(&mut work);
            blank_broken(&mut work, &mut mistakes);
            if mistakes
                .iter()
                .all(|one| matches!(one, Mistake::Repeated { .. }))
            {
                mistakes.push(whole);
            }
            true
        }
    };
    Parsed {
        body: parse_body(&work).unwrap_or_default(),
        mistakes,
        incomplete,
    }
}

/// Parses `text`, renaming repeated attributes, until it parses or there is another mistake.
/// `base`: where the text begins in its file.
fn settle(text: &mut String, base: usize, found: &mut Vec<Mistake>) -> Result<Body, Mistake> {
    loop {
        let error = match parse_body(text) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        let offset = error.location().offset();
        match repeated(text, &error) {
            Some(name) if name.len() > 1 && found.len() < 100 => {
                // The same length, so that every other place stays true, and another name each
                // time. Should one be there already, the next round gives it the next number.
                let room = name.len() - 1;
                let number = format!("{:_>room$}", found.len());
                let renamed = format!("_{}", &number[number.len() - room..]);
                text.replace_range(offset..offset + name.len(), &renamed);
                let offset = base + offset;
                found.push(Mistake::Repeated { offset, name });
            }
            _ => return Err(mistake(&error, base)),
        }
    }
}

fn mistake(error: &Error, base: usize) -> Mistake {
    Mistake::Syntax {
        offset: base + error.location().offset(),
        message: error.message().to_owned(),
    }
}

/// The name of the attribute, where the mistake is that it is there twice.
fn repeated(text: &str, error: &Error) -> Option<String> {
    if !error.message().contains("redefined attribute") {
        return None;
    }
    let rest = text.get(error.location().offset()..)?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    Some(rest[..end.unwrap_or(rest.len())].to_owned())
}

/// Replaces every top-level block that cannot be parsed by blanks.
fn blank_broken(text: &mut String, found: &mut Vec<Mistake>) {
    let mut starts: Vec<usize> = std::iter::once(0).chain(headers(text)).collect();
    starts.push(text.len());
    starts.dedup();
    let mut whole = String::with_capacity(text.len());
    for pair in starts.windows(2) {
        let mut block = text[pair[0]..pair[1]].to_owned();
        match settle(&mut block, pair[0], found) {
            Ok(_) => whole.push_str(&block),
            Err(mistake) => {
                found.push(unclosed(&block, pair[0], mistake));
                let blank = |byte: u8| if byte == b'\n' { '\n' } else { ' ' };
                whole.extend(block.bytes().map(blank));
            }
        }
    }
    *text = whole;
}

/// A mistake at the end of a block's text is that the block is not closed.
fn unclosed(block: &str, base: usize, mistake: Mistake) -> Mistake {
    let header = block
        .find('{')
        .filter(|open| !block[..*open].contains('\n'));
    match (mistake, header) {
        (Mistake::Syntax { offset, message }, Some(length))
            if offset >= base + block.trim_end().len() && message.contains("block body") =>
        {
            let length = block[..length].trim_end().len();
            Mistake::Unclosed {
                offset: base,
                length,
            }
        }
        (other, _) => other,
    }
}

/// Where lines begin that look like the header of a top-level block.
fn headers(text: &str) -> Vec<usize> {
    let mut offset = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let starts = line.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let code = line.split('#').next().unwrap_or_default();
        let opens = code.find('{');
        let assigns = code.find('=');
        if starts && opens.is_some_and(|open| assigns.is_none_or(|assign| open < assign)) {
            found.push(offset);
        }
        offset += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_beside_a_broken_one_are_read() {
        let text = "source {\n  host = \n}\n\ndestination {\n  host = \"b\"\n}\n";
        let parsed = parse(text);
        assert!(parsed.incomplete);
        assert_eq!(parsed.mistakes.len(), 1);
        let block = parsed.body.get_blocks("destination").next().expect("read");
        let host = block.body.get_attribute("host").expect("read");
        let span = hcl_edit::Span::span(&host.value).expect("spanned");
        assert_eq!(&text[span], "\"b\"");
    }

    #[test]
    fn every_repeated_attribute_is_found() {
        let parsed = parse("a {\n  host = 1\n  host = 2\n  host = 3\n}\n");
        assert!(!parsed.incomplete);
        let offsets = parsed.mistakes.iter().map(|one| match one {
            Mistake::Repeated { offset, name } => (*offset, name.as_str()),
            other @ (Mistake::Syntax { .. } | Mistake::Unclosed { .. }) => panic!("{other:?}"),
        });
        assert_eq!(offsets.collect::<Vec<_>>(), [(17, "host"), (28, "host")]);
    }
}
