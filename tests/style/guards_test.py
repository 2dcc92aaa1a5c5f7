#!/usr/bin/env python3
"""The guards must fail on what they guard against: each violation is planted and must be seen.

Usage: guards_test.py ROOT. Copies the sources to a temporary folder; the checkout is not touched.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
HERE = pathlib.Path(__file__).parent

LINKS = """\
cmake_minimum_required(VERSION 3.25)
project(planted NONE)
include("%s/packaging/cmake/TenantryModule.cmake")
tenantry_module(low LAYER 1)
tenantry_module(middle LAYER 2 DEPS tenantry::low)
%s
"""


class PlantedInclude(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.copy = pathlib.Path(self.folder.name) / "copy"
        for top in ("kernel", "plugins", "tenants", "api"):
            shutil.copytree(ROOT / top, self.copy / top,
                            ignore=shutil.ignore_patterns("node_modules", "__pycache__"))

    def tearDown(self):
        self.folder.cleanup()

    def plant(self, file, line, check="layers.py"):
        path = self.copy / file
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
        return subprocess.run([sys.executable, HERE / check, self.copy], text=True,
                              capture_output=True)

    def refused(self, file, line, words, check="layers.py"):
        run = self.plant(file, line, check)
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn(file, run.stdout)
        self.assertIn(words, run.stdout)

    def test_the_copy_itself_is_clean(self):
        run = self.plant("kernel/base/clock.h", "")
        self.assertEqual(run.returncode, 0, run.stdout)

    def test_an_include_that_goes_up_is_refused(self):
        self.refused("kernel/domain/user.h", '#include "kernel/sync/engine.h"', "goes up")

    def test_an_include_of_the_same_layer_is_refused(self):
        self.refused("kernel/jobs/action_runner.h", '#include "kernel/sync/engine.h"', "goes up")

    def test_an_include_of_what_is_not_linked_is_refused(self):
        self.refused("kernel/sync/engine.cpp", '#include "kernel/view/memory_view.h"',
                     "does not link")

    def test_a_connector_that_sees_the_kernel_is_refused(self):
        self.refused("plugins/sql/plugin.cpp", '#include "kernel/base/result.h"', "a connector")

    def test_a_connector_that_sees_another_connector_is_refused(self):
        self.refused("plugins/sql/plugin.cpp", '#include "plugins/ldap/session.h"', "a connector")

    def test_the_store_library_outside_the_store_is_refused(self):
        self.refused("kernel/sync/engine.cpp", "#include <soci/soci.h>", "kernel/store only")

    def test_a_thread_in_the_domain_is_refused(self):
        self.refused("kernel/domain/scope.cpp", "#include <thread>", "not for kernel/domain")

    def test_a_banned_word_is_refused(self):
        self.refused("kernel/domain/scope.cpp", "auto n = std::chrono::system_clock::now();",
                     "system_clock::now", "tidy.py")

    def test_a_swallowed_exception_is_refused(self):
        self.refused("kernel/domain/scope.cpp", "void f() { try { g(); } catch (...) { } }",
                     "catch", "tidy.py")

    def test_a_banned_word_in_a_comment_is_no_violation(self):
        run = self.plant("kernel/domain/scope.cpp", "// std::format is not there yet", "tidy.py")
        self.assertEqual(run.returncode, 0, run.stdout)


class PlantedLink(unittest.TestCase):
    def configure(self, planted):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "CMakeLists.txt").write_text(LINKS % (ROOT, planted))
            return subprocess.run(["cmake", "-G", "Ninja", "-S", path, "-B", path / "build"],
                                  text=True, capture_output=True)

    def test_a_link_down_is_taken(self):
        run = self.configure("tenantry_module(top LAYER 3 DEPS tenantry::middle tenantry::low)")
        self.assertEqual(run.returncode, 0, run.stderr)

    def refused(self, planted, words):
        run = self.configure(planted)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(words, " ".join(run.stderr.split()))

    def test_a_link_up_is_refused(self):
        self.refused("tenantry_module(cellar LAYER 1 DEPS tenantry::middle)",
                     "cellar (layer 1) may not link tenantry::middle (layer 2)")

    def test_a_link_to_the_same_layer_is_refused(self):
        self.refused("tenantry_module(beside LAYER 2 DEPS tenantry::middle)", "may not link")

    def test_a_private_link_up_is_refused_too(self):
        self.refused("tenantry_module(cellar LAYER 1 PRIVATE_DEPS tenantry::middle)",
                     "may not link")

    def test_a_link_to_what_comes_later_is_refused(self):
        self.refused("tenantry_module(cellar LAYER 1 DEPS tenantry::attic)", "not defined yet")


if __name__ == "__main__":
    unittest.main()
