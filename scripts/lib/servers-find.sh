# Where a server is: sets the launch_* variables. Sourced by scripts/servers.
# shellcheck shell=bash

oldest_current=8.4 # the oldest release that may stand for the current MySQL

die() {
    printf 'servers: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

say() { printf 'servers: %s\n' "$*" >&2; }

# 9.7.4 from "mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))"; nothing for a MariaDB.
mysql_version() {
    local text
    text=$("$@" --no-defaults --version 2>/dev/null) || return 0
    case $text in *MariaDB* | *mariadb*) return 0 ;; esac
    sed -n 's/.* Ver \([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' <<<"$text" | head -n 1
}

at_least() { # at_least VERSION OLDEST
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

is_current() { [ -n "$1" ] && at_least "$1" "$oldest_current"; }

# An installed server gets a home in the cache for its launchers and its prepared data folder.
adopt() { # adopt MYSQLD VERSION -> home
    local key home client
    key=$(printf '%s' "$1 $2" | sha256sum | cut -c1-12)
    home=$cache/installed-$2-$key
    if [ ! -x "$home/mysqld" ]; then
        mkdir -p "$home"
        client=$(dirname "$1")/mysql
        [ -x "$client" ] || client=$(dirname "$(dirname "$1")")/bin/mysql
        [ -x "$client" ] || client=$(command -v mysql || echo /nonexistent/mysql)
        write_launcher "$home/mysql" "exec $(printf %q "$client") \"\$@\""
        write_launcher "$home/mysqld" "exec $(printf %q "$1") --no-defaults \"\$@\""
    fi
    printf '%s\n' "$home"
}

write_launcher() { # write_launcher FILE LINE...
    local file=$1
    shift
    { printf '#!/bin/sh\n'; printf '%s\n' "$@"; } >"$file.new.$$"
    chmod 755 "$file.new.$$"
    mv "$file.new.$$" "$file"
}

newest_cached() {
    local homes=("$cache"/mysql-[0-9]*) home version found=
    for home in "${homes[@]}"; do
        version=${home##*/mysql-}
        [ -x "$home/mysqld" ] && is_current "$version" && found+="$version"$'\n'
    done
    [ -n "$found" ] || return 0
    printf '%s/mysql-%s\n' "$cache" "$(printf %s "$found" | sort -V | tail -n 1)"
}

# Prints the home folder of a server that is there already; nothing when none is.
find_home() {
    local mysqld version
    case $1 in
        5.6)
            [ ! -x "$cache/mysql-5.6/mysqld" ] || printf '%s\n' "$cache/mysql-5.6"
            ;;
        9.7)
            if [ -n "${CUTOVER_TEST_MYSQLD:-}" ]; then
                mysqld=$(command -v "$CUTOVER_TEST_MYSQLD" || true)
                [ -n "$mysqld" ] || die "CUTOVER_TEST_MYSQLD is not a program: $CUTOVER_TEST_MYSQLD"
                version=$(mysql_version "$mysqld")
                is_current "$version" || die "CUTOVER_TEST_MYSQLD must be MySQL $oldest_current or later: $mysqld" \
                    "it says: $("$mysqld" --no-defaults --version 2>&1 | head -n 1)"
                adopt "$(readlink -f "$mysqld")" "$version"
                return
            fi
            mysqld=$(command -v mysqld || true)
            if [ -n "$mysqld" ]; then
                version=$(mysql_version "$mysqld")
                if is_current "$version"; then
                    adopt "$(readlink -f "$mysqld")" "$version"
                    return
                fi
            fi
            newest_cached
            ;;
        *) die "no server for version $1: 9.7 (the current MySQL) and 5.6 are known" ;;
    esac
}

# Prints what a caller needs to run the server; fetches and prepares it first when needed.
locate() {
    local home
    home=$(ready_home "$1") || exit 1
    printf 'version=%s\nmysqld=%s\nclient=%s\ndata=%s\n' \
        "$(mysql_version "$home/mysqld")" "$home/mysqld" "$home/mysql" "$home/data"
}

ready_home() {
    local home
    home=$(find_home "$1") || exit 1
    if [ -z "$home" ]; then
        fetch "$1" >&2
        home=$(find_home "$1") || exit 1
        [ -n "$home" ] || die "fetched MySQL $1, but it is not in $cache"
    fi
    [ -d "$home/data" ] || prepare "$home"
    printf '%s\n' "$home"
}
