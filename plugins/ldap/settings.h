/// The configuration of one connection, checked and with its defaults. A value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenantry/config.hpp>

namespace tenantry::ldap {

enum class Tls : std::uint8_t { kNone = 1, kStartTls, kLdaps };
enum class Depth : std::uint8_t { kOneLevel = 1, kSubtree };

/// Which LDAP attribute stands behind each field of a user.
struct FieldNames {
    std::string login = "uid";
    std::string firstName = "givenName";
    std::string lastName = "sn";
    std::string displayName = "displayName";
    std::string email = "mail";
    std::string phone = "telephoneNumber";
    std::string roles = "employeeType";
    std::string title = "title";
    std::string department = "departmentNumber";
    std::string employeeNumber = "employeeNumber";
};

struct Settings {
    std::string url;
    std::string bindDn;
    Tls tls = Tls::kStartTls;
    std::string caFile;  ///< empty: the system's authorities
    std::string baseDn;
    std::string userBase, userFilter;
    Depth userDepth = Depth::kSubtree;
    std::string groupBase, groupFilter;
    FieldNames fields = {};
    std::string defaultPolicyDn;         ///< empty: looked for below baseDn
    std::int64_t lockoutDurationS = -1;  ///< used when no policy can be read; -1: unknown
    bool noPasswordIsStaged = true;
    int pageSize = 500;
    std::int64_t connectTimeoutMs = 5000;
    std::int64_t operationTimeoutMs = 20000;
};

/// Throws tny::config with a pointer to the field that cannot be right.
Settings readSettings(const tny::Config& config);

}  // namespace tenantry::ldap
