/// The kit against connectors of ours, in tests.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include "kernel/base/clock.h"
#include "plugins/sdk/kit/conform.h"
#include "plugins/sdk/kit/report.h"

namespace tenantry::kit {

/// Commands of a scenario as functions of the test, with the id they are for.
class FunctionBackend final : public Backend {
  public:
    using Function = std::function<std::string(const std::string& id)>;
    std::map<std::string, Function> functions;

    base::Result<std::string> run(const std::string& command, const Variables& variables) override {
        const auto found = functions.find(command);
        if (found == functions.end()) return base::unavailable("No command " + command + ".");
        try {
            return found->second(variables.count("id") != 0 ? variables.at("id") : "");
        } catch (const std::exception& e) {
            return base::unavailable(e.what());
        }
    }
};

/// A sanitizer's own memory and symbols are no fault of the connector.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
inline bool meaningless(std::string_view check) {
    return kSanitized && (check.front() == 'S' || check == "L1" || check == "R11" || check == "M3");
}

inline ConformOptions optionsFor(const std::string& file) {
    ConformOptions options;
    options.file = file;
    options.worker.program = TENANTRY_TEST_WORKER;
    options.worker.cancelGrace = std::chrono::milliseconds(1500);
    options.worker.restartMin = std::chrono::milliseconds(10);
    for (const auto& one : catalogue())
        if (kSanitized && !meaningless(one.name)) options.only.emplace_back(one.name);
    return options;
}

inline Scenario scenarioOf(const std::string& json, const Variables& variables = {}) {
    auto scenario = readScenario(json, variables);
    if (!scenario) throw std::runtime_error(scenario.error().message);
    return std::move(*scenario);
}

/// Every line of the report, and a failure of the test for each check that failed.
inline void expectConforms(const base::Result<Report>& report) {
    ASSERT_TRUE(report) << report.error().message;
    for (const auto& one : report->results) {
        std::cout << lineOf(one) << "\n";
        EXPECT_NE(one.outcome, Outcome::kFailed) << lineOf(one) << "\n" << one.evidence;
    }
    std::cout << "Level: " << report->level() << std::endl;
}

/// What was proved of a connector that we ship is shown wherever this very file runs.
inline void showLevel(const std::string& file, const base::Result<Report>& report) {
    if (!report) return;
    const auto badge = badgeOf(*report, base::toRfc3339(base::SystemClock().now()));
    if (kSanitized || badge.empty()) return;
    std::ofstream out(file.substr(0, file.rfind('.')) + ".conformance.json");
    out << badge;
    EXPECT_TRUE(out.good());
}

}  // namespace tenantry::kit
