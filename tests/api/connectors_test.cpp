// How connectors fare: everybody sees whether they serve; what is inside the server, and what can
// be done about it, is for operators of the platform.
#include <gtest/gtest.h>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

constexpr const char* kConnector = "/api/v1/connectors/test.scripted";

/// Paused, with a quarantined connection in each branch, and one report.
class ConnectorsInTrouble : public ::testing::Test {
  protected:
    void SetUp() override {
        domain::ConnectorHealth health;
        health.connector = "test.scripted";
        health.version = "1.0.0";
        health.sha256 = "aa";
        health.state = domain::ConnectorState::kPaused;
        health.reason = "its process ended 3 times within 5 minutes.";
        health.since = base::fromMillis(1'795'305'600'000);
        health.conformance = domain::Conformance{"acts", *health.since};
        health.memoryBytes = 4096;
        health.reports = 1;
        for (const char* tenant : {"north-tenant", "south-tenant"})
            health.quarantined.push_back(
                {site().connection(tenant), "list", "It crashed twice.", *health.since});
        site().supervision().set(health);
    }
    static base::Json health(const std::string& username) {
        return as(username).get("/api/v1/connectors/health").json()["items"].items().at(0);
    }
};

TEST_F(ConnectorsInTrouble, ThePlatformSeesAllOfIt) {
    const auto seen = health("admin");
    EXPECT_EQ(seen["state"].asString(), "paused");
    EXPECT_EQ(seen["since"].asString(), "2026-11-22T00:00:00Z");
    EXPECT_EQ(seen["quarantined"].size(), 2U);
    EXPECT_EQ(seen["sha256"].asString(), "aa");
    EXPECT_EQ(seen["memory_bytes"].asInt(), 4096);
    EXPECT_EQ(seen["reports"].asInt(), 1);
}

TEST_F(ConnectorsInTrouble, ABranchSeesThatItIsPausedAndItsOwnConnectionsOnly) {
    const auto seen = health("north");
    EXPECT_EQ(seen["state"].asString(), "paused");
    ASSERT_EQ(seen["quarantined"].size(), 1U);
    EXPECT_EQ(seen["quarantined"].items().at(0)["connection"].asString(),
              site().connection("north-tenant").text());
    EXPECT_EQ(seen["conformance"]["level"].asString(), "acts");
    EXPECT_TRUE(seen["sha256"].isNull());
    EXPECT_TRUE(seen["memory_bytes"].isNull());
    EXPECT_TRUE(seen["reports"].isNull());
    EXPECT_EQ(health("west")["quarantined"].size(), 0U);
}

TEST_F(ConnectorsInTrouble, ReportsAreReadByThePlatformAlone) {
    site().supervision().add(
        {"1", "test.scripted", base::fromMillis(0),
         R"({"id":"1","connector":"test.scripted","version":"1.0.0","sha256":"aa","build_id":null,)"
         R"("started_at":"2026-11-22T00:00:00Z","at":"2026-11-22T00:01:00Z","pid":7,)"
         R"("cause":"crashed","detail":"It ended.","signal":11,"exit_status":null,)"
         R"("code_offset":"0x10","memory_bytes":1,"calls":[{"operation":"list","connection":"c",)"
         R"("ran_ms":5,"suspect":true}],"consequence":"It starts again.","log":["a"],)"
         R"("stderr":"b"})"});
    const auto seen = as("admin").get(std::string(kConnector) + "/reports");
    ASSERT_EQ(seen.status, 200) << seen.body;
    EXPECT_EQ(seen.json()["items"].items().at(0)["signal"].asInt(), 11);
    EXPECT_EQ(as("admin").get("/api/v1/connectors/scripted/reports").status, 200);
    EXPECT_EQ(as("admin").get("/api/v1/connectors/nobody/reports").status, 404);
    for (const char* other : {"north", "south", "desk"})
        EXPECT_EQ(as(other).get(std::string(kConnector) + "/reports").status, 404) << other;
}

TEST_F(ConnectorsInTrouble, AResumeIsOfThePlatformAlone) {
    const std::string path = std::string(kConnector) + "/resume";
    for (const char* other : {"north", "south", "desk"})
        EXPECT_EQ(as(other).post(path, "{}").status, 404) << other;
    EXPECT_EQ(health("admin")["state"].asString(), "paused") << "nothing came of it";
    const std::string north = site().connection("north-tenant").text();
    EXPECT_EQ(as("admin").post(path, R"({"connection":")" + north + "\"}").status, 204);
    EXPECT_EQ(health("admin")["quarantined"].size(), 1U);
    EXPECT_EQ(as("admin").post(path, R"({"connection":")" + north + "\"}").status, 409);
    EXPECT_EQ(as("admin").post(path, R"({"colour":"red"})").status, 400);
    EXPECT_EQ(as("admin").post(path, "{}").status, 204);
    EXPECT_EQ(health("admin")["state"].asString(), "idle");
    EXPECT_EQ(as("admin").post("/api/v1/connectors/nobody/resume", "{}").status, 404);
    const auto trail =
        as("admin").get("/api/v1/activity?filter=action+eq+%22connector.resume%22").json();
    EXPECT_GE(trail["total"].intOr(0), 2);
}

TEST_F(ConnectorsInTrouble, ARescanIsOfThePlatformAlone) {
    const std::string path = "/api/v1/connectors/rescan";
    for (const char* other : {"north", "south", "desk"})
        EXPECT_EQ(as(other).post(path, "{}").status, 404) << other;
    domain::RescanFinding found;
    found.outcome = domain::RescanFinding::Outcome::kUpgraded;
    found.connector = "test.scripted";
    found.path = "/connectors/scripted.so";
    found.from = "1.0.0";
    found.to = "1.0.1";
    site().supervision().find(found);
    const auto reply = as("admin").post(path, "{}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json()["items"].items().at(0)["outcome"].asString(), "upgraded");
    EXPECT_TRUE(reply.json()["items"].items().at(0)["detail"].isNull());
}

}  // namespace
}  // namespace tenantry::testing
