//! Templates: quoted strings with `${}` and `%{}`, and heredocs.

use std::borrow::Cow;
use std::sync::Arc;

use hcl_edit::template::{
    Directive, Element, ForDirective, HeredocTemplate, IfDirective, Interpolation, StringTemplate,
    Strip,
};

use super::{Evaluated, Evaluator, Fault, Stop};
use crate::spec::value::Value;

/// Text as it grows, and what made it secret.
#[derive(Default)]
struct Growing {
    text: String,
    secret: Option<Arc<str>>,
    /// Blanks that `<<-` takes from the start of each line. The parser takes them from the text of
    /// the heredoc itself, not from what stands inside directives.
    indent: usize,
    /// In how many directives the text stands.
    depth: usize,
}

impl Growing {
    fn dedented<'a>(&self, literal: &'a str) -> Cow<'a, str> {
        if self.depth == 0 || self.indent == 0 {
            return Cow::Borrowed(literal);
        }
        let mut lines = literal.split_inclusive('\n');
        let mut text = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            let blanks = line.bytes().take_while(|byte| *byte == b' ').count();
            text.push_str(&line[blanks.min(self.indent)..]);
        }
        Cow::Owned(text)
    }
}

impl Evaluator<'_> {
    /// A template that is nothing but one interpolation is that value, whatever its kind.
    pub(super) fn string_template(&mut self, template: &StringTemplate) -> Evaluated {
        let mut elements = template.iter();
        if let (Some(Element::Interpolation(only)), None) = (elements.next(), elements.next()) {
            return self.evaluate(&only.expr);
        }
        let elements: Vec<&Element> = template.iter().collect();
        self.elements(&elements, 0)
    }

    pub(super) fn heredoc(&mut self, heredoc: &HeredocTemplate) -> Evaluated {
        let elements: Vec<&Element> = heredoc.template.iter().collect();
        self.elements(&elements, heredoc.indent().unwrap_or(0))
    }

    fn elements(&mut self, elements: &[&Element], indent: usize) -> Evaluated {
        let mut growing = Growing {
            indent,
            ..Growing::default()
        };
        self.grow(&mut growing, elements, Strip::None, Strip::None)?;
        Ok(Value::text(growing.text).tainted(growing.secret.as_ref()))
    }

    /// `before` and `after`: what the marks around these elements strip.
    fn grow(
        &mut self,
        growing: &mut Growing,
        elements: &[&Element],
        before: Strip,
        after: Strip,
    ) -> Result<(), Stop> {
        for (index, element) in elements.iter().enumerate() {
            let previous = match index.checked_sub(1) {
                Some(index) => closing_strip(elements[index]),
                None => before,
            };
            let next = elements
                .get(index + 1)
                .map_or(after, |one| opening_strip(one));
            match element {
                Element::Literal(literal) => {
                    let text = growing.dedented(literal);
                    let text = stripped(&text, previous, next);
                    self.made(text.len(), *element)?;
                    growing.text.push_str(text);
                }
                Element::Interpolation(interpolation) => {
                    self.interpolate(growing, interpolation)?;
                }
                Element::Directive(directive) => {
                    growing.depth += 1;
                    match directive.as_ref() {
                        Directive::If(directive) => self.grow_if(growing, directive)?,
                        Directive::For(directive) => self.grow_for(growing, directive)?,
                    }
                    growing.depth -= 1;
                }
            }
        }
        Ok(())
    }

    fn interpolate(&mut self, growing: &mut Growing, part: &Interpolation) -> Result<(), Stop> {
        let value = self.evaluate(&part.expr)?;
        let Some(text) = value.as_text() else {
            let message = format!("{} cannot stand in a template", value.kind());
            let fault = Fault::new(message, self.place(&part.expr)).label("expected a string");
            return Err(fault
                .help("use `join` for a list, `jsonencode` for a map")
                .into());
        };
        self.made(text.len(), part)?;
        growing.text.push_str(&text);
        growing.secret = growing.secret.take().or(value.secret);
        Ok(())
    }

    fn grow_if(&mut self, growing: &mut Growing, directive: &IfDirective) -> Result<(), Stop> {
        let (decided, secret) = self.condition(&directive.if_expr.cond_expr)?;
        growing.secret = growing.secret.take().or(secret);
        let end = directive.endif_expr.strip;
        let (template, before, after) = match (decided, &directive.else_expr) {
            (true, other) => {
                let after = other.as_ref().map_or(end, |other| other.strip);
                (&directive.if_expr.template, directive.if_expr.strip, after)
            }
            (false, Some(other)) => (&other.template, other.strip, end),
            (false, None) => return Ok(()),
        };
        let elements: Vec<&Element> = template.iter().collect();
        self.grow(growing, &elements, before, after)
    }

    fn grow_for(&mut self, growing: &mut Growing, directive: &ForDirective) -> Result<(), Stop> {
        let intro = &directive.for_expr;
        let over = self.evaluate(&intro.collection_expr)?;
        let secret = over.secret.clone();
        growing.secret = growing.secret.take().or_else(|| secret.clone());
        let elements: Vec<&Element> = intro.template.iter().collect();
        let depth = self.bound.len();
        for (key, value) in self.pairs(over, &intro.collection_expr)? {
            self.step(&intro.collection_expr)?;
            if let Some(name) = &intro.key_var {
                self.bound.push((name.as_str().to_owned(), key));
            }
            let value = value.tainted(secret.as_ref());
            self.bound
                .push((intro.value_var.as_str().to_owned(), value));
            self.grow(growing, &elements, intro.strip, directive.endfor_expr.strip)?;
            self.bound.truncate(depth);
        }
        Ok(())
    }
}

/// What an element strips from the literal before it.
fn opening_strip(element: &Element) -> Strip {
    match element {
        Element::Literal(_) => Strip::None,
        Element::Interpolation(interpolation) => interpolation.strip,
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(directive) => directive.if_expr.strip,
            Directive::For(directive) => directive.for_expr.strip,
        },
    }
}

/// What an element strips from the literal after it.
fn closing_strip(element: &Element) -> Strip {
    match element {
        Element::Literal(_) => Strip::None,
        Element::Interpolation(interpolation) => interpolation.strip,
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(directive) => directive.endif_expr.strip,
            Directive::For(directive) => directive.endfor_expr.strip,
        },
    }
}

/// Without the blanks up to and including one line break, at the ends that are marked by `~`.
fn stripped(mut text: &str, previous: Strip, next: Strip) -> &str {
    let blank = |c: char| c.is_whitespace() && c != '\n' && c != '\r';
    if previous.strip_end() {
        text = text.trim_start_matches(blank);
        text = text
            .strip_prefix("\r\n")
            .or(text.strip_prefix('\n'))
            .unwrap_or(text);
    }
    if next.strip_start() {
        text = text.trim_end_matches(blank);
        text = text
            .strip_suffix("\r\n")
            .or(text.strip_suffix('\n'))
            .unwrap_or(text);
    }
    text
}
