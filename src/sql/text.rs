//! A statement that is being rewritten: its tokens, and what stands in place of some of them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::token::{Kind, Mode, Token, tokenize};
use crate::mysql::Ident;

/// Tokens with replacements. Tokens that nobody touches are printed as they came.
pub(crate) struct Text<'a> {
    pub tokens: Vec<Token<'a>>,
    edits: BTreeMap<usize, String>,
}

/// A chain of names joined by dots: `` `db`.`t`.`c` ``.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub names: Vec<Ident>,
    /// The token of each name.
    pub at: Vec<usize>,
}

impl Chain {
    /// The token behind the chain's last one.
    pub fn end(&self) -> usize {
        self.at.last().map_or(0, |last| last + 1)
    }

    pub fn range(&self) -> Range<usize> {
        self.at.first().copied().unwrap_or(0)..self.end()
    }
}

impl<'a> Text<'a> {
    pub fn new(sql: &'a str, mode: Mode) -> Self {
        Self {
            tokens: tokenize(sql, mode),
            edits: BTreeMap::new(),
        }
    }

    pub fn replace(&mut self, at: usize, text: impl Into<String>) {
        self.edits.insert(at, text.into());
    }

    pub fn remove(&mut self, range: Range<usize>) {
        for at in range {
            self.edits.insert(at, String::new());
        }
    }

    /// Replaces a range by one text.
    pub fn replace_range(&mut self, range: Range<usize>, text: impl Into<String>) {
        let first = range.start;
        self.remove(range);
        self.replace(first, text);
    }

    /// Puts a text behind a token, which keeps what it has become.
    pub fn append(&mut self, at: usize, text: &str) {
        let mut now = self.now(at).to_owned();
        now.push_str(text);
        self.edits.insert(at, now);
    }

    /// What a token is printed as.
    pub fn now(&self, at: usize) -> &str {
        match self.edits.get(&at) {
            Some(text) => text,
            None => self.tokens.get(at).map_or("", |token| token.text),
        }
    }

    /// The first token at or behind `from` that means something.
    pub fn significant(&self, from: usize) -> Option<usize> {
        (from..self.tokens.len()).find(|at| self.tokens[*at].significant())
    }

    /// The same as [`Text::significant`], with the token.
    pub fn peek(&self, from: usize) -> Option<(usize, Token<'a>)> {
        let at = self.significant(from)?;
        Some((at, self.tokens[at]))
    }

    /// Whether the next meaning token is this keyword: the position behind it.
    pub fn word(&self, from: usize, word: &str) -> Option<usize> {
        let (at, token) = self.peek(from)?;
        token.is(word).then_some(at + 1)
    }

    /// Whether the next meaning tokens are these keywords: the position behind the last.
    pub fn words(&self, from: usize, words: &[&str]) -> Option<usize> {
        words
            .iter()
            .try_fold(from, |position, word| self.word(position, word))
    }

    pub fn symbol(&self, from: usize, symbol: &str) -> Option<usize> {
        let (at, token) = self.peek(from)?;
        token.is_symbol(symbol).then_some(at + 1)
    }

    /// The position behind the `)` that closes the `(` at `open`.
    pub fn behind_group(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            if self.tokens[at].is_symbol("(") {
                depth += 1;
            } else if self.tokens[at].is_symbol(")") {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
        }
        None
    }

    /// The ranges between the commas of this level.
    pub fn items(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut items = Vec::new();
        let mut start = range.start;
        let mut depth = 0_usize;
        for at in range.clone() {
            let token = self.tokens[at];
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && token.is_symbol(",") {
                items.push(start..at);
                start = at + 1;
            }
        }
        items.push(start..range.end);
        items
    }

    /// The chain of names that begins at exactly this token.
    pub fn chain(&self, at: usize) -> Option<Chain> {
        let mut chain = Chain {
            names: vec![self.tokens.get(at)?.name()?],
            at: vec![at],
        };
        while let Some(dot) = self.symbol(chain.end(), ".")
            && let Some((next, token)) = self.peek(dot)
            && let Some(name) = token.name()
        {
            chain.names.push(name);
            chain.at.push(next);
        }
        Some(chain)
    }

    /// The text of a range as it now is, without white space around it.
    pub fn slice(&self, range: Range<usize>) -> String {
        let text: String = range.map(|at| self.now(at)).collect();
        text.trim().to_owned()
    }

    /// The whole, rewritten.
    pub fn finish(&self) -> String {
        (0..self.tokens.len()).map(|at| self.now(at)).collect()
    }

    /// The number of the line (from 1) that a token begins in, and what stands around it there.
    pub fn line(&self, at: usize) -> (usize, String) {
        const AROUND: usize = 40;
        let before: String = self.tokens[..at].iter().map(|token| token.text).collect();
        let behind: String = self.tokens[at..].iter().map(|token| token.text).collect();
        let number = before.matches('\n').count() + 1;
        let left = before.rsplit('\n').next().unwrap_or_default();
        let right = behind.split('\n').next().unwrap_or_default();
        let cut_left = left.chars().count().saturating_sub(AROUND);
        let mut line: String = left.chars().skip(cut_left).collect();
        line.extend(right.chars().take(AROUND));
        let begin = if cut_left > 0 { "..." } else { "" };
        let end = if right.chars().count() > AROUND {
            "..."
        } else {
            ""
        };
        (number, format!("{begin}{}{end}", line.trim()))
    }

    /// The token and its kind without comments and spaces, for messages.
    pub fn found(&self, from: usize) -> String {
        match self.peek(from) {
            None => "the end".to_owned(),
            Some((_, token)) if token.kind == Kind::Unterminated => {
                "something that is not closed".to_owned()
            }
            Some((_, token)) => token.text.chars().take(40).collect(),
        }
    }
}
