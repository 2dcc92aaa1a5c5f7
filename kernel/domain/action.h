/// Actions: the canonical verbs on a user, and who may do which to whom (DESIGN section 7).
///
/// Threads: pure functions and constant tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/domain/connection.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/permission.h"
#include "kernel/domain/scope.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

/// In the order of the row menu: access, password and MFA, invitation, record.
enum class Action : std::uint8_t {
    kUnlock = 1,
    kSuspend,
    kUnsuspend,
    kRevokeSessions,
    kResetPassword,
    kForcePasswordChange,
    kResetMfa,
    kRequireMfa,
    kWaiveMfa,
    kForceFederated,
    kAllowPassword,
    kActivate,
    kResendInvite,
    kRevokeInvite,
    kEdit,
    kAddToGroup,
    kRemoveFromGroup,
    kAssignRole,
    kRestore,
    kDelete,
    /// One of a connector's own ("x.acme.rehome"): its name stands beside it.
    kVendor,
};

enum class ActionGroup : std::uint8_t { kAccess = 1, kPasswordAndMfa, kInvitation, kRecord };
std::string_view name(ActionGroup group);

struct ActionSpec {
    Action action;
    std::string name;   ///< "reset_password"; the connector's is "user." + name
    std::string words;  ///< "Reset password"
    ActionGroup group;
    Permission permission;
    std::vector<UserStatus> from;
    std::optional<UserStatus> to;    ///< empty: the state stays
    std::optional<Action> undoneBy;  ///< empty: cannot be undone
    bool idempotent = false;         ///< may be repeated after an ambiguous outcome
    bool confirm = false;            ///< the console asks first
    std::string reverse = {};        ///< of a connector's own: the verb that takes it back
};

/// All canonical actions, in the order of the enumeration.
std::span<const ActionSpec> actions();
const ActionSpec& spec(Action action);
std::optional<Action> action(std::string_view name);
/// "user.suspend"
std::string connectorAction(Action action);
std::string connectorAction(const ActionSpec& spec);

struct ActionDescriptor;
/// Whether it is named as connectors name actions of their own: "x.acme.rehome".
bool isVendorAction(std::string_view name);
/// A connector's own action, as its descriptor declares it. What is of high risk needs the right
/// to delete users, anything else the right to edit them.
ActionSpec vendorSpec(const ActionDescriptor& declared);
/// One that the connector of a user does not declare: nobody may do it.
ActionSpec undeclaredSpec(const std::string& name);

/// Why not. `code` is stable: permission_missing, connector_cannot, protected,
/// organization_in_maintenance, organization_suspended, wrong_state, already_so, unreachable,
/// unknown_organization.
struct Reason {
    std::string code;
    std::string brief;   ///< at most 28 characters, for the menu
    std::string detail;  ///< a sentence
};

struct Eligibility {
    Action action{};
    bool allowed = false;
    std::optional<Reason> reason;  ///< set when not allowed
    bool emulated = false;
    std::string note;         ///< how it is emulated, when it is
    std::string vendor = {};  ///< the name, when `action` is kVendor
    std::string words = {};   ///< "Reset password"
    Permission permission{};  ///< that it needs
};
/// "suspend", or the name of a connector's own action.
const std::string& nameOf(const Eligibility& one);

/// What eligibility depends on besides the user.
struct ActionContext {
    const Operator& asker;
    const Organization* organization = nullptr;  ///< null: unknown, which means no
    const Capabilities& capabilities;
    std::string connectorName;     ///< "LDAP directory", for the reason
    bool isSelf = false;           ///< the user is the asker's own account
    bool isProtected = false;      ///< break-glass, or the last administrator
    std::string protectedBecause;  ///< "Break-glass account"
};

/// Whether `action` may be done to `user` now. Checked for the menu, and again before the backend
/// is called.
Eligibility eligibility(const User& user, Action action, const ActionContext& context);
/// The same for what vendorSpec() gave.
Eligibility eligibility(const User& user, const ActionSpec& what, const ActionContext& context);
/// All actions, in menu order.
std::vector<Eligibility> eligibilities(const User& user, const ActionContext& context);

/// How one action ended. After a read-back, never by hope.
enum class Outcome : std::uint8_t {
    kDone = 1,
    kAlreadySo,
    kSkipped,
    kFailed,
    kUnknown,
    kCancelled
};
std::string_view name(Outcome outcome);
std::optional<Outcome> outcome(std::string_view name);

}  // namespace tenantry::domain
