// tny::paginate against a backend of numbered pages: complete, cut by budget, stopped, cancelled.
#include <gtest/gtest.h>

#include <tenantry/fake_host.hpp>

namespace {

/// Pages of three users each.
tny::Page page(std::string_view cursor, int pages) {
    const int n = cursor.empty() ? 0 : std::stoi(std::string(cursor));
    tny::Page p;
    for (int i = 0; i < 3; ++i) p.add(tny::user(std::to_string(3 * n + i)));
    if (n + 1 < pages) p.next = std::to_string(n + 1);
    return p;
}

tny::FakeResult read(tny::FakeHost& host, int pages, std::uint32_t budget,
                     std::string cursor = {}) {
    return host.run([&](tny_call* raw) {
        tny::Call call(host.table(), raw);
        tny::Read r;
        r.cursor = cursor;
        r.budgetRecords = budget;
        return tny::paginate(call, r, [&](std::string_view c) { return page(c, pages); });
    });
}

TEST(Paginate, SaysOkOnlyAfterTheLastPage) {
    tny::FakeHost host;
    const auto all = read(host, 4, 100);
    EXPECT_EQ(all.status, TNY_OK);
    EXPECT_EQ(all.records.size(), 12u);
    EXPECT_EQ(all.checkpoints, (std::vector<std::string>{"1", "2", "3"}));
}

TEST(Paginate, AnyBudgetGivesTheSameSet) {
    for (const std::uint32_t budget : {1u, 3u, 4u, 7u, 100u}) {
        tny::FakeHost host;
        std::string cursor;
        std::vector<std::string> ids;
        for (int guard = 0; guard < 20; ++guard) {
            const auto part = read(host, 5, budget, cursor);
            for (const auto& r : part.records) ids.push_back(r.id);
            if (part.status == TNY_OK) break;
            ASSERT_EQ(part.status, TNY_MORE);
            ASSERT_FALSE(part.checkpoints.empty());
            cursor = part.checkpoints.back();
        }
        ASSERT_EQ(ids.size(), 15u) << budget;
        for (int i = 0; i < 15; ++i) EXPECT_EQ(ids[static_cast<std::size_t>(i)], std::to_string(i));
    }
}

TEST(Paginate, AStopInThePageLeavesItUncovered) {
    tny::FakeHost host;
    host.stopAfter = 5;
    const auto part = read(host, 4, 100);
    EXPECT_EQ(part.status, TNY_MORE);
    EXPECT_EQ(part.checkpoints, (std::vector<std::string>{"1"}));
}

TEST(Paginate, ACancelledCallReadsNoFurtherPage) {
    tny::FakeHost host;
    host.cancelNow();
    EXPECT_THROW(read(host, 4, 100), tny::Error);
}

TEST(Paginate, RefusesABackendThatGoesRound) {
    tny::FakeHost host;
    host.run([&](tny_call* raw) {
        tny::Call call(host.table(), raw);
        tny::Read r;
        r.budgetRecords = 1000000;
        const auto fetch = [](std::string_view) {
            tny::Page p;
            p.next = "same";
            return p;
        };
        try {
            tny::paginate(call, r, fetch);
            ADD_FAILURE() << "it went on";
        } catch (const tny::Error& e) {
            EXPECT_EQ(e.code(), TNY_E_DATA);
        }
        return TNY_OK;
    });
}

}  // namespace
