/// Server-sent events to many browsers from one thread.
///
/// A handler reserves a place with open(), the connection sends the head of the answer and hands
/// its socket over; from then on the stream costs no request thread. Each stream sees only what its
/// own `view` lets through.
///
/// Ownership: kernel/main owns the hub; it outlives the server. A stream belongs to the hub once
/// its socket is handed over. Threads: all methods from any thread; `view` and `alive` run on the
/// hub's thread ("events") and must not block.
/// Bounds: kEventStreamsMax streams (kUnavailable), kEventStreamsPerAccountMax for one account
/// (kTooMany), kEventBytesMax unsent for each: a reader that falls behind or takes nothing for
/// kEventStall is cut, and its browser comes back by itself.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Net/StreamSocket.h>

#include "kernel/base/guarded.h"
#include "kernel/base/result.h"

namespace tenantry::http {

struct Event {
    std::uint64_t id = 0;
    std::string name;
    /// One line of JSON for a stream that may see all of it.
    std::string data;
    /// What it is about, for `view` to judge (ids of organizations).
    std::vector<std::string> topics;
};

struct StreamWish {
    /// Who listens, for the limit.
    std::string account;
    /// The data of an event for this listener; nothing when it may not know of it.
    std::function<std::optional<std::string>(const Event&)> view;
    /// Asked at each heartbeat: whether the listener is still signed in.
    std::function<bool()> alive;
    /// Last-Event-ID: what was missed is sent again, or "resync" when it is no longer known.
    std::optional<std::uint64_t> lastSeen;
};

class EventHub;

/// A reserved place; gives it back when it dies without a socket.
class EventStream {
  public:
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// Hands over a socket on which the head of the answer was already sent.
    static void attach(const std::shared_ptr<EventStream>& stream, Poco::Net::StreamSocket socket);

  private:
    friend class EventHub;
    EventStream(EventHub& hub, StreamWish wish) : hub_(hub), wish_(std::move(wish)) {}

    EventHub& hub_;
    StreamWish wish_;
    std::optional<Poco::Net::StreamSocket> socket_;
    std::string unsent_;
    std::chrono::steady_clock::time_point stalledSince_{};
    bool started_ = false;
};

class EventHub {
  public:
    /// `heartbeat` makes the data of the event "hello", sent at the start and each kEventHeartbeat.
    explicit EventHub(std::function<std::string()> heartbeat);
    /// Says "bye" to each stream, closes them and ends the thread.
    ~EventHub();
    EventHub(const EventHub&) = delete;
    EventHub& operator=(const EventHub&) = delete;

    base::Result<std::shared_ptr<EventStream>> open(StreamWish wish);
    /// Tells everybody who may know. Never waits; when kEventQueueMax are still to be told, the
    /// listeners get one "resync" instead.
    void publish(std::string name, std::string data, std::vector<std::string> topics);
    void stop();
    [[nodiscard]] std::size_t streams() const;

  private:
    friend class EventStream;
    struct Inbox {
        std::deque<Event> events;
        std::vector<std::shared_ptr<EventStream>> arrivals;
        bool overflow = false;
        std::uint64_t nextId = 1;
    };
    struct Places {
        std::size_t total = 0;
        std::map<std::string, std::size_t> byAccount;
    };
    using Streams = std::vector<std::shared_ptr<EventStream>>;

    void leave(const std::string& account);
    void arrive(std::shared_ptr<EventStream> stream);
    void wake() const;
    void run(const std::stop_token& stop);
    void welcome(EventStream& stream);
    void tell(EventStream& stream, const Event& event) const;
    void takeInbox(Streams& streams);
    void beat(Streams& streams);
    void wait(const Streams& streams, std::chrono::milliseconds longest) const;
    /// False when the stream is to be dropped.
    bool flush(EventStream& stream) const;
    void sayBye(Streams& streams) const;

    std::function<std::string()> heartbeat_;
    base::Guarded<Inbox> inbox_;
    base::Guarded<Places> places_;
    /// Only the hub's thread touches it.
    std::deque<Event> ring_;
    int wakeDescriptor_ = -1;
    std::atomic<bool> stopped_ = false;
    std::jthread thread_;
};

}  // namespace tenantry::http
