#!/bin/bash
# What to run before a commit: the format and the style, and clang-tidy on the files it is given.
#
#   packaging/check.sh [FILE.cpp ...]      clang-tidy needs a configured preset clang (or dev)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

git ls-files '*.h' '*.hpp' '*.cpp' | xargs -r clang-format-14 --dry-run -Werror
for check in layers tidy; do python3 -B "tests/style/$check.py"; done
(($#)) || exit 0
folder=.build/clang
[[ -e $folder/compile_commands.json ]] || folder=.build/dev
clang-tidy-14 --quiet -p "$folder" "$@"
