//! Everything that a command knows from outside: options of every command, the environment, the
//! machine. The only place that reads the environment.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::MetadataExt,
    path::Path,
    process::{self, Command},
    time::Duration,
};

use super::{
    arguments::{self, Arguments, Globals},
    failure::Problem,
};
use crate::{
    clock::{Clock, SystemClock},
    failpoint,
    spec::{Inputs, UnsetSecrets},
    state::Operator,
    store::LockRequest,
    ui::{LogFormat, Setup, Verbosity},
};

/// What all commands share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For the specification.
    pub inputs: Inputs,
    pub printing: Setup,
    pub lock_timeout: Duration,
    pub operator: Operator,
    failpoint: Option<String>,
    windows: Option<String>,
}

impl Settings {
    pub fn read(arguments: &Arguments) -> Result<Self, Problem> {
        let globals = &arguments.globals;
        let environment: BTreeMap<String, String> = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
        let operator = Operator {
            user: set("USER")
                .or_else(|| set("LOGNAME"))
                .cloned()
                .unwrap_or_else(user_by_number),
            host: host_name(),
        };
        Ok(Self {
            printing: printing(globals, set("NO_COLOR").is_none()),
            lock_timeout: globals.lock_timeout,
            operator,
            failpoint: set("CUTOVER_FAILPOINT").cloned(),
            windows: set("CUTOVER_WINDOWS").cloned(),
            inputs: Inputs {
                unset_secrets: UnsetSecrets::Refused,
                vars: variables(&globals.vars)?,
                var_files: globals.var_files.clone(),
                state: globals.state.clone(),
                environment,
            },
        })
    }

    /// Bounds what the driver's buffers keep, to 32 MiB.
    ///
    /// The driver has one pool of 128 buffers, as many as a result set has columns are taken from it
    /// at once, and every row goes through the next one: each grows to the longest row it has met and
    /// keeps 4 MiB, so that rows of 16 MiB left 250 MiB and more behind. The environment is all that
    /// it takes a bound from, at its first connection. What somebody set there stays.
    pub fn bound_driver_buffers() -> Result<(), Problem> {
        dotenvy::from_read(&b"MYSQL_ASYNC_BUFFER_SIZE_CAP=262144\n"[..]).map_err(|error| {
            Problem::error(
                "cutover::cli::runtime",
                format!("cannot bound the driver's buffers: {error}"),
            )
            .help("set MYSQL_ASYNC_BUFFER_SIZE_CAP=262144 yourself")
        })
    }

    /// Arms what a crash test asked for.
    pub fn arm_failpoint(&self) -> Result<(), Problem> {
        if let Some(spec) = &self.windows
            && !failpoint::shrink_windows(spec)
        {
            return Err(Problem::error(
                "cutover::cli::failpoint",
                format!("CUTOVER_WINDOWS is \"{spec}\", which is no size"),
            )
            .help("write changes:lanes-from, or unset it"));
        }
        match &self.failpoint {
            Some(spec) if !failpoint::arm(spec) => Err(Problem::error(
                "cutover::cli::failpoint",
                format!("CUTOVER_FAILPOINT is \"{spec}\", which names no failpoint"),
            )
            .help("write name or name:hit, or unset it")),
            Some(_) | None => Ok(()),
        }
    }

    /// A specification and what belongs to it as they are typed after a command: the path, the
    /// state and files of values. Values of variables are left out: they may be secret.
    pub fn typed(&self, path: &Path) -> String {
        let mut words = Vec::new();
        let path = as_typed(path);
        if !path.is_empty() {
            words.push(path);
        }
        if let Some(state) = &self.inputs.state {
            words.extend(["--state".to_owned(), as_typed(state)]);
        }
        for file in &self.inputs.var_files {
            words.extend(["--var-file".to_owned(), as_typed(file)]);
        }
        words.join(" ")
    }

    /// A command to be typed next.
    pub fn command(&self, command: &str, path: &Path) -> String {
        format!("cutover {command} {}", self.typed(path))
            .trim_end()
            .to_owned()
    }

    /// What a lock is asked for with, by the command that is running.
    pub fn lock_request(&self, id: String, command: &str, path: &Path) -> LockRequest {
        LockRequest {
            id,
            user: self.operator.user.clone(),
            host: self.operator.host.clone(),
            pid: process::id(),
            since: SystemClock.now(),
            command: self.command(command, path),
        }
    }
}

fn printing(globals: &Globals, color: bool) -> Setup {
    Setup {
        color: color && !globals.no_color,
        format: match globals.log_format {
            arguments::LogFormat::Text => LogFormat::Text,
            arguments::LogFormat::Json => LogFormat::Json,
        },
        verbosity: match (globals.quiet, globals.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Steps,
            (false, _) => Verbosity::Everything,
        },
    }
}

/// `name=value` taken apart; a text that is not is never repeated, as it may be a secret.
fn variables(texts: &[String]) -> Result<Vec<(String, String)>, Problem> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err(Problem::error(
            "cutover::cli::variable",
            "the value of --var is not NAME=VALUE",
        )
        .help("write --var name=value, in quotes where the shell needs them")),
    };
    texts.iter().map(pair).collect()
}

/// Who runs this, where the environment does not say: by name, else `uid 1000`.
fn user_by_number() -> String {
    let Ok(uid) = fs::metadata("/proc/self").map(|entry| entry.uid().to_string()) else {
        return "unknown".to_owned();
    };
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1) == Some(&uid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("uid {uid}"))
}

/// The machine's name: locks are compared by it.
fn host_name() -> String {
    let linux = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let asked = || {
        let output = Command::new("uname").arg("-n").output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    linux
        .or_else(asked)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// A path as a shell takes it, for commands that are printed to be typed; empty for the working
/// folder, which every command takes by itself.
pub fn as_typed(path: &Path) -> String {
    if path == Path::new(".") {
        return String::new();
    }
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// 128 random bits for a new lineage, or for part of them where less is needed.
pub fn random_bits() -> Result<u128, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::error(
            "cutover::cli::random",
            format!("the system gives no random numbers: {error}"),
        )
        .help("check /dev/urandom and the sandbox that this runs in")
    })?;
    Ok(u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_paths_can_be_typed() {
        for (path, typed) in [
            (".", ""),
            ("shop.hcl", "shop.hcl"),
            ("/srv/my shop", "'/srv/my shop'"),
            ("it's.hcl", r"'it'\''s.hcl'"),
        ] {
            assert_eq!(as_typed(Path::new(path)), typed);
        }
    }
}
