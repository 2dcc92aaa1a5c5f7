/// Where connectors' small memories are kept (ConnectorMemory in connector.h, "tny.kv/1").
/// kernel/store implements it beside the ports of stores.h, under the same contract.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/deadline.h"
#include "kernel/base/ids.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

/// What connectors remember of their connections. Gone with the connection. Threads: any.
class ConnectorMemoryStore {
  public:
    virtual ~ConnectorMemoryStore() = default;
    /// kNotFound when nothing is kept under `key`.
    virtual base::Result<std::string> memory(const base::ConnectionId& id, std::string_view key,
                                             base::Deadline deadline) = 0;
    /// Any bytes. kTooMany when keys and values together would exceed
    /// ConnectorMemory::kBytesMax; kInvalidArgument for a key of no or too many bytes; kNotFound
    /// when the connection is not there.
    virtual base::Status putMemory(const base::ConnectionId& id, std::string_view key,
                                   std::string_view value, base::Deadline deadline) = 0;
    /// Not an error when nothing is kept under it.
    virtual base::Status removeMemory(const base::ConnectionId& id, std::string_view key,
                                      base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
