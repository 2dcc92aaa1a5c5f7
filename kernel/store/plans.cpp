#include <algorithm>

#include "kernel/base/limits.h"
#include "kernel/store/database.h"
#include "kernel/store/insert_rows.h"
#include "kernel/store/item_filter.h"
#include "kernel/store/job_row.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

constexpr long long kPageRows = 10'000;

base::Error noPlan() {
    return base::notFound("There is no such plan, or it has expired.");
}

std::optional<domain::Plan> findPlan(Session& session, const std::string& id, bool forUpdate) {
    std::optional<domain::Plan> out;
    PlanRow row;
    select(
        session.sql(),
        "SELECT " + std::string(kPlanColumns) + " FROM plans WHERE id = :c0" +
            (forUpdate ? session.forUpdate() : ""),
        row, [&] { out = row.value(); }, id);
    return out;
}

}  // namespace

Status Store::addPlan(const domain::Plan& plan, const std::vector<domain::PlanItem>& items,
                      Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            insertRows<PlanRow>(session, "plans", kPlanColumns, kPlanColumnCount, 1,
                                [&](std::size_t) { return PlanRow(plan); });
            insertRows<PlanItemRow>(session, "plan_items", kPlanItemColumns, kPlanItemColumnCount,
                                    items.size(),
                                    [&](std::size_t i) { return PlanItemRow(plan.id, items[i]); });
            return base::ok();
        },
        deadline);
}

Result<domain::Plan> Store::plan(const domain::PlanId& id, Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<domain::Plan> {
            auto found = findPlan(session, id.text(), /*forUpdate=*/false);
            if (!found) return noPlan();
            return std::move(*found);
        },
        deadline);
}

Result<domain::PlanItemPage> Store::planItems(const domain::PlanId& id,
                                              const domain::PlanItemQuery& query,
                                              Deadline deadline) {
    ItemFilter filter("plan_id", id.text());
    filter.add(query.dropped ? "dropped = 1" : "dropped = 0");
    if (query.verdict) filter.add("verdict", std::string(domain::name(*query.verdict)));
    if (query.organization) filter.add("organization_id", query.organization->text());
    const std::size_t limit = std::min(query.limit, base::limits::kJobItemsPageMax);
    return database_->snapshot(
        [&](Session& session) -> Result<domain::PlanItemPage> {
            domain::PlanItemPage page;
            filter.page<PlanItemRow>(session, "plan_items", kPlanItemColumns, query.offset, limit,
                                     page);
            return page;
        },
        deadline);
}

Status Store::eachPlanItem(const domain::PlanId& id,
                           const std::function<void(domain::PlanItem&&)>& each, Deadline deadline) {
    std::vector<domain::PlanItem> all;
    TNY_CHECKED(database_->snapshot(
        [&](Session& session) -> Status {
            all.clear();
            const std::string plan = id.text();
            int after = 0;
            for (long long got = kPageRows; got == kPageRows;) {
                got = 0;
                PlanItemRow row;
                select(
                    session.sql(),
                    "SELECT " + std::string(kPlanItemColumns) +
                        " FROM plan_items WHERE plan_id = :c0 AND number > :c1 ORDER BY number "
                        "LIMIT " +
                        std::to_string(kPageRows),
                    row,
                    [&] {
                        ++got;
                        all.push_back(row.value());
                    },
                    plan, after);
                if (!all.empty()) after = static_cast<int>(all.back().number);
            }
            return base::ok();
        },
        deadline));
    for (auto& item : all) each(std::move(item));
    return base::ok();
}

Status Store::dropPlanItems(const domain::Plan& plan, const std::string& oldHash,
                            std::span<const std::uint32_t> numbers, Deadline deadline) {
    const PlanRow row(plan);
    return database_->write(
        [&](Session& session) -> Status {
            const auto stored = findPlan(session, row.id, /*forUpdate=*/true);
            if (!stored) return noPlan();
            if (stored->job) return base::conflict("The plan was confirmed already.");
            if (stored->hash != oldHash)
                return base::conflict("The plan was changed meanwhile. Look at it again.");
            for (const auto number : numbers) {
                const int at = static_cast<int>(number);
                execute(session.sql(),
                        "UPDATE plan_items SET dropped = 1 WHERE plan_id = :c0 AND number = :c1",
                        row.id, at);
            }
            execute(session.sql(),
                    "UPDATE plans SET hash = :c0, change_count = :c1, already_so_count = :c2, "
                    "not_allowed_count = :c3, dropped_count = :c4 WHERE id = :c5",
                    row.hash, row.change, row.alreadySo, row.notAllowed, row.dropped, row.id);
            return base::ok();
        },
        deadline);
}

Status Store::removeExpiredPlans(base::TimePoint now, Deadline deadline) {
    const long long at = millis(now);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM plans WHERE expires_at_ms < :c0 AND job_id IS NULL",
                    at);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
