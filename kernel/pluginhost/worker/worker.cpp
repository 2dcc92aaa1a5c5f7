#include "kernel/pluginhost/worker/worker.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "kernel/pluginhost/worker/last_words.h"

namespace tenantry::pluginhost::worker {

namespace {

constexpr int kExitViolation = 70;
/// How long the connections may take to end when the kernel is gone, or stops us.
constexpr unsigned kLeaveSeconds = 1;

tny_status unsupported(WorkerCall& call, std::string_view what) {
    tny_error e{};
    e.size = sizeof e;
    e.code = TNY_E_UNSUPPORTED;
    e.retry_after_ms = -1;
    e.message = str(what);
    call.fail(&e);
    return e.code;
}

}  // namespace

Worker::Worker(int socket, const tny_plugin* plugin, FrameSender& sender, FrameReceiver& receiver)
    : socket_(socket),
      plugin_(plugin),
      read_(static_cast<const tny_read*>(plugin->get_interface(str("tny.read/1")))),
      act_(static_cast<const tny_act*>(plugin->get_interface(str("tny.act/1")))),
      sender_(sender),
      receiver_(receiver) {}

void Worker::run(unsigned callThreads) {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < callThreads + 1; ++i) threads.emplace_back([this] { loop(); });
    loop();
}

void Worker::loop() {
    guardThread();
    for (;;) runJob(nextJob());
}

Worker::Job Worker::nextJob() {
    const std::lock_guard turn(reading_);
    for (;;) {
        Frame frame;
        switch (receiver_.next(frame)) {
            case FrameReceiver::Status::kFrame:
                if (!handledInline(frame)) return begin(std::move(frame));
                break;
            case FrameReceiver::Status::kNothing: {
                pollfd one{socket_, POLLIN, 0};
                if (::poll(&one, 1, -1) < 0 && errno != EINTR) ::_exit(kExitViolation);
                break;
            }
            case FrameReceiver::Status::kClosed:
                leave();
            case FrameReceiver::Status::kViolation:
                ::_exit(kExitViolation);
        }
    }
}

bool Worker::handledInline(Frame& frame) {
    FieldReader fields(frame.payload);
    switch (frame.type) {
        case FrameType::kCancel:
            if (const auto call = callOf(frame.call)) call->cancel();
            return true;
        case FrameType::kCredit: {
            const auto bytes = fields.number();
            const bool stop = fields.number() != 0;
            if (const auto call = callOf(frame.call)) call->takeCredit(bytes, stop);
            return true;
        }
        case FrameType::kHostResponse: {
            const auto status = static_cast<tny_status>(fields.signedNumber());
            if (const auto call = callOf(frame.call))
                call->takeResponse(status, std::string(fields.bytes()));
            ::explicit_bzero(frame.payload.data(), frame.payload.size());  // it may be a secret
            return true;
        }
        case FrameType::kHostData: {
            const bool head = fields.number() == 0;
            const auto status = static_cast<std::int32_t>(fields.signedNumber());
            if (const auto call = callOf(frame.call))
                call->takeData(head, status, std::string(fields.bytes()));
            return true;
        }
        case FrameType::kPing:
            sender_.send(FrameWriter(FrameType::kPong, 0).take(), Urgency::kUrgent, never());
            return true;
        case FrameType::kStop:
            leave();
        default:
            return false;
    }
}

/// Registers the call before anyone else reads, so that no cancel of it is missed.
Worker::Job Worker::begin(Frame frame) {
    Job job;
    job.frame = std::move(frame);
    if (job.frame.type == FrameType::kClose) return job;
    FieldReader fields(job.frame.payload);
    job.instance = fields.number();
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(fields.number());
    if (fields.failed()) ::_exit(kExitViolation);
    job.call = std::make_shared<WorkerCall>(sender_, job.frame.call, deadline);
    const std::lock_guard lock(mutex_);
    calls_.emplace(job.frame.call, job.call);
    return job;
}

void Worker::runJob(const Job& job) {
    if (!job.call) return close(job.frame);
    FieldReader fields(job.frame.payload);
    fields.number();  // instance and deadline, read by begin()
    fields.number();
    serving(job.frame.call);
    const tny_status status = dispatch(job, fields);
    serving(0);
    {
        const std::lock_guard lock(mutex_);
        calls_.erase(job.frame.call);
    }
    job.call->end(status);
}

tny_status Worker::dispatch(const Job& job, FieldReader& fields) {
    WorkerCall& call = *job.call;
    if (job.frame.type == FrameType::kOpen) return open(fields, call, job.instance);
    tny_instance* at = find(job.instance);
    if (at == nullptr) return TNY_E_INTERNAL;
    switch (job.frame.type) {
        case FrameType::kCheck:
            return plugin_->check(at, call.raw());
        case FrameType::kList:
            return list(fields, call, at);
        case FrameType::kGet: {
            if (read_ == nullptr) return unsupported(call, "The connector cannot read.");
            const auto kind = fields.bytes();
            const auto id = fields.bytes();
            return read_->get(at, call.raw(), str(kind), str(id));
        }
        case FrameType::kSchema:
            return TNY_HAS(read_, schema) && read_->schema != nullptr
                       ? read_->schema(at, call.raw())
                       : TNY_OK;
        case FrameType::kPerform:
            return perform(fields, call, at);
        case FrameType::kPoll:
            if (!TNY_HAS(act_, poll) || act_->poll == nullptr)
                return unsupported(call, "The connector has no pending operations.");
            return act_->poll(at, call.raw(), str(fields.bytes()));
        default:
            ::_exit(kExitViolation);
    }
}

tny_status Worker::open(FieldReader& fields, WorkerCall& call, std::uint64_t instance) {
    const auto tenant = fields.bytes();
    const auto config = fields.bytes();
    tny_instance* made = nullptr;
    const tny_status status = plugin_->open(call.raw(), str(tenant), str(config), &made);
    if (status != TNY_OK) return status;
    if (made == nullptr) return TNY_E_INTERNAL;
    const std::lock_guard lock(mutex_);
    instances_[instance] = made;
    return TNY_OK;
}

tny_status Worker::list(FieldReader& fields, WorkerCall& call, tny_instance* at) {
    if (read_ == nullptr) return unsupported(call, "The connector cannot read.");
    tny_read_req req{};
    req.size = sizeof req;
    req.mode = static_cast<std::uint32_t>(fields.number());
    req.budget_records = static_cast<std::uint32_t>(fields.number());
    req.budget_ms = static_cast<std::uint32_t>(fields.number());
    for (tny_str* field : {&req.kind, &req.parent_kind, &req.parent_id, &req.cursor,
                           &req.filter_json, &req.attributes})
        *field = str(fields.bytes());
    if (!fields.complete()) ::_exit(kExitViolation);
    return read_->list(at, call.raw(), &req);
}

tny_status Worker::perform(FieldReader& fields, WorkerCall& call, tny_instance* at) {
    if (act_ == nullptr) return unsupported(call, "The connector has no actions.");
    tny_act_req req{};
    req.size = sizeof req;
    req.flags = static_cast<std::uint32_t>(fields.number());
    for (tny_str* field : {&req.action, &req.kind, &req.id, &req.args_json, &req.idempotency_key,
                           &req.expect_etag, &req.actor_json})
        *field = str(fields.bytes());
    if (!fields.complete()) ::_exit(kExitViolation);
    return act_->perform(at, call.raw(), &req);
}

void Worker::close(const Frame& frame) {
    const auto id = FieldReader(frame.payload).number();
    tny_instance* instance = nullptr;
    {
        const std::lock_guard lock(mutex_);
        const auto found = instances_.find(id);
        if (found == instances_.end()) return;
        instance = found->second;
        instances_.erase(found);
    }
    plugin_->close(instance);
    if (const std::string broken = manners_.broken(); !broken.empty())
        hostTable()->log(nullptr, TNY_LOG_WARN, str("connector_changed_its_process"),
                         str("{\"what\":\"" + broken + "\"}"));
}

tny_instance* Worker::find(std::uint64_t instance) {
    const std::lock_guard lock(mutex_);
    const auto found = instances_.find(instance);
    return found == instances_.end() ? nullptr : found->second;
}

std::shared_ptr<WorkerCall> Worker::callOf(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : found->second;
}

void Worker::leave() {
    // Whoever hangs from here on ends by SIGALRM: nobody is left who would end us.
    ::signal(SIGALRM, SIG_DFL);
    ::alarm(kLeaveSeconds);
    std::map<std::uint64_t, tny_instance*> idle;
    {
        const std::lock_guard lock(mutex_);
        // Connections are ended politely, but never under a running call.
        if (calls_.empty()) idle.swap(instances_);
    }
    for (const auto& [id, instance] : idle) plugin_->close(instance);
    ::_exit(0);
}

}  // namespace tenantry::pluginhost::worker
