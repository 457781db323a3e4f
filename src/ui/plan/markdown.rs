//! The plan for a comment under a pull request: the sum and a table first, findings, then the
//! details folded. No colour, and never longer than a comment may be.

use super::{changes, data, sections, summary};
use crate::{
    plan::{Plan, ServerLine},
    report::{FindingLine, PlanReport, Severity},
    ui::{
        Look,
        look::{self, counted, grouped},
        visible::{breaks_text, readable},
    },
    units::Bytes,
};

/// Characters; some forges take no longer comment.
const LONGEST: usize = 60_000;
/// Kept free for the last fences and the note.
const RESERVE: usize = 2_000;
/// What stands around a folded section, with names as usual.
const FRAME: usize = 200;
const DETAILS: Look = Look {
    width: 100,
    color: false,
};

/// At most 60,000 characters; what is cut says so.
pub fn markdown(report: &PlanReport) -> String {
    let report = &*readable(report);
    let plan = &report.plan;
    let mut text = format!(
        "### Migration {}: {}\n\n**{}**\n\n{}",
        escaped(&clipped(&plan.migration)),
        escaped(&clipped(&plan.phases.join(", "))),
        escaped(&summary::one_line(report)),
        table(report)
    );
    append(&mut text, &refused(report));
    append(&mut text, &unsupported(plan));
    append(&mut text, &frozen(plan));
    for (severity, title) in [
        (Severity::Failed, "Failed checks"),
        (Severity::Warning, "Warnings"),
        (Severity::Acknowledged, "Acknowledged warnings"),
    ] {
        append(&mut text, &findings(report, severity, title));
    }
    let sections = [
        ("Notes", sections::notes(report, DETAILS)),
        ("Schema", sections::schema(plan, DETAILS)),
        ("Data", data::data(report, DETAILS)),
        ("Incremental", changes::incremental(report, DETAILS)),
        (
            "Settings other than the default",
            changes::settings(plan, DETAILS),
        ),
        ("Left behind", sections::left_behind(plan, DETAILS)),
        ("Finish", sections::finish(plan, DETAILS)),
    ];
    for (at, (title, details)) in sections.iter().enumerate() {
        // a long list must not push out the sections behind it
        let fair = room(&text) / (sections.len() - at);
        let behind = sections[at + 1..].iter();
        let kept = behind.map(|(_, details)| (details.chars().count() + FRAME).min(fair));
        if !details.is_empty() {
            let most = room(&text).saturating_sub(kept.sum());
            folded(&mut text, title, details, most);
        }
    }
    append(&mut text, &native(report));
    text
}

/// Why `apply` would not run, in one sentence.
fn refused(report: &PlanReport) -> String {
    summary::refused(report).map_or_else(String::new, |text| format!("\n**{text}**\n"))
}

fn unsupported(plan: &Plan) -> String {
    if plan.unsupported.is_empty() {
        return String::new();
    }
    let lines = plan.unsupported.iter();
    let lines: Vec<_> = lines
        .map(|setting| format!("- {}", escaped(&clipped(setting))))
        .collect();
    format!("\n#### {}\n\n{}\n", sections::UNSUPPORTED, lines.join("\n"))
}

fn native(report: &PlanReport) -> String {
    match changes::native(report, DETAILS) {
        line if line.is_empty() => line,
        line => format!("\n{line}\n"),
    }
}

/// What rows already written depend on and was changed since.
fn frozen(plan: &Plan) -> String {
    if plan.frozen.is_empty() {
        return String::new();
    }
    let value = |text: &str| match text {
        "" => "(none)".to_owned(),
        text => escaped(text),
    };
    let lines = plan.frozen.iter().map(|change| {
        let (table, setting) = (escaped(&change.table), escaped(&change.setting));
        let (was, is) = (value(&change.was), value(&change.is));
        format!("| {table} | {setting} | {was} | {is} |\n")
    });
    let lines: String = lines.collect();
    format!(
        "\n#### Changed since rows were written: apply refuses\n\n\
         | table | setting | was | is |\n| --- | --- | --- | --- |\n{lines}"
    )
}

/// Names may hold anything; here they are only text.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => {
                out.extend(['\\', c]);
            }
            c if breaks_text(c) => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// What stands before all sections is never cut with them, so it is short by itself.
fn clipped(text: &str) -> String {
    look::clipped(text, 500)
}

fn server(server: &ServerLine) -> String {
    escaped(&clipped(&format!(
        "{}, {}, as {}, {}, server_uuid {}",
        server.address, server.version, server.user, server.tls, server.server_uuid
    )))
}

fn table(report: &PlanReport) -> String {
    let sums = &report.summary;
    let rows = [
        ("source", server(&report.plan.source)),
        ("destination", server(&report.plan.destination)),
        ("create", grouped(sums.create)),
        ("unchanged", grouped(sums.unchanged)),
        ("different", grouped(sums.different)),
        ("refused", grouped(sums.refused)),
        (
            "copy",
            format!(
                "{}, about {} ({})",
                counted(sums.copy, "table", "tables"),
                counted(sums.rows, "row", "rows"),
                Bytes(sums.bytes).rounded()
            ),
        ),
        ("left behind", grouped(sums.left_behind)),
        (
            "checks",
            format!(
                "{} failed, {} ({} acknowledged), {} passed",
                grouped(sums.failed_checks),
                counted(sums.warnings, "warning", "warnings"),
                grouped(sums.acknowledged),
                report.passed.len()
            ),
        ),
    ];
    let tags = report.plan.tags.iter();
    let tags: Vec<_> = tags
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let tags = (!tags.is_empty()).then(|| ("tags", escaped(&clipped(&tags.join(", ")))));
    let standing = report.standing.as_ref();
    let phase = standing.map(|standing| ("phase", escaped(&sections::standing(standing))));
    let rows = tags.into_iter().chain(phase).chain(rows);
    let lines = rows.map(|(name, value)| format!("| {name} | {value} |\n"));
    format!("| | |\n| --- | --- |\n{}", lines.collect::<String>())
}

fn findings(report: &PlanReport, severity: Severity, title: &str) -> String {
    let found = report.findings.iter();
    let lines: Vec<_> = found
        .filter(|finding| finding.severity == severity)
        .map(finding)
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n#### {title}\n\n{}\n", lines.join("\n"))
}

fn finding(finding: &FindingLine) -> String {
    let mut parts = vec![format!(
        "- **{}**: {}",
        escaped(&finding.check),
        escaped(&finding.text())
    )];
    if !finding.why.is_empty() {
        parts.push(format!("  <br>{}", escaped(&finding.why)));
    }
    match &finding.reason {
        Some(reason) => parts.push(format!("  <br>acknowledged: {}", escaped(reason))),
        None => parts.push(format!("  <br>to do: {}", escaped(&finding.remedy))),
    }
    parts.join("\n")
}

/// Room for so many more characters.
fn room(text: &str) -> usize {
    LONGEST.saturating_sub(RESERVE + text.chars().count())
}

fn append(text: &mut String, part: &str) {
    if part.chars().count() <= room(text) {
        text.push_str(part);
        return;
    }
    let mut kept = String::new();
    let mut left = room(text);
    for line in part.split_inclusive('\n') {
        let length = line.chars().count();
        if length > left {
            break;
        }
        left -= length;
        kept.push_str(line);
    }
    text.push_str(&kept);
    text.push_str("\n_Cut here: `cutover plan` or `cutover show` has all of it._\n");
}

/// A section that is opened by a click, in a fence that nothing in it can close.
/// `most`: so many characters it may take.
fn folded(text: &mut String, title: &str, details: &str, most: usize) {
    let longest_run = details
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest_run.max(2) + 1);
    let (title, body) = match details.split_once('\n') {
        // its own first line is the title, and may say more
        Some((first, body)) if first.starts_with(title) => (first, body),
        Some(_) | None => (title, details),
    };
    let opening = format!("\n<details><summary>{title}</summary>\n\n{fence}text\n");
    let closing = format!("{fence}\n\n</details>\n");
    let frame = opening.chars().count() + closing.chars().count();
    let Some(mut left) = most.checked_sub(frame) else {
        let note = format!("\n_{title}: `cutover plan` or `cutover show` has it._\n");
        text.push_str(&note);
        return;
    };
    text.push_str(&opening);
    let mut hidden = 0_usize;
    for line in body.lines() {
        let length = line.chars().count() + 1;
        if hidden > 0 || length > left {
            hidden += 1;
            continue;
        }
        left -= length;
        text.extend(line.chars().map(|c| if breaks_text(c) { ' ' } else { c }));
        text.push('\n');
    }
    if hidden > 0 {
        let note = format!("... {hidden} more lines: cutover plan or cutover show has them\n");
        text.push_str(&note);
    }
    text.push_str(&closing);
}
