#include "kernel/sync/reading.h"

#include <algorithm>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::sync {

namespace limits = base::limits;
using domain::ConnectionState;
using domain::Flow;

bool guardHolds(std::uint64_t missing, std::uint64_t before) {
    if (missing == 0) return false;
    if (missing == before) return true;  // an empty answer is never believed
    if (missing < limits::kDeletionGuardUsersMin) return false;
    return missing > limits::kDeletionGuardUsers ||
           static_cast<double>(missing) > static_cast<double>(before) * limits::kDeletionGuardShare;
}

Reading::Reading(const EngineParts& parts, domain::KnownConnection known, Run run,
                 std::function<void(const Run&)> progress, std::function<bool()> wanted)
    : parts_(parts),
      known_(std::move(known)),
      run_(std::move(run)),
      progress_(std::move(progress)),
      wanted_(std::move(wanted)),
      startedAt_(parts.clock.now()) {
    if (known_.health.lastCompleteAt) run_.expected = known_.health.users;
}

Verdict Reading::execute() {
    auto connector =
        parts_.directories.open(known_.connection.id, base::Deadline::after(limits::kCallDeadline));
    if (!connector) return failed(connector.error());
    mapping_.emplace((*connector)->descriptor());
    auto capabilities = (*connector)->capabilities(base::Deadline::after(limits::kCallDeadline));
    if (!capabilities) return failed(capabilities.error());
    capabilities_ = std::move(*capabilities);
    if (const auto loaded = loadKnown(); !loaded) return failed(loaded.error());
    if (const auto read = readAll(**connector); !read) return failed(read.error());
    const auto settled = settleMissing();
    if (!settled) return failed(settled.error());
    return finished(/*held=*/!*settled);
}

base::Status Reading::loadKnown() {
    TNY_TRY(auto users, parts_.users.usersOf(known_.connection.id,
                                             base::Deadline::after(limits::kSegmentDeadline)));
    before_.reserve(users.size());
    for (auto& user : users) {
        std::string key = user.nativeId;
        before_.emplace(std::move(key), std::move(user));
    }
    return base::ok();
}

base::Status Reading::readAll(domain::Connector& connector) {
    for (;;) {
        if (!wanted_()) return base::unavailable("The reading was stopped.");
        domain::ReadRequest request;
        request.cursor = cursor_;
        request.budgetRecords = limits::kSegmentRecords;
        request.budget = limits::kSegmentBudget;
        const auto shownBefore = shown_.size();
        const auto cursorBefore = cursor_;
        segmentAt_ = parts_.clock.now();
        if (parts_.meter != nullptr) parts_.meter->count(known_.connection.id, 1);
        const auto end =
            connector.list(request, *this, base::Deadline::after(limits::kSegmentDeadline));
        if (!writing_) return writing_;
        if (!end) return end.error();
        TNY_CHECKED(flush());
        if (*end == domain::ReadEnd::kComplete) return base::ok();
        // A backend that shows the same page for ever must not be read for ever.
        if (cursor_ == cursorBefore && shown_.size() == shownBefore)
            return base::internal(
                "The directory shows the same page again and again: the reading cannot be "
                "completed.");
    }
}

Flow Reading::record(const domain::Record& record) {
    if (record.kind != "user" || !writing_) return writing_ ? Flow::kMore : Flow::kStop;
    take(record);
    if (shown_.size() > limits::kUsersPerConnectionMax) {
        writing_ = base::tooMany("The directory has more users than one connection may have.");
        return Flow::kStop;
    }
    if (batch_.upserts.size() + batch_.seen.size() >= limits::kStoreBatchRows) writing_ = flush();
    return writing_ && wanted_() ? Flow::kMore : Flow::kStop;
}

void Reading::take(const domain::Record& record) {
    // In a full reading a deletion is an absence, which only counts at the end.
    if (record.op == domain::RecordOp::kDelete || record.id.empty()) return;
    std::string nativeId(record.id);
    if (!shown_.insert(nativeId).second) return;  // delivery is at least once
    ++run_.read;
    const auto found = before_.find(nativeId);
    const bool unchanged =
        found != before_.end() && !record.etag.empty() && found->second.etag == record.etag;
    if (unchanged || record.op == domain::RecordOp::kUnchanged) {
        if (found != before_.end()) batch_.seen.push_back(found->second.id);
        return;
    }
    auto user = mapping_->map(known_.connection, record, segmentAt_);
    if (!user) {
        // One bad record does not hide the others; what we knew of it stays.
        ++bad_;
        base::logWarning("record_refused", {{"connection", known_.connection.id.text()},
                                            {"why", user.error().message}});
        if (found != before_.end()) batch_.seen.push_back(found->second.id);
        return;
    }
    if (found != before_.end()) {
        auto same = found->second;
        same.seenAt = user->seenAt;
        if (same == *user) {
            batch_.seen.push_back(user->id);
            return;
        }
        ++run_.changed;
    } else {
        ++run_.added;
    }
    batch_.upserts.push_back(std::move(*user));
}

void Reading::checkpoint(std::string_view cursor) {
    cursor_.assign(cursor.substr(0, limits::kCursorBytesMax));
}

base::Status Reading::flush() {
    if (batch_.empty()) return base::ok();
    batch_.seenAt = segmentAt_;
    const auto written = parts_.users.applyUsers(known_.connection.id, batch_,
                                                 base::Deadline::after(limits::kStoreDeadline));
    if (!written) return written.error();
    parts_.view.apply(known_.connection.id, batch_, *written);
    if (!batch_.upserts.empty()) {
        const auto& organization = known_.connection.organization;
        parts_.events.publish({"users_changed", organization,
                               R"({"organizations":[")" + organization.text() + "\"]}"});
    }
    batch_ = {};
    progress_(run_);
    return base::ok();
}

base::Result<bool> Reading::settleMissing() {
    for (const auto& [nativeId, user] : before_)
        if (shown_.count(nativeId) == 0) missing_.push_back(user.id);
    if (missing_.empty()) return true;
    if (!wanted_()) return base::unavailable("The reading was stopped.");
    if (guardHolds(missing_.size(), before_.size())) {
        run_.held = missing_.size();
        return false;
    }
    domain::UserChanges gone;
    gone.tombstones = missing_;
    gone.seenAt = startedAt_;
    TNY_TRY(const auto revision,
            parts_.users.applyUsers(known_.connection.id, gone,
                                    base::Deadline::after(limits::kStoreDeadline)));
    parts_.view.apply(known_.connection.id, gone, revision);
    run_.removed = missing_.size();
    missing_.clear();
    return true;
}

Verdict Reading::finished(bool held) {
    Verdict out;
    const auto now = parts_.clock.now();
    out.state = held ? RunState::kHeld : RunState::kSucceeded;
    out.health = known_.health;
    out.health.capabilities = capabilities_;
    out.health.lastAttemptAt = now;
    out.health.users = shown_.size() + (held ? missing_.size() : 0);
    out.health.heldDeletions = held ? missing_.size() : 0;
    out.health.error.clear();
    const auto state = held ? ConnectionState::kStale : ConnectionState::kCurrent;
    if (held) {
        out.health.error = "The last reading showed " + std::to_string(shown_.size()) + " of " +
                           std::to_string(before_.size()) + " known users. The other " +
                           std::to_string(missing_.size()) +
                           " are kept until somebody says whether they are gone.";
        run_.error = out.health.error;
        out.held = std::move(missing_);
    } else {
        out.health.lastCompleteAt = now;
    }
    if (bad_ > 0)
        out.health.error += (out.health.error.empty() ? "" : " ") + std::to_string(bad_) +
                            " records could not be used and were left as last known.";
    if (domain::stateAt(known_.health, now) != state || known_.health.state != state)
        out.health.since = now;
    out.health.state = state;
    return out;
}

Verdict Reading::failed(const base::Error& error) {
    Verdict out;
    const auto now = parts_.clock.now();
    run_.error = error.message;
    out.state = RunState::kFailed;
    out.health = known_.health;
    if (!capabilities_.empty()) out.health.capabilities = capabilities_;
    out.health.lastAttemptAt = now;
    out.health.error = error.message;
    if (out.health.state != ConnectionState::kUnreachable) out.health.since = now;
    out.health.state = ConnectionState::kUnreachable;
    out.waitForPerson = error.needsPerson || error.code == base::ErrorCode::kInvalidArgument ||
                        error.code == base::ErrorCode::kNotFound;
    base::logWarning("sync_failed", {{"connection", known_.connection.id.text()},
                                     {"code", base::name(error.code)},
                                     {"error", error.text()},
                                     {"backend_code", error.backendCode}});
    return out;
}

}  // namespace tenantry::sync
