/// Bytes over one connected socket, with absolute deadlines: a peer that sends or takes one byte a
/// second gains nothing. The one place where a request meets the operating system.
///
/// Ownership: borrows the descriptor. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/deadline.h"

namespace tenantry::http {

class Wire {
  public:
    enum class Got : std::uint8_t { kBytes = 1, kEnd, kTimeout };

    explicit Wire(int descriptor) : descriptor_(descriptor) {}

    /// Appends what has arrived to `into`, waiting for at least one byte.
    Got receive(std::string& into, const base::Deadline& deadline);
    /// Whether something can be read before `deadline`; an end of the stream counts.
    bool waitReadable(const base::Deadline& deadline);
    /// All of `data`, or false: the peer is gone or too slow.
    bool send(std::string_view data, const base::Deadline& deadline);
    /// Says that no more comes, and reads what the peer still sends for at most kHttpLinger, so
    /// that it gets the last answer instead of a reset.
    void linger();

    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    int descriptor_;
    std::uint64_t sent_ = 0;
};

}  // namespace tenantry::http
