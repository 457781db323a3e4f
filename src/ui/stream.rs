//! The two streams and what goes to them.

use std::{
    io::{self, IsTerminal, Write},
    os::fd::AsFd,
};

use serde_json::json;
use terminal_size::{Width, terminal_size_of};

use super::{
    diagnostics,
    look::{Look, PLAIN_WIDTH, Paint, reflow, wrap},
    visible::{printed, visible},
};
use crate::spec::Diagnostics;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbosity {
    /// Results, warnings and errors.
    Quiet,
    Normal,
    /// Every step too, what passed, and what was connected, locked and stored.
    Steps,
    /// And every statement, without its values.
    Everything,
}

/// What the command line and the environment say about printing.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Colour where a terminal shows it.
    pub color: bool,
    pub format: LogFormat,
    pub verbosity: Verbosity,
}

impl Setup {
    /// For what goes wrong before the settings are known.
    pub const PLAIN: Self = Self {
        color: false,
        format: LogFormat::Text,
        verbosity: Verbosity::Normal,
    };
}

/// Where everything is printed.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    out: Look,
    err: Look,
    /// stderr is a terminal.
    live: bool,
    /// A person can be asked: stdin and stderr are terminals.
    asks: bool,
    format: LogFormat,
    verbosity: Verbosity,
}

/// Narrower than this nothing can be laid out; a terminal of width 0 has not said it.
const NARROWEST: u16 = 20;

fn look(stream: impl IsTerminal + AsFd, color: bool) -> Look {
    let terminal = stream.is_terminal();
    let width = terminal_size_of(stream).map(|(Width(width), _)| width);
    Look {
        width: width
            .filter(|width| terminal && *width >= NARROWEST)
            .unwrap_or(PLAIN_WIDTH),
        color: terminal && color,
    }
}

impl Ui {
    /// Looks at the three streams, once.
    pub fn new(setup: Setup) -> Self {
        let err = io::stderr().is_terminal();
        Self {
            out: look(io::stdout(), setup.color),
            err: look(io::stderr(), setup.color),
            // bars and a log would write over each other
            live: err
                && setup.format == LogFormat::Text
                && matches!(setup.verbosity, Verbosity::Quiet | Verbosity::Normal),
            asks: err && io::stdin().is_terminal(),
            format: setup.format,
            verbosity: setup.verbosity,
        }
    }

    /// How a result on stdout looks.
    pub fn out(&self) -> Look {
        self.out
    }

    /// How stderr looks.
    pub fn err(&self) -> Look {
        self.err
    }

    /// Whether bars may be drawn on stderr.
    pub fn is_live(&self) -> bool {
        self.live
    }

    pub fn can_ask(&self) -> bool {
        self.asks
    }

    pub fn format(&self) -> LogFormat {
        self.format
    }

    pub fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// A result, to stdout. A reader that has gone away is no error of ours.
    pub fn answer(&self, text: &str) {
        write(&mut io::stdout().lock(), &printed(text, self.out.color));
    }

    /// A result in words, its lines broken to the width, to stdout.
    pub fn prose(&self, text: &str) {
        self.answer(&reflow(text, self.out));
    }

    /// A result that takes the place of the one before it, where stdout is a terminal.
    pub fn screen(&self, text: &str) {
        if io::stdout().is_terminal() {
            write(&mut io::stdout().lock(), "\u{1b}[H\u{1b}[2J");
            self.answer(text);
        } else {
            self.answer(&format!("{text}\n"));
        }
    }

    /// A text to stderr, in whatever form it has.
    pub(super) fn tell(self, text: &str) {
        write(&mut io::stderr().lock(), &printed(text, self.err.color));
    }

    /// What is good to know, to stderr; not said with `--quiet`.
    pub fn notice(&self, message: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.line("notice", None, message);
        }
    }

    /// What somebody should act on, to stderr.
    pub fn warning(&self, message: &str) {
        self.line("warning", Some(Paint::Changed), message);
    }

    fn line(&self, level: &str, paint: Option<Paint>, message: &str) {
        match self.format {
            LogFormat::Json => self.tell_json(&json!({ "level": level, "message": message })),
            LogFormat::Text => {
                let text = match paint {
                    Some(_) => format!("{level}: {message}"),
                    None => message.to_owned(),
                };
                let wrapped = notice(&visible(&text), self.err);
                let painted = match paint {
                    Some(paint) => wrapped.replacen(level, &self.err.paint(paint, level), 1),
                    None => wrapped,
                };
                self.tell(&format!("{painted}\n"));
            }
        }
    }

    pub(super) fn tell_json(self, value: &serde_json::Value) {
        self.tell(&format!("{value}\n"));
    }

    /// An error or warning with its code, place and help, to stderr.
    pub fn diagnostic(&self, diagnostic: &dyn miette::Diagnostic) {
        match self.format {
            LogFormat::Json => self.tell_json(&diagnostics::json(diagnostic)),
            LogFormat::Text => self.tell(&diagnostics::text(diagnostic, self.err)),
        }
    }

    /// All that a specification's reading found.
    pub fn diagnostics(&self, found: &Diagnostics) {
        for one in found.iter() {
            self.diagnostic(one);
        }
    }
}

/// How a notice is laid out.
pub fn notice(text: &str, look: Look) -> String {
    wrap(text, look.columns(), "", "  ")
}

fn write(stream: &mut impl Write, text: &str) {
    // Nothing is left to tell it to.
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}
