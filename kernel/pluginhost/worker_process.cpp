#include "kernel/pluginhost/worker_process.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>

#include "kernel/base/log.h"

namespace tenantry::pluginhost {

namespace {

using namespace std::chrono_literals;

constexpr auto kPingEvery = 3s;
constexpr auto kPongWithin = 10s;
constexpr auto kStopPatience = 2s;
constexpr auto kEndPatience = 1s;
constexpr std::size_t kStderrTailMax = 4096;
constexpr std::size_t kInboxBytesMax = kCreditBytes + kFramePayloadMax + kBatchBytes;

}  // namespace

WorkerProcess::WorkerProcess(std::uint64_t generation,
                             std::shared_ptr<const ConnectorPackage> package, WorkerOptions options,
                             unsigned callThreads)
    : generation_(generation),
      package_(std::move(package)),
      options_(std::move(options)),
      callThreads_(callThreads),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

WorkerProcess::~WorkerProcess() {
    thread_.request_stop();
    wake();
}

void WorkerProcess::wake() const {
    const std::uint64_t one = 1;
    if (::write(wake_.get(), &one, sizeof one) < 0) return;  // full: it is awake already
}

base::Status WorkerProcess::awaitReady(base::Deadline deadline) {
    std::unique_lock lock(mutex_);
    const bool decided =
        changed_.wait_until(lock, deadline.point(), [&] { return ready_ || death_.has_value(); });
    if (ready_ && !death_) return base::ok();
    if (!refusal_.empty()) return base::unavailable("The connector cannot run: " + refusal_ + ".");
    if (!decided) return base::unavailable("The connector's process did not start in time.");
    return base::unavailable("The connector's process " + death_->words + " while it started.");
}

bool WorkerProcess::alive() {
    const std::lock_guard lock(mutex_);
    return !death_ && !killWords_;
}

std::optional<Death> WorkerProcess::death() {
    const std::lock_guard lock(mutex_);
    return death_;
}

std::uint64_t WorkerProcess::begin(Inbox& inbox, std::shared_ptr<ConnectionServices> services) {
    const std::lock_guard lock(mutex_);
    inbox.services_ = std::move(services);
    calls_[++lastCall_] = &inbox;
    return lastCall_;
}

void WorkerProcess::end(std::uint64_t call) {
    const std::lock_guard lock(mutex_);
    calls_.erase(call);
}

bool WorkerProcess::send(std::string frame, Urgency urgency, Point until) {
    std::shared_ptr<FrameSender> sender;
    {
        const std::lock_guard lock(mutex_);
        if (death_) return false;
        sender = sender_;
    }
    return sender && sender->send(std::move(frame), urgency, until);
}

WorkerProcess::Event WorkerProcess::next(Inbox& inbox, Frame& frame, Point until) {
    std::unique_lock lock(mutex_);
    const bool came = inbox.arrived_.wait_until(
        lock, until, [&] { return !inbox.frames_.empty() || death_.has_value(); });
    if (!inbox.frames_.empty()) {
        frame = std::move(inbox.frames_.front());
        inbox.frames_.pop_front();
        inbox.bytes_ -= frame.payload.size();
        return Event::kFrame;
    }
    return came ? Event::kDead : Event::kTimeout;
}

void WorkerProcess::kill(const std::string& words) {
    {
        const std::lock_guard lock(mutex_);
        if (!killWords_) killWords_ = words;
    }
    wake();
}

void WorkerProcess::run(const std::stop_token& stop) {
    if (start()) {
        serve(stop);
        finish(stop.stop_requested());
    }
}

bool WorkerProcess::start() {
    auto started = ChildProcess::start(options_.program, package_->fd());
    if (!started) {
        die({kCrashed, "cannot be started (" + started.error().message + ")"});
        return false;
    }
    child_.emplace(std::move(started).value());
    pid_ = child_->pid();
    receiver_.emplace(child_->socketFd());
    pongAt_ = pingSentAt_ = std::chrono::steady_clock::now();
    auto sender = std::make_shared<FrameSender>(child_->socketFd());
    sender->send(FrameWriter(FrameType::kHello, 0).number(kWireVersion).number(callThreads_).take(),
                 Urgency::kNormal, pongAt_ + options_.startWithin);
    const std::lock_guard lock(mutex_);
    sender_ = std::move(sender);
    return true;
}

void WorkerProcess::serve(const std::stop_token& stop) {
    for (;;) {
        std::array<pollfd, 4> fds{{{child_->socketFd(), POLLIN, 0},
                                   {child_->stderrFd(), POLLIN, 0},
                                   {child_->pidFd(), POLLIN, 0},
                                   {wake_.get(), POLLIN, 0}}};
        const int n = ::poll(fds.data(), fds.size(),
                             static_cast<int>(std::chrono::milliseconds(kPingEvery).count()));
        if (n < 0 && errno != EINTR) return violation("cannot be watched");
        if (fds[1].revents != 0) readStderr();
        if (fds[0].revents != 0 && !readFrames()) return;
        if (fds[2].revents != 0) return;
        if (fds[3].revents != 0) {
            std::uint64_t count = 0;
            while (::read(wake_.get(), &count, sizeof count) > 0) {
            }
            const std::lock_guard lock(mutex_);
            if (stop.stop_requested() || killWords_) return;
        }
        if (!pingDue()) return violation("did not answer for 10 s");
    }
}

bool WorkerProcess::pingDue() {
    const auto now = std::chrono::steady_clock::now();
    if (pingSentAt_ > pongAt_ && now - pingSentAt_ > kPongWithin) return false;
    if (now - pingSentAt_ < kPingEvery || pingSentAt_ > pongAt_) return true;
    pingSentAt_ = now;
    sender_->send(FrameWriter(FrameType::kPing, 0).take(), Urgency::kUrgent, now + 1s);
    return true;
}

void WorkerProcess::readStderr() {
    std::array<char, 1024> buffer{};
    for (;;) {
        const auto n = ::read(child_->stderrFd(), buffer.data(), buffer.size());
        if (n <= 0) return;
        stderrTail_.append(buffer.data(), static_cast<std::size_t>(n));
        if (stderrTail_.size() > kStderrTailMax)
            stderrTail_.erase(0, stderrTail_.size() - kStderrTailMax);
    }
}

bool WorkerProcess::readFrames() {
    for (;;) {
        Frame frame;
        switch (receiver_->next(frame)) {
            case FrameReceiver::Status::kFrame:
                if (!dispatch(std::move(frame))) {
                    violation("broke the rules of its channel");
                    return false;
                }
                break;
            case FrameReceiver::Status::kNothing:
                return true;
            case FrameReceiver::Status::kClosed:
                return false;
            case FrameReceiver::Status::kViolation:
                violation("sent a frame that is too large");
                return false;
        }
    }
}

bool WorkerProcess::dispatch(Frame frame) {
    switch (frame.type) {
        case FrameType::kReady:
            return dispatchReady(frame);
        case FrameType::kPong:
            pongAt_ = std::chrono::steady_clock::now();
            return true;
        case FrameType::kLog:
        case FrameType::kMetric:
            dispatchLog(frame);
            return true;
        case FrameType::kEmit:
        case FrameType::kCheckpoint:
        case FrameType::kReply:
        case FrameType::kEnd:
        case FrameType::kHostRequest:
        case FrameType::kHostTaken:
            return deliver(std::move(frame));
        case FrameType::kFail: {
            if (frame.call != 0) return deliver(std::move(frame));
            FieldReader fields(frame.payload);  // it could not load, and says why
            for (int i = 0; i < 3; ++i) fields.number();
            const std::lock_guard lock(mutex_);
            refusal_ = std::string(fields.bytes());
            return true;
        }
        case FrameType::kHello:
        case FrameType::kOpen:
        case FrameType::kClose:
        case FrameType::kCheck:
        case FrameType::kList:
        case FrameType::kGet:
        case FrameType::kSchema:
        case FrameType::kPerform:
        case FrameType::kPoll:
        case FrameType::kCancel:
        case FrameType::kCredit:
        case FrameType::kPing:
        case FrameType::kStop:
        case FrameType::kHostResponse:
        case FrameType::kHostData:
            return false;
    }
    return false;
}

bool WorkerProcess::dispatchReady(const Frame& frame) {
    FieldReader fields(frame.payload);
    const bool sameVersion = fields.number() == kWireVersion;
    fields.number();
    const bool same = sameVersion && fields.bytes() == package_->manifest() && fields.complete();
    const std::lock_guard lock(mutex_);
    if (!same) refusal_ = "it says of itself another thing than its descriptor";
    ready_ = same;
    changed_.notify_all();
    return same;
}

void WorkerProcess::dispatchLog(const Frame& frame) {
    std::shared_ptr<ConnectionServices> services;
    {
        const std::lock_guard lock(mutex_);
        const auto found = calls_.find(frame.call);
        if (found != calls_.end()) services = found->second->services_;
    }
    FieldReader fields(frame.payload);
    if (frame.type == FrameType::kMetric) {
        const double value = std::bit_cast<double>(fields.number());
        const auto name = fields.bytes();
        const auto labels = fields.bytes();
        if (services) services->metric(name, value, labels);
        return;
    }
    const auto level = static_cast<std::int32_t>(fields.signedNumber());
    const auto event = fields.bytes();
    const auto text = fields.bytes();
    if (services) return services->log(level, event, text);
    hostTable()->log(nullptr, level, str(event), str(text));
}

bool WorkerProcess::deliver(Frame frame) {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(frame.call);
    if (found == calls_.end()) return false;
    Inbox& inbox = *found->second;
    inbox.bytes_ += frame.payload.size();
    if (inbox.bytes_ > kInboxBytesMax) return false;
    inbox.frames_.push_back(std::move(frame));
    inbox.arrived_.notify_one();
    return true;
}

void WorkerProcess::violation(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (!killWords_) killWords_ = what + " and was stopped";
}

void WorkerProcess::finish(bool stopRequested) {
    bool killing = false;
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        killing = killWords_.has_value();
        stopping = !killing && stopRequested;
    }
    if (killing) child_->kill();
    if (stopping)
        sender_->send(FrameWriter(FrameType::kStop, 0).take(), Urgency::kUrgent,
                      std::chrono::steady_clock::now() + kEndPatience);
    const std::string ended = child_->reap(stopping ? kStopPatience : kEndPatience);
    readStderr();
    if (stopping) return die({kKilled, "was stopped"});
    Death death{kCrashed, "ended with " + ended};
    {
        const std::lock_guard lock(mutex_);
        if (killWords_) death = {kKilled, *killWords_};
    }
    base::logError("connector_worker_died", {{"connector", package_->descriptor().id},
                                             {"how", death.words},
                                             {"sha256", package_->sha256()},
                                             {"stderr", stderrTail_}});
    die(std::move(death));
}

void WorkerProcess::die(Death death) {
    const std::lock_guard lock(mutex_);
    death_ = std::move(death);
    for (const auto& [id, inbox] : calls_) inbox->arrived_.notify_all();
    changed_.notify_all();
}

}  // namespace tenantry::pluginhost
