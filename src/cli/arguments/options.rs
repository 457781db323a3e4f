//! The options of each command.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum};

use super::duration;

/// The specification.
#[derive(Clone, Debug, Args)]
pub struct PathOption {
    /// Specification: an .hcl file, or a folder of them
    #[arg(default_value = ".")]
    pub path: PathBuf,
}

#[derive(Debug, Args)]
pub struct InitOptions {
    /// File to write, or the folder to write main.hcl in
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// List what is on this server in it: mysql://user@host:port; the password comes from
    /// `SOURCE_PASSWORD` or is asked for
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,
}

#[derive(Debug, Args)]
pub struct ValidateOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Also log in to both servers
    #[arg(long)]
    pub connect: bool,
    /// Print the whole specification, every default written out, secrets masked
    #[arg(long)]
    pub print: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct FormatOptions {
    /// Files, or folders whose .hcl files are meant
    #[arg(default_value = ".")]
    pub path: Vec<PathBuf>,
    /// Change nothing; exit with 3 where a file would change
    #[arg(long)]
    pub check: bool,
    /// Also print what changes; with --check, what would
    #[arg(long)]
    pub diff: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Text,
    Markdown,
    Json,
}

#[derive(Debug, Args)]
pub struct PlanOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Save the plan, for `show` and `apply`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, default_value = "text")]
    pub format: PlanFormat,
    /// Exit with 2 where there is something to do
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Try the definitions in a scratch database on the destination, and drop it: writes there
    #[arg(long)]
    pub rehearse: bool,
}

#[derive(Debug, Args)]
pub struct ShowOptions {
    /// A plan that `plan --out` saved
    pub file: PathBuf,
    /// Form of the answer
    #[arg(long, default_value = "text")]
    pub format: PlanFormat,
}

#[derive(Debug, Args)]
pub struct ApplyOptions {
    /// Specification, or a plan that `plan --out` saved
    #[arg(default_value = ".", value_name = "PATH|PLAN")]
    pub path: PathBuf,
    /// Ask nothing
    #[arg(long)]
    pub auto_approve: bool,
    /// Stop after schema or full, when caught-up, or at a position: `gtid:SET` or `file:NAME,OFFSET`
    #[arg(long, value_name = "PHASE")]
    pub until: Option<String>,
    /// Drop this table on the destination and copy it again, by its name on the source; repeatable
    #[arg(long, value_name = "DB.TABLE")]
    pub replace: Vec<String>,
    /// Wait for the lease and take over when its holder ends (not yet)
    #[arg(long)]
    pub standby: bool,
    /// Help the copy that another host runs (not yet)
    #[arg(long, conflicts_with = "standby")]
    pub join: bool,
}

#[derive(Debug, Args)]
pub struct StatusOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
    /// Show it again every two seconds
    #[arg(long, conflicts_with = "json")]
    pub watch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VerifyMode {
    Checksum,
    Count,
    Sample,
}

#[derive(Debug, Args)]
pub struct VerifyOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// How to compare, instead of the specification's way
    #[arg(long)]
    pub mode: Option<VerifyMode>,
    /// Only this table, by its name on the source; repeatable
    #[arg(long = "table", value_name = "DB.TABLE")]
    pub tables: Vec<String>,
    /// Write the statements that would repair the destination (not yet)
    #[arg(long, value_name = "FILE")]
    pub repair_sql: Option<PathBuf>,
    /// Repair the destination and compare again (not yet)
    #[arg(long)]
    pub repair: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("way").required(true))]
pub struct ResolveOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Where the stream stopped, as its error says
    #[arg(long, value_name = "POSITION")]
    pub at: String,
    /// Leave it out
    #[arg(long, group = "way")]
    pub skip: bool,
    /// Run this statement on the destination instead
    #[arg(long, value_name = "SQL", group = "way")]
    pub replace: Option<String>,
    /// Try it once more
    #[arg(long, group = "way")]
    pub retry: bool,
    /// Why; kept in the state
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four switches that users type"
)]
pub struct FinishOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Print the steps and gates, do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Make the source read-only, and writable again if any later step fails (not yet)
    #[arg(long)]
    pub freeze: bool,
    /// Give up, and stream on, after this time
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Begin outside the specification's windows too
    #[arg(long)]
    pub ignore_window: bool,
    /// Ask nothing
    #[arg(long)]
    pub auto_approve: bool,
}

#[derive(Debug, Args)]
pub struct ReverseOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Ask nothing
    #[arg(long)]
    pub auto_approve: bool,
}

#[derive(Debug, Args)]
pub struct DestroyOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Also what was changed since
    #[arg(long)]
    pub force: bool,
    /// Ask nothing
    #[arg(long)]
    pub auto_approve: bool,
}

#[derive(Debug, Args)]
pub struct ReportOptions {
    #[command(flatten)]
    pub spec: PathOption,
    /// Write a page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum StateCommand {
    /// Tell the state in words
    Show(PathOption),
    /// Release the lock of a process that has ended
    Unlock {
        /// The id that the refused command printed
        id: String,
        #[command(flatten)]
        spec: PathOption,
    },
    /// Make a lost state file again from the destination's ledger
    Rebuild(PathOption),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaDocument {
    Spec,
    Plan,
    State,
}

#[derive(Debug, Args)]
pub struct CompletionsOptions {
    pub shell: clap_complete::Shell,
}
