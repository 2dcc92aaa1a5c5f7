"""Tenants with a users table of their own, in a SQLite file or in MariaDB."""

import sqlite3

import sql_text

STATUS = {"active": "active", "suspended": "disabled", "expired": "expired", "invited": "invited",
          "locked": "locked", "staged": "staged"}
# Nobody signs in to the demo's own applications: this is no hash of anything.
NO_PASSWORD = "$argon2id$v=19$m=65536,t=2,p=1$ZGVtby1vbmx5$ZGVtby1vbmx5LW5vLXBhc3N3b3Jk"


def rows_of(people):
    return [{
        "id": 1001 + person.index,
        "username": person.login,
        "first_name": person.name.first,
        "last_name": person.name.last,
        "email": person.email,
        "phone": person.phone or None,
        "role": person.role,
        "status": STATUS[person.state],
        "password_hash": None if person.state == "staged" else NO_PASSWORD,
        "must_change_password": person.state == "expired",
        "mfa_enabled": person.mfa and person.state not in ("invited", "staged"),
        "failed_logins": 5 if person.state == "locked" else 0,
        "locked_at": sql_text.moment(person.locked_at),
        "last_login_at": sql_text.moment(person.last_login),
        "created_at": sql_text.moment(person.created),
        "updated_at": sql_text.moment(person.modified),
    } for person in people]


def write_sqlite(path, people):
    path.unlink(missing_ok=True)
    rows = rows_of(people)
    connection = sqlite3.connect(path)
    with connection:
        connection.executescript(sql_text.schema("plain_sqlite.sql"))
        columns = ", ".join(rows[0])
        marks = ", ".join(":" + column for column in rows[0])
        connection.executemany("INSERT INTO users (%s) VALUES (%s)" % (columns, marks), rows)
    connection.close()


def mariadb(tenant, people):
    content = sql_text.schema("plain_mysql.sql") + sql_text.inserts("users", rows_of(people))
    return sql_text.database(tenant, content)
