/// One life of a worker process: its socket, the calls in flight, its death.
///
/// Ownership: shared by its RemotePlug and the calls in flight. Threads: any. A thread of its own
/// starts the process, reads the socket and the process's standard error, pings, and reaps; the
/// destructor stops the process and joins.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/pluginhost/channel.h"
#include "kernel/pluginhost/host_call.h"
#include "kernel/pluginhost/package.h"
#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/process.h"
#include "kernel/pluginhost/wire.h"

namespace tenantry::pluginhost {

/// How a worker ended: kCrashed by itself, kKilled by us; `words` finish "the connector's process".
struct Death {
    tny_status status = kCrashed;
    std::string words;
};

class WorkerProcess {
  public:
    using Point = std::chrono::steady_clock::time_point;

    /// Where the frames of one call arrive. Lives on the caller's stack, between begin and end.
    class Inbox {
        friend class WorkerProcess;
        std::condition_variable arrived_;
        std::deque<Frame> frames_;
        std::size_t bytes_ = 0;
        std::shared_ptr<ConnectionServices> services_;
    };

    WorkerProcess(std::uint64_t generation, std::shared_ptr<const ConnectorPackage> package,
                  WorkerOptions options, unsigned callThreads);
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Waits until it has loaded the connector. kUnavailable with the reason when it will not.
    base::Status awaitReady(base::Deadline deadline);
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] bool alive();
    [[nodiscard]] pid_t pid() const { return pid_.load(); }
    /// Set once it is dead.
    [[nodiscard]] std::optional<Death> death();

    std::uint64_t begin(Inbox& inbox, std::shared_ptr<ConnectionServices> services);
    void end(std::uint64_t call);
    /// False when it is dead or does not take bytes before `until`.
    bool send(std::string frame, Urgency urgency, Point until);

    enum class Event : std::uint8_t { kFrame = 1, kDead, kTimeout };
    /// The next frame of the call, in their order.
    Event next(Inbox& inbox, Frame& frame, Point until);

    /// Ends it; every call in flight gets a Death of kKilled with these words.
    void kill(const std::string& words);

  private:
    void run(const std::stop_token& stop);
    bool start();
    void serve(const std::stop_token& stop);
    bool readFrames();
    bool dispatch(Frame frame);
    bool dispatchReady(const Frame& frame);
    void dispatchLog(const Frame& frame);
    bool deliver(Frame frame);
    void readStderr();
    bool pingDue();
    void violation(const std::string& what);
    void finish(bool stopRequested);
    void die(Death death);
    void wake() const;

    const std::uint64_t generation_;
    const std::shared_ptr<const ConnectorPackage> package_;
    const WorkerOptions options_;
    const unsigned callThreads_;
    Descriptor wake_;  ///< eventfd: the thread looks at stop and kill requests
    std::atomic<pid_t> pid_{-1};

    // The thread's own.
    std::optional<ChildProcess> child_;
    std::optional<FrameReceiver> receiver_;
    std::string stderrTail_;
    Point pingSentAt_{}, pongAt_{};

    std::mutex mutex_;  ///< guards what follows; never held over I/O
    std::condition_variable changed_;
    std::shared_ptr<FrameSender> sender_;
    bool ready_ = false;
    std::optional<Death> death_;
    std::optional<std::string> killWords_;
    std::string refusal_;  ///< why it could not load
    std::map<std::uint64_t, Inbox*> calls_;
    std::uint64_t lastCall_ = 0;

    std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace tenantry::pluginhost
