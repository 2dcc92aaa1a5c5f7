#include <algorithm>
#include <map>

#include "kernel/base/limits.h"
#include "kernel/store/database.h"
#include "kernel/store/item_filter.h"
#include "kernel/store/job_changes.h"
#include "kernel/store/job_row.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

constexpr long long kPageRows = 10'000;
constexpr std::size_t kNumbersPerStatement = 500;
constexpr std::string_view kInterruptedWords =
    "The job was cancelled while the directory was asked. It may or may not have happened.";

constexpr std::string_view kAcceptedWords =
    "The directory had accepted it before the job was cancelled, and finishes it by itself: that "
    "cannot be recalled. Look at the user, then settle this item.";

/// Runs `text` + "(numbers)" + `tail` for all of `numbers`, which are ours and no text of anybody.
template <class Each>
void inGroups(std::span<const std::uint32_t> numbers, Each&& each) {
    while (!numbers.empty()) {
        const auto some = numbers.first(std::min(numbers.size(), kNumbersPerStatement));
        std::string list = "(";
        for (std::size_t i = 0; i < some.size(); ++i)
            list += (i == 0 ? "" : ",") + std::to_string(some[i]);
        each(list + ")");
        numbers = numbers.subspan(some.size());
    }
}

/// Claims among the items of one job. Adds number and fence of those that are ours now.
void claimOf(Session& session, const std::string& job, std::span<const std::uint32_t> numbers,
             const std::string& owner, long long now, long long until,
             std::map<std::uint32_t, std::uint64_t>& fences) {
    struct {
        int number = 0;
        long long fence = 0;
        void each(Fetch fetch) {
            fetch(number);
            fetch(fence);
        }
    } row;
    // Another node may have paused it.
    const auto state =
        selectOne<std::string>(session.sql(), "SELECT state FROM jobs WHERE id = :c0", job);
    if (state != std::string(domain::name(domain::JobState::kRunning))) return;
    inGroups(numbers, [&](const std::string& list) {
        std::vector<std::uint32_t> free;
        select(
            session.sql(),
            "SELECT number, fence FROM job_items WHERE job_id = :c0 AND number IN " + list +
                " AND (state = 1 OR (state IN (2, 3) AND (lease_until_ms < :c1 OR owner = :c2)))" +
                session.forUpdate(),
            row,
            [&] {
                free.push_back(static_cast<std::uint32_t>(row.number));
                fences[free.back()] = static_cast<std::uint64_t>(row.fence) + 1;
            },
            job, now, owner);
        inGroups(free, [&](const std::string& mine) {
            execute(session.sql(),
                    "UPDATE job_items SET state = 2, fence = fence + 1, owner = :c0, "
                    "lease_until_ms = :c1 WHERE job_id = :c2 AND number IN " +
                        mine,
                    owner, until, job);
        });
    });
}

}  // namespace

Result<domain::JobItemPage> Store::jobItems(const domain::JobId& id,
                                            const domain::JobItemQuery& query, Deadline deadline) {
    ItemFilter filter("job_id", id.text());
    if (query.pending) filter.add("state <> 4");
    if (query.outcome) filter.add("outcome", std::string(domain::name(*query.outcome)));
    if (query.user) filter.add("user_id", query.user->text());
    if (query.organization) filter.add("organization_id", query.organization->text());
    const std::size_t limit = std::min(query.limit, base::limits::kJobItemsPageMax);
    return database_->snapshot(
        [&](Session& session) -> Result<domain::JobItemPage> {
            domain::JobItemPage page;
            filter.page<JobItemRow>(session, "job_items", kJobItemColumns, query.offset, limit,
                                    page);
            return page;
        },
        deadline);
}

Result<domain::JobItem> Store::jobItem(const domain::JobId& id, std::uint32_t wanted,
                                       Deadline deadline) {
    const std::string job = id.text();
    const int at = static_cast<int>(wanted);
    return database_->read(
        [&](Session& session) -> Result<domain::JobItem> {
            std::optional<domain::JobItem> out;
            JobItemRow row;
            select(
                session.sql(),
                "SELECT " + std::string(kJobItemColumns) +
                    " FROM job_items WHERE job_id = :c0 AND number = :c1",
                row, [&] { out = row.value(); }, job, at);
            if (!out) return base::notFound("The job has no such item.");
            return std::move(*out);
        },
        deadline);
}

Status Store::eachJobItem(const domain::JobId& id, bool onlyOpen,
                          const std::function<void(domain::JobItem&&)>& each, Deadline deadline) {
    const std::string job = id.text();
    std::vector<domain::JobItem> page;
    int after = 0;
    do {
        TNY_CHECKED(database_->read(
            [&](Session& session) -> Status {
                page.clear();
                JobItemRow row;
                select(
                    session.sql(),
                    "SELECT " + std::string(kJobItemColumns) +
                        " FROM job_items WHERE job_id = :c0 AND number > :c1" +
                        (onlyOpen ? " AND state <> 4" : "") + " ORDER BY number LIMIT " +
                        std::to_string(kPageRows),
                    row, [&] { page.push_back(row.value()); }, job, after);
                return base::ok();
            },
            deadline));
        if (!page.empty()) after = static_cast<int>(page.back().number);
        for (auto& item : page) each(std::move(item));
    } while (page.size() == static_cast<std::size_t>(kPageRows));
    return base::ok();
}

Result<std::uint64_t> Store::reopenItems(const domain::JobId& id,
                                         std::span<const std::uint32_t> numbers,
                                         Deadline deadline) {
    const std::string job = id.text();
    return database_->write(
        [&](Session& session) -> Result<std::uint64_t> {
            std::uint64_t count = 0;
            inGroups(numbers, [&](const std::string& list) {
                count += static_cast<std::uint64_t>(execute(
                    session.sql(),
                    "UPDATE job_items SET state = 1, outcome = '', detail = '', reason_code "
                    "= '', before_json = '', after_json = '', attempts = 0, not_before_ms = NULL, "
                    "ended_at_ms = NULL WHERE "
                    "job_id = :c0 AND state = 4 AND number IN " +
                        list,
                    job));
            });
            return count;
        },
        deadline);
}

Result<std::uint64_t> Store::cancelWaiting(const domain::JobId& id, const std::string& detail,
                                           const std::string& interrupted, base::TimePoint at,
                                           Deadline deadline) {
    const std::string job = id.text();
    const std::string words = storable(detail);
    const long long ended = millis(at);
    return database_->write(
        [&](Session& session) -> Result<std::uint64_t> {
            const std::string open =
                " WHERE job_id = :c2 AND (state = 1 OR (state IN (2, 3) AND owner = :c3))";
            const auto cancelled = execute(
                session.sql(),
                "UPDATE job_items SET state = 4, fence = fence + 1, outcome = 'cancelled', detail "
                "= :c0, ended_at_ms = :c1" +
                    open + " AND state <> 3 AND before_json = ''",
                words, ended, job, interrupted);
            const std::string accepted(kAcceptedWords);
            const auto left = execute(
                session.sql(),
                "UPDATE job_items SET state = 4, fence = fence + 1, outcome = 'unknown', detail = "
                ":c0, ended_at_ms = :c1, after_json = ''" +
                    open + " AND after_json <> ''",
                accepted, ended, job, interrupted);
            const std::string doubt(kInterruptedWords);
            const auto unknown = execute(
                session.sql(),
                "UPDATE job_items SET state = 4, fence = fence + 1, outcome = 'unknown', detail = "
                ":c0, ended_at_ms = :c1" +
                    open,
                doubt, ended, job, interrupted);
            return static_cast<std::uint64_t>(cancelled + left + unknown);
        },
        deadline);
}

Result<std::vector<std::uint64_t>> Store::claim(std::span<const ItemKey> wanted,
                                                const std::string& owner, base::TimePoint now,
                                                base::TimePoint leaseUntil, Deadline deadline) {
    std::map<domain::JobId, std::vector<std::uint32_t>> byJob;
    for (const auto& key : wanted) byJob[key.job].push_back(key.number);
    return database_->write(
        [&](Session& session) -> Result<std::vector<std::uint64_t>> {
            std::map<domain::JobId, std::map<std::uint32_t, std::uint64_t>> fences;
            for (const auto& [job, numbers] : byJob)
                claimOf(session, job.text(), numbers, owner, millis(now), millis(leaseUntil),
                        fences[job]);
            std::vector<std::uint64_t> out;
            out.reserve(wanted.size());
            for (const auto& key : wanted) {
                const auto& mine = fences[key.job];
                const auto found = mine.find(key.number);
                out.push_back(found == mine.end() ? 0 : found->second);
            }
            return out;
        },
        deadline);
}

Result<std::vector<bool>> Store::changeItems(std::span<const domain::ItemChange> changes,
                                             Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Result<std::vector<bool>> {
            return writeChanges(session, changes);
        },
        deadline);
}

}  // namespace tenantry::store
