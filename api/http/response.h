/// What a handler gives back: a status, headers, and one of four bodies.
///
/// Threads: a value, made by one thread and sent by the same.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/http/headers.h"
#include "kernel/base/result.h"

namespace tenantry::http {

class EventStream;

/// Where a streamed answer is written to. Each call is one chunk.
class ChunkSink {
  public:
    virtual ~ChunkSink() = default;
    /// kUnavailable once the client is gone or too slow: stop then.
    virtual base::Status write(std::string_view data) = 0;
};

/// Writes the body piece by piece. An error cuts the connection, so that the client sees that the
/// answer is not whole.
using Streamed = std::function<base::Status(ChunkSink&)>;
/// A body kept by somebody else for as long as it is needed (static files).
using SharedBody = std::shared_ptr<const std::string>;
/// The socket leaves the request threads and belongs to the EventHub.
using EventBody = std::shared_ptr<EventStream>;

class Response {
  public:
    explicit Response(int status) : status_(status) {}

    static Response json(int status, std::string body);
    static Response text(int status, std::string contentType, std::string body);
    static Response empty(int status) { return Response(status); }
    static Response streamed(std::string contentType, Streamed body);
    static Response shared(int status, std::string contentType, SharedBody body);
    static Response events(EventBody stream);

    Response& header(std::string name, std::string value) {
        headers_.set(std::move(name), std::move(value));
        return *this;
    }
    Response& addHeader(std::string name, std::string value) {
        headers_.add(std::move(name), std::move(value));
        return *this;
    }
    /// A part of Server-Timing.
    Response& timing(std::string name, double milliseconds) {
        timings_.emplace_back(std::move(name), milliseconds);
        return *this;
    }
    /// Closes the connection after this answer.
    Response& close() {
        close_ = true;
        return *this;
    }

    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] const Headers& headers() const { return headers_; }
    [[nodiscard]] Headers& headers() { return headers_; }
    [[nodiscard]] bool closes() const { return close_; }
    [[nodiscard]] const auto& timings() const { return timings_; }
    /// The body when it is in memory; empty otherwise.
    [[nodiscard]] std::string_view body() const;
    [[nodiscard]] const Streamed* stream() const { return std::get_if<Streamed>(&body_); }
    [[nodiscard]] const EventBody* eventStream() const { return std::get_if<EventBody>(&body_); }

  private:
    int status_;
    Headers headers_;
    std::vector<std::pair<std::string, double>> timings_;
    bool close_ = false;
    std::variant<std::string, SharedBody, Streamed, EventBody> body_;
};

/// The reason phrase of a status.
std::string_view reasonPhrase(int status);

}  // namespace tenantry::http
