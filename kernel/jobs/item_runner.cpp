#include "kernel/jobs/item_runner.h"

#include <algorithm>
#include <random>

#include "kernel/base/limits.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::ErrorCode;
using domain::ItemChange;
using domain::ItemState;
using domain::JobItem;
using domain::Outcome;
using std::chrono::milliseconds;

namespace {

using Steady = std::chrono::steady_clock;

constexpr auto kAuthorityLife = milliseconds{500};
constexpr auto kWindowsLife = std::chrono::seconds{2};
constexpr const char* kNothing = " Nothing was changed.";
constexpr auto kMaintenancePause = std::chrono::seconds{60};

ActionResult skipped(std::string code, std::string detail) {
    ActionResult result;
    result.outcome = Outcome::kSkipped;
    result.detail = detail;
    result.reason = domain::Reason{std::move(code), "", std::move(detail)};
    return result;
}

milliseconds backoff(std::uint32_t attempts) {
    const auto shift = std::min<std::uint32_t>(attempts, 10);
    return std::min<milliseconds>(limits::kJobRetryMax,
                                  milliseconds{limits::kJobRetryMin} * (1U << shift));
}

Manner mannerOf(const ActionResult& result) {
    if (!result.cause) return Manner::kAnswered;
    switch (*result.cause) {
        case ErrorCode::kTooMany:
            return Manner::kBusy;
        case ErrorCode::kUnavailable:
        case ErrorCode::kDeadline:
            return Manner::kAway;
        default:
            return Manner::kAnswered;
    }
}

bool isLast(const JobItem& item) {
    return item.attempts + 1 >= limits::kJobAttemptsMax;
}

/// So that what was accepted together is not asked for together.
milliseconds jittered(milliseconds wait) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return wait + wait * std::uniform_int_distribution<int>(0, 25)(random) / 100;
}

/// An interrupted item that now ends unread: its directory may have been called before.
void doubt(ItemEnd& end, const JobItem& item) {
    if (item.beforeJson.empty() || end.state != ItemState::kEnded) return;
    end.result.outcome = Outcome::kUnknown;
    end.result.detail =
        (item.operation ? "The directory had accepted it, and cannot be asked how it ended. "
                        : "Tenantry was interrupted while the directory was asked, and could not "
                          "read it again. ") +
        end.result.detail;
}

ItemEnd waiting(milliseconds wait) {
    ItemEnd out;
    out.state = ItemState::kWaiting;
    out.manner = Manner::kNotAsked;
    out.wait = wait;
    out.countsAsAttempt = false;
    return out;
}

}  // namespace

base::Result<domain::Operator> ItemRunner::operatorOf(const domain::Job& job, bool fresh) {
    if (!fresh) {
        const std::lock_guard lock(mutex_);
        const auto found = operators_.find(job.creator);
        if (found != operators_.end()) {
            // One asks; who comes meanwhile need not.
            const auto age = Steady::now() - found->second.at;
            if (age < kAuthorityLife || (found->second.asked && age < 2 * kAuthorityLife))
                return found->second.asker;
            found->second.asked = true;
        }
    }
    auto asker = parts_.authority.operatorNow(job.creator, Deadline::after(limits::kStoreDeadline));
    const std::lock_guard lock(mutex_);
    if (asker)
        operators_.insert_or_assign(job.creator, KnownOperator{Steady::now(), *asker, false});
    else
        operators_.erase(job.creator);
    return asker;
}

bool ItemRunner::isLate(const domain::PendingOperation& operation) const {
    return parts_.clock.now() - operation.acceptedAt >= parts_.operationLife;
}

ActionRequest ItemRunner::requestOf(const domain::Job& job, const JobItem& item) const {
    ActionRequest request;
    request.user = item.user;
    request.action = item.action;
    request.vendor = item.vendor;
    request.parametersJson = item.parametersJson.empty() ? job.parametersJson : item.parametersJson;
    request.reason = job.reason;
    request.ticket = job.ticket;
    request.confirmed = true;
    request.idempotencyKey = domain::idempotencyKeyOf(job.id, item.number);
    request.expectStatus = item.expectStatus;
    if (item.action == domain::Action::kEdit) request.expectVersion = item.version;
    request.willRetry = !isLast(item);
    if (!item.beforeJson.empty()) request.interrupted = item.beforeJson;
    request.operation = item.operation;
    if (item.operation && item.action == domain::Action::kDelete) {
        domain::User user;
        user.id = item.user;
        user.organization = item.organization;
        user.connection = item.connection;
        user.username = item.username;
        request.deleted = std::move(user);
    }
    request.lastPoll = item.operation && isLate(*item.operation);
    return request;
}

ItemEnd ItemRunner::run(const domain::Job& job, const JobItem& item, std::uint64_t fence) {
    ItemEnd out;
    // The window is that of the hierarchy as it is now.
    auto asker = operatorOf(job, /*fresh=*/job.inWindow);
    if (!asker) {
        const bool called = !item.beforeJson.empty();
        if (asker.error().code == ErrorCode::kForbidden ||
            asker.error().code == ErrorCode::kNotFound)
            out.result =
                skipped("operator_gone", "Whoever confirmed this job may not act any more." +
                                             std::string(called ? "" : kNothing));
        else
            out = waiting(backoff(0));
        doubt(out, item);
        return out;
    }
    if (job.inWindow && item.beforeJson.empty()) {
        if (auto wait = untilWindow(*asker, item)) return std::move(*wait);
    }
    ActionRequest request = requestOf(job, item);
    request.leave = &out.left;
    const auto mark = [&](const std::string& before,
                          std::optional<domain::PendingOperation> operation) -> base::Status {
        ItemChange change;
        change.job = job.id;
        change.number = item.number;
        change.fence = fence;
        change.state = ItemState::kCalling;
        change.beforeJson = before;
        change.operation = std::move(operation);
        TNY_TRY(const bool mine, parts_.journal.write(std::move(change)));
        out.lost = !mine;
        if (out.lost) return base::conflict("Another worker has this item.");
        out.called = true;
        return base::ok();
    };
    request.beforeCall = [&](const std::string& before) { return mark(before, std::nullopt); };
    request.accepted = mark;
    auto ran = parts_.runner.run(*asker, request, Deadline::after(parts_.deadline));
    if (!ran && ran.error().code == ErrorCode::kNotFound) {
        // An organization may be newer than what is known of the operator.
        auto now = operatorOf(job, /*fresh=*/true);
        if (now) ran = parts_.runner.run(*now, request, Deadline::after(parts_.deadline));
    }
    if (out.lost) return out;
    if (!ran) {
        judgeError(out, ran.error(), item);
        doubt(out, item);
    } else {
        out.result = std::move(*ran);
        judge(out, item);
    }
    return out;
}

std::optional<std::pair<domain::Ordinal, domain::MaintenanceWindow>> windowOf(
    const domain::OrganizationTree& tree, const base::OrganizationId& organization,
    const std::map<base::OrganizationId, domain::MaintenanceWindow>& windows) {
    for (auto at = tree.find(organization); at; at = tree.parentOf(*at))
        if (const auto found = windows.find(tree.at(*at).id); found != windows.end())
            return std::pair(*at, found->second);
    return std::nullopt;
}

std::optional<ItemEnd> ItemRunner::untilWindow(const domain::Operator& asker, const JobItem& item) {
    {
        std::unique_lock lock(mutex_);
        if (windowsAt_ == base::SteadyPoint{} || Steady::now() - windowsAt_ > kWindowsLife) {
            lock.unlock();
            auto known = parts_.store.maintenanceWindows(Deadline::after(limits::kStoreDeadline));
            if (!known) return waiting(backoff(0));
            lock.lock();
            windows_ = std::move(*known);
            windowsAt_ = Steady::now();
        }
    }
    const std::lock_guard lock(mutex_);
    const auto window = windowOf(*asker.tree(), item.organization, windows_);
    if (!window) return std::nullopt;
    const auto now = parts_.clock.now();
    const auto opens = window->second.nextOpening(now);
    if (opens <= now) return std::nullopt;
    // Looked at again meanwhile: the window may be changed.
    auto out = waiting(std::min<milliseconds>(opens - now, kMaintenancePause));
    out.result.detail = "Waits for the maintenance window of " +
                        asker.tree()->at(window->first).name + ", which opens at " +
                        base::toRfc3339(opens) + ".";
    return out;
}

/// Nothing was called: the kernel itself said no, or could not.
void ItemRunner::judgeError(ItemEnd& out, const base::Error& error, const JobItem& item) const {
    const bool last = item.operation ? isLate(*item.operation) : isLast(item);
    switch (error.code) {
        case ErrorCode::kForbidden:
            out.result = skipped("permission_missing", error.message);
            break;
        case ErrorCode::kNotFound:
            out.result = skipped("not_in_scope",
                                 "This user is no longer in the scope of whoever confirmed "
                                 "this job.");
            break;
        case ErrorCode::kConflict:
            out.result = skipped("changed_since", error.message);
            break;
        case ErrorCode::kTooMany:
        case ErrorCode::kDeadline:
        case ErrorCode::kUnavailable:
        case ErrorCode::kInternal:
            // Ours, not the directory's: the store is away, or the user is busy.
            out.state = last ? ItemState::kEnded : ItemState::kWaiting;
            out.wait = backoff(item.attempts);
            [[fallthrough]];
        case ErrorCode::kInvalidArgument:
        case ErrorCode::kUnauthenticated:
        case ErrorCode::kUnsupported:
            out.result.outcome = Outcome::kFailed;
            out.result.detail = error.message;
            break;
    }
    out.manner = Manner::kNotAsked;
}

void ItemRunner::untilPolled(ItemEnd& out, const JobItem& item) const {
    out.state = ItemState::kWaiting;
    out.countsAsAttempt = false;
    out.calls = item.operation ? 1 : 2;  // asked, or read and called: nothing was read back
    // As long again as it has taken so far, which doubles from one time to the next.
    const auto since = out.result.operation->acceptedAt;
    const auto now = parts_.clock.now();
    const auto most = std::max<milliseconds>(limits::kOperationPollMax, parts_.operationPollMin);
    out.wait = jittered(std::clamp<milliseconds>(now - since, parts_.operationPollMin, most));
    out.wait = std::max(out.wait, out.result.retryAfter);
    // The last time is at the end of its life, however long the directory wants to be left alone.
    const milliseconds left = since + parts_.operationLife - now;
    out.wait = std::clamp(out.wait, milliseconds{1}, std::max(left, parts_.operationPollMin));
}

void ItemRunner::judge(ItemEnd& out, const JobItem& item) const {
    out.manner = mannerOf(out.result);
    if (out.result.operation) return untilPolled(out, item);
    if (item.operation) {  // ended: asked, and read back
        out.calls = 2;
        return;
    }
    const bool again =
        out.result.mayPass || (out.result.outcome == Outcome::kUnknown && out.result.repeatable);
    if (again && !isLast(item)) {
        out.state = ItemState::kWaiting;
        out.wait = out.result.retryAfter.count() >= 0
                       ? std::max(out.result.retryAfter, milliseconds{1})
                       : backoff(item.attempts);
        // A busy directory is no failure of the item: it waits its turn.
        out.countsAsAttempt = out.manner != Manner::kBusy;
        if (out.result.outcome == Outcome::kUnknown && out.manner == Manner::kAnswered)
            out.manner = Manner::kAway;
    } else if (out.result.reason && out.result.reason->code == "organization_in_maintenance") {
        out.state = ItemState::kWaiting;
        out.wait = kMaintenancePause;
        out.countsAsAttempt = false;
        out.manner = Manner::kNotAsked;
    }
}

}  // namespace tenantry::jobs
