/// The configuration of a connection, with its secrets apart: what is stored and shown never holds
/// one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/descriptor.h"

namespace tenantry::tenants {

struct SplitConfig {
    std::string configJson;  ///< secrets replaced by {"$secret":"name"}
    std::map<std::string, base::SecretText> secrets;
};

/// Takes the secret fields out of `configJson`. A secret that stands there as a reference already
/// stays one. kInvalidArgument with a pointer when it is no JSON object, too long, or a secret is
/// not a text.
base::Result<SplitConfig> splitSecrets(const domain::ConnectorDescriptor& descriptor,
                                       const std::string& configJson);

/// `base` with the members of `changes` put over it; null removes a member. A secret reference in
/// `changes` is refused: it could name another connection's.
base::Result<std::string> mergeConfig(const std::string& base, const std::string& changes);

/// Whether `changes` would send a kept secret to another place than it was given for: a field that
/// says where the directory is (x-tny-endpoint; without any, those of format uri) becomes another
/// one, and the secret is not given anew. kInvalidArgument that points to the secret.
base::Status checkSecretsStay(const domain::ConnectorDescriptor& descriptor,
                              const std::string& base, const std::string& changes);

/// Without secrets and references: for answers.
std::string shownConfig(const domain::ConnectorDescriptor* descriptor,
                        const std::string& configJson);
/// The names of the secrets that have a value.
std::vector<std::string> secretsSet(const std::string& configJson);

}  // namespace tenantry::tenants
