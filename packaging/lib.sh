# Sourced by the commands of this folder: words, and the few checks they share.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# The processors a build may use: as many as there are, but one for each 1.5 GB.
jobs() {
    local cpus memory
    cpus=$(nproc)
    memory=$(awk '/^MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
    ((memory < 1)) && memory=1
    ((memory < cpus)) && cpus=$memory
    echo "$cpus"
}

# Is pid $1 alive, and is it the program we started (its command line has $2)?
ours() {
    [[ $1 =~ ^[0-9]+$ ]] && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

# Does anything listen on 127.0.0.1:$1?
port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Can a server take 127.0.0.1:$1? Asking is not enough: a port may be in use without a listener.
port_is_free() {
    python3 -c 'import socket, sys
probe = socket.socket()
probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    probe.bind(("127.0.0.1", int(sys.argv[1])))
    probe.listen()
except OSError:
    sys.exit(1)' "$1"
}

# A free port near $1.
free_port() {
    local port=$1
    until port_is_free "$port"; do port=$((port + 1)); done
    echo "$port"
}

# The first line of the answer to GET http://127.0.0.1:$1$2, or nothing.
http_status() {
    local line=
    {
        exec 3<>"/dev/tcp/127.0.0.1/$1" || return 0
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
        IFS= read -r -t 5 line <&3 || true
        exec 3>&-
    } 2>/dev/null
    printf '%s' "${line%$'\r'}"
}

# Ends the process of pid file $1 whose command line has $2: TERM, then after 20 s KILL.
stop_pid_file() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return 0
    if ours "$pid" "$2"; then
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 200); do
            ours "$pid" "$2" || break
            sleep 0.1
        done
        ours "$pid" "$2" && kill -9 "$pid" 2>/dev/null
    fi
    rm -f "$1"
}
