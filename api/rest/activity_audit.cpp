// The activity trail as evidence: its chains checked, and given out.
#include <memory>

#include "api/rest/activity_filter.h"
#include "api/rest/csv.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

constexpr std::size_t kEntriesMax = 1'000'000;
constexpr std::string_view kHeader =
    "at,actor,origin,action,outcome,organization,target_kind,target,detail,reason,ticket,before,"
    "after,correlation_id,id\r\n";

base::Result<domain::Scope> auditedScope(const Call& call) {
    const auto allowed = call.asker().scopeFor(domain::Permission::kAuditView);
    if (allowed.empty()) return base::forbidden("You need \"audit.view\" to see the activity.");
    return scopeOf(call, allowed);
}

base::Result<Reply> verify(const Services& services, const Call& call) {
    TNY_TRY(const auto scope, auditedScope(call));
    const auto deadline = base::Deadline::after(base::limits::kHttpExportTimeout);
    TNY_TRY(const auto reports, services.housekeeper.verify(scope, deadline));
    bool whole = true;
    std::uint64_t entries = 0;
    JsonWriter items;
    items.beginArray();
    for (const auto& report : reports) {
        whole = whole && report.faults.empty();
        entries += report.entries;
        items.beginObject().key("organization");
        writeOrganizationName(items, *call.asker().tree(), report.head.organization);
        writeCount(items, "entries", report.entries);
        writeCount(items, "sequence", report.head.sequence);
        items.key("digest").string(report.head.digest);
        writeCount(items, "removed_by_retention", report.head.floorSequence);
        items.key("faults").beginArray();
        for (const auto& fault : report.faults) {
            items.beginObject();
            writeCount(items, "sequence", fault.sequence);
            items.key("entry");
            writeTextOrNull(items, fault.entry);
            items.key("detail").string(fault.words).endObject();
        }
        items.endArray().endObject();
    }
    items.endArray();
    JsonWriter out;
    out.beginObject().key("whole").boolean(whole);
    writeCount(out, "entries", entries);
    out.key("items").raw(std::move(items).take());
    out.key("as_of").string(base::toRfc3339(services.clock.now())).endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

void addRow(std::string& out, const domain::OrganizationTree& tree, const domain::Activity& entry) {
    const auto ordinal = tree.find(entry.organization);
    std::string row;
    addCell(row, base::toRfc3339(entry.at));
    for (const auto& cell :
         {entry.actor.empty() ? std::string("Tenantry") : entry.actorName, entry.remoteAddress,
          actionWord(entry.action), entry.outcome,
          ordinal ? tree.at(*ordinal).slug : entry.organization.text(), entry.targetKind,
          entry.targetName, entry.detail, entry.reason, entry.ticket, entry.beforeJson,
          entry.afterJson, entry.correlationId, entry.id.text()})
        addCell(row, cell);
    out += row + "\r\n";
}

base::Result<Reply> exportActivity(const Services& services, const Call& call) {
    TNY_TRY(auto scope, auditedScope(call));
    ActivityFilter filter;
    if (const auto text = call.query.text("filter")) {
        TNY_TRY(filter, parseActivityFilter(*text));
    }
    if (filter.organization) {
        TNY_TRY(scope, scope.narrowedTo(*filter.organization));
    }
    auto& query = filter.query;
    query.search = call.query.text("q").value_or("");
    const auto format = call.query.text("format").value_or("csv");
    if (format != "csv" && format != "ndjson")
        return base::invalidArgument("Possible are: csv, ndjson.", "?format");
    const bool csv = format == "csv";
    // What is written meanwhile, this export's own entry too, stays out.
    const auto end = services.clock.now() + std::chrono::milliseconds(1);
    query.to = query.to ? std::min(*query.to, end) : end;
    query.limit = base::limits::kActivityPageMax;
    std::string body = csv ? std::string(kHeader) : std::string();
    std::uint64_t count = 0;
    while (count < kEntriesMax) {
        query.offset = count;
        TNY_TRY(const auto page, services.activity.list(scope, query, call.deadline()));
        for (const auto& entry : page.items) {
            ++count;
            if (csv) {
                addRow(body, *call.asker().tree(), entry);
            } else {
                JsonWriter line;
                writeActivity(line, services, call.asker(), entry);
                body += std::move(line).take() + "\n";
            }
        }
        if (page.items.empty() || count >= page.total) break;
    }
    const auto& top = scope.tree()->at(scope.intervals().front().begin);
    record(services, call,
           {.organization = top.id,
            .action = "activity.export",
            .targetKind = "organization",
            .targetId = top.id.text(),
            .targetName = top.name,
            .detail = "Exported " + std::to_string(count) + " entries of the activity."});
    auto response = http::Response::text(
        200, csv ? "text/csv; charset=utf-8" : "application/x-ndjson", std::move(body));
    response.header("X-Total", std::to_string(count));
    response.header("Content-Disposition",
                    "attachment; filename=\"activity-" + top.slug + (csv ? ".csv\"" : ".ndjson\""));
    return Reply(std::move(response));
}

}  // namespace

void addActivityAudit(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/activity/verify", .query = {"scope"}},
               [&services](const Call& call) { return verify(services, call); });
    routes.add({.pattern = "/api/v1/activity/export", .query = {"scope", "q", "filter", "format"}},
               [&services](const Call& call) { return exportActivity(services, call); });
}

}  // namespace tenantry::rest
