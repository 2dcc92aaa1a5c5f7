"""Tenants with a WordPress site: users, usermeta and the roles in options."""

import pathlib

import sql_text

ROLES_OPTION = pathlib.Path(__file__).parent / "wordpress.roles.txt"
ROLES = {"admin": "administrator", "manager": "editor", "editor": "author",
         "member": "subscriber"}
# phpass of a text nobody has.
NO_PASSWORD = "$P$B" + "demo.only." + "x" * 20


def user_row(person):
    return {
        "ID": person.index + 1,
        "user_login": person.login,
        "user_pass": NO_PASSWORD,
        "user_nicename": person.login.replace(".", "-").replace("_", "-")[:50],
        "user_email": person.email,
        "user_registered": sql_text.moment(person.created),
        "display_name": person.name.display,
    }


def meta_rows(person, prefix):
    role = ROLES[person.role]
    values = [("nickname", person.login), ("first_name", person.name.first),
              ("last_name", person.name.last), ("description", ""), ("locale", ""),
              (prefix + "capabilities", 'a:1:{s:%d:"%s";b:1;}' % (len(role), role))]
    return [{"user_id": person.index + 1, "meta_key": key, "meta_value": value}
            for key, value in values]


def posts_of(people):
    """Every author of the house has one page, so that not everybody may be deleted."""
    rows = []
    for person in people:
        if person.role in ("admin", "editor"):
            time = sql_text.moment(person.modified)
            rows.append({
                "post_author": person.index + 1, "post_date": time, "post_date_gmt": time,
                "post_content": "", "post_title": person.name.display, "post_excerpt": "",
                "to_ping": "", "pinged": "", "post_modified": time, "post_modified_gmt": time,
                "post_content_filtered": ""})
    return rows


def prefix_of(tenant):
    """Most sites keep wp_; some were told to choose another."""
    return "site_" if len(tenant.slug) % 3 == 0 else "wp_"


def mariadb(tenant, people):
    prefix = prefix_of(tenant)
    options = [("siteurl", "https://www." + tenant.domain), ("blogname", tenant.name),
               (prefix + "user_roles", ROLES_OPTION.read_text().strip())]
    content = sql_text.schema("wordpress_6.1.sql").replace("`wp_", "`" + prefix)
    content += sql_text.inserts(prefix + "users", [user_row(person) for person in people])
    content += sql_text.inserts(prefix + "usermeta",
                                [row for person in people for row in meta_rows(person, prefix)])
    content += sql_text.inserts(prefix + "options", [
        {"option_name": key, "option_value": value} for key, value in options])
    content += sql_text.inserts(prefix + "posts", posts_of(people))
    return sql_text.database(tenant, content)
