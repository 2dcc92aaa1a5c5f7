"""The hierarchy of the demo, read from organizations.tsv."""

import pathlib

FILE = pathlib.Path(__file__).parent / "organizations.tsv"


class Organization:
    def __init__(self, kind, slug, parent, backend, users, locales, tags, name):
        self.kind, self.slug, self.name = kind, slug, name
        self.parent = None if parent == "-" else parent
        self.backend = None if backend == "-" else backend
        self.users = int(users)
        self.locales = locales.split() if locales != "-" else []
        self.tags = tags.split(",") if tags != "-" else []

    @property
    def domain(self):
        return self.slug + ".example"

    @property
    def database(self):
        return "demo_" + self.slug.replace("-", "_")


def load(users):
    """All organizations, parents first; together their tenants have `users` users."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    found = [Organization(*line.split("\t")) for line in lines if line and line[0] != "#"]
    found.sort(key=lambda one: ["platform", "distributor", "partner", "tenant"].index(one.kind))
    share(users, [one for one in found if one.backend])
    return found


def share(users, tenants):
    """Scales the sizes to a sum of exactly `users`; each tenant keeps at least one."""
    total = sum(tenant.users for tenant in tenants)
    users = max(users, len(tenants))
    exact = [tenant.users * users / total for tenant in tenants]
    for tenant, size in zip(tenants, exact):
        tenant.users = max(1, int(size))
    by_rest = sorted(range(len(tenants)), key=lambda i: (int(exact[i]) - exact[i], i))
    missing = users - sum(tenant.users for tenant in tenants)
    step = 1 if missing > 0 else -1
    while missing:
        for i in by_rest:
            if missing and tenants[i].users + step >= 1:
                tenants[i].users += step
                missing -= step
