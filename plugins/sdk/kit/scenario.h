/// What a vendor tells the conformance kit about the directory a connector is tried against.
///
/// The form of the file is described in README.md beside this. Threads: a value type.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/json.h"
#include "kernel/base/result.h"

namespace tenantry::kit {

/// Texts by name: what `backend.start` printed, usable as ${name}.
using Variables = std::map<std::string, std::string>;

/// One configuration with the secrets it refers to.
struct Tenant {
    std::string configJson = "{}";
    std::map<std::string, std::string> secrets = {};
};

struct SecondTenant {
    Tenant tenant;
    std::vector<std::string> canaries;  ///< texts that only its directory holds
};

struct LargeTenant {
    Tenant tenant;
    std::uint64_t users = 100'000;
    std::uint64_t memoryMb = 256;
};

struct BadConfig {
    Tenant tenant;
    std::string pointer;  ///< the field that is to blame
};

struct Expectation {
    std::uint64_t count = 0;
    bool exact = false;  ///< otherwise at least `count`
};

struct KnownRecord {
    std::string kind = "user";
    std::string id;
    base::Json attributes;  ///< each must be emitted exactly so
};

struct ActionSample {
    std::string action;
    std::string id;
    std::string argsJson = "{}";
    base::Json state;         ///< members the emitted record must have; missing: none are named
    bool gone = false;        ///< afterwards there is no such record
    std::string prepare;      ///< command that brings the record into a state the action is for
    std::string effects;      ///< command that prints how often the action took effect
    std::string reverseArgs;  ///< arguments of the declared reverse action; empty: the same
    std::string outside;      ///< id of a record in a state the action is not for
    std::string pointer;      ///< where it stands in the scenario
};

struct BackendCommands {
    std::string start, reset, create, change, remove;
    std::chrono::seconds readyWithin{20};
};

struct Scenario {
    std::string name;
    std::string folder = ".";  ///< where commands run
    Tenant tenant;
    std::vector<std::string> canaries;  ///< texts that only the first directory holds
    std::optional<Tenant> wrongCredentials, unreachable, empty;
    std::optional<SecondTenant> second;
    std::optional<LargeTenant> large;
    std::vector<BadConfig> badConfigs;
    std::map<std::string, Expectation> expect;  ///< by kind
    std::vector<KnownRecord> known;
    std::vector<ActionSample> actions;
    std::vector<std::string> expiredCursors;
    BackendCommands backend;
};

/// Only the part that is needed before there are variables. kInvalidArgument as readScenario.
base::Result<BackendCommands> readBackendCommands(std::string_view json);

/// Replaces ${name} by the variable and "${name:number}" by a number, then reads.
/// kInvalidArgument with a pointer into the scenario and a sentence that names the key: for an
/// unknown key, a wrong type, a variable nobody set.
base::Result<Scenario> readScenario(std::string_view json, const Variables& variables = {});

/// RFC 7396: `patch` over `target`, as JSON text.
std::string merged(const base::Json& target, const base::Json& patch);

}  // namespace tenantry::kit
