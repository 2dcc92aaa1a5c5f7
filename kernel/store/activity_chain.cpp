#include "kernel/domain/ports/activity_chain.h"

#include <algorithm>
#include <map>

#include "kernel/store/activity_row.h"
#include "kernel/store/database.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;
using domain::ChainHead;
using domain::ChainReport;

namespace {

constexpr long long kPageRows = 2000;
constexpr const char* kHeadColumns =
    "organization_id, sequence, digest, floor_sequence, floor_digest";

struct HeadRow {
    std::string organization, digest, floorDigest;
    long long sequence = 0, floor = 0;
    void each(Fetch fetch) {
        fetch(organization);
        fetch(sequence);
        fetch(digest);
        fetch(floor);
        fetch(floorDigest);
    }
    [[nodiscard]] ChainHead value() const {
        return {base::OrganizationId(organization), static_cast<std::uint64_t>(sequence), digest,
                static_cast<std::uint64_t>(floor), floorDigest};
    }
};

struct LinkRow {
    long long sequence = 0;
    std::string digest;
    ActivityRow entry;
    void each(Fetch fetch) {
        fetch(sequence);
        fetch(digest);
        entry.each(fetch);
    }
};

std::optional<HeadRow> headOf(Session& session, const std::string& organization, bool hold) {
    std::optional<HeadRow> found;
    HeadRow row;
    select(
        session.sql(),
        std::string("SELECT ") + kHeadColumns +
            " FROM activity_chains WHERE organization_id = :c0" + (hold ? session.forUpdate() : ""),
        row, [&] { found = row; }, organization);
    return found;
}

/// Walks a chain from its floor to its head.
class Walk {
  public:
    Walk(ChainReport& report, const std::vector<ChainHead>& expected)
        : report_(report),
          previous_(report.head.floorDigest),
          next_(static_cast<long long>(report.head.floorSequence) + 1) {
        for (const auto& one : expected) expected_[one.sequence] = one.digest;
    }

    void take(const LinkRow& row) {
        if (row.sequence != next_) {
            fault(next_, "",
                  "Entries " + std::to_string(next_) + " to " + std::to_string(row.sequence - 1) +
                      " are missing.");
            // What follows is held against itself: the fault is where it was made.
            previous_ = row.digest;
        } else {
            const auto digest = digestOf(row.entry, row.sequence, previous_);
            if (digest != row.digest)
                fault(row.sequence, row.entry.id,
                      "The entry is not the one that was written: it was altered, or put in "
                      "another's place.");
            previous_ = row.digest;
        }
        checkExpected(row.sequence, row.digest, row.entry.id);
        next_ = row.sequence + 1;
        ++report_.entries;
    }

    void end(long long unlinked) {
        const auto head = static_cast<long long>(report_.head.sequence);
        if (next_ <= head)
            fault(next_, "",
                  "Entries " + std::to_string(next_) + " to " + std::to_string(head) +
                      " are missing at the end.");
        else if (next_ - 1 != head || (report_.entries > 0 && previous_ != report_.head.digest))
            fault(next_ - 1, "", "The chain does not end where it says it does.");
        for (const auto& [sequence, digest] : expected_)
            if (sequence > report_.head.sequence)
                fault(static_cast<long long>(sequence), "",
                      "The chain had an entry " + std::to_string(sequence) +
                          " when it was anchored; now it ends before.");
        if (unlinked > 0)
            fault(0, "",
                  std::to_string(unlinked) + " entries stand in no chain: they were put in.");
    }

  private:
    void checkExpected(long long sequence, const std::string& digest, const std::string& id) {
        const auto found = expected_.find(static_cast<std::uint64_t>(sequence));
        if (found != expected_.end() && found->second != digest)
            fault(sequence, id, "The chain up to here is not the one that was anchored.");
    }
    void fault(long long sequence, const std::string& id, std::string words) {
        if (report_.faults.size() < ChainReport::kFaultsMax)
            report_.faults.push_back({static_cast<std::uint64_t>(sequence), id, std::move(words)});
    }

    ChainReport& report_;
    std::string previous_;
    long long next_;
    std::map<std::uint64_t, std::string> expected_;
};

}  // namespace

Result<std::vector<ChainHead>> Store::chainHeads(Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::vector<ChainHead>> {
            std::vector<ChainHead> out;
            HeadRow row;
            select(session.sql(),
                   std::string("SELECT ") + kHeadColumns +
                       " FROM activity_chains ORDER BY organization_id",
                   row, [&] { out.push_back(row.value()); });
            return out;
        },
        deadline);
}

Result<ChainReport> Store::verifyChain(const base::OrganizationId& organization,
                                       const std::vector<ChainHead>& expected, Deadline deadline) {
    const std::string& id = organization.text();
    return database_->snapshot(
        [&](Session& session) -> Result<ChainReport> {
            ChainReport report;
            report.head.organization = organization;
            if (const auto head = headOf(session, id, false)) report.head = head->value();
            Walk walk(report, expected);
            const std::string text =
                "SELECT l.sequence, l.digest, " + std::string("a.") +
                [] {
                    std::string columns = kActivityColumns;
                    for (std::size_t at = 0; (at = columns.find(", ", at)) != std::string::npos;
                         at += 4)
                        columns.replace(at, 2, ", a.");
                    return columns;
                }() +
                " FROM activity_links l JOIN activities a ON a.id = l.activity_id WHERE "
                "l.organization_id = :c0 AND l.sequence > :c1 ORDER BY l.sequence LIMIT " +
                std::to_string(kPageRows);
            long long after = 0;
            for (long long got = kPageRows; got == kPageRows;) {
                got = 0;
                LinkRow row;
                select(
                    session.sql(), text, row,
                    [&] {
                        ++got;
                        after = row.sequence;
                        walk.take(row);
                    },
                    id, after);
            }
            walk.end(selectOne<long long>(
                         session.sql(),
                         "SELECT COUNT(*) FROM activities a WHERE a.organization_id = :c0 AND NOT "
                         "EXISTS (SELECT 1 FROM activity_links l WHERE l.activity_id = a.id AND "
                         "l.organization_id = a.organization_id)",
                         id)
                         .value_or(0));
            return report;
        },
        deadline);
}

Result<std::uint64_t> Store::trimChain(const base::OrganizationId& organization,
                                       base::TimePoint before, Deadline deadline) {
    const std::string& id = organization.text();
    const long long cut = millis(before);
    return database_->write(
        [&](Session& session) -> Result<std::uint64_t> {
            const auto head = headOf(session, id, true);
            if (!head) return std::uint64_t{0};
            const auto kept = selectOne<Nullable<long long>>(
                session.sql(),
                "SELECT MIN(l.sequence) FROM activity_links l JOIN activities a ON a.id = "
                "l.activity_id WHERE l.organization_id = :c0 AND a.at_ms >= :c1",
                id, cut);
            // The newest stays, so that there is something to go on from.
            const long long last =
                std::min(kept && kept->has() ? kept->value : head->sequence, head->sequence) - 1;
            if (last <= head->floor) return std::uint64_t{0};
            const auto digest = selectOne<std::string>(
                session.sql(),
                "SELECT digest FROM activity_links WHERE organization_id = :c0 AND sequence = :c1",
                id, last);
            if (!digest)
                return base::internal("The activity chain is broken; nothing was removed from it.");
            execute(session.sql(),
                    "DELETE FROM activities WHERE id IN (SELECT activity_id FROM activity_links "
                    "WHERE organization_id = :c0 AND sequence <= :c1)",
                    id, last);
            execute(session.sql(),
                    "DELETE FROM activity_links WHERE organization_id = :c0 AND sequence <= :c1",
                    id, last);
            execute(session.sql(),
                    "UPDATE activity_chains SET floor_sequence = :c0, floor_digest = :c1 WHERE "
                    "organization_id = :c2",
                    last, *digest, id);
            return static_cast<std::uint64_t>(last - head->floor);
        },
        deadline);
}

Status Store::linkFormerEntries(Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            if (selectOne<long long>(session.sql(), "SELECT COUNT(*) FROM activity_chains")
                    .value_or(0) > 0)
                return base::ok();
            std::vector<ActivityRow> rows;
            ActivityRow row;
            select(session.sql(),
                   std::string("SELECT ") + kActivityColumns + " FROM activities ORDER BY number",
                   row, [&] { rows.push_back(row); });
            for (const auto& one : rows) linkEntry(session, one);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
