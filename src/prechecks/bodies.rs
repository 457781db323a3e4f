//! The SQL inside objects, read as the destination's version will read it.

mod syntax;
mod words;

pub(super) use words::RESERVED;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::{CreationContext, RoutineKind},
    mysql::{Ident, ServerVersion},
    resolve::{EventMode, TriggerMode},
    sql::{Kind, Mode, Token, tokenize},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "reserved_word_in_body",
        phases: SCHEMA,
        run: reserved_word_in_body,
    },
    Check {
        id: "group_by_asc_desc",
        phases: SCHEMA,
        run: group_by_asc_desc,
    },
    Check {
        id: "removed_syntax",
        phases: SCHEMA,
        run: removed_syntax,
    },
    Check {
        id: "dot_table_syntax",
        phases: SCHEMA,
        run: dot_table_syntax,
    },
    Check {
        id: "removed_functions",
        phases: SCHEMA,
        run: removed_functions,
    },
];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "removed_functions_in_bodies",
        phases: SCHEMA,
        run: removed_functions_in_bodies,
    },
    Check {
        id: "sql_mode_obsolete",
        phases: SCHEMA,
        run: sql_mode_obsolete,
    },
    Check {
        id: "sql_calc_found_rows_etc",
        phases: SCHEMA,
        run: sql_calc_found_rows_etc,
    },
];

/// When the destination's server looks at the names in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Resolved {
    /// A view, a generated column, a check, a default, a part of an index.
    WhenCreated,
    /// A routine, a trigger, an event.
    WhenRun,
}

/// A text that the destination reads anew.
struct Body<'a> {
    /// `shop.f (function)`
    place: String,
    database: &'a Ident,
    resolved: Resolved,
    sql_mode: &'a str,
    /// Those that mean something.
    tokens: Vec<Token<'a>>,
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

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(word))
    }

    fn is_symbol(&self, at: usize, symbol: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.is_symbol(symbol))
    }

    /// Whether these keywords stand there.
    fn are(&self, at: usize, words: &[&str]) -> bool {
        (at..)
            .zip(words)
            .all(|(position, word)| self.is(position, word))
    }

    fn behind_dot(&self, at: usize) -> bool {
        at > 0 && self.is_symbol(at - 1, ".")
    }

    /// The called function's name in lower case, where a call without a database stands.
    fn call(&self, at: usize) -> Option<String> {
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
fn bodies<'a>(context: &Context<'a>) -> Vec<Body<'a>> {
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

type Version = (u16, u16, u16);

/// What changed between the two servers' versions.
struct Gap<'a> {
    source: &'a ServerVersion,
    destination: &'a ServerVersion,
}

impl<'a> Gap<'a> {
    fn of(context: &Context<'a>) -> Self {
        Self {
            source: &context.source_facts().version,
            destination: &context.destination_facts().version,
        }
    }

    fn has(&self, (major, minor, patch): Version) -> bool {
        !self.source.at_least(major, minor, patch) && self.destination.at_least(major, minor, patch)
    }
}

const REFUSED: &str = "the destination's version refuses the statement that creates it";
const REWRITE: &str = "write it in another way on the source, or exclude the object";

/// `shop.f (function): what`, for each thing found in each body.
fn in_bodies<'a>(
    bodies: &'a [Body<'a>],
    look: impl Fn(&Body<'a>, usize) -> Option<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for body in bodies {
        let here = (0..body.tokens.len()).filter_map(|at| look(body, at));
        found.extend(here.map(|what| format!("{}: {what}", body.place)));
    }
    found
}

fn reserved_word_in_body(context: &Context<'_>) -> Vec<Found> {
    let gap = Gap::of(context);
    let reserved: Vec<&str> = words::RESERVED
        .iter()
        .filter(|(_, since)| gap.has(*since))
        .map(|(word, _)| *word)
        .collect();
    if reserved.is_empty() {
        return Vec::new();
    }
    let bodies = bodies(context);
    Found::fail("a body uses a word as a name that the destination's version reserves")
        .why(REFUSED)
        .remedy("put the name in backticks on the source, or exclude the object")
        .if_any(in_bodies(&bodies, |body, at| {
            let token = body.tokens[at];
            let word = reserved.iter().find(|word| token.is(word))?;
            syntax::names(body, at, word).then(|| (*word).to_owned())
        }))
}

fn group_by_asc_desc(context: &Context<'_>) -> Vec<Found> {
    if !Gap::of(context).has((8, 0, 13)) {
        return Vec::new();
    }
    let bodies = bodies(context);
    Found::fail("a body says GROUP BY ... ASC or DESC")
        .why(REFUSED)
        .remedy("say ORDER BY instead on the source, or exclude the object")
        .if_any(in_bodies(&bodies, |body, at| {
            syntax::group_by_direction(body, at).map(str::to_owned)
        }))
}

fn removed_syntax(context: &Context<'_>) -> Vec<Found> {
    let gap = Gap::of(context);
    let rules: Vec<&syntax::Rule> = syntax::REMOVED
        .iter()
        .filter(|rule| gap.has(rule.since))
        .collect();
    let variables: Vec<&str> = words::VARIABLES
        .iter()
        .filter(|(_, since)| gap.has(*since))
        .flat_map(|(names, _)| names.split(' '))
        .collect();
    if rules.is_empty() && variables.is_empty() {
        return Vec::new();
    }
    let bodies = bodies(context);
    Found::fail("a body uses what the destination's version no longer has")
        .why(REFUSED)
        .remedy(REWRITE)
        .if_any(in_bodies(&bodies, |body, at| {
            let rule = rules.iter().find(|rule| (rule.found)(body, at));
            rule.map(|rule| rule.shown.to_owned())
                .or_else(|| syntax::variable(body, at, &variables))
        }))
}

fn dot_table_syntax(context: &Context<'_>) -> Vec<Found> {
    if !Gap::of(context).has((8, 0, 0)) {
        return Vec::new();
    }
    let bodies = bodies(context);
    Found::fail("a body names a table with a dot and no database before it")
        .why(REFUSED)
        .remedy("take the dot away on the source, or exclude the object")
        .if_any(in_bodies(&bodies, syntax::dot_table))
}

/// Calls of functions that the destination does not have.
fn removed_calls(context: &Context<'_>, resolved: Resolved) -> Vec<String> {
    let gap = Gap::of(context);
    let mut removed: Vec<&str> = words::FUNCTIONS
        .iter()
        .filter(|(_, since)| gap.has(*since))
        .flat_map(|(names, _)| names.split_whitespace())
        .collect();
    let absent = &context.destination_facts().absent_functions;
    removed.extend(absent.iter().map(String::as_str));
    if removed.is_empty() {
        return Vec::new();
    }
    let routines: Vec<_> = context
        .selected()
        .routines()
        .map(|routine| &routine.name)
        .collect();
    let mut bodies = bodies(context);
    bodies.retain(|body| body.resolved == resolved);
    in_bodies(&bodies, |body, at| {
        let name = body.call(at)?;
        let own = routines.iter().any(|routine| {
            routine.database == *body.database && routine.name.as_str().to_lowercase() == name
        });
        (removed.contains(&name.as_str()) && !own).then(|| name.to_uppercase())
    })
}

fn removed_functions(context: &Context<'_>) -> Vec<Found> {
    Found::fail("a view or an expression calls a function that the destination does not have")
        .why(REFUSED)
        .remedy(
            "use what took its place on the source (ST_..., SHA2, AES_ENCRYPT; for MD5 and SHA1 \
             install the component that has them), or exclude the object",
        )
        .if_any(removed_calls(context, Resolved::WhenCreated))
}

fn removed_functions_in_bodies(context: &Context<'_>) -> Vec<Found> {
    Found::info("a program calls a function that the destination does not have")
        .why("it is created, and fails when it runs (error 1305)")
        .remedy("use what took its place: ST_..., SHA2, AES_ENCRYPT")
        .if_any(removed_calls(context, Resolved::WhenRun))
}

fn sql_mode_obsolete(context: &Context<'_>) -> Vec<Found> {
    if !Gap::of(context).has((8, 0, 0)) {
        return Vec::new();
    }
    let bodies = bodies(context);
    let obsolete = bodies.iter().filter_map(|body| {
        let modes = body.sql_mode.split(',');
        let gone: Vec<&str> = modes.filter(|mode| words::MODES.contains(mode)).collect();
        (!gone.is_empty()).then(|| format!("{}: {}", body.place, gone.join(",")))
    });
    Found::info("a program was defined under SQL modes that are gone")
        .why("it is created without them; what they did went with them")
        .remedy("nothing, unless a later comparison of sql_mode is to be equal")
        .if_any(obsolete)
}

fn sql_calc_found_rows_etc(context: &Context<'_>) -> Vec<Found> {
    if !Gap::of(context).has((8, 0, 17)) {
        return Vec::new();
    }
    let bodies = bodies(context);
    Found::info("a body uses what later versions warn of")
        .why("it works, and is going to be removed")
        .remedy("SQL_CALC_FOUND_ROWS: a second query with COUNT(*); && and ||: AND and OR")
        .if_any(in_bodies(&bodies, |body, at| {
            let token = body.tokens[at];
            let pipes = !body.sql_mode.contains("PIPES_AS_CONCAT") && token.is_symbol("||");
            if token.is("SQL_CALC_FOUND_ROWS") || token.is_symbol("&&") || pipes {
                Some(token.text.to_uppercase())
            } else {
                None
            }
        }))
}
