#include "tenants/housekeeper.h"

#include <algorithm>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::ChainHead;
using domain::UserStatus;

namespace {

constexpr auto kEvery = std::chrono::seconds{30};
constexpr auto kRoundWithin = std::chrono::minutes{5};
constexpr auto kTrimEvery = std::chrono::hours{1};
constexpr std::size_t kHeadsPerAnchor = 500;
constexpr std::string_view kAnchor = "activity.anchor";
/// The anchors of so many entries are held against the chains: the newest say most.
constexpr std::size_t kAnchorsRead = 2000;

domain::Activity entryOn(const domain::Organization& organization, base::TimePoint now,
                         std::string action, std::string detail) {
    domain::Activity out;
    out.id = base::ActivityId(base::newUuid());
    out.at = now;
    out.organization = organization.id;
    out.action = std::move(action);
    out.targetKind = "organization";
    out.targetId = organization.id.text();
    out.targetName = organization.name;
    out.outcome = "done";
    out.detail = std::move(detail);
    out.correlationId = base::newUuid();
    return out;
}

std::string headsToJson(const std::vector<ChainHead>& heads) {
    base::JsonWriter json;
    json.beginObject().key("heads").beginArray();
    for (const auto& head : heads) {
        json.beginObject().key("organization").string(head.organization.text());
        json.key("sequence").number(static_cast<std::int64_t>(head.sequence));
        json.key("digest").string(head.digest).endObject();
    }
    json.endArray().endObject();
    return std::move(json).take();
}

bool mayBeInactive(const domain::Account& account) {
    return !account.breakGlass &&
           (account.status == UserStatus::kActive || account.status == UserStatus::kRecovery ||
            account.status == UserStatus::kAwaitingNewPassword);
}

}  // namespace

Housekeeper::Housekeeper(HousekeeperParts parts, HousekeeperPolicy policy)
    : parts_(parts), policy_(policy) {}

Housekeeper::~Housekeeper() = default;

void Housekeeper::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Housekeeper::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (const auto done = runOnce(Deadline::after(kRoundWithin)); !done)
            base::logWarning("housekeeping_failed", {{"error", done.error().text()}});
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, kEvery, [] { return false; });
    }
}

base::Status Housekeeper::runOnce(Deadline deadline) {
    const auto now = parts_.clock.now();
    TNY_CHECKED(tendAccounts(deadline));
    TNY_CHECKED(parts_.documents.removeExpired(now, deadline));
    if (now - anchoredAt_ >= policy_.anchorEvery) TNY_CHECKED(anchor(deadline));
    if (policy_.keepTrail.count() > 0 && now - trimmedAt_ >= kTrimEvery)
        TNY_CHECKED(trim(deadline));
    return base::ok();
}

base::Status Housekeeper::tendAccounts(Deadline deadline) {
    const std::lock_guard one(working_);
    TNY_TRY(const auto all, parts_.store.loadAccounts(deadline));
    const auto now = parts_.clock.now();
    for (const auto& account : all) {
        if (account.lockedOut) {
            const auto credentials = parts_.accounts.credentialsOf(account, deadline);
            if (credentials && (!credentials->lockedUntil || *credentials->lockedUntil <= now)) {
                TNY_TRY(const auto changed,
                        parts_.accounts.update(
                            account.id, [](domain::Account& a) { a.lockedOut = false; }, deadline));
                static_cast<void>(changed);
            }
        }
        if (!mayBeInactive(account)) continue;
        const auto used =
            std::max({account.createdAt, account.lastLoginAt.value_or(base::TimePoint{}),
                      account.activeSince.value_or(base::TimePoint{})});
        const auto allowed = std::min<std::chrono::hours>(
            policy_.inactiveAfter,
            std::chrono::hours{24 * parts_.accounts.policyOf(account).inactiveDays});
        if (now - used < allowed) continue;
        // The last who could let the others in again stays.
        if (!parts_.accounts.protectedBecause(account).empty()) continue;
        TNY_CHECKED(parts_.accounts.suspend(account.id, domain::StatusCause::kInactive, deadline));
        const auto days = std::chrono::duration_cast<std::chrono::days>(allowed);
        parts_.accounts.record(parts_.accounts.entryOf(
            account, "user.suspend", "done",
            "Suspended: no sign-in for " + std::to_string(days.count()) + " days."));
    }
    return base::ok();
}

base::Status Housekeeper::anchor(Deadline deadline) {
    const std::lock_guard one(working_);
    const auto tree = parts_.organizations.tree();
    if (tree->empty()) return base::ok();
    const auto& root = tree->at(0);
    const auto now = parts_.clock.now();
    TNY_TRY(const auto heads, parts_.chain.chainHeads(deadline));
    std::vector<ChainHead> moved;
    for (const auto& head : heads) {
        auto& last = anchored_[head.organization.text()];
        // The platform's own chain moves by being anchored in: that alone is no news.
        if (head.organization == root.id || last == head.digest) continue;
        last = head.digest;
        moved.push_back(head);
    }
    for (std::size_t from = 0; from < moved.size(); from += kHeadsPerAnchor) {
        const std::vector<ChainHead> some(
            moved.begin() + static_cast<std::ptrdiff_t>(from),
            moved.begin() +
                static_cast<std::ptrdiff_t>(std::min(from + kHeadsPerAnchor, moved.size())));
        auto entry =
            entryOn(root, now, std::string(kAnchor),
                    "Anchored the activity of " + std::to_string(some.size()) + " organizations.");
        entry.afterJson = headsToJson(some);
        // A copy outside the database, where the log goes.
        base::logInfo("activity_anchored", {{"organizations", some.size()},
                                            {"digest", base::digestHex(entry.afterJson)}});
        TNY_CHECKED(parts_.activity.append(entry, deadline));
    }
    anchoredAt_ = now;
    return base::ok();
}

base::Status Housekeeper::trim(Deadline deadline) {
    const std::lock_guard one(working_);
    const auto tree = parts_.organizations.tree();
    const auto now = parts_.clock.now();
    TNY_TRY(const auto heads, parts_.chain.chainHeads(deadline));
    for (const auto& head : heads) {
        auto keep = policy_.keepTrail;
        if (parts_.policies != nullptr)
            keep = std::chrono::hours{24 * parts_.policies->of(head.organization).activityDays};
        if (keep.count() == 0) continue;  // for ever
        TNY_TRY(const auto removed,
                parts_.chain.trimChain(head.organization, now - keep, deadline));
        const auto ordinal = tree->find(head.organization);
        if (removed == 0 || !ordinal) continue;
        TNY_CHECKED(parts_.activity.append(
            entryOn(tree->at(*ordinal), now, "activity.trim",
                    "Removed " + std::to_string(removed) +
                        " entries of the activity that are older than the policy keeps."),
            deadline));
    }
    trimmedAt_ = now;
    return base::ok();
}

base::Result<std::map<std::string, std::vector<ChainHead>>> Housekeeper::anchors(
    Deadline deadline) {
    std::map<std::string, std::vector<ChainHead>> out;
    domain::ActivityQuery query;
    query.action = std::string(kAnchor);
    query.limit = base::limits::kActivityPageMax;
    const auto scope = parts_.access.unsafeWholePlatform();
    while (query.offset < kAnchorsRead) {
        TNY_TRY(const auto page, parts_.activity.list(scope, query, deadline));
        for (const auto& entry : page.items) {
            // Somebody's own entry of that name says nothing.
            if (!entry.actor.empty()) continue;
            const auto json = base::Json::parse(entry.afterJson);
            if (!json) continue;
            for (const auto& item : (*json)["heads"].items()) {
                const std::string id = item["organization"].stringOr("");
                out[id].push_back({base::OrganizationId(id),
                                   static_cast<std::uint64_t>(item["sequence"].intOr(0)),
                                   item["digest"].stringOr(""), 0, ""});
            }
        }
        query.offset += page.items.size();
        if (page.items.empty() || query.offset >= page.total) break;
    }
    return out;
}

base::Result<std::vector<domain::ChainReport>> Housekeeper::verify(const domain::Scope& scope,
                                                                   Deadline deadline) {
    TNY_TRY(auto anchored, anchors(deadline));
    TNY_TRY(const auto heads, parts_.chain.chainHeads(deadline));
    std::vector<domain::ChainReport> out;
    for (const auto& organization : scope.organizations()) {
        const auto& expected = anchored[organization.text()];
        const bool known = std::any_of(heads.begin(), heads.end(), [&](const auto& head) {
            return head.organization == organization;
        });
        // A chain that was anchored and is gone altogether is checked too, and found missing.
        if (!known && expected.empty()) continue;
        if (deadline.passed())
            return base::deadlineExceeded(
                "The check took too long. Choose a smaller scope: each chain stands by itself.");
        TNY_TRY(auto report, parts_.chain.verifyChain(organization, expected, deadline));
        out.push_back(std::move(report));
    }
    return out;
}

}  // namespace tenantry::tenants
