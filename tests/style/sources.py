"""The project's files and CMake modules, for the style tests."""

import pathlib
import re

CODE = (".h", ".hpp", ".cpp", ".c")
TOP = ("kernel", "plugins", "tenants", "api", "tests", "packaging")
SKIPPED = {"__pycache__", "node_modules", ".build"}
CALL = re.compile(r"^[ \t]*(tenantry_module|tenantry_program)\s*\(([^)]*)\)", re.M)
LISTS = ("HEADERS", "SOURCES", "DEPS", "PRIVATE_DEPS")


def files(root, suffixes):
    """Paths relative to `root`, sorted."""
    found = []
    for top in TOP:
        for path in (root / top).rglob("*"):
            if path.suffix in suffixes and path.is_file() and not SKIPPED & set(path.parts):
                found.append(path.relative_to(root))
    return sorted(found)


def code_only(text):
    """The text without comments and without what stands in strings; lines stay lines."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'

    def blank(match):
        word = match[0]
        return '""' if word.startswith('"') else "\n" * word.count("\n")

    return re.sub(pattern, blank, text, flags=re.S)


class Module:
    """One tenantry_module() or tenantry_program() call."""

    def __init__(self, folder, words):
        self.folder, self.name, self.layer = folder, words[0], None
        lists = {name: [] for name in LISTS}
        current = None
        for word, after in zip(words[1:], words[2:] + [""]):
            if word in LISTS:
                current = lists[word]
            elif word in ("LAYER", "OUTPUT"):
                current = None
                if word == "LAYER":
                    self.layer = int(after)
            elif current is not None:
                current.append(word)
        self.files = {folder / name for name in lists["HEADERS"] + lists["SOURCES"]}
        self.public = ours(lists["DEPS"])
        self.links = self.public + ours(lists["PRIVATE_DEPS"])


def ours(targets):
    return [name[len("tenantry::"):] for name in targets if name.startswith("tenantry::")]


def modules(root):
    found = []
    for path in sorted(root.rglob("CMakeLists.txt")):
        relative = path.relative_to(root)
        if SKIPPED & set(relative.parts) or relative.parts[0] in ("tests", "packaging", ".build"):
            continue
        text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
        for call in CALL.finditer(text):
            found.append(Module(relative.parent, call[2].split()))
    return found
