/// A connector's memory that ends with the process: for connections that are not stored yet, for
/// tools and tests.
#pragma once

#include "kernel/domain/ports/connector.h"

namespace tenantry::pluginhost {

/// A new, empty one. Threads: any.
domain::ConnectorMemory transientMemory();

}  // namespace tenantry::pluginhost
