//! What the specification says it has read and accepts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ASSESSMENT, TABLES,
    context::Context,
    finding::{Finding, Findings, Found, Severity},
    servers,
};
use crate::resolve::Acknowledgement;

/// What a block without `objects` covered at the first apply with it, by its check and its reason: it
/// covers nothing that came later.
#[derive(Clone, Debug, Default)]
pub struct Accepted(BTreeMap<(String, String), BTreeSet<String>>);

impl Accepted {
    /// Takes up what an acknowledgement covered.
    pub fn add<'a>(
        &mut self,
        check: &str,
        reason: &str,
        objects: impl IntoIterator<Item = &'a String>,
    ) {
        let mut objects = objects.into_iter().peekable();
        if objects.peek().is_some() {
            let key = (check.to_owned(), reason.to_owned());
            self.0.entry(key).or_default().extend(objects.cloned());
        }
    }

    /// The objects of a warning that a block covers; `None` for all.
    fn of(&self, acknowledgement: &Acknowledgement, finding: &Finding) -> Option<Vec<String>> {
        let key = (
            acknowledgement.check.clone(),
            acknowledgement.reason.clone(),
        );
        let before = self.0.get(&key).filter(|_| !finding.objects.is_empty());
        let named = || before.map(|objects| objects.iter().cloned().collect());
        acknowledgement.objects.clone().or_else(named)
    }
}

/// Marks warnings as acknowledged. One that covers only some objects of a warning splits it; one
/// that covers nothing is itself reported.
pub(super) fn apply(context: &Context<'_>, accepted: &Accepted, findings: &mut Findings) {
    let folds = context.source_facts().lower_case().folds();
    for acknowledgement in &context.migration.prechecks().acknowledgements {
        let mut unused = Unused::new(acknowledgement);
        unused.failed = findings.findings.iter().any(|finding| {
            finding.check == acknowledgement.check && finding.severity == Severity::Fail
        });
        let found = std::mem::take(&mut findings.findings);
        for finding in found {
            if finding.check != acknowledgement.check || !finding.open() {
                findings.findings.push(finding);
                continue;
            }
            let named = accepted.of(acknowledgement, &finding);
            let (covered, rest) = split(finding, named.as_deref(), folds);
            if let Some(mut covered) = covered {
                unused.seen(&covered.objects, folds);
                covered.acknowledged = Some(acknowledgement.reason.clone());
                findings.findings.push(covered);
            }
            findings.findings.extend(rest);
        }
        if let Some(found) = unused.report() {
            findings.add("acknowledgement_unused", vec![found]);
        }
    }
}

/// What an acknowledgement covers of a warning, and what it leaves.
fn split(
    finding: Finding,
    named: Option<&[String]>,
    folds: bool,
) -> (Option<Finding>, Option<Finding>) {
    let Some(named) = named else {
        return (Some(finding), None);
    };
    let (covered, rest): (Vec<String>, Vec<String>) = finding
        .objects
        .iter()
        .cloned()
        .partition(|object| named.iter().any(|name| same(name, object, folds)));
    let of = |objects: Vec<String>| {
        (!objects.is_empty()).then(|| Finding {
            objects,
            ..finding.clone()
        })
    };
    // a warning without objects can only be acknowledged as a whole
    let left = if finding.objects.is_empty() {
        Some(finding.clone())
    } else {
        of(rest)
    };
    (of(covered), left)
}

fn same(a: &str, b: &str, folds: bool) -> bool {
    a == b || (folds && a.to_lowercase() == b.to_lowercase())
}

/// What of an acknowledgement applied to nothing.
struct Unused<'a> {
    acknowledgement: &'a Acknowledgement,
    applied: bool,
    /// The check failed, which cannot be acknowledged.
    failed: bool,
    left: Vec<String>,
}

impl<'a> Unused<'a> {
    fn new(acknowledgement: &'a Acknowledgement) -> Self {
        Self {
            acknowledgement,
            applied: false,
            failed: false,
            left: acknowledgement.objects.clone().unwrap_or_default(),
        }
    }

    fn seen(&mut self, objects: &[String], folds: bool) {
        self.applied = true;
        self.left
            .retain(|name| !objects.iter().any(|object| same(name, object, folds)));
    }

    fn report(self) -> Option<Found> {
        let check = &self.acknowledgement.check;
        if !known(check) {
            return Some(
                Found::info(format!("no check is called `{check}`"))
                    .why("the acknowledgement does nothing")
                    .remedy(format!(
                        "correct or remove the block prechecks.acknowledge \"{check}\""
                    )),
            );
        }
        if self.failed {
            return Some(
                Found::info(format!("`{check}` is no warning but a failure"))
                    .why("a failure cannot be acknowledged")
                    .remedy(format!(
                        "do what it asks for, and remove the block prechecks.acknowledge \"{check}\""
                    )),
            );
        }
        if self.applied && self.left.is_empty() {
            return None;
        }
        let remedy = if self.applied {
            format!("take these from `objects` of prechecks.acknowledge \"{check}\"")
        } else {
            format!("remove the block prechecks.acknowledge \"{check}\"")
        };
        Some(
            Found::info(format!(
                "the acknowledgement of `{check}` applies no longer"
            ))
            .on(self.left)
            .why("what it accepted is gone; it would hide the same warning when it comes back")
            .remedy(remedy),
        )
    }
}

fn known(check: &str) -> bool {
    TABLES
        .iter()
        .chain(ASSESSMENT)
        .flat_map(|table| table.iter())
        .chain(servers::FLAVOR)
        .any(|one| one.id == check)
}
