//! What can go wrong on a connection, with the server and the statement.

use std::{path::PathBuf, time::Duration};

use mysql_async::{Error as DriverFailure, IoError};

use crate::mysql::{
    Role,
    server_error::{ErrorClass, classify},
};

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
    #[error("{server} does not offer TLS, which mode \"{mode}\" asks for")]
    NoTls { server: String, mode: &'static str },
    #[error("no TLS connection to {server} under mode \"{mode}\": {reason}")]
    Tls {
        server: String,
        mode: &'static str,
        reason: String,
    },
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
            | Self::NoTls { .. }
            | Self::Tls { .. }
            | Self::Reply { .. }
            | Self::Password { .. }
            | Self::Certificate { .. } => None,
        }
    }

    /// The server that it is about.
    pub fn role(&self) -> Role {
        let (Self::Connect { server, .. }
        | Self::Timeout { server, .. }
        | Self::NoTls { server, .. }
        | Self::Tls { server, .. }
        | Self::Statement { server, .. }
        | Self::Reply { server, .. }
        | Self::Password { server, .. }
        | Self::Certificate { server, .. }) = self;
        if role_word(server) == Role::Source.as_str() {
            Role::Source
        } else {
            Role::Destination
        }
    }

    /// Whether it is the connection that failed, or a server that goes down or lets nobody in, rather
    /// than the statement.
    pub fn is_connection(&self) -> bool {
        const TOO_MANY: [u16; 3] = [1040, 1203, 1226];
        const GOING_DOWN: [u16; 4] = [1053, 1927, 3169, 4031];
        match self {
            Self::Statement { .. } => self
                .code()
                .is_none_or(|code| TOO_MANY.contains(&code) || GOING_DOWN.contains(&code)),
            Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::NoTls { .. }
            | Self::Tls { .. }
            | Self::Reply { .. }
            | Self::Password { .. }
            | Self::Certificate { .. } => true,
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
            // a server that dies in the middle of a handshake fails like one with a wrong certificate
            Self::Timeout { .. } | Self::Tls { .. } => ErrorClass::Transient,
            Self::NoTls { .. }
            | Self::Reply { .. }
            | Self::Password { .. }
            | Self::Certificate { .. } => ErrorClass::Permanent,
        }
    }

    /// The error in one line, without the statement.
    pub fn reason(&self) -> String {
        match self {
            Self::Connect { server, source } | Self::Statement { server, source, .. } => {
                format!("{server}: {}", cause(source))
            }
            Self::Timeout { .. }
            | Self::Reply { .. }
            | Self::Password { .. }
            | Self::Certificate { .. }
            | Self::NoTls { .. }
            | Self::Tls { .. } => self.to_string(),
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
                _ if is_socket(server) => format!(
                    "check `socket` of the {} block, and that the server runs on this machine",
                    role_word(server)
                ),
                _ => format!(
                    "check `host`, `port` and `tls` of the {} block, the firewall, and that the server runs",
                    role_word(server)
                ),
            },
            Self::Timeout { server, .. } => format!(
                "check `host` and `port` of the {} block and the firewall, or raise `connect_timeout`",
                role_word(server)
            ),
            Self::NoTls { server, .. } => format!(
                "give the server a certificate, or write mode = \"preferred\" in `tls` of the {} block",
                role_word(server)
            ),
            Self::Tls { server, .. } => format!(
                "check `ca_file` and `mode` in `tls` of the {} block: verify-ca needs the authority \
                 that signed the server's certificate, verify-identity also `host` among its names",
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

/// Whether a label names a socket's path.
fn is_socket(label: &str) -> bool {
    label
        .split_once(' ')
        .is_some_and(|(_, address)| address.starts_with('/'))
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
        DriverFailure::Io(IoError::Io(io)) => io.to_string(),
        DriverFailure::Io(IoError::Tls(tls)) => tls.to_string(),
        DriverFailure::Driver(driver) => driver.to_string(),
        DriverFailure::Other(other) => other.to_string(),
        DriverFailure::Url(url) => url.to_string(),
    }
}
