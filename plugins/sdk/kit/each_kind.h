/// For checks that are made with every kind.
#pragma once

#include <functional>
#include <string>

#include "plugins/sdk/kit/trial.h"

namespace tenantry::kit {

/// Runs `one` for each kind whose plain read works. The first failure counts; passed when one
/// passed; otherwise the first reason why none applied.
inline Verdict eachKind(Trial& trial, const std::function<Verdict(const std::string& kind)>& one) {
    std::string seen;
    Verdict none = notApplicable("No kind can be read in full.");
    bool first = true;
    for (const auto& kind : trial.kinds()) {
        Verdict verdict = trial.baseline(kind).failed.empty()
                              ? one(kind)
                              : notApplicable("The plain read did not work, see R3.");
        if (verdict.outcome == Outcome::kFailed) {
            verdict.reason = kind + ": " + verdict.reason;
            return verdict;
        }
        if (verdict.outcome == Outcome::kPassed)
            seen += (seen.empty() ? "" : " ") + kind + ": " + verdict.reason;
        else if (first)
            none.reason = kind + ": " + verdict.reason;
        first = false;
    }
    return seen.empty() ? none : passed(seen);
}

/// "25 records".
inline std::string counted(std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

}  // namespace tenantry::kit
