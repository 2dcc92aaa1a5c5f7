#include "api/http/event_hub.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::http {
namespace {

namespace limits = base::limits;
using Steady = std::chrono::steady_clock;

std::string frame(std::uint64_t id, std::string_view name, std::string_view data) {
    std::string out;
    if (id != 0) out += "id: " + std::to_string(id) + "\n";
    out += "event: ";
    out += name;
    out += "\ndata: ";
    // The data is JSON, in which a line break is always escaped.
    out += data;
    out += "\n\n";
    return out;
}

}  // namespace

EventStream::~EventStream() {
    hub_.leave(wish_.account);
}

void EventStream::attach(const std::shared_ptr<EventStream>& stream,
                         Poco::Net::StreamSocket socket) {
    stream->socket_ = std::move(socket);
    stream->hub_.arrive(stream);
}

EventHub::EventHub(std::function<std::string()> heartbeat)
    : heartbeat_(std::move(heartbeat)), wakeDescriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wakeDescriptor_ < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd for event streams");
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

EventHub::~EventHub() {
    stop();
    inbox_.with([](Inbox& inbox) { inbox.arrivals.clear(); });
    ::close(wakeDescriptor_);
}

void EventHub::stop() {
    if (stopped_.exchange(true)) return;
    thread_.request_stop();
    wake();
    thread_.join();
}

void EventHub::wake() const {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full, and then the thread is awake anyway.
    [[maybe_unused]] const ssize_t put = ::write(wakeDescriptor_, &one, sizeof one);
}

base::Result<std::shared_ptr<EventStream>> EventHub::open(StreamWish wish) {
    base::Status room = places_.with([&](Places& places) -> base::Status {
        if (places.total >= limits::kEventStreamsMax) {
            auto full = base::unavailable("Too many pages listen for changes. Try again later.");
            full.retryAfter = std::chrono::seconds(30);
            return full;
        }
        std::size_t& own = places.byAccount[wish.account];
        if (own >= limits::kEventStreamsPerAccountMax) {
            auto full = base::tooMany("You have too many pages open that listen for changes.");
            full.retryAfter = std::chrono::seconds(30);
            return full;
        }
        ++own;
        ++places.total;
        return base::ok();
    });
    TNY_CHECKED(std::move(room));
    return std::shared_ptr<EventStream>(new EventStream(*this, std::move(wish)));
}

void EventHub::leave(const std::string& account) {
    places_.with([&](Places& places) {
        --places.total;
        const auto own = places.byAccount.find(account);
        if (own != places.byAccount.end() && --own->second == 0) places.byAccount.erase(own);
    });
}

void EventHub::arrive(std::shared_ptr<EventStream> stream) {
    inbox_.with([&](Inbox& inbox) { inbox.arrivals.push_back(std::move(stream)); });
    wake();
}

void EventHub::publish(std::string name, std::string data, std::vector<std::string> topics) {
    inbox_.with([&](Inbox& inbox) {
        if (inbox.events.size() >= limits::kEventQueueMax) {
            inbox.overflow = true;
            return;
        }
        inbox.events.push_back(
            Event{inbox.nextId++, std::move(name), std::move(data), std::move(topics)});
    });
    wake();
}

std::size_t EventHub::streams() const {
    return places_.withShared([](const Places& places) { return places.total; });
}

void EventHub::tell(EventStream& stream, const Event& event) const {
    if (const auto data = stream.wish_.view(event)) {
        stream.unsent_ += frame(event.id, event.name, *data);
    }
}

void EventHub::welcome(EventStream& stream) {
    stream.started_ = true;
    stream.unsent_ += "retry: 2000\n\n" + frame(0, "hello", heartbeat_());
    if (!stream.wish_.lastSeen) return;
    const std::uint64_t last = *stream.wish_.lastSeen;
    const bool known =
        ring_.empty() ? last == 0 : last + 1 >= ring_.front().id && last <= ring_.back().id;
    if (!known) {
        stream.unsent_ += frame(0, "resync", "{}");
        return;
    }
    for (const Event& event : ring_) {
        if (event.id > last) tell(stream, event);
    }
}

void EventHub::takeInbox(Streams& streams) {
    Inbox taken = inbox_.with([](Inbox& inbox) {
        Inbox out;
        std::swap(out.events, inbox.events);
        std::swap(out.arrivals, inbox.arrivals);
        std::swap(out.overflow, inbox.overflow);
        return out;
    });
    for (auto& stream : taken.arrivals) {
        welcome(*stream);
        streams.push_back(std::move(stream));
    }
    for (Event& event : taken.events) {
        for (const auto& stream : streams) tell(*stream, event);
        ring_.push_back(std::move(event));
        if (ring_.size() > limits::kEventRingMax) ring_.pop_front();
    }
    if (taken.overflow) {
        for (const auto& stream : streams) stream->unsent_ += frame(0, "resync", "{}");
    }
}

void EventHub::beat(Streams& streams) {
    const std::string hello = frame(0, "hello", heartbeat_());
    std::erase_if(streams, [&](const std::shared_ptr<EventStream>& stream) {
        if (!stream->wish_.alive()) return true;
        stream->unsent_ += hello;
        return false;
    });
}

bool EventHub::flush(EventStream& stream) const {
    const int descriptor = stream.socket_->impl()->sockfd();
    // A listener has nothing to say; what it sends is dropped, its end is noticed.
    char dropped[256];
    const ssize_t got = ::recv(descriptor, dropped, sizeof dropped, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        return false;
    }
    while (!stream.unsent_.empty()) {
        const ssize_t put = ::send(descriptor, stream.unsent_.data(), stream.unsent_.size(),
                                   MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put > 0) {
            stream.unsent_.erase(0, static_cast<std::size_t>(put));
            stream.stalledSince_ = {};
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
        if (stream.stalledSince_ == Steady::time_point{}) stream.stalledSince_ = Steady::now();
        return stream.unsent_.size() <= limits::kEventBytesMax &&
               Steady::now() - stream.stalledSince_ < limits::kEventStall;
    }
    return true;
}

void EventHub::wait(const Streams& streams, std::chrono::milliseconds longest) const {
    std::vector<pollfd> entries;
    entries.reserve(streams.size() + 1);
    entries.push_back({wakeDescriptor_, POLLIN, 0});
    for (const auto& stream : streams) {
        const short events = stream->unsent_.empty() ? POLLIN : POLLIN | POLLOUT;
        entries.push_back({stream->socket_->impl()->sockfd(), events, 0});
    }
    ::poll(entries.data(), entries.size(), static_cast<int>(longest.count()));
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wakeDescriptor_, &count, sizeof count);
}

void EventHub::sayBye(Streams& streams) const {
    for (const auto& stream : streams) {
        stream->unsent_ += frame(0, "bye", "{}");
        flush(*stream);
    }
    streams.clear();
}

void EventHub::run(const std::stop_token& stop) {
    Streams streams;
    auto nextBeat = Steady::now() + limits::kEventHeartbeat;
    while (!stop.stop_requested()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(nextBeat - Steady::now());
        wait(streams,
             std::clamp(left, std::chrono::milliseconds(0), std::chrono::milliseconds(1000)));
        takeInbox(streams);
        if (Steady::now() >= nextBeat) {
            beat(streams);
            nextBeat = Steady::now() + limits::kEventHeartbeat;
        }
        const std::size_t before = streams.size();
        std::erase_if(streams, [this](const auto& stream) { return !flush(*stream); });
        if (streams.size() < before) {
            base::log(base::LogLevel::kDebug, "event_streams_ended",
                      {{"ended", before - streams.size()}, {"left", streams.size()}});
        }
    }
    sayBye(streams);
}

}  // namespace tenantry::http
