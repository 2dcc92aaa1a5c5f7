#!/usr/bin/env python3
"""Every header can be included alone.

A header whose .cpp includes it first proves that with each build; that order is checked here. The
others are compiled. Usage: headers.py ROOT
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

import sources

FIRST = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
FLAGS = ["-std=c++20", "-fsyntax-only", "-x", "c++", "-I.", "-Iplugins/sdk/include",
         "-Wno-pragma-once-outside-header", "-I/usr/include/mariadb"]


def first_include(path):
    found = FIRST.search(path.read_text(encoding="utf-8"))
    return found and found[1]


def unproven(root):
    """Headers that no source of the same name includes first; and sources that should."""
    wrong, alone = [], []
    for path in sources.files(root, (".h", ".hpp")):
        source = (root / path).with_suffix(".cpp")
        if path.parts[0] == "tests":
            continue
        if source.exists():
            if first_include(source) != path.as_posix():
                wrong.append("%s: includes something before its own header" % source.name)
        else:
            alone.append(path)
    return wrong, alone


def compiled(root, path):
    compiler = os.environ.get("CXX") or shutil.which("g++-12") or "g++"
    run = subprocess.run([compiler, *FLAGS, path.as_posix()], cwd=root, text=True,
                         capture_output=True)
    return None if run.returncode == 0 else "%s: does not compile alone\n%s" % (path, run.stderr)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    wrong, alone = unproven(root)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong += [one for one in pool.map(lambda path: compiled(root, path), alone) if one]
    print("\n".join(wrong) if wrong else "%d headers compile alone." % len(alone))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
