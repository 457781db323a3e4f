//! Server versions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavor {
    MySql,
    MariaDb,
}

/// A server's version, ordered by its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerVersion {
    pub major: u16,
    pub minor: u16,
    pub patch: u16,
    pub flavor: Flavor,
    /// `@@version` as the server gave it.
    pub text: String,
}

impl ServerVersion {
    /// Reads `@@version` (`9.7.4-2`, `5.6.24-log`, `10.11.19-MariaDB-deb12`) with
    /// `@@version_comment`; a text that does not start with numbers counts as 0.0.0.
    pub fn parse(version: &str, comment: &str) -> Self {
        let flavor = if version.to_ascii_lowercase().contains("mariadb")
            || comment.to_ascii_lowercase().contains("mariadb")
        {
            Flavor::MariaDb
        } else {
            Flavor::MySql
        };
        let mut numbers = version
            .split(|c: char| !c.is_ascii_digit())
            .map(|part| part.parse::<u16>().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Self {
            major: next(),
            minor: next(),
            patch: next(),
            flavor,
            text: version.to_owned(),
        }
    }

    /// Whether this is at least `major.minor.patch`.
    pub fn at_least(&self, major: u16, minor: u16, patch: u16) -> bool {
        (self.major, self.minor, self.patch) >= (major, minor, patch)
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flavor = match self.flavor {
            Flavor::MySql => "MySQL",
            Flavor::MariaDb => "MariaDB",
        };
        write!(f, "{flavor} {}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_servers_write_them() {
        let debian = ServerVersion::parse("9.7.4-2", "(Debian)");
        assert_eq!((debian.major, debian.minor, debian.patch), (9, 7, 4));
        assert_eq!(debian.flavor, Flavor::MySql);
        assert!(debian.at_least(8, 0, 23));
        assert!(!ServerVersion::parse("5.6.24-log", "").at_least(5, 7, 0));
        assert_eq!(
            ServerVersion::parse("10.11.19-MariaDB-0+deb12u1", "").flavor,
            Flavor::MariaDb
        );
        assert_eq!(ServerVersion::parse("rubbish", "").major, 0);
    }
}
