#include "kernel/pluginhost/host_call.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/host_interfaces.h"

namespace tenantry::pluginhost {

namespace {

namespace limits = base::limits;

constexpr std::size_t kIdBytesMax = 1024;
constexpr std::size_t kRepliesBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kRecordsCollectedMax = 1000;

bool usable(std::string_view text, std::size_t max) {
    return !text.empty() && text.size() <= max && base::isValidUtf8(text);
}

bool isObject(std::string_view body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && body[first] == '{' &&
           body.size() <= limits::kRecordBytesMax && base::isValidUtf8(body);
}

std::string text(tny_str from, const ConnectionServices& services) {
    services.heard("error", view(from));
    return services.redacted(base::toValidUtf8(view(from).substr(0, limits::kLogFieldBytesMax)));
}

tny_status statusOf(const base::Error& error) {
    switch (error.code) {
        case base::ErrorCode::kNotFound:
            return TNY_E_NOT_FOUND;
        case base::ErrorCode::kUnsupported:
            return TNY_E_UNSUPPORTED;
        case base::ErrorCode::kUnavailable:
        case base::ErrorCode::kDeadline:
        case base::ErrorCode::kTooMany:
            return TNY_E_UNAVAILABLE;
        default:
            return TNY_E_INTERNAL;
    }
}

void log(tny_call* call, std::int32_t level, tny_str event, tny_str fields) {
    if (call != nullptr) return HostCall::of(call).services->log(level, view(event), view(fields));
    base::logInfo("connector_log", {{"said", view(event).substr(0, 256)},
                                    {"fields", view(fields).substr(0, limits::kLogFieldBytesMax)}});
}

tny_status secret(tny_call* call, tny_str ref, void (*got)(void*, tny_str), void* u) {
    if (HostCall::of(call).inRequest) return TNY_E_INTERNAL;
    const auto value = HostCall::of(call).services->secret(view(ref));
    if (!value) return statusOf(value.error());
    got(u, str(value->reveal()));
    return TNY_OK;
}

tny_status secretPut(tny_call* call, tny_str ref, tny_str value) {
    if (HostCall::of(call).inRequest) return TNY_E_INTERNAL;
    const auto kept = HostCall::of(call).services->keepSecret(
        view(ref), base::SecretText(std::string(view(value))));
    return kept ? TNY_OK : statusOf(kept.error());
}

tny_status throttle(tny_call* call, tny_str bucket, std::uint32_t cost) {
    auto& host = HostCall::of(call);
    if (host.inRequest) return TNY_E_INTERNAL;
    switch (host.services->throttle(view(bucket), cost, host.signal, host.abandoned)) {
        case ConnectionServices::Turn::kGranted:
            return host.signal.cancelled() ? TNY_E_CANCELLED : TNY_OK;
        case ConnectionServices::Turn::kTooLate:
            return TNY_E_TIMEOUT;
        case ConnectionServices::Turn::kPaused:
            return TNY_E_RATE_LIMITED;
        case ConnectionServices::Turn::kCancelled:
            return TNY_E_CANCELLED;
        case ConnectionServices::Turn::kNoSuchBucket:
            return TNY_E_ARGUMENT;
    }
    return TNY_E_INTERNAL;
}

tny_host makeTable() {
    tny_host host{};
    host.size = sizeof host;
    host.abi_minor = TNY_ABI_MINOR;
    host.cancelled = [](tny_call* c) -> std::int32_t {
        return HostCall::of(c).signal.cancelled() ? 1 : 0;
    };
    host.cancel_fd = [](tny_call* c) -> std::int32_t { return HostCall::of(c).signal.fd(); };
    host.deadline_ms = [](tny_call* c) -> std::int64_t { return HostCall::of(c).signal.leftMs(); };
    host.fail = [](tny_call* c, const tny_error* e) { return HostCall::of(c).fail(e); };
    host.emit = [](tny_call* c, const tny_record* first, std::size_t n, std::size_t stride) {
        return HostCall::of(c).emit(first, n, stride);
    };
    host.checkpoint = [](tny_call* c, tny_str cursor) {
        return HostCall::of(c).checkpoint(view(cursor));
    };
    host.reply = [](tny_call* c, tny_str key, tny_str json) {
        return HostCall::of(c).reply(view(key), view(json));
    };
    host.log = log;
    host.metric = [](tny_call* c, tny_str name, double value, tny_str labels) {
        if (c != nullptr)
            HostCall::of(c).services->metric(view(name).substr(0, 256), value,
                                             view(labels).substr(0, limits::kLogFieldBytesMax));
    };
    host.secret = secret;
    host.secret_put = secretPut;
    host.throttle = throttle;
    host.get_interface = [](tny_str id) { return hostInterface(view(id)); };
    return host;
}

}  // namespace

const tny_host* hostTable() {
    static const tny_host table = makeTable();
    return &table;
}

std::int32_t HostCall::emit(const tny_record* first, std::size_t n, std::size_t stride) {
    const auto* at = reinterpret_cast<const char*>(first);
    for (std::size_t i = 0; i < n && !stopped_; ++i)
        take(reinterpret_cast<const tny_record*>(at + i * stride));
    return stopped_ || signal.cancelled() ? TNY_FLOW_STOP : TNY_FLOW_MORE;
}

void HostCall::take(const tny_record* r) {
    domain::Record record;
    record.kind = TNY_HAS(r, kind) ? view(r->kind) : std::string_view();
    record.id = TNY_HAS(r, id) ? view(r->id) : std::string_view();
    record.etag = TNY_HAS(r, etag) ? view(r->etag) : std::string_view();
    record.body = TNY_HAS(r, body) ? view(r->body) : std::string_view();
    record.modifiedMs = r->modified_ms;
    const bool known =
        r->op == TNY_OP_UPSERT || r->op == TNY_OP_DELETE || r->op == TNY_OP_UNCHANGED;
    if (!known || r->encoding != 0 || !usable(record.kind, kIdBytesMax) ||
        !usable(record.id, kIdBytesMax)) {
        ++unusableRecords;
        return;
    }
    if (record.etag.size() > kIdBytesMax || !base::isValidUtf8(record.etag)) record.etag = {};
    record.op = r->op == TNY_OP_DELETE      ? domain::RecordOp::kDelete
                : r->op == TNY_OP_UNCHANGED ? domain::RecordOp::kUnchanged
                                            : domain::RecordOp::kUpsert;
    if (record.op == domain::RecordOp::kUpsert && !isObject(record.body)) {
        // The record exists, and what it holds cannot be read: what is known of it stays.
        ++repairedRecords;
        record.op = domain::RecordOp::kUnchanged;
        record.etag = {};
        record.body = {};
    }
    if (sink_ != nullptr) {
        stopped_ = sink_->record(record) == domain::Flow::kStop;
    } else if (records.size() < kRecordsCollectedMax) {
        records.emplace_back(record);
    } else {
        stopped_ = true;
    }
}

std::int32_t HostCall::checkpoint(std::string_view cursor) {
    if (stopped_) return TNY_FLOW_STOP;
    if (cursor.size() > limits::kCursorBytesMax) {
        ++unusableRecords;  // a position that cannot be kept: the segment fails
        return TNY_FLOW_STOP;
    }
    if (sink_ != nullptr) sink_->checkpoint(cursor);
    return signal.cancelled() ? TNY_FLOW_STOP : TNY_FLOW_MORE;
}

std::int32_t HostCall::reply(std::string_view key, std::string_view json) {
    replyBytes_ += key.size() + json.size();
    if (replyBytes_ > kRepliesBytesMax || !base::Json::parse(json)) return TNY_FLOW_STOP;
    replies[std::string(key)] = json;
    return TNY_FLOW_MORE;
}

tny_status HostCall::fail(const tny_error* e) {
    failure.code = e->code;
    failure.retryAfterMs = TNY_HAS(e, retry_after_ms) ? e->retry_after_ms : -1;
    failure.backendStatus = TNY_HAS(e, backend_status) ? e->backend_status : 0;
    if (TNY_HAS(e, message)) failure.message = text(e->message, *services);
    if (TNY_HAS(e, detail)) failure.detail = text(e->detail, *services);
    if (TNY_HAS(e, pointer)) failure.pointer = text(e->pointer, *services);
    if (TNY_HAS(e, backend_code)) failure.backendCode = text(e->backend_code, *services);
    return e->code;
}

}  // namespace tenantry::pluginhost
