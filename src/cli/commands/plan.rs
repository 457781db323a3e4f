//! `plan`: reads both servers, writes to neither, and shows what `apply` would do.

use std::path::{Path, absolute};

use super::{
    opened,
    prepared::{self, Prepared},
    servers::Servers,
};
use crate::{
    cli::{
        arguments::{PlanFormat, PlanOptions, ShowOptions},
        exit::Exit,
        failure::{Failure, Problem},
        settings::{Settings, as_typed, random_bits},
    },
    clock::{Clock, SystemClock},
    engine::EngineError,
    plan::rehearsal,
    prechecks,
    report::{FindingLine, PlanReport, SavedPlan, saved},
    resolve::Migration,
    schema::rehearse,
    store::atomic,
    ui::{Ui, look::counted, plan},
};

pub async fn run(options: &PlanOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let migration = opened::load(&options.spec.path, settings, ui)?;
    let state = opened::state_file(&migration).read()?;
    let servers = Servers::new(&migration).await?;
    let state = servers.state(&migration, state, ui).await?;
    let prepared = prepared::prepare(&migration, &servers, state.as_ref()).await?;
    let report = if options.rehearse {
        rehearsed(&migration, &servers, prepared, ui).await?
    } else {
        prepared.report
    };
    ui.answer(&rendered(&report, options.format, ui)?);
    if let Some(file) = &options.out {
        save(file, &options.spec.path, report.clone())?;
        let file = as_typed(file);
        let over = report.standing.as_ref().is_some_and(|one| one.over);
        ui.notice(&match plan::refused(&report) {
            _ if over => format!("Saved, to be read: `cutover show {file}`."),
            None => format!("Saved. To run exactly this: `cutover apply {file}`."),
            Some(_) => {
                format!("Saved, to be read: `cutover show {file}`. Apply would refuse it as it is.")
            }
        });
    }
    Ok(exit(&report, options.detailed_exitcode))
}

/// Tries the plan's definitions on the destination.
async fn rehearsed(
    migration: &Migration,
    servers: &Servers,
    prepared: Prepared,
    ui: Ui,
) -> Result<PlanReport, Failure> {
    let prefix = format!("cutover_rehearsal_{:08x}", random_bits()? >> 96);
    let Prepared {
        report, inspection, ..
    } = prepared;
    let rehearsal = rehearsal(migration, &inspection, &report.plan, &prefix);
    let definitions = u64::try_from(rehearsal.definitions.len()).unwrap_or(u64::MAX);
    ui.notice(&format!(
        "Trying {} on the destination, in databases {prefix}_*, which are dropped again.",
        counted(definitions, "definition", "definitions")
    ));
    let refused = rehearse::rehearse(&servers.destination, &rehearsal).await;
    let refused = refused.map_err(EngineError::from)?;
    let refused = refused
        .into_iter()
        .map(|one| format!("{}: {}", one.object, one.reason));
    let standing = report.standing.clone();
    let mut findings = report.findings;
    let mut passed = report.passed;
    match prechecks::rehearsed(refused.collect()) {
        Some(found) => findings.insert(0, FindingLine::from(found)),
        None => passed.push("rehearsal".to_owned()),
    }
    Ok(PlanReport::new(report.plan, findings, passed, report.duration).standing_at(standing))
}

/// A failed check beats changes.
fn exit(report: &PlanReport, detailed: bool) -> Exit {
    if report.summary.is_refused() {
        Exit::Refused
    } else if detailed && report.has_changes() {
        Exit::Differences
    } else {
        Exit::Done
    }
}

pub fn rendered(report: &PlanReport, format: PlanFormat, ui: Ui) -> Result<String, Failure> {
    match format {
        PlanFormat::Text => Ok(plan::text(report, ui.out(), ui.verbosity())),
        PlanFormat::Markdown => Ok(plan::markdown(report)),
        PlanFormat::Json => Ok(plan::json(report).map_err(|error| {
            Problem::error("cutover::cli::json", error.to_string()).help("use --format text")
        })?),
    }
}

fn save(file: &Path, specification: &Path, report: PlanReport) -> Result<(), Failure> {
    let unreadable = |error| {
        Problem::error(
            "cutover::cli::path",
            format!("{}: {error}", specification.display()),
        )
        .help("run it from a folder that exists")
    };
    let plan = SavedPlan {
        created: SystemClock.now(),
        specification: absolute(specification).map_err(unreadable)?,
        report,
    };
    let text = saved::encode(&plan).map_err(|cause| refused(file, &cause))?;
    Ok(atomic::write(file, &text)?)
}

/// Reads a plan that `plan --out` saved.
pub fn saved_plan(file: &Path) -> Result<SavedPlan, Failure> {
    let text = atomic::read(file)?.ok_or_else(|| {
        Problem::error(
            "cutover::cli::not_found",
            format!("there is no file {}", file.display()),
        )
        .help("name a specification (.hcl, or a folder), or a plan that `cutover plan --out` saved")
    })?;
    Ok(saved::decode(&text).map_err(|cause| refused(file, &cause))?)
}

fn refused(file: &Path, cause: &saved::SavedPlanError) -> Problem {
    let help = miette::Diagnostic::help(cause).map(|help| help.to_string());
    Problem::error(
        "cutover::plan::refused",
        format!("the plan {} cannot be used: {cause}", file.display()),
    )
    .help(help.unwrap_or_default())
}

/// `show`: a saved plan again, also one that has become stale.
pub fn show(options: &ShowOptions, ui: Ui) -> Result<Exit, Failure> {
    let saved = saved_plan(&options.file)?;
    ui.answer(&rendered(&saved.report, options.format, ui)?);
    ui.notice(&format!(
        "Made at {} from {}.",
        saved.created.to_seconds(),
        saved.specification.display()
    ));
    Ok(Exit::Done)
}
