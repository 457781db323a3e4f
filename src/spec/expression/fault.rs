//! What is wrong with an expression.

use std::ops::Range;

/// A mistake in an expression, at its place in the file.
#[derive(Debug)]
pub struct Fault {
    pub code: &'static str,
    pub message: String,
    pub label: String,
    pub help: Option<String>,
    pub span: Range<usize>,
}

/// Why there is no value.
#[derive(Debug)]
pub enum Stop {
    Fault(Box<Fault>),
    /// It depends on something whose mistake has been reported.
    Reported,
}

impl Fault {
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            code: "cutover::spec::expression",
            message: message.into(),
            label: "here".to_owned(),
            help: None,
            span,
        }
    }

    pub fn undefined(message: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            code: "cutover::spec::undefined_name",
            label: "not defined".to_owned(),
            ..Self::new(message, span)
        }
    }

    pub fn function(message: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            code: "cutover::spec::function",
            label: "in this call".to_owned(),
            ..Self::new(message, span)
        }
    }

    pub fn too_large(span: Range<usize>) -> Self {
        Self::new("the expression takes too long or makes too much text", span)
            .help("write the value out, or make its lists shorter")
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}
