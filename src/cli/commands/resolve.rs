//! `resolve`: what shall become of a statement that stops the stream.

use super::{opened, servers::Servers};
use crate::{
    cli::{
        arguments::ResolveOptions,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
    },
    clock::{Clock, SystemClock},
    engine::decide,
    ledger::{Choice, Holder, Resolution},
    state::{HistoryEntry, Outcome},
    store::process_has_ended,
    ui::Ui,
};

pub async fn run(options: &ResolveOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    let (choice, reason) = asked(options)?;
    let Some((position, place)) = decide::position(&options.at) else {
        return Err(Problem::error(
            "cutover::cli::position",
            format!(
                "--at is \"{}\", expected one transaction: UUID:N, or FILE:OFFSET where the source \
                 has no GTIDs",
                options.at
            ),
        )
        .help("the error that the stream stopped with ends with the whole command")
        .into());
    };
    let path = &options.spec.path;
    let migration = opened::load(path, settings, ui)?;
    let file = opened::state_file(&migration);
    let lock = opened::lock(&file, "resolve", path, settings, ui).await?;
    let servers = Servers::new(&migration).await?;
    let state = servers.state(&migration, file.read()?, ui).await?;
    let operator = &settings.operator;
    let resolution = Resolution {
        position: position.clone(),
        choice,
        reason: reason.clone(),
        decided_by: format!("{}@{}", operator.user, operator.host),
    };
    let holder = Holder {
        owner: operator.user.clone(),
        host: operator.host.clone(),
        pid: std::process::id(),
    };
    let host = operator.host.clone();
    let dead = move |holder: &Holder| holder.host == host && process_has_ended(holder.pid);
    decide::decide(
        &servers.destination,
        &servers.ledger,
        &holder,
        dead,
        &resolution,
        &place,
    )
    .await?;
    let what = resolution.choice.as_str();
    if let Some(mut state) = state {
        if state.undecided() == Some(position.as_str()) {
            state.set_undecided(None);
        }
        state.record(HistoryEntry {
            at: SystemClock.now(),
            by: operator.clone(),
            what: format!("resolve {position} by {what}: {reason}"),
            outcome: Outcome::Done,
        });
        file.write(&state, &lock)?;
    }
    ui.prose(&format!(
        "Noted for {position}: {what}. Go on with: {}\n",
        settings.command("apply", path)
    ));
    Ok(Exit::Done)
}

/// Exactly one way, and why.
fn asked(options: &ResolveOptions) -> Result<(Choice, String), Problem> {
    let choice = match (options.skip, &options.replace, options.retry) {
        (true, None, false) => Choice::Skip,
        (false, Some(sql), false) if !sql.trim().is_empty() => Choice::Replace(sql.clone()),
        (false, None, true) => Choice::Retry,
        (_, _, _) => {
            return Err(Problem::error(
                "cutover::cli::one_way",
                "exactly one of --skip, --replace SQL and --retry is needed",
            )
            .help(
                "--skip leaves the statement out, --replace runs another on the destination, \
                 --retry runs it again",
            ));
        }
    };
    match options.reason.as_deref().map(str::trim) {
        Some(reason) if !reason.is_empty() => Ok((choice, reason.to_owned())),
        Some(_) | None => Err(Problem::error(
            "cutover::cli::reason",
            "--reason is missing: it is kept with the decision",
        )
        .help("for example --reason 'the index is made at night, CHG-1042'")),
    }
}
