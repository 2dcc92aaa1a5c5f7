/// API tokens: what programs sign in with. Each is of an account, and gives at most what that
/// account may: on one organization and below, and only the permissions it names. Shown once,
/// stored as a digest.
///
/// Ownership: kernel/main. Threads: any. Errors: kNotFound outside the scope; kForbidden for a
/// permission that the asker does not hold; kInvalidArgument with a pointer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/scope.h"

namespace tenantry::tenants {

inline constexpr std::string_view kApiTokenPrefix = "tny_";
inline constexpr std::string_view kApiTokenKind = "token";
inline constexpr std::string_view kApiTokenUseKind = "token_use";

struct ApiToken {
    std::string id;  ///< the digest, shortened: stands for it; gives no access
    std::string digest;
    base::AccountId account;
    std::string name;
    std::string hint;  ///< its first characters, to know it by
    base::OrganizationId organization;
    domain::PermissionSet permissions;
    base::TimePoint createdAt{};
    base::TimePoint expiresAt{};
    std::optional<base::TimePoint> lastUsedAt = std::nullopt;
};

struct NewApiToken {
    std::string name;
    std::string organization;  ///< id or slug
    domain::PermissionSet permissions;
    base::TimePoint expiresAt{};
};

/// Nothing for a document that is none.
std::optional<ApiToken> apiTokenOf(const domain::Document& document);

class ApiTokens {
  public:
    static constexpr auto kLifeMax = std::chrono::hours{24 * 366};
    static constexpr std::size_t kPerAccountMax = 50;

    ApiTokens(domain::DocumentStore& store, domain::AccountStore& accounts,
              const base::Clock& clock);

    /// The token itself comes once, here.
    base::Result<std::pair<ApiToken, base::SecretText>> create(const domain::Operator& asker,
                                                               const NewApiToken& request,
                                                               base::Deadline deadline);
    /// One's own, and with tokens.manage those of accounts in scope.
    base::Result<std::vector<ApiToken>> list(const domain::Operator& asker,
                                             base::Deadline deadline) const;
    base::Result<ApiToken> revoke(const domain::Operator& asker, const std::string& id,
                                  base::Deadline deadline);

  private:
    domain::DocumentStore& store_;
    domain::AccountStore& accounts_;
    const base::Clock& clock_;
};

}  // namespace tenantry::tenants
