"""Tenants in OpenLDAP: one slapd, for each tenant a suffix, a password policy and a service account
of its own."""

import base64
import hashlib

from dice import Dice, stable_uuid

PERMANENT = "000001010000Z"
ROLES = {"admin": "administrator", "manager": "manager", "editor": "editor", "member": "member"}


def suffix(tenant):
    return "dc=%s,dc=example" % tenant.slug


def people_dn(tenant):
    return "ou=people," + suffix(tenant)


def service_dn(tenant):
    return "cn=tenantry," + suffix(tenant)


def service_password(tenant):
    return "demo-only-" + tenant.slug


def user_password(uid):
    return "demo-only-" + uid


def hashed(password, salt):
    digest = hashlib.sha1(password.encode() + salt).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def stamp(time):
    return time.strftime("%Y%m%d%H%M%SZ")


class Entry:
    """One LDIF record. RFC 2849: what is not safe ASCII is written in base 64."""

    def __init__(self, dn, *classes):
        self.lines = []
        self.add("dn", dn)
        for name in classes:
            self.add("objectClass", name)

    def add(self, attribute, *values):
        for value in values:
            safe = value.isascii() and value[:1] not in (" ", ":", "<") and value[-1:] != " "
            if safe:
                self.lines.append("%s: %s" % (attribute, value))
            else:
                text = base64.b64encode(value.encode()).decode()
                self.lines.append("%s:: %s" % (attribute, text))
        return self

    def operational(self, dn, created, modified, number):
        self.add("entryUUID", stable_uuid("ldap", dn))
        csn = "%Y%m%d%H%M%S.000000Z" + "#{:06x}#000#000000".format(number)
        self.add("entryCSN", modified.strftime(csn))
        self.add("createTimestamp", stamp(created)).add("modifyTimestamp", stamp(modified))
        return self

    def text(self):
        return "\n".join(self.lines) + "\n\n"


def frame(tenant, now):
    """The tenant's own entries but people and groups."""
    base = suffix(tenant)
    salt = b"demo" + tenant.slug.encode()[:4]
    entries = [
        Entry(base, "dcObject", "organization").add("o", tenant.name).add("dc", tenant.slug),
        Entry(service_dn(tenant), "applicationProcess", "simpleSecurityObject")
        .add("cn", "tenantry").add("userPassword", hashed(service_password(tenant), salt))]
    for unit in ("policies", "people", "groups"):
        entries.append(Entry("ou=%s,%s" % (unit, base), "organizationalUnit").add("ou", unit))
    entries.append(
        Entry("cn=default,ou=policies," + base, "applicationProcess", "pwdPolicy")
        .add("cn", "default").add("pwdAttribute", "userPassword").add("pwdLockout", "TRUE")
        .add("pwdMaxFailure", "3").add("pwdLockoutDuration", "0").add("pwdMustChange", "TRUE")
        .add("pwdMaxAge", "0").add("pwdMinLength", "8").add("pwdAllowUserChange", "TRUE"))
    for number, entry in enumerate(entries):
        dn = entry.lines[0].partition(": ")[2]
        entry.operational(dn, now, now, number)
    return entries


def person_entry(tenant, person, dice):
    dn = "uid=%s,%s" % (person.login, people_dn(tenant))
    entry = Entry(dn, "inetOrgPerson").add("uid", person.login)
    entry.add("givenName", person.name.first).add("sn", person.name.last)
    entry.add("cn", person.name.display).add("displayName", person.name.display)
    entry.add("mail", person.email).add("employeeType", ROLES[person.role])
    entry.add("employeeNumber", str(1000 + person.index)).add("title", person.title)
    entry.add("departmentNumber", person.department)
    if person.phone:
        entry.add("telephoneNumber", person.phone)
    if person.state not in ("staged", "invited"):
        salt = bytes.fromhex(dice.hex(16))
        entry.add("userPassword", hashed(user_password(person.login), salt))
        entry.add("pwdChangedTime", stamp(max(person.created, person.modified)))
    if person.state == "locked":
        entry.add("pwdAccountLockedTime", stamp(person.locked_at))
        entry.add("pwdFailureTime", *sorted({stamp(person.locked_at)}))
    if person.state == "suspended":
        entry.add("pwdAccountLockedTime", PERMANENT)
    if person.state == "expired":
        entry.add("pwdReset", "TRUE")
    if person.last_login:
        entry.add("pwdLastSuccess", stamp(person.last_login))
    return entry.operational(dn, person.created, person.modified, 100 + person.index)


def group_entries(tenant, people, now):
    members = {}
    for person in people:
        dn = "uid=%s,%s" % (person.login, people_dn(tenant))
        members.setdefault(person.department, []).append(dn)
        if person.role in ("admin", "manager"):
            members.setdefault(person.role.capitalize() + "s", []).append(dn)
    entries = []
    for number, name in enumerate(sorted(members)):
        dn = "cn=%s,ou=groups,%s" % (name, suffix(tenant))
        entry = Entry(dn, "groupOfNames").add("cn", name).add("member", *members[name])
        entries.append(entry.operational(dn, now, now, 50 + number))
    return entries


def ldif(tenant, people):
    dice = Dice("ldap/" + tenant.slug)
    start = min(person.created for person in people)
    entries = frame(tenant, start) + [person_entry(tenant, one, dice) for one in people]
    return "".join(entry.text() for entry in entries + group_entries(tenant, people, start))


GLOBAL = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
sizelimit 500
"""

DATABASE = """
database mdb
maxsize 4294967296
dbnosync
suffix "{suffix}"
rootdn "cn=root,{suffix}"
directory {folder}/db/{slug}
index objectClass,entryUUID,entryCSN,member eq
index uid,mail eq,pres,sub
index pwdAccountLockedTime pres
overlay ppolicy
ppolicy_default "cn=default,ou=policies,{suffix}"
ppolicy_use_lockout
ppolicy_hash_cleartext
limits dn.exact="{service}" size.soft=500 size.hard=1000 size.pr=200 size.prtotal=unlimited
access to attrs=userPassword
  by dn.exact="{service}" manage by self write by anonymous auth by * none
access to *
  by dn.exact="{service}" manage by self write by users read by anonymous auth
"""


def configuration(tenants, folder):
    parts = [GLOBAL.format(folder=folder)]
    for tenant in tenants:
        parts.append(DATABASE.format(suffix=suffix(tenant), folder=folder, slug=tenant.slug,
                                     service=service_dn(tenant)))
    return "".join(parts)
