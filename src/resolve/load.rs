//! From files to a [`Migration`].

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::build::Builder;
use super::migration::Migration;
use super::options::Phases;
use super::{derive, rules, shown, unsupported};
use crate::spec::{self, Diagnostic, Diagnostics, Inputs, Section, Spec};

/// Reads the specification at `path`, a file or a folder, and says what it means; or all that is
/// wrong with it, in the order of files and places.
pub fn load(path: &Path, inputs: &Inputs) -> Result<Migration, Diagnostics> {
    let mut found = Diagnostics::default();
    let migration = resolve(path, inputs, &mut found);
    found.sort();
    match migration {
        Some(mut migration) if !found.has_errors() => {
            migration.warnings = found;
            Ok(migration)
        }
        Some(_) => Err(found),
        None => {
            if !found.has_errors() {
                let message = "the specification could not be resolved, and no reason is known";
                let wrong = Diagnostic::error("cutover::resolve::internal", message);
                found.push(wrong.help("this is a mistake in cutover: please report it"));
            }
            Err(found)
        }
    }
}

fn resolve(path: &Path, inputs: &Inputs, found: &mut Diagnostics) -> Option<Migration> {
    let spec = spec::read(path, inputs, found)?;
    let complete = derive::complete(&spec, found);
    rules::check(&spec, &complete, found);
    build(&spec, &complete, inputs, found)
}

fn build(
    spec: &Spec,
    root: &Section,
    inputs: &Inputs,
    found: &mut Diagnostics,
) -> Option<Migration> {
    let migration = root.section("migration")?;
    let name = migration.label().to_owned();
    let mut builder = Builder { spec, found };
    // Each part reports its own mistakes, so all of them are made before the first is missed.
    let source = builder.endpoint(root.section("source")?);
    let destination = root.section("destination")?;
    let ends = (source, builder.endpoint(destination));
    let selection = Builder::selection(root);
    let mapping = builder.mapping(root.section("mappings")?);
    let phases: Vec<_> = super::derive::phases(root);
    let server_id = root.section("source")?.number("server_id");
    let full = root.section("limits")?.section("full")?;
    let printed = spec::print(root);
    Some(Migration {
        phases: Phases::new(&phases)?,
        tags: migration.tags("tags").cloned().unwrap_or_default(),
        source: ends.0?,
        destination: ends.1?,
        free_space: destination.size("free_space"),
        metadata_database: destination.text("metadata_database")?.into(),
        write_binlog: destination.bool("write_binlog")?,
        selection: selection?,
        ddl: super::ddl::DdlRules::read(root)?,
        mapping: mapping?,
        full_workers: Builder::workers(full)?,
        limits: super::limits::read(root.section("limits")?)?,
        existing_tables: Builder::existing_tables(root.section("conflicts")?)?,
        schema: Builder::schema(root.section("schema")?)?,
        prechecks: Builder::prechecks(root.section("prechecks")?)?,
        state_path: state_path(spec, root, inputs)?,
        spec_hash: hash(&printed),
        printed,
        flat: shown::flat(root),
        unsupported: unsupported::list(&spec.root),
        settings: shown::settings(&spec.root, &unsupported::list(&spec.root)),
        finish: Builder::finish(root.section("finish")?)?,
        server_id: server_id.and_then(|id| u32::try_from(id).ok()),
        heartbeat: Builder::heartbeat(root),
        spool: Builder::spool(spec, root),
        stream_start: root.section("incremental")?.text("start")?.to_owned(),
        replicated: shown::replicated(root.section("objects")?),
        unset_secrets: spec.unset_secrets.clone(),
        warnings: Diagnostics::default(),
        folder: spec.folder.clone(),
        name,
    })
}

fn state_path(spec: &Spec, root: &Section, inputs: &Inputs) -> Option<PathBuf> {
    match &inputs.state {
        Some(path) => Some(path.clone()),
        None => Some(spec.path(root.section("state")?.text("path")?)),
    }
}

fn hash(text: &str) -> String {
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string does not fail.
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    hexadecimal
}
