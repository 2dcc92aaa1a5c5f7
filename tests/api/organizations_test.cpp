// Organizations, connections, readings and completeness through the API, each with its sibling.
#include <gtest/gtest.h>

#include <thread>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

constexpr const char* kOrganizations = "/api/v1/organizations";
constexpr const char* kConnections = "/api/v1/connections";

std::string connectionPath(const std::string& organization) {
    return std::string(kConnections) + "/" + site().connection(organization).text();
}

TEST(Organizations, AParentSumsWhatIsBelow) {
    const auto whole = as("admin").get(std::string(kOrganizations) + "/nordwind").json();
    const auto north = as("admin").get(std::string(kOrganizations) + "/north").json();
    const auto south = as("admin").get(std::string(kOrganizations) + "/south").json();
    // Of the platform itself and of west only their own operators.
    const auto own = as("admin").get("/api/v1/users?limit=1&filter=" +
                                     std::string("organization+eq+%22nordwind%22+or+organization+eq"
                                                 "+%22west%22"));
    EXPECT_EQ(whole["users"].intOr(0),
              north["users"].intOr(0) + south["users"].intOr(0) + own.json()["total"].intOr(0));
    EXPECT_EQ(whole["health"]["organizations"].asInt(), 6);
    EXPECT_EQ(whole["depth"].asInt(), 0);
    EXPECT_EQ(north["depth"].asInt(), 1);
    EXPECT_TRUE(whole["connections"].items().empty());
}

TEST(Organizations, AnotherBranchSeesNothing) {
    const auto list = as("south").get(std::string(kOrganizations) + "?mode=tree").json();
    for (const auto& one : list["items"].items()) {
        EXPECT_NE(one["slug"].stringOr("").find("south"), std::string::npos);
    }
    EXPECT_TRUE(list["items"].items().at(0)["parent"].isNull());
    EXPECT_EQ(list["items"].items().at(0)["depth"].asInt(), 0);
    for (const char* slug : {"north", "north-tenant", "nordwind"}) {
        EXPECT_EQ(as("south").get(std::string(kOrganizations) + "/" + slug).status, 404);
        EXPECT_EQ(as("south").get(std::string(kOrganizations) + "?scope=" + slug).status, 404);
        EXPECT_EQ(as("south").get(std::string(kOrganizations) + "?parent=" + slug).status, 404);
        EXPECT_EQ(as("south")
                      .patch(std::string(kOrganizations) + "/" + slug, R"({"state":"suspended"})")
                      .status,
                  404);
        EXPECT_EQ(as("south")
                      .post(kOrganizations,
                            R"({"name":"X","kind":"tenant","parent":")" + std::string(slug) + "\"}")
                      .status,
                  404);
    }
}

TEST(Organizations, ASearchFindsWithoutAccentsAndKeepsTheTree) {
    const auto flat = as("admin").get(std::string(kOrganizations) + "?q=lodz").json();
    ASSERT_EQ(flat["total"].asInt(), 1);
    EXPECT_EQ(flat["items"].items().at(0)["slug"].asString(), "north-tenant");
    const auto tree = as("admin").get(std::string(kOrganizations) + "?q=lodz&mode=tree").json();
    ASSERT_EQ(tree["total"].asInt(), 3);
    EXPECT_FALSE(tree["items"].items().at(0)["matched"].boolOr(true));
    EXPECT_TRUE(tree["items"].items().at(2)["matched"].boolOr(false));
}

TEST(Organizations, OneIsMadeOnceAndChanged) {
    const std::string body = R"({"name":"Kanzlei Vogt","kind":"tenant","parent":"west"})";
    const Fields key = {{"Idempotency-Key", base::newUuid()}};
    const auto made = as("west").post(kOrganizations, body, key);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json()["slug"].asString(), "kanzlei-vogt");
    const auto again = as("west").post(kOrganizations, body, key);
    EXPECT_EQ(again.json()["id"].asString(), made.json()["id"].asString());
    const auto path = made.header("location");
    EXPECT_EQ(as("west").patch(path, R"({"name":"Vogt"})", {{"If-Match", "\"old\""}}).status, 412);
    const auto changed = as("west").patch(path, R"({"name":"Vogt","state":"maintenance"})",
                                          {{"If-Match", made.header("etag")}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json()["state"].asString(), "maintenance");
    EXPECT_EQ(as("north").get(path).status, 404);
    EXPECT_EQ(as("desk").patch(std::string(kOrganizations) + "/north", R"({"name":"N"})").status,
              403);
}

TEST(Organizations, AWrongBodyNamesTheField) {
    const auto unknown = as("west").post(
        kOrganizations, R"({"name":"X","kind":"tenant","parent":"west","colour":"red"})");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.json()["pointer"].asString(), "/colour");
    const auto kind =
        as("west").post(kOrganizations, R"({"name":"X","kind":"galaxy","parent":"west"})");
    EXPECT_EQ(kind.json()["pointer"].asString(), "/kind");
    const auto missing = as("west").post(kOrganizations, R"({"kind":"tenant","parent":"west"})");
    EXPECT_EQ(missing.json()["pointer"].asString(), "/name");
}

TEST(Completeness, ListsTheOrganizationsWithADirectory) {
    const auto page = as("admin").get("/api/v1/completeness").json();
    // Two with a connected directory, four where accounts live.
    EXPECT_EQ(page["total"].asInt(), 6);
    const auto south = as("south").get("/api/v1/completeness").json();
    ASSERT_EQ(south["total"].asInt(), 2);
    for (const auto& one : south["items"].items())
        EXPECT_EQ(one["organization"]["slug"].stringOr("").rfind("south", 0), 0U);
    EXPECT_EQ(as("south").get("/api/v1/completeness?scope=north").status, 404);
    EXPECT_EQ(as("south").get("/api/v1/completeness?state=tired").status, 400);
}

TEST(Connectors, EachBringsItsForm) {
    const auto items = as("south").get("/api/v1/connectors").json()["items"].items();
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0]["name"].asString(), "test.scripted");
    EXPECT_TRUE(items[0]["config_schema"]["properties"]["password"]["x-tny-secret"].boolOr(false));
}

TEST(Connections, NeverShowASecret) {
    const auto reply = as("north").get(connectionPath("north-tenant"));
    ASSERT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body.find("directory secret"), std::string::npos);
    EXPECT_EQ(reply.json()["secrets_set"].items().at(0).asString(), "password");
    EXPECT_EQ(reply.json()["config"]["directory"].asString(), "north-tenant");
    const auto desk = as("desk").get(connectionPath("north-tenant")).json();
    EXPECT_EQ(desk["config"].size(), 0U);
    EXPECT_EQ(desk["state"].asString(), "current");
}

TEST(Connections, AnotherBranchReachesNone) {
    const auto path = connectionPath("north-tenant");
    EXPECT_EQ(as("south").get(path).status, 404);
    EXPECT_EQ(as("south").patch(path, R"({"name":"Mine"})").status, 404);
    EXPECT_EQ(as("south").remove(path).status, 404);
    EXPECT_EQ(as("south").post(path + "/test").status, 404);
    EXPECT_EQ(as("south").post(path + "/sync").status, 404);
    EXPECT_EQ(as("south").get(path + "/runs").status, 404);
    EXPECT_EQ(as("south").post(path + "/deletion-guard", R"({"decision":"accept"})").status, 404);
    EXPECT_EQ(as("south").get(std::string(kConnections) + "?scope=north").status, 404);
    EXPECT_EQ(as("south").get(std::string(kConnections) + "?organization=north-tenant").status,
              404);
    for (const auto& one : as("south").get(kConnections).json()["items"].items()) {
        EXPECT_EQ(one["organization"]["slug"].stringOr("").find("north"), std::string::npos);
    }
    const std::string body = R"({"organization":"north-tenant","connector":"test.scripted",)";
    EXPECT_EQ(
        as("south").post(kConnections, body + R"("name":"X","config":{"directory":"x"}})").status,
        404);
    EXPECT_EQ(
        as("south")
            .post(std::string(kConnections) + "/test", body + R"("config":{"directory":"x"}})")
            .status,
        404);
}

TEST(Connections, HelpDeskMayLookAndNotChange) {
    const auto path = connectionPath("north-tenant");
    for (const auto& reply :
         {as("desk").patch(path, R"({"name":"Mine"})"), as("desk").remove(path),
          as("desk").post(path + "/sync"),
          as("desk").post(path + "/deletion-guard", R"({"decision":"accept"})")}) {
        EXPECT_EQ(reply.status, 403) << reply.body;
        EXPECT_NE(reply.json()["detail"].stringOr("").find("connections.manage"),
                  std::string::npos);
    }
}

TEST(Connections, OneIsTriedMadeChangedReadAndForgotten) {
    site().directory("new").put({"x1", "x1", "x1@new.example", "active", "Ada", 1});
    const std::string config = R"("config":{"directory":"new","password":"swordfish"})";
    const std::string head = R"({"organization":"south-tenant","connector":"scripted",)";
    const auto tried = as("south").post(std::string(kConnections) + "/test", head + config + "}");
    ASSERT_EQ(tried.status, 200) << tried.body;
    EXPECT_TRUE(tried.json()["ok"].boolOr(false)) << tried.body;
    EXPECT_EQ(tried.json()["users"].asInt(), 1);
    const auto made = as("south").post(kConnections, head + R"("name":"Second",)" + config + "}");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.body.find("swordfish"), std::string::npos);
    const auto path = made.header("location");
    const auto changed =
        as("south").patch(path, R"({"name":"Second directory","schedule":{"interval_s":600}})",
                          {{"If-Match", made.header("etag")}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json()["schedule"]["interval_s"].asInt(), 600);
    EXPECT_EQ(as("south").post(path + "/test").json()["ok"].asBool(), true);
    const auto run = as("south").post(path + "/sync");
    ASSERT_EQ(run.status, 202) << run.body;
    for (int i = 0; i < 200 && userAs("south", "x1").missing(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_FALSE(userAs("south", "x1").missing());
    EXPECT_GE(as("south").get(path + "/runs").json()["total"].intOr(0), 1);
    EXPECT_EQ(as("south").remove(path).status, 204);
    EXPECT_EQ(as("south").get(path).status, 404);
    EXPECT_TRUE(userAs("south", "x1").missing());
    const auto trail =
        as("south").get("/api/v1/activity?filter=action+eq+%22delete_connection%22").json();
    EXPECT_EQ(trail["total"].asInt(), 1);
}

TEST(Connections, AWrongConfigurationNamesItsField) {
    const auto reply = as("south").post(
        kConnections,
        R"({"organization":"south-tenant","connector":"scripted","name":"X","config":{}})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.json()["pointer"].asString(), "/config/directory");
}

TEST(DeletionGuard, HoldsAMassDeletionUntilAPersonDecides) {
    auto& directory = site().directory("south-tenant");
    const auto path = connectionPath("south-tenant");
    EXPECT_EQ(as("south").post(path + "/deletion-guard", R"({"decision":"reject"})").status, 409);
    std::vector<ScriptedUser> away;
    for (int i = 4; i <= 12; ++i) {
        const auto id = "s" + std::to_string(i);
        if (const auto user = directory.find(id)) away.push_back(*user);
        directory.remove(id);
    }
    EXPECT_EQ(site().read("south-tenant").state, sync::RunState::kHeld);
    EXPECT_FALSE(userAs("south", "s9").missing());
    const auto kept =
        as("south").post(path + "/deletion-guard", R"({"decision":"reject","reason":"restoring"})");
    EXPECT_EQ(kept.status, 200) << kept.body;
    EXPECT_FALSE(userAs("south", "s9").missing());
    for (const auto& user : away) directory.put(user);
    EXPECT_EQ(site().read("south-tenant").state, sync::RunState::kSucceeded);
}

}  // namespace
}  // namespace tenantry::testing
