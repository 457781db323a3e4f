//! The sections of the plan.

use super::{changes, heading};
use crate::{
    mysql::TableName,
    plan::{AccountStep, Action, Authentication, ObjectStep, Plan, ServerLine, TableStep},
    report::{FindingLine, PlanReport, Severity, Standing},
    ui::{
        Look, Paint, Verbosity,
        look::{counted, wrap},
    },
};

pub(super) fn head(report: &PlanReport, look: Look) -> String {
    let plan = &report.plan;
    let title = format!("Migration {}", plan.migration);
    let mut lines = vec![format!(
        "{}: {}",
        heading(&title, look),
        plan.phases.join(", ")
    )];
    if !plan.tags.is_empty() {
        let tags = plan
            .tags
            .iter()
            .map(|(name, value)| format!("{name} = {value}"));
        let tags: Vec<_> = tags.collect();
        lines.push(wrap(
            &tags.join(", "),
            look.columns(),
            "  tags         ",
            "               ",
        ));
    }
    lines.push(server("source", &plan.source, look));
    lines.push(server("destination", &plan.destination, look));
    if let Some(standing) = &report.standing {
        lines.push(wrap(
            &self::standing(standing),
            look.columns(),
            "  phase        ",
            "               ",
        ));
    }
    lines.join("\n")
}

/// Where a migration that has begun stands.
pub(super) fn standing(standing: &Standing) -> String {
    if standing.over {
        format!("{}: apply never runs again", standing.phase)
    } else {
        format!("{}: `=` is there, `+` is still to do", standing.phase)
    }
}

/// Where it is, how it is protected, who it is: a line each, as none fits beside another in 80
/// columns.
fn server(role: &str, server: &ServerLine, look: Look) -> String {
    const REST: &str = "               ";
    let reached = format!("{}, {}, as {}", server.address, server.version, server.user);
    let identity = format!("server_uuid {}", server.server_uuid);
    let first = format!("  {role:<12} ");
    [
        (reached, first.as_str()),
        (server.tls.clone(), REST),
        (identity, REST),
    ]
    .map(|(text, first)| wrap(&text, look.columns(), first, REST))
    .join("\n")
}

pub(super) fn findings(report: &PlanReport, look: Look, verbosity: Verbosity) -> String {
    let mut parts = Vec::new();
    for (severity, title, sign, paint) in [
        (Severity::Failed, "Failed checks", "x", Paint::Bad),
        (Severity::Warning, "Warnings", "!", Paint::Changed),
        (
            Severity::Acknowledged,
            "Acknowledged warnings",
            "!",
            Paint::Faint,
        ),
        (Severity::Note, "Notes", "-", Paint::Faint),
    ] {
        let sign = look.paint(paint, sign);
        parts.extend(graded(report, severity, (title, &sign), look));
    }
    let passed = u64::try_from(report.passed.len()).unwrap_or(u64::MAX);
    if verbosity == Verbosity::Everything || verbosity == Verbosity::Steps {
        let lines = report.passed.iter().map(|check| format!("  {check}"));
        let lines: Vec<_> = lines.collect();
        parts.push(format!(
            "{}\n{}",
            heading("Passed checks", look),
            lines.join("\n")
        ));
    } else if passed > 0 {
        parts.push(format!("{} passed.", counted(passed, "check", "checks")));
    }
    parts.join("\n\n")
}

/// The findings of one severity under their title; `None` where there are none.
fn graded(
    report: &PlanReport,
    severity: Severity,
    (title, sign): (&str, &str),
    look: Look,
) -> Option<String> {
    let found = report.findings.iter();
    let found = found.filter(|finding| finding.severity == severity);
    let lines: Vec<_> = found.map(|one| finding(one, sign, look)).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", heading(title, look), lines.join("\n")))
}

/// The assessment, and what else is good to know.
pub(super) fn notes(report: &PlanReport, look: Look) -> String {
    graded(report, Severity::Note, ("Notes", "-"), look).unwrap_or_default()
}

fn finding(finding: &FindingLine, sign: &str, look: Look) -> String {
    // the sign counts one column, whatever its colour
    let text = format!("{}: {}", finding.check, finding.text());
    let first = wrap(&text, look.columns(), "    ", "    ");
    let mut all = format!("  {sign} {}", &first[4..]);
    if !finding.why.is_empty() {
        let why = wrap(&finding.why, look.columns(), "    ", "    ");
        all = format!("{all}\n{why}");
    }
    let rest = match &finding.reason {
        Some(reason) => format!("acknowledged: {reason}"),
        None => finding.remedy.clone(),
    };
    if !rest.is_empty() {
        let rest = wrap(&rest, look.columns(), "    -> ", "       ");
        all = format!("{all}\n{rest}");
    }
    all
}

/// The sign of an action, and its colour.
fn sign(action: &Action) -> (&'static str, Paint) {
    match action {
        Action::Create => ("+", Paint::Added),
        Action::Done | Action::Unchanged => ("=", Paint::Faint),
        Action::Different { .. } => ("~", Paint::Changed),
        Action::Refused { .. } => ("!", Paint::Bad),
    }
}

/// `shop.orders`, or both names where they differ.
fn names(source: &TableName, destination: &TableName) -> String {
    if source == destination {
        source.plain()
    } else {
        format!("{} -> {}", source.plain(), destination.plain())
    }
}

fn action_lines(kind: &str, name: &str, action: &Action, notes: &[String], look: Look) -> String {
    let (sign, paint) = sign(action);
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!(" ({})", notes.join(", "))
    };
    let text = format!("{kind:<9} {name}{notes}");
    let wrapped = wrap_keeping_lead(&text, look);
    let mut lines = vec![format!("  {} {wrapped}", look.paint(paint, sign))];
    match action {
        Action::Create | Action::Done | Action::Unchanged => {}
        Action::Different { diff } => {
            lines.push("      there, and different; used as it is:".to_owned());
            lines.extend(diff.lines().map(|line| diff_line(line, look)));
        }
        Action::Refused { reason } => {
            let lead = "      ";
            lines.push(look.paint(Paint::Bad, &wrap(reason, look.columns(), lead, lead)));
        }
    }
    lines.join("\n")
}

/// Broken after the sign's column; the kind stays padded.
fn wrap_keeping_lead(text: &str, look: Look) -> String {
    let room = look.columns().saturating_sub(4);
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let (lead, rest) = text.split_at(10.min(text.len()));
    wrap(
        rest,
        look.columns(),
        &format!("    {lead}"),
        "              ",
    )[4..]
        .to_owned()
}

fn diff_line(line: &str, look: Look) -> String {
    let paint = match line.as_bytes().first() {
        Some(b'+') => Some(Paint::Added),
        Some(b'-') => Some(Paint::Removed),
        Some(b'@') => Some(Paint::Place),
        Some(_) | None => None,
    };
    let line = match paint {
        Some(paint) => look.paint(paint, line),
        None => line.to_owned(),
    };
    format!("      {line}").trim_end().to_owned()
}

/// What the signs mean, so that every action says why.
const LEGEND: &str = "+ not there yet, = there, ~ there and different, ! refused";

pub(super) fn schema(plan: &Plan, look: Look) -> String {
    let legend = wrap(LEGEND, look.columns(), "  ", "  ");
    let mut lines = vec![heading("Schema", look), look.paint(Paint::Faint, &legend)];
    for step in &plan.databases {
        let name = if step.source == step.destination {
            step.source.as_str().to_owned()
        } else {
            format!("{} -> {}", step.source.as_str(), step.destination.as_str())
        };
        let notes = [step.charset.clone(), step.collation.clone()];
        lines.push(action_lines("database", &name, &step.action, &notes, look));
    }
    for step in &plan.tables {
        let name = names(&step.shape.source, &step.shape.destination);
        lines.push(action_lines(
            "table",
            &name,
            &step.action,
            &table_notes(step),
            look,
        ));
        lines.extend(changes::of_table(step, look));
        lines.extend(indented("~ ", &step.bridged, look));
    }
    for step in plan
        .objects
        .iter()
        .chain(&plan.triggers)
        .chain(&plan.events)
    {
        lines.push(object(step, look));
        let lead = "its body names what is mapped, and stays as it is: ";
        lines.extend(indented(lead, &step.mentions, look));
    }
    for step in &plan.accounts {
        lines.push(account(step, look));
        lines.extend(indented("", &step.notes, look));
    }
    if lines.len() == 2 {
        return String::new();
    }
    lines.join("\n")
}

fn account(step: &AccountStep, look: Look) -> String {
    let kind = if step.role { "role" } else { "account" };
    let grants = u64::try_from(step.grants.len()).unwrap_or(u64::MAX);
    let mut notes = vec![counted(grants, "privilege", "privileges")];
    if !step.role {
        notes.push(match &step.authentication {
            Authentication::Kept { .. } => "its password".to_owned(),
            Authentication::Empty { .. } => "no password".to_owned(),
            Authentication::Random { .. } => "a new password".to_owned(),
        });
    }
    action_lines(kind, &step.name.plain(), &step.action, &notes, look)
}

fn table_notes(step: &TableStep) -> Vec<String> {
    let count = |list: &[String]| u64::try_from(list.len()).unwrap_or(u64::MAX);
    let mut notes = Vec::new();
    if !step.secondary_indexes.is_empty() {
        let statements = count(&step.secondary_indexes);
        notes.push(if statements == 1 {
            "indexes after the copy".to_owned()
        } else {
            format!("indexes after the copy, in {statements} statements")
        });
    }
    if !step.foreign_keys.is_empty() {
        notes.push(counted(
            count(&step.foreign_keys),
            "foreign key",
            "foreign keys",
        ));
    }
    notes
}

fn object(step: &ObjectStep, look: Look) -> String {
    let name = names(&step.source, &step.destination);
    let notes = if step.enable {
        vec!["enabled at finish".to_owned()]
    } else {
        Vec::new()
    };
    action_lines(step.kind.as_str(), &name, &step.action, &notes, look)
}

pub(super) fn indented(lead: &str, texts: &[String], look: Look) -> Vec<String> {
    let lines = texts.iter().map(|text| {
        wrap(
            &format!("{lead}{text}"),
            look.columns(),
            "      ",
            "        ",
        )
    });
    lines.collect()
}

pub(super) fn left_behind(plan: &Plan, look: Look) -> String {
    if plan.left_behind.is_empty() {
        return String::new();
    }
    let lines = plan.left_behind.iter().map(|left| {
        let text = format!("{}: {}", left.what, left.why);
        wrap(&text, look.columns(), "  - ", "    ")
    });
    let lines: Vec<_> = lines.collect();
    format!("{}\n{}", heading("Left behind", look), lines.join("\n"))
}

/// The numbered steps of the end.
pub(super) fn finish(plan: &Plan, look: Look) -> String {
    if plan.finish.is_empty() {
        return String::new();
    }
    let lines = plan.finish.iter().enumerate().map(|(index, step)| {
        let lead = format!("  {:>2}. ", index + 1);
        wrap(step, look.columns(), &lead, "      ")
    });
    let lines: Vec<_> = lines.collect();
    format!("{}\n{}", heading("Finish", look), lines.join("\n"))
}

pub(super) const UNSUPPORTED: &str = "Not supported yet: apply refuses while these are set";

pub(super) fn unsupported(plan: &Plan, look: Look) -> String {
    if plan.unsupported.is_empty() {
        return String::new();
    }
    let lines = plan.unsupported.iter();
    let lines: Vec<_> = lines
        .map(|setting| wrap(setting, look.columns(), "  ! ", "    "))
        .collect();
    format!("{}\n{}", heading(UNSUPPORTED, look), lines.join("\n"))
}
