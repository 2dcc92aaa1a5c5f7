// Goal: readers and writers at once: each answer is of one state, and nothing is torn. Method: a
// writer keeps an invariant in every batch (all users of the connection carry the same phone);
// readers check it while connections come and go and the tree changes. Run it under tsan.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/unit/view/view_world.h"

namespace tenantry::testing {
namespace {

constexpr int kUsers = 600;
constexpr int kRounds = 60;

std::vector<domain::User> crew(ViewWorld& world, int round) {
    std::vector<domain::User> out;
    for (int i = 0; i < kUsers; ++i) {
        auto one = world.user(4, "u" + std::to_string(i));
        one.phone = std::to_string(round);
        one.seenAt += std::chrono::milliseconds{round};
        out.push_back(std::move(one));
    }
    return out;
}

/// Asks in every way until told to stop; counts answers that mix two states.
void read(const view::MemoryView& view, const domain::Scope& scope, const base::UserId& known,
          const std::atomic<bool>& stop, std::atomic<int>& torn, std::atomic<int>& answers) {
    domain::UserQuery query;
    query.sort = {{domain::UserField::kLastName, false}};
    query.facets = {domain::UserField::kStatus};
    query.filter = domain::Filter::parse(R"(organization eq "acme")").value();
    while (!stop) {
        std::set<std::string> phones;
        int seen = 0;
        const auto opened = view.open(scope, query);
        for (auto row = opened ? (*opened)->next() : std::nullopt; row; row = (*opened)->next()) {
            phones.insert(row->user().phone);
            ++seen;
        }
        if (!opened || phones.size() != 1 || seen != kUsers) ++torn;
        const auto page = view.query(scope, query);
        if (!page || page->total != kUsers) ++torn;
        if (!view.get(scope, known)) ++torn;
        if (view.summaries(scope).size() != 3) ++torn;
        ++answers;
    }
}

void churn(ViewWorld& world, const std::atomic<bool>& stop) {
    const auto tree = world.authority.tree();
    while (!stop) {
        world.connect(24, 4, domain::ConnectionState::kUnreachable);
        world.view.removeConnection(base::ConnectionId(uuid(24)));
        world.view.setTree(domain::OrganizationTree::build({}).value());
        world.view.setTree(tree);
    }
}

TEST(ViewConcurrency, EveryAnswerIsOfOneState) {
    ViewWorld world;
    const auto first = crew(world, 0);
    const auto connection = first.front().connection;
    world.view.apply(connection, {.upserts = first}, 0);
    const auto scope = world.authority.scopeOf(3);
    std::atomic<bool> stop = false;
    std::atomic<int> torn = 0;
    std::atomic<int> answers = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 3; ++i)
            threads.emplace_back(
                [&] { read(world.view, scope, first.front().id, stop, torn, answers); });
        threads.emplace_back([&] { churn(world, stop); });
        for (int round = 1; round <= kRounds || answers < 20; ++round)
            world.view.apply(connection, {.upserts = crew(world, round)}, 0);
        stop = true;
    }
    EXPECT_EQ(torn, 0);
    EXPECT_GE(answers, 20);
}

}  // namespace
}  // namespace tenantry::testing
