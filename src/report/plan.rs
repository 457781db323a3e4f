//! A plan with what was found about it, and its sums.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    plan::{Action, Plan, TableStep},
    prechecks::{self, Finding},
    state::{CopyStatus, State, TableProgress},
};

/// What a finding means for `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Apply refuses.
    Failed,
    /// Apply refuses while it is not acknowledged.
    Warning,
    /// Read and accepted in the specification, for this reason.
    Acknowledged,
    /// Good to know.
    Note,
}

/// One finding of the prechecks or the assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingLine {
    /// `no_primary_key`.
    pub check: String,
    pub severity: Severity,
    /// What was found, without the objects.
    pub message: String,
    /// On what: all of them; empty for what is about a server.
    #[serde(default)]
    pub objects: Vec<String>,
    /// Why it matters.
    #[serde(default)]
    pub why: String,
    /// A thing to do: a statement to run, an attribute to set.
    pub remedy: String,
    /// Where it is acknowledged: why.
    pub reason: Option<String>,
}

/// So many objects are named in text; all are in JSON.
const SHOWN: usize = 10;

impl FindingLine {
    /// The message with the first ten objects, for people.
    pub fn text(&self) -> String {
        if self.objects.is_empty() {
            return self.message.clone();
        }
        let shown: Vec<&str> = self
            .objects
            .iter()
            .take(SHOWN)
            .map(String::as_str)
            .collect();
        let more = match self.objects.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}: {}{more}", self.message, shown.join(", "))
    }
}

impl From<Finding> for FindingLine {
    fn from(finding: Finding) -> Self {
        let severity = match (finding.severity, &finding.acknowledged) {
            (prechecks::Severity::Fail, _) => Severity::Failed,
            (prechecks::Severity::Warning, None) => Severity::Warning,
            (prechecks::Severity::Warning, Some(_)) => Severity::Acknowledged,
            (prechecks::Severity::Info, _) => Severity::Note,
        };
        Self {
            check: finding.check.to_owned(),
            severity,
            message: finding.message,
            objects: finding.objects,
            why: finding.why,
            remedy: finding.remedy,
            reason: finding.acknowledged,
        }
    }
}

/// What `plan` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlanReport {
    pub format_version: u32,
    pub plan: Plan,
    /// Ordered; all that were found.
    pub findings: Vec<FindingLine>,
    /// The checks that found nothing.
    pub passed: Vec<String>,
    /// How long the copy takes at a rate that was measured.
    pub duration: Option<Duration>,
    /// Where the migration stands, if it has begun.
    #[serde(default)]
    pub standing: Option<Standing>,
    pub summary: Summary,
}

/// What earlier runs have done, by the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Standing {
    pub phase: String,
    /// `apply` never runs again.
    pub over: bool,
    /// Tables that were begun, by the name on the source.
    pub tables: BTreeMap<String, TableStanding>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TableStanding {
    /// On the destination.
    pub rows: u64,
    pub copied: bool,
}

impl Standing {
    /// `None` where nothing was begun.
    pub fn of(state: &State) -> Option<Self> {
        let phase = state.phase();
        let begun = |progress: &&TableProgress| progress.status != CopyStatus::Pending;
        let tables = state.tables().iter().filter(|(_, table)| begun(table));
        let tables = tables.map(|(name, progress)| {
            let standing = TableStanding {
                rows: progress.rows,
                copied: progress.status == CopyStatus::Copied,
            };
            (name.plain(), standing)
        });
        phase.has_begun().then(|| Self {
            phase: phase.to_string(),
            over: !phase.may_apply(),
            tables: tables.collect(),
        })
    }

    fn copied(&self, table: &TableStep) -> bool {
        let standing = self.tables.get(&table.shape.source.plain());
        table.replaces.is_none() && standing.is_some_and(|standing| standing.copied)
    }
}

/// The sums of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    pub create: u64,
    /// There, and the same: by somebody, or by an earlier run.
    pub unchanged: u64,
    pub different: u64,
    pub refused: u64,
    pub left_behind: u64,
    /// Tables whose rows are to be copied; those that are copied already are not counted.
    pub copy: u64,
    /// Of those tables; estimates of the source's engine.
    pub rows: u64,
    pub bytes: u64,
    /// The acknowledged ones included.
    pub warnings: u64,
    pub acknowledged: u64,
    pub failed_checks: u64,
    /// What rows already written depend on and was changed since.
    #[serde(default)]
    pub frozen: u64,
}

impl Summary {
    /// Whether there is anything to do.
    pub fn has_changes(&self) -> bool {
        self.create > 0 || self.copy > 0
    }

    /// Whether `apply` would refuse whatever is acknowledged.
    pub fn is_refused(&self) -> bool {
        self.refused > 0 || self.failed_checks > 0 || self.frozen > 0
    }
}

/// Everything that has an action, with what it is called.
pub fn actions(plan: &Plan) -> impl Iterator<Item = &Action> {
    let databases = plan.databases.iter().map(|step| &step.action);
    let tables = plan.tables.iter().map(|step| &step.action);
    let objects = [&plan.objects, &plan.triggers, &plan.events];
    let objects = objects.into_iter().flatten().map(|step| &step.action);
    let accounts = plan.accounts.iter().map(|step| &step.action);
    databases.chain(tables).chain(objects).chain(accounts)
}

impl PlanReport {
    pub fn new(
        plan: Plan,
        findings: Vec<FindingLine>,
        passed: Vec<String>,
        duration: Option<Duration>,
    ) -> Self {
        let summary = summary(&plan, &findings, None);
        Self {
            format_version: 1,
            plan,
            findings,
            passed,
            duration,
            standing: None,
            summary,
        }
    }

    /// Whether `apply` would do anything.
    pub fn has_changes(&self) -> bool {
        let over = self.standing.as_ref().is_some_and(|standing| standing.over);
        !over && self.summary.has_changes()
    }

    /// Whether the servers' own replication could do the same: rows are moved, all of them as they
    /// are, under the same names, between servers of one version.
    pub fn native_replication(&self) -> bool {
        let plan = &self.plan;
        let series = |version: &str| {
            let mut parts = version.split('.');
            let first: Vec<String> = parts.by_ref().take(2).map(str::to_owned).collect();
            first
        };
        let as_it_is = |step: &TableStep| {
            step.changes.is_empty() && step.shape.source == step.shape.destination
        };
        plan.phases.iter().any(|phase| phase != "schema")
            && series(&plan.source.version) == series(&plan.destination.version)
            && !plan.tables.is_empty()
            && plan.tables.iter().all(as_it_is)
    }

    /// The same for a migration that has begun.
    #[must_use]
    pub fn standing_at(mut self, standing: Option<Standing>) -> Self {
        self.summary = summary(&self.plan, &self.findings, standing.as_ref());
        self.standing = standing;
        self
    }
}

fn summary(plan: &Plan, findings: &[FindingLine], standing: Option<&Standing>) -> Summary {
    let mut sums = Summary {
        left_behind: u64::try_from(plan.left_behind.len()).unwrap_or(u64::MAX),
        frozen: u64::try_from(plan.frozen.len()).unwrap_or(u64::MAX),
        ..Summary::default()
    };
    for action in actions(plan) {
        match action {
            Action::Create => sums.create += 1,
            Action::Done | Action::Unchanged => sums.unchanged += 1,
            Action::Different { .. } => sums.different += 1,
            Action::Refused { .. } => sums.refused += 1,
        }
    }
    let copied = |table: &TableStep| standing.is_some_and(|standing| standing.copied(table));
    for table in plan
        .tables
        .iter()
        .filter(|table| table.copy && !copied(table))
    {
        sums.copy += 1;
        sums.rows += table.rows;
        sums.bytes += table.bytes;
    }
    for finding in findings {
        match finding.severity {
            Severity::Failed => sums.failed_checks += 1,
            Severity::Warning => sums.warnings += 1,
            Severity::Acknowledged => {
                sums.warnings += 1;
                sums.acknowledged += 1;
            }
            Severity::Note => {}
        }
    }
    sums
}
