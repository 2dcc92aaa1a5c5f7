"""Says where Tenantry is and who may sign in, and writes the same into DATA/run.json."""

import json
import pathlib
import re
import sys


def pid(folder, name):
    path = folder / (name + ".pid")
    return int(path.read_text()) if path.exists() else None


def ports(folder):
    found = re.findall(r"(\w+)_PORT=(\d+)", (folder / "ports").read_text())
    return {name.lower(): int(number) for name, number in found}


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    folder, url, empty = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "yes"
    run = {"url": url, "data": str(folder), "ports": ports(folder),
           "pids": {name: pid(folder, name) for name in ("tenantryd", "slapd", "mariadb")}}
    print("Tenantry is ready at " + url)
    if empty:
        said = (folder / "logs" / "tenantryd.out").read_text()
        link = re.search(r"Set up Tenantry at (\S+)", said)
        print(link[0] if link else "Sign in with an account you have made here.")
        run["setup_url"] = link and link[1]
    else:
        demo = json.loads((folder / "demo" / "demo.json").read_text(encoding="utf-8"))
        first, others = demo["operators"][0], demo["operators"][1:]
        print("Sign in as %s with %s" % (first["username"], first["password"]))
        print("\nOr as one of these:")
        table([("USERNAME", "PASSWORD", "ROLE", "ORGANIZATION")] + [
            (one["username"], one["password"], one["role"].replace("_", " ").capitalize(),
             one["organization_name"]) for one in others])
        run.update(demo, username=first["username"], password=first["password"])
    print("\nCtrl-C stops it.", flush=True)
    target = folder / "run.json"
    part = folder / "run.json.part"
    part.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.chmod(0o600)
    part.rename(target)


main()
