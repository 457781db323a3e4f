//! `cutover`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cutover::cli::run()
}
