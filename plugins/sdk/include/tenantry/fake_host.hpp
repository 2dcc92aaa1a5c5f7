// A host for a connector's own tests: no kernel, no process, everything it was told can be looked
// at.
//
//     tny::FakeHost host;
//     host.secrets["pw"] = "s3cret";
//     auto conn = host.open<MyConnector>(R"({"url":"...","password":{"$secret":"pw"}})");
//     auto users = conn.listAll("user");
//     EXPECT_EQ(users.status, TNY_OK);
//     auto done = conn.perform("user.suspend", "42");
//
// Requests through tny::http are answered by host.answers or host.http, and seen in host.requests:
//
//     host.http = [](const tny::FakeHttpRequest& r) {
//         return tny::FakeHttpAnswer{200, R"({"items":[]})"};
//     };
#pragma once
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenantry/fake_services.hpp>
#include <tenantry/plugin.hpp>

namespace tny {

struct FakeRecord {
    std::uint8_t op = 0;
    std::uint16_t flags = 0;
    std::int64_t modifiedMs = 0;
    std::string kind = {}, id = {}, etag = {};
    Json body = {};
};

struct FakeLog {
    std::int32_t level = 0;
    std::string event = {}, fields = {};
};

/// All a call handed out. A body or reply that is not valid JSON throws in the fake, so that the
/// test sees it.
struct FakeResult {
    tny_status status = TNY_E_INTERNAL;
    Error error = internal("");  ///< what fail() said
    std::vector<FakeRecord> records = {};
    std::vector<std::string> checkpoints = {};
    std::map<std::string, Json> replies = {};
    bool ok() const noexcept { return status == TNY_OK; }
};

/// What a test asks of a read; empty = the default.
struct FakeRead {
    std::string kind = "user";
    std::string cursor = {};
    std::string attributes = {};
    std::string filter = {};
    std::string parentKind = {}, parentId = {};
    std::uint32_t budgetRecords = 0, budgetMs = 0;
    bool delta = false;
};

struct FakeAct {
    std::string action = {}, id = {};
    std::string args = {};
    std::string kind = "user";
    std::string key = {}, expectEtag = {}, actor = {};
    bool dryRun = false;
};

class FakeConnection;

/// Threads: one at a time, but `cancelNow` may be called from any thread while a call runs.
class FakeHost : public FakeServices {
  public:
    std::map<std::string, double> metrics = {};
    std::vector<FakeLog> logs = {};
    std::int64_t deadlineMs = 30000;
    /// Emit answers TNY_FLOW_STOP once this many records of a call came; 0 = never.
    std::size_t stopAfter = 0;

    FakeHost() : cancelFd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        table_.size = sizeof table_;
        table_.abi_minor = TNY_ABI_MINOR;
        table_.cancelled = [](tny_call* c) -> std::int32_t {
            return of(c).host->cancelled_ ? 1 : 0;
        };
        table_.cancel_fd = [](tny_call* c) -> std::int32_t { return of(c).host->cancelFd_; };
        table_.deadline_ms = [](tny_call* c) -> std::int64_t {
            return std::chrono::duration_cast<std::chrono::milliseconds>(
                       of(c).deadline - std::chrono::steady_clock::now())
                .count();
        };
        table_.fail = fail;
        table_.emit = emit;
        table_.checkpoint = [](tny_call* c, tny_str cursor) -> std::int32_t {
            of(c).result.checkpoints.emplace_back(view(cursor));
            return of(c).stopped ? TNY_FLOW_STOP : TNY_FLOW_MORE;
        };
        table_.reply = [](tny_call* c, tny_str key, tny_str json) -> std::int32_t {
            of(c).result.replies[std::string(view(key))] = Json::parse(view(json));
            return TNY_FLOW_MORE;
        };
        table_.log = log;
        table_.metric = metric;
        table_.secret = secret;
        table_.secret_put = [](tny_call* c, tny_str ref, tny_str value) -> tny_status {
            of(c).host->secrets[std::string(view(ref))] = std::string(view(value));
            return TNY_OK;
        };
        table_.throttle = [](tny_call* c, tny_str bucket, std::uint32_t cost) -> tny_status {
            if (of(c).host->cancelled_) return TNY_E_CANCELLED;
            of(c).host->throttled[std::string(view(bucket))] += cost;
            return TNY_OK;
        };
        table_.get_interface = interfaceOf;
    }
    ~FakeHost() { ::close(cancelFd_); }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    const tny_host* table() const noexcept { return &table_; }

    /// As if the host gave up on whatever runs and on all that follows.
    void cancelNow() {
        cancelled_ = true;
        const std::uint64_t one = 1;
        if (::write(cancelFd_, &one, sizeof one) < 0) return;  // full = already readable
    }

    /// Opens connector class C. Throws tny::Error when its constructor does.
    template <class C>
    FakeConnection open(std::string_view config, std::string_view tenant = "tenant-1");
    /// Opens an instance of a loaded plugin.
    FakeConnection open(const tny_plugin* plugin, std::string_view config,
                        std::string_view tenant = "tenant-1");

    /// Runs `body(tny_call*)` as a call and returns what it handed out.
    template <class Body>
    FakeResult run(Body&& body) {
        Running running;
        running.services = this;
        running.host = this;
        running.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadlineMs);
        running.result.status = body(reinterpret_cast<tny_call*>(static_cast<FakeCall*>(&running)));
        return std::move(running.result);
    }

  private:
    struct Running : FakeCall {
        FakeHost* host = nullptr;
        FakeResult result = {};
        std::chrono::steady_clock::time_point deadline = {};
        bool stopped = false;
    };
    static Running& of(tny_call* call) noexcept {
        return static_cast<Running&>(*reinterpret_cast<FakeCall*>(call));
    }

    static tny_status fail(tny_call* call, const tny_error* e) {
        of(call).result.error = Error(e->code, std::string(view(e->message)))
                                    .detail(std::string(view(e->detail)))
                                    .pointer(std::string(view(e->pointer)))
                                    .backend(e->backend_status, std::string(view(e->backend_code)))
                                    .retryAfterMs(e->retry_after_ms);
        return e->code;
    }
    static std::int32_t emit(tny_call* call, const tny_record* first, std::size_t n,
                             std::size_t stride) {
        Running& running = of(call);
        for (std::size_t i = 0; i < n && !running.stopped; ++i) {
            const auto& r = *reinterpret_cast<const tny_record*>(
                reinterpret_cast<const char*>(first) + i * stride);
            FakeRecord out{r.op, r.flags, r.modified_ms, {}, {}, {}, {}};
            out.kind = view(r.kind);
            out.id = view(r.id);
            out.etag = view(r.etag);
            if (r.op == TNY_OP_UPSERT) out.body = Json::parse(view(r.body));
            running.result.records.push_back(std::move(out));
            const auto limit = running.host->stopAfter;
            running.stopped = limit != 0 && running.result.records.size() >= limit;
        }
        return running.stopped ? TNY_FLOW_STOP : TNY_FLOW_MORE;
    }
    static void log(tny_call* call, std::int32_t level, tny_str event, tny_str fields) {
        if (call == nullptr) return;
        const std::lock_guard lock(of(call).host->mutex_);
        of(call).host->logs.push_back({level, std::string(view(event)), std::string(view(fields))});
    }
    static void metric(tny_call* call, tny_str name, double value, tny_str) {
        if (call == nullptr) return;
        const std::lock_guard lock(of(call).host->mutex_);
        of(call).host->metrics[std::string(view(name))] += value;
    }
    static tny_status secret(tny_call* call, tny_str ref, void (*got)(void*, tny_str), void* u) {
        const auto& all = of(call).host->secrets;
        const auto found = all.find(std::string(view(ref)));
        if (found == all.end()) return TNY_E_NOT_FOUND;
        got(u, str(found->second));
        return TNY_OK;
    }

    tny_host table_{};
    std::atomic<bool> cancelled_{false};
    int cancelFd_;
    std::mutex mutex_;
};

/// An open instance. Closes it at its end; must not outlive its host.
class FakeConnection {
  public:
    FakeConnection(FakeHost& host, const tny_plugin* plugin, tny_instance* instance)
        : host_(&host), plugin_(plugin), instance_(instance) {
        read_ = static_cast<const tny_read*>(plugin->get_interface(str("tny.read/1")));
        act_ = static_cast<const tny_act*>(plugin->get_interface(str("tny.act/1")));
    }
    FakeConnection(FakeConnection&& other) noexcept
        : host_(other.host_),
          plugin_(other.plugin_),
          read_(other.read_),
          act_(other.act_),
          instance_(std::exchange(other.instance_, nullptr)) {}
    FakeConnection& operator=(FakeConnection&&) = delete;
    ~FakeConnection() {
        if (instance_ != nullptr) plugin_->close(instance_);
    }

    FakeResult check() {
        return host_->run([&](tny_call* c) { return plugin_->check(instance_, c); });
    }
    FakeResult schema() {
        return host_->run([&](tny_call* c) { return read_->schema(instance_, c); });
    }
    /// One segment.
    FakeResult list(const FakeRead& read = {}) {
        tny_read_req r{};
        r.size = sizeof r;
        r.mode = read.delta ? TNY_MODE_DELTA : TNY_MODE_FULL;
        r.kind = str(read.kind);
        r.cursor = str(read.cursor);
        r.attributes = str(read.attributes);
        r.filter_json = str(read.filter);
        r.parent_kind = str(read.parentKind);
        r.parent_id = str(read.parentId);
        r.budget_records = read.budgetRecords;
        r.budget_ms = read.budgetMs;
        return host_->run([&](tny_call* c) { return read_->list(instance_, c, &r); });
    }
    /// Segment after segment from the last checkpoint, as the kernel does; gives up after 10,000.
    FakeResult listAll(FakeRead read) {
        FakeResult all;
        for (int segments = 0; segments < 10000; ++segments) {
            FakeResult one = list(read);
            for (auto& r : one.records) all.records.push_back(std::move(r));
            for (auto& c : one.checkpoints) all.checkpoints.push_back(std::move(c));
            for (auto& reply : one.replies) all.replies[reply.first] = reply.second;
            all.status = one.status;
            all.error = one.error;
            if (one.status != TNY_MORE) return all;
            if (one.checkpoints.empty()) throw std::runtime_error("MORE without a checkpoint");
            read.cursor = all.checkpoints.back();
        }
        throw std::runtime_error("the enumeration does not end");
    }
    FakeResult listAll(const std::string& kind = "user") {
        FakeRead read;
        read.kind = kind;
        return listAll(read);
    }
    FakeResult get(std::string_view kind, std::string_view id) {
        return host_->run(
            [&](tny_call* c) { return read_->get(instance_, c, str(kind), str(id)); });
    }
    FakeResult perform(const FakeAct& act) {
        tny_act_req r{};
        r.size = sizeof r;
        r.flags = act.dryRun ? TNY_ACT_DRY_RUN : 0;
        r.action = str(act.action);
        r.kind = str(act.kind);
        r.id = str(act.id);
        r.args_json = str(act.args);
        r.idempotency_key = str(act.key);
        r.expect_etag = str(act.expectEtag);
        r.actor_json = str(act.actor);
        return host_->run([&](tny_call* c) { return act_->perform(instance_, c, &r); });
    }
    FakeResult perform(const std::string& action, const std::string& id,
                       const std::string& args = {}) {
        FakeAct act;
        act.action = action;
        act.id = id;
        act.args = args;
        return perform(act);
    }
    FakeResult poll(std::string_view operation) {
        return host_->run([&](tny_call* c) { return act_->poll(instance_, c, str(operation)); });
    }

  private:
    FakeHost* host_;
    const tny_plugin* plugin_;
    const tny_read* read_ = nullptr;
    const tny_act* act_ = nullptr;
    tny_instance* instance_;
};

inline FakeConnection FakeHost::open(const tny_plugin* plugin, std::string_view config,
                                     std::string_view tenant) {
    tny_instance* instance = nullptr;
    const FakeResult opened =
        run([&](tny_call* c) { return plugin->open(c, str(tenant), str(config), &instance); });
    if (!opened.ok()) throw opened.error;
    return FakeConnection(*this, plugin, instance);
}

template <class C>
FakeConnection FakeHost::open(std::string_view config, std::string_view tenant) {
    return open(Plugin<C>::enter(table(), "{}"), config, tenant);
}

}  // namespace tny
