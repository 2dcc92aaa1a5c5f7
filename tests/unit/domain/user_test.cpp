// Goal: states, alerts and freshness by the day; a connector's record becomes a user, and one odd
// attribute does not hide it.
#include "kernel/domain/user.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/domain/user_mapping.h"
#include "tests/unit/domain/authority.h"

namespace tenantry::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using S = UserStatus;

const TimePoint kNow = base::fromMillis(1'795'305'600'000);

TEST(UserStates, TheStrongerOfTwoIsShown) {
    const std::vector<S> order{
        S::kDeleted,  S::kSuspended,           S::kStaged, S::kLockedOut, S::kProvisioned,
        S::kRecovery, S::kAwaitingNewPassword, S::kActive};
    ASSERT_EQ(order.size(), kUserStatusCount);
    for (std::size_t a = 0; a < order.size(); ++a)
        for (std::size_t b = 0; b < order.size(); ++b)
            EXPECT_EQ(stronger(order[a], order[b]), order[std::min(a, b)]);
    for (const auto one : order) {
        EXPECT_EQ(userStatus(name(one)), one);
        EXPECT_FALSE(words(one).empty());
        EXPECT_EQ(isLive(one), one != S::kDeleted);
    }
    EXPECT_EQ(userStatus("locked_out"), std::nullopt);
}

TEST(Alerts, FollowStateAndTime) {
    User user;
    EXPECT_THAT(alertsOf(user, kNow, false), IsEmpty());
    EXPECT_THAT(alertsOf(user, kNow, true), ElementsAre(Alert::kStale));
    user.status = S::kLockedOut;
    user.mfaEnrolled = Tristate::kNo;
    user.roles = {"Domain Admins"};
    EXPECT_THAT(alertsOf(user, kNow, true),
                ElementsAre(Alert::kLockedOut, Alert::kNoMfa, Alert::kStale, Alert::kPrivileged));
    user.status = S::kDeleted;
    EXPECT_THAT(alertsOf(user, kNow, false), IsEmpty());
    user = {};
    user.status = S::kAwaitingNewPassword;
    EXPECT_THAT(alertsOf(user, kNow, false), ElementsAre(Alert::kPasswordExpired));
}

TEST(Alerts, BeginAtTheirMoment) {
    User user;
    user.lastLoginAt = kNow - std::chrono::days{90};
    EXPECT_THAT(alertsOf(user, kNow, false), ElementsAre(Alert::kInactive));
    EXPECT_THAT(alertsOf(user, kNow - 1ms, false), IsEmpty());
    user = {};
    user.status = S::kProvisioned;
    user.createdAt = kNow - std::chrono::days{7};
    EXPECT_THAT(alertsOf(user, kNow, false), ElementsAre(Alert::kInviteExpired));
    EXPECT_THAT(alertsOf(user, kNow - 1ms, false), IsEmpty());
    user.createdAt = TimePoint::max();
    EXPECT_THAT(alertsOf(user, kNow, false), IsEmpty());
}

TEST(Freshness, WhatIsCurrentGrowsStale) {
    ConnectionHealth health;
    EXPECT_EQ(stateAt(health, kNow), ConnectionState::kNeverRead);
    health.state = ConnectionState::kCurrent;
    health.since = kNow - 1h;
    health.lastCompleteAt = kNow - base::limits::kStaleAfter;
    EXPECT_EQ(stateAt(health, kNow), ConnectionState::kCurrent);
    EXPECT_EQ(stateSince(health, kNow), kNow - 1h);
    EXPECT_EQ(stateAt(health, kNow + 1ms), ConnectionState::kStale);
    EXPECT_EQ(stateSince(health, kNow + 1ms), *health.lastCompleteAt);
    health.state = ConnectionState::kUnreachable;
    EXPECT_EQ(stateAt(health, kNow + 1h), ConnectionState::kUnreachable);
}

TEST(Freshness, CapabilitiesSurviveTheStore) {
    const Capabilities all{{"user.suspend", {false, false, "It \"cannot\"."}},
                           {"user.unlock", {true, true, "clears a counter"}}};
    EXPECT_EQ(capabilitiesFromJson(toJson(all)), all);
    EXPECT_TRUE(capabilitiesFromJson("nonsense").empty());
}

constexpr std::string_view kDescriptor = R"({"tny":1,"id":"org.example.test","name":"Test",
 "vendor":"Example","version":"1.0.0","abi":{"major":1},"config":{},"kinds":{"user":{"attributes":{
  "uid":{"type":"string","maps":"login"},"given":{"type":"string","maps":"first_name"},
  "family":{"type":"string","maps":"last_name"},"mail":{"type":"string","maps":"emails"},
  "flags":{"type":"string","maps":"status",
   "values":{"off":"SUSPENDED","lock":"LOCKED_OUT","on":"ACTIVE"}},
  "groups":{"type":"string","maps":"roles","values":{"adm":"admin"}},
  "otp":{"type":"boolean","maps":"mfa_enrolled"},"seen":{"type":"string","maps":"last_login_at"},
  "link":{"type":"string","maps":"console_url"},"badge":{"type":"number"}}}}})";

class Mapping : public ::testing::Test {
  protected:
    base::Result<User> map(std::string_view body, std::string_view id = "n-1") {
        const auto descriptor = parseDescriptor(kDescriptor);
        EXPECT_TRUE(descriptor) << descriptor.error().text();
        Connection connection;
        connection.id = ConnectionId(testing::uuid(1));
        connection.organization = OrganizationId(testing::uuid(2));
        Record record;
        record.kind = "user";
        record.id = id;
        record.etag = "7";
        record.body = body;
        return UserMapping(*descriptor).map(connection, record, kNow);
    }
};

TEST_F(Mapping, TakesWhatTheDescriptorMaps) {
    const auto user = map(R"({"uid":"ada","given":"Ada","family":"Lovelace",
        "mail":[{"value":"old@x.org"},{"value":"ada@x.org","primary":true}],
        "flags":["on","lock"],"groups":["adm","staff"],"otp":"TRUE",
        "seen":"2026-11-20T08:00:00Z","link":"https://x.org/ada","badge":17})");
    ASSERT_TRUE(user) << user.error().message;
    EXPECT_EQ(user->id, base::userIdOf(ConnectionId(testing::uuid(1)), "n-1"));
    EXPECT_EQ(user->organization.text(), testing::uuid(2));
    EXPECT_EQ(user->username, "ada");
    EXPECT_EQ(user->displayName, "Ada Lovelace");
    EXPECT_EQ(user->email, "ada@x.org");
    EXPECT_EQ(user->status, S::kLockedOut);
    EXPECT_EQ(user->nativeStatus, "on, lock");
    EXPECT_THAT(user->roles, ElementsAre("admin", "staff"));
    EXPECT_EQ(user->mfaEnrolled, Tristate::kYes);
    EXPECT_EQ(user->lastLoginAt, base::parseRfc3339("2026-11-20T08:00:00Z"));
    EXPECT_EQ(user->consoleUrl, "https://x.org/ada");
    EXPECT_EQ(user->etag, "7");
    EXPECT_EQ(user->seenAt, kNow);
    EXPECT_EQ(base::Json::parse(user->attributesJson).value()["badge"].asInt(), 17);
}

TEST_F(Mapping, OneOddAttributeDoesNotHideAUser) {
    const auto user = map(R"({"uid":17,"given":null,"mail":{},"flags":"strange","otp":"perhaps",
        "seen":"yesterday","link":"javascript:alert","groups":{"value":"staff"}})");
    ASSERT_TRUE(user) << user.error().message;
    EXPECT_EQ(user->username, "17");
    EXPECT_EQ(user->firstName, "");
    EXPECT_EQ(user->email, "");
    EXPECT_EQ(user->status, S::kActive);
    EXPECT_EQ(user->nativeStatus, "strange");
    EXPECT_EQ(user->mfaEnrolled, Tristate::kUnknown);
    EXPECT_EQ(user->lastLoginAt, std::nullopt);
    EXPECT_EQ(user->consoleUrl, "");
}

TEST_F(Mapping, CutsLongTextAtACharacter) {
    std::string name;
    for (int i = 0; i < 600; ++i) name += "ü";
    const auto user = map("{\"uid\":\"x" + name + "\"}");
    ASSERT_TRUE(user);
    EXPECT_LE(user->username.size(), 1024U);
    EXPECT_GE(user->username.size(), 1021U);
    EXPECT_TRUE(base::isValidUtf8(user->username));
}

TEST_F(Mapping, RefusesWhatIsNoUser) {
    EXPECT_FALSE(map("[]"));
    EXPECT_FALSE(map("{"));
    EXPECT_FALSE(map("{}", ""));
    EXPECT_FALSE(map("{}", std::string(2000, 'x')));
    EXPECT_TRUE(map("{}"));
}

TEST_F(Mapping, KnowsItsCanonicalFields) {
    for (const char* field : {"login", "status", "mfa_enrolled", "console_url"})
        EXPECT_TRUE(isCanonicalField(field)) << field;
    EXPECT_FALSE(isCanonicalField("shoe_size"));
    EXPECT_FALSE(isCanonicalField(""));
}

}  // namespace
}  // namespace tenantry::domain
