/// Keeps what was published, for tests to look at.
///
/// Threads: any.
#pragma once

#include <mutex>
#include <vector>

#include "kernel/domain/ports/connections.h"

namespace tenantry::testing {

class FakeEvents final : public domain::EventSink {
  public:
    void publish(const domain::Event& event) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
    }
    [[nodiscard]] std::vector<domain::Event> all() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<domain::Event> events_;
};

}  // namespace tenantry::testing
