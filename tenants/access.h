/// Access: the one maker of authority. It trades a password for a session, and a session for an
/// Operator (STYLE 3.2).
///
/// Ownership: kernel/main. Threads: any. At most limits::kPasswordHashesAtOnce passwords are hashed
/// at once, so that sign-ins cannot starve the server. The time of a refused sign-in does not tell
/// whether the account exists. Errors: kUnauthenticated, the same words for every cause; kTooMany
/// when too many try at once.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/account.h"
#include "kernel/domain/ports/authority.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/scope.h"
#include "tenants/organizations.h"

namespace tenantry::tenants {

struct SignIn {
    std::string login;  ///< username or e-mail
    base::SecretText password;
    std::string remoteAddress;
    std::string userAgent;
};

struct SignedIn {
    base::SecretText token;  ///< for the cookie, or as a bearer
    std::string csrfToken;
    domain::Account account;
    base::TimePoint expiresAt{};
};

/// Who asks, for one request.
struct Authenticated {
    domain::Operator asker;
    domain::Account account;
    std::string csrfToken;
    base::TimePoint expiresAt{};
};

struct SetUp {
    base::SecretText token;
    std::string username, email, firstName, lastName;
    base::SecretText password;
    std::string platformName;
};

struct AccessParts {
    domain::AccountStore& accounts;
    domain::AccountVault& vault;
    domain::ActivityStore& activity;
    Organizations& organizations;
    const base::Clock& clock;
};

class Access final : public domain::Authority {
  public:
    explicit Access(AccessParts parts);

    base::Result<SignedIn> signIn(const SignIn& request, base::Deadline deadline);
    base::Status signOut(const base::SecretText& token, base::Deadline deadline);
    /// The session behind a token; kUnauthenticated when there is none, it expired, or the account
    /// may not sign in.
    base::Result<Authenticated> authenticate(const base::SecretText& token,
                                             const std::string& remoteAddress,
                                             base::Deadline deadline);

    // domain::Authority
    base::Result<domain::Operator> operatorNow(const base::AccountId& id,
                                               base::Deadline deadline) override;

    /// A one-time link for the first administrator. Nothing when there is an account already. An
    /// older link dies.
    base::Result<std::optional<base::SecretText>> makeSetupLink(base::Deadline deadline);
    /// Ok while the link may be used.
    base::Status checkSetup(const base::SecretText& token, base::Deadline deadline);
    /// Makes the platform and its first administrator, and uses the link up. kConflict when
    /// somebody was first.
    base::Result<domain::Account> setUp(const SetUp& request, base::Deadline deadline);

    /// Everything, for start-up, migrations and sync. The one bypass: grep finds it.
    [[nodiscard]] domain::Scope unsafeWholePlatform() const;
    /// The operator that an account would be, without a sign-in: for import and tests.
    base::Result<domain::Operator> unsafeOperatorFor(const base::AccountId& id,
                                                     base::Deadline deadline);
    /// Adds an account with a password: for import and tests. kInvalidArgument with a pointer.
    base::Status unsafeAddAccount(const domain::Account& account, const base::SecretText& password,
                                  base::Deadline deadline);

  private:
    domain::Operator operatorOf(const domain::Account& account,
                                const std::string& remoteAddress) const;
    base::Result<bool> passwordMatches(const base::SecretText& password, const std::string& hash,
                                       base::Deadline deadline);
    base::Result<std::string> hashBounded(const base::SecretText& password,
                                          base::Deadline deadline);
    base::Error refuse(const SignIn& request, const domain::Account* account, std::string_view why,
                       base::Deadline deadline);
    void noteFailure(const domain::Account& account, domain::Credentials credentials,
                     base::Deadline deadline);
    bool takeHashSlot(base::Deadline deadline);
    void giveHashSlot();

    AccessParts parts_;
    std::string
        decoyHash_;  ///< verified when there is no such account, so that the time is the same
    std::mutex hashing_;
    std::condition_variable hashingFree_;
    int hashesRunning_ = 0;
};

/// kInvalidArgument with the pointer when it is too short, too long or contains the username.
base::Status checkPassword(const base::SecretText& password, const std::string& username);

}  // namespace tenantry::tenants
