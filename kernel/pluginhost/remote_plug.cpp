#include "kernel/pluginhost/remote_plug.h"

#include <algorithm>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/frame_server.h"

namespace tenantry::pluginhost {

namespace {

namespace limits = base::limits;
using namespace std::chrono_literals;

constexpr auto kSendPatience = 5s;
constexpr auto kDeathPatience = 10s;

WorkerProcess::Point now() {
    return std::chrono::steady_clock::now();
}

tny_status failWith(HostCall& call, tny_status code, std::string_view message) {
    tny_error e{};
    e.size = sizeof e;
    e.code = code;
    e.retry_after_ms = -1;
    e.message = str(message);
    return call.fail(&e);
}

RemoteInstance& at(tny_instance* instance) {
    return *reinterpret_cast<RemoteInstance*>(instance);
}

/// The fields of a request, without a header.
std::string fieldsOf(std::initializer_list<std::uint64_t> numbers,
                     std::initializer_list<tny_str> texts) {
    FrameWriter writer(FrameType::kHello, 0);
    for (const auto number : numbers) writer.number(number);
    for (const auto& text : texts) writer.bytes(view(text));
    return writer.take().substr(kFrameHeaderBytes);
}

// The table. Each function writes a frame and serves the call until its END.

tny_status tableOpen(tny_call* raw, tny_str tenant, tny_str config, tny_instance** out) {
    HostCall& call = HostCall::of(raw);
    const auto plug = std::static_pointer_cast<RemotePlug>(call.plug);
    RemoteInstance& instance = plug->makeInstance(view(tenant), view(config), call);
    const tny_status status = plug->openNow(instance, call);
    if (status == TNY_OK) {
        *out = reinterpret_cast<tny_instance*>(&instance);
    } else {
        plug->close(instance);
    }
    return status;
}

void tableClose(tny_instance* raw) {
    const auto plug = at(raw).plug;  // the instance dies in it
    plug->close(at(raw));
}

tny_status tableCheck(tny_instance* i, tny_call* c) {
    return at(i).plug->call(at(i), HostCall::of(c), "check", FrameType::kCheck, {});
}

tny_status tableList(tny_instance* i, tny_call* c, const tny_read_req* r) {
    return at(i).plug->call(at(i), HostCall::of(c), "list", FrameType::kList,
                            fieldsOf({r->mode, r->budget_records, r->budget_ms},
                                     {r->kind, r->parent_kind, r->parent_id, r->cursor,
                                      r->filter_json, r->attributes}));
}

tny_status tableGet(tny_instance* i, tny_call* c, tny_str kind, tny_str id) {
    return at(i).plug->call(at(i), HostCall::of(c), "get", FrameType::kGet,
                            fieldsOf({}, {kind, id}));
}

tny_status tableSchema(tny_instance* i, tny_call* c) {
    return at(i).plug->call(at(i), HostCall::of(c), "schema", FrameType::kSchema, {});
}

tny_status tablePerform(tny_instance* i, tny_call* c, const tny_act_req* r) {
    return at(i).plug->call(
        at(i), HostCall::of(c), std::string(view(r->action)), FrameType::kPerform,
        fieldsOf({r->flags}, {r->action, r->kind, r->id, r->args_json, r->idempotency_key,
                              r->expect_etag, r->actor_json}));
}

tny_status tablePoll(tny_instance* i, tny_call* c, tny_str operation) {
    return at(i).plug->call(at(i), HostCall::of(c), "poll", FrameType::kPoll,
                            fieldsOf({}, {operation}));
}

const void* tableInterface(tny_str id) {
    static const tny_read read{sizeof(tny_read), tableList, tableGet, tableSchema};
    static const tny_act act{sizeof(tny_act), tablePerform, tablePoll};
    if (view(id) == "tny.read/1") return &read;
    if (view(id) == "tny.act/1") return &act;
    return nullptr;
}

}  // namespace

const tny_plugin RemotePlug::table_{sizeof(tny_plugin), TNY_ABI_MINOR, {nullptr, 0},  tableOpen,
                                    tableClose,         tableCheck,    tableInterface};

std::shared_ptr<Plug> makeRemotePlug(std::shared_ptr<const ConnectorPackage> package,
                                     WorkerOptions options,
                                     std::shared_ptr<Supervisor> supervisor) {
    if (!supervisor) {
        SupervisorPolicy policy;
        policy.restartMin = options.restartMin;
        policy.restartMax = options.restartMax;
        supervisor = Supervisor::alone(package->descriptor().id, policy);
    }
    return std::make_shared<RemotePlug>(std::move(package), std::move(options),
                                        std::move(supervisor));
}

RemotePlug::RemotePlug(std::shared_ptr<const ConnectorPackage> package, WorkerOptions options,
                       std::shared_ptr<Supervisor> supervisor)
    : options_(std::move(options)), supervisor_(std::move(supervisor)) {
    packages_.push_back(std::move(package));
}

std::shared_ptr<const ConnectorPackage> RemotePlug::package() const {
    const std::lock_guard lock(mutex_);
    return packages_.back();
}

PlugLife RemotePlug::life() const {
    Worker worker;
    {
        const std::lock_guard lock(mutex_);
        worker = worker_;
    }
    return worker && worker->accepts() ? worker->life() : PlugLife{};
}

RemoteInstance& RemotePlug::makeInstance(std::string_view tenant, std::string_view config,
                                         HostCall& call) {
    const std::lock_guard lock(mutex_);
    const auto made = std::make_shared<RemoteInstance>(shared_from_this(), ++lastInstance_, tenant,
                                                       config, call.services);
    instances_.emplace(made->id, made);
    return *made;
}

tny_status RemotePlug::openNow(RemoteInstance& instance, HostCall& call) {
    for (;;) {
        const Worker worker = acquire(call);
        if (!worker) return call.failure.code;
        if (const Outcome opened = ensureOpen(instance, worker, call)) return *opened;
    }
}

tny_status RemotePlug::call(RemoteInstance& instance, HostCall& call, const std::string& operation,
                            FrameType type, std::string_view fields) {
    for (;;) {
        const Worker worker = acquire(call);
        if (!worker) return call.failure.code;
        const Outcome opened = ensureOpen(instance, worker, call);
        if (!opened) continue;
        if (*opened != TNY_OK) return *opened;
        call.failure = {};
        const Outcome status = transact(worker, instance, call, operation, type, fields);
        if (status) return *status;
    }
}

void RemotePlug::close(RemoteInstance& instance) {
    Worker worker;
    Instance last;
    {
        const std::lock_guard lock(mutex_);
        if (worker_ && instance.openIn == worker_->generation()) worker = worker_;
        const auto found = instances_.find(instance.id);
        if (found == instances_.end()) return;
        last = std::move(found->second);
        instances_.erase(found);
    }
    if (worker)
        worker->send(FrameWriter(FrameType::kClose, 0).number(last->id).take(), Urgency::kNormal,
                     now() + 1s);
}

std::vector<RemotePlug::Worker> RemotePlug::setAside() {
    if (worker_ && !worker_->accepts()) aside_.push_back(std::exchange(worker_, nullptr));
    std::vector<Worker> dead;
    std::erase_if(aside_, [&](const Worker& one) {
        if (one->death()) dead.push_back(one);
        return one->death().has_value();
    });
    return dead;
}

RemotePlug::Worker RemotePlug::acquire(HostCall& call) {
    const auto deadline = call.signal.deadline();
    std::vector<Worker> dead;  // let go of when the lock is
    std::unique_lock lock(mutex_);
    for (;;) {
        if (worker_ && worker_->accepts()) return worker_;
        if (!starting_) {
            for (auto& one : setAside()) dead.push_back(std::move(one));
        }
        const auto startable = supervisor_->startableAt();
        if (std::max(startable, now()) >= deadline) {
            lock.unlock();
            failWith(call, TNY_E_UNAVAILABLE, "The connector is being started again; try later.");
            return nullptr;
        }
        if (!starting_ && startable <= now()) return startAnother(call, lock);
        changed_.wait_until(lock, starting_ ? deadline : startable);
    }
}

RemotePlug::Worker RemotePlug::startAnother(HostCall& call, std::unique_lock<std::mutex>& lock) {
    starting_ = true;
    const auto package = packages_.back();
    const auto generation = ++generation_;
    lock.unlock();
    supervisor_->starts();
    const auto made = std::make_shared<WorkerProcess>(generation, package, options_, supervisor_);
    const base::Status ready =
        made->awaitReady(base::Deadline::at(call.signal.deadline()).orAfter(options_.startWithin));
    if (!ready && !made->reported()) supervisor_->didNotStart();
    lock.lock();
    starting_ = false;
    if (ready) worker_ = made;
    changed_.notify_all();
    lock.unlock();
    if (ready) return made;
    failWith(call, TNY_E_UNAVAILABLE, ready.error().message);
    return nullptr;
}

RemotePlug::Outcome RemotePlug::ensureOpen(RemoteInstance& instance, const Worker& worker,
                                           HostCall& call) {
    std::unique_lock lock(mutex_);
    while (instance.opening) {
        if (changed_.wait_until(lock, call.signal.deadline()) == std::cv_status::timeout) {
            lock.unlock();
            return failWith(call, TNY_E_TIMEOUT, "The connection could not be opened in time.");
        }
    }
    if (instance.openIn == worker->generation()) return TNY_OK;
    instance.opening = true;
    lock.unlock();
    const std::string fields = fieldsOf({}, {str(instance.tenant), str(instance.config)});
    const Outcome status = transact(worker, instance, call, "open", FrameType::kOpen, fields);
    lock.lock();
    instance.opening = false;
    if (status == TNY_OK) instance.openIn = std::max(instance.openIn, worker->generation());
    changed_.notify_all();
    return status;
}

RemotePlug::Outcome RemotePlug::transact(const Worker& worker, const RemoteInstance& instance,
                                         HostCall& call, const std::string& operation,
                                         FrameType type, std::string_view fields) {
    WorkerProcess::Inbox inbox;
    const auto id = worker->begin(inbox, operation, call.services);
    if (!id) return std::nullopt;
    if (type != FrameType::kOpen) call.delivered = true;
    const auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(call.signal.leftMs(), 0));
    worker->send(FrameWriter(type, *id).number(instance.id).number(left).append(fields).take(),
                 Urgency::kNormal, call.signal.deadline() + options_.cancelGrace);
    const tny_status status = serve(worker, call, operation, inbox, *id);
    worker->end(*id);
    if (status < kCrashed) supervisor_->succeeded(base::ConnectionId(instance.tenant), operation);
    return status;
}

tny_status RemotePlug::serve(const Worker& worker, HostCall& call, const std::string& operation,
                             WorkerProcess::Inbox& inbox, std::uint64_t id) {
    FrameServer server(
        call, id,
        [&](std::string frame, Urgency urgency) {
            worker->send(std::move(frame), urgency, now() + kSendPatience);
        },
        [&](Frame& frame, Point until) {
            using Came = FrameServer::Came;
            const auto event = worker->next(inbox, frame, until);
            if (event == WorkerProcess::Event::kFrame) return Came::kFrame;
            return event == WorkerProcess::Event::kDead ? Came::kGone : Came::kNothing;
        });
    Point until = call.signal.deadline();
    bool cancelled = false;
    bool killed = false;
    for (;;) {
        Frame frame;
        switch (worker->next(inbox, frame, until)) {
            case WorkerProcess::Event::kFrame:
                if (!server.serve(frame))
                    worker->kill("broke the rules of its channel and was stopped", id);
                if (server.ended()) return server.status();
                break;
            case WorkerProcess::Event::kDead:
                return onDeath(worker, call);
            case WorkerProcess::Event::kTimeout:
                if (killed) return failWith(call, kKilled, "The connector's process does not end.");
                killed = std::exchange(cancelled, true);
                until = now() + (killed ? Point::duration(kDeathPatience)
                                        : Point::duration(options_.cancelGrace));
                if (killed) {
                    worker->kill("was stopped: \"" + operation + "\" did not return within " +
                                     std::to_string(options_.cancelGrace.count()) +
                                     " ms after its deadline",
                                 id);
                } else {
                    worker->send(FrameWriter(FrameType::kCancel, id).take(), Urgency::kUrgent,
                                 until);
                }
                break;
        }
    }
}

tny_status RemotePlug::onDeath(const Worker& worker, HostCall& call) {
    const auto death = worker->death();
    return failWith(call, death ? death->status : kCrashed,
                    "The connector's process " + (death ? death->words : "ended") + ".");
}

}  // namespace tenantry::pluginhost
