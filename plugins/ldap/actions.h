/// The changes: what each action writes, and when it may not.
#pragma once

#include <string>

#include <tenantry/capabilities.hpp>
#include <tenantry/request.hpp>

#include "plugins/ldap/mapping.h"

namespace tenantry::ldap {

/// An account as it stands now, with what decides over it.
struct Account {
    Entry entry;
    Policy policy;
    bool noPassword = false;
    Standing standing;
};

/// The account with this entryUUID within the configured search. Throws tny::notFound.
Account findAccount(Session& session, tny::Call& call, const Settings& settings, PolicyBook& book,
                    std::string_view id);

/// The group with this entryUUID. Throws tny::notFound.
Entry findGroup(Session& session, tny::Call& call, const Settings& settings, std::string_view id);

/// Does one action on one account: reads it, checks state and expect_etag, writes under an
/// assertion of the entryCSN that was read, reads it back and emits it. What is already so is no
/// error and writes nothing.
///
/// Errors: tny::Error (kConflict when the state is not one the action starts from, or the account
/// moved); Failure from the server.
void performAction(Session& session, tny::Call& call, const Settings& settings,
                   const tny::Act& act);

/// What this directory can do of the declared actions, given the policy that is in force.
/// `ppolicy`: the server knows the overlay's attributes.
tny::Capabilities capabilitiesOf(bool ppolicy, const Policy& policy);

/// A password for one use: 20 characters that cannot be taken for each other, about 114 bits.
std::string temporaryPassword();

}  // namespace tenantry::ldap
