//! What comes from outside the files: the command line and the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Values given beside the specification. Only `cli::settings` reads the environment, so it is
/// handed in.
#[derive(Clone, Default)]
pub struct Inputs {
    /// `--var name=value`, in order; the last of a name wins.
    pub vars: Vec<(String, String)>,
    /// `--var-file`, in order; relative to the working folder, or else to the specification's.
    pub var_files: Vec<PathBuf>,
    /// For `env()` and `CUTOVER_VAR_<name>`.
    pub environment: BTreeMap<String, String>,
    /// For secrets that are given nowhere.
    pub unset_secrets: UnsetSecrets,
    /// `--state`, which beats `state.path`; relative to the working folder.
    pub state: Option<PathBuf>,
}

/// What becomes of `env("NAME")` and of a sensitive variable that have no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnsetSecrets {
    /// A mistake.
    #[default]
    Refused,
    /// Something stands in for them, where only a secret may stand: for commands that log in nowhere.
    StoodIn,
}

/// Without values: any of them may be secret.
impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.vars.iter().map(|(name, _)| name).collect();
        f.debug_struct("Inputs")
            .field("vars", &names)
            .field("var_files", &self.var_files)
            .field("unset_secrets", &self.unset_secrets)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
