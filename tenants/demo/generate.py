#!/usr/bin/env python3
"""Writes the demo MSP into a folder: databases, a directory, and the document that joins them.

Same arguments, same bytes. What it makes: sqlite/*.db, mariadb/*.sql, ldap/slapd.conf and
ldap/*.ldif, msp.json for `tenantryd import`, demo.json with the sign-ins.
"""

import argparse
import datetime
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import backend_ldap  # noqa: E402
import backend_mediawiki  # noqa: E402
import backend_plain  # noqa: E402
import backend_wordpress  # noqa: E402
import hierarchy  # noqa: E402
import names  # noqa: E402
import organizations  # noqa: E402
import people  # noqa: E402

MARIADB = {"plain": backend_plain.mariadb, "wordpress": backend_wordpress.mariadb,
           "mediawiki": backend_mediawiki.mariadb}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=pathlib.Path, required=True, help="the folder to write")
    parser.add_argument("--now", required=True, help="the moment all dates refer to, "
                        "such as 2026-11-22T06:00:00Z")
    parser.add_argument("--users", type=int, default=5000)
    parser.add_argument("--slapd-port", type=int, default=3890)
    parser.add_argument("--mariadb-port", type=int, default=33060)
    return parser.parse_args()


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_tenant(tenant, members, folder):
    kind, _, mapping = tenant.backend.partition("/")
    if kind == "sqlite":
        backend_plain.write_sqlite(folder / "sqlite" / (tenant.slug + ".db"), members)
        return
    if kind == "mariadb":
        path, text = folder / "mariadb" / (tenant.slug + ".sql"), MARIADB[mapping](tenant, members)
    else:
        path, text = folder / "ldap" / (tenant.slug + ".ldif"), backend_ldap.ldif(tenant, members)
        (folder / "ldap" / "db" / tenant.slug).mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main():
    options = arguments()
    folder = options.into.resolve()
    now = datetime.datetime.strptime(options.now, "%Y-%m-%dT%H:%M:%SZ")
    ports = {"slapd": options.slapd_port, "mariadb": options.mariadb_port}
    for part in ("sqlite", "mariadb", "ldap"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    locales, found = names.load(), organizations.load(options.users)
    for tenant in found:
        if tenant.backend:
            write_tenant(tenant, people.people_of(tenant, locales, now), folder)
    directories = [one for one in found if one.backend == "ldap"]
    (folder / "ldap" / "slapd.conf").write_text(
        backend_ldap.configuration(directories, folder / "ldap"), encoding="utf-8")
    write_json(folder / "msp.json", hierarchy.document(found, folder, ports))
    write_json(folder / "demo.json", hierarchy.about(found, ports))


if __name__ == "__main__":
    main()
