#include <algorithm>
#include <deque>
#include <variant>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/text.h"
#include "kernel/store/activity_row.h"
#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

/// A condition that grows, with its parameters in their order.
class Where {
  public:
    template <class T>
    void add(std::string_view condition, T value) {
        parameters_.emplace_back(std::move(value));
        text_.append(text_.empty() ? " WHERE " : " AND ").append(condition);
        text_.append(":w").append(std::to_string(parameters_.size()));
    }
    void addSearch(const std::string& folded) {
        add("INSTR(searched, ", folded);
        text_ += ") > 0";
    }
    /// The scope's organizations, and nothing else.
    void addScope(Engine engine, const domain::Scope& scope) {
        const bool whole =
            scope.intervals() ==
            std::vector{domain::Interval{0, static_cast<domain::Ordinal>(scope.tree()->size())}};
        text_ += text_.empty() ? " WHERE " : " AND ";
        if (whole) {
            // Everything below the root: whatever is an organization at all. One that is not known
            // is in no scope.
            text_ += "organization_id IN (SELECT id FROM organizations)";
        } else if (engine == Engine::kSqlite) {
            std::vector<std::string> ids;
            for (const auto& id : scope.organizations()) ids.push_back(id.text());
            parameters_.emplace_back(listToJson(ids));
            text_ += "organization_id IN (SELECT value FROM json_each(:w" +
                     std::to_string(parameters_.size()) + "))";
        } else {
            text_ += "organization_id IN (";
            const char* comma = "";
            for (const auto& id : scope.organizations()) {
                parameters_.emplace_back(id.text());
                text_.append(comma).append(":w").append(std::to_string(parameters_.size()));
                comma = ",";
            }
            text_ += ")";
        }
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    void bindTo(Bind& bind) const {
        for (const auto& parameter : parameters_)
            std::visit([&](const auto& value) { bind(value); }, parameter);
    }

  private:
    std::string text_;
    std::deque<std::variant<std::string, long long>> parameters_;
};

Where conditions(Engine engine, const domain::Scope& scope, const domain::ActivityQuery& query) {
    Where where;
    where.addScope(engine, scope);
    if (query.action) where.add("action = ", *query.action);
    if (query.outcome) where.add("outcome = ", *query.outcome);
    if (query.targetId) where.add("target_id = ", *query.targetId);
    if (query.actor) where.add("actor_id = ", query.actor->text());
    if (query.from) where.add("at_ms >= ", millis(*query.from));
    if (query.to) where.add("at_ms < ", millis(*query.to));
    if (!query.search.empty()) where.addSearch(base::searchFold(query.search));
    return where;
}

/// Runs a SELECT with the condition's parameters; `each` after each row.
template <class Row, class Each>
void selectWhere(Session& session, const std::string& text, const Where& where, Row& row,
                 Each&& each) {
    soci::statement statement(session.sql());
    row.each(Fetch(statement));
    Bind bind(statement);
    where.bindTo(bind);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) each();
}

struct CountRow {
    long long count = 0;
    void each(Fetch fetch) { fetch(count); }
};

}  // namespace

Status Store::append(const domain::Activity& entry, Deadline deadline) {
    const ActivityRow row(entry);
    const std::string searched = searchedOf(entry);
    return database_->write(
        [&](Session& session) -> Status {
            if (selectOne<std::string>(session.sql(), "SELECT id FROM activities WHERE id = :c0",
                                       row.id))
                return base::conflict("This entry is there already.");
            execute(session.sql(),
                    std::string("INSERT INTO activities (") + kActivityColumns +
                        ", searched) VALUES (" + placeholders(kActivityColumnCount + 1) + ")",
                    row.id, row.at, row.organization, row.actor, row.actorName, row.address,
                    row.action, row.targetKind, row.targetId, row.targetName, row.outcome,
                    row.detail, row.reason, row.ticket, row.before, row.after, row.correlation,
                    searched);
            linkEntry(session, row);
            return base::ok();
        },
        deadline);
}

Result<domain::ActivityPage> Store::list(const domain::Scope& scope,
                                         const domain::ActivityQuery& query, Deadline deadline) {
    if (scope.empty()) return domain::ActivityPage{};
    const Where where = conditions(database_->engine(), scope, query);
    const std::size_t limit = std::min(query.limit, base::limits::kActivityPageMax);
    return database_->snapshot(
        [&](Session& session) -> Result<domain::ActivityPage> {
            domain::ActivityPage page;
            CountRow count;
            selectWhere(session, "SELECT COUNT(*) FROM activities" + where.text(), where, count,
                        [&] { page.total = static_cast<std::uint64_t>(count.count); });
            ActivityRow row;
            selectWhere(session,
                        std::string("SELECT ") + kActivityColumns + " FROM activities" +
                            where.text() + " ORDER BY at_ms DESC, number DESC LIMIT " +
                            std::to_string(limit) + " OFFSET " + std::to_string(query.offset),
                        where, row, [&] { page.items.push_back(row.value()); });
            return page;
        },
        deadline);
}

}  // namespace tenantry::store
