// At the end of all tests every answer that any of them got is held against openapi.yaml.
#include "tests/api/site_environment.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/child_process.h"

namespace tenantry::testing {
namespace {

std::unique_ptr<Site> theSite;
std::map<std::string, std::unique_ptr<ApiClient>> clients;

class Document final : public ::testing::Environment {
  public:
    void TearDown() override {
        if (!theSite) return;
        const std::string answers = ApiClient::recordPath();
        const std::string operations = answers + ".operations";
        {
            std::ofstream out(operations);
            for (const auto& one : theSite->operations()) out << one << "\n";
        }
        clients.clear();
        theSite.reset();
        // A selection of tests answers a part only; the document is checked in whole runs.
        if (::testing::GTEST_FLAG(filter) == "*") {
            const auto checked =
                runCommand({.command = {"/usr/bin/env", "python3", "tests/api/check_answers.py",
                                        "api/openapi.yaml", answers, operations},
                            .runAs = {},
                            .log = {},
                            .folder = std::filesystem::current_path()});
            EXPECT_EQ(checked.exitCode, 0) << checked.output;
        }
        std::filesystem::remove(answers);
        std::filesystem::remove(operations);
    }
};

[[maybe_unused]] const auto* const kDocument = ::testing::AddGlobalTestEnvironment(new Document);

}  // namespace

Site& site() {
    if (!theSite) theSite = std::make_unique<Site>();
    return *theSite;
}

ApiClient& as(const std::string& username) {
    auto& client = clients[username];
    if (!client) client = std::make_unique<ApiClient>(site().port(), username);
    return *client;
}

base::Json userAs(const std::string& username, const std::string& login) {
    const auto page =
        as(username).get("/api/v1/users?filter=username+eq+%22" + login + "%22").json();
    const auto items = page["items"].items();
    return items.empty() ? base::Json() : items.front();
}

std::string userPath(const std::string& login) {
    return "/api/v1/users/" + userAs("admin", login)["id"].stringOr("none");
}

}  // namespace tenantry::testing
