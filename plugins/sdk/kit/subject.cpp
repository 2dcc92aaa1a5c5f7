#include "plugins/sdk/kit/subject.h"

#include <algorithm>
#include <array>

#include "kernel/base/ids.h"
#include "kernel/pluginhost/host_interfaces.h"
#include "plugins/sdk/kit/process_stats.h"

namespace tenantry::kit {

namespace {

using pluginhost::HostCall;
using pluginhost::str;
using Clock = std::chrono::steady_clock;

constexpr double kLifted = 1'000'000;

/// Keeps what a listing emits, and says stop when told to.
class Keeper final : public domain::RecordSink {
  public:
    Keeper(const ListWish& wish, Answer& answer) : wish_(wish), answer_(answer) {}

    domain::Flow record(const domain::Record& record) override {
        answer_.records.emplace_back(record);
        if (wish_.onRecord) wish_.onRecord(answer_.records.size());
        const bool stop = wish_.stopAfter != 0 && answer_.records.size() >= wish_.stopAfter;
        answer_.stopped = answer_.stopped || stop;
        return stop ? domain::Flow::kStop : domain::Flow::kMore;
    }
    void checkpoint(std::string_view cursor) override {
        answer_.checkpoints.emplace_back(answer_.records.size(), cursor);
    }

  private:
    const ListWish& wish_;
    Answer& answer_;
};

}  // namespace

std::string nameOf(tny_status status) {
    static constexpr std::array<std::pair<tny_status, const char*>, 22> kNames = {{
        {TNY_OK, "OK"},
        {TNY_MORE, "MORE"},
        {TNY_PENDING, "PENDING"},
        {TNY_E_CONFIG, "CONFIG"},
        {TNY_E_AUTH, "AUTH"},
        {TNY_E_PERMISSION, "PERMISSION"},
        {TNY_E_UNSUPPORTED, "UNSUPPORTED"},
        {TNY_E_ARGUMENT, "ARGUMENT"},
        {TNY_E_NOT_FOUND, "NOT_FOUND"},
        {TNY_E_EXISTS, "EXISTS"},
        {TNY_E_CONFLICT, "CONFLICT"},
        {TNY_E_POLICY, "POLICY"},
        {TNY_E_RATE_LIMITED, "RATE_LIMITED"},
        {TNY_E_UNAVAILABLE, "UNAVAILABLE"},
        {TNY_E_TIMEOUT, "TIMEOUT"},
        {TNY_E_CURSOR_EXPIRED, "CURSOR_EXPIRED"},
        {TNY_E_OUTCOME_UNKNOWN, "OUTCOME_UNKNOWN"},
        {TNY_E_CANCELLED, "CANCELLED"},
        {TNY_E_DATA, "DATA"},
        {TNY_E_INTERNAL, "INTERNAL"},
        {pluginhost::kCrashed, "CRASHED"},
        {pluginhost::kKilled, "KILLED"},
    }};
    for (const auto& [code, name] : kNames)
        if (code == status) return name;
    return "status " + std::to_string(status);
}

std::string Answer::words() const {
    std::string out = nameOf(status);
    if (status >= TNY_E_CONFIG && !failure.message.empty()) out += " (" + failure.message + ")";
    return out;
}

void Ear::hear(std::string_view what, std::string_view text) {
    if (text.empty()) return;
    const std::lock_guard lock(mutex_);
    if (texts_.size() < kTextsMax)
        texts_.emplace(std::string(what), std::string(text.substr(0, kTextBytesMax)));
}

std::vector<std::pair<std::string, std::string>> Ear::all() const {
    const std::lock_guard lock(mutex_);
    return {texts_.begin(), texts_.end()};
}

void Ear::secret(const base::Json& returned) {
    if (auto text = returned.asString()) {
        const std::lock_guard lock(mutex_);
        secrets_.push_back(std::move(*text));
    }
    for (const auto& [name, value] : returned.members())
        if (name != "kind" && name != "type" && name != "mode") secret(value);
}

std::vector<std::string> Ear::secrets() const {
    const std::lock_guard lock(mutex_);
    return secrets_;
}

Subject::Subject(SubjectOptions options)
    : options_(std::move(options)), lifted_(options_.package->descriptor()) {
    if (auto json = base::Json::parse(options_.package->manifest())) json_ = std::move(*json);
    for (auto& limit : lifted_.limits) limit.rate = limit.burst = kLifted;
}

ProcessRef Subject::freshProcess() const {
    return std::make_shared<Process>(
        Process{pluginhost::makeRemotePlug(options_.package, options_.worker)});
}

domain::ConnectorMemory Subject::memoryOf(const std::string& connection) {
    auto& kept = memories_[connection];
    if (!kept) kept = std::make_shared<Memory>();
    domain::ConnectorMemory out;
    out.get = [kept](std::string_view key) -> base::Result<std::string> {
        const std::lock_guard lock(kept->mutex);
        const auto found = kept->values.find(key);
        if (found == kept->values.end()) return base::notFound("Nothing is kept under this key.");
        return found->second;
    };
    out.put = [kept](std::string_view key, std::string_view value) -> base::Status {
        const std::lock_guard lock(kept->mutex);
        std::size_t bytes = key.size() + value.size();
        for (const auto& [name, text] : kept->values)
            if (name != key) bytes += name.size() + text.size();
        if (key.empty() || key.size() > domain::ConnectorMemory::kKeyBytesMax)
            return base::invalidArgument("A key has 1 to 256 bytes.");
        if (bytes > domain::ConnectorMemory::kBytesMax)
            return base::tooMany("The memory of a connection is limited to 1 MiB.");
        kept->values.insert_or_assign(std::string(key), std::string(value));
        return base::ok();
    };
    out.remove = [kept](std::string_view key) -> base::Status {
        const std::lock_guard lock(kept->mutex);
        if (const auto found = kept->values.find(key); found != kept->values.end())
            kept->values.erase(found);
        return base::ok();
    };
    return out;
}

std::pair<std::unique_ptr<Instance>, Answer> Subject::open(const Tenant& tenant, ProcessRef process,
                                                           bool throttled) {
    if (!process) process = freshProcess();
    const bool starts = process->pid < 0;
    const auto before = starts ? workersOf(options_.worker.program) : std::vector<pid_t>();
    std::unique_ptr<Instance> made(new Instance(*this, process));
    domain::OpenRequest request;
    auto& connection = connections_[tenant.configJson];
    if (connection.empty()) connection = base::ConnectionId(base::newUuid());
    request.connection = connection;
    request.connector = descriptor().id;
    request.configJson = tenant.configJson;
    request.secret = [secrets =
                          tenant.secrets](std::string_view ref) -> base::Result<base::SecretText> {
        const auto found = secrets.find(std::string(ref));
        if (found == secrets.end()) return base::notFound("The scenario has no such secret.");
        return base::SecretText(found->second);
    };
    request.memory = memoryOf(connection.text());
    request.keepSecret = [](std::string_view, base::SecretText) { return base::ok(); };
    pluginhost::SharedServices shared;  // limits of its own: a pause is over with the instance
    shared.http = options_.http;
    made->services_ = std::make_shared<pluginhost::ConnectionServices>(
        request, throttled ? descriptor() : lifted_, metrics_, shared,
        pluginhost::egressOf(*options_.package, request.configJson));
    made->services_->hear(
        [this](std::string_view what, std::string_view text) { ear_.hear(what, text); });

    Answer answer =
        made->call(base::Deadline::after(std::chrono::seconds{15}), nullptr, [&](tny_call* raw) {
            return made->table()->open(raw, str(request.connection.text()), str(request.configJson),
                                       &made->instance_);
        });
    if (starts)
        for (const pid_t pid : workersOf(options_.worker.program))
            if (std::find(before.begin(), before.end(), pid) == before.end()) process->pid = pid;
    if (!answer.ok()) made = nullptr;
    return {std::move(made), std::move(answer)};
}

template <class Body>
Answer Instance::call(base::Deadline deadline, domain::RecordSink* sink, Body&& body) {
    HostCall host(services_, deadline, sink);
    host.plug = process_->plug;
    const auto began = Clock::now();
    Answer out;
    out.status = body(host.raw());
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    out.failure = std::move(host.failure);
    out.records = std::move(host.records);
    out.replies = std::move(host.replies);
    out.unusable = host.unusableRecords;
    out.malformed = host.repairedRecords;
    for (const auto& [key, json] : out.replies) {
        const auto parsed = base::Json::parse(json);
        if (key != "secret")
            subject_.ear().hear("answer", json);
        else if (parsed)
            subject_.ear().secret(*parsed);
    }
    return out;
}

Instance::~Instance() {
    if (instance_ != nullptr) table()->close(instance_);
}

Answer Instance::check(base::Deadline deadline) {
    return call(deadline, nullptr, [&](tny_call* raw) { return table()->check(instance_, raw); });
}

Answer Instance::list(const ListWish& wish) {
    const auto* read = static_cast<const tny_read*>(table()->get_interface(str("tny.read/1")));
    Answer kept;
    Keeper keeper(wish, kept);
    tny_read_req raw{};
    raw.size = sizeof raw;
    raw.mode = wish.delta ? TNY_MODE_DELTA : TNY_MODE_FULL;
    raw.kind = str(wish.kind);
    raw.parent_kind = str(wish.parentKind);
    raw.parent_id = str(wish.parentId);
    raw.cursor = str(wish.cursor);
    raw.filter_json = str(wish.filterJson);
    raw.attributes = str(wish.attributes);
    raw.budget_records = wish.budget;
    raw.budget_ms = 20'000;
    Answer out =
        call(wish.deadline, &keeper, [&](tny_call* c) { return read->list(instance_, c, &raw); });
    out.records = std::move(kept.records);
    out.checkpoints = std::move(kept.checkpoints);
    out.stopped = kept.stopped;
    return out;
}

Answer Instance::get(const std::string& kind, const std::string& id, base::Deadline deadline) {
    const auto* read = static_cast<const tny_read*>(table()->get_interface(str("tny.read/1")));
    return call(deadline, nullptr,
                [&](tny_call* c) { return read->get(instance_, c, str(kind), str(id)); });
}

Answer Instance::schema() {
    const auto* read = static_cast<const tny_read*>(table()->get_interface(str("tny.read/1")));
    return call(base::Deadline::after(std::chrono::seconds{15}), nullptr,
                [&](tny_call* c) { return read->schema(instance_, c); });
}

Answer Instance::perform(const ActWish& wish) {
    const auto* act = static_cast<const tny_act*>(table()->get_interface(str("tny.act/1")));
    tny_act_req raw{};
    raw.size = sizeof raw;
    raw.flags = wish.dryRun ? TNY_ACT_DRY_RUN : 0;
    raw.action = str(wish.action);
    raw.kind = str(wish.kind);
    raw.id = str(wish.id);
    raw.args_json = str(wish.argsJson);
    raw.idempotency_key = str(wish.key);
    raw.expect_etag = str(wish.expectEtag);
    raw.actor_json = str(R"({"operator":"conformance kit"})");
    return call(wish.deadline, nullptr,
                [&](tny_call* c) { return act->perform(instance_, c, &raw); });
}

Answer Instance::poll(const std::string& operation) {
    const auto* act = static_cast<const tny_act*>(table()->get_interface(str("tny.act/1")));
    return call(base::Deadline::after(std::chrono::seconds{15}), nullptr,
                [&](tny_call* c) { return act->poll(instance_, c, str(operation)); });
}

}  // namespace tenantry::kit
