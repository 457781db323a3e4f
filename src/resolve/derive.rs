//! Defaults: those of the table, and those that follow from other settings.

use super::option_file::{self, Options};
use super::options::Phase;
use crate::spec::pattern::Pattern;
use crate::spec::{Diagnostic, Diagnostics, Entry, Item, Place, Secret, Section, Setting, Spec};

/// The specification with every default written out.
pub fn complete(spec: &Spec, found: &mut Diagnostics) -> Section {
    let mut root = crate::spec::completed(&spec.root);
    let phases = phases(&root);
    let name = root
        .section("migration")
        .map_or("", Section::label)
        .to_owned();
    for section in &mut root.sections {
        match section.block.name {
            "source" | "destination" => endpoint(section, spec, found),
            "objects" => section.sections.iter_mut().for_each(database),
            "conflicts" => {
                let reuse = !phases.contains(&Phase::Schema);
                let word = if reuse { "reuse" } else { "error" };
                derived(section, "existing_tables", Setting::Text(word.to_owned()));
            }
            "state" => {
                let path = format!("state/{name}.json");
                derived(section, "path", Setting::Text(path));
            }
            _ => {}
        }
    }
    root
}

/// The chosen phases, as far as they are right.
pub fn phases(root: &Section) -> Vec<Phase> {
    let chosen = root
        .section("migration")
        .and_then(|one| one.texts("phases"));
    let words = chosen
        .unwrap_or_default()
        .iter()
        .map(|item| item.text.as_str());
    let named = |word| Phase::ALL.into_iter().find(|phase| phase.as_str() == word);
    words.filter_map(named).collect()
}

/// Sets what was not written.
fn derived(section: &mut Section, name: &'static str, setting: Setting) {
    let entry = Entry {
        place: None,
        setting: Some(setting),
    };
    section.entries.entry(name).or_insert(entry);
}

fn database(section: &mut Section) {
    let Some(place) = section.header.clone() else {
        return;
    };
    if let Ok(all) = Pattern::parse("*") {
        derived(
            section,
            "include",
            Setting::Patterns(vec![(all, place.clone())]),
        );
    }
    let everything = section
        .patterns("include")
        .is_some_and(|include| matches!(include, [(only, _)] if only.is_everything()));
    let kinds: &[&str] = if everything {
        &["tables", "views", "routines", "triggers", "events"]
    } else {
        &["tables"]
    };
    derived(section, "kinds", texts(kinds, &place));
}

fn texts(words: &[&str], place: &Place) -> Setting {
    let item = |word: &&str| Item {
        text: (*word).to_owned(),
        place: place.clone(),
    };
    Setting::Texts(words.iter().map(item).collect())
}

fn endpoint(section: &mut Section, spec: &Spec, found: &mut Diagnostics) {
    if section.has("defaults_file") {
        derived(
            section,
            "defaults_group",
            Setting::Text("client".to_owned()),
        );
        if let Some(options) = options(section, spec, found) {
            from_options(section, options);
        }
    }
    if !section.has("socket") {
        derived(section, "port", Setting::Number(3306));
    }
}

fn options(section: &Section, spec: &Spec, found: &mut Diagnostics) -> Option<Options> {
    let path = spec.path(section.text("defaults_file")?);
    let group = section.text("defaults_group")?;
    match option_file::read(&path, group) {
        Ok(options) => Some(options),
        Err(error) => {
            let wrong = Diagnostic::error("cutover::resolve::option_file", error.to_string());
            let wrong = match section.place("defaults_file") {
                Some(place) => wrong.at(place, "named here"),
                None => wrong,
            };
            found.push(wrong.help(error.remedy()));
            None
        }
    }
}

/// Attributes win over the file, as options on the command line do.
fn from_options(section: &mut Section, options: Options) {
    if !section.has("host") && !section.has("socket") {
        // `localhost` means the socket to MySQL's programs.
        let local = options
            .host
            .as_deref()
            .is_none_or(|host| host == "localhost");
        match (options.host, options.socket) {
            (_, Some(socket)) if local => derived(section, "socket", Setting::Text(socket)),
            (Some(host), _) => derived(section, "host", Setting::Text(host)),
            (None, _) => {}
        }
    }
    if let Some(port) = options.port.filter(|_| !section.has("socket")) {
        derived(section, "port", Setting::Number(port.into()));
    }
    if let Some(user) = options.user {
        derived(section, "user", Setting::Text(user));
    }
    if let Some(password) = options
        .password
        .filter(|_| !section.has("password_command"))
    {
        derived(section, "password", Setting::Secret(Secret::new(password)));
    }
}
