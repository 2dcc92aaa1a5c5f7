#include "plugins/sdk/kit/conform.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "kernel/pluginhost/http/curl_exchange.h"
#include "plugins/sdk/kit/checks.h"
#include "plugins/sdk/kit/verify.h"

namespace tenantry::kit {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using StaticVerdicts = std::vector<std::pair<std::string, Verdict>>;

constexpr std::size_t kScenarioBytesMax = 4 * 1024 * 1024;

const std::map<std::string_view, CheckFunction>& functions() {
    static const std::map<std::string_view, CheckFunction> all = {
        {"L1", checkL1},   {"L2", checkL2},   {"L3", checkL3},   {"L4", checkL4},
        {"L5", checkL5},   {"L6", checkL6},   {"L7", checkL7},   {"L8", checkL8},
        {"R1", checkR1},   {"R2", checkR2},   {"R3", checkR3},   {"R4", checkR4},
        {"R5", checkR5},   {"R6", checkR6},   {"R7", checkR7},   {"R8", checkR8},
        {"R9", checkR9},   {"R10", checkR10}, {"R11", checkR11}, {"R12", checkR12},
        {"R13", checkR13}, {"R14", checkR14}, {"C1", checkC1},   {"C2", checkC2},
        {"F1", checkF1},   {"F2", checkF2},   {"F3", checkF3},   {"F4", checkF4},
        {"F5", checkF5},   {"F6", checkF6},   {"F7", checkF7},   {"F8", checkF8},
        {"F9", checkF9},   {"D1", checkD1},   {"D2", checkD2},   {"D3", checkD3},
        {"D4", checkD4},   {"D5", checkD5},   {"A1", checkA1},   {"A2", checkA2},
        {"A3", checkA3},   {"A4", checkA4},   {"A5", checkA5},   {"A6", checkA6},
        {"A7", checkA7},   {"A8", checkA8},   {"A9", checkA9},   {"A10", checkA10},
        {"M1", checkM1},   {"M2", checkM2},   {"M3", checkM3},   {"M4", checkM4},
        {"P1", checkP1}};
    return all;
}

bool wanted(std::string_view check, const std::vector<std::string>& only) {
    if (only.empty()) return true;
    return std::any_of(only.begin(), only.end(), [&](const std::string& one) {
        return one == check || (one.size() == 1 && one.front() == check.front());
    });
}

base::Status knowsAll(const std::vector<std::string>& only) {
    for (const auto& one : only) {
        const bool known =
            std::any_of(catalogue().begin(), catalogue().end(), [&](const CheckInfo& info) {
                return info.name == one || (one.size() == 1 && info.name.front() == one.front());
            });
        if (!known) return base::invalidArgument("There is no check \"" + one + "\".");
    }
    return base::ok();
}

CheckResult resultOf(const CheckInfo& info, Verdict verdict, Clock::time_point began) {
    CheckResult out;
    out.check = &info;
    out.outcome = verdict.outcome;
    out.reason = std::move(verdict.reason);
    out.evidence = std::move(verdict.evidence);
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    return out;
}

/// Adds the results of S, in the catalogue's order.
void addStatic(const StaticVerdicts& verdicts, const ConformOptions& options, Report& report) {
    for (const auto& [name, verdict] : verdicts) {
        if (!wanted(name, options.only)) continue;
        report.results.push_back(resultOf(*findCheck(name), verdict, Clock::now()));
        if (options.progress) options.progress(report.results.back());
    }
}

/// One check; a connector that cannot be tried any further is no reason to stop the others.
CheckResult run(Trial& trial, const CheckInfo& info) {
    const auto began = Clock::now();
    Verdict verdict = functions().at(info.name)(trial);
    if (trial.faults) trial.faults->disarm();
    return resultOf(info, std::move(verdict), began);
}

base::Result<std::string> fileText(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::notFound("There is no file " + path + ".");
    std::ostringstream out;
    out << in.rdbuf();
    if (out.str().size() > kScenarioBytesMax)
        return base::invalidArgument("The scenario is larger than 4 MiB.");
    return out.str();
}

}  // namespace

CheckFunction functionOf(std::string_view check) {
    const auto found = functions().find(check);
    return found == functions().end() ? nullptr : found->second;
}

base::Result<Report> verify(const ConformOptions& options) {
    TNY_CHECKED(knowsAll(options.only));
    TNY_TRY(const auto verdicts, verifyFile({options.file, options.against}));
    Report report;
    report.file = options.file;
    addStatic(verdicts, options, report);
    if (const auto package = pluginhost::ConnectorPackage::open(options.file)) {
        report.connector = (*package)->descriptor().id;
        report.version = (*package)->descriptor().version;
        report.sha256 = (*package)->sha256();
    }
    return report;
}

base::Result<Report> conform(const ConformOptions& options, const Scenario& scenario,
                             Backend* backend) {
    TNY_CHECKED(knowsAll(options.only));
    VerifyOptions file{options.file, options.against};
    file.configJson = scenario.tenant.configJson;
    TNY_TRY(const auto verdicts, verifyFile(file));
    TNY_TRY(const auto package, pluginhost::ConnectorPackage::open(options.file));
    Report report;
    report.file = options.file;
    report.scenario = scenario.name;
    report.connector = package->descriptor().id;
    report.version = package->descriptor().version;
    report.sha256 = package->sha256();
    addStatic(verdicts, options, report);

    pluginhost::http::CurlOptions network;
    network.addresses.allowLoopback = true;  // the scenario's backend is mostly on this machine
    const auto faults = std::make_shared<Faults>();
    const auto http = withFaults(std::make_shared<pluginhost::http::CurlExchange>(network), faults);
    Subject subject({package, options.worker, http});
    Trial trial(subject, scenario, backend, faults);
    if (backend != nullptr && !scenario.backend.reset.empty())
        TNY_CHECKED(trial.command(scenario.backend.reset));
    for (const auto& info : catalogue()) {
        if (functionOf(info.name) == nullptr || !wanted(info.name, options.only)) continue;
        report.results.push_back(run(trial, info));
        if (options.progress) options.progress(report.results.back());
    }
    return report;
}

base::Result<Report> conformFile(const ConformOptions& options, const std::string& scenarioPath) {
    TNY_TRY(const std::string text, fileText(scenarioPath));
    TNY_TRY(const BackendCommands commands, readBackendCommands(text));
    const fs::path folder = fs::absolute(scenarioPath).parent_path();
    ShellBackend backend(folder.string());
    Variables variables;
    if (!commands.start.empty()) {
        TNY_TRY(variables,
                backend.start(commands.start, base::Deadline::after(commands.readyWithin)));
    }
    TNY_TRY(Scenario scenario, readScenario(text, variables));
    scenario.folder = folder.string();
    if (scenario.name.empty()) scenario.name = fs::path(scenarioPath).filename().string();
    return conform(options, scenario, &backend);
}

}  // namespace tenantry::kit
