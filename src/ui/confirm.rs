//! A question that only a typed word answers.

use std::io;

use super::{Ui, look::Paint};

/// What a person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Agreed,
    Declined,
    /// There is no terminal to ask on.
    CannotAsk,
}

impl Ui {
    /// Asks on the terminal for `word` to be typed: `yes`, or a name. Anything else declines.
    pub fn ask(&self, question: &str, word: &str) -> Answer {
        if !self.can_ask() {
            return Answer::CannotAsk;
        }
        let look = self.err();
        Self::tell(&format!(
            "\n{}\n  Only '{word}' is taken as an answer: ",
            look.paint(Paint::Heading, question)
        ));
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        Self::tell("\n");
        match read {
            Ok(_) if line.trim() == word => Answer::Agreed,
            Ok(_) | Err(_) => Answer::Declined,
        }
    }
}
