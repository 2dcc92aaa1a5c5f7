#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "api/cli/connector/commands.h"
#include "api/cli/connector/opened.h"
#include "kernel/base/clock.h"
#include "plugins/sdk/kit/conform.h"
#include "plugins/sdk/kit/report.h"

namespace tenantry::cli {
namespace {

struct Wish {
    kit::ConformOptions options;
    std::string scenario, junit, html, worker;
    bool list = false, badge = false;
};

void write(const std::string& path, const std::string& text) {
    if (path.empty()) return;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) throw Failure{Exit::kUsage, path + " cannot be written."};
}

/// Beside the connector, where Tenantry looks for it. Without a level, one of an earlier build
/// goes.
void putBadge(const std::string& file, const kit::Report& report) {
    const auto path = std::filesystem::path(file).replace_extension(".conformance.json");
    const auto badge = kit::badgeOf(report, base::toRfc3339(base::SystemClock().now()));
    if (!badge.empty()) {
        write(path.string(), badge);
        std::cout << "Wrote " << path.string() << ".\n";
        return;
    }
    std::error_code failed;
    std::filesystem::remove(path, failed);
    if (failed)
        throw Failure{Exit::kUsage, path.string() +
                                        " says more than was proved and cannot be removed: " +
                                        failed.message() + "."};
    std::cout << "No badge: no level was reached, or checks were left out.\n";
}

void conform(Wish& wish, Console& console) {
    if (wish.list) {
        std::cout << kit::listOfChecks();
        return;
    }
    if (wish.options.file.empty() || wish.scenario.empty())
        throw Failure{Exit::kUsage,
                      "Say which connector and with what: FILE.so --scenario S.json."};
    try {
        wish.options.worker.program = workerProgram(wish.worker);
    } catch (const Failure& missing) {  // here it is the command that is wrong, not the connector
        throw Failure{Exit::kUsage, missing.words};
    }
    wish.options.progress = [](const kit::CheckResult& one) {
        std::cout << kit::lineOf(one) << std::endl;
    };
    const auto report = kit::conformFile(wish.options, wish.scenario);
    if (!report) throw Failure{Exit::kUsage, wordsOf(report.error())};
    write(wish.junit, wish.junit.empty() ? "" : kit::junitOf(*report));
    write(wish.html, wish.html.empty() ? "" : kit::htmlOf(*report));
    std::cout << kit::summaryOf(*report);
    if (wish.badge) putBadge(wish.options.file, *report);
    if (report->count(kit::Outcome::kFailed) > 0) console.result = Exit::kRefused;
}

}  // namespace

void addConform(CLI::App& connector, Console& console) {
    auto* command = connector.add_subcommand(
        "conform", "Prove a connector: every check of the conformance kit, in a worker of its own");
    const auto wish = std::make_shared<Wish>();
    command->add_option("FILE", wish->options.file, "The connector, such as acme.so");
    command->add_option("--scenario", wish->scenario,
                        "JSON: configuration, secrets, samples, commands of the backend");
    command->add_option("--against", wish->options.against, "An earlier version, for S7");
    command->add_option("--only", wish->options.only, "Checks such as R4,R5 or whole letters: R,A")
        ->delimiter(',');
    command->add_option("--junit", wish->junit, "Write the results as JUnit XML to this file");
    command->add_option("--html", wish->html, "Write the results as a page to this file");
    command->add_option("--worker", wish->worker, "tenantry-connector-host, when not beside this");
    command->add_flag("--badge", wish->badge,
                      "Write the level beside the connector, where Tenantry shows it");
    command->add_flag("--list", wish->list, "Only say which checks there are");
    command->callback([wish, &console] { conform(*wish, console); });
}

}  // namespace tenantry::cli
