/// One action on one user, at once: checked, done in the organization's own directory, and settled
/// by reading back.
///
/// Ownership: kernel/main; what is given to the constructor outlives it. Threads: every method from
/// any thread; two actions on the same user wait for each other. Errors: kNotFound for a user
/// outside the scope; kForbidden when the permission is missing; kInvalidArgument with a
///   pointer for bad parameters; kConflict when `expectVersion` is no longer true. Everything else
///   is an outcome.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/action.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/domain/scope.h"

namespace tenantry::jobs {

struct ActionRequest {
    base::UserId user;
    domain::Action action{};
    /// JSON object. edit: {"attributes": {...}} in the API's names; delete: {"email": as typed};
    /// reset_password: optionally {"new_password"}.
    std::string parametersJson = "{}";
    std::string reason;
    std::string ticket;
    /// What versionOf() said when the operator looked; empty: not checked.
    std::string expectVersion;
};

struct ActionResult {
    domain::Outcome outcome{};
    std::string detail;                    ///< one sentence, in words
    std::optional<domain::Reason> reason;  ///< when skipped or already so
    std::optional<domain::User>
        user;  ///< as read back; as last known when it could not be read; nothing when gone
    base::ActivityId activity;
    std::optional<domain::Action> undo;      ///< when done, and it can be taken back
    std::optional<base::SecretText> secret;  ///< a temporary password: shown once, stored nowhere
    /// What kind of failure it was, when the outcome is kFailed and the directory said so.
    std::optional<base::ErrorCode> cause = std::nullopt;
};

struct RunnerParts {
    domain::Directories& directories;
    domain::ConnectionRegistry& registry;
    domain::UserStore& users;
    domain::ActivityStore& activity;
    const domain::UserView& view;
    domain::UserViewWriter& viewWriter;
    domain::EventSink& events;
    const base::Clock& clock;
};

/// A group of a user, as its directory tells it now.
struct Group {
    std::string id;
    std::string name;
    std::string description;
};

class ActionRunner {
  public:
    explicit ActionRunner(RunnerParts parts);
    ~ActionRunner();

    base::Result<ActionResult> run(const domain::Operator& asker, const ActionRequest& request,
                                   base::Deadline deadline);

    /// Every action with its reason, in menu order.
    base::Result<std::vector<domain::Eligibility>> eligibilities(const domain::Operator& asker,
                                                                 const base::UserId& id) const;

    /// Asks the directory. kUnsupported in words when the connector has no groups.
    base::Result<std::vector<Group>> groups(const domain::Operator& asker, const base::UserId& id,
                                            base::Deadline deadline);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::jobs
