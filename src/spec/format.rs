//! The canonical layout: text of a specification in, the same tokens with other blanks out.
//!
//! What changes is the indentation (two blanks for each line that opens brackets), the blanks
//! between tokens, and the columns in which `=` and the comments of neighbouring lines stand.
//! Line breaks, comments, texts and heredocs stay, so that it is what `terraform fmt` prints,
//! which besides rewrites some old forms of its own language.

mod space;
mod token;

use std::collections::BTreeSet;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation as _;

use super::diagnostic::{Diagnostics, SourceText};
use super::syntax::parse;
use super::{files, mask};
use token::{Kind, Token, tokens};

/// A line, cut where its columns are aligned with those of its neighbours.
struct Line<'a> {
    lead: Vec<Token<'a>>,
    /// From the `=` of an attribute whose value ends on the line.
    assign: Vec<Token<'a>>,
    /// A comment behind something else.
    comment: Option<Token<'a>>,
}

/// Lays out the text of one file; `name` is its name in errors. A text that does not parse is
/// returned as its mistakes.
pub fn format(name: &str, text: &str) -> Result<String, Diagnostics> {
    // Editors of another system write it; it is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = parse(text);
    if !parsed.mistakes.is_empty() {
        let shown = mask::specification(text, &parsed.body, parsed.incomplete);
        let shown = mask::values(&shown, &parsed.body, &BTreeSet::new(), true);
        let source = Arc::new(SourceText::new(0, name, shown));
        let mut found = Diagnostics::default();
        for mistake in &parsed.mistakes {
            found.push(files::told(mistake, &source));
        }
        found.sort();
        return Err(found);
    }
    let (tokens, left) = tokens(text);
    Ok(written(&laid_out(tokens)) + left)
}

/// The text of a file that parses as others may see it.
pub fn without_secrets(text: &str) -> String {
    let parsed = parse(text);
    mask::specification(text, &parsed.body, parsed.incomplete)
}

fn laid_out(tokens: Vec<Token<'_>>) -> Vec<Line<'_>> {
    let mut lines = lines(tokens);
    indent(&mut lines);
    for line in &mut lines {
        space(&mut line.lead);
        space(&mut line.assign);
    }
    align(&mut lines, |line| {
        let width = columns(&line.lead);
        line.assign.first_mut().map(|assign| (width, assign))
    });
    align(&mut lines, |line| {
        let width = columns(&line.lead) + columns(&line.assign);
        line.comment.as_mut().map(|comment| (width, comment))
    });
    lines
}

fn lines(tokens: Vec<Token<'_>>) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut lead = Vec::new();
    for token in tokens {
        let ends = token.ends_line();
        lead.push(token);
        if ends {
            lines.push(line(std::mem::take(&mut lead)));
        }
    }
    if !lead.is_empty() {
        lines.push(line(lead));
    }
    lines
}

fn line(mut lead: Vec<Token<'_>>) -> Line<'_> {
    let comment = (lead.len() > 1)
        .then(|| lead.pop_if(|last| last.kind == Kind::Comment))
        .flatten();
    let equal = lead.iter().skip(1).position(|one| one.kind == Kind::Equal);
    let assign = match equal {
        // a value that goes on over more lines is not aligned
        Some(at) if brackets(&lead[at + 1..]) == 0 => lead.split_off(at + 1),
        Some(_) | None => Vec::new(),
    };
    Line {
        lead,
        assign,
        comment,
    }
}

fn brackets(tokens: &[Token<'_>]) -> isize {
    tokens.iter().map(Token::opens).sum()
}

/// Each line that opens more brackets than it closes moves what follows in by one step, however
/// many they are, until as many are closed.
fn indent(lines: &mut [Line<'_>]) {
    let mut open: Vec<isize> = Vec::new();
    for line in lines {
        let heredoc = line
            .lead
            .iter()
            .position(|one| one.kind == Kind::OpenHeredoc);
        let counted = heredoc.map_or(line.lead.len(), |at| at + 1);
        let net = brackets(&line.lead[..counted]) + brackets(&line.assign);
        let Some(first) = line.lead.first_mut() else {
            continue;
        };
        if first.kind == Kind::Newline {
            first.blanks = 0;
            continue;
        }
        let mut closed = -net;
        while closed > 0
            && let Some(last) = open.last_mut()
        {
            if closed < *last {
                *last -= closed;
                break;
            }
            closed -= *last;
            open.pop();
        }
        first.blanks = 2 * open.len();
        if net > 0 {
            open.push(net);
        }
    }
}

fn space(cell: &mut [Token<'_>]) {
    for at in 1..cell.len() {
        let before = at.checked_sub(2).map(|before| &cell[before]);
        let stands = space::stands_between(before, &cell[at - 1], &cell[at]);
        cell[at].blanks = usize::from(stands);
    }
}

/// Moves a cell of each line in a run of lines that have it behind the longest of them. `cell`
/// gives how wide the line is before the cell, and the cell's first token.
fn align<'t>(
    lines: &mut [Line<'t>],
    cell: impl for<'l> Fn(&'l mut Line<'t>) -> Option<(usize, &'l mut Token<'t>)>,
) {
    let mut rest = lines;
    while !rest.is_empty() {
        let widths: Vec<_> = rest
            .iter_mut()
            .map_while(|line| cell(line).map(|(width, _)| width))
            .collect();
        let widest = widths.iter().max().copied().unwrap_or(0);
        // the line that ends the run has no such cell
        let (run, behind) = rest.split_at_mut(widths.len().max(1));
        for (line, width) in run.iter_mut().zip(widths) {
            if let Some((_, first)) = cell(line) {
                first.blanks = widest - width + 1;
            }
        }
        rest = behind;
    }
}

/// How wide the tokens are on a screen that draws every character in one column.
fn columns(tokens: &[Token<'_>]) -> usize {
    let width = |token: &Token<'_>| token.blanks + token.text.graphemes(true).count();
    tokens.iter().map(width).sum()
}

fn written(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for line in lines {
        for token in line.lead.iter().chain(&line.assign).chain(&line.comment) {
            text.extend(std::iter::repeat_n(' ', token.blanks));
            text.push_str(token.text);
        }
    }
    text
}

#[cfg(test)]
mod tests;
