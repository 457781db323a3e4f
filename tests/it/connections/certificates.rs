//! An authority of the test's own, and what it signs.

use std::{fs, path::Path};

use openssl::{
    asn1::Asn1Time,
    bn::BigNum,
    hash::MessageDigest,
    pkey::{PKey, Private},
    rsa::Rsa,
    x509::{
        X509, X509Builder, X509NameBuilder,
        extension::{BasicConstraints, SubjectAlternativeName},
    },
};

pub struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

fn key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

fn begun(name: &str, serial: u32, key: &PKey<Private>) -> X509Builder {
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(serial).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&subject.build()).unwrap();
    builder.set_pubkey(key).unwrap();
    let (from, to) = (Asn1Time::days_from_now(0), Asn1Time::days_from_now(2));
    builder.set_not_before(&from.unwrap()).unwrap();
    builder.set_not_after(&to.unwrap()).unwrap();
    builder
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = key();
        let mut builder = begun(name, 1, &key);
        let issuer = builder_subject(name);
        builder.set_issuer_name(&issuer).unwrap();
        let basic = BasicConstraints::new().critical().ca().build().unwrap();
        builder.append_extension(basic).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        Self {
            certificate: builder.build(),
            key,
        }
    }

    /// Writes `ca.pem` into a folder.
    pub fn write(&self, folder: &Path) {
        fs::write(folder.join("ca.pem"), self.certificate.to_pem().unwrap()).unwrap();
    }

    /// Writes `NAME-cert.pem` and `NAME-key.pem`, for these host names and addresses.
    pub fn sign(&self, folder: &Path, name: &str, hosts: &[&str]) {
        let key = key();
        let mut builder = begun(name, 2, &key);
        builder
            .set_issuer_name(self.certificate.subject_name())
            .unwrap();
        if !hosts.is_empty() {
            let mut names = SubjectAlternativeName::new();
            for host in hosts {
                if host.parse::<std::net::IpAddr>().is_ok() {
                    names.ip(host);
                } else {
                    names.dns(host);
                }
            }
            let context = builder.x509v3_context(Some(&self.certificate), None);
            let names = names.build(&context).unwrap();
            builder.append_extension(names).unwrap();
        }
        builder.sign(&self.key, MessageDigest::sha256()).unwrap();
        let at = |kind: &str| folder.join(format!("{name}-{kind}.pem"));
        fs::write(at("cert"), builder.build().to_pem().unwrap()).unwrap();
        fs::write(at("key"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    }
}

fn builder_subject(name: &str) -> openssl::x509::X509Name {
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    subject.build()
}
