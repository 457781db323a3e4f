#!/usr/bin/env bash
# `scripts/bench stream`: a backlog of transactions, applied by cutover and by native replication with
# several workers, each onto a destination of its own that began with the same rows. stdout carries
# the table, stderr the progress.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$here/.." && pwd)
servers=$here/servers
version=9.7
transactions=100000 large=30 hot=20000 relaxed='' workers=4

usage() {
    cat <<TEXT
usage: scripts/bench stream [OPTION...]

  --transactions N  small transactions over 4 tables (default $transactions)
  --large N         transactions of 10,000 rows (default $large)
  --hot N           updates of one row (default $hot)
  --workers N       of native replication, and of cutover (default $workers)
  --relaxed         destinations that do not wait for the disk at each commit

CUTOVER_BIN names a built binary to use instead of building one.
TEXT
}
die() {
    printf 'bench: %s\n' "$*" >&2
    exit 1
}
say() { printf 'bench: %s\n' "$*" >&2; }

while [ $# -gt 0 ]; do
    case $1 in
        --transactions) transactions=$2 && shift 2 ;;
        --large) large=$2 && shift 2 ;;
        --hot) hot=$2 && shift 2 ;;
        --workers) workers=$2 && shift 2 ;;
        --relaxed) relaxed=--relaxed && shift ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && die "unknown option: $1" ;;
    esac
done
case $transactions$large$hot$workers in *[!0-9]*) die "the options take numbers" ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/cutover-bench-XXXXXX")
exec 9> >(
    trap '' INT TERM HUP
    cat >/dev/null
    for side in source destination replica; do "$servers" stop --dir "$work/$side" || true; done
    rm -rf "$work"
)
cleaner=$!
trap 'exec 9>&-; wait "$cleaner" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # start SIDE ID SETTING...
    "$servers" start --version "$version" --dir "$work/$1" "${@:3}" -- --server-id="$2" \
        --gtid-mode=ON --enforce-gtid-consistency=ON --log-bin=binlog \
        --innodb-buffer-pool-size=512M --innodb-redo-log-capacity=512M >"$work/$1.started" 9>&-
}
started_as() { sed -n "s/^$2=//p" "$work/$1.started"; }
sql() { # sql SIDE ARGUMENT...
    "$servers" client --version "$version" --no-defaults --loose-commands --user=root \
        --socket="$(started_as "$1" socket)" --skip-column-names --batch "${@:2}" 9>&-
}
cpu_of() { # CPU of a server so far, in seconds
    sed 's/.*) //' "/proc/$(started_as "$1" pid)/stat" |
        awk -v ticks="$(getconf CLK_TCK)" '{ print ($12 + $13) / ticks }'
}

if [ -z "${CUTOVER_BIN:-}" ]; then
    (cd "$root" && cargo build --release --locked >&2)
    CUTOVER_BIN=${CARGO_TARGET_DIR:-$root/target}/release/cutover
fi
# the source's own speed is not in question
start source 1 --relaxed
start destination 2 ${relaxed:+"$relaxed"}
start replica 3 ${relaxed:+"$relaxed"}
say "making the tables"
sql source <"$here/lib/bench-stream.sql"

cat >"$work/bench.hcl" <<HCL
migration "bench" {
  phases = ["schema", "full", "incremental"]
}

source {
  host = "127.0.0.1"
  port = $(started_as source port)
  user = "root"
}

destination {
  host = "127.0.0.1"
  port = $(started_as destination port)
  user = "root"
}

objects {
  database "bench" {
    kinds = ["tables"]
  }
}

limits {
  full {
    workers = $workers
  }
}

prechecks {
  warnings = "allow"
}
HCL
apply() { (cd "$work" && "$CUTOVER_BIN" apply bench.hcl --auto-approve --until caught-up >"$work/apply.log" 2>&1) || {
    tail -n 20 "$work/apply.log" >&2
    die "apply failed"
}; }
say "copying the rows to both destinations"
apply
# native replication begins where the source's binlog begins
replica_setup="CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=$(started_as source port),
    SOURCE_USER='root', SOURCE_AUTO_POSITION=1, SOURCE_SSL=1;
    SET GLOBAL replica_parallel_workers = $workers; SET GLOBAL replica_preserve_commit_order = ON"
sql replica --execute="$replica_setup; START REPLICA"
caught_up() { sql replica --execute="SELECT WAIT_FOR_EXECUTED_GTID_SET('$(sql source --execute='SELECT @@GLOBAL.gtid_executed' | tr -d '\\n ')', 3600)" >/dev/null; }
caught_up
sql replica --execute='STOP REPLICA SQL_THREAD'

fingerprint() { sql "$1" --execute='CHECKSUM TABLE bench.a, bench.b, bench.c, bench.d, bench.hot'; }

printf '%-14s %12s %-12s %8s %12s %8s %14s\n' backlog transactions tool 'wall s' destination tool 'per s'
run() { # run NAME COUNT CALL
    local before took TIMEFORMAT='%R %U %S'
    say "making the backlog: $1"
    sql source bench --execute="$3"
    before=$(cpu_of destination)
    took=$({ time apply 2>/dev/null; } 2>&1)
    line "$1" "$2" cutover "$took" "$before" destination
    before=$(cpu_of replica)
    took=$({ time { sql replica --execute='START REPLICA SQL_THREAD' && caught_up; } 2>/dev/null; } 2>&1)
    line "$1" "$2" native "${took%% *} 0 0" "$before" replica
    sql replica --execute='STOP REPLICA SQL_THREAD'
    [ "$(fingerprint source)" = "$(fingerprint destination)" ] || die "cutover's rows differ after $1"
    [ "$(fingerprint source)" = "$(fingerprint replica)" ] || die "the replica's rows differ after $1"
}
line() { # line NAME COUNT TOOL TOOK BEFORE SERVER
    awk -v name="$1" -v count="$2" -v tool="$3" -v took="$4" -v before="$5" -v after="$(cpu_of "$6")" 'BEGIN {
        split(took, t, " ")
        printf "%-14s %12d %-12s %8.1f %12.1f %8.1f %14.0f\n", name, count, tool, t[1], after - before, t[2] + t[3], count / t[1]
    }'
}
run small "$transactions" "CALL small($transactions)"
run large "$large" "CALL large($large)"
run hot "$hot" "CALL hot($hot)"
