/// How the connectors fare on this server, and what operators of the platform can do about it.
#pragma once

#include "api/rest/routes.h"
#include "kernel/domain/ports/connector_supervision.h"

namespace tenantry::rest {

/// Ownership: both outlive the router.
void addConnectorHealth(Routes& routes, const Services& services,
                        domain::ConnectorSupervision& supervision);

}  // namespace tenantry::rest
