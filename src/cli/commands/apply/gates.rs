//! What must hold before anything is written, each with its own refusal.

use std::{collections::BTreeSet, path::Path};

use crate::{
    cli::{
        arguments::ApplyOptions,
        commands::not_yet,
        failure::{Failure, Problem},
        settings::Settings,
    },
    engine::Until,
    mysql::{Checkpoint, TableName},
    plan::{Action, FrozenChange, Plan, TableStep},
    report::{PlanReport, SavedPlan, Severity, stale},
    resolve::{Migration, WarningPolicy},
    state::{State, Work},
    ui::{Ui, confirm::Answer},
};

/// How far to go; what comes with a later release is refused.
pub fn until(options: &ApplyOptions) -> Result<Until, Problem> {
    if options.standby {
        return Err(not_yet("apply --standby"));
    }
    if options.join {
        return Err(not_yet("apply --join"));
    }
    match options.until.as_deref() {
        None => Ok(Until::End),
        Some("schema") => Ok(Until::Schema),
        Some("full") => Ok(Until::Full),
        Some("caught-up") => Ok(Until::CaughtUp),
        Some(other) => match Checkpoint::parse(other) {
            Some(place) => Ok(Until::At(Box::new(place))),
            None => Err(Problem::error(
                "cutover::cli::until",
                format!(
                    "--until is \"{other}\", expected schema, full, caught-up, gtid:SET or \
                     file:NAME,POSITION"
                ),
            )
            .help("for example --until gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77")),
        },
    }
}

/// A sentence with what it is about: in it where that is one thing, below it where there are more.
fn listed(sentence: &str, items: impl ExactSizeIterator<Item = String>) -> String {
    if items.len() == 1 {
        let items: String = items.collect();
        return format!("{sentence}: {items}; nothing was done");
    }
    items.fold(format!("{sentence}; nothing was done:"), |list, item| {
        format!("{list}\n- {item}")
    })
}

/// The whole specification can be run by this release.
pub fn supported(migration: &Migration) -> Result<(), Problem> {
    runs_all(migration, |_| true)
}

/// What it says of comparisons can be done by this release, whatever it says of the rest.
pub fn comparable(migration: &Migration) -> Result<(), Problem> {
    let blocks = ["verify.", "limits.verify."];
    runs_all(migration, |setting| {
        blocks.iter().any(|block| setting.starts_with(block))
    })
}

fn runs_all(migration: &Migration, asked: impl Fn(&str) -> bool) -> Result<(), Problem> {
    let later = migration.unsupported().iter();
    let later: Vec<_> = later.filter(|one| asked(&one.setting)).collect();
    if later.is_empty() {
        return Ok(());
    }
    let settings = later
        .iter()
        .map(|one| format!("{} ({})", one.setting, one.place));
    Err(Problem::refusal(
        "cutover::cli::not_supported_yet",
        listed(
            "the specification asks for what is not supported yet",
            settings,
        ),
    )
    .help("take it out of the specification"))
}

/// The migration is not over.
pub fn may_apply(state: Option<&State>, migration: &Migration) -> Result<(), Problem> {
    let Some(state) = state else {
        return Ok(());
    };
    if state.phase().may_apply() {
        return Ok(());
    }
    Err(Problem::refusal(
        "cutover::cli::over",
        format!(
            "migration \"{}\" {}: apply never runs again, so that an old task cannot overwrite \
             what is in use now",
            migration.name(),
            state.phase().stands()
        ),
    )
    .help(format!(
        "for another run give it another name and another state: migration \"{}_2\" {{ ... }}",
        migration.name()
    )))
}

/// Nothing has moved since the plan was saved.
pub fn fresh(saved: &SavedPlan, now: &Plan, settings: &Settings) -> Result<(), Problem> {
    let changes = stale::changes(&saved.report.plan, now);
    if changes.is_empty() {
        return Ok(());
    }
    Err(Problem::refusal(
        "cutover::plan::stale",
        listed("the plan is stale", changes.into_iter()),
    )
    .help(if now.base.lineage.is_some() {
        let apply = settings.command("apply", &saved.specification);
        format!("to go on with what was begun: {apply}")
    } else {
        let plan = settings.command("plan", &saved.specification);
        format!("look at what changed, and review it: {plan} --out FILE")
    }))
}

/// The tables of `--replace`, by their names on the source.
pub fn replaced(
    options: &ApplyOptions,
    state: Option<&State>,
) -> Result<BTreeSet<TableName>, Problem> {
    let mut tables = BTreeSet::new();
    if options.replace.is_empty() {
        return Ok(tables);
    }
    for text in &options.replace {
        let Some((database, table)) = text.split_once('.') else {
            return Err(Problem::error(
                "cutover::cli::table_name",
                format!("\"{text}\" names no table"),
            )
            .help("write DATABASE.TABLE, by its names on the source"));
        };
        tables.insert(TableName::new(database, table));
    }
    let finishing = state.and_then(|state| state.phase().work()) == Some(Work::Finishing);
    if finishing {
        return Err(Problem::refusal(
            "cutover::cli::too_late",
            "the copy is over and the migration is finishing: no table is copied again",
        )
        .help("let it finish, then compare: cutover verify"));
    }
    Ok(tables)
}

/// What was asked to be replaced is there to be replaced, and is ours.
pub fn replaceable(replaced: &BTreeSet<TableName>, plan: &Plan) -> Result<(), Problem> {
    for table in replaced {
        let step = plan
            .tables
            .iter()
            .find(|step| &step.shape.source == table)
            .ok_or_else(|| {
                Problem::refusal(
                    "cutover::cli::not_selected",
                    format!("--replace names {}, which is not selected", table.plain()),
                )
                .help("write its name on the source; `cutover plan` lists what is selected")
            })?;
        if step.replaces.is_none() {
            return Err(Problem::refusal(
                "cutover::cli::not_begun",
                format!("--replace names {}, which was not begun", table.plain()),
            )
            .help("leave --replace out: it is copied anyway"));
        }
    }
    Ok(())
}

/// What rows already written depend on is as it was.
pub fn unchanged(plan: &Plan, settings: &Settings, path: &Path) -> Result<(), Problem> {
    let Some(first) = plan.frozen.first() else {
        return Ok(());
    };
    let apply = settings.command("apply", path);
    let help = if first.table.is_empty() {
        format!(
            "set it back; or begin anew: {} (not yet: by hand, see \"Cleaning up\" in \
             docs/operations.md), then {apply}",
            settings.command("destroy", path)
        )
    } else {
        let mut tables: Vec<_> = plan.frozen.iter().map(|one| one.table.as_str()).collect();
        tables.dedup();
        let tables: Vec<_> = tables.into_iter().take(3).collect();
        format!(
            "set it back; or drop that table and copy it again: {apply} --replace {}; or all of \
             them: {} (not yet: by hand, see \"Cleaning up\" in docs/operations.md)",
            tables.join(" --replace "),
            settings.command("destroy", path)
        )
    };
    Err(Problem::refusal(
        "cutover::plan::frozen",
        listed(
            "rows were written under what has changed since",
            plan.frozen.iter().map(frozen),
        ),
    )
    .help(help))
}

fn frozen(change: &FrozenChange) -> String {
    let value = |text: &str| match text {
        "" => "(none)".to_owned(),
        text => text.to_owned(),
    };
    let table = match change.table.as_str() {
        "" => String::new(),
        table => format!("{table}: "),
    };
    format!(
        "{table}{} was {}, is {}",
        change.setting,
        value(&change.was),
        value(&change.is)
    )
}

/// A table that was selected only now can still be copied. (Beside a stream those alone are planned
/// that it knows, or that are to be copied again.)
pub fn in_time(plan: &Plan, state: &State) -> Result<(), Problem> {
    let finishing = state.phase().work() == Some(Work::Finishing);
    let streams = plan.phases.iter().any(|phase| phase == "incremental");
    let new = |step: &&TableStep| step.copy && step.action == Action::Create;
    match plan.tables.iter().find(new) {
        Some(step) if finishing && !streams => Err(Problem::refusal(
            "cutover::cli::too_late",
            format!(
                "{} was selected when the copy was over",
                step.shape.source.plain()
            ),
        )
        .help("leave it out, let this migration finish, and move it with another one")),
        Some(_) | None => Ok(()),
    }
}

/// Nothing was selected that is not on the destination yet.
pub fn all_copied(plan: &Plan, settings: &Settings, path: &Path) -> Result<(), Problem> {
    let new = |step: &&TableStep| step.copy && step.action == Action::Create;
    match plan.tables.iter().find(new) {
        Some(step) => Err(Problem::refusal(
            "cutover::finish::too_early",
            format!(
                "{} was selected since, and is not copied yet; nothing was done",
                step.shape.source.plain()
            ),
        )
        .help(format!(
            "copy it beside the stream, or leave it out: {}",
            settings.command("apply", path)
        ))),
        None => Ok(()),
    }
}

/// No check failed, nothing is in the way, and every warning was read.
pub fn checks(report: &PlanReport, migration: &Migration) -> Result<(), Problem> {
    let sums = &report.summary;
    if sums.is_refused() {
        let failed = named(report, Severity::Failed);
        let what = if failed.is_empty() {
            "something is in the way on the destination".to_owned()
        } else {
            format!("checks failed: {failed}")
        };
        return Err(Problem::refusal(
            "cutover::prechecks::failed",
            format!("{what}; nothing was written"),
        )
        .help("do what the plan says beside each, then run the same command again"));
    }
    let open = sums.warnings > sums.acknowledged;
    if open && migration.prechecks().warnings == WarningPolicy::Acknowledge {
        let warnings = named(report, Severity::Warning);
        let first = warnings.split(", ").next().unwrap_or_default();
        let known = migration.prechecks().acknowledgements.iter();
        if known
            .filter(|known| known.objects.is_none())
            .any(|known| known.check == first)
        {
            return Err(Problem::refusal(
                "cutover::prechecks::unacknowledged",
                format!("warnings name what was not acknowledged: {warnings}; nothing was written"),
            )
            .help(format!(
                "do what the plan says beside each; or accept what came since by another `reason` in \
                 prechecks.acknowledge \"{first}\", or by a block of its own with these `objects`"
            )));
        }
        return Err(Problem::refusal(
            "cutover::prechecks::unacknowledged",
            format!("warnings are not acknowledged: {warnings}; nothing was written"),
        )
        .help(format!(
            "do what the plan says beside each, or accept it in the specification, each with a \
             block of its own:\nprechecks {{\n  acknowledge \"{first}\" {{\n    reason = \
             \"...\"\n  }}\n}}"
        )));
    }
    Ok(())
}

fn named(report: &PlanReport, severity: Severity) -> String {
    let found = report.findings.iter();
    let mut names: Vec<_> = found
        .filter(|finding| finding.severity == severity)
        .map(|finding| finding.check.as_str())
        .collect();
    names.dedup();
    names.join(", ")
}

/// A person types `yes` to the plan.
pub async fn asked(plan: &Plan, ui: Ui) -> Result<(), Failure> {
    let question = format!(
        "Apply this plan to {}? The source is only read.",
        plan.destination.address
    );
    agreed(question, ui).await
}

/// A person types `yes`.
pub async fn agreed(question: String, ui: Ui) -> Result<(), Failure> {
    let refused = |message: &str, help: &str| {
        Problem::refusal("cutover::cli::not_approved", message.to_owned()).help(help.to_owned())
    };
    // A thread of its own: reading a line must not keep signals from being heard.
    let answer = tokio::task::spawn_blocking(move || ui.ask(&question, "yes")).await;
    match answer {
        Ok(Answer::Agreed) => Ok(()),
        Ok(Answer::Declined) => Err(refused(
            "it was not approved; nothing was written",
            "run it again and type yes",
        )
        .into()),
        Ok(Answer::CannotAsk) | Err(_) => Err(refused(
            "there is no terminal to ask on; nothing was written",
            "run it with --auto-approve, or apply a saved plan: cutover plan --out FILE, then \
             cutover apply FILE",
        )
        .into()),
    }
}
