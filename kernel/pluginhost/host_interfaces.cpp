#include "kernel/pluginhost/host_interfaces.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/pluginhost/host_call.h"

namespace tenantry::pluginhost {

namespace {

/// The answer on its way to the connector.
class ToSink final : public http::Receiver {
  public:
    explicit ToSink(const tny_http_sink& sink) : sink_(sink) {}
    bool head(const http::Head& head) override {
        if (!TNY_HAS(&sink_, head) || sink_.head == nullptr) return true;
        std::string lines;
        for (const auto& h : head.headers) lines += h.name + ": " + h.value + '\n';
        return sink_.head(sink_.u, head.status, str(lines)) == TNY_FLOW_MORE;
    }
    bool data(std::string_view chunk) override {
        if (!TNY_HAS(&sink_, data) || sink_.data == nullptr) return true;
        return sink_.data(sink_.u, str(chunk)) == TNY_FLOW_MORE;
    }

  private:
    const tny_http_sink& sink_;
};

/// What a failure means for whoever asked. `safe`: asking again can do no harm.
tny_status statusOf(const http::Failure& failure, bool safe) {
    using http::Failed;
    const bool open = failure.sent && !safe;
    switch (failure.what) {
        case Failed::kInvalid:
            return TNY_E_ARGUMENT;
        case Failed::kRefused:
        case Failed::kTls:
            return TNY_E_CONFIG;
        case Failed::kConnect:
        case Failed::kLost:
            return open ? TNY_E_OUTCOME_UNKNOWN : TNY_E_UNAVAILABLE;
        case Failed::kTimeout:
            return open ? TNY_E_OUTCOME_UNKNOWN : TNY_E_TIMEOUT;
        case Failed::kCancelled:
            return open ? TNY_E_OUTCOME_UNKNOWN : TNY_E_CANCELLED;
        case Failed::kTooLarge:
        case Failed::kRedirects:
            return open ? TNY_E_OUTCOME_UNKNOWN : TNY_E_DATA;
        case Failed::kStopped:
            return TNY_OK;
        case Failed::kNotRecorded:
            return TNY_E_UNAVAILABLE;
    }
    return TNY_E_INTERNAL;
}

tny_status failed(const tny_http_sink* sink, const HostCall& call, tny_status status,
                  std::string_view message, std::string_view code = {},
                  std::int64_t retryAfterMs = -1) {
    if (!TNY_HAS(sink, failed) || sink->failed == nullptr) return status;
    const std::string words = call.services->redacted(message);
    tny_error e{};
    e.size = sizeof e;
    e.code = status;
    e.retry_after_ms = retryAfterMs;
    e.message = str(words);
    e.backend_code = str(code);
    sink->failed(sink->u, &e);
    return status;
}

/// A turn of the bucket the request names; TNY_OK when it may go.
tny_status takeTurn(HostCall& call, std::string_view bucket, const tny_http_sink* sink) {
    using Turn = ConnectionLimits::Turn;
    const auto answer = call.services->limits().take(bucket, 1, call.signal, call.abandoned);
    switch (answer.turn) {
        case Turn::kGranted:
            return TNY_OK;
        case Turn::kPaused:
            return failed(sink, call, TNY_E_RATE_LIMITED,
                          "The backend asked for a pause that is not over.", {},
                          answer.pausedFor.count());
        case Turn::kTooLate:
            return failed(sink, call, TNY_E_TIMEOUT,
                          "No turn came in time at the limiter \"" + std::string(bucket) + "\".");
        case Turn::kCancelled:
            return failed(sink, call, TNY_E_CANCELLED, "The call was cancelled.");
        case Turn::kNoSuchBucket:
            break;
    }
    return failed(sink, call, TNY_E_ARGUMENT,
                  "The descriptor's limits have no bucket \"" + std::string(bucket) + "\".");
}

tny_status sendHttp(tny_call* raw, const tny_http_req* r, const tny_http_sink* sink) {
    HostCall& call = HostCall::of(raw);
    if (call.inRequest)
        return failed(sink, call, TNY_E_INTERNAL, "A request was sent from within an answer.");
    const http::Client* client = call.services->http();
    if (client == nullptr)
        return failed(sink, call, TNY_E_UNSUPPORTED, "This host asks no backend by HTTP.");
    if (!TNY_HAS(r, auth_ref) || !TNY_HAS(sink, data))
        return failed(sink, call, TNY_E_ARGUMENT, "The request is incomplete.");
    const std::string_view bucket = TNY_HAS(r, bucket) ? view(r->bucket) : std::string_view();
    if (const tny_status turn = takeTurn(call, bucket, sink); turn != TNY_OK) return turn;

    const http::Asked asked{view(r->method),   view(r->url),
                            view(r->headers),  view(r->body),
                            view(r->auth_ref), (r->flags & TNY_HTTP_NO_REDIRECT) == 0};
    ToSink receiver(*sink);
    http::Rate rate;
    call.inRequest = true;
    const http::Outcome out = client->send(asked, receiver, {call.signal, call.abandoned}, rate);
    call.inRequest = false;
    if (rate.retryAfter) call.services->limits().pause(bucket, *rate.retryAfter);
    if (!out) return TNY_OK;
    const tny_status status = statusOf(*out, http::isSafe(view(r->method)));
    return status == TNY_OK ? status : failed(sink, call, status, out->message, out->code);
}

tny_status statusOf(const base::Error& error) {
    switch (error.code) {
        case base::ErrorCode::kNotFound:
            return TNY_E_NOT_FOUND;
        case base::ErrorCode::kInvalidArgument:
            return TNY_E_ARGUMENT;
        case base::ErrorCode::kTooMany:
            return TNY_E_POLICY;
        case base::ErrorCode::kUnavailable:
        case base::ErrorCode::kDeadline:
        case base::ErrorCode::kConflict:
            return TNY_E_UNAVAILABLE;
        case base::ErrorCode::kUnsupported:
            return TNY_E_UNSUPPORTED;
        default:
            return TNY_E_INTERNAL;
    }
}

/// TNY_OK when the call may use the memory for that key.
tny_status mayRemember(const HostCall& call, std::string_view key) {
    if (call.inRequest) return TNY_E_INTERNAL;
    const bool good = !key.empty() && key.size() <= domain::ConnectorMemory::kKeyBytesMax;
    return good ? TNY_OK : TNY_E_ARGUMENT;
}

tny_status kvGet(tny_call* raw, tny_str key, void (*got)(void*, tny_str), void* u) {
    const HostCall& call = HostCall::of(raw);
    if (const tny_status status = mayRemember(call, view(key)); status != TNY_OK) return status;
    const auto found = call.services->memory().get(view(key));
    if (!found) return statusOf(found.error());
    got(u, str(*found));
    return TNY_OK;
}

tny_status kvPut(tny_call* raw, tny_str key, tny_str value) {
    const HostCall& call = HostCall::of(raw);
    if (const tny_status status = mayRemember(call, view(key)); status != TNY_OK) return status;
    if (value.len > domain::ConnectorMemory::kBytesMax) return TNY_E_POLICY;
    const auto kept = call.services->memory().put(view(key), view(value));
    return kept ? TNY_OK : statusOf(kept.error());
}

tny_status kvRemove(tny_call* raw, tny_str key) {
    const HostCall& call = HostCall::of(raw);
    if (const tny_status status = mayRemember(call, view(key)); status != TNY_OK) return status;
    const auto removed = call.services->memory().remove(view(key));
    return removed ? TNY_OK : statusOf(removed.error());
}

std::int64_t nowMs(tny_call* raw) {
    return base::toMillis(HostCall::of(raw).services->clock().now());
}

}  // namespace

const void* hostInterface(std::string_view id) {
    static const tny_http http{sizeof(tny_http), sendHttp};
    static const tny_kv kv{sizeof(tny_kv), kvGet, kvPut, kvRemove};
    static const tny_clock clock{sizeof(tny_clock), nowMs};
    if (id == "tny.http/1") return &http;
    if (id == "tny.kv/1") return &kv;
    if (id == "tny.clock/1") return &clock;
    return nullptr;
}

bool offersInterface(std::string_view id) {
    return hostInterface(id) != nullptr;
}

http::EgressList egressOf(const ConnectorPackage& package, std::string_view configJson) {
    const auto manifest = base::Json::parse(package.manifest());
    if (!manifest) return http::EgressList::closed("The connector's descriptor cannot be read.");
    const auto isolation = (*manifest)["isolation"];
    const auto isHosted = [](const base::Json& one) { return one.stringOr("") == "host-http"; };
    const auto spoken = isolation["egress"].items();
    if (!isHosted(isolation["egress"]) && std::none_of(spoken.begin(), spoken.end(), isHosted))
        return http::EgressList::closed(
            "The connector's descriptor does not say egress \"host-http\".");
    std::vector<std::string> listed;
    for (const auto& host : isolation["hosts"].items()) listed.push_back(host.stringOr(""));
    return http::EgressList::of(configJson, package.descriptor().configSchemaJson, listed);
}

}  // namespace tenantry::pluginhost
