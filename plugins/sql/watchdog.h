#pragma once

#include <tenantry/plugin.hpp>
#include <thread>

#include "plugins/sql/database.h"

namespace tenantry::sql {

/// Interrupts a database when the host cancels the call or its time is up: a driver that waits for
/// a silent server cannot be asked to look at a clock.
///
/// Lives on the stack of one call, and joins its thread at the end. REQUIRES: `call` and `database`
/// outlive it.
class Watchdog {
  public:
    Watchdog(const tny::Call& call, Database& database);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

  private:
    int wakeFd_;
    std::jthread thread_;
};

}  // namespace tenantry::sql
