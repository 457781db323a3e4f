//! SIGINT and SIGTERM: the first asks for a stop at the next safe point, the second ends at once.

use std::process;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{exit::Exit, failure::Problem};

/// Listens from now on. The token is cancelled by the first signal; the second ends the process
/// with 130, and what was committed until then is kept.
pub fn listen() -> Result<CancellationToken, Problem> {
    let mut interrupt = open(SignalKind::interrupt())?;
    let mut terminate = open(SignalKind::terminate())?;
    let stop = CancellationToken::new();
    let first = stop.clone();
    // Not awaited: it ends with the process, and holds nothing that must be given back.
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if first.is_cancelled() {
                process::exit(i32::from(Exit::Interrupted.number()));
            }
            first.cancel();
        }
    });
    Ok(stop)
}

fn open(kind: SignalKind) -> Result<Signal, Problem> {
    signal(kind).map_err(|error| {
        Problem::error(
            "cutover::cli::signals",
            format!("signals cannot be caught: {error}"),
        )
        .help("run it outside of the sandbox that forbids it")
    })
}
