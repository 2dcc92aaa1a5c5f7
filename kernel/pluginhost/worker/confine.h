/// Takes from this process what a connector does not need. Once, before the connector is loaded and
/// while there is one thread.
#pragma once

#include "kernel/pluginhost/confinement.h"

namespace tenantry::pluginhost::worker {

/// The kernel's death is ours from now on.
void dieWithParent();
/// Nothing to say when all that this system allows was done; otherwise what a limit that must hold
/// failed on. Limits that are one of several walls (namespaces) may fail silently.
std::string confine(const Confinement& to);

}  // namespace tenantry::pluginhost::worker
