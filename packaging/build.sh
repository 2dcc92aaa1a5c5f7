# Sourced by packaging/run and packaging/test: the programs and the console.
# shellcheck shell=bash

configure() { # preset, further arguments of cmake
    local preset=$1
    shift
    say "Building (preset $preset)"
    local log=$ROOT/.build/configure-$preset.log
    (cd "$ROOT" && cmake --preset "$preset" "$@") >"$log" 2>&1 ||
        { tail -n 30 "$log" >&2; die "CMake could not configure."; }
}

compile() { # preset, targets (none: all)
    local preset=$1
    shift
    local log=$ROOT/.build/build-$preset.log
    (cd "$ROOT" && cmake --build --preset "$preset" -j "$(jobs)" ${1+--target "$@"}) \
        >"$log" 2>&1 || {
        grep -E -A12 'error|FAILED' "$log" | head -60 >&2
        die "The build failed; all of its output is in $log"
    }
}

build_programs() { # preset, further arguments of cmake
    configure "$@"
    compile "$1"
}

# The programs of the tests with these labels, and the connectors and worker they load.
build_tests() { # preset, labels (a regular expression)
    configure "$1" -DTENANTRY_TESTS=ON
    (oidc_modules) || say "The identity provider of the tests could not be fetched."
    local targets
    mapfile -t targets < <(cd "$ROOT" &&
        ctest --preset "$1" -L "$2" --show-only=json-v1 | python3 -c 'import json, sys
for test in json.load(sys.stdin)["tests"]: print(test["name"])' &&
        ninja -C ".build/$1" -t targets all | sed -nE 's/^((test-)?connectors\/[^:]*\.so):.*/\1/p')
    compile "$1" "${targets[@]}" tenantry_connector_host
}

# The folder of node and npm goes first in PATH; what the system trusts, npm trusts too.
use_node() {
    local folder
    folder=$(python3 "$ROOT/packaging/node.py") || exit 1
    PATH=$folder/bin:$PATH
    local authorities=/etc/ssl/certs/ca-certificates.crt
    if [[ -z ${NODE_EXTRA_CA_CERTS:-} && -r $authorities ]]; then
        export NODE_EXTRA_CA_CERTS=$authorities
    fi
}

web_modules() {
    local web=$ROOT/web
    [[ $web/node_modules/.package-lock.json -nt $web/package-lock.json ]] && return
    use_node
    say "Fetching the console's packages"
    (cd "$web" && npm ci --no-audit --no-fund) >"$ROOT/.build/npm.log" 2>&1 ||
        { tail -n 20 "$ROOT/.build/npm.log" >&2; die "npm ci failed."; }
    touch "$web/node_modules/.package-lock.json"
}

# The real identity provider of the tests. Without it they are skipped, and say so.
oidc_modules() {
    local oidc=$ROOT/tests/support/oidc
    [[ $oidc/node_modules/.package-lock.json -nt $oidc/package-lock.json ]] && return
    use_node
    (cd "$oidc" && npm ci --no-audit --no-fund) >"$ROOT/.build/npm-oidc.log" 2>&1 || return
    touch "$oidc/node_modules/.package-lock.json"
}

web_is_built() {
    local made=$ROOT/web/dist/index.html
    [[ -e $made ]] || return 1
    [[ -z $(find "$ROOT/web/src" "$ROOT/web/public" "$ROOT/web/index.html" \
        "$ROOT/web/package-lock.json" "$ROOT/web/vite.config.ts" "$ROOT/api/openapi.yaml" \
        -newer "$made" -type f -print -quit) ]]
}

build_web() {
    web_is_built && return
    web_modules
    use_node
    say "Building the console"
    (cd "$ROOT/web" && npm run build) >"$ROOT/.build/web.log" 2>&1 ||
        { tail -n 30 "$ROOT/.build/web.log" >&2; die "The console could not be built."; }
    touch "$ROOT/web/dist/index.html"
}
