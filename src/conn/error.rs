//! What can go wrong on a connection, with the server and the statement.

use std::{path::PathBuf, time::Duration};

use mysql_async::Error as DriverFailure;

use crate::mysql::server_error::{ErrorClass, classify};

pub type Result<T> = std::result::Result<T, ConnError>;

#[derive(Debug, thiserror::Error)]
pub enum ConnError {
    #[error("cannot log in to {server}: {}", cause(source))]
    Connect {
        server: String,
        source: Box<DriverFailure>,
    },
    #[error("cannot connect to {server}: no answer within {} s", after.as_secs_f32())]
    Timeout { server: String, after: Duration },
    #[error("{server} answered {} to: {statement}", cause(source))]
    Statement {
        server: String,
        statement: String,
        source: Box<DriverFailure>,
    },
    #[error("{server} sent a reply of another shape than asked for, to: {statement}")]
    Reply { server: String, statement: String },
    #[error("password for {server}: {reason}")]
    Password { server: String, reason: String },
    #[error("TLS for {server}: {}: {reason}", file.display())]
    Certificate {
        server: String,
        file: PathBuf,
        reason: String,
    },
}

impl ConnError {
    /// The server's error number, where the server answered.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Connect { source, .. } | Self::Statement { source, .. } => match &**source {
                DriverFailure::Server(server) => Some(server.code),
                DriverFailure::Driver(_)
                | DriverFailure::Io(_)
                | DriverFailure::Other(_)
                | DriverFailure::Url(_) => None,
            },
            Self::Timeout { .. }
            | Self::Reply { .. }
            | Self::Password { .. }
            | Self::Certificate { .. } => None,
        }
    }

    /// What may be done about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Connect { .. } => match self.code() {
                Some(code) => classify(code),
                None => ErrorClass::Transient,
            },
            Self::Statement { .. } => match self.code() {
                Some(code) => classify(code),
                None => ErrorClass::Ambiguous,
            },
            Self::Timeout { .. } => ErrorClass::Transient,
            Self::Reply { .. } | Self::Password { .. } | Self::Certificate { .. } => {
                ErrorClass::Permanent
            }
        }
    }

    /// Something to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Connect { server, .. } => match self.code() {
                Some(1045 | 1698) => format!(
                    "check `user` and `password` of the {} block; the server saw the login and refused it",
                    role_word(server)
                ),
                Some(1040 | 1203 | 1226) => {
                    "raise max_connections (or the account's limit), or close other connections"
                        .to_owned()
                }
                Some(1130) => "the account may not log in from this host: create it for this address"
                    .to_owned(),
                _ => format!(
                    "check `host`, `port` and `tls` of the {} block, the firewall, and that the server runs",
                    role_word(server)
                ),
            },
            Self::Timeout { server, .. } => format!(
                "check `host` and `port` of the {} block and the firewall, or raise `connect_timeout`",
                role_word(server)
            ),
            Self::Statement { .. } => match self.code() {
                Some(1044 | 1142 | 1143 | 1227 | 1370) => {
                    "grant the account what the message names; `cutover plan` lists all it needs"
                        .to_owned()
                }
                _ => "run the same command again once the cause is gone: it goes on from the checkpoint"
                    .to_owned(),
            },
            Self::Reply { .. } => {
                "a proxy in between may answer for the server: connect to the server itself".to_owned()
            }
            Self::Password { server, .. } => format!(
                "check `password`, `password_command` or `defaults_file` of the {} block",
                role_word(server)
            ),
            Self::Certificate { server, .. } => {
                format!("check the files in `tls` of the {} block", role_word(server))
            }
        }
    }
}

/// The first word of a label: `source` or `destination`.
fn role_word(label: &str) -> &str {
    label.split(' ').next().unwrap_or(label)
}

/// The driver's text without its own wrapping.
fn cause(error: &DriverFailure) -> String {
    match error {
        DriverFailure::Server(server) => {
            format!(
                "error {} ({}): {}",
                server.code, server.state, server.message
            )
        }
        DriverFailure::Io(io) => io.to_string(),
        DriverFailure::Driver(driver) => driver.to_string(),
        DriverFailure::Other(other) => other.to_string(),
        DriverFailure::Url(url) => url.to_string(),
    }
}
