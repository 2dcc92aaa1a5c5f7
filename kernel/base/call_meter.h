/// Where calls into directories are told that no job made: an action on one user, a reading. They
/// count against the same budget as those of jobs.
///
/// Ownership: kernel/main; outlives who tells and who listens. Threads: any.
#pragma once

#include <functional>

#include "kernel/base/guarded.h"
#include "kernel/base/ids.h"

namespace tenantry::base {

class CallMeter {
  public:
    using Listener = std::function<void(const ConnectionId&, double calls)>;
    /// Null: nobody listens. Returns when the former listener is no longer called.
    void attach(Listener listener) {
        listener_.with([&](Listener& one) { one = std::move(listener); });
    }
    /// Returns soon.
    void count(const ConnectionId& connection, double calls) const {
        listener_.withShared([&](const Listener& one) {
            if (one) one(connection, calls);
        });
    }

  private:
    Guarded<Listener> listener_;
};

}  // namespace tenantry::base
