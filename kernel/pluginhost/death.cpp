#include "kernel/pluginhost/death.h"

#include <csignal>
#include <cstring>

#include "kernel/base/json.h"

namespace tenantry::pluginhost {

namespace {

void writeTexts(base::JsonWriter& out, std::string_view key,
                const std::vector<std::string>& texts) {
    out.key(key).beginArray();
    for (const auto& text : texts) out.string(text);
    out.endArray();
}

void writeNumberOrNull(base::JsonWriter& out, std::string_view key, std::optional<int> number) {
    out.key(key);
    if (number) {
        out.number(std::int64_t{*number});
    } else {
        out.null();
    }
}

std::string hexadecimal(std::uint64_t value) {
    std::string digits;
    for (; value != 0; value /= 16) digits.insert(digits.begin(), "0123456789abcdef"[value % 16]);
    return "0x" + digits;
}

void writeCalls(base::JsonWriter& out, const std::vector<CallInFlight>& calls) {
    out.key("calls").beginArray();
    for (const auto& call : calls) {
        out.beginObject().key("operation").string(call.operation);
        out.key("connection").string(call.connection.text());
        out.key("ran_ms").number(std::int64_t{call.ran.count()});
        out.key("suspect").boolean(call.suspect).endObject();
    }
    out.endArray();
}

}  // namespace

std::string toJson(const DeathReport& report, const std::string& id) {
    base::JsonWriter out;
    out.beginObject().key("id").string(id);
    out.key("connector").string(report.connector).key("version").string(report.version);
    out.key("sha256").string(report.sha256);
    out.key("build_id");
    out.stringOrNull(report.buildId.empty() ? std::nullopt : std::optional(report.buildId));
    out.key("started_at").string(base::toRfc3339(report.startedAt));
    out.key("at").string(base::toRfc3339(report.at));
    out.key("pid").number(std::int64_t{report.pid});
    out.key("cause").string(report.death.status == kKilled ? "stopped" : "crashed");
    out.key("detail").string("The connector's process " + report.death.words + ".");
    writeNumberOrNull(out, "signal", report.signal);
    writeNumberOrNull(out, "exit_status", report.exitStatus);
    out.key("code_offset");
    out.stringOrNull(report.offset == 0 ? std::nullopt : std::optional(hexadecimal(report.offset)));
    out.key("memory_bytes").number(static_cast<std::int64_t>(report.memoryBytes));
    writeCalls(out, report.calls);
    out.key("consequence").string(report.consequence);
    writeTexts(out, "log", report.log);
    out.key("stderr").string(report.stderrTail).endObject();
    return std::move(out).take();
}

}  // namespace tenantry::pluginhost
