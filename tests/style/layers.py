#!/usr/bin/env python3
"""The include guard: an #include goes down, and only to a module that is linked.

CMake refuses a link that goes up (packaging/cmake/TenantryModule.cmake); this does the same for
#include, and keeps each library in the one folder that may see it.
Usage: layers.py [ROOT]. Prints one line for each violation; exit code 1 if there is any.
"""

import pathlib
import re
import sys

import sources

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)

# The conformance kit lies beside the SDK, but is part of the host: it goes by the layers.
KIT = ("plugins", "sdk", "kit")

# What may be included where, and by nobody else. Tests may look at everything.
ONLY_IN = [
    (r"<soci/", ("kernel/store",)),
    (r"<dlfcn\.h", ("kernel/pluginhost",)),
    (r"<tenantry/", ("plugins", "kernel/pluginhost")),
    (r"<curl/", ("kernel/pluginhost/http",)),
    (r"<(ldap|lber)\.h", ("plugins/ldap",)),
    (r"<Poco/Data/", ("plugins/sql",)),
]
NEVER_IN = [
    ("kernel/domain", r"<(Poco/|soci/|thread|mutex|condition_variable|future|sqlite3|sys/socket)"),
    ("kernel/base", r"<(Poco/Net|soci/)"),
    ("plugins", r"<soci/"),
]


def includes(root, path):
    """[(line, bracket, target)]"""
    text = (root / path).read_text(encoding="utf-8")
    return [(text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in INCLUDE.finditer(text)]


class Map:
    """Which module a file belongs to, and what a module may include."""

    def __init__(self, found):
        self.by_name = {module.name: module for module in found}
        self.by_file = {file: module for module in found for file in module.files}
        self.by_folder = {}
        for module in sorted(found, key=lambda one: one.layer or 0):
            self.by_folder[module.folder] = module

    def owner(self, path):
        if path in self.by_file:
            return self.by_file[path]
        for folder in path.parents:
            if folder in self.by_folder:
                return self.by_folder[folder]
        return None

    def reach(self, module):
        """Names of the modules whose headers `module` sees by its links."""
        seen, todo = set(), list(module.links)
        while todo:
            name = todo.pop()
            if name not in seen and name in self.by_name:
                seen.add(name)
                todo += self.by_name[name].public
        return seen


def generated(root, path, target):
    """Is `target` made at build time from what the CMakeLists.txt beside `path` says?"""
    lists = root / path.parent / "CMakeLists.txt"
    return lists.exists() and "/%s\"" % target in lists.read_text(encoding="utf-8")


def quoted(root, where, path, target):
    """What is wrong with #include "target" in `path`; None if nothing."""
    there = pathlib.PurePosixPath(target)
    if there.parts[0] == "tenantry":
        return angled(path, target)
    if generated(root, path, target):
        return None
    connector = path.parts[0] == "plugins" and path.parts[:3] != KIT
    if connector and there.parts[:2] != path.parts[:2]:
        return "a connector sees its own folder and <tenantry/...> only"
    if not (root / target).exists():
        return "names no file from the top of the repository"
    if connector:
        return None
    if there.parts[0] in ("plugins", "tests") and there.parts[:3] != KIT:
        return "only connectors and tests may see " + there.parts[0]
    mine, other = where.owner(path), where.owner(pathlib.Path(target))
    if mine is None or other is None:
        return "belongs to no tenantry_module()"
    if mine is other or mine.folder == other.folder and other.layer <= mine.layer:
        return None
    if other.layer >= mine.layer:
        return "goes up: %s is layer %d, %s is layer %d" % (
            mine.name, mine.layer, other.name, other.layer)
    if other.name not in where.reach(mine):
        return "%s does not link tenantry::%s" % (mine.name, other.name)
    return None


def angled(path, target):
    folder, written = path.as_posix(), "<" + target
    for pattern, homes in ONLY_IN:
        if re.match(pattern, written) and not folder.startswith(tuple(h + "/" for h in homes)):
            return "is for %s only" % " and ".join(homes)
    for home, pattern in NEVER_IN:
        if re.match(pattern, written) and folder.startswith(home + "/"):
            return "is not for " + home
    return None


def violations(root):
    where = Map(sources.modules(root))
    for path in sources.files(root, sources.CODE):
        for line, bracket, target in includes(root, path):
            if path.parts[0] == "tests":
                missing = bracket == '"' and not (root / target).exists()
                made = missing and generated(root, path, target)
                wrong = "names no file here" if missing and not made else None
            elif bracket == '"':
                wrong = quoted(root, where, path, target)
            else:
                wrong = angled(path, target)
            if wrong:
                yield '%s:%d: #include "%s" %s' % (path, line, target, wrong)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(violations(root))
    print("\n".join(found) if found else "Every include goes down.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
