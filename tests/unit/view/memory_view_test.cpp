// Goal: what the view promises of scope, search, filter, order, paging, counts and freshness, one
// case each. Method: a small platform of two branches; what one branch sees, the other must not.
#include "kernel/view/memory_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/view/view_world.h"

namespace tenantry::testing {
namespace {

using domain::ConnectionState;
using domain::Tristate;
using domain::UserField;
using domain::UserStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

class View : public ::testing::Test, public ViewWorld {};

TEST_F(View, ShowsTheUsersOfTheScopeAndNoOthers) {
    put({user(4, "ann"), user(5, "bob"), user(8, "cid")});
    EXPECT_THAT(usernames(ask(authority.scopeOf(1))), ElementsAre("ann", "bob", "cid"));
    EXPECT_THAT(usernames(ask(authority.scopeOf(3))), ElementsAre("ann", "bob"));
    EXPECT_THAT(usernames(ask(authority.scopeOf(7))), ElementsAre("cid"));
    EXPECT_THAT(usernames(ask(domain::Scope())), IsEmpty());
    EXPECT_THAT(usernames(ask(authority.operatorWith({}).visible())), IsEmpty());
}

TEST_F(View, GetAnswersNotFoundOutsideTheScope) {
    const auto ann = user(4, "ann");
    put({ann});
    const auto inside = view.get(authority.scopeOf(4), ann.id);
    ASSERT_TRUE(inside);
    EXPECT_EQ(*inside, ann);
    const auto sibling = view.get(authority.scopeOf(5), ann.id);
    const auto nobody = view.get(authority.scopeOf(5), base::UserId(uuid(99)));
    ASSERT_FALSE(sibling);
    ASSERT_FALSE(nobody);
    EXPECT_EQ(sibling.error().code, base::ErrorCode::kNotFound);
    EXPECT_EQ(sibling.error().message, nobody.error().message);
}

TEST_F(View, AUserOfAnotherOrganizationThanItsConnectionIsJudgedByItsOwn) {
    auto stray = user(4, "stray");
    stray.organization = base::OrganizationId(uuid(8));
    auto lost = user(4, "lost");
    lost.organization = base::OrganizationId(uuid(77));
    put({stray, lost});
    EXPECT_THAT(usernames(ask(authority.scopeOf(3))), IsEmpty());
    EXPECT_FALSE(view.get(authority.scopeOf(3), stray.id));
    EXPECT_THAT(usernames(ask(authority.scopeOf(8))), ElementsAre("stray"));
    EXPECT_TRUE(view.get(authority.scopeOf(8), stray.id));
    EXPECT_THAT(usernames(ask(authority.scopeOf(8), R"(organization eq "cedar")")),
                ElementsAre("stray"));
    EXPECT_THAT(usernames(ask(authority.scopeOf(1))), ElementsAre("stray"));
}

TEST_F(View, DecidesByTheTreeOfTheScopeWhenItsOwnIsAnother) {
    put({user(4, "ann"), user(5, "bob"), user(8, "cid")});
    const auto before = authority.scopeOf(3);
    using Kind = domain::OrganizationKind;
    // Birch moves to the other branch, and a new tenant pushes every ordinal on.
    authority.setOrganizations(
        {organization(1, 0, Kind::kPlatform, "Platform"),
         organization(9, 1, Kind::kTenant, "Aardvark"),
         organization(2, 1, Kind::kDistributor, "North"),
         organization(3, 2, Kind::kPartner, "Fjord"), organization(4, 3, Kind::kTenant, "Acme"),
         organization(6, 1, Kind::kDistributor, "South"), organization(7, 6, Kind::kPartner, "Sol"),
         organization(5, 7, Kind::kTenant, "Birch"), organization(8, 7, Kind::kTenant, "Cedar")});
    EXPECT_THAT(usernames(ask(before, R"(organization.path eq "fjord")", "", "organization")),
                ElementsAre("ann", "bob"));
    EXPECT_THAT(usernames(ask(authority.scopeOf(3))), ElementsAre("ann"));
    EXPECT_THAT(usernames(ask(authority.scopeOf(7))), ElementsAre("bob", "cid"));
    EXPECT_EQ(view.completeness(before).organizations, 2U);
    EXPECT_EQ(view.summaries(before).size(), 3U);
}

TEST_F(View, SearchFindsEitherFormOfAName) {
    auto mueller = user(4, "mm");
    mueller.lastName = "Müller";
    auto plain = user(4, "pm");
    plain.lastName = "MULLER";
    auto lodz = user(4, "lz");
    lodz.firstName = "Łucja";
    lodz.lastName = "Żak";
    lodz.email = "lz@firma.example";
    put({mueller, plain, lodz});
    const auto all = authority.scopeOf(4);
    for (const char* text : {"müller", "MULLER", "Müller", "MU\xCC\x88LLER", " ulle "})
        EXPECT_THAT(usernames(ask(all, "", text)), ElementsAre("mm", "pm")) << text;
    for (const char* text : {"lucja", "ŁUCJA  ŻAK", "ja za", "firma", "N-LZ"})
        EXPECT_THAT(usernames(ask(all, "", text)), ElementsAre("lz")) << text;
    EXPECT_THAT(usernames(ask(all, "", "firma pm")), IsEmpty());
    EXPECT_THAT(usernames(ask(authority.scopeOf(5), "", "müller")), IsEmpty());
}

TEST_F(View, FilterEqKeepsAccentsApart) {
    auto mueller = user(4, "mm");
    mueller.lastName = "Müller";
    auto plain = user(4, "pm");
    plain.lastName = "Muller";
    put({mueller, plain});
    const auto all = authority.scopeOf(4);
    EXPECT_THAT(usernames(ask(all, R"(last_name eq "MÜLLER")")), ElementsAre("mm"));
    EXPECT_THAT(usernames(ask(all, R"(last_name eq "muller")")), ElementsAre("pm"));
}

struct FilterRow {
    const char* filter;
    std::vector<std::string> found;
};
class ViewFilter : public ViewWorld, public ::testing::TestWithParam<FilterRow> {};
TEST_P(ViewFilter, FindsWhatScimSays) {
    auto a = user(4, "a");
    a.firstName = "Ada";
    a.roles = {"admin", "staff"};
    a.mfaEnrolled = Tristate::kYes;
    a.mfaMethods = {"totp"};
    a.lastLoginAt = base::parseRfc3339("2026-11-20T08:00:00Z");
    a.attributesJson =
        R"({"Badge":17,"tags":["x","Y"],"desk":{"floor":"2"},"a.b":true,"none":null})";
    auto b = user(4, "b");
    b.mfaEnrolled = Tristate::kNo;
    b.status = UserStatus::kLockedOut;
    auto c = user(5, "c");
    c.status = UserStatus::kSuspended;
    c.statusCause = domain::StatusCause::kBackend;
    c.roles = {"staff"};
    put({a, b, c});
    EXPECT_EQ(usernames(ask(authority.scopeOf(3), GetParam().filter)), GetParam().found)
        << GetParam().filter;
}
INSTANTIATE_TEST_SUITE_P(
    Scim, ViewFilter,
    ::testing::Values(
        FilterRow{R"(status eq "locked_out")", {"b"}}, FilterRow{R"(status sw "l")", {"b"}},
        FilterRow{R"(status ne "ACTIVE")", {"b", "c"}}, FilterRow{"status pr", {"a", "b", "c"}},
        FilterRow{R"(status_cause eq "backend")", {"c"}}, FilterRow{"status_cause pr", {"c"}},
        FilterRow{"status_cause eq null", {"a", "b"}},
        // No value: eq null and eq "" hold, ne anything holds, the rest does not
        FilterRow{"first_name eq null", {"b", "c"}}, FilterRow{R"(first_name eq "")", {"b", "c"}},
        FilterRow{R"(first_name ne "ada")", {"b", "c"}}, FilterRow{"first_name ne null", {"a"}},
        FilterRow{R"(first_name lt "zz")", {"a"}}, FilterRow{R"(first_name co "")", {"a"}},
        FilterRow{R"(not (first_name gt "b"))", {"a", "b", "c"}},
        // true, false or unknown
        FilterRow{"mfa.enrolled eq true", {"a"}}, FilterRow{"mfa.enrolled eq false", {"b"}},
        FilterRow{"mfa.enrolled eq null", {"c"}}, FilterRow{"mfa.enrolled ne true", {"b", "c"}},
        FilterRow{"not (mfa.enrolled pr)", {"c"}},
        FilterRow{"mfa[required eq false]", {"a", "b", "c"}},
        // several values: any
        FilterRow{R"(roles eq "ADMIN")", {"a"}}, FilterRow{R"(roles ne "admin")", {"a", "b", "c"}},
        FilterRow{R"(not (roles eq "admin"))", {"b", "c"}}, FilterRow{"roles eq null", {"b"}},
        FilterRow{R"(roles sw "a" and roles ew "f")", {"a"}},
        FilterRow{R"(roles[value sw "a" and value ew "f"])", {}},
        FilterRow{R"(roles[value sw "s" and value ew "f"])", {"a", "c"}},
        FilterRow{R"(roles[not (value eq "staff")])", {"a"}}, FilterRow{"mfa.methods pr", {"a"}},
        FilterRow{R"(alerts eq "no_mfa")", {"b"}}, FilterRow{R"(alerts co "lock")", {"b"}},
        FilterRow{"alerts pr", {"a", "b"}}, FilterRow{"alerts eq null", {"c"}},
        FilterRow{R"(alerts[value eq "no_mfa" or value eq "stale"])", {"b"}},
        FilterRow{R"(alerts[value eq "no_mfa" and value eq "locked_out"])", {}},
        // times
        FilterRow{R"(last_login_at ge "2026-11-20T09:00:00+01:00")", {"a"}},
        FilterRow{R"(last_login_at lt "2026-11-20")", {}},
        FilterRow{R"(last_login_at ne "2026-11-20T08:00:00Z")", {"b", "c"}},
        FilterRow{R"(seen_at gt "2026-01-01")", {"a", "b", "c"}},
        // where it comes from
        FilterRow{R"(organization eq "ACME")", {"a", "b"}},
        FilterRow{R"(organization ne "acme")", {"c"}},
        FilterRow{R"(organization eq "00000000-0000-4000-8000-000000000005")", {"c"}},
        FilterRow{R"(organization.name sw "Bir")", {"c"}},
        FilterRow{R"(organization.slug eq "platform")", {}},
        FilterRow{R"(organization.path eq "north")", {"a", "b", "c"}},
        FilterRow{R"(organization.path ne "acme")", {"c"}},
        FilterRow{R"(organization.path eq "south")", {}},
        FilterRow{R"(connection eq "directory 14")", {"a", "b"}},
        FilterRow{R"(connection eq "00000000-0000-4000-8000-000000000015")", {"c"}},
        FilterRow{R"(connector eq "ldap")", {"a", "b", "c"}},
        FilterRow{R"(connector eq "org.tenantry.ldap" and id pr)", {"a", "b", "c"}},
        // the connector's own
        FilterRow{"attributes.badge eq 17", {"a"}}, FilterRow{"attributes.badge gt 17", {}},
        FilterRow{R"(attributes.badge sw "1")", {"a"}},
        FilterRow{"attributes.badge ne 18", {"a", "b", "c"}},
        FilterRow{R"(attributes.tags eq "y")", {"a"}},
        FilterRow{R"(attributes.desk.floor eq "2")", {"a"}},
        FilterRow{"attributes.a.b eq true", {"a"}}, FilterRow{"attributes.none pr", {}},
        FilterRow{"attributes[badge eq 17 and desk.floor pr]", {"a"}}));

TEST_F(View, SortsForPeopleAndPutsNothingLast) {
    const auto named = [&](const char* username, const char* lastName) {
        auto one = user(4, username);
        one.lastName = lastName;
        return one;
    };
    put({named("1", "Zimmer"), named("2", "Ångström"), named("3", ""), named("4", "andersen"),
         named("5", "Öberg"), named("6", "Osman")});
    const auto scope = authority.scopeOf(4);
    EXPECT_THAT(usernames(ask(scope, "", "", "last_name")),
                ElementsAre("4", "2", "5", "6", "1", "3"));
    EXPECT_THAT(usernames(ask(scope, "", "", "-last_name")),
                ElementsAre("1", "6", "5", "2", "4", "3"));
}

TEST_F(View, SortsBySeveralColumnsAndTiesById) {
    auto a = user(4, "a");
    auto b = user(4, "b");
    auto c = user(5, "c");
    a.status = c.status = UserStatus::kLockedOut;
    put({a, b, c});
    EXPECT_THAT(usernames(ask(authority.scopeOf(3), "", "", "-status,-username")),
                ElementsAre("c", "a", "b"));
    std::vector<base::UserId> ids{a.id, b.id, c.id};
    std::sort(ids.begin(), ids.end());
    const auto page = ask(authority.scopeOf(3), "", "", "mfa");
    EXPECT_EQ(
        (std::vector{page.items[0].user().id, page.items[1].user().id, page.items[2].user().id}),
        ids);
}

TEST_F(View, WithoutASortTheNewestComeFirst) {
    auto older = user(4, "older");
    older.modifiedAt = clock.now() - 2h;
    auto newer = user(4, "newer");
    newer.modifiedAt = clock.now() - 1h;
    put({older, user(4, "never"), newer});
    EXPECT_THAT(usernames(view.query(authority.scopeOf(4), {}).value()),
                ElementsAre("newer", "older", "never"));
}

TEST_F(View, PagesByOffsetWithTheExactTotal) {
    for (const char* name : {"a", "b", "c", "d", "e"}) put({user(4, name)});
    domain::UserQuery query;
    query.sort = {{UserField::kUsername, false}};
    query.offset = 2;
    query.limit = 2;
    const auto scope = authority.scopeOf(4);
    const auto page = view.query(scope, query).value();
    EXPECT_THAT(usernames(page), ElementsAre("c", "d"));
    EXPECT_EQ(page.total, 5U);
    EXPECT_FALSE(page.nextCursor.empty());
    query.offset = 99;
    EXPECT_THAT(usernames(view.query(scope, query).value()), IsEmpty());
    EXPECT_EQ(view.query(scope, query).value().total, 5U);
    query.offset = 0;
    query.limit = 0;
    EXPECT_EQ(view.query(scope, query).value().total, 5U);
}

TEST_F(View, ALargerPageIsCut) {
    std::vector<domain::User> many;
    for (std::size_t i = 0; i <= base::limits::kUsersPageMax; ++i)
        many.push_back(user(4, "u" + std::to_string(i)));
    view.apply(many.front().connection, {.upserts = many}, 0);
    domain::UserQuery query;
    query.limit = 10'000;
    const auto page = view.query(authority.scopeOf(4), query).value();
    EXPECT_EQ(page.items.size(), base::limits::kUsersPageMax);
    EXPECT_EQ(page.total, base::limits::kUsersPageMax + 1);
}

TEST_F(View, ACursorGoesOnBehindTheLastRowWhateverChangedBeforeIt) {
    put({user(4, "b"), user(4, "d"), user(4, "f"), user(4, "h")});
    domain::UserQuery query;
    query.sort = {{UserField::kUsername, false}};
    query.limit = 2;
    const auto scope = authority.scopeOf(4);
    const auto first = view.query(scope, query).value();
    ASSERT_THAT(usernames(first), ElementsAre("b", "d"));
    // The last row itself goes, one comes before it, one behind it.
    view.apply(user(4, "d").connection,
               {.upserts = {user(4, "a"), user(4, "e")},
                .seenAt = clock.now(),
                .tombstones = {user(4, "d").id}},
               0);
    query.cursor = first.nextCursor;
    const auto second = view.query(scope, query).value();
    EXPECT_THAT(usernames(second), ElementsAre("e", "f"));
    EXPECT_EQ(second.total, 5U);
    query.cursor = second.nextCursor;
    const auto third = view.query(scope, query).value();
    EXPECT_THAT(usernames(third), ElementsAre("h"));
    EXPECT_EQ(third.nextCursor, "");
}

TEST_F(View, ACursorOfAnotherQueryIsRefused) {
    put({user(4, "a"), user(4, "b")});
    domain::UserQuery query;
    query.sort = {{UserField::kUsername, false}};
    query.limit = 1;
    const auto scope = authority.scopeOf(4);
    query.cursor = view.query(scope, query).value().nextCursor;
    ASSERT_TRUE(view.query(scope, query));
    const auto expectRefused = [&](const domain::UserQuery& other) {
        const auto answer = view.query(scope, other);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, base::ErrorCode::kInvalidArgument);
        EXPECT_EQ(answer.error().pointer, "?cursor");
    };
    auto other = query;
    other.sort[0].descending = true;
    expectRefused(other);
    other = query;
    other.search = "a";
    expectRefused(other);
    other = query;
    other.filter = domain::Filter::parse("id pr").value();
    expectRefused(other);
    for (const std::string& damaged :
         {std::string("x"), std::string("!!!"), query.cursor.substr(0, query.cursor.size() - 4),
          query.cursor + "AAAA", std::string(5000, 'A')}) {
        other = query;
        other.cursor = damaged;
        expectRefused(other);
    }
}

TEST_F(View, ACursorStaysShortForLongNames) {
    auto a = user(4, "a");
    a.lastName = a.firstName = a.displayName = a.email = std::string(1024, 'x');
    auto b = a;
    b.id = base::UserId(uuid(5));
    b.lastName += "y";
    put({a, b});
    domain::UserQuery query;
    query.sort = domain::parseSort("last_name,first_name,display_name,email").value();
    query.limit = 1;
    const auto scope = authority.scopeOf(4);
    const auto first = view.query(scope, query).value();
    EXPECT_LE(first.nextCursor.size(), 1000U);
    query.cursor = first.nextCursor;
    const auto second = view.query(scope, query).value();
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_NE(second.items[0].id(), first.items[0].id());
}

std::vector<std::string> shown(const std::vector<domain::FacetValue>& facet) {
    std::vector<std::string> out;
    for (const auto& [value, count] : facet) out.push_back(value + "=" + std::to_string(count));
    return out;
}

TEST_F(View, FacetsCountWhatElseCouldBeChosen) {
    auto a = user(4, "a");
    a.status = UserStatus::kLockedOut;
    a.roles = {"staff", "admin"};
    auto b = user(4, "b");
    b.mfaEnrolled = Tristate::kNo;
    auto c = user(5, "c");
    c.mfaEnrolled = Tristate::kYes;
    put({a, b, c, user(8, "other-branch")});
    domain::UserQuery query;
    query.facets =
        domain::parseFacets("status,mfa,organization,connection,connector,roles,alerts").value();
    const auto scope = authority.scopeOf(3);
    const auto all = view.query(scope, query).value().facets;
    EXPECT_THAT(shown(all.at(UserField::kStatus)), ElementsAre("ACTIVE=2", "LOCKED_OUT=1"));
    EXPECT_THAT(shown(all.at(UserField::kMfaEnrolled)),
                ElementsAre("false=1", "true=1", "unknown=1"));
    EXPECT_THAT(shown(all.at(UserField::kOrganization)),
                ElementsAre(uuid(4) + "=2", uuid(5) + "=1"));
    EXPECT_THAT(shown(all.at(UserField::kConnection)),
                ElementsAre(uuid(14) + "=2", uuid(15) + "=1"));
    EXPECT_THAT(shown(all.at(UserField::kConnector)), ElementsAre("org.tenantry.ldap=3"));
    EXPECT_THAT(shown(all.at(UserField::kRoles)), ElementsAre("=2", "admin=1", "staff=1"));
    EXPECT_THAT(shown(all.at(UserField::kAlerts)),
                ElementsAre("locked_out=1", "no_mfa=1", "privileged=1"));
    // Without the parts that narrow the same facet, with all others.
    query.filter =
        domain::Filter::parse(R"(status eq "ACTIVE" and organization eq "acme")").value();
    const auto page = view.query(scope, query).value();
    EXPECT_EQ(page.total, 1U);
    EXPECT_THAT(shown(page.facets.at(UserField::kStatus)), ElementsAre("ACTIVE=1", "LOCKED_OUT=1"));
    EXPECT_THAT(shown(page.facets.at(UserField::kOrganization)),
                ElementsAre(uuid(4) + "=1", uuid(5) + "=1"));
    EXPECT_THAT(shown(page.facets.at(UserField::kMfaEnrolled)), ElementsAre("false=1"));
    // A disjunction at the top narrows everything.
    query.filter = domain::Filter::parse(R"(status eq "LOCKED_OUT" or username eq "c")").value();
    EXPECT_THAT(shown(view.query(scope, query).value().facets.at(UserField::kStatus)),
                ElementsAre("ACTIVE=1", "LOCKED_OUT=1"));
}

TEST_F(View, RefusesWhatCannotBeSortedCountedOrSearched) {
    const auto scope = authority.scopeOf(4);
    domain::UserQuery query;
    query.sort = {{UserField::kAttribute, false}};
    EXPECT_FALSE(view.query(scope, query));
    query = {};
    query.facets = {UserField::kUsername};
    EXPECT_FALSE(view.query(scope, query));
    query = {};
    query.search = std::string(base::limits::kSearchBytesMax + 1, 'x');
    const auto refused = view.query(scope, query);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().pointer, "?q");
    EXPECT_FALSE(view.open(scope, query));
}

TEST_F(View, SaysHowCompleteItIs) {
    put({user(4, "ann"), user(5, "bob"), user(8, "cid")});
    connect(24, 4, ConnectionState::kUnreachable);
    connect(15, 5, ConnectionState::kNeverRead);
    const auto fjord = ask(authority.scopeOf(3)).completeness;
    EXPECT_EQ(fjord.organizations, 2U);
    EXPECT_EQ(fjord.current, 0U);
    EXPECT_EQ(fjord.unreachable, 1U);
    EXPECT_EQ(fjord.neverRead, 1U);
    EXPECT_EQ(fjord.unreachableSince, clock.now() - 3min);
    EXPECT_EQ(fjord.oldestAsOf, clock.now() - 5min);
    const auto sol = view.completeness(authority.scopeOf(7));
    EXPECT_EQ(sol.organizations, 1U);
    EXPECT_EQ(sol.current, 1U);
    EXPECT_EQ(view.completeness(domain::Scope()).organizations, 0U);
}

TEST_F(View, WhatIsCurrentGrowsStaleWithTime) {
    put({user(4, "ann")});
    const auto scope = authority.scopeOf(4);
    EXPECT_FALSE(ask(scope).items.at(0).stale);
    EXPECT_EQ(ask(scope, R"(alerts eq "stale")").total, 0U);
    clock.advance(base::limits::kStaleAfter + 1s);
    EXPECT_TRUE(ask(scope).items.at(0).stale);
    EXPECT_EQ(ask(scope, R"(alerts eq "stale")").total, 1U);
    EXPECT_EQ(view.completeness(scope).stale, 1U);
    EXPECT_EQ(view.summaries(scope).at(0).state, ConnectionState::kStale);
}

TEST_F(View, SummarizesEachOrganizationWithoutWhatIsBelow) {
    auto ann = user(4, "ann");
    ann.mfaEnrolled = Tristate::kNo;
    put({ann, user(4, "art"), user(8, "cid")});
    connect(24, 4, ConnectionState::kUnreachable);
    const auto all = view.summaries(authority.scopeOf(2));
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].organization.text(), uuid(2));
    EXPECT_EQ(all[0].state, std::nullopt);
    EXPECT_EQ(all[0].users, 0U);
    EXPECT_EQ(all[2].organization.text(), uuid(4));
    EXPECT_EQ(all[2].users, 2U);
    EXPECT_EQ(all[2].byStatus[static_cast<std::size_t>(UserStatus::kActive)], 2U);
    EXPECT_EQ(all[2].mfaNot, 1U);
    EXPECT_EQ(all[2].mfaUnknown, 1U);
    EXPECT_EQ(all[2].withAlerts, 1U);
    EXPECT_EQ(all[2].directories, 2U);
    EXPECT_EQ(all[2].state, ConnectionState::kUnreachable);
    EXPECT_EQ(all[2].error, "connection refused");
    EXPECT_EQ(all[3].users, 0U);
    EXPECT_THAT(view.summaries(domain::Scope()), IsEmpty());
}

TEST_F(View, KeepsWhatWasSeenLater) {
    auto ann = user(4, "ann");
    ann.status = UserStatus::kSuspended;
    put({ann});
    auto older = ann;
    older.status = UserStatus::kActive;
    older.seenAt -= 1min;
    put({older});
    view.apply(ann.connection, {.seen = {ann.id}, .seenAt = older.seenAt, .tombstones = {ann.id}},
               0);
    EXPECT_EQ(view.get(authority.scopeOf(4), ann.id).value(), ann);
    view.apply(ann.connection, {.seen = {ann.id}, .seenAt = clock.now() + 1min}, 0);
    EXPECT_EQ(view.get(authority.scopeOf(4), ann.id).value().seenAt, clock.now() + 1min);
    view.apply(ann.connection, {.seenAt = clock.now() + 1min, .tombstones = {ann.id}}, 0);
    EXPECT_FALSE(view.get(authority.scopeOf(4), ann.id));
}

TEST_F(View, ARemovedConnectionTakesItsUsersAlong) {
    put({user(4, "ann"), user(5, "bob"), user(8, "cid")});
    view.removeConnection(user(5, "bob").connection);
    const auto scope = authority.scopeOf(1);
    EXPECT_THAT(usernames(ask(scope)), ElementsAre("ann", "cid"));
    EXPECT_EQ(view.completeness(scope).organizations, 2U);
    put({user(5, "late")});
    EXPECT_THAT(usernames(ask(scope)), ElementsAre("ann", "cid"));
}

TEST_F(View, LeavesOutUsersThatAreNotOfTheConnection) {
    auto stranger = user(5, "stranger");
    view.apply(user(4, "ann").connection, {.upserts = {user(4, "ann"), stranger}}, 0);
    EXPECT_THAT(usernames(ask(authority.scopeOf(1))), ElementsAre("ann"));
}

TEST_F(View, StreamsEverythingOfOneState) {
    for (const char* name : {"c", "a", "b"}) put({user(4, name)});
    domain::UserQuery query;
    query.sort = {{UserField::kUsername, false}};
    query.limit = 1;
    std::vector<std::string> got;
    const auto opened = view.open(authority.scopeOf(4), query).value();
    while (const auto row = opened->next()) {
        EXPECT_FALSE(row->stale);
        const auto one = row->user();
        view.removeConnection(one.connection);  // a change meanwhile is not seen
        got.push_back(one.username);
    }
    EXPECT_THAT(got, ElementsAre("a", "b", "c"));
    EXPECT_EQ(ask(authority.scopeOf(4)).total, 0U);
}

TEST_F(View, HoldsThousandsOfUsersOfOneConnectionThroughManyChanges) {
    std::set<std::string> expected;
    std::vector<domain::User> batch;
    for (int i = 0; i < 5000; ++i) batch.push_back(user(4, "u" + std::to_string(i)));
    for (std::size_t begin = 0; begin < batch.size(); begin += 700) {
        const auto end = std::min(begin + 700, batch.size());
        view.apply(batch[0].connection,
                   {.upserts = {batch.begin() + static_cast<long>(begin),
                                batch.begin() + static_cast<long>(end)}},
                   0);
    }
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (i % 3 == 0)
            view.apply(batch[0].connection, {.seenAt = clock.now(), .tombstones = {batch[i].id}},
                       0);
        else
            expected.insert(batch[i].username);
    std::set<std::string> got;
    const auto scope = authority.scopeOf(4);
    const auto opened = view.open(scope, {}).value();
    while (const auto row = opened->next()) EXPECT_TRUE(got.insert(row->user().username).second);
    EXPECT_EQ(got, expected);
    for (const auto& one : batch)
        EXPECT_EQ(view.get(scope, one.id).has_value(), expected.contains(one.username));
}

TEST_F(View, BecomesOneSegmentWhenNothingIsWrittenAnyMore) {
    std::vector<domain::User> many;
    for (int i = 0; i < 20'000; ++i) many.push_back(user(4, "u" + std::to_string(i)));
    view.apply(many[0].connection, {.upserts = many}, 0);
    view.settle();
    // So few beside so many are not worth writing everything anew while more may come.
    std::vector<domain::User> few;
    for (int i = 0; i < 300; ++i) few.push_back(user(5, "v" + std::to_string(i)));
    view.apply(few[0].connection, {.upserts = few}, 0);
    ASSERT_EQ(view.stats().segments, 2U);
    view.settle();
    EXPECT_EQ(view.stats().segments, 1U);
    EXPECT_EQ(ask(authority.scopeOf(1)).total, 20'300U);
    EXPECT_EQ(ask(authority.scopeOf(5)).total, 300U);
}

}  // namespace
}  // namespace tenantry::testing
