//! What is wrong with a specification, at its place.
//!
//! In: a code, a message, a place, a help line. Out: [`Diagnostics`], all that one run found, in
//! the order of files and places. `ui` prints them, as each is a [`miette::Diagnostic`].

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};

/// A file as a diagnostic may show it: its name, and its text with secrets overwritten by `*`
/// (byte for byte, so that places in it stay true).
#[derive(Debug)]
pub struct SourceText {
    order: usize,
    shown: NamedSource<String>,
}

impl SourceText {
    /// Whether what stands there was a secret, and has been overwritten.
    pub fn hides(&self, span: &Range<usize>) -> bool {
        let text = self.shown.inner().get(span.clone()).map(str::trim);
        text.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte == b'*'))
    }

    /// `order` is the file's turn in reports; `text` must be without secrets.
    pub fn new(order: usize, name: &str, text: String) -> Self {
        Self {
            order,
            shown: NamedSource::new(name, text),
        }
    }

    pub fn name(&self) -> &str {
        self.shown.name()
    }

    /// The character at the offset; none at the end of a line or of the text.
    pub fn char_at(&self, offset: usize) -> Option<char> {
        let rest = self.shown.inner().get(offset..).unwrap_or_default();
        rest.chars().next().filter(|c| *c != '\n' && *c != '\r')
    }

    /// Whether the line of the offset has a quote without its partner, comments aside.
    pub fn has_open_quote(&self, offset: usize) -> bool {
        let text = self.shown.inner();
        let (Some(before), Some(after)) = (text.get(..offset), text.get(offset..)) else {
            return false;
        };
        let start = before.rsplit('\n').next().unwrap_or_default();
        let end = after.split('\n').next().unwrap_or_default();
        let mut open = false;
        let mut escaped = false;
        for c in start.chars().chain(end.chars()) {
            match c {
                '#' if !open => return false,
                '"' if !escaped => open = !open,
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        open
    }

    /// The line, from 1, on which the byte offset lies.
    pub fn line_of(&self, offset: usize) -> usize {
        let text = self.shown.inner().as_bytes();
        let before = &text[..offset.min(text.len())];
        before.split(|byte| *byte == b'\n').count()
    }
}

/// A stretch of bytes in a file.
#[derive(Clone)]
pub struct Place {
    pub source: Arc<SourceText>,
    pub span: Range<usize>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}:{}..{}", self.span.start, self.span.end)
    }
}

/// `file.hcl:12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.source.line_of(self.span.start);
        write!(f, "{}:{line}", self.source.name())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One mistake: what it is about, what was found, what was expected, what to do.
#[derive(Debug)]
pub struct Diagnostic {
    /// Stable, like `cutover::spec::unknown_attribute`.
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    /// Where; absent for what was not written in a file.
    pub place: Option<Place>,
    /// Said at the place.
    pub label: String,
    /// Another place in the same file that belongs to it, with its own label.
    pub related: Option<(Place, String)>,
    /// A thing to do.
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            label: String::new(),
            related: None,
            help: None,
        }
    }

    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    #[must_use]
    pub fn at(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.place = Some(place.clone());
        self.label = label.into();
        self
    }

    #[must_use]
    pub fn related(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.related = Some((place.clone(), label.into()));
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As people read it: `width` columns, no colour.
    pub fn render(&self, width: usize) -> String {
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
            .with_width(width)
            .without_cause_chain();
        let mut text = String::new();
        if handler.render_report(&mut text, self).is_err() {
            // A place outside its text: the message still has to be read.
            text = format!("{}\n{}", self.code, self.message);
        }
        text.lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
            + "\n"
    }

    fn order(&self) -> (usize, usize) {
        match &self.place {
            Some(place) => (place.source.order, place.span.start),
            None => (usize::MAX, 0),
        }
    }

    fn labelled(place: &Place, label: &str) -> LabeledSpan {
        let label = (!label.is_empty()).then(|| label.to_owned());
        LabeledSpan::new(label, place.span.start, place.span.len())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        let place = self.place.as_ref()?;
        Some(&place.source.shown)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let mut labels = vec![Self::labelled(place, &self.label)];
        if let Some((other, label)) = &self.related
            && Arc::ptr_eq(&other.source, &place.source)
        {
            labels.push(Self::labelled(other, label));
        }
        Some(Box::new(labels.into_iter()))
    }
}

/// All that one run found.
#[derive(Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|one| one.severity == Severity::Error)
    }

    /// By file, then place; what has no place comes last, in the order found.
    pub fn sort(&mut self) {
        self.0.sort_by_key(Diagnostic::order);
    }

    /// Every one of them, as [`Diagnostic::render`] does, with a blank line between.
    pub fn render(&self, width: usize) -> String {
        let texts: Vec<_> = self.0.iter().map(|one| one.render(width)).collect();
        texts.join("\n")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.0.iter().enumerate() {
            let line = if index == 0 { "" } else { "\n" };
            match &one.place {
                Some(place) => write!(f, "{line}{place}: {one}")?,
                None => write!(f, "{line}{one}")?,
            }
        }
        Ok(())
    }
}

impl Error for Diagnostics {}
