#include <algorithm>
#include <atomic>
#include <bit>
#include <charconv>
#include <cstring>

#include "kernel/pluginhost/worker/worker_call.h"

namespace tenantry::pluginhost::worker {

namespace {

constexpr std::size_t kLogTextMax = 8 * 1024;
constexpr std::size_t kLogBacklogMax = 2 * 1024 * 1024;
constexpr int kLogsPerSecond = 200;
constexpr std::size_t kKvValueMax = 1024 * 1024;
constexpr auto kLogPatience = std::chrono::milliseconds(20);

FrameSender* gSender = nullptr;

/// The first wall of the log's rate limit; the kernel's own is narrower.
bool mayLog() {
    static std::atomic<std::int64_t> second{0};
    static std::atomic<int> count{0};
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::steady_clock::now().time_since_epoch())
                         .count();
    if (second.exchange(now) != now) count = 0;
    return count.fetch_add(1) < kLogsPerSecond && gSender->queuedBytes() < kLogBacklogMax;
}

std::uint64_t idOf(tny_call* call) {
    return call == nullptr ? 0 : WorkerCall::of(call).id();
}

void log(tny_call* call, std::int32_t level, tny_str event, tny_str fields) {
    if (!mayLog()) return;
    FrameWriter writer(FrameType::kLog, idOf(call));
    writer.signedNumber(level).bytes(view(event).substr(0, 256));
    writer.bytes(fields.len > kLogTextMax ? std::string_view() : view(fields));
    gSender->send(writer.take(), Urgency::kUrgent, never());
    // A connector that fails next has said why.
    gSender->settle(std::chrono::steady_clock::now() + kLogPatience);
}

void metric(tny_call* call, tny_str name, double value, tny_str labels) {
    if (!mayLog()) return;
    FrameWriter writer(FrameType::kMetric, idOf(call));
    writer.number(std::bit_cast<std::uint64_t>(value)).bytes(view(name).substr(0, 256));
    writer.bytes(labels.len > kLogTextMax ? std::string_view() : view(labels));
    gSender->send(writer.take(), Urgency::kUrgent, never());
}

tny_status secret(tny_call* call, tny_str ref, void (*got)(void*, tny_str), void* u) {
    std::string value;
    const tny_status status =
        WorkerCall::of(call).request(HostService::kSecret, 0, view(ref), {}, value);
    if (status == TNY_OK) got(u, str(value));
    ::explicit_bzero(value.data(), value.size());
    return status;
}

tny_status secretPut(tny_call* call, tny_str ref, tny_str value) {
    std::string none;
    return WorkerCall::of(call).request(HostService::kSecretPut, 0, view(ref), view(value), none);
}

tny_status throttle(tny_call* call, tny_str bucket, std::uint32_t cost) {
    std::string none;
    return WorkerCall::of(call).request(HostService::kThrottle, cost, view(bucket), {}, none);
}

tny_status kvGet(tny_call* call, tny_str key, void (*got)(void*, tny_str), void* u) {
    std::string value;
    const tny_status status =
        WorkerCall::of(call).request(HostService::kKvGet, 0, view(key), {}, value);
    if (status == TNY_OK) got(u, str(value));
    return status;
}

tny_status kvPut(tny_call* call, tny_str key, tny_str value) {
    if (value.len > kKvValueMax) return TNY_E_POLICY;
    std::string none;
    return WorkerCall::of(call).request(HostService::kKvPut, 0, view(key), view(value), none);
}

tny_status kvRemove(tny_call* call, tny_str key) {
    std::string none;
    return WorkerCall::of(call).request(HostService::kKvRemove, 0, view(key), {}, none);
}

std::int64_t nowMs(tny_call* call) {
    std::string text;
    std::int64_t ms = 0;
    if (WorkerCall::of(call).request(HostService::kNow, 0, {}, {}, text) == TNY_OK)
        std::from_chars(text.data(), text.data() + text.size(), ms);
    return ms;
}

const void* interfaceOf(tny_str id) {
    static const tny_http http{sizeof(tny_http),
                               [](tny_call* c, const tny_http_req* r, const tny_http_sink* s) {
                                   return WorkerCall::of(c).sendHttp(r, s);
                               }};
    static const tny_kv kv{sizeof(tny_kv), kvGet, kvPut, kvRemove};
    static const tny_clock clock{sizeof(tny_clock), nowMs};
    if (view(id) == "tny.http/1") return &http;
    if (view(id) == "tny.kv/1") return &kv;
    if (view(id) == "tny.clock/1") return &clock;
    return nullptr;
}

tny_host makeTable() {
    tny_host host{};
    host.size = sizeof host;
    host.abi_minor = TNY_ABI_MINOR;
    host.cancelled = [](tny_call* c) -> std::int32_t {
        return WorkerCall::of(c).signal().cancelled() ? 1 : 0;
    };
    host.cancel_fd = [](tny_call* c) -> std::int32_t { return WorkerCall::of(c).signal().fd(); };
    host.deadline_ms = [](tny_call* c) -> std::int64_t {
        return WorkerCall::of(c).signal().leftMs();
    };
    host.fail = [](tny_call* c, const tny_error* e) -> tny_status {
        return WorkerCall::of(c).fail(e), e->code;
    };
    host.emit = [](tny_call* c, const tny_record* first, std::size_t n, std::size_t stride) {
        return WorkerCall::of(c).emit(first, n, stride);
    };
    host.checkpoint = [](tny_call* c, tny_str cursor) {
        return WorkerCall::of(c).checkpoint(view(cursor));
    };
    host.reply = [](tny_call* c, tny_str key, tny_str json) {
        return WorkerCall::of(c).reply(view(key), view(json));
    };
    host.log = log;
    host.metric = metric;
    host.secret = secret;
    host.secret_put = secretPut;
    host.throttle = throttle;
    host.get_interface = interfaceOf;
    return host;
}

}  // namespace

void bindHost(FrameSender& sender) {
    gSender = &sender;
}

const tny_host* hostTable() {
    static const tny_host table = makeTable();
    return &table;
}

}  // namespace tenantry::pluginhost::worker
