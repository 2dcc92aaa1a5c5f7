/// Sign-in through an organization's own identity provider (OpenID Connect: discovery,
/// authorization code with PKCE, nonce).
///
/// A provider vouches for the accounts of its organization and below, and for addresses of the
/// domains it was allowed; an account is found by who the provider says it is, and the first time
/// by its verified e-mail.
///
/// Ownership: kernel/main. Threads: any. Errors: kUnauthenticated when the sign-in is refused, in
/// words that tell no more than that; kUnavailable when the provider cannot be reached.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/guarded.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/scope.h"
#include "kernel/pluginhost/http/exchange.h"
#include "tenants/access.h"
#include "tenants/accounts.h"
#include "tenants/oidc/id_token.h"

namespace tenantry::tenants {

struct IdentityProvider {
    base::OrganizationId organization;
    std::string issuer;  ///< "https://login.example", as its discovery document says it
    std::string clientId;
    base::SecretText clientSecret;     ///< empty: a public client
    std::vector<std::string> domains;  ///< of the e-mail addresses it may vouch for
    bool enabled = true;
};

struct FederationStart {
    std::string url;           ///< where the browser goes
    base::SecretText binding;  ///< stays with the browser, as a cookie
};

struct FederationParts {
    Access& access;
    Accounts& accounts;
    domain::AccountVault& vault;
    domain::DocumentStore& documents;
    Organizations& organizations;
    pluginhost::http::Exchange& http;
    const base::Clock& clock;
    /// http issuers on this machine, for tests and development.
    bool allowPlainLoopback = false;
};

class Federation {
  public:
    static constexpr auto kStateLife = std::chrono::minutes{10};

    explicit Federation(FederationParts parts);
    void setPublicUrl(std::string url);
    [[nodiscard]] std::string redirectUri() const;

    base::Result<IdentityProvider> get(const domain::Operator& asker,
                                       const base::OrganizationId& organization,
                                       base::Deadline deadline) const;
    /// A secret that is left out stays. kInvalidArgument when its discovery document cannot be
    /// read, or is another's.
    base::Result<IdentityProvider> put(const domain::Operator& asker, IdentityProvider provider,
                                       bool keepSecret, base::Deadline deadline);
    base::Status remove(const domain::Operator& asker, const base::OrganizationId& organization,
                        base::Deadline deadline);

    /// `login`: an organization's slug, or a username or e-mail. kNotFound when no provider is for
    /// it: the same for all that have none.
    base::Result<FederationStart> begin(const std::string& login, base::Deadline deadline);
    base::Result<SignedIn> finish(const std::string& state, const std::string& code,
                                  const base::SecretText& binding, const std::string& address,
                                  const std::string& userAgent, base::Deadline deadline);

  private:
    struct Discovery {
        std::string authorize, token, keys;
    };
    struct KeySet {
        base::Json keys;
        base::TimePoint at{};
    };
    base::Result<std::string> fetch(const pluginhost::http::Request& request,
                                    base::Deadline deadline);
    base::Result<Discovery> discover(const std::string& issuer, base::Deadline deadline);
    base::Result<base::Json> keysOf(const std::string& url, const std::string& keyId,
                                    base::Deadline deadline);
    base::Result<IdentityProvider> providerOf(const base::OrganizationId& organization,
                                              base::Deadline deadline) const;
    base::Result<IdentityProvider> providerFor(const std::string& login,
                                               base::Deadline deadline) const;
    base::Result<domain::Account> accountFor(const IdentityProvider& provider,
                                             const IdClaims& claims, base::Deadline deadline);
    base::Result<IdClaims> exchange(const IdentityProvider& provider, const std::string& code,
                                    const std::string& verifier, const std::string& nonce,
                                    base::Deadline deadline);

    FederationParts parts_;
    base::Guarded<std::string> publicUrl_;
    base::Guarded<std::map<std::string, KeySet>> keys_;
};

}  // namespace tenantry::tenants
