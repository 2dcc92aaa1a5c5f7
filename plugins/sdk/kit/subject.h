/// The connector that is tried: opened in workers as production does, and watched at each call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/pluginhost/host_call.h"
#include "kernel/pluginhost/http/exchange.h"
#include "kernel/pluginhost/package.h"
#include "kernel/pluginhost/plug.h"
#include "plugins/sdk/kit/scenario.h"

namespace tenantry::kit {

using pluginhost::Failure;
using Record = domain::OwnedRecord;

/// What one call did.
struct Answer {
    tny_status status = TNY_E_INTERNAL;
    Failure failure;
    std::vector<Record> records;
    /// Positions, each with the number of records that had come before it.
    std::vector<std::pair<std::size_t, std::string>> checkpoints;
    std::map<std::string, std::string> replies;
    std::size_t unusable = 0;   ///< records without a usable id or kind
    std::size_t malformed = 0;  ///< records whose body is no JSON object
    bool stopped = false;       ///< the kit said stop
    std::chrono::milliseconds took{0};

    [[nodiscard]] bool ok() const { return status == TNY_OK; }
    /// "UNAVAILABLE (The directory ...)", for a person.
    [[nodiscard]] std::string words() const;
};

/// "RATE_LIMITED", or the number when it has no name.
std::string nameOf(tny_status status);

struct ListWish {
    std::string kind = "user";
    bool delta = false;
    std::string parentKind = {}, parentId = {};
    std::string cursor = {};
    std::string filterJson = {};
    std::string attributes = {};
    std::uint32_t budget = 2000;
    std::size_t stopAfter = 0;  ///< say stop at this many records; 0 = never
    /// Called with the number of records so far, on the call's thread.
    std::function<void(std::size_t)> onRecord = {};
    base::Deadline deadline = base::Deadline::after(std::chrono::seconds{20});
};

struct ActWish {
    std::string action, kind = "user", id;
    std::string argsJson = "{}";
    std::string key = {};
    std::string expectEtag = {};
    bool dryRun = false;
    base::Deadline deadline = base::Deadline::after(std::chrono::seconds{15});
};

/// All that a connector was heard to say, each text once. Threads: any.
class Ear {
  public:
    void hear(std::string_view what, std::string_view text);
    /// "log", text.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> all() const;
    /// What an action returned to be shown once: texts that may appear nowhere else.
    void secret(const base::Json& returned);
    [[nodiscard]] std::vector<std::string> secrets() const;

  private:
    static constexpr std::size_t kTextsMax = 20'000;
    static constexpr std::size_t kTextBytesMax = 16 * 1024;
    mutable std::mutex mutex_;
    std::set<std::pair<std::string, std::string>> texts_;
    std::vector<std::string> secrets_;
};

class Subject;

/// A worker process; it starts when the first instance is opened in it.
struct Process {
    std::shared_ptr<pluginhost::Plug> plug;
    pid_t pid = -1;  ///< -1: not started, or not to be found
};
using ProcessRef = std::shared_ptr<Process>;

/// One open connection; closed at the end. Threads: one.
class Instance {
  public:
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    Answer check(base::Deadline deadline = base::Deadline::after(std::chrono::seconds{15}));
    Answer list(const ListWish& wish);
    Answer get(const std::string& kind, const std::string& id,
               base::Deadline deadline = base::Deadline::after(std::chrono::seconds{15}));
    Answer schema();
    Answer perform(const ActWish& wish);
    Answer poll(const std::string& operation);

    [[nodiscard]] const ProcessRef& process() const { return process_; }

  private:
    friend class Subject;
    Instance(Subject& subject, ProcessRef process)
        : subject_(subject), process_(std::move(process)) {}
    [[nodiscard]] const tny_plugin* table() const { return process_->plug->table(); }
    template <class Body>
    Answer call(base::Deadline deadline, domain::RecordSink* sink, Body&& body);

    Subject& subject_;
    const ProcessRef process_;
    std::shared_ptr<pluginhost::ConnectionServices> services_;
    tny_instance* instance_ = nullptr;
};

struct SubjectOptions {
    std::shared_ptr<const pluginhost::ConnectorPackage> package;
    pluginhost::WorkerOptions worker;
    /// What host HTTP goes through; null: there is none.
    std::shared_ptr<pluginhost::http::Exchange> http = {};
};

/// Ownership: outlives its instances. Threads: one.
class Subject {
  public:
    explicit Subject(SubjectOptions options);

    [[nodiscard]] const pluginhost::ConnectorPackage& package() const { return *options_.package; }
    [[nodiscard]] const domain::ConnectorDescriptor& descriptor() const {
        return options_.package->descriptor();
    }
    /// The descriptor as its author wrote it.
    [[nodiscard]] const base::Json& json() const { return json_; }
    [[nodiscard]] Ear& ear() { return ear_; }
    [[nodiscard]] const pluginhost::WorkerOptions& worker() const { return options_.worker; }

    /// A process that nothing of the connector has run in yet.
    [[nodiscard]] ProcessRef freshProcess() const;
    /// Opens `tenant`, in `process` or a fresh one. The answer says how it went; the instance is
    /// null unless TNY_OK. `throttled`: the descriptor's rate limits are in force; otherwise they
    /// are lifted, to save time.
    std::pair<std::unique_ptr<Instance>, Answer> open(const Tenant& tenant,
                                                      ProcessRef process = nullptr,
                                                      bool throttled = false);

  private:
    friend class Instance;
    /// What a connection keeps ("tny.kv/1").
    struct Memory {
        std::mutex mutex;
        std::map<std::string, std::string, std::less<>> values;
    };
    domain::ConnectorMemory memoryOf(const std::string& connection);

    const SubjectOptions options_;
    base::Json json_;
    domain::ConnectorDescriptor lifted_;  ///< its limits never bind
    Ear ear_;
    /// A tenant keeps its connection: connectors may show it.
    std::map<std::string, base::ConnectionId> connections_;
    std::map<std::string, std::shared_ptr<Memory>> memories_;
    std::shared_ptr<pluginhost::MetricCounters> metrics_ =
        std::make_shared<pluginhost::MetricCounters>();
};

}  // namespace tenantry::kit
