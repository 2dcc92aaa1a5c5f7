// The settings of bulk actions: each key moves its limit and no other, from the file, the
// environment and the command line; a wrong value is named with what would be right.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "kernel/main/settings.h"

namespace tenantry::main {
namespace {

std::optional<std::string> nothing(const std::string&) {
    return std::nullopt;
}

base::Result<Settings> with(const std::string& key, const std::string& value) {
    return readSettings(std::nullopt, nothing, {{key, value}});
}

/// Every limit of jobs, so that one key is seen to move one of them.
std::vector<double> limitsOf(const Settings& settings) {
    const auto& policy = settings.jobPolicy;
    const auto& engine = settings.jobOptions;
    const auto seconds = [](std::chrono::milliseconds span) {
        return std::chrono::duration<double>(span).count();
    };
    const auto number = [](std::uint64_t count) { return static_cast<double>(count); };
    return {number(policy.approvalAbove),     number(policy.approvalForDeleteAbove),
            number(policy.usersPerJob),       number(policy.usersPerOrganization),
            number(policy.itemsPerOperator),  number(policy.canaryFrom),
            engine.pauseAboveShare,           seconds(engine.giveUpAfter),
            seconds(engine.itemDeadline),     policy.reasonRequired ? 1.0 : 0.0,
            policy.ticketRequired ? 1.0 : 0.0};
}

struct Case {
    const char* name;
    const char* key;
    const char* value;
    std::size_t at;  ///< in limitsOf()
    double means;
    const char* wrong;  ///< empty: a yes or no
};
constexpr Case kCases[] = {
    {"ApprovalAbove", "jobs-approval-above", "7", 0, 7, "100001"},
    {"ApprovalDelete", "jobs-approval-delete-above", "9", 1, 9, "-1"},
    {"Users", "jobs-users-max", "11", 2, 11, "many"},
    {"UsersOfOne", "jobs-users-per-organization-max", "12", 3, 12, "1e3"},
    {"ItemsOfOne", "jobs-items-per-operator-max", "13", 4, 13, "200001"},
    {"Canary", "jobs-canary-from", "0", 5, 0, "100001"},
    {"Pause", "jobs-pause-percent", "35", 6, 0.35, "101"},
    {"GiveUp", "jobs-give-up-s", "60", 7, 60, "86401"},
    {"Item", "jobs-item-s", "30", 8, 30, "4"},
    {"Reason", "jobs-reason-required", "yes", 9, 1, ""},
    {"Ticket", "jobs-ticket-required", "yes", 10, 1, ""},
};

class JobSetting : public ::testing::TestWithParam<Case> {};

TEST_P(JobSetting, MovesItsLimitAndNoOther) {
    const Case& one = GetParam();
    const auto before = limitsOf(with("log-level", "info").value());
    const auto read = with(one.key, one.value);
    ASSERT_TRUE(read) << read.error().text();
    const auto after = limitsOf(*read);
    ASSERT_EQ(after.size(), before.size());
    EXPECT_NE(before[one.at], one.means) << "the test would see nothing";
    for (std::size_t i = 0; i < after.size(); ++i)
        EXPECT_DOUBLE_EQ(after[i], i == one.at ? one.means : before[i]) << i;
}

TEST_P(JobSetting, AWrongValueIsNamed) {
    const Case& one = GetParam();
    const std::string value = one.wrong[0] == 0 ? "perhaps" : one.wrong;
    const auto read = with(one.key, value);
    ASSERT_FALSE(read) << one.key << " = " << value;
    EXPECT_NE(read.error().message.find(one.key), std::string::npos) << read.error().message;
}

INSTANTIATE_TEST_SUITE_P(Each, JobSetting, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(JobSettings, NoneIsLeftOutOfThisTable) {
    std::set<std::string> tested, known;
    for (const auto& one : kCases) tested.insert(one.key);
    for (const auto& [key, help] : settingKeys())
        if (key.rfind("jobs-", 0) == 0) known.insert(key);
    EXPECT_EQ(tested, known);
}

TEST(JobSettings, ComeFromTheEnvironmentAndTheCommandLineWins) {
    const auto environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "TENANTRY_JOBS_APPROVAL_ABOVE") return "21";
        if (name == "TENANTRY_JOBS_USERS_MAX") return "22";
        return std::nullopt;
    };
    const auto read = readSettings(std::nullopt, environment, {{"jobs-users-max", "23"}}).value();
    EXPECT_EQ(read.jobPolicy.approvalAbove, 21U);
    EXPECT_EQ(read.jobPolicy.usersPerJob, 23U);
}

}  // namespace
}  // namespace tenantry::main
