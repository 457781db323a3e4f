//! What a round does, step by step, each as a line of a file that can be played again.

use std::fmt;

/// Who says a statement to the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    Writer,
    /// Who prepares transactions that the writer ends.
    Other,
}

/// Who goes away in the middle of an `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `apply` itself.
    KillUs,
    KillSource,
    KillDestination,
    CutSource,
    CutDestination,
}

const FAULTS: [(Fault, &str); 5] = [
    (Fault::KillUs, "kill-us"),
    (Fault::KillSource, "kill-source"),
    (Fault::KillDestination, "kill-destination"),
    (Fault::CutSource, "cut-source"),
    (Fault::CutDestination, "cut-destination"),
];

impl Fault {
    fn name(self) -> &'static str {
        let found = FAULTS.iter().find(|(fault, _)| *fault == self);
        found.expect("all are listed").1
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Sql(Session, String),
    /// `apply --until`, which ends well.
    Apply(String),
    /// The same, killed at a failpoint if that is met.
    Crash(String, String),
    /// `apply --until` is started; what follows is beside it.
    Begin(String),
    /// As soon as so many bytes have gone over the network since then.
    Fault(Fault, u64),
    /// Waits for the one that was started.
    End,
    /// `apply` until all is there, and both sides are equal.
    Equal,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(Session::Writer, sql) => f.write_str(sql),
            Self::Sql(Session::Other, sql) => write!(f, "-- other: {sql}"),
            Self::Apply(until) => write!(f, "-- apply {until}"),
            Self::Crash(until, failpoint) => write!(f, "-- crash {until} {failpoint}"),
            Self::Begin(until) => write!(f, "-- begin {until}"),
            Self::Fault(fault, bytes) => write!(f, "-- fault {} {bytes}", fault.name()),
            Self::End => f.write_str("-- end"),
            Self::Equal => f.write_str("-- equal"),
        }
    }
}

impl Step {
    /// What a line says; `None` for other remarks.
    pub fn read(line: &str) -> Option<Self> {
        let Some(remark) = line.strip_prefix("-- ") else {
            return Some(Self::Sql(Session::Writer, line.to_owned()));
        };
        if let Some(sql) = remark.strip_prefix("other: ") {
            return Some(Self::Sql(Session::Other, sql.to_owned()));
        }
        let words: Vec<&str> = remark.split(' ').collect();
        Some(match words[..] {
            ["apply", until] => Self::Apply(until.to_owned()),
            ["crash", until, failpoint] => Self::Crash(until.to_owned(), failpoint.to_owned()),
            ["begin", until] => Self::Begin(until.to_owned()),
            ["fault", name, bytes] => {
                let (fault, _) = FAULTS.iter().find(|(_, known)| *known == name)?;
                Self::Fault(*fault, bytes.parse().ok()?)
            }
            ["end"] => Self::End,
            ["equal"] => Self::Equal,
            _ => return None,
        })
    }
}
