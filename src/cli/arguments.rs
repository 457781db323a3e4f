//! What may be typed. In goes the command line, out comes one [`Arguments`]; nothing is decided
//! here beyond the shape.

mod options;

pub use options::{
    ApplyOptions, CompletionsOptions, DestroyOptions, FinishOptions, FormatOptions, InitOptions,
    PathOption, PlanFormat, PlanOptions, ReportOptions, ResolveOptions, ReverseOptions,
    SchemaDocument, ShowOptions, StateCommand, StatusOptions, ValidateOptions, VerifyMode,
    VerifyOptions,
};

use std::{path::PathBuf, time::Duration};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::units::parse_duration;

const AFTER_HELP: &str = "\
Start with `cutover init`, then `validate`, `plan`, `apply`, `verify`.

Exit codes:
  0    done
  1    error; what was done is kept
  2    changes or differences
  3    refused: a person must change something
  4    not now: the same command may work later
  130  stopped by a signal; `apply` goes on";

/// Moves MySQL databases between servers: declared in HCL, reviewed as a plan, applied in a
/// change window.
#[derive(Debug, Parser)]
#[command(
    name = "cutover",
    version,
    propagate_version = false,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = AFTER_HELP
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub globals: Globals,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Value of a variable of the specification; the last of a name wins
    #[arg(long = "var", global = true, value_name = "NAME=VALUE")]
    pub vars: Vec<String>,
    /// File of variable values; relative to the working folder
    #[arg(long = "var-file", global = true, value_name = "FILE")]
    pub var_files: Vec<PathBuf>,
    /// State file, instead of the specification's
    #[arg(long, global = true, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Wait so long for the lock of the state: 30s, 10m
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        default_value = "0s",
        value_parser = duration
    )]
    pub lock_timeout: Duration,
    /// No colour, as with the environment variable `NO_COLOR`
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Form of progress, notices and errors on stderr
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Say more: every step; twice also every statement, without its values
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say only results, warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter specification
    Init(InitOptions),
    /// Read and check the specification
    Validate(ValidateOptions),
    /// Lay out specification files canonically
    Fmt(FormatOptions),
    /// Show what apply would do; reads both servers, writes to neither
    Plan(PlanOptions),
    /// Print a saved plan again
    Show(ShowOptions),
    /// Run the migration, or continue it
    Apply(ApplyOptions),
    /// Ask the running apply, wherever it runs, to checkpoint and exit
    Stop(PathOption),
    /// Phase, progress, rates, errors, and the next command to type
    Status(StatusOptions),
    /// Compare source and destination
    Verify(VerifyOptions),
    /// Get past a statement that stops the stream
    Resolve(ResolveOptions),
    /// Switch to the destination
    Finish(FinishOptions),
    /// After finish: keep the old source up to date from the new one (not yet)
    Reverse(ReverseOptions),
    /// Drop what this migration created on the destination (not yet)
    Destroy(DestroyOptions),
    /// Tell what happened (not yet)
    Report(ReportOptions),
    /// The state: show it, release its lock, make it again
    #[command(
        subcommand,
        subcommand_value_name = "COMMAND",
        arg_required_else_help = true
    )]
    State(StateCommand),
    /// Print the JSON Schema of a document
    Schema { document: SchemaDocument },
    /// Print a completion script for a shell
    Completions(CompletionsOptions),
    /// Print the manual page
    Man,
    /// Print the version
    Version,
}

impl Command {
    /// As it is typed: `state unlock`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Validate(_) => "validate",
            Self::Fmt(_) => "fmt",
            Self::Plan(_) => "plan",
            Self::Show(_) => "show",
            Self::Apply(_) => "apply",
            Self::Stop(_) => "stop",
            Self::Status(_) => "status",
            Self::Verify(_) => "verify",
            Self::Resolve(_) => "resolve",
            Self::Finish(_) => "finish",
            Self::Reverse(_) => "reverse",
            Self::Destroy(_) => "destroy",
            Self::Report(_) => "report",
            Self::State(StateCommand::Show(_)) => "state show",
            Self::State(StateCommand::Unlock { .. }) => "state unlock",
            Self::State(StateCommand::Rebuild(_)) => "state rebuild",
            Self::Schema { .. } => "schema",
            Self::Completions(_) => "completions",
            Self::Man => "man",
            Self::Version => "version",
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| format!("{error}; write a duration such as 30s or 10m"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn help(path: &[&str]) -> String {
        let mut command = Arguments::command().term_width(80);
        command.build();
        let mut at = &mut command;
        for name in path {
            at = at.find_subcommand_mut(name).expect("a command");
        }
        at.render_help().to_string()
    }

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_lists_every_command() {
        insta::assert_snapshot!(help(&[]));
    }

    #[test]
    fn every_command_has_help() {
        let root = Arguments::command();
        let mut all = Vec::new();
        for command in root.get_subcommands() {
            let name = command.get_name();
            all.push(own_part(&help(&[name])));
            for child in command.get_subcommands() {
                all.push(own_part(&help(&[name, child.get_name()])));
            }
        }
        insta::assert_snapshot!(all.join("\n----\n"));
    }

    /// Without the options of every command, which the first snapshot has.
    fn own_part(help: &str) -> String {
        let end = help.find("\nGlobal options:").unwrap_or(help.len());
        help[..end].to_owned()
    }

    #[test]
    fn commands_take_the_working_folder_when_no_path_is_given() {
        let arguments = Arguments::try_parse_from(["cutover", "state", "unlock", "1a2b"]);
        let Command::State(StateCommand::Unlock { id, spec }) = arguments.expect("parses").command
        else {
            panic!("another command");
        };
        assert_eq!((id.as_str(), spec.path.as_path()), ("1a2b", ".".as_ref()));
    }
}
