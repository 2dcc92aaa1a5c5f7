// Users and actions through the API, each with its sibling: the same call by an operator of the
// other branch sees and does nothing.
#include <gtest/gtest.h>

#include <map>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

TEST(Users, TheListIsExactAndSaysHowCompleteItIs) {
    const auto page =
        as("admin").get("/api/v1/users?limit=5&facets=status,organization,mfa").json();
    EXPECT_EQ(page["items"].size(), 5U);
    EXPECT_GE(page["total"].intOr(0), 23);
    EXPECT_EQ(page["completeness"]["organizations"].asInt(), 6);
    EXPECT_EQ(page["completeness"]["current"].asInt(), 6);
    std::int64_t counted = 0;
    for (const auto& one : page["facets"]["status"].items()) counted += one["count"].intOr(0);
    EXPECT_EQ(counted, page["total"].intOr(-1));
    std::map<std::string, std::int64_t> mfa;
    for (const auto& one : page["facets"]["mfa"].items())
        mfa[one["value"].stringOr("")] = one["count"].intOr(0);
    EXPECT_GE(mfa["unknown"], 11) << "a directory that does not say";
}

TEST(Users, AnotherBranchSeesNothing) {
    for (const auto& item : as("south").get("/api/v1/users?limit=500").json()["items"].items()) {
        EXPECT_EQ(item["organization"]["slug"].stringOr("").rfind("south", 0), 0U);
    }
    EXPECT_EQ(as("south").get("/api/v1/users?q=n1").json()["total"].asInt(), 0);
    EXPECT_EQ(as("south").get("/api/v1/users?scope=north").status, 404);
    EXPECT_EQ(as("south").get("/api/v1/users?scope=nordwind").status, 404);
    const auto facets =
        as("south").get("/api/v1/users?facets=organization").json()["facets"]["organization"];
    EXPECT_EQ(facets.size(), 2U);
    const auto filtered =
        as("south").get("/api/v1/users?filter=organization+eq+%22north-tenant%22").json();
    EXPECT_EQ(filtered["total"].asInt(), 0);
}

TEST(Users, PagesByCursorRepeatNobody) {
    std::set<std::string> seen;
    std::string cursor;
    std::int64_t total = 0;
    do {
        const auto page = as("north")
                              .get("/api/v1/users?limit=5&sort=username" +
                                   (cursor.empty() ? "" : "&cursor=" + cursor))
                              .json();
        total = page["total"].intOr(0);
        for (const auto& item : page["items"].items()) {
            EXPECT_TRUE(seen.insert(item["id"].stringOr("")).second);
        }
        cursor = page["next_cursor"].stringOr("");
    } while (!cursor.empty());
    EXPECT_EQ(static_cast<std::int64_t>(seen.size()), total);
}

struct BadQuery {
    const char* name;
    const char* query;
    const char* pointer;
};
class RefusedQuery : public ::testing::TestWithParam<BadQuery> {};

TEST_P(RefusedQuery, NamesTheParameter) {
    const auto reply = as("north").get(std::string("/api/v1/users?") + GetParam().query);
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_EQ(reply.json()["pointer"].asString(), GetParam().pointer);
}

INSTANTIATE_TEST_SUITE_P(Table, RefusedQuery,
                         ::testing::Values(BadQuery{"Unknown", "limt=5", "?limt"},
                                           BadQuery{"Twice", "limit=5&limit=6", "?limit"},
                                           BadQuery{"NoNumber", "limit=five", "?limit"},
                                           BadQuery{"Zero", "limit=0", "?limit"},
                                           BadQuery{"Filter", "filter=status+eq", "?filter"},
                                           BadQuery{"Sort", "sort=shoe_size", "?sort"},
                                           BadQuery{"Facet", "facets=shoe_size", "?facets"},
                                           BadQuery{"Cursor", "cursor=nonsense", "?cursor"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Users, ALargerLimitIsCut) {
    EXPECT_EQ(as("north").get("/api/v1/users?limit=100000").status, 200);
}

TEST(Users, OneUserHasItsTagAndWhatCanBeEdited) {
    const auto reply = as("north").get(userPath("n1"));
    ASSERT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("etag"), reply.json()["etag"].stringOr("none"));
    EXPECT_EQ(reply.json()["organization"]["path"].items().at(0).asString(), "North Partner");
    EXPECT_NE(reply.json()["editable"].text().find("first_name"), std::string::npos);
    EXPECT_EQ(as("south").get(userPath("n1")).status, 404);
    EXPECT_EQ(as("north").get("/api/v1/users/no-such-user").status, 404);
}

TEST(Users, AnEditNeedsTheTagAndChangesTheDirectory) {
    const auto path = userPath("n5");
    const std::string body = R"({"first_name":"Grace","reason":"married"})";
    EXPECT_EQ(as("north").patch(path, body).status, 428);
    EXPECT_EQ(as("north").patch(path, body, {{"If-Match", "\"old\""}}).status, 412);
    const auto tag = as("north").get(path).header("etag");
    const auto sibling = as("south").patch(path, body, {{"If-Match", tag}});
    EXPECT_EQ(sibling.status, 404);
    EXPECT_EQ(as("desk").patch(path, body, {{"If-Match", tag}}).status, 403);
    EXPECT_EQ(site().directory("north-tenant").find("n5")->firstName, "Ada");
    const auto edited = as("north").patch(path, body, {{"If-Match", tag}});
    ASSERT_EQ(edited.status, 200) << edited.body;
    EXPECT_EQ(edited.json()["first_name"].asString(), "Grace");
    EXPECT_NE(edited.header("etag"), tag);
    EXPECT_EQ(site().directory("north-tenant").find("n5")->firstName, "Grace");
}

TEST(Users, AnEditOfWhatADirectoryLacksNamesTheField) {
    const auto path = userPath("n6");
    const auto tag = as("north").get(path).header("etag");
    const auto phone = as("north").patch(path, R"({"phone":"1"})", {{"If-Match", tag}});
    EXPECT_EQ(phone.status, 422) << phone.body;
    EXPECT_EQ(phone.json()["pointer"].asString(), "/phone");
    const auto unknown = as("north").patch(path, R"({"shoe_size":"1"})", {{"If-Match", tag}});
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.json()["pointer"].asString(), "/shoe_size");
    EXPECT_EQ(as("north").patch(path, "{}", {{"If-Match", tag}}).status, 400);
    EXPECT_EQ(as("north").patch(path, "no json", {{"If-Match", tag}}).status, 400);
}

TEST(Actions, EachSaysWhyNot) {
    const auto items = as("desk").get(userPath("n1") + "/actions").json()["items"].items();
    EXPECT_EQ(items.size(), 20U);
    for (const auto& one : items) {
        if (one["allowed"].boolOr(true)) continue;
        EXPECT_FALSE(one["reason"]["detail"].stringOr("").empty()) << one.text();
        EXPECT_LE(one["reason"]["short"].stringOr("").size(), 28U);
    }
    EXPECT_EQ(as("south").get(userPath("n1") + "/actions").status, 404);
}

TEST(Actions, ALockedUserIsUnlockedWhereTheyLive) {
    const auto path = userPath("n2") + "/actions/unlock";
    EXPECT_EQ(as("south").post(path).status, 404);
    EXPECT_EQ(site().directory("north-tenant").find("n2")->status, "locked");
    const auto done = as("desk").post(path, R"({"reason":"called","ticket":"T-1"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.json()["outcome"].asString(), "done");
    EXPECT_EQ(done.json()["user"]["status"].asString(), "ACTIVE");
    EXPECT_EQ(site().directory("north-tenant").find("n2")->status, "active");
    const auto again = as("desk").post(path).json();
    EXPECT_EQ(again["outcome"].asString(), "skipped");
    EXPECT_EQ(again["reason"]["code"].asString(), "wrong_state");
}

TEST(Actions, WhoMayNotIsToldSo) {
    const auto reply = as("desk").post(userPath("n1") + "/actions/suspend");
    EXPECT_EQ(reply.status, 403);
    EXPECT_NE(reply.json()["detail"].stringOr("").find("users.suspend"), std::string::npos);
    EXPECT_EQ(site().directory("north-tenant").find("n1")->status, "active");
}

TEST(Actions, ASuspensionOffersItsUndo) {
    const auto path = userPath("n4") + "/actions/";
    const auto done = as("north").post(path + "suspend").json();
    EXPECT_EQ(done["outcome"].asString(), "done");
    EXPECT_EQ(done["undo"].asString(), "unsuspend");
    EXPECT_EQ(as("north").post(path + "suspend").json()["outcome"].asString(), "already_so");
    EXPECT_EQ(as("north").post(path + "unsuspend").json()["outcome"].asString(), "done");
}

TEST(Actions, ASecretIsShownOnce) {
    const auto path = userPath("n7") + "/actions/reset_password";
    const Fields key = {{"Idempotency-Key", "once-" + base::newUuid()}};
    const int before = site().directory("north-tenant").performed();
    const auto first = as("north").post(path, "{}", key);
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_FALSE(first.json()["secret"].stringOr("").empty());
    const auto again = as("north").post(path, "{}", key);
    EXPECT_EQ(again.status, 200);
    EXPECT_TRUE(again.json()["secret"].isNull());
    EXPECT_EQ(again.json()["activity_id"].asString(), first.json()["activity_id"].asString());
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(site().directory("north-tenant").performed(), before + 1);
    EXPECT_EQ(as("north").post(path, R"({"reason":"x"})", key).status, 409);
}

TEST(Actions, ADeletionIsTypedOut) {
    const auto path = userPath("n8") + "/actions/delete";
    EXPECT_EQ(as("north").post(path, R"({"parameters":{"email":"wrong"}})").status, 400);
    EXPECT_TRUE(site().directory("north-tenant").find("n8"));
    const auto gone =
        as("north").post(path, R"({"parameters":{"email":"n8@north-tenant.example"}})");
    ASSERT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(gone.json()["outcome"].asString(), "done");
    EXPECT_EQ(gone.json()["user"]["status"].asString(), "DELETED");
    EXPECT_FALSE(site().directory("north-tenant").find("n8"));
}

TEST(Actions, WhatIsNoActionIsNotFound) {
    EXPECT_EQ(as("north").post(userPath("n1") + "/actions/explode").status, 404);
    EXPECT_EQ(as("north").post(userPath("n1") + "/actions/edit").status, 400);
    const auto unknown = as("north").post(userPath("n1") + "/actions/unlock", R"({"why":"x"})");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.json()["pointer"].asString(), "/why");
}

TEST(Actions, ADirectoryThatIsAwayIsAnOutcomeInWords) {
    site().directory("north-tenant").fail("get", base::unavailable("The server is down."));
    const auto path = userPath("n9");
    const auto failed = as("north").post(path + "/actions/suspend").json();
    const auto tag = as("north").get(path).header("etag");
    const auto edit = as("north").patch(path, R"({"first_name":"B"})", {{"If-Match", tag}});
    site().directory("north-tenant").heal();
    EXPECT_EQ(failed["outcome"].asString(), "failed");
    EXPECT_NE(failed["detail"].stringOr("").find("The server is down."), std::string::npos);
    EXPECT_EQ(edit.status, 503) << edit.body;
    EXPECT_FALSE(edit.header("retry-after").empty());
}

TEST(Groups, ADirectoryWithoutThemSaysSo) {
    const auto groups = as("north").get(userPath("n1") + "/groups").json();
    EXPECT_FALSE(groups["available"].boolOr(true));
    EXPECT_NE(groups["detail"].stringOr("").find("no groups"), std::string::npos);
    EXPECT_EQ(as("south").get(userPath("n1") + "/groups").status, 404);
}

TEST(Export, IsWholeAndHarmlessInASpreadsheet) {
    const auto csv = as("north").get("/api/v1/users/export?format=csv&sort=username");
    ASSERT_EQ(csv.status, 200);
    EXPECT_EQ(csv.header("content-type"), "text/csv; charset=utf-8");
    EXPECT_NE(csv.header("content-disposition").find("users-north-"), std::string::npos);
    EXPECT_NE(csv.body.find(",'=1+1,"), std::string::npos);
    const auto rows = std::count(csv.body.begin(), csv.body.end(), '\n') - 1;
    EXPECT_EQ(std::to_string(rows), csv.header("x-total"));
    EXPECT_EQ(csv.body.find("south"), std::string::npos);
}

TEST(Export, AsLinesOfJsonEndsWithItsTotal) {
    const auto reply = as("north").get("/api/v1/users/export?filter=username+eq+%22n1%22",
                                       {{"Accept", "application/x-ndjson"}});
    const auto second = reply.body.substr(reply.body.find('\n') + 1);
    EXPECT_EQ(base::Json::parse(reply.body.substr(0, reply.body.find('\n')))
                  ->
                  operator[]("username")
                  .asString(),
              "n1");
    EXPECT_NE(second.find("\"total\":1"), std::string::npos);
}

TEST(Export, NeedsItsRightAndLeavesAnEntry) {
    EXPECT_EQ(as("desk").get("/api/v1/users/export").status, 403);
    EXPECT_EQ(as("south").get("/api/v1/users/export?scope=north").status, 404);
    as("north").get("/api/v1/users/export");
    const auto trail = as("north").get("/api/v1/activity?filter=action+eq+%22export%22").json();
    EXPECT_GE(trail["total"].intOr(0), 1);
    EXPECT_EQ(trail["items"].items().at(0)["actor"]["name"].asString(), "north");
}

}  // namespace
}  // namespace tenantry::testing
