//! `init --from`: which server is meant, and what is on it.

use std::{path::Path, time::Duration};

use super::listing;
use crate::{
    cli::{
        failure::{Failure, Problem},
        settings::Settings,
    },
    conn::{Connector, Purpose},
    inspect::overview,
    mysql::{Ident, Role},
    resolve::{Address, Compression, Endpoint, PasswordSource, Tls, TlsMode},
    spec::{Secret, format::format},
    ui::{Ui, confirm::Typed},
};

/// Where the password is looked for, as the specification that is written does.
const PASSWORD: &str = "SOURCE_PASSWORD";
/// Our own database, where one was a destination before.
const METADATA: &str = "_cutover";

/// Looks at the server and writes what is there as a specification.
pub async fn specification(url: &str, settings: &Settings, ui: Ui) -> Result<String, Failure> {
    let (user, address) = server(url)?;
    let password = password(&user, &address, settings, ui)?;
    let endpoint = Endpoint {
        address,
        user,
        password,
        compression: Compression::None,
        connect_timeout: Duration::from_secs(10),
        tls: Tls {
            mode: TlsMode::Preferred,
            ca_file: None,
            cert_file: None,
            key_file: None,
        },
    };
    let connector = Connector::new(Role::Source, &endpoint, Path::new(".")).await?;
    let mut session = connector.session(Purpose::Inspect).await?;
    let databases = overview(&mut session, &Ident::new(METADATA)).await?;
    let text = listing::specification(&endpoint, session.version(), &databases);
    session.close().await;
    Ok(format("main.hcl", &text)?)
}

/// The environment's, else what is typed.
fn password(
    user: &str,
    address: &Address,
    settings: &Settings,
    ui: Ui,
) -> Result<PasswordSource, Problem> {
    if let Some(password) = settings.inputs.environment.get(PASSWORD) {
        return Ok(source(Secret::new(password)));
    }
    match ui.ask_secret(&format!("Password of {user} on {address}")) {
        Typed::Secret(password) => Ok(source(password)),
        Typed::Cancelled => Err(Problem::error(
            "cutover::cli::password",
            "no password was typed: nothing was written",
        )
        .help(format!("type it, or set {PASSWORD} in the environment"))),
        Typed::CannotAsk => Err(Problem::error(
            "cutover::cli::password",
            format!("{PASSWORD} is not set, and there is no terminal to ask on"),
        )
        .help(format!(
            "set {PASSWORD} in the environment; to an empty text where {user} has no password"
        ))),
    }
}

fn source(password: Secret) -> PasswordSource {
    if password.expose().is_empty() {
        PasswordSource::None
    } else {
        PasswordSource::Plain(password)
    }
}

/// `mysql://user@host[:port]` taken apart. The URL is in no error: it may hold a password.
fn server(url: &str) -> Result<(String, Address), Problem> {
    let wrong = |message: &str, help: &str| {
        Problem::error("cutover::cli::url", message.to_owned()).help(help.to_owned())
    };
    let form = || {
        wrong(
            "--from is not mysql://user@host or mysql://user@host:port",
            "write for example --from mysql://migrator@10.0.0.5:3306",
        )
    };
    let rest = url.strip_prefix("mysql://").ok_or_else(form)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (user, place) = rest.rsplit_once('@').ok_or_else(form)?;
    if user.contains(':') {
        return Err(wrong(
            "--from holds a password, which every process of this machine can read",
            "leave it out and set SOURCE_PASSWORD in the environment, or type it when asked; \
             it has been seen: change it",
        ));
    }
    let user = decoded(user).ok_or_else(form)?;
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or_else(form)?;
            (
                host,
                port.strip_prefix(':').or(port.is_empty().then_some("3306")),
            )
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, Some("3306")),
        },
    };
    let port = port
        .and_then(|port| port.parse().ok())
        .filter(|port| *port > 0);
    let clean = |c: char| c.is_alphanumeric() || ".-_:%".contains(c);
    match port {
        Some(port) if !host.is_empty() && host.chars().all(clean) && !user.is_empty() => {
            let host = host.to_owned();
            Ok((user, Address::Tcp { host, port }))
        }
        Some(_) | None => Err(form()),
    }
}

/// `%40` as `@`.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Option<(String, String)> {
        let (user, address) = server(url).ok()?;
        Some((user, address.to_string()))
    }

    #[test]
    fn a_server_is_named_by_a_url() {
        let is = |user: &str, address: &str| Some((user.to_owned(), address.to_owned()));
        assert_eq!(parsed("mysql://m@db.example"), is("m", "db.example:3306"));
        assert_eq!(parsed("mysql://m@10.0.0.5:3307/"), is("m", "10.0.0.5:3307"));
        assert_eq!(parsed("mysql://a%40b@[::1]:3307"), is("a@b", "[::1]:3307"));
        assert_eq!(parsed("mysql://m@[::1]"), is("m", "[::1]:3306"));
        for wrong in [
            "m@db",
            "mysql://db",
            "mysql://@db",
            "mysql://m@",
            "mysql://m@db:0",
            "mysql://m@db:99999",
            "mysql://m@db/shop",
            "mysql://m@db:3306?x=y",
            "mysql://m@[::1",
            "mysql://m%4@db",
        ] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_repeated() {
        for url in [
            "mysql://m:hunter2@db",
            "mysql://m:hunter2@db:x",
            "mysql://m:a@hunter2@db",
        ] {
            let problem = server(url).expect_err("refused");
            assert!(!format!("{problem:?}").contains("hunter2"));
            assert!(
                problem.to_string().contains("holds a password"),
                "{problem}"
            );
        }
    }
}
