#!/bin/bash
# build.sh PREFIX COMPILER NAME: builds kept.cpp as a vendor would, with the SDK in PREFIX, to
# NAME.so here. Only for a new release of the SDK; what is here already stays as it is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=$1 compiler=$2 name=$3
[[ ! -e $here/$name.so ]] || { echo "$name.so is kept; give the new one another name" >&2; exit 1; }
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
sed "s/@id@/test.$name/" "$here/kept.json.in" >"$build/kept.json"
cp "$here/kept.cpp" "$build/"
cat >"$build/CMakeLists.txt" <<LISTS
cmake_minimum_required(VERSION 3.20)
project(kept LANGUAGES C CXX)
find_package(TenantryConnector REQUIRED)
tenantry_connector($name DESCRIPTOR kept.json SOURCES kept.cpp STATIC_RUNTIME)
LISTS
cmake -S "$build" -B "$build/out" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_CXX_FLAGS="-ffunction-sections -fdata-sections" \
    -DCMAKE_MODULE_LINKER_FLAGS="-Wl,--gc-sections -s" >/dev/null
cmake --build "$build/out"
install -m 0644 "$build/out/connectors/$name.so" "$here/$name.so"
