// Plans and jobs through the API, each with its sibling: an operator of the other branch sees and
// steers nothing of them.
#include <gtest/gtest.h>

#include <thread>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

std::string idOf(const std::string& login) {
    return userAs("admin", login)["id"].stringOr("");
}

base::Json planFor(const std::string& operatorName, const std::string& action,
                   const std::string& selection) {
    const auto made = as(operatorName)
                          .post("/api/v1/plans", R"({"action":")" + action + R"(","selection":)" +
                                                     selection + R"(,"reason":"a test"})");
    EXPECT_EQ(made.status, 201) << made.body;
    return made.json();
}

std::string pathOf(const base::Json& plan) {
    return "/api/v1/plans/" + plan["id"].stringOr("");
}

base::Json confirmed(const std::string& operatorName, const base::Json& plan,
                     const std::string& more = "") {
    const auto job = as(operatorName)
                         .post(pathOf(plan) + "/confirm",
                               R"({"hash":")" + plan["hash"].stringOr("") + "\"" + more + "}");
    EXPECT_EQ(job.status, 202) << job.body;
    return job.json();
}

std::string jobPath(const base::Json& job) {
    return "/api/v1/jobs/" + job["id"].stringOr("");
}

base::Json finished(const std::string& operatorName, const base::Json& job) {
    for (int i = 0; i < 500; ++i) {
        auto now = as(operatorName).get(jobPath(job)).json();
        const auto state = now["state"].stringOr("");
        if (state != "running" && state != "scheduled") return now;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    ADD_FAILURE() << "the job did not end";
    return {};
}

TEST(Jobs, APlanIsSeenConfirmedRunAndTakenBack) {
    const auto plan = planFor("north", "suspend",
                              R"({"ids":[")" + idOf("n9") + R"(",")" + idOf("n10") + R"("]})");
    EXPECT_EQ(plan["counts"]["change"].asInt(), 2);
    EXPECT_EQ(as("north").get(pathOf(plan)).status, 200);
    const auto rows = as("north").get(pathOf(plan) + "/items?verdict=change").json();
    ASSERT_EQ(rows["total"].asInt(), 2);
    EXPECT_EQ(rows["items"].items()[0]["before"].asString(), "ACTIVE");
    EXPECT_EQ(rows["items"].items()[0]["after"].asString(), "SUSPENDED");
    EXPECT_EQ(as("north")
                  .get(pathOf(plan) + "/items?organization=north-tenant&dropped=true")
                  .json()["total"]
                  .asInt(),
              0);

    const auto job = finished("north", confirmed("north", plan));
    EXPECT_EQ(job["state"].asString(), "finished") << job.text();
    EXPECT_EQ(job["outcomes"]["done"].asInt(), 2);
    EXPECT_EQ(site().directory("north-tenant").find("n9")->status, "disabled");
    const auto items = as("north").get(jobPath(job) + "/items?outcome=done").json();
    EXPECT_EQ(items["total"].asInt(), 2);
    EXPECT_EQ(items["items"].items()[0]["before"]["status"].asString(), "ACTIVE");
    const auto csv = as("north").get(jobPath(job) + "/results");
    EXPECT_EQ(csv.status, 200);
    EXPECT_NE(csv.body.find("north-tenant,n9,"), std::string::npos) << csv.body;

    const auto undo = as("north").post(jobPath(job) + "/undo", "");
    ASSERT_EQ(undo.status, 201) << undo.body;
    EXPECT_EQ(undo.json()["undoes"].asString(), job["id"].asString());
    EXPECT_EQ(finished("north", confirmed("north", undo.json()))["outcomes"]["done"].asInt(), 2);
    EXPECT_EQ(site().directory("north-tenant").find("n9")->status, "active");
}

TEST(Jobs, AnotherBranchSeesAndSteersNothing) {
    const auto plan = planFor("north", "suspend", R"({"ids":[")" + idOf("n11") + R"("]})");
    for (const auto& answer :
         {as("south").get(pathOf(plan)), as("south").get(pathOf(plan) + "/items"),
          as("south").remove(pathOf(plan) + "/items/1"),
          as("south").post(pathOf(plan) + "/confirm",
                           R"({"hash":")" + plan["hash"].stringOr("") + "\"}")})
        EXPECT_EQ(answer.status, 404) << answer.body;
    const auto job = finished("north", confirmed("north", plan));
    for (const auto* path : {"", "/items", "/results"})
        EXPECT_EQ(as("south").get(jobPath(job) + path).status, 404) << path;
    for (const auto* deed : {"pause", "resume", "cancel", "retry", "review", "undo"})
        EXPECT_EQ(as("south").post(jobPath(job) + "/" + deed, "").status, 404) << deed;
    EXPECT_EQ(as("south").post(jobPath(job) + "/approve", R"({"hash":"x"})").status, 404);
    EXPECT_EQ(as("south").post(jobPath(job) + "/override", R"({"reason":"x"})").status, 404);
    EXPECT_EQ(as("south").post(jobPath(job) + "/items/1/settle", R"({"outcome":"done"})").status,
              404);
    for (const auto& one : as("south").get("/api/v1/jobs").json()["items"].items())
        EXPECT_NE(one["id"].asString(), job["id"].asString());
    const auto others = as("south").post(
        "/api/v1/plans", R"({"action":"suspend","selection":{"ids":[")" + idOf("n11") + R"("]}})");
    EXPECT_EQ(others.status, 400);
    EXPECT_EQ(as("south")
                  .post("/api/v1/plans", R"({"action":"suspend","selection":{"scope":"north"}})")
                  .status,
              404);
    finished("north", confirmed("north", as("north").post(jobPath(job) + "/undo", "").json()));
}

TEST(Jobs, ADroppedRowDoesNotRun) {
    const auto plan =
        planFor("north", "suspend", R"({"ids":[")" + idOf("n7") + R"(",")" + idOf("n8") + R"("]})");
    const auto less = as("north").remove(pathOf(plan) + "/items/1");
    ASSERT_EQ(less.status, 200) << less.body;
    EXPECT_EQ(less.json()["counts"]["dropped"].asInt(), 1);
    EXPECT_EQ(as("north").remove(pathOf(plan) + "/items/99").status, 404);
    EXPECT_EQ(
        as("north")
            .post(pathOf(plan) + "/confirm", R"({"hash":")" + plan["hash"].stringOr("") + "\"}")
            .status,
        409)
        << "the hash of before";
    const auto job = finished("north", confirmed("north", less.json()));
    EXPECT_EQ(job["total"].asInt(), 1);
    EXPECT_EQ(as("north").post(jobPath(job) + "/pause", "").status, 409) << "it is over";
    EXPECT_EQ(as("north").post(jobPath(job) + "/resume", "").status, 409);
    EXPECT_EQ(as("north").post(jobPath(job) + "/cancel", "").status, 409);
    EXPECT_EQ(as("north").post(jobPath(job) + "/retry", "").status, 409) << "nothing failed";
    EXPECT_EQ(as("north").post(jobPath(job) + "/review", "").status, 403);
    EXPECT_EQ(as("north").post(jobPath(job) + "/items/1/settle", R"({"outcome":"done"})").status,
              409);
    finished("north", confirmed("north", as("north").post(jobPath(job) + "/undo", "").json()));
}

TEST(Jobs, ManyUsersNeedAnotherOperatorToAgree) {
    const auto plan = planFor("admin", "force_password_change",
                              R"({"filter":"status eq \"ACTIVE\"","scope":"south"})");
    ASSERT_GT(plan["counts"]["change"].asInt(), 5);
    const auto waiting = confirmed("admin", plan);
    EXPECT_EQ(waiting["state"].asString(), "awaiting_approval");
    EXPECT_TRUE(waiting["approval"]["needed"].boolOr(false));
    const std::string hash = R"({"hash":")" + plan["hash"].stringOr("") + "\"}";
    EXPECT_EQ(as("admin").post(jobPath(waiting) + "/approve", hash).status, 403) << "not one's own";
    EXPECT_EQ(as("south").post(jobPath(waiting) + "/approve", R"({"hash":"x"})").status, 409);
    EXPECT_EQ(as("admin").post(jobPath(waiting) + "/override", R"({"reason":""})").status, 400);
    EXPECT_EQ(as("admin").get("/api/v1/jobs?state=awaiting_approval").json()["items"].size(), 1U);
    const auto cancelled = as("admin").post(jobPath(waiting) + "/cancel", "");
    EXPECT_EQ(cancelled.json()["state"].asString(), "cancelled");
    EXPECT_EQ(cancelled.json()["outcomes"]["pending"].asInt(), 0);
    EXPECT_EQ(site().directory("south-tenant").find("s5")->status, "active");
}

TEST(Jobs, AScheduledJobCanBePausedAndResumed) {
    const auto plan = planFor("north", "suspend", R"({"ids":[")" + idOf("n12") + R"("]})");
    const auto job = confirmed("north", plan, R"(,"start_at":"2099-01-01T00:00:00Z")");
    EXPECT_EQ(job["state"].asString(), "scheduled");
    EXPECT_EQ(as("north").post(jobPath(job) + "/pause", "").json()["state"].asString(), "paused");
    EXPECT_EQ(as("north").post(jobPath(job) + "/resume", "").json()["state"].asString(),
              "scheduled");
    EXPECT_EQ(as("north").post(jobPath(job) + "/cancel", "").status, 200);
}

TEST(Jobs, AWrongRequestNamesWhatIsWrong) {
    const auto wrong = [](const std::string& body) {
        const auto answer = as("north").post("/api/v1/plans", body);
        EXPECT_EQ(answer.status, 400) << body << answer.body;
        return answer.json()["pointer"].stringOr("");
    };
    EXPECT_EQ(wrong(R"({"action":"explode","selection":{"scope":"north"}})"), "/action");
    EXPECT_EQ(wrong(R"({"action":"suspend"})"), "/selection");
    EXPECT_EQ(wrong(R"({"action":"suspend","selection":{"ids":["x"]}})"), "/selection/ids");
    EXPECT_EQ(wrong(R"({"action":"suspend","selection":{"filter":"status eq"}})"),
              "/selection/filter");
    EXPECT_EQ(wrong(R"({"action":"suspend","selection":{"everybody":true}})"),
              "/selection/everybody");
    EXPECT_EQ(as("north").get("/api/v1/jobs?state=lost").status, 400);
    EXPECT_EQ(as("north").get("/api/v1/jobs/" + base::newUuid()).status, 404);
}

}  // namespace
}  // namespace tenantry::testing
