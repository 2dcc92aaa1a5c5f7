/// The checks of the kit and what came of them. Names are stable: they stand in vendors' reports.
///
/// Threads: value types.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenantry::kit {

/// What a check is needed for; each level includes those before.
enum class Level : std::uint8_t { kLoads = 1, kReads, kSyncs, kActs, kCertified };
std::string_view nameOf(Level level);

struct CheckInfo {
    std::string_view name;  ///< "R4"
    Level level;
    std::string_view meaning;  ///< one sentence
    std::string_view hint;     ///< what to look at when it fails
};

/// All of them, in the order they run.
const std::vector<CheckInfo>& catalogue();
/// Null when there is no such check.
const CheckInfo* findCheck(std::string_view name);

enum class Outcome : std::uint8_t { kPassed = 1, kFailed, kNotApplicable };

struct CheckResult {
    const CheckInfo* check = nullptr;
    Outcome outcome = Outcome::kNotApplicable;
    std::string reason;    ///< why it failed, or does not apply; what was seen when it passed
    std::string evidence;  ///< what the connector did, for its author; may be empty
    std::chrono::milliseconds took{0};
};

struct Report {
    std::string connector, version, file, sha256, scenario;
    std::vector<CheckResult> results;

    [[nodiscard]] std::size_t count(Outcome outcome) const;
    [[nodiscard]] const CheckResult* find(std::string_view check) const;
    /// The highest level whose checks, and those of the levels below, ran and did not fail. Empty
    /// when not even the first was reached, or checks were left out.
    [[nodiscard]] std::string_view level() const;
};

}  // namespace tenantry::kit
