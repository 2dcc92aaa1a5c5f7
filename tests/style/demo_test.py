#!/usr/bin/env python3
"""The demo is the same each time, has what it promises, and lets nobody's address be real."""

import filecmp
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()


def generate(folder, *more):
    subprocess.run([sys.executable, ROOT / "tenants/demo/generate.py", "--into", folder, "--now",
                    "2026-11-22T06:00:00Z", *more], check=True)
    return folder


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = generate(pathlib.Path(cls.place.name) / "demo")
        cls.msp = json.loads((cls.folder / "msp.json").read_text(encoding="utf-8"))

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def test_a_second_run_writes_the_same_bytes(self):
        before = pathlib.Path(self.place.name) / "before"
        self.folder.rename(before)
        generate(self.folder)
        for path in sorted(before.rglob("*")):
            if path.is_file():
                same = filecmp.cmp(path, self.folder / path.relative_to(before), shallow=False)
                self.assertTrue(same, path)

    def test_the_hierarchy_has_the_promised_size(self):
        kinds = [one["kind"] for one in self.msp["organizations"]]
        sizes = [kinds.count(kind) for kind in ("platform", "distributor", "partner", "tenant")]
        self.assertEqual(sizes, [1, 3, 8, 40])
        seen = {None}
        for one in self.msp["organizations"]:
            self.assertIn(one["parent"], seen, one["slug"])
            seen.add(one["slug"])

    def test_every_tenant_has_one_backend_and_four_are_in_ldap(self):
        homes = [one["organization"] for one in self.msp["connections"]]
        self.assertEqual(len(homes), 40)
        self.assertEqual(len(set(homes)), 40)
        ldap = [one for one in self.msp["connections"] if one["connector"] == "org.tenantry.ldap"]
        self.assertGreaterEqual(len(ldap), 4)

    def test_there_are_as_many_users_as_asked_for(self):
        for count in (40, 977):
            with tempfile.TemporaryDirectory() as place:
                folder = generate(pathlib.Path(place), "--users", str(count))
                self.assertEqual(count_users(folder), count)
        self.assertEqual(count_users(self.folder), 5000)

    def test_all_states_are_there(self):
        states = set()
        for path in self.folder.glob("sqlite/*.db"):
            with sqlite3.connect(path) as database:
                states |= {row[0] for row in database.execute("SELECT DISTINCT status FROM users")}
        self.assertEqual(states, {"active", "disabled", "expired", "invited", "locked", "staged"})


def count_users(folder):
    total = 0
    for path in folder.glob("sqlite/*.db"):
        with sqlite3.connect(path) as database:
            total += database.execute("SELECT COUNT(*) FROM users").fetchone()[0]
    for path in folder.glob("ldap/*.ldif"):
        total += path.read_text(encoding="utf-8").count("\nobjectClass: inetOrgPerson\n")
    for path in folder.glob("mariadb/*.sql"):
        # One address for each user: users, wiki_users and user alike.
        total += path.read_text(encoding="utf-8").count(".example', ")
    return total


if __name__ == "__main__":
    unittest.main()
