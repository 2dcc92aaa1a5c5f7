"""The users of one tenant, whatever backend will hold them."""

import datetime

from dice import Dice

DAY = datetime.timedelta(days=1)
STATES = [("active", 87), ("suspended", 4.2), ("expired", 2.6), ("invited", 2.4), ("locked", 2),
          ("staged", 1.8)]
DEPARTMENTS = ["Operations", "Finance", "Sales", "Support", "Engineering", "Human Resources"]
TITLES = ["Specialist", "Lead", "Analyst", "Coordinator", "Assistant", "Engineer", "Manager"]
DIAL = {"de": "49", "fr": "33", "es": "34", "pt": "351", "it": "39", "nl": "31", "sv": "46",
        "nb": "47", "da": "45", "fi": "358", "is": "354", "pl": "48", "cs": "420", "hu": "36",
        "ro": "40", "tr": "90", "vi": "84", "lt": "370", "hr": "385", "yo": "234", "ru": "7",
        "uk": "380", "bg": "359", "sr": "381", "el": "30", "ar": "971", "he": "972", "fa": "98",
        "hi": "91", "bn": "880", "ta": "91", "th": "66", "ka": "995", "hy": "374", "am": "251",
        "ja": "81", "zh": "86", "ko": "82"}


class Person:
    """One user. `state` is one of STATES; times are in UTC, last_login None when never."""


def login_name(style, name, number):
    first, last = name.first_latin or "user", name.last_latin or "user"
    stem = [first + "." + last, first[:1] + last, last + first[:2], first + "_" + last][style]
    return stem + (str(number) if number > 1 else "")


def unique(make, taken):
    number = 1
    while make(number) in taken:
        number += 1
    taken.add(make(number))
    return number


def people_of(tenant, locales, now):
    """`tenant.users` people."""
    dice = Dice("people/" + tenant.slug)
    style = dice.below(4)
    logins, addresses = set(), set()
    found = []
    for index in range(tenant.users):
        person = Person()
        language = dice.one(tenant.locales)
        person.name = locales[language].pick(dice)
        number = unique(lambda n: login_name(style, person.name, n), logins)
        person.login = login_name(style, person.name, number)
        number = unique(lambda n: login_name(0, person.name, n), addresses)
        person.email = login_name(0, person.name, number) + "@" + tenant.domain
        person.phone = phone(dice, language) if dice.chance(0.7) else ""
        person.index = index
        person.state = state(dice, index)
        person.role = role(dice, index)
        person.department = dice.one(DEPARTMENTS)
        person.title = dice.one(TITLES)
        person.mfa = dice.chance(0.93 if person.role == "admin" else 0.78)
        set_times(person, dice, now)
        found.append(person)
    return found


def state(dice, index):
    """The first user runs the place, and every tenant has somebody who is locked out."""
    chosen = dice.weighted(STATES)
    return {0: "active", 1: "locked"}.get(index, chosen)


def role(dice, index):
    if index == 0:
        return "admin"
    return dice.weighted([("member", 80), ("editor", 12), ("manager", 6), ("admin", 2)])


def phone(dice, language):
    digits = "".join(str(dice.below(10)) for _ in range(7))
    return "+" + DIAL.get(language, "44") + " 555 " + digits[:3] + " " + digits[3:]


def days_since_login(dice):
    """Most signed in this week; about one in fifteen not for a quarter of a year."""
    low, high = dice.weighted([((0.01, 0.9), 34), ((0.9, 7), 36), ((7, 45), 18), ((45, 89), 5),
                               ((91, 500), 7)])
    return dice.between(low, high)


def set_times(person, dice, now):
    fresh = person.state in ("invited", "staged")
    age = dice.between(0.2, 24) if fresh else dice.between(4, 2200)
    person.created = now - age * DAY
    since = days_since_login(dice)
    if person.state == "suspended":
        since += dice.between(20, 200)
    never = fresh or since >= age or dice.chance(0.02)
    person.last_login = None if never else now - since * DAY
    # Locked in the last days, by failures that follow the last sign-in.
    person.locked_at = None
    if person.state == "locked":
        person.locked_at = now - min(since, age, dice.between(0.02, 3)) * DAY
    newest = dice.between(0, min(age, 200))
    person.modified = person.locked_at or max(person.created, now - newest * DAY)
