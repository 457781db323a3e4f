# The tools that copy, each as one function. Sourced by scripts/bench.
# shellcheck shell=bash disable=SC2154  # the variables are those of scripts/bench

all_tools=(cutover mysqldump mydumper load-1 load-4)

# Sets `tools`: those that were asked for, as far as they are here.
find_tools() {
    local tool wanted
    IFS=, read -ra wanted <<<"${only:-$(IFS=, && printf '%s' "${all_tools[*]}")}"
    tools=()
    for tool in "${wanted[@]}"; do
        case $tool in
            cutover) find_cutover ;;
            mysqldump) find_dump ;;
            mydumper) command -v mydumper myloader >/dev/null || {
                say "mydumper is missing and left out (Debian: apt-get install mydumper)"
                continue
            } ;;
            load-1 | load-4) ;;
            *) die "unknown tool: $tool (known: ${all_tools[*]})" ;;
        esac
        tools+=("$tool")
    done
}

find_cutover() {
    if [ -z "${CUTOVER_BIN:-}" ]; then
        (cd "$root" && cargo build --release --locked >&2)
        CUTOVER_BIN=${CARGO_TARGET_DIR:-$root/target}/release/cutover
    fi
    [ -x "$CUTOVER_BIN" ] || die "CUTOVER_BIN is not a program: $CUTOVER_BIN"
}

# The server's own programs where they are, else Debian's (mariadb-client). Sets `dump` and `client`.
find_dump() {
    local home
    home=$(dirname "$("$servers" locate "$version" | sed -n 's/^client=//p')")
    client=(timeout "$limit" "$home/mysql" --no-defaults --ssl-mode=DISABLED)
    if [ -x "$home/mysqldump" ]; then
        dump=("$home/mysqldump" --no-defaults --ssl-mode=DISABLED --set-gtid-purged=OFF)
    elif command -v mariadb-dump >/dev/null; then
        dump=(mariadb-dump --no-defaults)
    else
        die "there is neither mysqldump nor mariadb-dump (Debian: apt-get install mariadb-client)"
    fi
    say "mysqldump is $("${dump[0]}" --no-defaults --version)"
}

# Files and statements that a tool needs and whose making is not measured.
prepare_tools() {
    case " ${tools[*]} " in *' load-'*) write_files ;; esac
    cat >"$work/bench.hcl" <<HCL
migration "bench" {
  phases = ["schema", "full"]
}

source {
  host = "127.0.0.1"
  port = $source_port
  user = "root"

  tls {
    mode = "disabled"
  }
}

destination {
  host = "127.0.0.1"
  port = $destination_port
  user = "root"

  tls {
    mode = "disabled"
  }
}

objects {
  database "bench" {}
}

limits {
  full {
    workers = $threads
  }
}

prechecks {
  warnings = "allow"
}
HCL
}

# The rows as files of 16 MB, as LOAD DATA takes them: the client escapes all but NULL.
write_files() {
    local none="_utf8mb4 X'01'"
    mkdir -p "$work/files"
    rows_of wide "id, customer_id, status, amount, ratio, IFNULL(quantity, $none), created_at, updated_at,
        IFNULL(due_on, $none), code, email, address, IFNULL(note, $none)"
    rows_of narrow 'id, a, b'
}

rows_of() { # rows_of TABLE COLUMNS
    sql source bench --quick --execute="SELECT $2 FROM $1 ORDER BY id" | LC_ALL=C sed 's/\x01/\\N/g' |
        split -C 16M -a 4 - "$work/files/$1."
}

copy_cutover() {
    (cd "$work" && timeout "$1" "$CUTOVER_BIN" plan bench.hcl >/dev/null &&
        timeout "$1" "$CUTOVER_BIN" apply bench.hcl --auto-approve >/dev/null)
}

copy_mysqldump() {
    timeout "$1" "${dump[@]}" --host=127.0.0.1 --port="$source_port" --user=root \
        --single-transaction --quick --no-tablespaces --databases bench |
        "${client[@]}" --host=127.0.0.1 --port="$destination_port" --user=root
}

# Chunks of 100,000 rows, without which a table has one thread; -e: with the destination's binlog.
copy_mydumper() {
    timeout "$1" mydumper --host 127.0.0.1 --port "$source_port" --user root --threads "$threads" \
        --database bench --rows 100000 --outputdir "$work/dump" --verbose 1 &&
        timeout "$1" myloader --host 127.0.0.1 --port "$destination_port" --user root \
            --threads "$threads" --directory "$work/dump" --enable-binlog --verbose 1
}

copy_load-1() { load 1; }
copy_load-4() { load "$threads"; }

load() { # load CONNECTIONS
    sql source --raw --execute='SHOW CREATE TABLE bench.wide; SHOW CREATE TABLE bench.narrow' |
        sed "s/^\(wide\|narrow\)\t//; s/^) ENGINE.*/&;/; /^  KEY /d; s/^\(  PRIMARY KEY (.*)\),/\1/" |
        { printf 'CREATE DATABASE bench; USE bench;\n' && cat; } | sql destination
    export -f load_file sql started_as
    export servers version work
    find "$work/files" -type f | sort | xargs -P "$1" -I{} bash -c 'load_file "$1"' load {}
    sql destination bench --execute="ALTER TABLE wide ADD KEY by_customer (customer_id, created_at),
        ADD KEY by_email (email)"
}

load_file() {
    local table=${1##*/}
    sql destination bench --local-infile=1 --execute="SET SESSION foreign_key_checks = 0;
        LOAD DATA LOCAL INFILE '$1' INTO TABLE ${table%.*} CHARACTER SET binary"
}
