#!/usr/bin/env bash
# `scripts/bench lag`: a source that is written at a steady pace, followed by cutover, with both servers
# beside it; how far the destination is behind, as `status` tells it. stdout carries the figures, stderr
# the progress.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$here/.." && pwd)
servers=$here/servers
version=9.7
rate=5000 seconds=60 relaxed='' spool=''

usage() {
    cat <<TEXT
usage: scripts/bench lag [OPTION...]

  --rate N          row changes a second, in transactions of 10 (default $rate)
  --seconds N       for so long (default $seconds)
  --relaxed         a destination that does not wait for the disk at each commit
  --spool           with incremental.spool

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
        --rate) rate=$2 && shift 2 ;;
        --seconds) seconds=$2 && shift 2 ;;
        --relaxed) relaxed=--relaxed && shift ;;
        --spool) spool=yes && shift ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && die "unknown option: $1" ;;
    esac
done
case $rate$seconds in *[!0-9]*) die "the options take numbers" ;; esac
[ "$rate" -ge 500 ] || die "at least 500 changes a second"

work=$(mktemp -d "${TMPDIR:-/tmp}/cutover-bench-XXXXXX")
exec 9> >(
    trap '' INT TERM HUP
    cat >/dev/null
    for side in source destination; do "$servers" stop --dir "$work/$side" || true; done
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

if [ -z "${CUTOVER_BIN:-}" ]; then
    (cd "$root" && cargo build --release --locked >&2)
    CUTOVER_BIN=${CARGO_TARGET_DIR:-$root/target}/release/cutover
fi
# the source's own speed is not in question
start source 1 --relaxed
start destination 2 ${relaxed:+"$relaxed"}
say "making the table"
sql source <<'SQL'
CREATE DATABASE bench;
USE bench;
CREATE TABLE t (id BIGINT PRIMARY KEY, k INT NOT NULL, v VARCHAR(60) NOT NULL, KEY (k));
SET SESSION cte_max_recursion_depth = 200000;
INSERT INTO t WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 20000)
    SELECT n, n % 1000, REPEAT('x', 40) FROM r;
DELIMITER //
-- Every 20 ms as many transactions as the rate asks for: 4 rows come, 4 change, 2 go. Late ones are
-- not left out.
CREATE PROCEDURE paced(rate INT, seconds INT)
BEGIN
    DECLARE tick, done INT DEFAULT 0;
    DECLARE next BIGINT DEFAULT 100000;
    DECLARE begun DOUBLE DEFAULT UNIX_TIMESTAMP(SYSDATE(6));
    WHILE tick < seconds * 50 DO
        SET tick = tick + 1;
        WHILE done < rate * tick DIV 500 DO
            START TRANSACTION;
            INSERT INTO t VALUES (next + 1, done % 1000, 'new'), (next + 2, done % 1000, 'new'),
                (next + 3, done % 1000, 'new'), (next + 4, done % 1000, 'new');
            UPDATE t SET k = k + 1, v = CONCAT('changed ', done) WHERE id BETWEEN done % 5000 * 4 + 1 AND done % 5000 * 4 + 4;
            DELETE FROM t WHERE id IN (next - 1, next - 2);
            COMMIT;
            SET next = next + 4, done = done + 1;
        END WHILE;
        DO SLEEP(GREATEST(0, begun + tick / 50 - UNIX_TIMESTAMP(SYSDATE(6))));
    END WHILE;
    SELECT done * 10, UNIX_TIMESTAMP(SYSDATE(6)) - begun;
END//
SQL

{
    cat <<HCL
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

prechecks {
  warnings = "allow"
}
HCL
    [ -z "$spool" ] || printf '\nincremental {\n  spool {\n  }\n}\n'
} >"$work/bench.hcl"
cd "$work"
say "copying the rows"
"$CUTOVER_BIN" apply bench.hcl --auto-approve --until caught-up >apply.log 2>&1 9>&- || {
    tail -n 20 apply.log >&2
    die "apply failed"
}
"$CUTOVER_BIN" apply bench.hcl --auto-approve >apply.log 2>&1 9>&- &
apply=$!
for _ in $(seq 100); do
    grep -q 'streaming: begins' apply.log && break
    sleep 0.2
done
grep -q 'streaming: begins' apply.log || die "the stream does not begin: $(tail -n 5 apply.log)"
say "writing $rate row changes a second for $seconds s"
sql source bench --execute="CALL paced($rate, $seconds)" >written &
writer=$!
while kill -0 "$writer" 2>/dev/null; do
    "$CUTOVER_BIN" status bench.hcl --json 2>/dev/null 9>&- |
        sed -n 's/^ *"milliseconds": *\([0-9][0-9]*\).*/\1/p' >>lags
    sleep 1
done
wait "$writer" || die "the source was not written"
"$CUTOVER_BIN" stop bench.hcl >/dev/null 2>&1 9>&- || true
wait "$apply" || die "apply failed: $(tail -n 5 apply.log)"
"$CUTOVER_BIN" apply bench.hcl --auto-approve --until caught-up >apply.log 2>&1 9>&-
fingerprint() { sql "$1" --execute='CHECKSUM TABLE bench.t'; }
[ "$(fingerprint source)" = "$(fingerprint destination)" ] || die "the rows differ"
[ -s lags ] || die "status told no lag"
awk '{ printf "%d row changes in %.1f s: %.0f a second\n", $1, $2, $1 / $2 }' written
sort -n lags | awk '{ v[NR] = $1 } END {
    at = int(NR * 0.95); if (at < NR * 0.95) at++
    printf "lag as status tells it, %d looks: median %d ms, 95%% %d ms, most %d ms\n", NR, v[int((NR + 1) / 2)], v[at], v[NR]
}'
