#include <iostream>
#include <memory>

#include "api/cli/connector/commands.h"
#include "api/cli/connector/opened.h"
#include "plugins/sdk/kit/conform.h"
#include "plugins/sdk/kit/report.h"

namespace tenantry::cli {

void addVerify(CLI::App& connector, Console& console) {
    auto* command = connector.add_subcommand(
        "verify", "Look at a connector's file: its build and descriptor. Nothing of it runs");
    const auto options = std::make_shared<kit::ConformOptions>();
    command->add_option("FILE", options->file, "The connector, such as acme.so")->required();
    command->add_option("--against", options->against,
                        "An earlier version: what it offered must still be there");
    command->callback([options, &console] {
        options->progress = [](const kit::CheckResult& one) {
            std::cout << kit::lineOf(one) << std::endl;
        };
        const auto report = kit::verify(*options);
        if (!report) throw Failure{Exit::kUsage, wordsOf(report.error())};
        std::cout << kit::summaryOf(*report);
        if (report->count(kit::Outcome::kFailed) > 0) console.result = Exit::kRefused;
    });
}

}  // namespace tenantry::cli
