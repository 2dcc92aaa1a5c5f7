/// From LDAP entries to the records of the descriptor. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tenantry/record.hpp>

#include "plugins/ldap/policy.h"

namespace tenantry::ldap {

/// ppolicy's mark of a lock without end.
inline constexpr const char* kPermanentLock = "000001010000Z";

enum class State : std::uint8_t { kActive = 1, kStaged, kLocked, kMustChange, kSuspended };

/// What an account is now.
struct Standing {
    State state = State::kActive;
    std::string cause;   ///< why it is suspended, in words
    std::string native;  ///< the attributes that decided, for people who know ppolicy
    std::optional<std::int64_t> lockedUntilMs;
    bool permanentLock = false;  ///< it is pwdAccountLockedTime that suspends
    bool mustChange = false;     ///< also when something stronger hides it
};

/// `noPassword`: the entry is known to have no userPassword.
Standing standingOf(const Entry& user, const Policy& policy, bool noPassword, std::int64_t nowMs);

/// The word of the descriptor's "values", and the one for sentences ("locked out").
const char* word(State state);
const char* words(State state);

/// The attributes to ask the server for, operational ones by name; never one with a password.
std::vector<std::string> userAttributes(const Settings& settings);
std::vector<std::string> groupAttributes();
/// Where groups keep their members: DNs, and in posixGroup login names.
inline const std::vector<std::string> kMemberAttributes = {"member", "uniqueMember", "memberUid"};

/// Throws tny::data when the entry has no entryUUID: without it an account cannot be told from its
/// successor of the same name.
tny::Record userRecord(const Entry& user, const Standing& standing, const Settings& settings);
tny::Record groupRecord(const Entry& group);
tny::Record membershipRecord(const std::string& userId, const std::string& groupId);

/// The entryCSN inside an etag of userRecord. The etag also holds a digest of the body, because a
/// lock runs out, and a sign-in is noted, without a new entryCSN.
std::string csnOf(std::string_view etag);

}  // namespace tenantry::ldap
