//! The texts that the destination reads anew: of views, of expressions in tables, of programs.

use super::super::context::Context;
use crate::{
    catalog::{CreationContext, RoutineKind},
    mysql::Ident,
    resolve::{EventMode, TriggerMode},
    sql::{Kind, Mode, Token, tokenize},
};

/// When the destination's server looks at the names in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    /// A view, a generated column, a check, a default, a part of an index.
    WhenCreated,
    /// A routine, a trigger, an event.
    WhenRun,
}

/// A text that the destination reads anew.
pub(super) struct Body<'a> {
    /// `shop.f (function)`
    pub place: String,
    pub database: &'a Ident,
    pub resolved: Resolved,
    pub sql_mode: &'a str,
    /// Those that mean something.
    pub tokens: Vec<Token<'a>>,
}

impl<'a> Body<'a> {
    fn new(
        place: String,
        database: &'a Ident,
        resolved: Resolved,
        text: &'a str,
        sql_mode: &'a str,
    ) -> Self {
        let tokens = tokenize(text, Mode::from_sql_mode(sql_mode));
        Self {
            place,
            database,
            resolved,
            sql_mode,
            tokens: tokens.into_iter().filter(Token::significant).collect(),
        }
    }

    pub fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(word))
    }

    pub fn is_symbol(&self, at: usize, symbol: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.is_symbol(symbol))
    }

    /// Whether these keywords stand there.
    pub fn are(&self, at: usize, words: &[&str]) -> bool {
        (at..)
            .zip(words)
            .all(|(position, word)| self.is(position, word))
    }

    pub fn behind_dot(&self, at: usize) -> bool {
        at > 0 && self.is_symbol(at - 1, ".")
    }

    /// The called function's name in lower case, where a call without a database stands.
    pub fn call(&self, at: usize) -> Option<String> {
        const BEFORE_NAMES: [&str; 9] = [
            "INTO",
            "TABLE",
            "UPDATE",
            "JOIN",
            "KEY",
            "INDEX",
            "IGNORE",
            "CALL",
            "REFERENCES",
        ];
        let token = self.tokens.get(at)?;
        let called = token.kind == Kind::Word
            && self.is_symbol(at + 1, "(")
            && !self.behind_dot(at)
            && !(at > 0 && BEFORE_NAMES.iter().any(|word| self.is(at - 1, word)));
        called.then(|| token.text.to_ascii_lowercase())
    }
}

/// Views, expressions of tables, and programs that will be created.
pub(super) fn bodies<'a>(context: &Context<'a>) -> Vec<Body<'a>> {
    let mut bodies = expressions(context);
    let selected = context.selected();
    let views = selected.views().filter(|view| view.invalid.is_none());
    bodies.extend(views.map(|view| {
        let place = format!("{} (view)", view.name.plain());
        let database = &view.name.database;
        Body::new(place, database, Resolved::WhenCreated, &view.definition, "")
    }));
    for routine in selected.routines() {
        let kind = match routine.kind {
            RoutineKind::Function => "function",
            RoutineKind::Procedure => "procedure",
        };
        let place = format!("{} ({kind})", routine.name.plain());
        if let Some(text) = &routine.definition {
            bodies.push(program(
                place,
                &routine.name.database,
                text,
                &routine.context,
            ));
        }
    }
    let options = context.migration.schema();
    let triggers = selected
        .triggers()
        .filter(|_| options.triggers != TriggerMode::Skip);
    for trigger in triggers {
        let place = format!("{} (trigger)", trigger.name.plain());
        let database = &trigger.name.database;
        bodies.push(program(
            place,
            database,
            &trigger.definition,
            &trigger.context,
        ));
        // the names before it are written anew
        if let Some(body) = bodies.last_mut() {
            let mut at = 0..body.tokens.len();
            let begin = at.find(|at| body.are(*at, &["FOR", "EACH", "ROW"]));
            body.tokens.drain(..begin.unwrap_or(0));
        }
    }
    let events = selected
        .events()
        .filter(|event| options.events != EventMode::Skip && !event.past);
    for event in events {
        let place = format!("{} (event)", event.name.plain());
        let database = &event.name.database;
        bodies.push(program(place, database, &event.definition, &event.context));
    }
    bodies
}

fn program<'a>(
    place: String,
    database: &'a Ident,
    text: &'a str,
    context: &'a CreationContext,
) -> Body<'a> {
    Body::new(place, database, Resolved::WhenRun, text, &context.sql_mode)
}

fn expressions<'a>(context: &Context<'a>) -> Vec<Body<'a>> {
    let mut found = Vec::new();
    for table in context.selected().tables() {
        let mut note = |place: String, text: &'a str| {
            let database = &table.name.database;
            found.push(Body::new(place, database, Resolved::WhenCreated, text, ""));
        };
        let place =
            |name: &Ident, what: &str| format!("{}.{} ({what})", table.name.plain(), name.as_str());
        for column in &table.columns {
            if let Some(generated) = &column.generated {
                let place = place(&column.name, "generated column");
                note(place, &generated.expression);
            } else if column.default_is_expression
                && let Some(default) = &column.default
            {
                note(place(&column.name, "default"), default);
            }
        }
        for check in &table.checks {
            note(place(&check.name, "check"), &check.expression);
        }
        for index in &table.indexes {
            let parts = index.parts.iter();
            for expression in parts.filter_map(|part| part.expression.as_deref()) {
                note(place(&index.name, "index"), expression);
            }
        }
    }
    found
}
