//! The five modes.

use super::{PASSWORD, account, certificates::Authority, cli_with, log_in, tcp};
use crate::support::{
    server::{Place, Server, Version},
    temp::TempFolder,
};

fn mode(mode: &str, files: &[(&str, &std::path::Path)]) -> String {
    let files: Vec<String> = files
        .iter()
        .map(|(name, path)| format!("    {name} = \"{}\"\n", path.display()))
        .collect();
    let files = files.concat();
    format!("{PASSWORD}  tls {{\n    mode = \"{mode}\"\n{files}  }}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mode_means_what_it_says_on_a_server_with_its_own_certificates() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let user = account(server, "tls").await;
    let cli = cli_with("tls");
    let with = |block: &str| log_in(&cli, &tcp(server, &user, block));
    let plain = with(&mode("disabled", &[]));
    assert!(plain.accepted().contains("not encrypted"));
    for encrypted in ["preferred", "required"] {
        assert!(with(&mode(encrypted, &[])).accepted().contains("TLSv1."));
    }
    // what MySQL makes by itself names no host
    let own = server.data().join("ca.pem");
    assert!(
        with(&mode("verify-ca", &[("ca_file", &own)]))
            .accepted()
            .contains("TLSv1.")
    );
    let said = with(&mode("verify-identity", &[("ca_file", &own)])).refused();
    assert!(
        said.contains("verify-identity") && said.contains("names"),
        "{said}"
    );

    let folder = TempFolder::new("tls");
    Authority::new("another authority").write(folder.path());
    let other = folder.path().join("ca.pem");
    for verifying in ["verify-ca", "verify-identity"] {
        let said = with(&mode(verifying, &[("ca_file", &other)])).refused();
        assert!(said.contains("certificate verify failed"), "{said}");
        assert!(said.contains("`ca_file`"), "{said}");
        assert!(said.contains("source 127.0.0.1"), "{said}");
    }
    // the system's authorities, where no file is named, do not know it either
    with(&mode("verify-ca", &[])).refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_file_that_cannot_be_used_is_named() {
    let server = Server::shared(Version::V9_7, Place::Source);
    let cli = cli_with("tls");
    let not_pem = cli.write("not.pem", "this is no certificate\n");
    let missing = cli.folder().join("missing.pem");
    for (file, reason) in [(&not_pem, "no certificate in PEM"), (&missing, "No such")] {
        let block = mode("verify-ca", &[("ca_file", file)]);
        let said = log_in(&cli, &tcp(server, "nobody", &block)).refused();
        assert!(said.contains(file.to_str().unwrap()), "{said}");
        assert!(said.contains(reason), "{said}");
    }
    let data = server.data();
    let (cert, key) = (data.join("client-cert.pem"), data.join("server-key.pem"));
    let block = mode("required", &[("cert_file", &cert), ("key_file", &key)]);
    let said = log_in(&cli, &tcp(server, "nobody", &block)).refused();
    assert!(said.contains("does not belong"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_for_preferred_and_disabled_only() {
    let server = Server::shared(Version::V5_6, Place::Source);
    let user = account(server, "tls").await;
    let cli = cli_with("tls");
    let with = |name: &str| log_in(&cli, &tcp(server, &user, &mode(name, &[])));
    for plain in ["disabled", "preferred"] {
        assert!(with(plain).accepted().contains("not encrypted"));
    }
    for encrypted in ["required", "verify-ca", "verify-identity"] {
        let said = with(encrypted).refused();
        let expected = format!("does not offer TLS, which mode \"{encrypted}\" asks for");
        assert!(said.contains(&expected), "{said}");
        assert!(said.contains("mode = \"preferred\""), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn identities_are_verified_and_shown() {
    let folder = TempFolder::new("tls");
    let authority = Authority::new("the authority");
    authority.write(folder.path());
    authority.sign(folder.path(), "server", &["localhost", "127.0.0.1"]);
    authority.sign(folder.path(), "elsewhere", &["db.example.com"]);
    authority.sign(folder.path(), "client", &[]);
    let file = |name: &str| folder.path().join(name);
    let server = Server::builder(Version::V9_7)
        .arg(&format!("--ssl-ca={}", file("ca.pem").display()))
        .arg(&format!("--ssl-cert={}", file("server-cert.pem").display()))
        .arg(&format!("--ssl-key={}", file("server-key.pem").display()))
        .start();
    let user = account(&server, "tls").await;
    let cli = cli_with("tls");
    let ca = file("ca.pem");
    let identity = mode("verify-identity", &[("ca_file", &ca)]);
    for host in ["localhost", "127.0.0.1"] {
        let source = tcp(&server, &user, &identity).replace("127.0.0.1", host);
        let answer = log_in(&cli, &source);
        assert!(answer.accepted().contains("TLSv1."), "{}", answer.message);
    }

    // an account that asks for a certificate
    server
        .sql(&format!("ALTER USER '{user}'@'%' REQUIRE X509"))
        .await;
    let said = log_in(&cli, &tcp(&server, &user, &identity)).refused();
    assert!(said.contains("1045"), "{said}");
    let (cert, key) = (file("client-cert.pem"), file("client-key.pem"));
    let files = [("cert_file", cert.as_path()), ("key_file", key.as_path())];
    log_in(&cli, &tcp(&server, &user, &mode("required", &files))).accepted();
    let files = [
        ("ca_file", ca.as_path()),
        ("cert_file", &cert),
        ("key_file", &key),
    ];
    log_in(&cli, &tcp(&server, &user, &mode("verify-identity", &files))).accepted();

    // the same authority, another host
    server
        .sql(&format!(
            "SET GLOBAL ssl_cert = '{}', GLOBAL ssl_key = '{}'; ALTER INSTANCE RELOAD TLS",
            file("elsewhere-cert.pem").display(),
            file("elsewhere-key.pem").display()
        ))
        .await;
    let said = log_in(&cli, &tcp(&server, &user, &mode("verify-identity", &files))).refused();
    assert!(said.contains("mismatch"), "{said}");
    log_in(&cli, &tcp(&server, &user, &mode("verify-ca", &files))).accepted();
}
