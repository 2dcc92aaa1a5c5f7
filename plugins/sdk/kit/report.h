/// A report in the forms that people and machines read.
#pragma once

#include <string>

#include "plugins/sdk/kit/check.h"

namespace tenantry::kit {

/// One line: "R4    passed          The same set ...".
std::string lineOf(const CheckResult& result);
/// What failed with its evidence and hint, then the sums and the level.
std::string summaryOf(const Report& report);
/// Every check: name, level, meaning.
std::string listOfChecks();
/// JUnit XML, as CI systems take it.
std::string junitOf(const Report& report);
/// What Tenantry shows of a connector when it stands beside its file as NAME.conformance.json: the
/// level of this very build. Empty when no level was reached, or checks were left out.
std::string badgeOf(const Report& report, const std::string& at);
/// A page that needs nothing else.
std::string htmlOf(const Report& report);

}  // namespace tenantry::kit
