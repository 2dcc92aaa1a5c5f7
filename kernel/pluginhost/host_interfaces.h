/// What get_interface of the kernel's tny_host gives out: tny.http/1, tny.kv/1, tny.clock/1.
#pragma once

#include <string_view>

#include "kernel/pluginhost/http/egress_list.h"
#include "kernel/pluginhost/package.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost {

/// Null for an id that this host does not know. For calls that point to a HostCall.
const void* hostInterface(std::string_view id);

/// Whether this host knows the interface: what a descriptor may require.
bool offersInterface(std::string_view id);

/// Where the HTTP of one connection may go, by its descriptor and its configuration.
http::EgressList egressOf(const ConnectorPackage& package, std::string_view configJson);

}  // namespace tenantry::pluginhost
