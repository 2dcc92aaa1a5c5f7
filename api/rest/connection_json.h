/// A connection in JSON, and what the connection resources share.
#pragma once

#include <optional>
#include <string>

#include "api/rest/body.h"
#include "api/rest/routes.h"
#include "api/rest/write.h"

namespace tenantry::rest {

inline constexpr std::string_view kConnectionPattern = "/api/v1/connections/{id}";

/// Connection; `firstRun` with the member of that name. The configuration is shown only to whoever
/// may manage it.
void writeConnection(JsonWriter& out, const Services& services, const domain::Operator& asker,
                     const tenants::ShownConnection& one, const sync::Run* firstRun = nullptr);
/// An answer with it and its ETag.
http::Response connectionResponse(const Services& services, const Call& call, int status,
                                  const tenants::ShownConnection& one,
                                  const sync::Run* firstRun = nullptr);
inline base::ConnectionId connectionIdOf(const Call& call) {
    return base::ConnectionId(call.request.parameter("id"));
}
/// The connection of the path, when the asker may manage it; kForbidden names the permission.
base::Result<tenants::ShownConnection> managedConnection(const Services& services,
                                                         const Call& call);
/// The full id of a connector, also when only its last word is given ("ldap").
std::string connectorId(const Services& services, const std::string& given);

}  // namespace tenantry::rest
