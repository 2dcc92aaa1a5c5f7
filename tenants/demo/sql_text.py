"""SQL as text: literals, inserts and times."""

import pathlib

# The tables as the applications' own installers make them: the tests of the SQL connector use them
# too.
SCHEMAS = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "data" / "sql"
ROWS_PER_INSERT = 200


def schema(name):
    return (SCHEMAS / name).read_text(encoding="utf-8")


def moment(time):
    """2026-11-22 06:30:00, in UTC; None stays."""
    return time and time.strftime("%Y-%m-%d %H:%M:%S")


def compact(time):
    """20261122063000, as MediaWiki writes it."""
    return time and time.strftime("%Y%m%d%H%M%S")


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, (bool, int)):
        return str(int(value))
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def inserts(table, rows):
    """INSERT statements for MariaDB; `rows` are dictionaries with the same keys."""
    out = []
    for start in range(0, len(rows), ROWS_PER_INSERT):
        part = rows[start:start + ROWS_PER_INSERT]
        columns = ", ".join("`%s`" % column for column in part[0])
        values = ",\n".join("(" + ", ".join(map(literal, row.values())) + ")" for row in part)
        out.append("INSERT INTO `%s` (%s) VALUES\n%s;\n" % (table, columns, values))
    return "".join(out)


def database(tenant, content):
    """A script that makes the tenant's database, its content, and the account Tenantry uses."""
    name, user = tenant.database, "'%s'@'127.0.0.1'" % tenant.database
    return "\n".join([
        "CREATE DATABASE `%s` CHARACTER SET utf8mb4;" % name,
        "CREATE USER %s IDENTIFIED BY %s;" % (user, literal(password(tenant))),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON `%s`.* TO %s;" % (name, user),
        "USE `%s`;" % name, "SET NAMES utf8mb4, time_zone = '+00:00';", "START TRANSACTION;",
        content + "COMMIT;", ""])


def password(tenant):
    return "demo-only-" + tenant.slug
