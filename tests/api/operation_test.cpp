// The trail, the event stream, and what a machine asks: each with its sibling where it shows users.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/api/site_environment.h"
#include "tests/unit/api/raw_client.h"

namespace tenantry::testing {
namespace {

TEST(Activity, SaysWhoDidWhatToWhomAndWhy) {
    as("north").post(userPath("n10") + "/actions/suspend", R"({"reason":"left","ticket":"T-9"})");
    const auto entry = as("north").get(userPath("n10") + "/activity").json()["items"].items().at(0);
    EXPECT_EQ(entry["action"].asString(), "suspend");
    EXPECT_EQ(entry["outcome"].asString(), "done");
    EXPECT_EQ(entry["actor"]["name"].asString(), "north");
    EXPECT_EQ(entry["user"]["username"].asString(), "n10");
    EXPECT_EQ(entry["reason"].asString(), "left");
    EXPECT_EQ(entry["ticket"].asString(), "T-9");
    EXPECT_EQ(entry["before"]["status"].asString(), "ACTIVE");
    EXPECT_EQ(entry["after"]["status"].asString(), "SUSPENDED");
}

TEST(Activity, AnotherBranchSeesNothing) {
    as("north").post(userPath("n11") + "/actions/suspend");
    EXPECT_EQ(as("south").get(userPath("n11") + "/activity").status, 404);
    for (const auto& one : as("south").get("/api/v1/activity?limit=500").json()["items"].items()) {
        EXPECT_EQ(one["organization"]["slug"].stringOr("").find("north"), std::string::npos);
    }
    EXPECT_EQ(as("south").get("/api/v1/activity?scope=north").status, 404);
    EXPECT_EQ(as("south").get("/api/v1/activity?filter=organization+eq+%22north%22").status, 404);
    EXPECT_EQ(as("desk").get("/api/v1/activity").status, 403);
}

TEST(Activity, PagesByCursorRepeatNothing) {
    const auto first = as("admin").get("/api/v1/activity?limit=2").json();
    ASSERT_FALSE(first["next_cursor"].isNull());
    as("admin").get("/api/v1/users/export");  // the trail grows between the pages
    const auto second =
        as("admin")
            .get("/api/v1/activity?limit=2&cursor=" + first["next_cursor"].stringOr(""))
            .json();
    EXPECT_EQ(second["total"].intOr(0), first["total"].intOr(0) + 1);
    for (const auto& a : first["items"].items()) {
        for (const auto& b : second["items"].items()) EXPECT_NE(a["id"].text(), b["id"].text());
    }
    EXPECT_EQ(as("admin").get("/api/v1/activity?cursor=nonsense").status, 400);
}

TEST(Activity, AFilterItCannotAnswerIsRefused) {
    for (const char* filter : {"outcome+ne+%22done%22", "shoe+eq+%221%22", "action+eq+suspend",
                               "action+eq+%22a%22+or+action+eq+%22b%22", "at+ge+%22soon%22"}) {
        const auto reply = as("admin").get(std::string("/api/v1/activity?filter=") + filter);
        EXPECT_EQ(reply.status, 400) << filter;
        EXPECT_EQ(reply.json()["pointer"].asString(), "?filter");
    }
    const auto none = as("admin").get(
        "/api/v1/activity?filter=at+ge+%222100-01-01T00:00:00Z%22+and+outcome+eq+%22done%22");
    EXPECT_EQ(none.json()["total"].asInt(), 0);
}

std::unique_ptr<RawClient> listen(const std::string& username) {
    auto client = std::make_unique<RawClient>(site().port());
    client->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: " +
                 as(username).cookie() + "\r\n\r\n");
    client->readUntil("event: hello");
    return client;
}

TEST(Events, AnOpenPageHearsOfItsOwnBranchOnly) {
    const auto north = listen("north");
    const auto south = listen("south");
    as("north").post(userPath("n6") + "/actions/suspend");
    EXPECT_NE(north->readUntil("event: users_changed").find("event: users_changed"),
              std::string::npos);
    as("admin").post(userPath("s1") + "/actions/suspend");
    const auto heard = south->readUntil("event: activity");
    const auto northId =
        as("admin").get("/api/v1/organizations/north-tenant").json()["id"].stringOr("none");
    EXPECT_EQ(heard.find(northId), std::string::npos);
}

TEST(Events, AStreamIsDocumented) {
    // Closed by the limit of time of this client, so that the answer can be written down whole.
    ApiClient anyone(site().port());
    const auto refused = anyone.get("/api/v1/events");
    EXPECT_EQ(refused.status, 401);
    const auto head =
        as("north").bare("HEAD", "/api/v1/events", "", {{"Cookie", as("north").cookie()}});
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-type"), "text/event-stream");
}

TEST(Operation, MachinesAskWithoutASession) {
    ApiClient anyone(site().port());
    EXPECT_EQ(anyone.get("/healthz").json()["status"].asString(), "ok");
    EXPECT_EQ(anyone.get("/readyz").json()["status"].asString(), "ok");
    EXPECT_EQ(anyone.get("/api/v1/server_time").json()["version"].asString(), "0.1.0");
}

TEST(Operation, TheDocumentIsServedAsItIs) {
    std::ifstream file("api/openapi.yaml");
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty());
    EXPECT_EQ(ApiClient(site().port()).get("/api/v1/openapi.yaml").body, text.str());
}

TEST(Operation, AnUnknownAddressIsAProblemOfTheApi) {
    const auto reply = as("north").get("/api/v1/shoes");
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.header("content-type"), "application/problem+json");
    EXPECT_EQ(as("north").remove("/api/v1/users").status, 405);
}

TEST(Operation, TheConsoleIsAtTheRoot) {
    const auto page = ApiClient(site().port()).get("/users");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
    EXPECT_NE(page.header("content-security-policy").find("require-trusted-types-for"),
              std::string::npos);
}

}  // namespace
}  // namespace tenantry::testing
