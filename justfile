# Each target is one line; `.ci/run` is what a change must pass.

default: check

# As CI does
ci:
    bash .ci/run

check:
    cargo clippy --all-targets -- -D warnings

format:
    cargo fmt

test *ARGUMENTS:
    cargo test {{ ARGUMENTS }}

# Accepts changed snapshots; read the diff
snapshots:
    INSTA_UPDATE=always cargo test

# Licences, advisories, sources
deny:
    cargo deny check

# MySQL servers into the cache
servers:
    scripts/servers fetch

quickstart:
    ./examples/quickstart/run
