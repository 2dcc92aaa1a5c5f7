#!/usr/bin/env python3
"""A vendor's first afternoon: the SDK installed somewhere, moved, and a new connector of each kind
made outside of our tree, built with find_package, tested, run and proven by the kit.

Usage: installed_sdk_test.py BUILD. Nothing of the source tree is used but what was built.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
KINDS = ("empty", "ldap", "rest", "scim", "sql")
PROVEN = ("rest", "sql")
# Long checks over a large directory are left to the kit's own tests.
QUICK = "S1,S2,S3,S4,S5,S6,L2,L3,L4,L5,L7,R1,R2,R3,R4,R5,R9,R10,R12,R14,A1,A2,A3,A4,A5,A6,A10,P1"


def run(*command, cwd=None, text=None, fails=False):
    """What it printed; the test ends when it does not end as it should."""
    # No hint of where the SDK is, but the one a vendor gives.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CMAKE_", "TENANTRY_"))}
    environment["CMAKE_GENERATOR"] = "Ninja"  # what is there; a vendor may have make instead
    done = subprocess.run([str(one) for one in command], cwd=cwd, input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    if (done.returncode != 0) != fails:
        raise AssertionError("%s ended with %d:\n%s" % (command, done.returncode, done.stdout))
    return done.stdout


class InstalledSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        top = pathlib.Path(cls.folder.name)
        run("cmake", "--install", BUILD, "--component", "sdk", "--prefix", top / "first place")
        (top / "first place").rename(top / "moved")  # nothing in it may know where it was
        cls.prefix, cls.work = top / "moved", top / "vendor"
        cls.tenantry = cls.prefix / "bin" / "tenantry"
        cls.work.mkdir()
        for kind in KINDS:
            run(cls.tenantry, "connector", "new", "acme_" + kind, "--kind", kind,
                "--into", cls.work)
        cls.build_all()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def build_all(cls):
        """One alone, as its README says, with the package found by the program on the PATH; the
        others in one project, so that they are compiled side by side."""
        rest = cls.project("rest")
        assert "cmake --preset release && cmake --build build" in (rest / "README.md").read_text()
        run("env", "PATH=%s:%s" % (cls.prefix / "bin", os.environ["PATH"]), "sh", "-c",
            "cmake --preset release && cmake --build build --parallel 2", cwd=rest)
        others = [kind for kind in KINDS if kind != "rest"]
        names = "".join('add_subdirectory("acme_%s")\n' % kind for kind in others)
        (cls.work / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.20)\nproject(all LANGUAGES C CXX)\n"
            "enable_testing()\n" + names)
        run("cmake", "-S", cls.work, "-B", cls.work / "out", "-G", "Ninja",
            "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS=-Werror",
            "-DCMAKE_PREFIX_PATH=%s" % cls.prefix)
        run("cmake", "--build", cls.work / "out", "--parallel", "2")

    @classmethod
    def library(cls, kind):
        built = cls.project("rest") / "build" if kind == "rest" else cls.work / "out"
        return built / "connectors" / ("acme_%s.so" % kind)

    @classmethod
    def project(cls, kind):
        return cls.work / ("acme_" + kind)

    def serve(self, kind):
        """Its backend, and the configuration and the secret for it."""
        server = subprocess.Popen([sys.executable, "tests/backend.py", "serve"],
                                  cwd=self.project(kind), stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        said = {}
        for line in server.stdout:
            if line.strip() == "ready":
                break
            name, _, value = line.strip().partition("=")
            said[name] = value
        return said

    def test_their_own_tests_pass(self):
        alone = self.project("rest") / "build"
        for build, count in ((self.work / "out", len(KINDS) - 1), (alone, 1)):
            out = run("ctest", "--test-dir", build, "--output-on-failure")
            self.assertIn("100%% tests passed, 0 tests failed out of %d" % count, out)

    def test_each_has_ten_lines_of_cmake(self):
        for kind in KINDS:
            lines = (self.project(kind) / "CMakeLists.txt").read_text().splitlines()
            self.assertLessEqual(len(lines), 10, kind)

    def test_nothing_is_left_of_the_templates(self):
        for kind in KINDS:
            for path in self.project(kind).rglob("*"):
                if path.is_file() and "build" not in path.parts:
                    self.assertNotRegex(path.read_text(encoding="utf-8"), "@(n|N)ame@", str(path))

    def test_each_library_passes_verify(self):
        for kind in KINDS:
            out = run(self.tenantry, "connector", "verify", self.library(kind))
            self.assertIn("0 failed", out, kind)

    def test_run_reads_and_acts_in_a_worker_beside_it(self):
        said = self.serve("rest")
        (self.work / "token").write_text("t0ken-of-one\n")
        (self.work / "c.json").write_text(
            '{"url": "http://127.0.0.1:%s/one", "token": {"$secret": "token"}}' % said["port"])
        out = run(self.tenantry, "connector", "run", self.library("rest"),
                  "--config", self.work / "c.json", "--secret", "token=@%s" % (self.work / "token"),
                  text="check\nlist user\nact user.suspend u1\nget user u1\nquit\n")
        self.assertIn("Signed in as admin@one.example.", out)
        self.assertIn("25 of kind user, complete", out)
        self.assertEqual(out.count('"id":"u1","etag":"2"'), 2, out)
        self.assertNotIn("t0ken-of-one", out)

    def test_what_was_recorded_is_played_without_the_backend(self):
        said = self.serve("rest")
        (self.work / "token").write_text("t0ken-of-one\n")
        config = self.work / "recorded.json"
        config.write_text('{"url": "http://127.0.0.1:%s/one"}' % said["port"])
        tape = self.work / "tape.json"
        out = run(self.tenantry, "connector", "record", self.library("rest"), "--config", config,
                  "--secret", "token=@%s" % (self.work / "token"), "--to", tape)
        self.assertIn("25 of kind user, complete", out)
        self.assertNotIn("t0ken-of-one", tape.read_text())
        self.doCleanups()  # the backend is gone
        out = run(self.tenantry, "connector", "run", self.library("rest"), "--config", config,
                  "--replay", tape, text="check\nlist user\n")
        self.assertIn("25 of kind user, complete", out)
        run(self.tenantry, "connector", "run", self.library("rest"), "--config", config,
            "--replay", tape, text="get user u1\n", fails=True)

    def test_bench_counts(self):
        said = self.serve("sql")
        (self.work / "bench.json").write_text('{"file": "%s"}' % said["large"])
        out = run(self.tenantry, "--json", "connector", "bench", self.library("sql"), "--config",
                  self.work / "bench.json", "--rounds", "2", "--gets", "50")
        found = json.loads(out[out.index("{"):out.index("\n", out.index("{"))])
        self.assertEqual([one["records"] for one in found["rounds"]], [100000, 100000])
        self.assertGreater(found["rounds"][0]["worker_kib"], 1000)
        self.assertGreater(found["get_us"]["p99"], 0)
        print("bench: %.0f records/s" % found["rounds"][1]["records_per_second"])

    def test_run_says_what_failed_and_goes_on(self):
        (self.work / "s.json").write_text('{"file": "/nowhere/users.db"}')
        out = run(self.tenantry, "connector", "run", self.library("sql"),
                  "--config", self.work / "s.json", text="check\nfly\nhelp\n", fails=True)
        self.assertIn("The database cannot be used now.", out)
        self.assertIn('There is no command "fly"', out)
        self.assertIn("get KIND ID", out)

    def test_the_kit_finds_nothing(self):
        for kind in PROVEN:
            start = time.monotonic()
            out = run(self.tenantry, "connector", "conform", self.library(kind), "--scenario",
                      self.project(kind) / "scenario.json", "--only", QUICK)
            self.assertIn(" 0 failed", out, kind)
            print("%s: %s (%.1f s)" % (kind, out.strip().splitlines()[-1],
                                       time.monotonic() - start))

    def test_new_overwrites_nothing_and_takes_no_strange_name(self):
        mine = self.project("empty") / "README.md"
        before = mine.read_text()
        out = run(self.tenantry, "connector", "new", "acme_empty", "--kind", "rest", "--into",
                  self.work, fails=True)
        self.assertIn("exists; nothing was written", out)
        self.assertEqual(mine.read_text(), before)
        for name in ("Acme", "../acme", "a" * 33, "test", "a__b", "a_", "1a", ""):
            run(self.tenantry, "connector", "new", name, "--kind", "rest", "--into",
                self.work / "refused", fails=True)
        self.assertFalse((self.work / "refused").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
