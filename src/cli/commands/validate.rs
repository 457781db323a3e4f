//! `validate`: reads and checks the specification, and with `--connect` logs in to both servers.

use std::path::Path;

use serde_json::{Value, json};

use super::opened;
use crate::{
    cli::{
        arguments::ValidateOptions,
        exit::Exit,
        failure::{Failure, Problem},
        settings::Settings,
    },
    conn::{ConnError, Connector, Purpose},
    inspect,
    mysql::Role,
    resolve::{self, Endpoint, Migration},
    ui::{Ui, diagnostics},
};

pub async fn run(options: &ValidateOptions, settings: &Settings, ui: Ui) -> Result<Exit, Failure> {
    if options.json {
        return answer_json(options, settings, ui).await;
    }
    let migration = if options.connect {
        opened::load(&options.spec.path, settings, ui)?
    } else {
        opened::load_offline(&options.spec.path, settings, ui)?
    };
    if options.print {
        ui.answer(migration.to_hcl());
    } else {
        ui.prose(&summary(&migration));
    }
    if !migration.unset_secrets().is_empty() {
        ui.warning(&unset(migration.unset_secrets()));
    }
    if !options.connect {
        return Ok(Exit::Done);
    }
    let mut exit = Exit::Done;
    for (role, endpoint) in endpoints(&migration) {
        match log_in(role, endpoint, migration.folder()).await {
            Ok(line) => ui.notice(&line),
            Err(error) => {
                Failure::from(error).show(&ui);
                exit = Exit::Error;
            }
        }
    }
    Ok(exit)
}

fn endpoints(migration: &Migration) -> [(Role, &Endpoint); 2] {
    [
        (Role::Source, migration.source()),
        (Role::Destination, migration.destination()),
    ]
}

fn summary(migration: &Migration) -> String {
    let phases: Vec<_> = migration
        .phases()
        .iter()
        .map(resolve::Phase::as_str)
        .collect();
    let valid = format!(
        "valid: migration \"{}\" ({}), {} to {}",
        migration.name(),
        phases.join(", "),
        migration.source().address,
        migration.destination().address
    );
    let later = migration.unsupported().iter().map(|later| {
        format!(
            "\n  {}: {} is not supported yet; apply will refuse it",
            later.place, later.setting
        )
    });
    valid + &later.collect::<String>() + "\n"
}

fn unset(secrets: &[String]) -> String {
    let (have, them) = match secrets {
        [_] => ("has", "it"),
        _ => ("have", "them"),
    };
    format!(
        "{} {have} no value here: plan and apply need {them}",
        secrets.join(", ")
    )
}

/// `source 10.0.0.5:3306: MySQL 9.7.0, logged in as migrator, TLSv1.3 TLS_AES_256_GCM_SHA384`.
async fn log_in(role: Role, endpoint: &Endpoint, folder: &Path) -> Result<String, ConnError> {
    let connector = Connector::new(role, endpoint, folder).await?;
    let mut session = connector.session(Purpose::Inspect).await?;
    let protection = match inspect::tls(&mut session).await? {
        Some(tls) => format!("{} {}", tls.version, tls.cipher),
        None => "not encrypted".to_owned(),
    };
    let server = session.server().to_string();
    let version = session.version().to_string();
    session.close().await;
    Ok(logged_in(&server, &version, &endpoint.user, &protection))
}

fn logged_in(server: &str, version: &str, user: &str, protection: &str) -> String {
    format!("{server}: {version}, logged in as {user}, {protection}")
}

/// Everything in one object, mistakes too; the exit code is the same.
async fn answer_json(
    options: &ValidateOptions,
    settings: &Settings,
    ui: Ui,
) -> Result<Exit, Failure> {
    let inputs = if options.connect {
        settings.inputs.clone()
    } else {
        opened::offline(&settings.inputs)
    };
    let loaded = resolve::load(&options.spec.path, &inputs);
    let (answer, exit) = match loaded {
        Err(found) => {
            let found: Vec<_> = found.iter().map(|one| diagnostics::json(one)).collect();
            (json!({ "valid": false, "diagnostics": found }), Exit::Error)
        }
        Ok(migration) => valid_json(&migration, options).await,
    };
    let text = serde_json::to_string_pretty(&answer).map_err(|error| {
        Problem::error("cutover::cli::json", error.to_string()).help("leave out --json")
    })?;
    ui.answer(&format!("{text}\n"));
    Ok(exit)
}

async fn valid_json(migration: &Migration, options: &ValidateOptions) -> (Value, Exit) {
    let phases: Vec<_> = migration
        .phases()
        .iter()
        .map(resolve::Phase::as_str)
        .collect();
    let warnings: Vec<_> = migration
        .warnings()
        .iter()
        .map(|one| diagnostics::json(one))
        .collect();
    let unsupported: Vec<_> = migration
        .unsupported()
        .iter()
        .map(|one| json!({ "setting": one.setting, "place": one.place }))
        .collect();
    let mut answer = json!({
        "valid": true,
        "migration": migration.name(),
        "phases": phases,
        "source": migration.source().address.to_string(),
        "destination": migration.destination().address.to_string(),
        "state": migration.state_path(),
        "spec_hash": migration.spec_hash(),
        "unsupported": unsupported,
        "unset_secrets": migration.unset_secrets(),
        "diagnostics": warnings,
    });
    if options.print {
        answer["specification"] = migration.to_hcl().into();
    }
    let mut exit = Exit::Done;
    if options.connect {
        for (role, endpoint) in endpoints(migration) {
            let logged_in = log_in(role, endpoint, migration.folder()).await;
            if logged_in.is_err() {
                exit = Exit::Error;
            }
            answer["connections"][role.as_str()] = match logged_in {
                Ok(line) => json!({ "ok": true, "message": line }),
                Err(error) => {
                    json!({ "ok": false, "message": error.to_string(), "help": error.help() })
                }
            };
        }
    }
    (answer, exit)
}

#[cfg(test)]
mod tests;
