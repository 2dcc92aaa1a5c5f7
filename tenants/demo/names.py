"""Names of people in many scripts, and their Latin form for user names and e-mail addresses."""

import pathlib
import unicodedata

FOLDER = pathlib.Path(__file__).parent / "names"

SPECIAL = {
    "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "å": "a", "æ": "ae", "đ": "d", "ð": "d",
    "þ": "th", "ł": "l", "ı": "i", "œ": "oe", "ĳ": "ij", "ə": "e",
}
CYRILLIC = dict(zip(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґђјљњћџ",
    "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch * y * e yu ya i yi ye g dj j lj "
    "nj c dz".split()))
GREEK = dict(zip(
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split()))
RULES = {**SPECIAL, **CYRILLIC, **GREEK}


def latin(text):
    """ASCII letters, digits and blanks for any text in Latin, Cyrillic or Greek script."""
    out = []
    for char in unicodedata.normalize("NFC", text.lower()):
        if char in RULES:
            out.append(RULES[char].replace("*", ""))
            continue
        for part in unicodedata.normalize("NFKD", char):
            part = RULES.get(part, part)
            out.append("".join(c for c in part if c in "abcdefghijklmnopqrstuvwxyz0123456789 -"))
    return "".join(out)


class Name:
    def __init__(self, first, last, family_first):
        self.first, first_latin = spelled(first)
        self.last, last_latin = spelled(last)
        self.first_latin = first_latin.replace(" ", "").replace("-", "")
        self.last_latin = last_latin.replace(" ", "").replace("-", "")
        asian = family_first and not self.last.isascii() and ord(self.last[0]) > 0x2E80
        order = [self.last, self.first] if family_first else [self.first, self.last]
        self.display = ("" if asian else " ").join(order)


def spelled(word):
    native, _, given_latin = word.replace("_", " ").partition("/")
    return native, latin(given_latin or native)


class Locale:
    """The names of one language: women's and men's given names, family names in both forms."""

    def __init__(self):
        self.given = {"f": [], "m": []}
        self.family = []
        self.family_first = False

    def pick(self, dice):
        sex = dice.one("fm")
        first = dice.one(self.given[sex])
        forms = dice.one(self.family).split("|")
        return Name(first, forms[-1] if sex == "f" else forms[0], self.family_first)


def load():
    """All locales by their code."""
    locales = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                locale = locales[line.strip("[]")] = Locale()
            elif line and not line.startswith("#"):
                key, _, words = line.partition(":")
                if key == "order":
                    locale.family_first = words.strip() == "family"
                elif key == "last":
                    locale.family = words.split()
                else:
                    locale.given[key] = words.split()
    return locales
