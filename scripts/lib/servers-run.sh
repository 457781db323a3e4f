# Starts and stops servers. Sourced by scripts/servers.
# shellcheck shell=bash

# A port that nobody listens on, chosen by the kernel. Another program may take it before the server
# does: `start` then tries another.
free_port() {
    perl -MIO::Socket::INET -e \
        'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 0)->sockport'
}

# Our settings: small, local, with a binary log. Sets `settings`.
server_settings() { # server_settings VERSION RELAXED
    settings=(--bind-address=127.0.0.1 --local-infile=1 --log-bin=binlog --max-allowed-packet=64M
        --innodb-buffer-pool-size=128M --max-connections=100 --table-open-cache=500
        --table-definition-cache=500)
    [ "$(id -u)" != 0 ] || settings+=(--user=root)
    case $1 in
        # 5.6 refuses values above a tenth of its two redo logs.
        5.*) settings+=(--binlog-format=ROW --innodb-log-file-size=96M --innodb-log-buffer-size=8M
            --performance-schema=OFF) ;;
        *) settings+=(--mysqlx=OFF --secure-file-priv=NULL --gtid-mode=ON --enforce-gtid-consistency=ON
            --innodb-redo-log-capacity=64M --performance-schema-digests-size=1000) ;;
    esac
    # Written to the system at each commit, so a killed server loses nothing; a killed machine may.
    [ -z "$2" ] || settings+=(--sync-binlog=0 --innodb-flush-log-at-trx-commit=2 --innodb-doublewrite=0)
}

run() {
    local wanted='' data='' relaxed='' home settings
    while [ $# -gt 0 ]; do
        case $1 in
            --version) wanted=$2 && shift 2 ;;
            --datadir) data=$2 && shift 2 ;;
            --relaxed) relaxed=yes && shift ;;
            *) break ;;
        esac
    done
    [ -n "$wanted" ] && [ -n "$data" ] || die "run needs --version and --datadir"
    home=$(ready_home "$wanted")
    server_settings "$(mysql_version "$home/mysqld")" "$relaxed"
    [ -d "$data" ] || copy_data "$home" "$data"
    # its own, since a server of 5.6 that starts removes the temporary tables it finds
    mkdir -p "$data.tmp"
    exec "$home/mysqld" --datadir="$data" --tmpdir="$data.tmp" "${settings[@]}" "$@"
}

copy_data() { # copy_data HOME DATA
    mkdir -p "$(dirname "$2")"
    cp -R "$1/data" "$2.new"
    rm -f "$2.new/auto.cnf"
    mv "$2.new" "$2"
}

start() {
    local version='' dir='' port='' relaxed='' home attempt pid socket
    while [ $# -gt 0 ]; do
        case $1 in
            --version) version=$2 && shift 2 ;;
            --dir) dir=$2 && shift 2 ;;
            --port) port=$2 && shift 2 ;;
            --relaxed) relaxed=--relaxed && shift ;;
            --) shift && break ;;
            *) die "start: unknown argument: $1" ;;
        esac
    done
    [ -n "$version" ] && [ -n "$dir" ] || die "start needs --version and --dir"
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    ! running "$dir" || die "a server runs in $dir already, pid $(cat "$dir/pid")"
    home=$(ready_home "$version")
    socket=$dir/mysql.sock
    # A socket's path may have 107 bytes.
    [ "${#socket}" -le 107 ] || socket=$(mktemp -u "${XDG_RUNTIME_DIR:-/tmp}/cutover-XXXXXX.sock")
    for attempt in 1 2 3 4 5; do
        local chosen=${port:-$(free_port)}
        : >"$dir/error.log"
        # A session of its own: the terminal's Ctrl-C is not for the server.
        setsid "$here/servers" run --version "$version" --datadir "$dir/data" ${relaxed:+"$relaxed"} \
            --port="$chosen" --server-id="$chosen" --socket="$socket" --pid-file="$dir/mysqld.pid" \
            --log-error="$dir/error.log" "$@" </dev/null >>"$dir/stdout.log" 2>&1 &
        pid=$!
        printf '%s\n' "$pid" >"$dir/pid"
        if await_ready "$dir" "$pid"; then
            disown "$pid"
            printf 'port=%s\nsocket=%s\npid=%s\n' "$chosen" "$socket" "$pid"
            return
        fi
        wait "$pid" || true
        rm -f "$dir/pid"
        [ -z "$port" ] && grep -q 'Address already in use\|Do you already have another mysqld' "$dir/error.log" || break
    done
    tail -n 20 "$dir/stdout.log" "$dir/error.log" >&2
    die "the server did not start: $dir/error.log"
}

# Ready when the log says so; a dead process is never ready.
await_ready() { # await_ready DIR PID
    local deadline=$((SECONDS + 120))
    while kill -0 "$2" 2>/dev/null && [ $SECONDS -lt $deadline ]; do
        grep -q 'ready for connections' "$1/error.log" && return 0
        sleep 0.1
    done
    if kill -0 "$2" 2>/dev/null; then kill -9 "$2"; fi
    return 1
}

# Whether the process of DIR/pid is (still) our server: pids are used again.
running() {
    local pid
    pid=$(cat "$1/pid" 2>/dev/null) || return 1
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "--pid-file=$1/mysqld.pid"
}

stop() {
    local dir='' pid deadline
    while [ $# -gt 0 ]; do
        case $1 in
            --dir) dir=$2 && shift 2 ;;
            *) die "stop: unknown argument: $1" ;;
        esac
    done
    [ -n "$dir" ] || die "stop needs --dir"
    [ -d "$dir" ] || return 0
    dir=$(cd "$dir" && pwd)
    if running "$dir"; then
        pid=$(cat "$dir/pid")
        kill "$pid"
        deadline=$((SECONDS + 60))
        while running "$dir" && [ $SECONDS -lt $deadline ]; do sleep 0.1; done
        ! running "$dir" || kill -9 "$pid"
    fi
    rm -f "$dir/pid"
}

client() {
    local home
    [ "${1:-}" = --version ] || die "client needs --version"
    home=$(ready_home "$2")
    [ -x "$home/mysql" ] || die "there is no mysql client of version $2"
    shift 2
    exec "$home/mysql" "$@"
}
