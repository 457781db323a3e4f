//! What settings must not say together: rules that no single attribute can break.

mod mappings;
mod objects;
mod run;
mod servers;

use crate::spec::{Diagnostic, Diagnostics, Place, Section, Spec};
use crate::sql;

/// The specification as it was written, and with its defaults.
struct Rules<'a> {
    spec: &'a Spec,
    complete: &'a Section,
    found: &'a mut Diagnostics,
}

/// Reports every rule that is broken, and what is worth a warning.
pub fn check(spec: &Spec, complete: &Section, found: &mut Diagnostics) {
    let mut rules = Rules {
        spec,
        complete,
        found,
    };
    rules.servers();
    rules.objects();
    rules.mappings();
    rules.run();
}

const CONTRADICTION: &str = "cutover::resolve::contradiction";

impl Rules<'_> {
    /// Two attributes of one block that exclude each other.
    fn contradiction(
        &mut self,
        section: &Section,
        name: &str,
        other: &str,
        message: &str,
        help: &str,
    ) {
        let (Some(here), Some(there)) = (section.place(name), section.place(other)) else {
            return;
        };
        let found = Diagnostic::error(CONTRADICTION, message)
            .at(here, format!("`{name}` is set here"))
            .related(there, format!("`{other}` here"))
            .help(help);
        self.found.push(found);
    }

    /// SQL over one row, as far as it can be judged without the table.
    fn row_expression(&mut self, section: &Section, name: &str, variables: bool) {
        let Some(text) = section.text(name) else {
            return;
        };
        let (why, help) = match sql::uses(text, variables) {
            // who is used to ANSI_QUOTES would compare a string with a string, and filter all or none
            Ok(uses) if name == "where" && uses.columns.is_empty() && uses.words.is_empty() => (
                "it uses no column".to_owned(),
                "write a column bare or in backticks; in double quotes it is a string, whatever \
                 sql_mode the servers have",
            ),
            Ok(_) => return,
            Err(error) => (error.to_string(), error.remedy()),
        };
        self.error(
            "cutover::resolve::row_expression",
            format!(
                "`{name}` of `{} \"{}\"` cannot be used: {why}",
                section.block.name,
                section.label()
            ),
            section.place(name),
            "here",
            help,
        );
    }

    fn error(
        &mut self,
        code: &'static str,
        message: String,
        place: Option<&Place>,
        label: &str,
        help: impl Into<String>,
    ) {
        let found = Diagnostic::error(code, message).help(help);
        self.found.push(match place {
            Some(place) => found.at(place, label),
            None => found,
        });
    }

    fn warning(
        &mut self,
        code: &'static str,
        message: String,
        place: Option<&Place>,
        label: &str,
        help: &str,
    ) {
        let found = Diagnostic::warning(code, message).help(help);
        self.found.push(match place {
            Some(place) => found.at(place, label),
            None => found,
        });
    }
}
