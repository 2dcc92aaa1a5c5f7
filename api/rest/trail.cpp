#include "api/rest/trail.h"

#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::rest {

void record(const Services& services, const Call& call, Deed deed) {
    domain::Activity entry;
    entry.id = base::ActivityId(base::newUuid());
    entry.at = services.clock.now();
    entry.organization = std::move(deed.organization);
    entry.actor = call.asker().account();
    entry.actorName = call.asker().username();
    entry.remoteAddress = call.request.peer;
    entry.action = std::move(deed.action);
    entry.targetKind = std::move(deed.targetKind);
    entry.targetId = std::move(deed.targetId);
    entry.targetName = std::move(deed.targetName);
    entry.outcome = std::move(deed.outcome);
    entry.detail = std::move(deed.detail);
    entry.reason = std::move(deed.reason);
    entry.ticket = std::move(deed.ticket);
    entry.correlationId = call.request.id;
    const auto deadline = base::Deadline::after(base::limits::kStoreDeadline);
    if (const auto written = services.activity.append(entry, deadline); !written) {
        base::logError("activity_not_written", {{"action", entry.action},
                                                {"request_id", call.request.id},
                                                {"error", written.error().text()}});
    }
}

}  // namespace tenantry::rest
