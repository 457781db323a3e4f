//! Option files of `MySQL` (`my.cnf`): how to log in, from one group.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::spec::nearest::nearest;
use crate::spec::reason;

/// What a group says about a server; all else in it is passed over.
#[derive(Default, PartialEq, Eq)]
pub struct Options {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub socket: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
}

/// Without the password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("socket", &self.socket)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// An option file that cannot be used.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum OptionFileError {
    #[error("the option file {} cannot be read: {reason}", .path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("the option file {} has no group [{group}]", .path.display())]
    NoGroup {
        path: PathBuf,
        group: String,
        near: Option<String>,
    },
    #[error("the option file {} has a port in line {line} that is no number from 1 to 65535", .path.display())]
    Port { path: PathBuf, line: usize },
}

impl OptionFileError {
    /// A thing to do.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unreadable { .. } => "check that it exists and that you may read it".to_owned(),
            Self::NoGroup {
                near: Some(near), ..
            } => format!("set defaults_group = \"{near}\""),
            Self::NoGroup { group, .. } => {
                format!("add [{group}] to it, or name another with defaults_group")
            }
            Self::Port { .. } => "correct the port, or set `port` here, which wins".to_owned(),
        }
    }
}

/// Reads one group of the file at `path`.
pub fn read(path: &Path, group: &str) -> Result<Options, OptionFileError> {
    let unreadable = |reason: String| OptionFileError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let bytes = fs::read(path).map_err(|error| unreadable(reason(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    parse(&text, path, group)
}

fn parse(text: &str, path: &Path, group: &str) -> Result<Options, OptionFileError> {
    let mut options = Options::default();
    let mut groups: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next())
        {
            groups.push(name.trim());
            continue;
        }
        // Comments, and directives that take in other files, which we do not follow.
        if line.is_empty() || line.starts_with(['#', ';', '!']) || groups.last() != Some(&group) {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value = unquoted(value);
        // Dashes and underscores are one to MySQL's programs.
        match key.trim().replace('_', "-").as_str() {
            "host" => options.host = Some(value),
            "socket" => options.socket = Some(value),
            "user" => options.user = Some(value),
            "password" => options.password = Some(value),
            "port" => {
                let port = value.parse().ok().filter(|port| *port > 0);
                let line = index + 1;
                let path = path.to_owned();
                options.port = Some(port.ok_or(OptionFileError::Port { path, line })?);
            }
            _ => {}
        }
    }
    if groups.contains(&group) {
        return Ok(options);
    }
    Err(OptionFileError::NoGroup {
        path: path.to_owned(),
        group: group.to_owned(),
        near: nearest(group, groups.iter().copied()).map(str::to_owned),
    })
}

/// A value as the manual describes it (4.2.2.2 "Using Option Files"): a comment may follow it, it
/// may stand in quotes, and backslashes escape.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = match quote {
        Some(quote) => value[1..]
            .rsplit_once(quote)
            .map_or(&value[1..], |(inner, _)| inner),
        None => value
            .split_once(" #")
            .map_or(value, |(before, _)| before.trim_end()),
    };
    let mut text = String::new();
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('b') => text.push('\u{8}'),
            Some('s') => text.push(' '),
            Some(escaped @ ('\\' | '"' | '\'')) => text.push(escaped),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(text: &str, name: &str) -> Result<Options, OptionFileError> {
        parse(text, Path::new("my.cnf"), name)
    }

    #[test]
    fn one_group_is_read() {
        let text = "# who\n[mysqld]\nport = 1\n[client]\nuser=app\npassword = \"a#b\\\\c\" \n\
                    host = db1 # the first\nport=3307\nssl\n[client_b]\nuser=b\n";
        let options = group(text, "client").expect("read");
        assert_eq!(options.user.as_deref(), Some("app"));
        assert_eq!(options.password.as_deref(), Some("a#b\\c"));
        assert_eq!(options.host.as_deref(), Some("db1"));
        assert_eq!(options.port, Some(3307));
        assert!(!format!("{options:?}").contains("a#b"));
        assert_eq!(
            group(text, "client_b").expect("read").user.as_deref(),
            Some("b")
        );
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let error = group("[client]\nport=99999\n", "client").expect_err("no port");
        assert_eq!(
            error.to_string(),
            "the option file my.cnf has a port in line 2 that is no number from 1 to 65535"
        );
        let error = group("[clientsource]\n", "client-source").expect_err("no group");
        assert_eq!(error.remedy(), "set defaults_group = \"clientsource\"");
    }
}
