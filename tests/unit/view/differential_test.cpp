// Goal: MemoryView says what a naive model says, for any data, operator and query; and a walk by
// cursor neither repeats nor drops a row while data changes. Method: 20,000 random cases with a
// printed seed (TENANTRY_SEED gives it again), a quarter with each tuning; each asked also by an
// operator of another branch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "kernel/view/memory_view.h"
#include "tests/support/child_process.h"
#include "tests/unit/view/naive_model.h"

namespace tenantry::testing {
namespace {

std::vector<domain::User> usersOf(const domain::UserPage& page) {
    std::vector<domain::User> out;
    for (const auto& one : page.items) out.push_back(one.user());
    return out;
}

using domain::User;
using domain::UserField;

const std::vector<UserField> kSorts{
    UserField::kUsername,    UserField::kFirstName,     UserField::kLastName,
    UserField::kEmail,       UserField::kPhone,         UserField::kStatus,
    UserField::kMfaEnrolled, UserField::kFederatedOnly, UserField::kLastLoginAt,
    UserField::kModifiedAt,  UserField::kSeenAt,        UserField::kRoles,
    UserField::kAlerts,      UserField::kConnection,    UserField::kOrganization};
const std::vector<UserField> kFacets{UserField::kStatus,     UserField::kMfaEnrolled,
                                     UserField::kConnection, UserField::kOrganization,
                                     UserField::kConnector,  UserField::kRoles,
                                     UserField::kAlerts};
const std::vector<std::string> kNeedles{
    "",      "",       "",        "ada",     "MÜLL",    "mull",   "ł",     "o'h",
    "n1",    "a l",    "李",      "example", "@exam",   "müller", "ada m", " van",
    "hara ", "a müll", "ple.org", "er@exa",  "van dyk", "a van d"};

std::vector<std::string> idsOf(const std::vector<User>& users) {
    std::vector<std::string> out;
    for (const auto& one : users) out.push_back(one.id.text());
    return out;
}

/// The view under test and the model beside it, told the same.
class Pair {
  public:
    explicit Pair(Authority& authority, view::MemoryView& view, FakeClock& clock,
                  RandomSource& random)
        : random_(random), view_(view), clock_(clock), model(randomModel(random)) {
        clock.set(model.now);
        EXPECT_TRUE(authority.setOrganizations(model.organizations));
        for (const auto& [id, one] : model.directories)
            view.putConnection(one.connection, one.health);
        for (const auto& [id, user] : model.users)
            view.apply(user.connection, {.upserts = {user}}, 0);
    }
    ~Pair() {
        for (const auto& [id, one] : model.directories) view_.removeConnection(id);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    /// Some upserts, marks and removals of one directory; time may go on.
    void change() {
        if (random_.oneIn(3)) model.now += std::chrono::minutes{random_.below(20)};
        clock_.set(model.now);
        std::map<base::ConnectionId, std::vector<User>> upserts;
        for (std::size_t i = 0, count = random_.below(6); i < count; ++i) {
            const auto one = randomUser(random_, model);
            if (touched_.insert(one.id).second) upserts[one.connection].push_back(one);
        }
        for (const auto& [connection, users] : upserts) {
            view_.apply(connection, {.upserts = users}, 0);
            for (const auto& one : users) model.users[one.id] = one;
        }
        markAndRemove();
        touched_.clear();
    }
    /// Thousands of users in batches, as a first reading brings them; then every fifth goes again.
    void grow(std::size_t count) {
        model.nativeIds = count;
        std::map<base::ConnectionId, std::vector<User>> batches;
        for (std::size_t i = 0; i < count; ++i) {
            auto one = randomUser(random_, model);
            if (model.users.try_emplace(one.id, one).second)
                batches[one.connection].push_back(std::move(one));
        }
        for (auto& [connection, users] : batches) {
            view_.apply(connection, {.upserts = users}, 0);
        }
        for (const auto& [connection, users] : batches) {
            std::vector<base::UserId> gone;
            for (const auto& one : users)
                if (random_.oneIn(5)) gone.push_back(one.id);
            view_.apply(connection, {.seenAt = model.now, .tombstones = gone}, 0);
            for (const auto& id : gone) model.users.erase(id);
        }
    }
    NaiveQuery randomQuery() {
        NaiveQuery query;
        for (std::size_t i = 0, count = 1 + random_.below(2); i < count; ++i)
            query.granted.push_back(random_.of(model.organizations).id);
        if (!random_.oneIn(4)) query.filter = randomFilter(random_);
        query.search = random_.of(kNeedles);
        for (std::size_t i = 0, count = random_.below(4); i < count; ++i) {
            const auto field = random_.of(kSorts);
            const bool has = std::any_of(query.sort.begin(), query.sort.end(),
                                         [&](const auto& key) { return key.field == field; });
            if (!has) query.sort.push_back({field, random_.oneIn(2)});
        }
        for (const auto field : kFacets)
            if (random_.oneIn(4)) query.facets.push_back(field);
        return query;
    }
    [[nodiscard]] domain::UserQuery asked(const NaiveQuery& query) const {
        domain::UserQuery out;
        if (query.filter) {
            auto parsed = domain::Filter::parse(query.filter->text);
            EXPECT_TRUE(parsed) << query.filter->text << ": " << parsed.error().message;
            out.filter = std::move(parsed).value();
        }
        out.search = query.search;
        out.sort = query.sort;
        out.facets = query.facets;
        return out;
    }

  private:
    void markAndRemove() {
        const auto directory = model.directories.begin()->first;
        std::vector<base::UserId> seen, removals;
        for (const auto& [id, user] : model.users) {
            if (user.connection != directory || touched_.contains(id)) continue;
            if (random_.oneIn(10))
                removals.push_back(id);
            else if (random_.oneIn(4))
                seen.push_back(id);
        }
        view_.apply(directory, {.seen = seen, .seenAt = model.now, .tombstones = removals}, 0);
        for (const auto& id : seen) model.users.at(id).seenAt = model.now;
        for (const auto& id : removals) model.users.erase(id);
    }

    RandomSource& random_;
    view::MemoryView& view_;
    FakeClock& clock_;
    std::set<base::UserId> touched_;

  public:
    NaiveModel model;
};

/// Small limits, so that little data takes every path: users beside the segments, in segments of a
/// few rows, merged ones; orders that are walked and hits that are selected.
struct TuningRow {
    const char* name;
    view::Tuning tuning;
};
const std::vector<TuningRow> kTunings{
    {"AsShipped", {}},
    {"Walking",
     {.deltaRowsMax = 4, .trigramRowsMin = 0, .lookMax = 0, .warmRowsMin = 8, .order = 2}},
    {"Selecting",
     {.deltaRowsMax = 7, .trigramRowsMin = 0, .lookMax = 0, .warmRowsMin = 16, .order = 3}},
    {"InSegmentsOnly",
     {.deltaRowsMax = 0, .trigramRowsMin = 16, .lookMax = 3, .warmRowsMin = 1, .order = 1}}};

class Differential : public ::testing::TestWithParam<TuningRow> {
  protected:
    std::vector<domain::Grant> grantsOn(const std::vector<base::OrganizationId>& ids) {
        std::vector<domain::Grant> out;
        for (const auto& id : ids) out.push_back({"help_desk", id});
        return out;
    }
    domain::Scope scopeOf(const std::vector<base::OrganizationId>& ids) {
        return authority.operatorWith(grantsOn(ids)).visible();
    }

    void compare(Pair& pair, const NaiveQuery& query, std::size_t offset) {
        const auto scope = scopeOf(query.granted);
        auto asked = pair.asked(query);
        asked.offset = offset;
        asked.limit = 1 + random.below(40);
        const auto got = view.query(scope, asked);
        ASSERT_TRUE(got) << got.error().message;
        const auto expected = naiveAnswer(pair.model, query);
        ASSERT_EQ(got->total, expected.size());
        const auto begin = std::min(asked.offset, expected.size());
        const auto end = std::min(begin + asked.limit, expected.size());
        ASSERT_EQ(usersOf(*got), std::vector<User>(expected.begin() + static_cast<long>(begin),
                                                   expected.begin() + static_cast<long>(end)));
        ASSERT_EQ(got->nextCursor.empty(), end == expected.size() || begin == end);
        for (const auto& row : got->items) compareRow(pair.model, row, scope);
        compareFacets(pair.model, query, *got);
        compareCompleteness(pair.model, query, got->completeness);
        compareOthers(pair.model, query, scope, expected);
    }

    /// What a row says beside the user.
    static void compareRow(const NaiveModel& model, const domain::UserRow& row,
                           const domain::Scope& scope) {
        const auto user = row.user();
        const bool stale = model.isStale(user);
        ASSERT_EQ(row.stale, stale);
        ASSERT_EQ(row.alerts, domain::alertsAt(domain::alertPlanOf(user), model.now, stale));
        ASSERT_EQ(scope.tree()->at(row.ordinal).id, user.organization);
        ASSERT_EQ(domain::versionOf(row), domain::versionOf(user));
    }

    static void compareFacets(const NaiveModel& model, const NaiveQuery& query,
                              const domain::UserPage& got) {
        for (const auto field : query.facets) {
            std::map<std::string, std::uint64_t> counts;
            for (const auto& [value, count] : got.facets.at(field)) counts[value] = count;
            ASSERT_EQ(counts, naiveFacet(model, query, field)) << domain::name(field);
            const auto& values = got.facets.at(field);
            ASSERT_TRUE(std::is_sorted(values.begin(), values.end(),
                                       [](auto& a, auto& b) { return a.count > b.count; }));
        }
    }

    static void compareCompleteness(const NaiveModel& model, const NaiveQuery& query,
                                    const domain::Completeness& got) {
        const auto expected = naiveCompleteness(model, query.granted);
        ASSERT_EQ(got.organizations, expected.organizations);
        ASSERT_EQ(got.current, expected.current);
        ASSERT_EQ(got.stale, expected.stale);
        ASSERT_EQ(got.unreachable, expected.unreachable);
        ASSERT_EQ(got.neverRead, expected.neverRead);
        ASSERT_EQ(got.oldestAsOf, expected.oldestAsOf);
        ASSERT_EQ(got.staleSince, expected.staleSince);
        ASSERT_EQ(got.unreachableSince, expected.unreachableSince);
    }

    /// Figures, single users, and the operator of another branch.
    void compareOthers(const NaiveModel& model, const NaiveQuery& query, const domain::Scope& scope,
                       const std::vector<User>& expected) {
        std::uint64_t users = 0, visible = 0;
        for (const auto& one : view.summaries(scope)) users += one.users;
        for (const auto& [id, user] : model.users)
            visible += model.isVisible(user, query.granted) ? 1 : 0;
        ASSERT_EQ(users, visible);
        if (expected.empty()) return;
        const auto& one = random.of(expected);
        ASSERT_EQ(view.get(scope, one.id).value(), one);
        const std::vector<base::OrganizationId> other{random.of(model.organizations).id};
        const auto sibling = view.get(scopeOf(other), one.id);
        ASSERT_EQ(sibling.has_value(), model.isVisible(one, other));
        ASSERT_FALSE(view.get(domain::Scope(), one.id));
    }

    RandomSource random{seedOfRun()};
    FakeClock clock;
    view::MemoryView view{clock, GetParam().tuning};
    Authority authority{clock, &view};
};
INSTANTIATE_TEST_SUITE_P(Tunings, Differential, ::testing::ValuesIn(kTunings),
                         [](const auto& row) { return row.param.name; });

/// Under a sanitizer, where each question takes thirty times as long, a fifth of them.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kWorlds = 20;
#else
constexpr int kWorlds = 100;
#endif

TEST_P(Differential, FiveThousandQueriesAgreeWithTheModel) {
    for (int world = 0; world < kWorlds; ++world) {
        Pair pair(authority, view, clock, random);
        for (int i = 0; i < 50; ++i) {
            if (i % 10 == 9) pair.change();
            if (random.oneIn(100)) view.settle();
            const auto query = pair.randomQuery();
            SCOPED_TRACE("world " + std::to_string(world) + ", query " + std::to_string(i) +
                         ", filter " + (query.filter ? query.filter->text : "none"));
            compare(pair, query, random.below(10));
            if (HasFatalFailure()) return;
        }
    }
}

TEST_P(Differential, ThousandsOfUsersAgreeWithTheModel) {
    Pair pair(authority, view, clock, random);
    pair.grow(9000);
    for (int i = 0; i < 25; ++i) {
        if (i == 8) view.settle();
        if (i % 4 == 3) pair.change();
        auto query = pair.randomQuery();
        if (i % 5 == 0) query.granted = {pair.model.organizations.front().id};
        if (i % 2 == 0) query.filter.reset();
        SCOPED_TRACE("query " + std::to_string(i) + ", filter " +
                     (query.filter ? query.filter->text : "none"));
        compare(pair, query, random.below(8000));
        if (HasFatalFailure()) return;
    }
}

TEST_P(Differential, AViewFromItsFileSaysWhatItSaidBefore) {
    const TempFolder folder;
    const std::string file = (folder.path() / "view").string();
    for (int world = 0; world < 12; ++world) {
        Pair pair(authority, view, clock, random);
        pair.grow(world % 4 == 0 ? 3000 : 60);
        if (random.oneIn(2)) view.settle();
        pair.change();
        ASSERT_TRUE(view.save(file, "stamp"));
        view::MemoryView again(clock, GetParam().tuning);
        again.setTree(scopeOf({pair.model.organizations.front().id}).tree());
        view::MemoryView::Revisions revisions;
        for (const auto& [id, one] : pair.model.directories) {
            again.putConnection(one.connection, one.health);
            revisions[id] = 0;
        }
        ASSERT_TRUE(again.restore(file, "stamp", revisions).value().empty());
        for (int i = 0; i < 30; ++i) {
            if (i == 20) again.settle();
            const auto query = pair.randomQuery();
            const auto scope = scopeOf(query.granted);
            auto asked = pair.asked(query);
            asked.offset = random.below(30);
            const auto before = view.query(scope, asked).value();
            const auto after = again.query(scope, asked).value();
            ASSERT_EQ(after.total, before.total);
            ASSERT_EQ(usersOf(after), usersOf(before));
            compareFacets(pair.model, query, after);
        }
    }
}

TEST_P(Differential, AStreamIsTheWholeAnswer) {
    for (int world = 0; world < 40; ++world) {
        Pair pair(authority, view, clock, random);
        const auto query = pair.randomQuery();
        const auto expected = naiveAnswer(pair.model, query);
        std::map<base::UserId, bool> stale;
        for (const auto& one : expected) stale[one.id] = pair.model.isStale(one);
        auto opened = view.open(scopeOf(query.granted), pair.asked(query)).value();
        pair.change();  // is not seen any more
        ASSERT_EQ(opened->total(), expected.size());
        for (const auto& one : expected) {
            const auto row = opened->next();
            ASSERT_TRUE(row);
            ASSERT_EQ(row->user(), one);
            EXPECT_EQ(row->stale, stale.at(one.id));
        }
        ASSERT_FALSE(opened->next());
    }
}

TEST_P(Differential, AWalkByCursorInStillWatersIsTheWholeAnswer) {
    for (int world = 0; world < 60; ++world) {
        Pair pair(authority, view, clock, random);
        const auto query = pair.randomQuery();
        const auto scope = scopeOf(query.granted);
        auto asked = pair.asked(query);
        std::vector<User> got;
        do {
            asked.limit = 1 + random.below(7);
            const auto page = view.query(scope, asked).value();
            for (const auto& row : page.items) got.push_back(row.user());
            asked.cursor = page.nextCursor;
        } while (!asked.cursor.empty());
        ASSERT_EQ(idsOf(got), idsOf(naiveAnswer(pair.model, query)));
    }
}

/// What a walk saw of each user: its row at the times of the pages.
TEST_P(Differential, AWalkByCursorWhileDataChangesRepeatsAndDropsNothing) {
    for (int world = 0; world < 120; ++world) {
        Pair pair(authority, view, clock, random);
        const auto query = pair.randomQuery();
        const auto scope = scopeOf(query.granted);
        auto asked = pair.asked(query);
        // Users that stay as they were from the first page to the last.
        auto steady = naiveAnswer(pair.model, query);
        std::map<std::string, int> times;
        std::map<std::string, std::set<std::string>> versions;
        do {
            asked.limit = 1 + random.below(7);
            const auto page = view.query(scope, asked).value();
            for (const auto& one : page.items) ++times[std::string(one.id())];
            asked.cursor = page.nextCursor;
            pair.change();
            // Time moves alerts and staleness: those are changes of the row as well.
            std::erase_if(steady, [&](const User& was) {
                const auto now = pair.model.users.find(was.id);
                return now == pair.model.users.end() || now->second != was;
            });
        } while (!asked.cursor.empty());
        const bool byTime =
            std::any_of(query.sort.begin(), query.sort.end(),
                        [](const auto& key) { return key.field == UserField::kAlerts; }) ||
            (query.filter && query.filter->text.find("alerts") != std::string::npos);
        if (byTime) continue;
        for (const auto& one : steady)
            ASSERT_EQ(times[one.id.text()], 1) << one.username << " in world " << world;
    }
}

}  // namespace
}  // namespace tenantry::testing
