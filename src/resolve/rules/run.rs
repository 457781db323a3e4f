//! Rules of the phases, limits and what belongs to them.

use std::time::Duration;

use super::Rules;
use crate::resolve::derive::phases;
use crate::resolve::options::Phase;
use crate::spec::Section;
use crate::units::Bytes;

/// Below these, a short outage ends a long copy.
const CALM_CONNECTION: Duration = Duration::from_secs(30 * 60);
const CALM_STATEMENT: Duration = Duration::from_secs(10 * 60);

impl Rules<'_> {
    pub(super) fn run(&mut self) {
        let phases = phases(self.complete);
        // Phases that could not be read leave nothing to judge by.
        if !phases.is_empty() {
            self.idle_blocks(&phases);
            self.start(&phases);
            self.existing_tables(&phases);
        }
        self.retry();
        self.shadow_tables();
        self.spool();
    }

    /// Less could not even hold the beginnings of its files.
    fn spool(&mut self) {
        const LEAST: Bytes = Bytes(1 << 20);
        let incremental = self.spec.root.section("incremental");
        let Some(spool) = incremental.and_then(|one| one.section("spool")) else {
            return;
        };
        if let Some(max) = spool.size("max").filter(|max| *max < LEAST) {
            self.error(
                "cutover::spec::out_of_range",
                format!("`incremental.spool.max` is {max}, expected {LEAST} or more"),
                spool.place("max"),
                "out of range",
                "choose one that holds what the source writes while the copy takes its time",
            );
        }
    }

    /// Blocks whose phase is not chosen do nothing.
    fn idle_blocks(&mut self, phases: &[Phase]) {
        let root = &self.spec.root;
        let limits = root.section("limits");
        let blocks = [
            ("schema", Phase::Schema, root.section("schema")),
            (
                "limits.full",
                Phase::Full,
                limits.and_then(|one| one.section("full")),
            ),
            (
                "limits.incremental",
                Phase::Incremental,
                limits.and_then(|one| one.section("incremental")),
            ),
            (
                "incremental",
                Phase::Incremental,
                root.section("incremental"),
            ),
            ("finish", Phase::Incremental, root.section("finish")),
        ];
        for (name, phase, section) in blocks {
            let Some(section) = section.filter(|_| !phases.contains(&phase)) else {
                continue;
            };
            let word = phase.as_str();
            self.warning(
                "cutover::resolve::phase_not_chosen",
                format!("the block `{name}` does nothing without the phase `{word}`"),
                section.header.as_ref(),
                "does nothing",
                &format!("add \"{word}\" to migration.phases, or remove the block"),
            );
        }
    }

    fn start(&mut self, phases: &[Phase]) {
        let Some(incremental) = self.spec.root.section("incremental") else {
            return;
        };
        let start = incremental.text("start").unwrap_or("now");
        if start != "now" && phases.contains(&Phase::Full) {
            self.error(
                super::CONTRADICTION,
                "`incremental.start` is set, and the full copy decides where the stream starts"
                    .to_owned(),
                incremental.place("start"),
                "only without the phase `full`",
                "remove `start`, or remove \"full\" from migration.phases",
            );
        }
    }

    fn existing_tables(&mut self, phases: &[Phase]) {
        let Some(conflicts) = self.spec.root.section("conflicts") else {
            return;
        };
        let refused = conflicts.text("existing_tables") == Some("error");
        if refused && !phases.contains(&Phase::Schema) {
            self.error(
                super::CONTRADICTION,
                "`conflicts.existing_tables` is `error`, and without the phase `schema` the tables must exist".to_owned(),
                conflicts.place("existing_tables"),
                "refuses every table",
                "leave it out, or add \"schema\" to migration.phases",
            );
        }
    }

    fn retry(&mut self) {
        let written = self
            .spec
            .root
            .section("limits")
            .and_then(|one| one.section("retry"));
        let full = self
            .complete
            .section("limits")
            .and_then(|one| one.section("retry"));
        let (Some(written), Some(full)) = (written, full) else {
            return;
        };
        let (connection, statement) = (full.duration("connection"), full.duration("statement"));
        if let (Some(connection), Some(statement)) = (connection, statement)
            && statement >= connection
        {
            let at = if written.has("statement") {
                "statement"
            } else {
                "connection"
            };
            self.error(
                super::CONTRADICTION,
                "`limits.retry.statement` is not below `limits.retry.connection`".to_owned(),
                written.place(at),
                "here",
                "make `statement` shorter, or `connection` longer",
            );
        }
        self.calm(written, "connection", CALM_CONNECTION, "30m");
        self.calm(written, "statement", CALM_STATEMENT, "10m");
    }

    fn calm(&mut self, retry: &Section, name: &str, least: Duration, shown: &str) {
        if retry.duration(name).is_some_and(|window| window < least) {
            self.warning(
                "cutover::resolve::short_retry",
                format!(
                    "`limits.retry.{name}` is below {shown}: a short outage ends the migration"
                ),
                retry.place(name),
                "short",
                &format!("allow {shown} or more"),
            );
        }
    }

    /// The real name is capture 1 of these patterns.
    fn shadow_tables(&mut self) {
        let incremental = self.spec.root.section("incremental");
        let Some(online) = incremental.and_then(|one| one.section("online_ddl")) else {
            return;
        };
        for name in ["shadow_tables", "trash_tables"] {
            for (pattern, place) in online.patterns(name).unwrap_or_default() {
                if pattern.groups() == 0 {
                    self.error(
                        "cutover::resolve::new_name",
                        format!("the pattern `{pattern}` does not say what the real name is"),
                        Some(place),
                        "has no (group)",
                        "write a regular expression whose first (group) is the real name: \
                         \"/^_(.+)_gho$/\"",
                    );
                }
            }
        }
    }
}
