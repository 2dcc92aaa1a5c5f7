"""Tenants with a MediaWiki: a suspended user has a row in ipblocks there."""

import sql_text
from dice import Dice

GROUPS = {"admin": ["bureaucrat", "sysop"], "manager": ["sysop"], "editor": ["bot"], "member": []}
# pbkdf2 of a text nobody has.
NO_PASSWORD = ":pbkdf2:sha512:30000:64:ZGVtby1vbmx5LXNhbHQ==:" + "ZGVtby1vbmx5" * 7 + "ZA=="
FIRST_ID = 3  # 1 is the installer's account, 2 is "MediaWiki default"


def wiki_names(people):
    """As MediaWiki wants them: first letter capital, blanks kept, all different."""
    names, taken = [], set()
    for person in people:
        stem, number = person.name.first + " " + person.name.last, 1
        stem = stem[:1].upper() + stem[1:]
        name = stem
        while name in taken:
            number += 1
            name = "%s %d" % (stem, number)
        taken.add(name)
        names.append(name)
    return names


def user_row(person, name, dice):
    gone = person.state == "expired"
    confirmed = None if person.state in ("invited", "staged") else person.created
    return {
        "user_id": person.index + FIRST_ID,
        "user_name": name,
        "user_real_name": person.name.display,
        "user_password": NO_PASSWORD,
        "user_newpassword": "",
        "user_email": person.email,
        "user_touched": sql_text.compact(person.last_login or person.created),
        "user_token": dice.hex(32),
        "user_email_authenticated": sql_text.compact(confirmed),
        "user_registration": sql_text.compact(person.created),
        "user_editcount": 0 if confirmed is None else int(dice.between(0, 30) ** 2),
        "user_password_expires": sql_text.compact(person.modified) if gone else None,
    }


def system_user(now):
    return {
        "user_id": 2, "user_name": "MediaWiki default", "user_real_name": "",
        "user_password": "", "user_newpassword": "", "user_email": "",
        "user_touched": sql_text.compact(now), "user_token": "*** INVALID ***",
        "user_email_authenticated": None, "user_registration": sql_text.compact(now),
        "user_editcount": 1, "user_password_expires": None}


def block_row(person, name):
    return {
        "ipb_address": name, "ipb_user": person.index + FIRST_ID, "ipb_by_actor": 2,
        "ipb_reason_id": 2, "ipb_timestamp": sql_text.compact(person.modified),
        "ipb_expiry": "infinity", "ipb_range_start": "", "ipb_range_end": "",
        "ipb_block_email": 1}


def mariadb(tenant, people):
    dice, names = Dice("mediawiki/" + tenant.slug), wiki_names(people)
    both = list(zip(people, names))
    start = min(person.created for person in people)
    users = [system_user(start)] + [user_row(person, name, dice) for person, name in both]
    groups = [{"ug_user": person.index + FIRST_ID, "ug_group": group}
              for person in people for group in GROUPS[person.role]]
    blocks = [block_row(person, name) for person, name in both if person.state == "suspended"]
    content = sql_text.schema("mediawiki_1.39.sql")
    content += sql_text.inserts("user", users)
    content += sql_text.inserts("user_groups", groups)
    content += sql_text.inserts("actor", [
        {"actor_id": row["user_id"], "actor_user": row["user_id"], "actor_name": row["user_name"]}
        for row in users])
    content += sql_text.inserts("comment", [
        {"comment_id": 1, "comment_hash": 0, "comment_text": ""},
        {"comment_id": 2, "comment_hash": 0, "comment_text": "Left the organization"}])
    content += sql_text.inserts("ipblocks", blocks)
    return sql_text.database(tenant, content)
