// The chains of the activity trail: whatever is altered, removed, put in or put elsewhere behind
// our back is found, and retention leaves a chain that can still be checked.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

class ActivityChain : public ::testing::Test {
  protected:
    ActivityChain() { reopen(); }
    void reopen() {
        store_.reset();
        auto opened = store::Store::open(database_.options(), clock_, soon());
        if (!opened) throw std::runtime_error(opened.error().text());
        store_ = std::move(*opened);
    }
    static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds{20}); }
    void append(int from, int to, const base::OrganizationId& organization) {
        for (int n = from; n <= to; ++n)
            ASSERT_TRUE(store_->append(plain(entryOf(organization, n)), soon()));
    }
    /// Without a NUL, at which SQL's own functions on text stop.
    static domain::Activity plain(domain::Activity entry) {
        entry.detail = "Suspended.";
        return entry;
    }
    /// As somebody with the database in their hands.
    void meddle(const std::string& sql) {
        sqlite3* db = nullptr;
        ASSERT_EQ(sqlite3_open(database_.connectionString.substr(9).c_str(), &db), SQLITE_OK);
        char* error = nullptr;
        EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
            << (error == nullptr ? "" : error);
        EXPECT_GT(sqlite3_changes(db), 0) << sql;
        sqlite3_close(db);
    }
    domain::ChainReport report(const std::vector<domain::ChainHead>& anchors = {}) {
        return store_->verifyChain(north_, anchors, soon()).value();
    }
    std::string at(const std::string& column, int sequence) {
        return "(SELECT " + column + " FROM activity_links WHERE organization_id='" +
               north_.text() + "' AND sequence=" + std::to_string(sequence) + ")";
    }

    EmptyDatabase database_{StoreKind::kSqlite};
    FakeClock clock_;
    std::unique_ptr<store::Store> store_;
    base::OrganizationId north_{base::newUuid()}, south_{base::newUuid()};
};

TEST_F(ActivityChain, AWholeOneIsWhole) {
    append(1, 5, north_);
    append(1, 2, south_);
    append(6, 6, north_);
    EXPECT_TRUE(report().faults.empty());
    EXPECT_EQ(report().entries, 6U);
    EXPECT_EQ(report().head.sequence, 6U);
    EXPECT_EQ(store_->chainHeads(soon()).value().size(), 2U);
    reopen();
    EXPECT_TRUE(report().faults.empty());
}

TEST_F(ActivityChain, EveryAlteredFieldIsFound) {
    append(1, 4, north_);
    for (const char* column : {"detail", "actor_name", "outcome", "reason", "before_json",
                               "remote_address", "target_id", "action"}) {
        meddle("UPDATE activities SET " + std::string(column) + " = " + column +
               " || 'x' WHERE id = " + at("activity_id", 2));
        const auto found = report();
        ASSERT_EQ(found.faults.size(), 1U) << column;
        EXPECT_EQ(found.faults[0].sequence, 2U);
        meddle("UPDATE activities SET " + std::string(column) + " = substr(" + column +
               ", 1, length(" + column + ") - 1) WHERE id = " + at("activity_id", 2));
        EXPECT_TRUE(report().faults.empty()) << column;
    }
    meddle("UPDATE activities SET at_ms = at_ms + 1 WHERE id = " + at("activity_id", 3));
    EXPECT_EQ(report().faults.at(0).sequence, 3U);
}

TEST_F(ActivityChain, AnEntryThatWasRemovedIsFound) {
    append(1, 5, north_);
    meddle("DELETE FROM activities WHERE id = " + at("activity_id", 3));
    ASSERT_EQ(report().faults.size(), 1U);
    EXPECT_EQ(report().faults[0].sequence, 3U);
    meddle("DELETE FROM activity_links WHERE sequence = 3");
    EXPECT_EQ(report().faults.size(), 1U);
}

TEST_F(ActivityChain, EntriesThatChangedPlacesAreFound) {
    append(1, 5, north_);
    meddle("UPDATE activity_links SET sequence = 99 WHERE sequence = 2");
    meddle("UPDATE activity_links SET sequence = 2 WHERE sequence = 3");
    meddle("UPDATE activity_links SET sequence = 3 WHERE sequence = 99");
    EXPECT_GE(report().faults.size(), 2U);
}

TEST_F(ActivityChain, AnEntryThatWasPutInIsFound) {
    append(1, 3, north_);
    meddle(
        "INSERT INTO activities SELECT NULL, 'forged', at_ms, organization_id, actor_id, "
        "actor_name, remote_address, action, target_kind, target_id, target_name, outcome, "
        "detail, reason, ticket, before_json, after_json, correlation_id, searched FROM "
        "activities LIMIT 1");
    ASSERT_EQ(report().faults.size(), 1U);
    EXPECT_NE(report().faults[0].words.find("put in"), std::string::npos);
}

TEST_F(ActivityChain, AnEndThatWasCutOffIsFoundByTheAnchor) {
    append(1, 5, north_);
    const auto anchor = store_->chainHeads(soon()).value();
    // Consistently: entry, link and head, as one would who knows the tables.
    meddle("DELETE FROM activities WHERE id = " + at("activity_id", 5));
    meddle("DELETE FROM activity_links WHERE sequence = 5");
    meddle("UPDATE activity_chains SET sequence = 4, digest = " + at("digest", 4));
    EXPECT_TRUE(report().faults.empty()) << "by itself it looks whole";
    ASSERT_EQ(report(anchor).faults.size(), 1U);
    EXPECT_EQ(report(anchor).faults[0].sequence, 5U);
    append(6, 6, north_);
    EXPECT_EQ(report(anchor).faults.size(), 1U) << "another entry in its place has another digest";
}

TEST_F(ActivityChain, RetentionLeavesAChainThatCanBeChecked) {
    append(1, 8, north_);
    EXPECT_EQ(store_->trimChain(north_, moment(4), soon()).value(), 3U);
    EXPECT_EQ(report().entries, 5U);
    EXPECT_TRUE(report().faults.empty());
    EXPECT_EQ(report().head.floorSequence, 3U);
    EXPECT_EQ(store_->trimChain(north_, moment(4), soon()).value(), 0U);
    append(9, 9, north_);
    EXPECT_TRUE(report().faults.empty());
    meddle("UPDATE activities SET detail = 'x' WHERE id = " + at("activity_id", 4));
    EXPECT_EQ(report().faults.size(), 1U) << "the first that stayed is still held to the floor";
    EXPECT_EQ(store_->trimChain(north_, moment(100), soon()).value(), 5U);
    EXPECT_EQ(report().entries, 1U) << "the newest stays";
    EXPECT_TRUE(report().faults.empty());
}

TEST_F(ActivityChain, EntriesFromBeforeTheChainsAreLinkedOnce) {
    append(1, 4, north_);
    meddle("DELETE FROM activity_links");
    meddle("DELETE FROM activity_chains");
    reopen();
    EXPECT_EQ(report().entries, 4U);
    EXPECT_TRUE(report().faults.empty());
}

}  // namespace
}  // namespace tenantry::testing
