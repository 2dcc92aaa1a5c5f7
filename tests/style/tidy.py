#!/usr/bin/env python3
"""The checkable half of the house style: lengths, banned words, headers.

Usage: tidy.py [ROOT]. Prints one line for each violation; exit code 1 if there is any.
"""

import pathlib
import re
import sys

import sources

FILE_LINES_MAX = 500
TEST_LINES_MAX = 700
LINE_COLUMNS_MAX = 100
# Longer than the limit, and why.
LONGER = {
    "kernel/domain/filter_parser.cpp": "the whole SCIM grammar in one class",
    "kernel/jobs/action_runner.cpp": "to be split when plans and jobs come",
}
# (pattern, the files where it is right, what to write instead)
BANNED = [
    (r"std::views\b|std::ranges::views\b", (), "clang 14 does not have it: a loop or an algorithm"),
    (r"\bsource_location\b", (), "clang 14 does not have it"),
    (r"std::format\b|<format>", (), "g++ 12 does not have it: base/text.h"),
    (r"std::expected\b", (), "clang 14 does not have it: base::Result"),
    (r"\bsystem_clock::now\b", ("kernel/base/clock.cpp", "plugins/"), "an injected base::Clock"),
    (r"\bdetach\(\)", (), "a std::jthread that its owner joins"),
    (r"std::thread\b(?!::)", (), "std::jthread"),
    (r"std::async\b", ("tests/",), "std::jthread"),
    (r"catch \(\.\.\.\) \{\s*\}", (), "say what is thrown away, and why it may be"),
    (r"\bFIXME\b", (), "do it, or open an issue"),
]
# The same, below the first folder only.
BANNED_BELOW = {
    "tests/unit/": [(r"\bsleep_for\b|\bsleep_until\b|\busleep\(", "a FakeClock or a condition")],
}


def has_pragma(text):
    return "#pragma once" in text


def header_comment(text):
    """Does a comment stand before the first declaration?"""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith(("///", "//!", "/*", "// ")):
            return True
        if line and not line.startswith(("#", "namespace", "using ", "}", "extern")) \
                and not re.fullmatch(r"(class|struct|enum class) \w+;", line):
            return False
    return False


def check_header(path, text):
    if path.name == "abi.h":
        return
    if not has_pragma(text):
        yield 1, "has no #pragma once"
    if not header_comment(text):
        yield 1, "begins without a comment that says what it is (///)"


def raw_lines(text):
    """Numbers of the lines that have a part of a raw string: data, which is not wrapped."""
    found = set()
    for match in re.finditer(r'R"(\w*)\(.*?\)\1"', text, flags=re.S):
        first = text.count("\n", 0, match.start()) + 1
        found.update(range(first, first + match[0].count("\n") + 1))
    return found


def check_lengths(path, text):
    lines = text.splitlines()
    most = TEST_LINES_MAX if path.parts[0] == "tests" else FILE_LINES_MAX
    if len(lines) > most and path.as_posix() not in LONGER:
        yield len(lines), "is longer than %d lines" % most
    raw = raw_lines(text)
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS_MAX and number not in raw and "http" not in line:
            yield number, "is wider than %d columns" % LINE_COLUMNS_MAX
        if line != line.rstrip():
            yield number, "ends in blanks"


def check_words(path, text):
    name, code = path.as_posix(), sources.code_only(text)
    rules = [(pattern, instead) for pattern, right_in, instead in BANNED
             if not name.startswith(right_in)]
    for folder, more in BANNED_BELOW.items():
        rules += more if name.startswith(folder) else []
    for pattern, instead in rules:
        for match in re.finditer(pattern, code):
            yield code.count("\n", 0, match.start()) + 1, "%s: better %s" % (match[0], instead)


def violations(root):
    for path in sources.files(root, sources.CODE + (".py", ".sh")):
        text = (root / path).read_text(encoding="utf-8")
        checks = [check_lengths(path, text)]
        if path.suffix in sources.CODE:
            checks.append(check_words(path, text))
        if path.suffix in (".h", ".hpp"):
            checks.append(check_header(path, text))
        for check in checks:
            for line, wrong in check:
                yield "%s:%d: %s" % (path, line, wrong)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(violations(root))
    print("\n".join(found) if found else "The style's checkable half holds.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
