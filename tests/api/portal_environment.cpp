// At the end every answer that any of these tests got is held against openapi.yaml.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/api/api_client.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {
namespace {

class Document final : public ::testing::Environment {
  public:
    void TearDown() override {
        const std::string answers = ApiClient::recordPath();
        if (!std::filesystem::exists(answers)) return;
        const auto checked =
            runCommand({.command = {"/usr/bin/env", "python3", "tests/api/check_answers.py",
                                    "api/openapi.yaml", answers},
                        .runAs = {},
                        .log = {},
                        .folder = std::filesystem::current_path()});
        EXPECT_EQ(checked.exitCode, 0) << checked.output;
        std::filesystem::remove(answers);
    }
};

[[maybe_unused]] const auto* const kDocument = ::testing::AddGlobalTestEnvironment(new Document);

}  // namespace
}  // namespace tenantry::testing
