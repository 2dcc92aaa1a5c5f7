/// A filter of system calls (seccomp) for this process and all its threads, for good.
#pragma once

namespace tenantry::pluginhost::worker {

struct CallRules {
    bool network = false;     ///< socket() is allowed
    bool threadsOnly = true;  ///< fork and exec are refused
};

/// A refused call fails with EACCES. False when the system does not take the filter.
/// REQUIRES: no_new_privs.
bool filterCalls(const CallRules& rules);

}  // namespace tenantry::pluginhost::worker
