//! What the user wrote: HCL text in, a [`Spec`] with the place of every word out, or all mistakes.
//!
//! Files are read and parsed (`files`, `syntax`), variables and locals evaluated (`names`), and
//! every block and attribute is held to the table of the `language`.

mod check;
mod decode;
pub mod diagnostic;
mod expression;
mod files;
pub mod format;
mod inputs;
pub mod language;
mod mask;
mod names;
pub mod nearest;
pub mod pattern;
mod print;
pub mod secret;
pub mod section;
pub mod setting;
mod syntax;
mod value;

use std::path::{Path, PathBuf};

pub use check::name_fault;
pub use decode::{completed, default_setting};
pub use diagnostic::{Diagnostic, Diagnostics, Place, Severity, SourceText};
pub use files::reason;
pub use inputs::{Inputs, UnsetSecrets};
pub use print::print;
pub use secret::Secret;
pub use section::{Entry, Section};
pub use setting::{Item, Setting};

use decode::{Decoder, Part};
use expression::Scope;
use files::File;

/// A specification as it was written: without defaults, with the place of every word.
#[derive(Debug)]
pub struct Spec {
    pub root: Section,
    /// The folder from which relative paths start.
    pub folder: PathBuf,
    /// The user's home folder, for paths that begin with `~/`.
    home: Option<PathBuf>,
    /// Secrets without a value, as they were asked for: `env("PASSWORD")`, `var.password`.
    pub unset_secrets: Vec<String>,
    /// Part of the text could not be parsed, so that what seems to be missing may be there.
    pub incomplete: bool,
}

impl Spec {
    /// A path as the user writes it: `~/` is the home folder, a relative one starts at the folder
    /// of the specification.
    pub fn path(&self, written: &str) -> PathBuf {
        join(&self.folder, self.home.as_deref(), written)
    }
}

fn join(folder: &Path, home: Option<&Path>, written: &str) -> PathBuf {
    match (written.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        // without `./`, as people write it
        _ if folder == Path::new(".") => PathBuf::from(written),
        _ => folder.join(written),
    }
}

/// Reads the specification at `path`, a file or a folder. What is wrong with it is in `found`; the
/// result then holds what is right. `None` when there is no file to read.
pub fn read(path: &Path, inputs: &Inputs, found: &mut Diagnostics) -> Option<Spec> {
    let files = files::read(path, inputs, found)?;
    let parts: Vec<_> = files.blocks.iter().map(part).collect();
    let values: Vec<_> = files.values.iter().map(part).collect();
    let mut scope = Scope {
        environment: inputs.environment.clone(),
        folder: files.folder.clone(),
        unset_secrets: inputs.unset_secrets,
        incomplete: files.blocks.iter().any(|file| file.incomplete),
        ..Scope::default()
    };
    names::define_variables(&parts, &values, inputs, &mut scope, found);
    names::define_locals(&parts, &mut scope, found);
    let root = Decoder {
        scope: &scope,
        found,
    }
    .root(&parts);
    Some(Spec {
        root,
        home: inputs.environment.get("HOME").map(PathBuf::from),
        unset_secrets: scope.stood_in.take().into_iter().collect(),
        incomplete: scope.incomplete,
        folder: files.folder,
    })
}

fn part(file: &File) -> Part<'_> {
    Part {
        source: &file.source,
        body: &file.body,
        repeated: &file.repeated,
    }
}
