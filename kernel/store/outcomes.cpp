#include "kernel/store/outcomes.h"

#include <algorithm>
#include <map>
#include <set>

#include "kernel/store/activity_row.h"
#include "kernel/store/insert_rows.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Status;

namespace {

constexpr std::size_t kTogether = 200;

struct Text {
    std::string value;
    void each(Fetch fetch) { fetch(value); }
};

/// Runs `head` + "IN (...)" + `tail` for all of `values`; `row` and `each` as select() has them.
template <class Row, class Each>
void selectIn(Session& session, const std::string& head, const std::vector<std::string>& values,
              const std::string& tail, Row& row, Each&& each) {
    for (std::size_t at = 0; at < values.size(); at += kTogether) {
        const std::size_t count = std::min(kTogether, values.size() - at);
        soci::statement statement(session.sql());
        row.each(Fetch(statement));
        Bind bind(statement);
        for (std::size_t i = 0; i < count; ++i) bind(values[at + i]);
        statement.alloc();
        statement.prepare(head + " IN (" + placeholders(count) + ")" + tail);
        statement.define_and_bind();
        statement.execute();
        while (statement.fetch()) each();
    }
}

/// Moves the revision of each connection that is there; those are returned.
std::set<std::string> moveRevisions(Session& session, const std::set<std::string>& wanted) {
    std::set<std::string> out;
    Text row;
    // In one order everywhere: of two that hold several rows none waits for the other.
    selectIn(session, "SELECT connection_id FROM connection_health WHERE connection_id",
             {wanted.begin(), wanted.end()},
             std::string(" ORDER BY connection_id") + session.forUpdate(), row,
             [&] { out.insert(row.value); });
    const std::vector<std::string> known(out.begin(), out.end());
    for (std::size_t at = 0; at < known.size(); at += kTogether) {
        const std::size_t count = std::min(kTogether, known.size() - at);
        soci::statement statement(session.sql());
        Bind bind(statement);
        for (std::size_t i = 0; i < count; ++i) bind(known[at + i]);
        statement.alloc();
        statement.prepare(
            "UPDATE connection_health SET revision = revision + 1 WHERE connection_id IN (" +
            placeholders(count) + ")");
        statement.define_and_bind();
        statement.execute(true);
    }
    return out;
}

/// An entry on its way into the trail: the columns of `activities`.
struct NewEntry {
    ActivityRow row;
    std::string searched;
    template <class Visitor>
    void each(Visitor&& visit) {
        row.each(visit);
        visit(searched);
    }
};

struct Link {
    std::string organization, activity, digest;
    long long sequence = 0;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(organization);
        visit(sequence);
        visit(activity);
        visit(digest);
    }
};

struct Head {
    std::string organization, digest = {}, floorDigest = {};
    long long sequence = 0, floor = 0;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(organization);
        visit(sequence);
        visit(digest);
        visit(floor);
        visit(floorDigest);
    }
};

void readHeads(Session& session, const std::vector<std::string>& organizations,
               std::map<std::string, Head>& out) {
    struct {
        std::string organization, digest;
        long long sequence = 0;
        void each(Fetch fetch) {
            fetch(organization);
            fetch(sequence);
            fetch(digest);
        }
    } row;
    selectIn(session,
             "SELECT organization_id, sequence, digest FROM activity_chains WHERE organization_id",
             organizations, std::string(" ORDER BY organization_id") + session.forUpdate(), row,
             [&] {
                 Head& head = out[row.organization];
                 head.organization = row.organization;
                 head.sequence = row.sequence;
                 head.digest = row.digest;
             });
}

constexpr std::string_view kHeadColumns =
    "organization_id, sequence, digest, floor_sequence, floor_digest";

/// The ends of the chains of these entries, held until the transaction ends.
std::map<std::string, Head> headsOf(Session& session, const std::vector<NewEntry>& entries) {
    std::set<std::string> organizations;
    for (const auto& entry : entries) organizations.insert(entry.row.organization);
    std::map<std::string, Head> out;
    readHeads(session, {organizations.begin(), organizations.end()}, out);
    std::vector<std::string> missing;
    for (const auto& one : organizations)
        if (out.count(one) == 0) missing.push_back(one);
    if (missing.empty()) return out;
    // A row that is not there cannot be held: somebody else might begin the same chain. SQLite's
    // writer holds the whole database already.
    if (!session.sqlite()) {
        insertRows<Head>(
            session, "activity_chains", kHeadColumns, 5, missing.size(),
            [&](std::size_t i) { return Head{missing[i]}; },
            " ON DUPLICATE KEY UPDATE sequence = sequence");
        readHeads(session, missing, out);
    } else {
        for (const auto& one : missing) out[one].organization = one;
    }
    return out;
}

}  // namespace

void appendEntries(Session& session, std::span<const domain::Activity* const> entries) {
    std::vector<std::string> ids;
    for (const auto* entry : entries) ids.push_back(entry->id.text());
    std::set<std::string> there;
    Text id;
    selectIn(session, "SELECT id FROM activities WHERE id", ids, "", id,
             [&] { there.insert(id.value); });
    std::vector<NewEntry> rows;
    for (const auto* entry : entries)
        if (there.insert(entry->id.text()).second)
            rows.push_back({ActivityRow(*entry), searchedOf(*entry)});
    if (rows.empty()) return;
    auto heads = headsOf(session, rows);
    std::vector<Link> links;
    for (const auto& [row, searched] : rows) {
        Head& head = heads.at(row.organization);
        head.digest = digestOf(row, ++head.sequence, head.digest);
        links.push_back({row.organization, row.id, head.digest, head.sequence});
    }
    insertRows<NewEntry>(session, "activities", std::string(kActivityColumns) + ", searched",
                         kActivityColumnCount + 1, rows.size(),
                         [&](std::size_t i) { return rows[i]; });
    insertRows<Link>(session, "activity_links", "organization_id, sequence, activity_id, digest", 4,
                     links.size(), [&](std::size_t i) { return links[i]; });
    std::vector<Head> ends;
    for (auto& [organization, head] : heads) ends.push_back(std::move(head));
    // What a chain begins with stays as it is.
    insertRows<Head>(
        session, "activity_chains",
        "organization_id, sequence, digest, floor_sequence, floor_digest", 5, ends.size(),
        [&](std::size_t i) { return ends[i]; },
        session.sqlite() ? " ON CONFLICT (organization_id) DO UPDATE SET sequence = "
                           "excluded.sequence, digest = excluded.digest"
                         : " ON DUPLICATE KEY UPDATE sequence = VALUES(sequence), digest = "
                           "VALUES(digest)");
}

Status Store::writeOutcomes(std::span<const domain::OutcomeRecord* const> records,
                            Deadline deadline) {
    const long long now = millis(clock_.now());
    std::set<std::string> connections;
    std::vector<const domain::Activity*> entries;
    for (const auto* one : records) {
        if (one->user || one->gone) connections.insert(one->connection.text());
        if (one->entry) entries.push_back(&*one->entry);
    }
    return database_->write(
        [&](Session& session) -> Status {
            const auto known = moveRevisions(session, connections);
            std::vector<domain::User> users;
            for (const auto* one : records) {
                if (known.count(one->connection.text()) == 0) continue;
                if (one->user && one->user->connection == one->connection)
                    users.push_back(*one->user);
                if (one->gone)
                    buryUser(session, one->connection.text(), *one->gone, millis(one->seenAt), now);
            }
            upsertUsers(session, users);
            appendEntries(session, entries);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
