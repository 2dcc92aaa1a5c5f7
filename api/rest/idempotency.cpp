#include "api/rest/idempotency.h"

#include "kernel/base/limits.h"

namespace tenantry::rest {

namespace limits = base::limits;

base::Result<std::optional<http::Response>> Idempotency::begin(const std::string& name,
                                                               const std::string& bodyDigest) {
    const auto now = clock_.now();
    return known_.with([&](Known& known) -> base::Result<std::optional<http::Response>> {
        const auto found = known.entries.find(name);
        if (found != known.entries.end() && now - found->second.at < limits::kIdempotencyLife) {
            const Entry& entry = found->second;
            if (entry.bodyDigest != bodyDigest) {
                return base::conflict(
                    "This Idempotency-Key was used for another request. Choose a new one.");
            }
            if (!entry.answer) {
                return base::conflict("The first request with this Idempotency-Key is under way.");
            }
            return std::optional(*entry.answer);
        }
        if (found != known.entries.end()) known.entries.erase(found);
        while (known.order.size() >= limits::kIdempotencyKeysMax) {
            known.entries.erase(known.order.front());
            known.order.pop_front();
        }
        known.entries.emplace(name, Entry{bodyDigest, now, std::nullopt});
        known.order.push_back(name);
        return std::optional<http::Response>{};
    });
}

void Idempotency::finish(const std::string& name, const http::Response& answer) {
    known_.with([&](Known& known) {
        const auto found = known.entries.find(name);
        if (found != known.entries.end()) found->second.answer = answer;
    });
}

void Idempotency::forget(const std::string& name) {
    known_.with([&](Known& known) { known.entries.erase(name); });
}

}  // namespace tenantry::rest
