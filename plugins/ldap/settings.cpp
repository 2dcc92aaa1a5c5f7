#include "plugins/ldap/settings.h"

#include <ldap.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

std::string dnAt(const tny::Config& config, std::string_view key, const std::string& otherwise) {
    const std::string dn = config.str(key, otherwise);
    LDAPDN parsed = nullptr;
    const bool valid = ldap_str2dn(dn.c_str(), &parsed, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS;
    ldap_dnfree(parsed);
    if (!valid) {
        throw tny::config("This is not a distinguished name such as ou=people,dc=example,dc=org.",
                          config.pointerTo(key));
    }
    return dn;
}

std::string filterAt(const tny::Config& config, std::string_view key, std::string_view otherwise) {
    std::string filter = config.str(key, otherwise);
    if (filter.empty()) filter = otherwise;
    if (filter.front() != '(') filter = "(" + filter + ")";
    if (std::count(filter.begin(), filter.end(), '(') !=
        std::count(filter.begin(), filter.end(), ')')) {
        throw tny::config("The brackets of this search filter do not match.",
                          config.pointerTo(key));
    }
    return filter;
}

std::int64_t numberAt(const tny::Config& config, std::string_view key, std::int64_t otherwise,
                      std::int64_t low, std::int64_t high) {
    const std::int64_t value = config.integer(key, otherwise);
    if (value < low || value > high) {
        throw tny::config(
            "This number must be from " + std::to_string(low) + " to " + std::to_string(high) + ".",
            config.pointerTo(key));
    }
    return value;
}

std::string attributeAt(const tny::Config& names, std::string_view key,
                        std::string_view otherwise) {
    const std::string name = names.str(key, otherwise);
    const auto odd = std::find_if(name.begin(), name.end(), [](unsigned char c) {
        return !(c == '-' || c == '.' || c == ';' || (c >= '0' && c <= '9') ||
                 (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
    });
    // RFC 4512 section 2.5. Nothing that holds a password may be shown as a field.
    if (name.empty() || odd != name.end() || lower(name) == "userpassword" ||
        lower(name) == "pwdhistory") {
        throw tny::config("This is not the name of an LDAP attribute that can be shown.",
                          names.pointerTo(key));
    }
    return name;
}

FieldNames readFields(const tny::Config& names) {
    FieldNames f;
    for (const auto& [key, name] : std::initializer_list<std::pair<const char*, std::string*>>{
             {"login", &f.login},
             {"first_name", &f.firstName},
             {"last_name", &f.lastName},
             {"display_name", &f.displayName},
             {"email", &f.email},
             {"phone", &f.phone},
             {"roles", &f.roles},
             {"title", &f.title},
             {"department", &f.department},
             {"employee_number", &f.employeeNumber}}) {
        *name = attributeAt(names, key, *name);
    }
    return f;
}

Tls readTls(const tny::Config& config, const std::string& url) {
    const bool ldaps = startsWith(url, "ldaps://");
    const std::string word = config.str("tls", ldaps ? "ldaps" : "starttls");
    if ((word == "ldaps") != ldaps) {
        throw tny::config("An address with ldaps:// goes with \"ldaps\", and only with it.",
                          config.pointerTo("tls"));
    }
    if (word == "ldaps") return Tls::kLdaps;
    if (word == "starttls") return Tls::kStartTls;
    if (word == "none") return Tls::kNone;
    throw tny::config("Encryption must be none, starttls or ldaps.", config.pointerTo("tls"));
}

}  // namespace

Settings readSettings(const tny::Config& config) {
    Settings s;
    s.url = config.str("url");
    if (!startsWith(s.url, "ldap://") && !startsWith(s.url, "ldaps://")) {
        throw tny::config("The address must start with ldap:// or ldaps://.",
                          config.pointerTo("url"));
    }
    s.tls = readTls(config, s.url);
    s.caFile = config.str("tls_ca_file", "");
    s.bindDn = dnAt(config, "bind_dn", "");
    s.baseDn = dnAt(config, "base_dn", "");
    s.userBase = dnAt(config, "user_base_dn", s.baseDn);
    if (s.userBase.empty()) s.userBase = s.baseDn;
    s.groupBase = dnAt(config, "group_base_dn", s.baseDn);
    if (s.groupBase.empty()) s.groupBase = s.baseDn;
    s.userFilter = filterAt(config, "user_filter", "(objectClass=inetOrgPerson)");
    s.groupFilter = filterAt(config, "group_filter",
                             "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
                             "(objectClass=posixGroup))");
    s.userDepth = config.str("user_scope", "subtree") == "one" ? Depth::kOneLevel : Depth::kSubtree;
    s.fields = readFields(config.sub("attributes"));
    s.defaultPolicyDn = dnAt(config, "default_policy_dn", "");
    s.lockoutDurationS = numberAt(config, "lockout_duration_s", -1, -1, 1'000'000'000);
    s.noPasswordIsStaged = config.boolean("no_password_is_staged", true);
    s.pageSize = static_cast<int>(numberAt(config, "page_size", 500, 1, 5000));
    s.connectTimeoutMs = numberAt(config, "connect_timeout_ms", 5000, 100, 60'000);
    s.operationTimeoutMs = numberAt(config, "operation_timeout_ms", 20'000, 100, 300'000);
    return s;
}

}  // namespace tenantry::ldap
