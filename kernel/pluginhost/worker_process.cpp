#include "kernel/pluginhost/worker_process.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::pluginhost {

namespace {

using namespace std::chrono_literals;

constexpr auto kPingEvery = 3s;
constexpr auto kStopPatience = 2s;
constexpr auto kEndPatience = 1s;
constexpr std::size_t kInboxBytesMax = kCreditBytes + kFramePayloadMax + kBatchBytes;

constexpr std::uint64_t kMegabyte = 1024 * 1024;
constexpr std::uint64_t kThreadStackBytes = 8 * kMegabyte;
constexpr std::uint64_t kFileBytesMax = 64 * kMegabyte;
constexpr uid_t kNobody = 65534;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kMemoryFactor = 16;  // shadow memory and quarantines of freed blocks
#else
constexpr std::uint64_t kMemoryFactor = 1;
#endif

/// Half as much again as the connector declared, and as many files as the system lets us have.
WatchdogLimits limitsOf(const ConnectorPackage& package, WatchdogLimits limits) {
    limits.memoryBytesMax = package.isolation().memoryMb * kMegabyte * 3 / 2 * kMemoryFactor;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
        limits.filesMax = std::min<std::uint64_t>(limits.filesMax, files.rlim_max);
    return limits;
}

bool readableByAll(int file) {
    struct stat info {};
    return ::fstat(file, &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

}  // namespace

WorkerProcess::WorkerProcess(std::uint64_t generation,
                             std::shared_ptr<const ConnectorPackage> package, WorkerOptions options,
                             std::shared_ptr<Supervisor> supervisor)
    : generation_(generation),
      package_(std::move(package)),
      options_(std::move(options)),
      callThreads_(package_->oneCallAtATime() ? 1 : base::limits::kWorkerCallThreads),
      startedAt_(base::SystemClock().now()),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      supervisor_(std::move(supervisor)),
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

bool WorkerProcess::accepts() {
    const std::lock_guard lock(mutex_);
    return !death_ && !killWords_ && !drain_;
}

std::optional<Death> WorkerProcess::death() {
    const std::lock_guard lock(mutex_);
    return death_;
}

PlugLife WorkerProcess::life() const {
    PlugLife out{true, startedAt_};
    if (const auto bytes = memoryBytes_.load(); bytes != 0) out.memoryBytes = bytes;
    return out;
}

void WorkerProcess::answerTo(std::shared_ptr<Supervisor> supervisor) {
    const std::lock_guard lock(mutex_);
    supervisor_ = std::move(supervisor);
}

std::optional<std::uint64_t> WorkerProcess::begin(Inbox& inbox, const std::string& operation,
                                                  std::shared_ptr<ConnectionServices> services) {
    const std::lock_guard lock(mutex_);
    if (death_ || killWords_ || drain_) return std::nullopt;
    inbox.operation_ = operation;
    inbox.began_ = std::chrono::steady_clock::now();
    seen_.insert(services);
    inbox.services_ = std::move(services);
    calls_[++lastCall_] = &inbox;
    return lastCall_;
}

void WorkerProcess::end(std::uint64_t call) {
    bool last = false;
    {
        const std::lock_guard lock(mutex_);
        calls_.erase(call);
        last = drain_ && calls_.empty();
    }
    if (last) wake();
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

void WorkerProcess::kill(const std::string& words, std::uint64_t call) {
    violation(words, call);
    wake();
}

void WorkerProcess::retire(const std::string& words) {
    drain({true, words});
    wake();
}

void WorkerProcess::drain(Verdict why) {
    const auto patience = why.planned ? options_.watch.retireFor : options_.watch.drainFor;
    base::logWarning("connector_worker_drains", {{"connector", package_->descriptor().id},
                                                 {"version", package_->descriptor().version},
                                                 {"why", why.words}});
    const std::lock_guard lock(mutex_);
    // A limit that is passed comes before old age; of two limits the first counts.
    if (drain_ && (why.planned || !drain_->why.planned)) return;
    drain_ = Drain{std::move(why), std::chrono::steady_clock::now() + patience};
}

bool WorkerProcess::drained(Point now) {
    const std::lock_guard lock(mutex_);
    if (!drain_ || (!calls_.empty() && now < drain_->until)) return false;
    if (drain_->why.planned && calls_.empty()) {
        retired_ = true;
    } else if (!killWords_) {
        killWords_ = "was stopped: it " + drain_->why.words;
    }
    return true;
}

void WorkerProcess::run(const std::stop_token& stop) {
    if (start()) {
        serve(stop);
        finish(stop.stop_requested());
    }
}

uid_t WorkerProcess::ownUser() const {
    const bool apart = ::geteuid() == 0 && !package_->isolation().network;
    return apart && readableByAll(package_->fd()) ? kNobody : 0;
}

Confinement WorkerProcess::confinement() const {
    Confinement out;
    const Isolation& declared = package_->isolation();
    const WatchdogLimits limits = limitsOf(*package_, options_.watch);
    out.dataBytesMax =
        2 * limits.memoryBytesMax + 128 * kMegabyte + (callThreads_ + 2) * kThreadStackBytes;
    out.filesMax = limits.filesMax;
    out.network = declared.network;
    out.folder = folder_.path();
    if (declared.network) return out;  // it may read a directory's files, and write its database
    out.fileBytesMax = kFileBytesMax;
    out.user = ownUser();
    return out;
}

bool WorkerProcess::start() {
    auto folder = TempFolder::make(ownUser());
    if (folder) folder_ = std::move(folder).value();
    auto started = folder ? ChildProcess::start(options_.program, package_->fd())
                          : base::Result<ChildProcess>(folder.error());
    if (!started) {
        die({kCrashed, "cannot be started (" + started.error().message + ")"});
        return false;
    }
    child_.emplace(std::move(started).value());
    receiver_.emplace(child_->socketFd());
    const auto now = std::chrono::steady_clock::now();
    pongAt_ = pingSentAt_ = lookedAt_ = now;
    watchdog_.emplace(limitsOf(*package_, options_.watch), now);
    auto sender = std::make_shared<FrameSender>(child_->socketFd());
    FrameWriter hello(FrameType::kHello, 0);
    hello.number(kWireVersion).number(callThreads_);
    confinement().write(hello);
    sender->send(hello.take(), Urgency::kNormal, now + options_.startWithin);
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
        const int n = ::poll(fds.data(), fds.size(), pollPatience());
        if (n < 0 && errno != EINTR) return violation("cannot be watched and was stopped");
        if (fds[1].revents != 0) readStderr();
        if (fds[0].revents != 0 && !readFrames()) return;
        if (fds[2].revents != 0) {
            readFrames();  // what it sent between the two
            return;
        }
        if (fds[3].revents != 0 && told(stop)) return;
        const auto now = std::chrono::steady_clock::now();
        ping(now);
        look(now);
        if (drained(now)) return;
    }
}

int WorkerProcess::pollPatience() {
    auto patience = std::min<Point::duration>(kPingEvery, options_.watch.every);
    const std::lock_guard lock(mutex_);
    if (drain_) patience = std::min(patience, drain_->until - std::chrono::steady_clock::now());
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
    return static_cast<int>(std::max<std::int64_t>(ms, 0));
}

bool WorkerProcess::told(const std::stop_token& stop) {
    std::uint64_t count = 0;
    while (::read(wake_.get(), &count, sizeof count) > 0) {
    }
    const std::lock_guard lock(mutex_);
    return stop.stop_requested() || killWords_;
}

void WorkerProcess::ping(Point now) {
    if (pingSentAt_ > pongAt_) {
        if (now - pingSentAt_ > options_.watch.pongWithin)
            drain({false, "did not answer for " +
                              std::to_string(options_.watch.pongWithin.count()) + " ms"});
        return;
    }
    if (now - pingSentAt_ < std::min<Point::duration>(kPingEvery, options_.watch.pongWithin))
        return;
    pingSentAt_ = now;
    sender_->send(FrameWriter(FrameType::kPing, 0).take(), Urgency::kUrgent, now + 1s);
}

void WorkerProcess::look(Point now) {
    if (now - lookedAt_ < options_.watch.every) return;
    lookedAt_ = now;
    const auto vitals = readVitals(child_->pid());
    if (!vitals) return;
    memoryBytes_ = vitals->residentBytes;
    if (auto verdict = watchdog_->look(*vitals, progress_, now)) drain(std::move(*verdict));
}

bool WorkerProcess::readFrames() {
    for (;;) {
        Frame frame;
        switch (receiver_->next(frame)) {
            case FrameReceiver::Status::kFrame:
                if (!dispatch(std::move(frame))) {
                    violation("broke the rules of its channel and was stopped");
                    return false;
                }
                break;
            case FrameReceiver::Status::kNothing:
                return true;
            case FrameReceiver::Status::kClosed:
                return false;
            case FrameReceiver::Status::kViolation:
                violation("sent a frame of more than 4 MiB and was stopped");
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
    rememberLog(services.get(), event, text);
    if (services) return services->log(level, event, text);
    hostTable()->log(nullptr, level, str(event), str(text));
}

bool WorkerProcess::deliver(Frame frame) {
    ++progress_;
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

void WorkerProcess::violation(const std::string& what, std::uint64_t call) {
    const std::lock_guard lock(mutex_);
    if (killWords_) return;
    killWords_ = what;
    culprit_ = call;
}

void WorkerProcess::finish(bool stopRequested) {
    bool killing = false;
    bool planned = false;
    {
        const std::lock_guard lock(mutex_);
        killing = killWords_.has_value();
        planned = !killing && (stopRequested || retired_);
    }
    if (killing) child_->kill();
    if (planned)
        sender_->send(FrameWriter(FrameType::kStop, 0).take(), Urgency::kUrgent,
                      std::chrono::steady_clock::now() + kEndPatience);
    const Ended ended = child_->reap(planned ? kStopPatience : kEndPatience);
    readStderr();
    folder_.remove();
    if (planned) return die({kKilled, "was stopped"});
    Death death{kCrashed, "ended with " + ended.words};
    std::shared_ptr<Supervisor> supervisor;
    bool refused = false;
    {
        const std::lock_guard lock(mutex_);
        if (killWords_) death = {kKilled, *killWords_};
        supervisor = supervisor_;
        refused = !refusal_.empty();
    }
    if (!refused) {
        reported_ = true;
        supervisor->died(reportOf(ended, death));
    }
    die(std::move(death));
}

void WorkerProcess::die(Death death) {
    const std::lock_guard lock(mutex_);
    death_ = std::move(death);
    for (const auto& [id, inbox] : calls_) inbox->arrived_.notify_all();
    changed_.notify_all();
}

}  // namespace tenantry::pluginhost
