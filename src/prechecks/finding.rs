//! What a check says.

use serde::{Deserialize, Serialize};

/// What a finding means for `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Refused until it is gone.
    Fail,
    /// Refused until it is gone or acknowledged.
    Warning,
    /// Part of the assessment.
    Info,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `no_primary_key`: permanent.
    pub check: &'static str,
    pub severity: Severity,
    /// What was found, without the objects.
    pub message: String,
    /// All of them, by name, sorted; empty for what is about a server.
    pub objects: Vec<String>,
    /// Why it matters.
    pub why: String,
    /// A statement to run or an attribute to set.
    pub remedy: String,
    /// The reason that an acknowledgement gives; always `None` unless this is a warning.
    pub acknowledged: Option<String>,
}

impl Finding {
    /// Whether it is a warning that nobody has acknowledged.
    pub fn open(&self) -> bool {
        self.severity == Severity::Warning && self.acknowledged.is_none()
    }
}

/// All findings: failures first, then warnings, then the rest; within that in the order of the
/// checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub findings: Vec<Finding>,
    /// The checks that ran and found nothing.
    pub passed: Vec<&'static str>,
}

impl Findings {
    pub(super) fn add(&mut self, check: &'static str, found: Vec<Found>) {
        if found.is_empty() {
            self.passed.push(check);
        }
        self.findings.extend(found.into_iter().map(|found| Finding {
            check,
            severity: found.severity,
            message: found.message,
            objects: found.objects,
            why: found.why.to_owned(),
            remedy: found.remedy,
            acknowledged: None,
        }));
    }

    pub(super) fn sort(&mut self) {
        self.findings.sort_by_key(|finding| finding.severity);
    }

    /// Whether a check failed: `apply` refuses, whatever is acknowledged.
    pub fn failed(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Fail)
    }

    /// The warnings that are not acknowledged.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.open())
    }
}

/// A finding as its check makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub severity: Severity,
    pub message: String,
    pub objects: Vec<String>,
    pub why: &'static str,
    pub remedy: String,
}

impl Found {
    pub fn fail(message: impl Into<String>) -> Self {
        Self::new(Severity::Fail, message)
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message)
    }

    pub fn info(message: impl Into<String>) -> Self {
        Self::new(Severity::Info, message)
    }

    fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            message: message.into(),
            objects: Vec::new(),
            why: "",
            remedy: String::new(),
        }
    }

    pub fn on(mut self, objects: impl IntoIterator<Item = String>) -> Self {
        self.objects.extend(objects);
        self.objects.sort();
        self.objects.dedup();
        self
    }

    pub fn why(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// One finding about these objects; none where there are none.
    pub fn if_any(self, objects: impl IntoIterator<Item = String>) -> Vec<Self> {
        let found = self.on(objects);
        if found.objects.is_empty() {
            Vec::new()
        } else {
            vec![found]
        }
    }

    /// This finding where the condition holds.
    pub fn when(self, condition: bool) -> Vec<Self> {
        if condition { vec![self] } else { Vec::new() }
    }
}
