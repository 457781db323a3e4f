//! New names: `to`, with the captures of the pattern that matched.

use thiserror::Error;

/// A new name, in which `$1` to `$99` stand for captures and `$$` for a dollar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewName {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Capture(usize),
}

/// A `to` that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NewNameError {
    #[error("a `$` is followed by neither a number nor another `$`")]
    Dollar,
    #[error("`${number}` is a capture, and the pattern has {}", captures(*.groups))]
    NoCapture { number: usize, groups: usize },
}

impl NewNameError {
    /// A thing to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Dollar => "write `$$` for a dollar, `$1` for the first capture",
            Self::NoCapture { groups: 0, .. } => {
                "captures are the (groups) of a /regular expression/; write `$$` for a dollar"
            }
            Self::NoCapture { .. } => "put what is to be kept into (a group), counted from 1",
        }
    }
}

fn captures(groups: usize) -> String {
    match groups {
        0 => "none".to_owned(),
        1 => "one".to_owned(),
        more => more.to_string(),
    }
}

impl NewName {
    /// `groups`: how many captures the pattern has, since `$1` needs one.
    pub fn parse(text: &str, groups: usize) -> Result<Self, NewNameError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            push(&mut parts, before);
            if let Some(tail) = after.strip_prefix('$') {
                push(&mut parts, "$");
                rest = tail;
                continue;
            }
            let digits = after
                .chars()
                .take(2)
                .take_while(char::is_ascii_digit)
                .count();
            let (digits, tail) = after.split_at(digits);
            let number = digits.parse().map_err(|_| NewNameError::Dollar)?;
            if number == 0 || number > groups {
                return Err(NewNameError::NoCapture { number, groups });
            }
            parts.push(Part::Capture(number));
            rest = tail;
        }
        push(&mut parts, rest);
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name, where it does not depend on a capture.
    pub fn fixed(&self) -> Option<String> {
        let has_capture = self.parts.iter().any(|one| matches!(one, Part::Capture(_)));
        (!has_capture).then(|| self.expand(&[]))
    }

    /// The name for what matched; `captures` as `Pattern::captures` gives them.
    pub fn expand(&self, captures: &[String]) -> String {
        let mut name = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => name.push_str(text),
                Part::Capture(number) => {
                    name.push_str(captures.get(*number).map_or("", String::as_str));
                }
            }
        }
        name
    }
}

fn push(parts: &mut Vec<Part>, text: &str) {
    if let Some(Part::Text(last)) = parts.last_mut() {
        last.push_str(text);
    } else if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_and_dollars_are_filled_in() {
        let name = NewName::parse("a_$1_$$$2", 2).expect("valid");
        let captures = ["all".to_owned(), "x".to_owned(), "y".to_owned()];
        assert_eq!(name.expand(&captures), "a_x_$y");
        assert_eq!(name.fixed(), None);
        let fixed = NewName::parse("pay$$", 0).expect("valid");
        assert_eq!(fixed.fixed().as_deref(), Some("pay$"));
    }

    #[test]
    fn a_capture_that_is_not_there_is_an_error() {
        assert_eq!(NewName::parse("a$", 1), Err(NewNameError::Dollar));
        assert_eq!(NewName::parse("a$x", 1), Err(NewNameError::Dollar));
        assert_eq!(
            NewName::parse("$2", 1),
            Err(NewNameError::NoCapture {
                number: 2,
                groups: 1
            })
        );
        assert_eq!(
            NewName::parse("$0", 1),
            Err(NewNameError::NoCapture {
                number: 0,
                groups: 1
            })
        );
    }
}
