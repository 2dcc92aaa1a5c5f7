/// One action on one user, at once: checked, done in the organization's own directory, and settled
/// by reading back.
///
/// Ownership: kernel/main; what is given to the constructor outlives it. Threads: every method from
/// any thread; two actions on the same user wait for each other. Errors: kNotFound for a user
/// outside the scope; kForbidden when the permission is missing; kInvalidArgument with a
///   pointer for bad parameters; kConflict when `expectVersion` is no longer true. Everything else
///   is an outcome.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/base/call_meter.h"
#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/action.h"
#include "kernel/domain/job.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/outcome_store.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/domain/scope.h"

namespace tenantry::jobs {

struct ActionRequest {
    base::UserId user;
    domain::Action action{};
    std::string vendor;  ///< with kVendor: which ("x.acme.rehome")
    /// JSON object. edit: {"attributes": {...}} in the API's names; delete: {"email": as typed};
    /// reset_password: optionally {"new_password"}.
    std::string parametersJson = "{}";
    std::string reason;
    std::string ticket;
    /// What versionOf() said when the operator looked; empty: not checked.
    std::string expectVersion;

    // For an item of a job.
    /// The sealed plan stands for the e-mail that is typed to delete.
    bool confirmed = false;
    /// The same for every attempt at the same work; empty: a new one.
    std::string idempotencyKey;
    /// The state at the preview: when it has moved on, the action falls away (changed_since).
    std::optional<domain::UserStatus> expectStatus = std::nullopt;
    /// Called right before the directory is, with the user's image; when it fails, the directory is
    /// not called.
    std::function<base::Status(const std::string& beforeJson)> beforeCall = nullptr;
    /// The image of an earlier attempt that broke off after beforeCall: the directory may have been
    /// called. It is read first, and only what may be repeated is.
    std::optional<std::string> interrupted = std::nullopt;
    /// Called as soon as the directory has accepted it to finish it later; the result then is
    /// `pending`, leaves no entry, and the operation is to be asked for. Null: run() itself asks
    /// for a moment (limits::kOperationPatience).
    std::function<base::Status(const std::string& beforeJson, const domain::PendingOperation&)>
        accepted = nullptr;
    /// What an earlier attempt left with the directory, with its image in `interrupted`: it is
    /// asked how that ended, and nothing is called a second time.
    std::optional<domain::PendingOperation> operation = std::nullopt;
    /// Whom an accepted deletion was about: a reading may have found the user gone before it was
    /// asked for.
    std::optional<domain::User> deleted = std::nullopt;
    /// The last time: what has not ended is unknown.
    bool lastPoll = false;
    /// What is to be written (the user as read, the entry of the trail) is put here and left to the
    /// caller: ActionRunner::writeDown(), then show(). Null: run() does it.
    domain::OutcomeRecord* leave = nullptr;
    /// A failure that may pass leaves no entry in the trail: it will be tried again.
    bool willRetry = false;
};

struct ActionResult {
    domain::Outcome outcome{};
    std::string detail;                    ///< one sentence, in words
    std::optional<domain::Reason> reason;  ///< when skipped or already so
    std::optional<domain::User>
        user;  ///< as read back; as last known when it could not be read; nothing when gone
    base::ActivityId activity;
    std::optional<domain::Action> undo;      ///< when done, and it can be taken back
    std::string vendorUndo = {};             ///< the same after a connector's own action: a verb
    std::optional<base::SecretText> secret;  ///< a temporary password: shown once, stored nowhere
    /// What kind of failure it was, when the outcome is kFailed and the directory said so.
    std::optional<base::ErrorCode> cause = std::nullopt;
    /// The failure may pass: the directory was busy or away, and nothing was changed.
    bool mayPass = false;
    /// It may be asked again although nobody knows how it ended.
    bool repeatable = false;
    /// How the earlier attempt ended (ActionRequest::interrupted) could not be read: it still is
    /// to be.
    bool unread = false;
    /// The directory has accepted it, and finishes it later.
    bool pending = false;
    /// When pending, and to be asked for again.
    std::optional<domain::PendingOperation> operation = std::nullopt;
    /// When the directory asked to come back; negative: it did not say.
    std::chrono::milliseconds retryAfter{-1};
    std::string beforeJson = {}, afterJson = {};  ///< images, as the trail keeps them
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
    /// Why a user may not be suspended or deleted by anybody; empty: not protected. Quick: asked
    /// for each action of a menu.
    std::function<std::string(const domain::User&)> protectedBecause = {};
    /// Writes what many actions left at once; null: `users` and `activity` write one by one.
    domain::OutcomeStore* outcomes = nullptr;
    /// Told of the calls of what is no item of a job; may be null.
    const base::CallMeter* meter = nullptr;
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

    /// Writes what run() left, many together. kUnavailable and kDeadline: the database is away,
    /// and the same may be written again. What cannot be written for another reason is logged.
    base::Status writeDown(std::span<const domain::OutcomeRecord* const> records);
    /// Shows what is written in the list, and tells open pages.
    void show(const domain::OutcomeRecord& record);

    /// Every action with its reason, in menu order; then those of the connector's own.
    base::Result<std::vector<domain::Eligibility>> eligibilities(const domain::Operator& asker,
                                                                 const base::UserId& id) const;

    /// Whether `action` may be done to `user`, which the asker may see: the preview of a plan.
    domain::Eligibility eligibilityOf(const domain::Operator& asker, const domain::User& user,
                                      domain::Action action, const std::string& vendor = {}) const;

    /// Asks the directory. kUnsupported in words when the connector has no groups.
    base::Result<std::vector<Group>> groups(const domain::Operator& asker, const base::UserId& id,
                                            base::Deadline deadline);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::jobs
