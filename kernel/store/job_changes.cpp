#include "kernel/store/job_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "kernel/store/job_row.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

using domain::ItemChange;
using domain::ItemState;

namespace {

constexpr std::size_t kTogether = 200;

/// The kinds of changes. Each writes some columns, of an item in some states.
enum class Kind : std::uint8_t { kCalling = 1, kReleased, kWaiting, kEnded };
constexpr std::array kKinds{Kind::kCalling, Kind::kReleased, Kind::kWaiting, Kind::kEnded};

std::optional<Kind> kindOf(const ItemChange& change) {
    switch (change.state) {
        case ItemState::kCalling:
            return Kind::kCalling;
        case ItemState::kWaiting:
            return change.release ? Kind::kReleased : Kind::kWaiting;
        case ItemState::kEnded:
            return Kind::kEnded;
        case ItemState::kClaimed:
            return std::nullopt;  // claim() does that
    }
    return std::nullopt;
}

int stateAfter(Kind kind) {
    switch (kind) {
        case Kind::kCalling:
            return 3;
        case Kind::kReleased:
        case Kind::kWaiting:
            return 1;
        case Kind::kEnded:
            return 4;
    }
    return 0;
}

std::vector<std::string> columnsOf(Kind kind) {
    switch (kind) {
        case Kind::kCalling:
            return {"before_json", "after_json"};
        case Kind::kReleased:
            return {};
        case Kind::kWaiting:
            return {"attempts", "not_before_ms", "detail", "before_json", "after_json"};
        case Kind::kEnded:
            return {"outcome",       "detail",      "reason_code", "after_json",
                    "after_version", "activity_id", "ended_at_ms"};
    }
    return {};
}

/// A call's mark and an end may also be what is so already: a commit whose answer was lost is
/// repeated. What ended may be settled once more only where nobody knew how.
const char* conditionOf(Kind kind) {
    switch (kind) {
        case Kind::kCalling:
            return " AND state IN (2, 3)";
        case Kind::kReleased:
            return " AND state = 2";
        case Kind::kWaiting:
            return " AND state IN (2, 3)";
        case Kind::kEnded:
            return " AND (state <> 4 OR outcome = 'unknown')";
    }
    return "";
}

bool fits(Kind kind, int state, const std::string& outcome) {
    switch (kind) {
        case Kind::kCalling:
        case Kind::kWaiting:
            return state == 2 || state == 3;
        case Kind::kReleased:
            return state == 2;
        case Kind::kEnded:
            return state != 4 || outcome == "unknown";
    }
    return false;
}

/// The values of a change, as columns want them.
struct Values {
    int number = 0, attempts = 0;
    std::string before, outcome, detail, reason, after, version, activity;
    NullableMillis notBefore, endedAt;

    Values() = default;
    explicit Values(const ItemChange& from)
        : number(static_cast<int>(from.number)),
          attempts(static_cast<int>(from.attempts)),
          before(storable(from.beforeJson)),
          outcome(from.outcome ? std::string(domain::name(*from.outcome)) : ""),
          detail(storable(from.detail)),
          reason(from.reasonCode),
          after(storable(from.state == ItemState::kEnded ? from.afterJson
                                                         : operationText(from.operation))),
          version(from.afterVersion),
          activity(from.activity.text()),
          notBefore(millis(from.notBefore)),
          endedAt(millis(from.endedAt)) {}

    /// In the order of columnsOf().
    void bindTo(Bind& bind, Kind kind) const {
        switch (kind) {
            case Kind::kCalling:
                bind(before);
                bind(after);
                return;
            case Kind::kReleased:
                return;
            case Kind::kWaiting:
                bind(attempts);
                bind(notBefore);
                bind(detail);
                bind(before);
                bind(after);
                return;
            case Kind::kEnded:
                for (const auto* text : {&outcome, &detail, &reason, &after, &version, &activity})
                    bind(*text);
                bind(endedAt);
                return;
        }
    }
};

/// One prepared statement for each kind of change, made when it is first needed.
class OneByOne {
  public:
    explicit OneByOne(Session& session) : session_(session) {}

    bool run(const ItemChange& change) {
        const auto kind = kindOf(change);
        if (!kind) return false;
        job_ = change.job.text();
        fence_ = static_cast<long long>(change.fence);
        anyFence_ = change.fence == 0 ? 1 : 0;
        values_ = Values(change);
        auto& statement = statements_.at(static_cast<std::size_t>(*kind) - 1);
        if (!statement) prepare(statement, *kind);
        statement->execute(true);
        return statement->get_affected_rows() == 1;
    }

  private:
    void prepare(std::optional<soci::statement>& statement, Kind kind) {
        statement.emplace(session_.sql());
        Bind bind(*statement);
        values_.bindTo(bind, kind);
        bind(job_);
        bind(values_.number);
        bind(anyFence_);
        bind(fence_);
        std::string text = "UPDATE job_items SET state = " + std::to_string(stateAfter(kind));
        for (const auto& column : columnsOf(kind)) text += ", " + column + " = :" + column;
        statement->alloc();
        statement->prepare(text +
                           " WHERE job_id = :w0 AND number = :w1 AND (:w2 = 1 OR fence = :w3)" +
                           conditionOf(kind));
        statement->define_and_bind();
    }

    Session& session_;
    std::array<std::optional<soci::statement>, kKinds.size()> statements_;
    // What the statements are bound to.
    Values values_;
    std::string job_;
    int anyFence_ = 0;
    long long fence_ = 0;
};

std::string listOf(std::span<const ItemChange* const> changes) {
    std::string out = "(";
    for (const auto* change : changes)
        out += (out.size() == 1 ? "" : ",") + std::to_string(change->number);
    return out + ")";
}

/// Which of these items of one job may be changed so, looked at under a lock.
std::set<std::uint32_t> takenOf(Session& session, const std::string& job,
                                std::span<const ItemChange* const> changes) {
    struct {
        int number = 0, state = 0;
        long long fence = 0;
        std::string outcome;
        void each(Fetch fetch) {
            fetch(number);
            fetch(state);
            fetch(fence);
            fetch(outcome);
        }
    } row;
    std::map<std::uint32_t, const ItemChange*> byNumber;
    for (const auto* change : changes) byNumber[change->number] = change;
    std::set<std::uint32_t> out;
    select(
        session.sql(),
        "SELECT number, state, fence, outcome FROM job_items WHERE job_id = :c0 AND number IN " +
            listOf(changes) + session.forUpdate(),
        row,
        [&] {
            const auto& change = *byNumber.at(static_cast<std::uint32_t>(row.number));
            const bool mine =
                change.fence == 0 || change.fence == static_cast<std::uint64_t>(row.fence);
            if (mine && fits(*kindOf(change), row.state, row.outcome)) out.insert(change.number);
        },
        job);
    return out;
}

/// REQUIRES: of one job and one kind, and all to be taken.
void updateMany(Session& session, const std::string& job, Kind kind,
                std::span<const ItemChange* const> changes) {
    const auto columns = columnsOf(kind);
    std::vector<Values> values;
    values.reserve(changes.size());
    for (const auto* change : changes) values.emplace_back(*change);
    soci::statement statement(session.sql());
    Bind bind(statement);
    std::string text = "UPDATE job_items AS t JOIN (";
    for (std::size_t i = 0; i < values.size(); ++i) {
        bind(values[i].number);
        values[i].bindTo(bind, kind);
        text += i == 0 ? "SELECT :n0 AS n" : " UNION ALL SELECT :n" + std::to_string(i);
        for (const auto& column : columns) {
            text += ", :" + column + std::to_string(i);
            if (i == 0) text += " AS " + column;
        }
    }
    text += ") AS v ON t.number = v.n SET t.state = " + std::to_string(stateAfter(kind));
    for (const auto& column : columns) text += ", t." + column + " = v." + column;
    bind(job);
    statement.alloc();
    statement.prepare(text + " WHERE t.job_id = :job");
    statement.define_and_bind();
    statement.execute(true);
}

/// Two statements for up to kTogether of one job and kind: a locked look, and a write.
void writeMany(Session& session, const std::string& job, Kind kind,
               std::span<const ItemChange* const> changes, const ItemChange* first,
               std::vector<bool>& taken) {
    while (!changes.empty()) {
        const auto some = changes.first(std::min(changes.size(), kTogether));
        changes = changes.subspan(some.size());
        const auto mine = takenOf(session, job, some);
        std::vector<const ItemChange*> going;
        for (const auto* change : some) {
            if (mine.count(change->number) == 0) continue;
            going.push_back(change);
            taken[static_cast<std::size_t>(change - first)] = true;
        }
        if (!going.empty()) updateMany(session, job, kind, going);
    }
}

}  // namespace

std::vector<bool> writeChanges(Session& session, std::span<const ItemChange> changes) {
    std::map<std::pair<domain::JobId, Kind>, std::vector<const ItemChange*>> groups;
    std::set<std::pair<domain::JobId, std::uint32_t>> seen;
    bool apart = session.sqlite() || changes.size() == 1;
    for (const auto& change : changes) {
        // Two words about one item are taken in their order.
        apart = apart || !seen.emplace(change.job, change.number).second;
        if (const auto kind = kindOf(change)) groups[{change.job, *kind}].push_back(&change);
    }
    std::vector<bool> taken(changes.size(), false);
    if (apart) {
        OneByOne statements(session);
        for (std::size_t i = 0; i < changes.size(); ++i) taken[i] = statements.run(changes[i]);
        return taken;
    }
    for (const auto& [key, group] : groups)
        writeMany(session, key.first.text(), key.second, group, changes.data(), taken);
    return taken;
}

}  // namespace tenantry::store
