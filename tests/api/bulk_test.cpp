// Bulk actions on an organization of their own, from the preview to the undo: approval, what nobody
// knows the end of, a thousand users taken back, and rows that fall away.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <thread>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

/// A tenant below "west" with a directory of its own, whose connection goes with the object.
class Tenant {
  public:
    explicit Tenant(std::string slug, int users = 0) : slug_(std::move(slug)) {
        const auto made =
            as("west").post("/api/v1/organizations",
                            R"({"name":")" + slug_ + R"(","kind":"tenant","parent":"west"})");
        EXPECT_EQ(made.status, 201) << made.body;
        organization_ = made.json()["id"].stringOr("");
        directory().fill(users);
        const auto connected = as("west").post(
            "/api/v1/connections", R"({"organization":")" + organization_ +
                                       R"(","connector":"test.scripted","name":")" + slug_ +
                                       R"(","config":{"directory":")" + slug_ + R"("}})");
        EXPECT_EQ(connected.status, 201) << connected.body;
        connection_ = connected.json()["id"].stringOr("");
        read();
    }
    ~Tenant() { as("west").remove("/api/v1/connections/" + connection_); }
    Tenant(const Tenant&) = delete;
    Tenant& operator=(const Tenant&) = delete;

    [[nodiscard]] ScriptedDirectory& directory() const { return site().directory(slug_); }
    void read() const { site().read(slug_); }

    [[nodiscard]] base::Json plan(const std::string& action) const {
        const auto made = as("west").post("/api/v1/plans", R"({"action":")" + action +
                                                               R"(","selection":{"scope":")" +
                                                               slug_ + R"("},"reason":"a test"})");
        EXPECT_EQ(made.status, 201) << made.body;
        return made.json();
    }

  private:
    std::string slug_, organization_, connection_;
};

Reply confirm(const base::Json& plan, const std::string& more = "") {
    return as("west").post("/api/v1/plans/" + plan["id"].stringOr("") + "/confirm",
                           R"({"hash":")" + plan["hash"].stringOr("") + "\"" + more + "}");
}

std::string pathOf(const base::Json& job) {
    return "/api/v1/jobs/" + job["id"].stringOr("");
}

base::Json ended(const base::Json& job) {
    for (int i = 0; i < 3000; ++i) {
        auto now = as("west").get(pathOf(job)).json();
        const auto state = now["state"].stringOr("");
        if (state != "running" && state != "scheduled") return now;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    ADD_FAILURE() << "the job did not end";
    return {};
}

/// Confirmed by "west", approved by "admin" where that is needed, and waited for.
base::Json run(const base::Json& plan) {
    const auto confirmed = confirm(plan);
    EXPECT_EQ(confirmed.status, 202) << confirmed.body;
    if (confirmed.json()["state"].stringOr("") == "awaiting_approval") {
        const auto approved = as("admin").post(pathOf(confirmed.json()) + "/approve",
                                               R"({"hash":")" + plan["hash"].stringOr("") + "\"}");
        EXPECT_EQ(approved.status, 200) << approved.body;
    }
    return ended(confirmed.json());
}

/// Grants "west" another role, on its own organization or another one.
void becomes(const std::string& role, const std::string& slug = "west") {
    const auto soon = base::Deadline::after(std::chrono::seconds{5});
    auto accounts = site().store().loadAccounts(soon).value();
    for (auto& account : accounts) {
        if (account.username != "west") continue;
        account.grants.front().role = role;
        account.grants.front().organization = site().organizationId(slug);
        EXPECT_TRUE(site().store().putAccount(account, soon));
    }
}

/// What came of each user of a job: "done", or the code of the reason behind "outcome: ".
std::map<std::string, std::string> endsOf(const base::Json& job) {
    std::map<std::string, std::string> out;
    for (const auto& item : as("admin").get(pathOf(job) + "/items").json()["items"].items()) {
        const auto code = item["reason_code"].stringOr("");
        out[item["username"].stringOr("")] =
            item["outcome"].stringOr("") + (code.empty() ? "" : ": " + code);
        EXPECT_TRUE(item["outcome"].asString() == "done" || item["detail"].isString());
    }
    return out;
}

std::string soonAt() {
    const auto at = base::SystemClock().now() + std::chrono::milliseconds{1500};
    return R"(,"start_at":")" + base::toRfc3339(at) + "\"";
}

TEST(Bulk, AnotherOperatorApprovesAndItRuns) {
    const Tenant tenant("bulk-approved", 7);
    const auto job = run(tenant.plan("suspend"));
    EXPECT_EQ(job["outcomes"]["done"].asInt(), 7) << job.text();
    EXPECT_EQ(job["approval"]["by"].asString(), "admin");
    EXPECT_EQ(tenant.directory().find("u7")->status, "disabled");
}

TEST(Bulk, AnOverriddenApprovalIsReviewedAfter) {
    const Tenant tenant("bulk-overridden", 7);
    const auto waiting = confirm(tenant.plan("suspend")).json();
    ASSERT_EQ(waiting["state"].asString(), "awaiting_approval");
    EXPECT_EQ(as("south").post(pathOf(waiting) + "/override", R"({"reason":"x"})").status, 404);
    const auto running =
        as("west").post(pathOf(waiting) + "/override", R"({"reason":"ransomware, now"})");
    ASSERT_EQ(running.status, 200) << running.body;
    EXPECT_EQ(ended(waiting)["outcomes"]["done"].asInt(), 7);
    const auto open = as("admin").get("/api/v1/jobs?awaiting_review=true").json();
    ASSERT_EQ(open["items"].size(), 1U);
    EXPECT_EQ(open["items"].items()[0]["approval"]["override"].asString(), "west: ransomware, now");
    EXPECT_EQ(as("west").post(pathOf(waiting) + "/review", "").status, 403) << "not one's own";
    const auto reviewed = as("admin").post(pathOf(waiting) + "/review", "");
    ASSERT_EQ(reviewed.status, 200) << reviewed.body;
    EXPECT_EQ(reviewed.json()["approval"]["reviewed_by"].asString(), "admin");
}

TEST(Bulk, WhatNobodyKnowsTheEndOfIsSettledByAPerson) {
    const Tenant tenant("bulk-unknown");
    tenant.directory().put({"i1", "i1", "i1@example.org", "invited"});
    tenant.read();
    auto lost = base::unavailable("The connection broke.");
    lost.outcomeUnknown = true;
    tenant.directory().loseAnswers(lost);
    const auto job = run(tenant.plan("resend_invite"));
    EXPECT_EQ(job["outcomes"]["unknown"].asInt(), 1) << job.text();
    EXPECT_EQ(tenant.directory().performed(), 1) << "a mail is not sent twice";
    const auto settled = as("west").post(pathOf(job) + "/items/1/settle",
                                         R"({"outcome":"done","note":"the user has it"})");
    ASSERT_EQ(settled.status, 200) << settled.body;
    EXPECT_EQ(settled.json()["outcomes"]["done"].asInt(), 1);
    const auto item = as("west").get(pathOf(job) + "/items").json()["items"].items().front();
    EXPECT_NE(item["detail"].stringOr("").find("the user has it"), std::string::npos);
}

TEST(Bulk, RetryRunsWhatFailedAndOnlyThat) {
    const Tenant tenant("bulk-retried", 2);
    tenant.directory().pretend(true);
    const auto failed = run(tenant.plan("suspend"));
    EXPECT_EQ(failed["outcomes"]["failed"].asInt(), 2) << failed.text();
    tenant.directory().pretend(false);
    const auto again = as("west").post(pathOf(failed) + "/retry", "");
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(ended(failed)["outcomes"]["done"].asInt(), 2);
    EXPECT_EQ(tenant.directory().performed(), 4);
}

TEST(Bulk, UndoOfAThousandRestoresWhatChangedAndRefusesWhatWasTouched) {
    const Tenant tenant("bulk-thousand", 1000);
    auto& directory = tenant.directory();
    for (int i = 1; i <= 10; ++i)
        directory.put({"u" + std::to_string(i), "u" + std::to_string(i), "was@example.org",
                       "disabled", "Ada", 2});
    tenant.read();
    const auto plan = tenant.plan("suspend");
    EXPECT_EQ(plan["counts"]["change"].asInt(), 990);
    EXPECT_EQ(plan["counts"]["already_so"].asInt(), 10);
    const auto job = run(plan);
    EXPECT_EQ(job["outcomes"]["done"].asInt(), 990) << job.text();
    for (int i = 500; i < 507; ++i) {
        auto touched = *directory.find("u" + std::to_string(i));
        touched.email = "touched@example.org";
        ++touched.revision;
        directory.put(touched);
    }
    tenant.read();
    const auto undo = as("west").post(pathOf(job) + "/undo", "");
    ASSERT_EQ(undo.status, 201) << undo.body;
    EXPECT_EQ(undo.json()["counts"]["change"].asInt(), 983);
    const auto refused =
        as("west")
            .get("/api/v1/plans/" + undo.json()["id"].stringOr("") + "/items?verdict=not_allowed")
            .json();
    ASSERT_EQ(refused["total"].asInt(), 7);
    for (const auto& row : refused["items"].items())
        EXPECT_EQ(row["reason"]["code"].asString(), "changed_since");
    EXPECT_EQ(run(undo.json())["outcomes"]["done"].asInt(), 983);
    for (int i = 1; i <= 1000; ++i) {
        const bool touched = i >= 500 && i < 507;
        EXPECT_EQ(directory.find("u" + std::to_string(i))->status,
                  i <= 10 || touched ? "disabled" : "active")
            << i;
    }
}

TEST(Bulk, RowsThatLostTheirStateOrTheirRightFallAwayWithTheReason) {
    const Tenant tenant("bulk-fallen", 4);
    const auto plan = tenant.plan("suspend");
    tenant.directory().put({"u1", "u1", "u1@example.org", "locked", "Ada", 2});
    tenant.directory().put({"u2", "u2", "u2@example.org", "disabled", "Ada", 2});
    tenant.directory().remove("u3");
    const auto job = run(plan);
    EXPECT_EQ(job["outcomes"]["done"].asInt(), 1) << job.text();
    const auto items = as("west").get(pathOf(job) + "/items").json()["items"].items();
    std::map<std::string, std::string> outcomes;
    for (const auto& item : items) {
        outcomes[item["username"].stringOr("")] = item["outcome"].stringOr("");
        EXPECT_TRUE(item["outcome"].stringOr("") == "done" || item["detail"].isString());
    }
    EXPECT_EQ(outcomes["u1"], "skipped");
    EXPECT_EQ(outcomes["u2"], "already_so");
    EXPECT_EQ(outcomes["u3"], "failed");

    // The right goes between the preview and the run: nothing of it runs.
    tenant.directory().fill(4);
    tenant.read();
    const auto at = base::SystemClock().now() + std::chrono::milliseconds{1500};
    const auto confirmed =
        confirm(tenant.plan("suspend"), R"(,"start_at":")" + base::toRfc3339(at) + "\"");
    ASSERT_EQ(confirmed.status, 202) << confirmed.body;
    const auto path = pathOf(confirmed.json());
    becomes("auditor");
    for (const auto* deed : {"/pause", "/cancel"})
        EXPECT_EQ(as("west").post(path + deed, "").status, 403) << "may look, but no more";
    const auto fallen = ended(confirmed.json());
    becomes("partner_administrator");
    EXPECT_EQ(fallen["outcomes"]["skipped"].asInt(), 4) << fallen.text();
    const auto reasons = as("west").get(path + "/items").json()["items"].items();
    for (const auto& item : reasons)
        EXPECT_EQ(item["reason_code"].asString(), "permission_missing") << item.text();
}

TEST(Bulk, RowsOfOneOrganizationFallAwayWhenItsGrantGoesAndTheOthersRun) {
    const Tenant kept("bulk-kept", 2);
    const Tenant lost("bulk-lost");
    for (const std::string name : {"l1", "l2"})
        lost.directory().put({name, name, name + "@example.org"});
    lost.read();
    const auto made = as("west").post(
        "/api/v1/plans", R"({"action":"suspend","selection":{"filter":"organization eq )"
                         R"(\"bulk-kept\" or organization eq \"bulk-lost\""},"reason":"a test"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json()["counts"]["change"].asInt(), 4);
    const auto confirmed = confirm(made.json(), soonAt());
    ASSERT_EQ(confirmed.status, 202) << confirmed.body;
    becomes("partner_administrator", "bulk-kept");
    base::Json job;
    for (int i = 0; i < 3000 && job["state"].stringOr("") != "finished"; ++i) {
        job = as("admin").get(pathOf(confirmed.json())).json();
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    becomes("partner_administrator");
    EXPECT_EQ(endsOf(job), (std::map<std::string, std::string>{{"u1", "done"},
                                                               {"u2", "done"},
                                                               {"l1", "skipped: not_in_scope"},
                                                               {"l2", "skipped: not_in_scope"}}));
    EXPECT_EQ(kept.directory().find("u1")->status, "disabled");
    EXPECT_EQ(lost.directory().performed(), 0);
    // Nobody of another branch learns of any of it.
    for (const auto& path : {pathOf(job), pathOf(job) + "/items", pathOf(job) + "/results",
                             "/api/v1/plans/" + made.json()["id"].stringOr(""),
                             "/api/v1/plans/" + made.json()["id"].stringOr("") + "/items"})
        EXPECT_EQ(as("south").get(path).status, 404) << path;
    EXPECT_EQ(as("south").post(pathOf(job) + "/undo", "").status, 404);
}

TEST(Bulk, RowsWhoseDirectoryOrOrganizationNoLongerAllowsItFallAway) {
    const Tenant tenant("bulk-unable", 2);
    const auto confirmed = confirm(tenant.plan("suspend"), soonAt());
    ASSERT_EQ(confirmed.status, 202) << confirmed.body;
    tenant.directory().setUnsupported("user.suspend", "This directory is read only now.");
    tenant.read();
    const auto job = ended(confirmed.json());
    EXPECT_EQ(endsOf(job),
              (std::map<std::string, std::string>{{"u1", "skipped: connector_cannot"},
                                                  {"u2", "skipped: connector_cannot"}}));
    const auto item = as("west").get(pathOf(job) + "/items").json()["items"].items().front();
    EXPECT_EQ(item["detail"].asString(), "This directory is read only now.");
    EXPECT_EQ(tenant.directory().performed(), 0);
}

TEST(Bulk, AConnectorsOwnActionIsListedRunOnOneAndOnMany) {
    const Tenant tenant("bulk-own", 3);
    tenant.directory().put({"u3", "u3", "u3@users.example", "locked", "Ada", 2});
    tenant.read();
    const std::string users = "/api/v1/users";
    const auto page = as("west").get(users + "?scope=bulk-own&sort=username").json()["items"];
    const std::string first = users + "/" + page.items()[0]["id"].stringOr("") + "/actions";
    const std::string locked = users + "/" + page.items()[2]["id"].stringOr("") + "/actions";
    const auto own = [](const base::Json& list, const std::string& name) {
        for (auto& one : list["connector_actions"].items())
            if (one["action"].asString() == name) return one;
        return base::Json();
    };
    const auto possible = own(as("west").get(first).json(), "x.test.tag");
    EXPECT_EQ(possible["title"].asString(), "Tag");
    EXPECT_TRUE(possible["allowed"].boolOr(false));
    EXPECT_TRUE(possible["parameters_schema"]["properties"]["tag"].isObject());
    const auto refused = own(as("west").get(locked).json(), "x.test.tag");
    EXPECT_EQ(refused["reason"]["code"].asString(), "wrong_state");
    EXPECT_EQ(as("south").get(first).status, 404) << "another branch";

    const auto missing = as("west").post(first + "/x.test.tag", "{}");
    EXPECT_EQ(missing.status, 400);
    EXPECT_EQ(missing.json()["pointer"].asString(), "/parameters/tag");
    const auto done = as("west").post(first + "/x.test.tag", R"({"parameters":{"tag":"vip"}})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.json()["outcome"].asString(), "done");
    EXPECT_EQ(done.json()["connector_undo"].asString(), "x.test.untag");
    EXPECT_EQ(tenant.directory().find("u1")->tag, "vip");
    EXPECT_EQ(as("south").post(first + "/x.test.tag", R"({"parameters":{"tag":"x"}})").status, 404);
    const auto other = as("west").post(first + "/x.other.thing", "{}").json();
    EXPECT_EQ(other["reason"]["code"].asString(), "connector_cannot");

    const std::string rest = R"(,"selection":{"scope":"bulk-own"},"reason":"a test"})";
    EXPECT_EQ(as("west").post("/api/v1/plans", R"({"action":"x.test.tag")" + rest).status, 400);
    const auto plan = as("west").post(
        "/api/v1/plans", R"({"action":"x.test.tag","parameters":{"tag":"gold"})" + rest);
    ASSERT_EQ(plan.status, 201) << plan.body;
    EXPECT_EQ(plan.json()["words"].asString(), "Tag");
    EXPECT_EQ(plan.json()["counts"]["change"].asInt(), 2);
    EXPECT_EQ(plan.json()["counts"]["not_allowed"].asInt(), 1);
    const auto job = run(plan.json());
    EXPECT_EQ(job["words"].asString(), "Tag");
    EXPECT_EQ(job["outcomes"]["done"].asInt(), 2) << job.text();
    EXPECT_TRUE(job["undoable"].boolOr(false));
    EXPECT_EQ(tenant.directory().find("u2")->tag, "gold");
    const auto risky = as("west").post("/api/v1/plans", R"({"action":"x.test.wipe")" + rest);
    EXPECT_TRUE(risky.json()["irreversible"].boolOr(false)) << risky.body;
    const auto waiting = confirm(risky.json()).json();
    EXPECT_EQ(waiting["state"].asString(), "awaiting_approval") << "as for deletions";
    EXPECT_EQ(as("west").post(pathOf(waiting) + "/cancel", "").status, 200);
}

TEST(Bulk, AJobWaitsForTheWindowAndTheUserShowsWhatIsDesired) {
    const Tenant tenant("bulk-window", 1);
    const std::string path = "/api/v1/organizations/bulk-window/maintenance-window";
    EXPECT_TRUE(as("west").get(path).json()["open"].boolOr(false)) << "there is none yet";
    // The window opens in an hour and a day or more: never while this test runs.
    const auto later = base::SystemClock().now() + std::chrono::hours{48};
    constexpr std::array kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    const auto day = static_cast<std::size_t>(
        (std::chrono::floor<std::chrono::days>(later).time_since_epoch().count() + 4) % 7);
    const std::string window =
        std::string(R"({"days":[")") + kDays.at(day) + R"("],"from":"12:00","minutes":60})";
    // On the partner above it: it holds below as well.
    const auto set = as("west").put("/api/v1/organizations/west/maintenance-window", window);
    ASSERT_EQ(set.status, 200) << set.body;
    EXPECT_EQ(as("west").put(path, R"({"days":["someday"],"from":"12:00","minutes":1})").status,
              400);
    const auto known = as("west").get(path).json();
    EXPECT_EQ(known["set_on"]["slug"].asString(), "west");
    EXPECT_FALSE(known["open"].boolOr(true));
    for (const auto& answer :
         {as("south").get(path), as("south").put(path, window), as("south").remove(path)})
        EXPECT_EQ(answer.status, 404) << "another branch";
    EXPECT_EQ(as("desk").put("/api/v1/organizations/north/maintenance-window", window).status, 403);

    const auto job = confirm(tenant.plan("suspend"), R"(,"in_maintenance_window":true)").json();
    EXPECT_TRUE(job["in_maintenance_window"].boolOr(false));
    const auto user = as("west").get(pathOf(job) + "/items").json()["items"].items()[0];
    const std::string pending = "/api/v1/users/" + user["user_id"].stringOr("") + "/pending";
    base::Json waiting;
    for (int i = 0; i < 500 && !waiting["detail"].isString(); ++i) {
        const auto items = as("west").get(pending).json()["items"].items();
        ASSERT_EQ(items.size(), 1U) << as("west").get(pathOf(job) + "/items").body;
        waiting = items.front();
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    EXPECT_EQ(waiting["desired"].asString(), "SUSPENDED");
    EXPECT_NE(waiting["detail"].stringOr("").find("maintenance window of West Partner"),
              std::string::npos)
        << waiting.text();
    EXPECT_EQ(as("west").get(pending).json()["observed"].asString(), "ACTIVE");
    EXPECT_EQ(as("south").get(pending).status, 404);
    EXPECT_EQ(tenant.directory().performed(), 0);
    EXPECT_EQ(as("west").post(pathOf(job) + "/cancel", "").status, 200);
    EXPECT_EQ(as("west").get(pending).json()["items"].size(), 0U);
    EXPECT_EQ(as("west").remove("/api/v1/organizations/west/maintenance-window").status, 200);
    EXPECT_TRUE(as("west").get(path).json()["open"].boolOr(false));
}

TEST(Bulk, ATamperedPlanDoesNotRun) {
    const Tenant tenant("bulk-tampered", 2);
    const auto plan = tenant.plan("suspend");
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(site().jobsFile().c_str(), &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    const std::string sql = "UPDATE plan_items SET user_id = '" +
                            userAs("admin", "s5")["id"].stringOr("") + "' WHERE plan_id = '" +
                            plan["id"].stringOr("") + "' AND number = 1";
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_changes(db), 1);
    sqlite3_close(db);
    const auto answer = confirm(plan);
    EXPECT_EQ(answer.status, 409);
    EXPECT_NE(answer.body.find("not those that were sealed"), std::string::npos) << answer.body;
    EXPECT_EQ(tenant.directory().performed(), 0);
}

}  // namespace
}  // namespace tenantry::testing
