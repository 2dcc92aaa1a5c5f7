#include "kernel/pluginhost/remote_plug.h"

#include <algorithm>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/frame_server.h"

namespace tenantry::pluginhost {

namespace {

namespace limits = base::limits;
using namespace std::chrono_literals;

constexpr auto kHealthyAfter = 60s;
constexpr int kPoisonDeaths = 2;
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
    auto instance = plug->makeInstance(view(tenant), view(config));
    const tny_status status = plug->openNow(*instance, call);
    if (status == TNY_OK) *out = reinterpret_cast<tny_instance*>(instance.release());
    return status;
}

void tableClose(tny_instance* raw) {
    const std::unique_ptr<RemoteInstance> instance(&at(raw));
    instance->plug->close(*instance);
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
                                     WorkerOptions options) {
    return std::make_shared<RemotePlug>(std::move(package), std::move(options));
}

std::unique_ptr<RemoteInstance> RemotePlug::makeInstance(std::string_view tenant,
                                                         std::string_view config) {
    const std::lock_guard lock(mutex_);
    return std::make_unique<RemoteInstance>(shared_from_this(), ++lastInstance_, tenant, config);
}

tny_status RemotePlug::openNow(RemoteInstance& instance, HostCall& call) {
    const Worker worker = acquire(call);
    return worker ? ensureOpen(instance, worker, call) : call.failure.code;
}

tny_status RemotePlug::call(RemoteInstance& instance, HostCall& call, const std::string& operation,
                            FrameType type, std::string_view fields) {
    if (refused(instance, call)) return call.failure.code;
    const Worker worker = acquire(call);
    if (!worker) return call.failure.code;
    if (const tny_status status = ensureOpen(instance, worker, call); status != TNY_OK)
        return status;
    call.failure = {};
    call.delivered = true;
    const tny_status status = transact(worker, instance, call, operation, type, fields);
    if (status < kCrashed) praise(instance, operation);
    return status;
}

void RemotePlug::close(RemoteInstance& instance) {
    Worker worker;
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(blames_, [&](const auto& one) { return one.first.first == instance.id; });
        if (worker_ && instance.openIn == worker_->generation()) worker = worker_;
    }
    if (worker)
        worker->send(FrameWriter(FrameType::kClose, 0).number(instance.id).take(), Urgency::kNormal,
                     now() + 1s);
}

RemotePlug::Point RemotePlug::startableAt() const {
    if (deathsInARow_ == 0) return {};
    auto pause = options_.restartMin;
    for (int i = 1; i < deathsInARow_ && pause < options_.restartMax; ++i) pause *= 2;
    return diedAt_ + std::min(pause, options_.restartMax);
}

RemotePlug::Worker RemotePlug::acquire(HostCall& call) {
    const auto deadline = call.signal.deadline();
    std::unique_lock lock(mutex_);
    for (;;) {
        if (worker_ && !starting_ && worker_->alive()) return worker_;
        if (worker_ && !starting_) {
            const Worker dead = worker_;
            lock.unlock();
            noteDeath(dead);
            lock.lock();
            if (worker_ == dead) worker_ = nullptr;
            continue;
        }
        const auto startable = startableAt();
        if (std::max(startable, now()) >= deadline) {
            lock.unlock();
            failWith(call, TNY_E_UNAVAILABLE, "The connector is being started again; try later.");
            return nullptr;
        }
        if (!starting_ && startable <= now()) break;
        changed_.wait_until(lock, starting_ ? deadline : startable);
    }
    starting_ = true;
    startedAt_ = now();
    const unsigned threads = package_->oneCallAtATime() ? 1 : limits::kWorkerCallThreads;
    const auto generation = ++generation_;
    lock.unlock();
    const auto made = std::make_shared<WorkerProcess>(generation, package_, options_, threads);
    const base::Status ready =
        made->awaitReady(base::Deadline::at(deadline).orAfter(options_.startWithin));
    lock.lock();
    starting_ = false;
    if (ready) worker_ = made;
    changed_.notify_all();
    if (ready) return made;
    diedAt_ = now();
    ++deathsInARow_;
    lock.unlock();
    failWith(call, TNY_E_UNAVAILABLE, ready.error().message);
    return nullptr;
}

void RemotePlug::noteDeath(const Worker& worker) {
    const auto death = worker->death();
    const std::lock_guard lock(mutex_);
    if (worker->generation() <= notedDeath_) return;
    notedDeath_ = worker->generation();
    diedAt_ = now();
    deathsInARow_ = diedAt_ - startedAt_ > kHealthyAfter ? 1 : deathsInARow_ + 1;
    if (death && death->status == kCrashed) crashes_.push_back(diedAt_);
    while (!crashes_.empty() && diedAt_ - crashes_.front() > limits::kWorkerDeathsWindow)
        crashes_.pop_front();
}

bool RemotePlug::refused(const RemoteInstance& instance, HostCall& call) {
    bool connector = false;
    bool connection = false;
    {
        const std::lock_guard lock(mutex_);
        const auto since = now() - limits::kWorkerDeathsWindow;
        while (!crashes_.empty() && crashes_.front() < since) crashes_.pop_front();
        std::erase_if(blames_, [&](const auto& one) { return one.second.last < since; });
        connector = crashes_.size() >= static_cast<std::size_t>(limits::kWorkerDeathsMax);
        connection = std::any_of(blames_.begin(), blames_.end(), [&](const auto& one) {
            return one.first.first == instance.id && one.second.deaths >= kPoisonDeaths;
        });
    }
    if (connection)
        failWith(
            call, kQuarantined,
            "This connection crashed its connector again and again, and is paused for 5 minutes.");
    else if (connector)
        failWith(call, kQuarantined,
                 "The connector crashed three times within 5 minutes and is paused.");
    return connection || connector;
}

void RemotePlug::blame(const RemoteInstance& instance, const std::string& operation) {
    const std::lock_guard lock(mutex_);
    Blame& one = blames_[{instance.id, operation}];
    ++one.deaths;
    one.last = now();
}

void RemotePlug::praise(const RemoteInstance& instance, const std::string& operation) {
    const std::lock_guard lock(mutex_);
    blames_.erase({instance.id, operation});
}

tny_status RemotePlug::ensureOpen(RemoteInstance& instance, const Worker& worker, HostCall& call) {
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
    const tny_status status = transact(worker, instance, call, "open", FrameType::kOpen, fields);
    lock.lock();
    instance.opening = false;
    if (status == TNY_OK) instance.openIn = worker->generation();
    changed_.notify_all();
    return status;
}

tny_status RemotePlug::transact(const Worker& worker, const RemoteInstance& instance,
                                HostCall& call, const std::string& operation, FrameType type,
                                std::string_view fields) {
    WorkerProcess::Inbox inbox;
    const auto id = worker->begin(inbox, call.services);
    const auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(call.signal.leftMs(), 0));
    worker->send(FrameWriter(type, id).number(instance.id).number(left).append(fields).take(),
                 Urgency::kNormal, call.signal.deadline() + options_.cancelGrace);
    const tny_status status = serve(worker, instance, call, operation, inbox, id);
    worker->end(id);
    return status;
}

tny_status RemotePlug::serve(const Worker& worker, const RemoteInstance& instance, HostCall& call,
                             const std::string& operation, WorkerProcess::Inbox& inbox,
                             std::uint64_t id) {
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
                    worker->kill("broke the rules of its channel and was stopped");
                if (server.ended()) return server.status();
                break;
            case WorkerProcess::Event::kDead:
                return onDeath(worker, instance, call, operation, killed);
            case WorkerProcess::Event::kTimeout:
                if (killed) return failWith(call, kKilled, "The connector's process does not end.");
                killed = std::exchange(cancelled, true);
                until = now() + (killed ? Point::duration(kDeathPatience)
                                        : Point::duration(options_.cancelGrace));
                if (killed) {
                    worker->kill("was stopped: \"" + operation +
                                 "\" did not return after its deadline");
                } else {
                    worker->send(FrameWriter(FrameType::kCancel, id).take(), Urgency::kUrgent,
                                 until);
                }
                break;
        }
    }
}

tny_status RemotePlug::onDeath(const Worker& worker, const RemoteInstance& instance, HostCall& call,
                               const std::string& operation, bool culprit) {
    const auto death = worker->death();
    noteDeath(worker);
    const tny_status status = death ? death->status : kCrashed;
    if (culprit || status == kCrashed) blame(instance, operation);
    return failWith(call, status,
                    "The connector's process " + (death ? death->words : "ended") + ".");
}

}  // namespace tenantry::pluginhost
