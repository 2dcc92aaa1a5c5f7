/// What a connector says of itself, read from its descriptor without running it
/// (CONNECTOR-ABI 4.5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"

namespace tenantry::domain {

struct AttributeDescriptor {
    std::string name;  ///< the connector's own name
    std::string maps;  ///< canonical field ("login", "status" ...), or empty
    std::string type = "string";
    std::string title;
    bool readOnly = false;
    bool pii = false;
    std::map<std::string, std::string> values;  ///< native value to canonical one
};

struct KindDescriptor {
    std::string name;  ///< "user", "group", "membership" ...
    std::vector<AttributeDescriptor> attributes;
};

struct ActionDescriptor {
    std::string name;   ///< "user.suspend"; "x.acme.rehome" for one of its own
    std::string title;  ///< "Move to region"; of its own only
    std::string kind = "user";
    std::vector<std::string> whenStatus;  ///< canonical states; empty = any
    std::string reverse;                  ///< the action that takes it back, or empty
    std::string risk = "low";             ///< low, medium, high
    bool idempotent = false;
    bool emulated = false;
    bool returnsSecret = false;
    std::string note;      ///< how it is emulated, or what to know before
    std::string argsJson;  ///< JSON Schema of the arguments, or empty
};

struct RateLimit {
    std::string bucket;
    double rate = 0;  ///< per second
    double burst = 1;
};

struct ConnectorDescriptor {
    std::string id;  ///< "org.tenantry.ldap"
    std::string name;
    std::string vendor;
    std::string version;
    std::string help;
    std::string configSchemaJson = "{}";
    std::vector<std::string> secretFields;  ///< top-level config properties marked x-tny-secret
    std::map<std::string, KindDescriptor> kinds;
    std::map<std::string, ActionDescriptor> actions;
    std::vector<RateLimit> limits;
    int callsPerInstance = 1;
    bool mayRunInProcess = false;

    [[nodiscard]] const KindDescriptor* kind(const std::string& wanted) const {
        const auto found = kinds.find(wanted);
        return found == kinds.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const ActionDescriptor* action(const std::string& wanted) const {
        const auto found = actions.find(wanted);
        return found == actions.end() ? nullptr : &found->second;
    }
};

/// Reads a descriptor document. kInvalidArgument with a pointer when it is not one.
base::Result<ConnectorDescriptor> parseDescriptor(std::string_view json);

}  // namespace tenantry::domain
