# Sourced by packaging/run: the demo's MariaDB and slapd, on loopback, below the data folder.
# shellcheck shell=bash disable=SC2154

# Both are started in a session of their own: Ctrl-C reaches packaging/run alone, which stops them
# in order. Descriptor 9 is the lock of the data folder and must not stay open in them.
in_background() { setsid "$@" </dev/null 9>&- & }

await() { # what, seconds, pid, log, command...: until the command succeeds
    local what=$1 tenths=$(($2 * 10)) pid=$3 log=$4
    shift 4
    until "$@"; do
        if ! kill -0 "$pid" 2>/dev/null || ((tenths-- <= 0)); then
            tail -n 15 "$log" >&2
            say "$what did not start; its log is $log"
            return 1
        fi
        sleep 0.1
    done
}

# mariadbd refuses to be root unless told so. Debian's own user is better, where it can reach the
# data folder (below /root it cannot).
mariadb_user() {
    ((EUID == 0)) || return 0
    if id mysql >/dev/null 2>&1 && runuser -u mysql -- test -x "$DATA" 2>/dev/null; then
        echo --user=mysql
    else
        echo --user=root
    fi
}

mariadb_client() { mariadb --no-defaults --socket="$(mariadb_socket)" --user=root "$@"; }

# A socket's path may have 107 characters; a data folder may be deeper.
mariadb_socket() {
    local path=$DATA/mariadb/s
    ((${#path} < 100)) || path=/tmp/tenantry-$(printf %s "$DATA" | sha256sum | cut -c1-12).sock
    echo "$path"
}

mariadb_install() {
    say "Making the demo's MariaDB"
    rm -rf "$DATA/mariadb"
    mkdir -p "$DATA/mariadb/tmp"
    local user log=$LOGS/mariadb-install.log
    user=$(mariadb_user)
    [[ $user == --user=mysql ]] && chown mysql "$DATA/mariadb" "$DATA/mariadb/tmp"
    # A server that starts removes the temporary tables of all others in the same folder: each has
    # its own. --force: the machine's name need not resolve.
    mariadb-install-db --no-defaults --force --datadir="$DATA/mariadb/data" \
        --tmpdir="$DATA/mariadb/tmp" --skip-test-db \
        --auth-root-authentication-method=normal ${user:+"$user"} >"$log" 2>&1 ||
        { tail -n 15 "$log" >&2; die "mariadb-install-db failed."; }
}

mariadb_start() {
    local user
    user=$(mariadb_user)
    in_background mariadbd --no-defaults --datadir="$DATA/mariadb/data" \
        --tmpdir="$DATA/mariadb/tmp" --port="$MARIADB_PORT" --socket="$(mariadb_socket)" \
        --pid-file="$DATA/mariadb/own.pid" --bind-address=127.0.0.1 \
        --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=2 --performance-schema=OFF \
        --character-set-server=utf8mb4 --skip-name-resolve --max-connections=200 \
        ${user:+"$user"} >"$LOGS/mariadb.log" 2>&1
    echo $! >"$DATA/mariadb.pid"
    await MariaDB 60 $! "$LOGS/mariadb.log" port_answers "$MARIADB_PORT"
}

mariadb_load() {
    [[ -e $DATA/mariadb/loaded ]] && return
    say "Filling the demo's databases"
    cat "$DEMO"/mariadb/*.sql | mariadb_client --default-character-set=utf8mb4 ||
        die "MariaDB did not take the demo's data."
    touch "$DATA/mariadb/loaded"
}

mariadb_up() {
    # A first start that was broken off is begun again: the databases are filled only together.
    [[ -e $DATA/mariadb/loaded ]] || mariadb_install
    mariadb_start || exit 1
    mariadb_load
}

mariadb_down() { stop_pid_file "$DATA/mariadb.pid" "$DATA/mariadb/data"; }

slapd_load() {
    [[ -e $DEMO/ldap/loaded ]] && return
    say "Filling the demo's directory"
    local file slug
    for file in "$DEMO"/ldap/*.ldif; do
        slug=$(basename "$file" .ldif)
        rm -rf "$DEMO/ldap/db/$slug"
        mkdir -p "$DEMO/ldap/db/$slug"
        slapadd -q -f "$DEMO/ldap/slapd.conf" -b "dc=$slug,dc=example" -l "$file" \
            >>"$LOGS/slapadd.log" 2>&1 ||
            { tail -n 15 "$LOGS/slapadd.log" >&2; die "slapd did not take $file."; }
    done
    touch "$DEMO/ldap/loaded"
}

slapd_up() {
    slapd_load
    "$DATA/slapd-start" || exit 1
}

slapd_down() { stop_pid_file "$DATA/slapd.pid" "$DEMO/ldap/slapd.conf"; }

# Small commands that stop and start the demo's directory alone, to see what an outage looks like.
slapd_scripts() {
    cat >"$DATA/slapd-start" <<END
#!/bin/bash
# Starts the demo's directory.
source "$ROOT/packaging/lib.sh"
source "$ROOT/packaging/servers.sh"
ours "\$(cat "$DATA/slapd.pid" 2>/dev/null)" "$DEMO/ldap/slapd.conf" && exit 0
exec 9>&-
in_background slapd -d 0 -f "$DEMO/ldap/slapd.conf" -h ldap://127.0.0.1:$SLAPD_PORT/ \\
    >"$LOGS/slapd.log" 2>&1
echo \$! >"$DATA/slapd.pid"
await slapd 30 \$! "$LOGS/slapd.log" port_answers $SLAPD_PORT
END
    cat >"$DATA/slapd-stop" <<END
#!/bin/bash
# Stops the demo's directory.
source "$ROOT/packaging/lib.sh"
stop_pid_file "$DATA/slapd.pid" "$DEMO/ldap/slapd.conf"
END
    chmod +x "$DATA/slapd-start" "$DATA/slapd-stop"
}
