//! Rules of `source` and `destination`.

use super::Rules;
use crate::mysql::{Ident, LowerCase};
use crate::resolve::selection::is_system;
use crate::spec::Section;

impl Rules<'_> {
    pub(super) fn servers(&mut self) {
        let (spec, complete) = (self.spec, self.complete);
        for name in ["source", "destination"] {
            if let (Some(written), Some(full)) = (spec.root.section(name), complete.section(name)) {
                self.server(name, written, full);
            }
        }
        if let Some(destination) = spec.root.section("destination")
            && let Some(database) = destination.text("metadata_database")
            && is_system(&Ident::from(database), LowerCase::Compared)
        {
            self.error(
                "cutover::resolve::system_database",
                format!("`destination.metadata_database` is `{database}`, which the server keeps for itself"),
                destination.place("metadata_database"),
                "a system database",
                "leave it out for `_cutover`, or name a database of your own",
            );
        }
    }

    fn server(&mut self, name: &str, written: &Section, full: &Section) {
        if written.has("socket") {
            for other in ["host", "port"] {
                if written.has(other) {
                    let message = format!("`{name}` has both `socket` and `{other}`");
                    let help =
                        format!("remove `{other}` to use the socket, or `socket` to use TCP");
                    self.contradiction(written, other, "socket", &message, &help);
                }
            }
        }
        if written.has("password") && written.has("password_command") {
            let message = format!("`{name}` has both `password` and `password_command`");
            let help = "remove one of them";
            self.contradiction(written, "password_command", "password", &message, help);
        }
        if written.has("defaults_group") && !written.has("defaults_file") {
            self.error(
                super::CONTRADICTION,
                format!("`{name}.defaults_group` names a group of no file"),
                written.place("defaults_group"),
                "here",
                "name the option file: defaults_file = \"~/.my.cnf\"",
            );
        }
        // With a broken option file it is not known what is missing.
        if !written.has("defaults_file") || full.has("user") || full.has("host") {
            self.login(name, full);
        }
        if let Some(tls) = written.section("tls") {
            self.tls(name, tls);
        }
    }

    fn login(&mut self, name: &str, full: &Section) {
        const MISSING: &str = "cutover::spec::missing_attribute";
        let header = full.header.as_ref();
        if !full.has("host") && !full.has("socket") {
            self.error(
                MISSING,
                format!("`{name}` has neither `host` nor `socket`"),
                header,
                "`host` is missing",
                "add `host = \"...\"`, or `socket = \"...\"` for a server on this machine",
            );
        }
        if !full.has("user") {
            self.error(
                MISSING,
                format!("`{name}` has no `user`"),
                header,
                "`user` is missing",
                "add `user = \"...\"`, or `defaults_file = \"...\"` with a user in its group",
            );
        }
    }

    fn tls(&mut self, name: &str, tls: &Section) {
        for (one, other) in [("cert_file", "key_file"), ("key_file", "cert_file")] {
            if tls.has(one) && !tls.has(other) {
                self.error(
                    super::CONTRADICTION,
                    format!("`{name}.tls` has `{one}` without `{other}`"),
                    tls.place(one),
                    "here",
                    format!("add `{other}`: a certificate and its key go together"),
                );
            }
        }
        if tls.text("mode") == Some("disabled") {
            let files = ["ca_file", "cert_file", "key_file"];
            if let Some(file) = files.into_iter().find(|file| tls.has(file)) {
                let message = format!("`{name}.tls` is disabled and has `{file}`");
                let help = "set mode to \"required\", \"verify-ca\" or \"verify-identity\", or \
                            remove the files";
                self.contradiction(tls, file, "mode", &message, help);
            }
        }
    }
}
