"""The document that `tenantryd import` reads, and what the demo says about itself."""

import backend_ldap
import backend_wordpress
import sql_text

LDAP, SQL = "org.tenantry.ldap", "org.tenantry.sql"
INTERVAL_S = 300

# username, first name, last name, role, home and place of the grant, what it shows
OPERATORS = [
    ("ada", "Ada", "Lindström", "platform_administrator", "meridian"),
    ("nils", "Nils", "Åkerblom", "distributor_administrator", "nordwind"),
    ("frida", "Frida", "Øverland", "partner_administrator", "fjellheim-it"),
    ("carlos", "Carlos", "Núñez", "partner_administrator", "cascadia"),
    ("ursula", "Ursula", "Größler", "tenant_administrator", "stadtwerke"),
    ("hana", "華", "佐藤", "help_desk", "sakura-cloud"),
    ("omar", "عمر", "الحسيني", "auditor", "gulf-levant"),
]


def operator_password(username):
    """Obviously of a demo; the server refuses one that contains the username."""
    words = ("harbour", "lantern", "meadow", "orchard", "pebble", "quarry", "ribbon", "saddle")
    return f"demo-only-{words[sum(username.encode()) % len(words)]}-2026"


def sql_config(tenant, folder, mariadb_port):
    kind, mapping = tenant.backend.split("/")
    if kind == "sqlite":
        return {"engine": "sqlite", "file": "%s/sqlite/%s.db" % (folder, tenant.slug),
                "mapping": mapping}
    config = {"engine": "mysql", "host": "127.0.0.1", "port": mariadb_port,
              "database": tenant.database, "username": tenant.database,
              "password": sql_text.password(tenant), "mapping": mapping}
    if mapping == "wordpress":
        config["table_prefix"] = backend_wordpress.prefix_of(tenant)
    return config


def ldap_config(tenant, ldap_port):
    return {"url": "ldap://127.0.0.1:%d" % ldap_port, "tls": "none",
            "bind_dn": backend_ldap.service_dn(tenant),
            "bind_password": backend_ldap.service_password(tenant),
            "base_dn": backend_ldap.suffix(tenant),
            "user_base_dn": backend_ldap.people_dn(tenant), "page_size": 200}


NAMES = {"plain": "Staff database", "wordpress": "WordPress", "mediawiki": "Wiki",
         "ldap": "Company directory"}


def connection(tenant, folder, ports):
    ldap = tenant.backend == "ldap"
    config = (ldap_config(tenant, ports["slapd"]) if ldap
              else sql_config(tenant, folder, ports["mariadb"]))
    return {"organization": tenant.slug, "connector": LDAP if ldap else SQL,
            "name": NAMES[tenant.backend.split("/")[-1]], "config": config,
            "interval_s": INTERVAL_S}


def document(organizations, folder, ports):
    return {
        "organizations": [
            {"slug": one.slug, "name": one.name, "kind": one.kind, "parent": one.parent,
             "tags": one.tags} for one in organizations],
        "connections": [connection(one, folder, ports) for one in organizations if one.backend],
        "accounts": [
            {"username": username, "email": username + "@" + home + ".example",
             "first_name": first, "last_name": last, "home": home,
             "password": operator_password(username),
             "grants": [{"role": role, "organization": home}]}
            for username, first, last, role, home in OPERATORS],
    }


def about(organizations, ports):
    """Who can sign in, and where the directories are: packaging/run and the tests read it."""
    names = {one.slug: one.name for one in organizations}
    return {
        "operators": [
            {"username": username, "password": operator_password(username), "role": role,
             "organization": home, "organization_name": names[home]}
            for username, _, _, role, home in OPERATORS],
        "ldap": [
            {"organization": one.slug, "uri": "ldap://127.0.0.1:%d" % ports["slapd"],
             "base_dn": backend_ldap.suffix(one), "people_dn": backend_ldap.people_dn(one),
             "user_password": "demo-only-UID"} for one in organizations if one.backend == "ldap"],
        "sqlite": [one.slug for one in organizations if (one.backend or "").startswith("sqlite")],
        "mariadb": [{"organization": one.slug, "database": one.database,
                     "mapping": one.backend.split("/")[1]}
                    for one in organizations if (one.backend or "").startswith("mariadb")],
        "users": sum(one.users for one in organizations),
    }
