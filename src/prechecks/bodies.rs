//! The SQL inside objects, read as the destination's version will read it.

mod syntax;
mod texts;
mod words;

pub(super) use words::RESERVED;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use texts::{Body, Resolved, bodies};

use crate::mysql::ServerVersion;

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
