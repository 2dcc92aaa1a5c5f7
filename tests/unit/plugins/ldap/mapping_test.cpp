// States out of ppolicy's attributes at a fixed moment, and records out of entries.
#include "plugins/ldap/mapping.h"

#include <gtest/gtest.h>

#include <tenantry/json.hpp>

#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

constexpr const char* kUuid = "e765dd9c-7a86-1041-9237-6b3247696544";

std::int64_t at(const char* time) {
    return *parseTime(time);
}

const std::int64_t kNow = at("20261122120000Z");

Entry person(std::map<std::string, std::vector<std::string>> more = {}) {
    Entry entry{"uid=ann,ou=people,dc=example,dc=org",
                {{"uid", {"ann"}},
                 {"cn", {"Ann Lee"}},
                 {"sn", {"Lee"}},
                 {"entryuuid", {kUuid}},
                 {"entrycsn", {"20261122060839.642163Z#000000#000#000000"}},
                 {"createtimestamp", {"20261122060838Z"}},
                 {"modifytimestamp", {"20261122060839Z"}}}};
    for (auto& [name, values] : more) entry.attributes[name] = values;
    return entry;
}

Policy policy(std::int64_t lockoutDurationS = 0) {
    return {.known = true,
            .lockout = true,
            .mustChange = true,
            .lockoutDurationS = lockoutDurationS,
            .maxAgeS = 0};
}

struct StateCase {
    const char* name;
    std::map<std::string, std::vector<std::string>> attributes;
    Policy policy;
    bool noPassword;
    State expected;
};

class StandingOf : public ::testing::TestWithParam<StateCase> {};

TEST_P(StandingOf, FollowsThePolicyThatIsInForce) {
    const StateCase& c = GetParam();
    const Standing s = standingOf(person(c.attributes), c.policy, c.noPassword, kNow);
    EXPECT_STREQ(word(s.state), word(c.expected));
}

const std::vector<std::string> kAnHourAgo = {"20261122110000Z"};
const Policy kNoLockout{.known = true, .lockout = false, .mustChange = false};

INSTANTIATE_TEST_SUITE_P(
    Table, StandingOf,
    ::testing::Values(
        StateCase{"Plain", {}, policy(), false, State::kActive},
        StateCase{"LockedUntilReset",
                  {{"pwdaccountlockedtime", kAnHourAgo}},
                  policy(0),
                  false,
                  State::kLocked},
        StateCase{"LockedForTwoHours",
                  {{"pwdaccountlockedtime", kAnHourAgo}},
                  policy(7200),
                  false,
                  State::kLocked},
        StateCase{"LockRanOut",
                  {{"pwdaccountlockedtime", kAnHourAgo}},
                  policy(3600),
                  false,
                  State::kActive},
        StateCase{"LockOfUnknownLength",
                  {{"pwdaccountlockedtime", kAnHourAgo}},
                  policy(-1),
                  false,
                  State::kLocked},
        StateCase{"LockWithoutEffect",
                  {{"pwdaccountlockedtime", kAnHourAgo}},
                  kNoLockout,
                  false,
                  State::kActive},
        StateCase{"Permanent",
                  {{"pwdaccountlockedtime", {kPermanentLock}}},
                  policy(),
                  false,
                  State::kSuspended},
        StateCase{"PermanentWithoutEffect",
                  {{"pwdaccountlockedtime", {kPermanentLock}}},
                  kNoLockout,
                  false,
                  State::kActive},
        StateCase{"MustChange", {{"pwdreset", {"TRUE"}}}, policy(), false, State::kMustChange},
        StateCase{
            "MustChangeWithoutEffect", {{"pwdreset", {"TRUE"}}}, kNoLockout, false, State::kActive},
        StateCase{"LockedHidesMustChange",
                  {{"pwdreset", {"TRUE"}}, {"pwdaccountlockedtime", kAnHourAgo}},
                  policy(),
                  false,
                  State::kLocked},
        StateCase{"Expired",
                  {{"pwdchangedtime", {"20261101000000Z"}}},
                  Policy{.known = true, .maxAgeS = 86400},
                  false,
                  State::kMustChange},
        StateCase{"NotExpired",
                  {{"pwdchangedtime", kAnHourAgo}},
                  Policy{.known = true, .maxAgeS = 86400},
                  false,
                  State::kActive},
        StateCase{"NoPassword", {}, policy(), true, State::kStaged},
        StateCase{"StartsTomorrow",
                  {{"pwdstarttime", {"20261123120000Z"}}},
                  policy(),
                  false,
                  State::kStaged},
        StateCase{"Ended", {{"pwdendtime", kAnHourAgo}}, policy(), false, State::kSuspended},
        StateCase{"SuspendedHidesStaged",
                  {{"pwdaccountlockedtime", {kPermanentLock}}},
                  policy(),
                  true,
                  State::kSuspended}),
    [](const auto& one) { return std::string(one.param.name); });

tny::Json bodyOf(const Entry& entry) {
    return tny::Json::parse(userRecord(entry, {}, Settings{}).body());
}

TEST(UserRecord, CarriesTheFieldsOfTheEntry) {
    const tny::Json body = bodyOf(person({{"givenname", {"Ann"}},
                                          {"mail", {"ann@example.org", "a.lee@example.org"}},
                                          {"employeetype", {"staff", "admin"}},
                                          {"pwdlastsuccess", {"20261122100000Z"}}}));
    EXPECT_EQ(body.str("login"), "ann");
    EXPECT_EQ(body.str("first_name"), "Ann");
    EXPECT_EQ(body.str("last_name"), "Lee");
    EXPECT_EQ(body.str("display_name"), "Ann Lee");  // cn, as there is no displayName
    EXPECT_EQ(body.str("email"), "ann@example.org");
    EXPECT_EQ(body["emails"].size(), 2U);
    EXPECT_EQ(body["roles"].items()[1].text(), "admin");
    EXPECT_EQ(body.str("status"), "active");
    EXPECT_EQ(body.str("created_at"), "2026-11-22T06:08:38Z");
    EXPECT_EQ(body.str("last_login_at"), "2026-11-22T10:00:00Z");
}

TEST(UserRecord, NeverCarriesAPassword) {
    const std::string text =
        bodyOf(person({{"userpassword", {"hunter2"}}, {"pwdhistory", {"hunter1"}}})).dump();
    EXPECT_EQ(text.find("hunter"), std::string::npos);
    for (const auto& name : userAttributes(Settings{})) {
        EXPECT_NE(lower(name), "userpassword");
        EXPECT_NE(lower(name), "pwdhistory");
    }
}

TEST(UserRecord, ChangesItsEtagWhenALockRunsOutThoughTheEntryIsTheSame) {
    const Entry entry = person({{"pwdaccountlockedtime", kAnHourAgo}});
    const Settings settings;
    const auto locked = userRecord(entry, standingOf(entry, policy(7200), false, kNow), settings);
    const auto later =
        userRecord(entry, standingOf(entry, policy(7200), false, kNow + 3600'000), settings);
    EXPECT_NE(locked.etagText(), later.etagText());
    EXPECT_EQ(csnOf(locked.etagText()), csnOf(later.etagText()));
    EXPECT_EQ(csnOf(locked.etagText()), entry.first("entryCSN"));
}

TEST(UserRecord, RefusesAnEntryWithoutAnImmutableId) {
    Entry entry = person();
    entry.attributes.erase("entryuuid");
    EXPECT_THROW(userRecord(entry, {}, Settings{}), tny::Error);
}

TEST(MembershipRecord, IsOnePairWithAnIdOfItsOwn) {
    const tny::Record record = membershipRecord("u-1", "g-1");
    EXPECT_EQ(record.id(), "u-1:g-1");
    EXPECT_EQ(tny::Json::parse(record.body()).str("group"), "g-1");
}

}  // namespace
}  // namespace tenantry::ldap
