//! What the specification means: complete, checked, and without a place for doubt.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ddl::DdlRules;
use super::endpoint::Endpoint;
use super::mapping::Mapping;
use super::options::{
    ExistingTables, FinishOptions, Heartbeat, Phases, PrecheckPolicy, SchemaOptions, SpoolOptions,
    Workers,
};
use super::selection::Selection;
use crate::limits::Limits;
use crate::mysql::{Checkpoint, Ident};
use crate::spec::Diagnostics;
use crate::units::Bytes;

/// A migration as it is to be planned. Made by [`super::load`] alone.
#[derive(Debug)]
pub struct Migration {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) phases: Phases,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) source: Endpoint,
    pub(super) destination: Endpoint,
    pub(super) free_space: Option<Bytes>,
    pub(super) metadata_database: Ident,
    pub(super) write_binlog: bool,
    pub(super) selection: Selection,
    pub(super) ddl: DdlRules,
    pub(super) finish: FinishOptions,
    pub(super) mapping: Mapping,
    pub(super) full_workers: Workers,
    pub(super) limits: Limits,
    pub(super) existing_tables: ExistingTables,
    pub(super) schema: SchemaOptions,
    pub(super) prechecks: PrecheckPolicy,
    pub(super) state_path: PathBuf,
    pub(super) printed: String,
    pub(super) flat: BTreeMap<String, String>,
    pub(super) spec_hash: String,
    pub(super) unsupported: Vec<Unsupported>,
    pub(super) settings: Vec<Unsupported>,
    pub(super) server_id: Option<u32>,
    pub(super) stream_start: String,
    pub(super) heartbeat: Option<Heartbeat>,
    pub(super) spool: Option<SpoolOptions>,
    pub(super) replicated: Vec<String>,
    pub(super) unset_secrets: Vec<String>,
    pub(super) warnings: Diagnostics,
}

/// A setting that is understood, but whose engine comes later: shown by `plan`, refused by `apply`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Like `limits.full.rows_per_second`, or `window "weeknights"`.
    pub setting: String,
    /// What it was set to, as HCL; empty for a block; secrets masked.
    pub value: String,
    /// `file.hcl:12`.
    pub place: String,
}

impl Migration {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of the specification. Every relative path has been joined to it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn phases(&self) -> Phases {
        self.phases
    }

    pub fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    pub fn source(&self) -> &Endpoint {
        &self.source
    }

    pub fn destination(&self) -> &Endpoint {
        &self.destination
    }

    /// What the destination's disk has left, where the user says so.
    pub fn free_space(&self) -> Option<Bytes> {
        self.free_space
    }

    /// As which the stream registers on the source. Unless set the same at each run, and hardly
    /// another migration's: from 2^31 on, where nobody counts up to.
    pub fn server_id(&self) -> u32 {
        if let Some(id) = self.server_id {
            return id;
        }
        let hash = self.name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        (1 << 31) | (hash >> 1)
    }

    /// Where the ledger lives, on the destination.
    pub fn metadata_database(&self) -> &Ident {
        &self.metadata_database
    }

    /// Whether the full copy is written to the destination's binlog.
    pub fn write_binlog(&self) -> bool {
        self.write_binlog
    }

    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Which statements of the stream are run.
    pub fn finish(&self) -> &FinishOptions {
        &self.finish
    }

    pub fn ddl(&self) -> &DdlRules {
        &self.ddl
    }

    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    pub fn full_workers(&self) -> Workers {
        self.full_workers
    }

    /// How fast it may go, and how long failures are put up with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    pub fn existing_tables(&self) -> ExistingTables {
        self.existing_tables
    }

    pub fn schema(&self) -> &SchemaOptions {
        &self.schema
    }

    pub fn prechecks(&self) -> &PrecheckPolicy {
        &self.prechecks
    }

    pub fn state_path(&self) -> &Path {
        &self.state_path
    }

    /// SHA-256, in hexadecimal, of [`Migration::to_hcl`].
    pub fn spec_hash(&self) -> &str {
        &self.spec_hash
    }

    /// What is set beyond what `apply` can do so far.
    pub fn unsupported(&self) -> &[Unsupported] {
        &self.unsupported
    }

    /// What is set about the run itself, other than its default: limits, windows, finish, verify and
    /// the like, for a plan to show.
    pub fn settings(&self) -> &[Unsupported] {
        &self.settings
    }

    /// Where a stream without a copy starts; `None` is now. Its `server_uuid` is not known yet.
    pub fn stream_from(&self) -> Option<Checkpoint> {
        Checkpoint::parse(&self.stream_start)
    }

    /// `now`, `gtid:SET` or `file:NAME,POSITION`: where a stream without a copy starts.
    pub fn stream_start(&self) -> &str {
        &self.stream_start
    }

    /// The row that is written on the source, where one is asked for.
    pub fn heartbeat(&self) -> Option<&Heartbeat> {
        self.heartbeat.as_ref()
    }

    /// Where events wait until they are applied, where that is asked for.
    pub fn spool(&self) -> Option<&SpoolOptions> {
        self.spool.as_ref()
    }

    /// What the stream replicates, a line for each `database` block, in words.
    pub fn replicated(&self) -> &[String] {
        &self.replicated
    }

    /// Every setting of the completed specification by its name, like `limits.full.chunk_time` or
    /// `window "nights".from`, with its value as HCL; a block by itself with an empty one. Secrets are
    /// masked.
    pub fn flat(&self) -> &BTreeMap<String, String> {
        &self.flat
    }

    /// Secrets that have no value, as they were asked for: `env("PASSWORD")`. None, unless it was read
    /// with [`UnsetSecrets::StoodIn`](crate::spec::UnsetSecrets); then nobody can log in with them.
    pub fn unset_secrets(&self) -> &[String] {
        &self.unset_secrets
    }

    /// What is worth a word, but no error.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// The whole specification as one file: every default written out, expressions evaluated,
    /// secrets masked, paths as they were given. The same specification gives the same bytes.
    pub fn to_hcl(&self) -> &str {
        &self.printed
    }
}
