//! The five TLS modes on OpenSSL.
//!
//! `verify-ca` checks the chain and not the name, which is what `MySQL`'s own generated
//! certificates (without a subject alternative name) can pass; `verify-identity` checks both.

use std::{fs, path::Path};

use mysql_async::{ClientIdentity, SslOpts};
use openssl::{pkcs12::Pkcs12, pkey::PKey, x509::X509};

use super::error::{ConnError, Result};
use crate::resolve::{Tls, TlsMode};

/// The driver's options for a mode; `None` for no TLS.
pub(super) fn options(server: &str, tls: &Tls) -> Result<Option<SslOpts>> {
    let base = match tls.mode {
        TlsMode::Disabled => return Ok(None),
        // encrypted, not verified
        TlsMode::Preferred | TlsMode::Required => SslOpts::default()
            .with_danger_accept_invalid_certs(true)
            .with_danger_skip_domain_validation(true),
        TlsMode::VerifyCa => SslOpts::default().with_danger_skip_domain_validation(true),
        TlsMode::VerifyIdentity => SslOpts::default(),
    };
    let mut options = base;
    if let Some(file) = &tls.ca_file {
        let bytes = read(server, file)?;
        X509::stack_from_pem(&bytes)
            .ok()
            .filter(|certificates| !certificates.is_empty())
            .ok_or_else(|| certificate(server, file, "holds no certificate in PEM form"))?;
        options = options
            .with_root_certs(vec![bytes.into()])
            .with_disable_built_in_roots(true);
    }
    if let (Some(cert), Some(key)) = (&tls.cert_file, &tls.key_file) {
        options = options.with_client_identity(Some(identity(server, cert, key)?));
    }
    Ok(Some(options))
}

/// The driver takes PKCS #12 alone, people have PEM files.
fn identity(server: &str, cert: &Path, key: &Path) -> Result<ClientIdentity> {
    let certificate_pem = X509::from_pem(&read(server, cert)?)
        .map_err(|_| certificate(server, cert, "is not a certificate in PEM form"))?;
    let private_key = PKey::private_key_from_pem(&read(server, key)?)
        .map_err(|_| certificate(server, key, "is not a private key in PEM form"))?;
    let archive = Pkcs12::builder()
        .pkey(&private_key)
        .cert(&certificate_pem)
        .build2("")
        .and_then(|archive| archive.to_der())
        .map_err(|_| certificate(server, key, "does not belong to the certificate"))?;
    Ok(ClientIdentity::new(archive.into()))
}

fn read(server: &str, file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| certificate(server, file, &error.to_string()))
}

fn certificate(server: &str, file: &Path, reason: &str) -> ConnError {
    ConnError::Certificate {
        server: server.to_owned(),
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}
