#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/jobs/runner_core.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::Error;
using base::ErrorCode;
using domain::User;

base::Status ActionRunner::Impl::keep(const Step& step, const User& user) {
    User known = step.before;
    known.seenAt = user.seenAt;
    if (known == user) return base::ok();  // nothing new: the list shows it already
    domain::OutcomeRecord record;
    record.connection = step.known.connection.id;
    record.user = user;
    if (auto* leave = step.request.leave) {
        leave->connection = record.connection;
        leave->user = user;
        return base::ok();
    }
    TNY_CHECKED(writeAlone(record));
    show(record);
    return base::ok();
}

base::Status ActionRunner::Impl::writeAlone(const domain::OutcomeRecord& record) {
    if (record.user || record.gone) {
        domain::UserChanges changes;
        if (record.user) changes.upserts = {*record.user};
        if (record.gone) changes.tombstones = {*record.gone};
        changes.seenAt = record.user ? record.user->seenAt : record.seenAt;
        const auto written = parts.users.applyUsers(record.connection, changes,
                                                    Deadline::after(limits::kStoreDeadline));
        if (!written) return written.error();
    }
    if (!record.entry) return base::ok();
    auto written = parts.activity.append(*record.entry, Deadline::after(limits::kStoreDeadline));
    // Written before, when the answer of the database was lost.
    if (!written && written.error().code == ErrorCode::kConflict) return base::ok();
    return written;
}

void ActionRunner::Impl::show(const domain::OutcomeRecord& record) {
    const auto& connection = record.connection;
    if (record.user) parts.viewWriter.apply(connection, {.upserts = {*record.user}}, 0);
    if (record.gone)
        parts.viewWriter.apply(connection, {.seenAt = record.seenAt, .tombstones = {*record.gone}},
                               0);
    if (!record.entry) return;
    // An account's entry may stand in another organization than the account.
    const auto& organization = record.entry->organization;
    const auto& home = record.home.empty() ? organization : record.home;
    parts.events.publish({"users_changed", home, R"({"organizations":[")" + home.text() + "\"]}"});
    parts.events.publish({"activity", organization,
                          R"({"activity_id":")" + record.entry->id.text() +
                              R"(","organization":")" + organization.text() + "\"}"});
}

base::Status ActionRunner::writeDown(std::span<const domain::OutcomeRecord* const> records) {
    if (records.empty()) return base::ok();
    const auto away = [](const Error& error) {
        return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadline;
    };
    if (impl_->parts.outcomes != nullptr) {
        auto together =
            impl_->parts.outcomes->writeOutcomes(records, Deadline::after(limits::kStoreDeadline));
        if (together || away(together.error())) return together;
        base::logError("outcomes_not_written_together",
                       {{"count", records.size()}, {"error", together.error().text()}});
    }
    // One that cannot be written is no reason to lose the others.
    for (const auto* record : records) {
        auto alone = impl_->writeAlone(*record);
        if (alone) continue;
        if (away(alone.error())) return alone;
        base::logError("outcome_not_written",
                       {{"connection", record->connection.text()},
                        {"user", record->entry ? record->entry->targetId : std::string()},
                        {"outcome", record->entry ? record->entry->outcome : std::string()},
                        {"error", alone.error().text()}});
    }
    return base::ok();
}

void ActionRunner::show(const domain::OutcomeRecord& record) {
    impl_->show(record);
}

base::Status ActionRunner::Impl::bury(const Step& step) {
    domain::OutcomeRecord record;
    record.connection = step.known.connection.id;
    record.gone = step.before.id;
    record.seenAt = parts.clock.now();
    if (auto* leave = step.request.leave) {
        *leave = std::move(record);
        return base::ok();
    }
    TNY_CHECKED(writeAlone(record));
    show(record);
    return base::ok();
}

}  // namespace tenantry::jobs
