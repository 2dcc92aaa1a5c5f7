/// Sending and receiving frames on one non-blocking socket.
///
/// FrameSender threads: any at once. No lock is held over I/O: who finds nobody sending sends, for
/// all. FrameReceiver threads: one at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "kernel/pluginhost/wire.h"

namespace tenantry::pluginhost {

enum class Urgency : std::uint8_t { kNormal = 1, kUrgent };

class FrameSender {
  public:
    using Point = std::chrono::steady_clock::time_point;

    /// The caller keeps `fd` open for as long as this lives.
    explicit FrameSender(int fd) : fd_(fd) {}
    /// Sends the frame, after what is queued before it; an urgent one overtakes those that are not.
    /// Another thread may be the one that does it. False when the other end is gone, or does not
    /// take bytes before `deadline`: the channel is broken from then on.
    bool send(std::string frame, Urgency urgency, Point deadline);
    /// Waits until nothing is queued any more, or until `until`.
    void settle(Point until);
    /// Bytes that wait to be sent.
    [[nodiscard]] std::size_t queuedBytes();

  private:
    bool pump(Point deadline);
    bool writeAll(const std::string& frame, Point deadline);
    std::optional<std::string> nextFrame();

    const int fd_;
    std::mutex mutex_;
    std::condition_variable settled_;
    std::deque<std::string> urgent_, normal_;
    std::size_t queuedBytes_ = 0;
    bool sending_ = false;
    bool broken_ = false;
};

class FrameReceiver {
  public:
    enum class Status : std::uint8_t { kFrame = 1, kNothing, kClosed, kViolation };
    explicit FrameReceiver(int fd) : fd_(fd) {}
    /// The next frame that is whole, reading what is there without waiting.
    Status next(Frame& frame);

  private:
    const int fd_;
    FrameParser parser_;
};

}  // namespace tenantry::pluginhost
