/// Answers remembered by Idempotency-Key: a repeated call does nothing again and is told what the
/// first one did.
///
/// Kept in memory for kIdempotencyLife or as long as the process lives, whichever is shorter; only
/// answers of success are kept, so that a refused call may be tried again. Threads: any. Bounds:
/// kIdempotencyKeysMax; the oldest makes room.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "api/http/response.h"
#include "kernel/base/clock.h"
#include "kernel/base/guarded.h"
#include "kernel/base/result.h"

namespace tenantry::rest {

class Idempotency {
  public:
    explicit Idempotency(const base::Clock& clock) : clock_(clock) {}

    /// Nothing: the call is new and must end with finish() or forget(). Otherwise the first answer.
    /// kConflict when the key stands for another body, or the first call is still under way.
    /// `name` is account, operation and key in one.
    base::Result<std::optional<http::Response>> begin(const std::string& name,
                                                      const std::string& bodyDigest);
    void finish(const std::string& name, const http::Response& answer);
    void forget(const std::string& name);

  private:
    struct Entry {
        std::string bodyDigest;
        base::TimePoint at{};
        std::optional<http::Response> answer;
    };
    struct Known {
        std::unordered_map<std::string, Entry> entries;
        /// In the order of begin(), for the bound. Names of forgotten entries may remain in it.
        std::deque<std::string> order;
    };

    const base::Clock& clock_;
    base::Guarded<Known> known_;
};

}  // namespace tenantry::rest
