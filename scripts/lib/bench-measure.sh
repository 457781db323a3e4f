# Measures a tool, and prints the table. Sourced by scripts/bench.
# shellcheck shell=bash disable=SC2154  # the variables are those of scripts/bench

ticks=$(getconf CLK_TCK)

# CPU of a process so far, in ticks: the 14th and 15th field, behind the name in parentheses.
cpu_of() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# Counts and checksums of all tables, which are to be the same on both sides.
fingerprint() { # fingerprint SIDE
    sql "$1" --execute='SELECT COUNT(*) FROM bench.wide; SELECT COUNT(*) FROM bench.narrow;
        CHECKSUM TABLE bench.wide, bench.narrow' 2>&1 || true
}

empty_destination() {
    rm -rf "$work/dump" "$work/state"
    sql destination --execute='DROP DATABASE IF EXISTS bench; DROP DATABASE IF EXISTS _cutover;
        RESET BINARY LOGS AND GTIDS'
}

# Runs a tool once and notes wall time and CPU of source, destination and tool, in seconds.
measure() { # measure TOOL SECONDS-LEFT
    local source_before destination_before code=0 took TIMEFORMAT='%R %U %S'
    source_before=$(cpu_of "$source_pid") destination_before=$(cpu_of "$destination_pid")
    took=$({ time "copy_$1" "$2" 9>&- >"$work/$1.log" 2>&1 3>&-; } 2>&1) || code=$?
    if [ "$code" != 0 ]; then
        [ "$SECONDS" -ge "$deadline" ] && say "the limit of $limit s is reached" && return 1
        tail -n 20 "$work/$1.log" >&2
        die "$1 failed with exit code $code"
    fi
    awk -v tool="$1" -v took="$took" -v ticks="$ticks" \
        -v source="$(($(cpu_of "$source_pid") - source_before))" \
        -v destination="$(($(cpu_of "$destination_pid") - destination_before))" \
        'BEGIN { split(took, t, " "); print tool, t[1], source / ticks, destination / ticks, t[2] + t[3] }' \
        | tee -a "$work/figures" | awk '{ printf "bench:   wall %s s, cpu of source %s, destination %s, tool %s\n", $2, $3, $4, $5 }' >&2
}

# Medians, and their ratios to cutover's.
report() {
    printf '%s rows in each of 2 tables, %s servers (MySQL %s), %s threads, medians of up to %s runs\n\n' \
        "$rows" "${relaxed:+relaxed}${relaxed:-durable}" \
        "$("$servers" locate "$version" | sed -n 's/^version=//p')" "$threads" "$runs" |
        sed 's/relaxed--relaxed/relaxed/'
    awk -v order="${tools[*]}" '
        function median(tool, column,    n, i, j, t, v) {
            n = count[tool]
            for (i = 1; i <= n; i++) v[i] = figure[tool, column, i]
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
            return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
        }
        {
            n = ++count[$1]
            for (c = 2; c <= 5; c++) figure[$1, c, n] = $c
            figure[$1, 6, n] = $3 + $4 + $5
        }
        END {
            printf "%-10s %5s %8s %8s %12s %8s %10s   %s\n", "tool", "runs", "wall s", "source", "destination",
                "tool", "cpu total", "to cutover: wall, cpu"
            tools = split(order, name, " ")
            for (i = 1; i <= tools; i++) {
                t = name[i]
                if (!count[t]) continue
                printf "%-10s %5d %8.1f %8.1f %12.1f %8.1f %10.1f", t, count[t], median(t, 2), median(t, 3),
                    median(t, 4), median(t, 5), median(t, 6)
                if (count["cutover"])
                    printf "   %.2f  %.2f", median(t, 2) / median("cutover", 2), median(t, 6) / median("cutover", 6)
                print ""
            }
        }' "$work/figures"
}
