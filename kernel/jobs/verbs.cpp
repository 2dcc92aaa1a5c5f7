#include "kernel/jobs/verbs.h"

namespace tenantry::jobs {

std::optional<domain::BulkVerb> verbOf(const domain::ConnectorHost& host, const std::string& name) {
    auto verb = domain::bulkVerb(name);
    if (!domain::isVendorAction(name)) return verb;
    for (const auto& connector : host.connectors()) {
        const auto* declared = connector.action(name);
        if (declared == nullptr || declared->kind != "user") continue;
        const auto spec = domain::vendorSpec(*declared);
        verb->words = spec.words;
        verb->reverse = spec.reverse;
        verb->risky = declared->risk == "high";
        return verb;
    }
    return std::nullopt;
}

base::Status checkVendorArguments(const domain::ConnectorHost& host, const std::string& name,
                                  const std::string& parametersJson) {
    base::Status answer = base::ok();
    if (!domain::isVendorAction(name)) return answer;
    for (const auto& connector : host.connectors()) {
        const auto* declared = connector.action(name);
        if (declared == nullptr) continue;
        auto fits = host.checkArguments(*declared, parametersJson);
        if (fits) return fits;
        auto error = std::move(fits).error();
        error.pointer = "/parameters" + error.pointer;
        answer = std::move(error);
    }
    return answer;
}

}  // namespace tenantry::jobs
