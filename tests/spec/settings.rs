//! Nothing of the language is ignored: every attribute, set to something else than its default,
//! either changes a part of the migration that the program uses, or is listed as not supported yet,
//! which `apply` refuses.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use cutover::resolve::{Inputs, Migration, load};
use cutover::spec::language::{Absent, Attribute, Block, Engine, Kind, List, Occurs, ROOT, Text};

/// An attribute, and the blocks that it stands in, from the outermost.
struct Setting {
    blocks: Vec<&'static Block>,
    attribute: &'static Attribute,
}

impl Setting {
    fn name(&self) -> String {
        let blocks = self.blocks.iter().map(|block| block.name);
        let parts: Vec<&str> = blocks.chain([self.attribute.name]).collect();
        parts.join(".")
    }

    fn is_later(&self) -> bool {
        let later = |engine: Engine| engine == Engine::Later;
        later(self.attribute.engine) || self.blocks.iter().any(|block| later(block.engine))
    }
}

fn all(block: &'static Block, outer: &[&'static Block], found: &mut Vec<Setting>) {
    for attribute in block.attributes {
        found.push(Setting {
            blocks: outer.to_vec(),
            attribute,
        });
    }
    for inner in block.blocks {
        let blocks = [outer, &[inner]].concat();
        all(inner, &blocks, found);
    }
}

/// What the blocks need to be valid, beside the attribute that is set.
fn required(block: &str) -> &'static [(&'static str, &'static str)] {
    match block {
        "source" | "destination" => &[("host", "\"10.0.0.5\""), ("user", "\"migrator\"")],
        "migration" => &[("phases", "[\"schema\", \"full\", \"incremental\"]")],
        "window" => &[("from", "\"22:00\""), ("to", "\"05:00\"")],
        "notify" => &[("url", "\"https://ops.example/hook\"")],
        "acknowledge" => &[("reason", "\"read\"")],
        "metrics" => &[("listen", "\"127.0.0.1:9464\"")],
        "rename" => &[("match", "\"/^a_(.+)$/\""), ("to", "\"b_$1\"")],
        _ => &[],
    }
}

/// What the attribute needs beside it, and what cannot stand beside it.
fn beside(
    setting: &str,
) -> (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
) {
    match setting {
        "source.socket" | "destination.socket" => (&[], &["host"]),
        "source.defaults_file" | "destination.defaults_file" => (&[], &["user"]),
        "source.defaults_group" | "destination.defaults_group" => {
            (&[("defaults_file", "\"my.cnf\"")], &["user"])
        }
        "source.tls.cert_file" | "destination.tls.cert_file" => (&[("key_file", "\"k.pem\"")], &[]),
        "source.tls.key_file" | "destination.tls.key_file" => (&[("cert_file", "\"c.pem\"")], &[]),
        "source.tls.ca_file" | "destination.tls.ca_file" => (&[("mode", "\"verify-ca\"")], &[]),
        "finish.idle_for" => (&[("fence", "\"idle\"")], &[]),
        "objects.database.exclude" => (&[("include", "[\"*\"]")], &[]),
        _ => (&[], &[]),
    }
}

/// A value other than the default.
fn value(setting: &Setting) -> String {
    let name = setting.name();
    let by_name = match name.as_str() {
        "migration.phases" => "[\"schema\", \"full\"]",
        "conflicts.existing_tables" => "\"reuse\"",
        "incremental.start" => "\"file:binlog.000001,4\"",
        _ if setting.attribute.name == "merge" => "true",
        "source.defaults_file" | "destination.defaults_file" => "\"my.cnf\"",
        "limits.retry.statement" => "\"11m\"",
        "limits.retry.connection" => "\"13h\"",
        "objects.database.include" => "[\"orders\", \"o*\"]",
        "mappings.database.to"
        | "mappings.database.table.to"
        | "mappings.database.table.column.to" => "\"other\"",
        "source.defaults_group" | "destination.defaults_group" => "\"second\"",
        "incremental.online_ddl.shadow_tables" => "[\"/^_(.+)_copy$/\"]",
        "incremental.online_ddl.trash_tables" => "[\"/^_(.+)_gone$/\"]",
        _ => "",
    };
    if !by_name.is_empty() {
        return by_name.to_owned();
    }
    let default = match setting.attribute.value {
        Absent::Default(text) => text,
        Absent::Nothing | Absent::Derived | Absent::Required => "",
    };
    let other = |words: &[&str]| {
        let mut words = words.iter().map(|word| format!("\"{word}\""));
        words.find(|word| word != default).expect("two words")
    };
    match setting.attribute.kind {
        Kind::Text(text) => match text {
            Text::OneOf(words) => other(words),
            Text::Definer => "\"keep\"".to_owned(),
            Text::Host => "\"10.0.0.77\"".to_owned(),
            Text::Listen => "\"127.0.0.1:9999\"".to_owned(),
            Text::Pattern => "\"/^z_(.+)$/\"".to_owned(),
            Text::NewName => "\"c_$1\"".to_owned(),
            Text::TimeOfDay => "\"23:30\"".to_owned(),
            Text::TimeZone => "\"Europe/Berlin\"".to_owned(),
            Text::Sql => "\"id > 7\"".to_owned(),
            Text::Start => "\"gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5\"".to_owned(),
            Text::Any | Text::Word | Text::Name | Text::Path | Text::MigrationName => {
                "\"another\"".to_owned()
            }
        },
        Kind::List(list) => match list {
            List::SomeOf(words) | List::InOrder(words) | List::SomeOrAll(words) => {
                format!("[\"{}\"]", words[0])
            }
            List::Patterns => "[\"orders\"]".to_owned(),
            List::Addresses => "[\"10.0.0.10:3306\"]".to_owned(),
            List::Commands => "[\"./run\"]".to_owned(),
            List::Objects => "[\"shop.orders\"]".to_owned(),
        },
        Kind::Bool => (default != "true").to_string(),
        Kind::Number(range) => (range.least + 1).to_string(),
        Kind::Duration(_) => "\"7m\"".to_owned(),
        Kind::Size => "\"77MiB\"".to_owned(),
        Kind::Workers => "3".to_owned(),
        Kind::Port => "3399".to_owned(),
        Kind::Tags => "{ change = \"CHG-1\" }".to_owned(),
        Kind::Secret => "\"s3cret\"".to_owned(),
        Kind::SecretCommand => "[\"./password\"]".to_owned(),
        Kind::SecretUrl => "\"https://other.example/hook\"".to_owned(),
    }
}

fn label(block: &Block) -> &'static str {
    match (block.name, block.label) {
        (_, None) => "",
        ("rename", _) => " \"columns\"",
        ("database", _) => " \"shop\"",
        ("table", _) => " \"orders\"",
        ("column", _) => " \"note\"",
        ("acknowledge", _) => " \"no_primary_key\"",
        (_, Some(_)) => " \"one\"",
    }
}

/// A specification with the attribute set, or with all but that.
fn specification(setting: &Setting, set: bool) -> String {
    let mut text = String::new();
    for block in ROOT.blocks {
        let needed = matches!(block.occurs, Occurs::Required);
        // a mapping that says nothing is a mistake
        let wanted = setting.blocks[0].name == block.name && (set || block.name != "mappings");
        if needed || wanted {
            write(&mut text, &[block], setting, set);
        }
    }
    text
}

fn write(text: &mut String, path: &[&'static Block], setting: &Setting, set: bool) {
    let block = path[path.len() - 1];
    let names = |blocks: &[&'static Block]| -> Vec<&str> {
        blocks.iter().map(|block| block.name).collect()
    };
    let here = names(path) == names(&setting.blocks);
    let _ = writeln!(text, "{}{} {{", block.name, label(block));
    let own = setting.attribute.name;
    // what is needed beside it is often wrong without it
    let needs_always = |own: &str| ["defaults_group", "idle_for"].contains(&own);
    let (more, without): (&[_], &[_]) = if here && (set || needs_always(own)) {
        beside(&setting.name())
    } else {
        (&[], &[])
    };
    for (name, value) in required(block.name).iter().chain(more) {
        if !(here && (without.contains(name) || (*name == own && set))) {
            let streams_only = *name == "phases" && own == "start";
            let value = if streams_only {
                "[\"incremental\"]"
            } else {
                value
            };
            let _ = writeln!(text, "{name} = {value}");
        }
    }
    // selected by name, so that the blocks in it may be written
    let tables = names(path) == ["objects", "database"] && own != "include";
    if tables && !more.iter().any(|(name, _)| *name == "include") {
        text.push_str("include = [\"*\"]\n");
    }
    if here && set {
        let _ = writeln!(text, "{own} = {}", value(setting));
    }
    let next = setting
        .blocks
        .get(path.len())
        .filter(|_| names(path) == names(&setting.blocks[..path.len().min(setting.blocks.len())]));
    for inner in block.blocks {
        let wanted = next.is_some_and(|one| one.name == inner.name);
        let needed = matches!(inner.occurs, Occurs::Required | Occurs::Some);
        if wanted || needed {
            write(text, &[path, &[inner]].concat(), setting, set);
        }
    }
    text.push_str("}\n");
}

fn loaded(folder: &Path, setting: &Setting, set: bool) -> Migration {
    let text = specification(setting, set);
    let file = folder.join("m.hcl");
    fs::write(&file, &text).expect("writable");
    let loaded = load(&file, &Inputs::default());
    loaded.unwrap_or_else(|found| panic!("{}:\n{text}\n{}", setting.name(), found.render(100)))
}

/// The names of the fields that differ, each with those that it stands in; without what merely
/// repeats the specification.
fn differing(one: &Migration, other: &Migration) -> BTreeSet<Vec<String>> {
    const REPEATS: [&str; 7] = [
        "printed",
        "spec_hash",
        "unsupported",
        "settings",
        "warnings",
        "state_path",
        "folder",
    ];
    let (one, other) = (fields(one), fields(other));
    let both = one.symmetric_difference(&other);
    let paths = both.map(|(path, _)| path.clone());
    paths
        .filter(|path| !REPEATS.contains(&path[0].as_str()))
        .collect()
}

/// Every line of the migration as it is told, under the fields that it stands in.
fn fields(migration: &Migration) -> BTreeSet<(Vec<String>, String)> {
    let text = format!("{migration:#?}");
    let mut at: Vec<(usize, String)> = Vec::new();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        at.retain(|(outer, _)| *outer < depth);
        let line = line.trim();
        if let Some((name, _)) = line.split_once(": ")
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '_')
        {
            at.push((depth, name.to_owned()));
        }
        let path: Vec<String> = at.iter().map(|(_, name)| name.clone()).collect();
        if !path.is_empty() {
            found.insert((path, line.to_owned()));
        }
    }
    found
}

/// The program's own text, without what makes the migration from the specification.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        let name = path.display().to_string();
        let makes = ["src/spec", "src/resolve/build.rs", "src/resolve/load.rs"];
        if makes.iter().any(|one| name.starts_with(one)) || name.contains("tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, text);
        } else {
            text.push_str(&fs::read_to_string(&path).expect("readable"));
        }
    }
}

#[test]
fn every_setting_is_used_or_listed_as_not_supported_yet() {
    let mut settings = Vec::new();
    all(&ROOT, &[], &mut settings);
    assert!(settings.len() > 100, "{}", settings.len());
    let mut program = String::new();
    sources(Path::new("src"), &mut program);
    let folder = std::env::temp_dir().join(format!("cutover-settings-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("writable");
    fs::write(
        folder.join("my.cnf"),
        "[client]\nuser = one\n[second]\nuser = two\n",
    )
    .expect("writable");
    let mut wrong = Vec::new();
    for setting in &settings {
        let name = setting.name();
        if name == "state.path" {
            continue; // `state_path` is where the state is
        }
        let with = loaded(&folder, setting, true);
        let own = setting.attribute.name;
        let listed = |migration: &Migration| {
            let mut listed = migration.unsupported().iter();
            listed.any(|one| one.setting.ends_with(own) || one.value.contains(own))
        };
        if setting.is_later() {
            if !listed(&with) {
                wrong.push(format!("{name} is later and not listed"));
            }
            continue;
        }
        if listed(&with) {
            wrong.push(format!("{name} is here and listed as not supported"));
        }
        let without = loaded(&folder, setting, false);
        let differing = differing(&with, &without);
        let used = differing.iter().any(|path| {
            path.iter().rev().any(|field| {
                ["()", ",", ".", ")", ";", " "]
                    .iter()
                    .any(|after| program.contains(&format!(".{field}{after}")))
            })
        });
        if !used {
            wrong.push(format!(
                "{name} changes nothing that is used: {differing:?}"
            ));
        }
    }
    fs::remove_dir_all(&folder).expect("removable");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
