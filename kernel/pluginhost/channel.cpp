#include "kernel/pluginhost/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tenantry::pluginhost {

namespace {

/// Waits until `fd` takes bytes. False at the deadline or when the other end is gone.
bool awaitWritable(int fd, FrameSender::Point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                              deadline - std::chrono::steady_clock::now())
                              .count();
        if (left <= 0) return false;
        pollfd one{fd, POLLOUT, 0};
        const int n = ::poll(&one, 1, static_cast<int>(std::min<long>(left, 60'000)));
        if (n > 0) return (one.revents & POLLOUT) != 0;
        if (n < 0 && errno != EINTR) return false;
    }
}

}  // namespace

bool FrameSender::send(std::string frame, Urgency urgency, Point deadline) {
    {
        const std::lock_guard lock(mutex_);
        if (broken_) return false;
        queuedBytes_ += frame.size();
        (urgency == Urgency::kUrgent ? urgent_ : normal_).push_back(std::move(frame));
        if (sending_) return true;
        sending_ = true;
    }
    return pump(deadline);
}

void FrameSender::settle(Point until) {
    std::unique_lock lock(mutex_);
    settled_.wait_until(lock, until, [&] { return !sending_; });
}

std::size_t FrameSender::queuedBytes() {
    const std::lock_guard lock(mutex_);
    return queuedBytes_;
}

std::optional<std::string> FrameSender::nextFrame() {
    const std::lock_guard lock(mutex_);
    auto& queue = urgent_.empty() ? normal_ : urgent_;
    if (queue.empty()) {
        sending_ = false;
        settled_.notify_all();
        return std::nullopt;
    }
    std::string frame = std::move(queue.front());
    queue.pop_front();
    queuedBytes_ -= frame.size();
    return frame;
}

bool FrameSender::pump(Point deadline) {
    while (auto frame = nextFrame()) {
        const bool sent = writeAll(*frame, deadline);
        ::explicit_bzero(frame->data(), frame->size());  // it may have carried a secret
        if (sent) continue;
        const std::lock_guard lock(mutex_);
        broken_ = true;
        sending_ = false;
        settled_.notify_all();
        return false;
    }
    return true;
}

bool FrameSender::writeAll(const std::string& frame, Point deadline) {
    std::size_t at = 0;
    while (at < frame.size()) {
        const auto n = ::send(fd_, frame.data() + at, frame.size() - at, MSG_NOSIGNAL);
        if (n >= 0) {
            at += static_cast<std::size_t>(n);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!awaitWritable(fd_, deadline)) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

FrameReceiver::Status FrameReceiver::next(Frame& frame) {
    std::array<char, 64 * 1024> buffer;
    for (;;) {
        if (auto whole = parser_.next()) {
            frame = std::move(*whole);
            return Status::kFrame;
        }
        if (parser_.broken()) return Status::kViolation;
        const auto n = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (n > 0) {
            parser_.feed(buffer.data(), static_cast<std::size_t>(n));
        } else if (n == 0) {
            return Status::kClosed;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return Status::kNothing;
        } else if (errno != EINTR) {
            return Status::kClosed;
        }
    }
}

}  // namespace tenantry::pluginhost
