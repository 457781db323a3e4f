//! Where the login comes from: the spec, or a command.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::process::Command;

use super::error::{ConnError, Result};
use crate::{
    resolve::{Endpoint, PasswordSource},
    spec::secret::Secret,
};

pub(super) struct Login {
    pub user: String,
    pub password: Option<Secret>,
}

/// A command that asks a person would hang a pipeline for ever.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn login(server: &str, endpoint: &Endpoint, folder: &Path) -> Result<Login> {
    let password = match &endpoint.password {
        PasswordSource::None => None,
        PasswordSource::Plain(secret) => Some(secret.clone()),
        PasswordSource::Command(words) => Some(run(server, words, folder).await?),
    };
    Ok(Login {
        user: endpoint.user.clone(),
        password,
    })
}

/// The first line of what the command prints, without its line end.
async fn run(server: &str, words: &[Secret], folder: &Path) -> Result<Secret> {
    let fail = |reason: String| ConnError::Password {
        server: server.to_owned(),
        reason,
    };
    let Some((program, arguments)) = words.split_first() else {
        return Err(fail("password_command is empty".to_owned()));
    };
    let mut command = Command::new(program.expose());
    command
        .args(arguments.iter().map(Secret::expose))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true);
    let output = tokio::time::timeout(COMMAND_TIMEOUT, command.output())
        .await
        .map_err(|_| {
            fail(format!(
                "password_command did not end within {COMMAND_TIMEOUT:?}"
            ))
        })?
        .map_err(|error| fail(format!("password_command cannot be run: {error}")))?;
    if !output.status.success() {
        return Err(fail(format!("password_command failed: {}", output.status)));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| fail("password_command printed what is not UTF-8".to_owned()))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(fail("password_command printed nothing".to_owned()));
    }
    Ok(Secret::new(line))
}
