/// One life of a worker process: its socket, the calls in flight, its death.
///
/// Ownership: shared by its RemotePlug and the calls in flight. Threads: any. A thread of its own
/// starts the process, reads the socket and the process's standard error, pings, watches what it
/// uses, reaps, and tells the supervisor; the destructor stops the process and joins. That thread
/// is the parent with whose death the process dies.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/pluginhost/channel.h"
#include "kernel/pluginhost/confinement.h"
#include "kernel/pluginhost/death.h"
#include "kernel/pluginhost/host_call.h"
#include "kernel/pluginhost/package.h"
#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/process.h"
#include "kernel/pluginhost/supervisor.h"
#include "kernel/pluginhost/temp_folder.h"
#include "kernel/pluginhost/watchdog.h"
#include "kernel/pluginhost/wire.h"

namespace tenantry::pluginhost {

class WorkerProcess {
  public:
    using Point = std::chrono::steady_clock::time_point;

    /// Where the frames of one call arrive. Lives on the caller's stack, between begin and end.
    class Inbox {
        friend class WorkerProcess;
        std::string operation_;
        Point began_{};
        std::condition_variable arrived_;
        std::deque<Frame> frames_;
        std::size_t bytes_ = 0;
        std::shared_ptr<ConnectionServices> services_;
    };

    WorkerProcess(std::uint64_t generation, std::shared_ptr<const ConnectorPackage> package,
                  WorkerOptions options, std::shared_ptr<Supervisor> supervisor);
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Waits until it has loaded the connector. kUnavailable with the reason when it will not.
    base::Status awaitReady(base::Deadline deadline);
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    /// Neither dead nor on its way to it: begin() will take a call.
    [[nodiscard]] bool accepts();
    /// Set once it is dead; the supervisor knows by then.
    [[nodiscard]] std::optional<Death> death();
    /// Whether the supervisor was told of its death.
    [[nodiscard]] bool reported() const { return reported_.load(); }
    [[nodiscard]] PlugLife life() const;
    /// Who is told of its death from now on.
    void answerTo(std::shared_ptr<Supervisor> supervisor);

    /// Registers a call. Nothing when it takes no new ones: another worker must.
    std::optional<std::uint64_t> begin(Inbox& inbox, const std::string& operation,
                                       std::shared_ptr<ConnectionServices> services);
    void end(std::uint64_t call);
    /// False when it is dead or does not take bytes before `until`.
    bool send(std::string frame, Urgency urgency, Point until);

    enum class Event : std::uint8_t { kFrame = 1, kDead, kTimeout };
    /// The next frame of the call, in their order.
    Event next(Inbox& inbox, Frame& frame, Point until);

    /// Ends it because of this call; every call in flight gets a Death of kKilled with these words.
    void kill(const std::string& words, std::uint64_t call);
    /// Takes no new calls, and ends when those in flight are done.
    void retire(const std::string& words);

  private:
    /// Why it takes no new calls, and how long those in flight may last.
    struct Drain {
        Verdict why;
        Point until;
    };
    void run(const std::stop_token& stop);
    bool start();
    /// Whom it becomes when the kernel is root; 0 = it stays who it is.
    [[nodiscard]] uid_t ownUser() const;
    [[nodiscard]] Confinement confinement() const;
    void serve(const std::stop_token& stop);
    [[nodiscard]] int pollPatience();
    bool told(const std::stop_token& stop);
    bool readFrames();
    bool dispatch(Frame frame);
    bool dispatchReady(const Frame& frame);
    void dispatchLog(const Frame& frame);
    void rememberLog(const ConnectionServices* services, std::string_view event,
                     std::string_view fields);
    bool deliver(Frame frame);
    void readStderr();
    void ping(Point now);
    void look(Point now);
    void drain(Verdict why);
    bool drained(Point now);
    void violation(const std::string& what, std::uint64_t call = 0);
    void finish(bool stopRequested);
    DeathReport reportOf(const Ended& ended, Death death);
    std::vector<CallInFlight> callsInFlight(std::uint64_t culprit);
    [[nodiscard]] std::string redacted(std::string text);
    void die(Death death);
    void wake() const;

    const std::uint64_t generation_;
    const std::shared_ptr<const ConnectorPackage> package_;
    const WorkerOptions options_;
    const unsigned callThreads_;
    const base::TimePoint startedAt_;
    Descriptor wake_;  ///< eventfd: the thread looks at stop and kill requests
    std::atomic<std::uint64_t> memoryBytes_{0};
    std::atomic<bool> reported_{false};

    // The thread's own.
    TempFolder folder_;
    std::optional<Watchdog> watchdog_;
    std::optional<ChildProcess> child_;
    std::optional<FrameReceiver> receiver_;
    std::string stderrTail_;
    std::deque<std::string> logTail_;
    Point pingSentAt_{}, pongAt_{}, lookedAt_{};
    std::uint64_t progress_ = 0;  ///< frames that calls handed out

    std::mutex mutex_;  ///< guards what follows; never held over I/O
    std::condition_variable changed_;
    std::shared_ptr<FrameSender> sender_;
    bool ready_ = false;
    std::optional<Death> death_;
    std::optional<std::string> killWords_;
    std::uint64_t culprit_ = 0;  ///< the call it is killed for
    std::optional<Drain> drain_;
    bool retired_ = false;  ///< its planned end has come
    std::shared_ptr<Supervisor> supervisor_;
    std::string refusal_;  ///< why it could not load
    std::map<std::uint64_t, Inbox*> calls_;
    std::uint64_t lastCall_ = 0;
    /// Whose secrets it may have seen.
    std::set<std::weak_ptr<ConnectionServices>, std::owner_less<>> seen_;

    std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace tenantry::pluginhost
