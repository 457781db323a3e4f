//! Tests on real servers. `support` starts them, runs the built binary, and compares databases by
//! its own means; each other module is about one subject.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says why on stderr"
)]
#![allow(
    dead_code,
    reason = "support is written for all tests, also those to come"
)]

mod accounts;
mod big;
mod binlog;
mod changes;
mod command_line;
mod connections;
mod crash;
mod ddl;
mod definitions;
mod equal;
mod examples;
mod fixtures;
mod fmt;
mod harness;
mod init;
mod inspect;
mod migrate;
mod museum;
mod name_case;
mod objects;
mod outages;
mod prechecks;
mod quickstart;
mod rebuild;
mod refusals;
mod rehearsal;
mod scale;
mod secrets;
mod servers_script;
mod sessions;
mod stream;
mod support;
mod tokens;
mod triggers;
