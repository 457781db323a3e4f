//! A question that only a typed word answers.

use std::io::{self, Read as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::{Ui, look::Paint};
use crate::spec::Secret;

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
        self.tell(&format!(
            "\n{}\n  Only '{word}' is taken as an answer: ",
            look.paint(Paint::Heading, question)
        ));
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        self.tell("\n");
        match read {
            Ok(_) if line.trim() == word => Answer::Agreed,
            Ok(_) | Err(_) => Answer::Declined,
        }
    }
}

/// What was typed without being shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Typed {
    Secret(Secret),
    /// By Ctrl-C, or the end of the input.
    Cancelled,
    /// There is no terminal to ask on.
    CannotAsk,
}

/// The terminal as it was, set again however the question ends.
struct Restored(Termios);

impl Drop for Restored {
    fn drop(&mut self) {
        // a terminal that is gone needs no setting
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.0);
    }
}

impl Ui {
    /// Asks on the terminal for a secret, which is not shown while it is typed.
    pub fn ask_secret(&self, question: &str) -> Typed {
        if !self.can_ask() {
            return Typed::CannotAsk;
        }
        let Ok(before) = tcgetattr(io::stdin()) else {
            return Typed::CannotAsk;
        };
        let mut hidden = before.clone();
        // Ctrl-C comes as a character, so that it cannot leave the terminal without echo
        hidden.local_modes -= LocalModes::ECHO | LocalModes::ISIG | LocalModes::ICANON;
        let restored = Restored(before);
        if tcsetattr(io::stdin(), OptionalActions::Drain, &hidden).is_err() {
            return Typed::CannotAsk;
        }
        self.tell(&format!("{question}: "));
        let typed = line(io::stdin().lock().bytes().map_while(Result::ok));
        drop(restored);
        self.tell("\n");
        typed.map_or(Typed::Cancelled, |text| Typed::Secret(Secret::new(text)))
    }
}

/// The bytes up to the end of the line, with erased ones left out; `None` where it is cancelled.
fn line(bytes: impl Iterator<Item = u8>) -> Option<String> {
    const INTERRUPT: u8 = 3;
    const END: u8 = 4;
    const ERASE: [u8; 2] = [8, 127];
    const ERASE_LINE: u8 = 21;
    let mut typed = Vec::new();
    for byte in bytes {
        match byte {
            b'\n' | b'\r' => return String::from_utf8(typed).ok(),
            INTERRUPT => return None,
            END if typed.is_empty() => return None,
            ERASE_LINE => typed.clear(),
            byte if ERASE.contains(&byte) => {
                // a character may have more bytes than one
                while typed.pop().is_some_and(|last| last & 0xC0 == 0x80) {}
            }
            byte => typed.push(byte),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Option<String> {
        line(text.bytes())
    }

    #[test]
    fn a_secret_is_a_line_without_what_was_erased() {
        assert_eq!(typed("geheim\nrest").as_deref(), Some("geheim"));
        assert_eq!(typed("a\u{e4}\u{7f}b\n").as_deref(), Some("ab"));
        assert_eq!(typed("wrong\u{15}right\r").as_deref(), Some("right"));
        assert_eq!(typed("\n").as_deref(), Some(""));
        assert_eq!(typed("abc\u{3}\n"), None);
        assert_eq!(typed("\u{4}"), None);
        assert_eq!(typed("no end"), None);
    }
}
