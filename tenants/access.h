/// Access: the one maker of authority. It trades a password, a link, an identity or a token for a
/// session or an Operator (STYLE 3.2).
///
/// Ownership: kernel/main; what it is given outlives it. Threads: any. The time of a refused
/// sign-in does not tell whether the account exists: each takes `refusalTime`. Errors:
/// kUnauthenticated, the same words for every cause; kTooMany when too many try at once, or one
/// address fails too often.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/account.h"
#include "kernel/domain/ports/authority.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/scope.h"
#include "tenants/accounts.h"
#include "tenants/organizations.h"
#include "tenants/passkeys.h"
#include "tenants/passwords.h"
#include "tenants/roles.h"
#include "tenants/throttle.h"

namespace tenantry::tenants {

struct SignIn {
    std::string login;  ///< username or e-mail
    base::SecretText password;
    std::string remoteAddress;
    std::string userAgent;
    std::string code = {};  ///< of the authenticator, or a recovery code; may be empty
};

struct PasskeySignIn {
    PasskeyAnswer answer;
    std::string remoteAddress;
    std::string userAgent;
};

/// What a sign-in still needs when the password was right.
enum class NextStep : std::uint8_t {
    kNone = 1,
    kCode,         ///< again, with a code
    kNewPassword,  ///< a new password, by `link`
    kEnrol,        ///< a second factor, by `link`
};
std::string_view name(NextStep step);

struct SignedIn {
    base::SecretText token;  ///< for the cookie, or as a bearer; empty unless `next` is kNone
    std::string csrfToken;
    domain::Account account;
    base::TimePoint expiresAt{};
    NextStep next = NextStep::kNone;
    base::SecretText link = {};
    std::vector<base::SecretText> recoveryCodes = {};  ///< when a second factor was just enrolled
};

/// Whether its state lets it sign in. A lockout ends by itself: Credentials::lockedUntil decides.
bool maySignIn(const domain::Account& account);

/// Who asks, for one request.
struct Authenticated {
    domain::Operator asker;
    domain::Account account;
    std::string csrfToken;
    base::TimePoint expiresAt{};
    std::string sessionDigest = {};  ///< empty for an API token
};

struct SetUp {
    base::SecretText token;
    std::string username, email, firstName, lastName;
    base::SecretText password;
    std::string platformName;
};

/// What the page behind a link shows.
struct LinkState {
    LinkPurpose purpose{};
    domain::Account account;
    std::string organization;  ///< name of its home
    Branding branding;
    bool needsPassword = false;
    bool needsCode = false;  ///< of the second factor that is enrolled
    bool mustEnrol = false;
};

struct LinkAnswer {
    base::SecretText token;
    base::SecretText password;
    std::string code;
    std::string remoteAddress;
    std::string userAgent;
};

/// What an authenticator reads. Shown once.
struct Enrolment {
    base::SecretText secret;
    base::SecretText uri;
    base::SecretText qrSvg;
};

struct ShownSession {
    std::string id;  ///< stands for it; gives no access
    domain::Session session;
};

struct AccessParts {
    domain::AccountStore& accounts;
    domain::AccountVault& vault;
    domain::ActivityStore& activity;
    Organizations& organizations;
    const base::Clock& clock;
    Accounts& portal;
    Roles& roles;
    Passwords& passwords;
    domain::DocumentStore& documents;
    Passkeys& passkeys;
    /// How long a refused sign-in takes, at least.
    std::chrono::milliseconds refusalTime{0};
    /// From one address within five minutes.
    int failuresMax = 100;
};

class Access final : public domain::Authority {
  public:
    explicit Access(AccessParts parts);

    base::Result<SignedIn> signIn(const SignIn& request, base::Deadline deadline);
    /// For an account whose identity provider has just vouched for it.
    base::Result<SignedIn> signInFederated(const base::AccountId& id, const std::string& address,
                                           const std::string& userAgent, base::Deadline deadline);
    /// What a browser needs to offer its passkeys. kTooMany for one address that asks too often.
    base::Result<PasskeyChallenge> beginPasskeySignIn(const std::string& remoteAddress,
                                                      base::Deadline deadline);
    /// As signIn(): the device has verified its user, so that it counts as both factors.
    base::Result<SignedIn> signInByPasskey(const PasskeySignIn& request, base::Deadline deadline);
    base::Status signOut(const base::SecretText& token, base::Deadline deadline);
    /// The session or API token behind a token; kUnauthenticated when there is none, it expired,
    /// or the account may not sign in.
    base::Result<Authenticated> authenticate(const base::SecretText& token,
                                             const std::string& remoteAddress,
                                             base::Deadline deadline);

    // domain::Authority
    base::Result<domain::Operator> operatorNow(const base::AccountId& id,
                                               base::Deadline deadline) override;

    // One-time links.
    base::Result<LinkState> checkLink(const base::SecretText& token, base::Deadline deadline);
    /// A new second factor, to be confirmed by a code when the link is accepted.
    base::Result<Enrolment> enrolByLink(const base::SecretText& token, base::Deadline deadline);
    base::Result<SignedIn> acceptLink(const LinkAnswer& answer, base::Deadline deadline);
    /// Mails a link for a new password, if there is such an account. Never tells.
    base::Status requestRecovery(const std::string& login, const std::string& remoteAddress,
                                 base::Deadline deadline);

    // One's own account.
    base::Status changePassword(const Authenticated& who, const base::SecretText& current,
                                const base::SecretText& wanted, base::Deadline deadline);
    base::Result<Enrolment> beginEnrolment(const Authenticated& who, base::Deadline deadline);
    base::Result<std::vector<base::SecretText>> confirmEnrolment(const Authenticated& who,
                                                                 const std::string& code,
                                                                 base::Deadline deadline);
    base::Status removeSecondFactor(const Authenticated& who, const base::SecretText& password,
                                    base::Deadline deadline);
    base::Result<std::vector<base::SecretText>> renewRecoveryCodes(const Authenticated& who,
                                                                   const base::SecretText& password,
                                                                   base::Deadline deadline);
    /// A passkey opens the account for good, so it takes the password to add one. kConflict for an
    /// account that signs in through an identity provider only.
    base::Result<PasskeyChallenge> beginPasskey(const Authenticated& who,
                                                const base::SecretText& password,
                                                base::Deadline deadline);
    base::Result<domain::Passkey> addPasskey(const Authenticated& who, const NewPasskey& answer,
                                             base::Deadline deadline);
    base::Result<std::vector<domain::Passkey>> passkeysOf(const Authenticated& who,
                                                          base::Deadline deadline);
    /// kNotFound for one that is none of the account's; so removePasskey().
    base::Result<domain::Passkey> renamePasskey(const Authenticated& who, const std::string& id,
                                                const std::string& name, base::Deadline deadline);
    base::Status removePasskey(const Authenticated& who, const std::string& id,
                               base::Deadline deadline);
    /// For whom passkeys are made here; kUnsupported, in words, where there can be none.
    [[nodiscard]] base::Result<RelyingParty> passkeyParty() const {
        return parts_.passkeys.party();
    }
    base::Result<std::vector<ShownSession>> sessionsOf(const base::AccountId& id,
                                                       base::Deadline deadline);
    /// kNotFound for an id that is none of the account's.
    base::Status endSession(const base::AccountId& id, const std::string& session,
                            base::Deadline deadline);
    base::Status endOtherSessions(const Authenticated& who, base::Deadline deadline);

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
    /// The operator that an account would be, without a sign-in: for import and tests, for work
    /// that goes on after who confirmed it has left, and to explain what somebody else may do.
    base::Result<domain::Operator> unsafeOperatorFor(const base::AccountId& id,
                                                     base::Deadline deadline);
    /// Adds an account with a password: for import and tests. kInvalidArgument with a pointer.
    base::Status unsafeAddAccount(const domain::Account& account, const base::SecretText& password,
                                  base::Deadline deadline);

  private:
    /// What an API token leaves of its owner's rights.
    struct Limit {
        base::OrganizationId organization;
        domain::PermissionSet permissions;
        std::string name;
    };
    domain::Operator operatorOf(const domain::Account& account, const std::string& remoteAddress,
                                const Limit* limit, base::Deadline deadline) const;
    base::Result<Authenticated> byApiToken(const base::SecretText& token,
                                           const std::string& remoteAddress,
                                           base::Deadline deadline);
    base::Result<SignedIn> trySignIn(const SignIn& request, base::Deadline deadline);
    base::Result<SignedIn> tryPasskey(const PasskeySignIn& request, base::Deadline deadline);
    base::Result<SignedIn> nextOf(const domain::Account& account,
                                  const domain::Credentials& credentials, NextStep next,
                                  base::Deadline deadline);
    base::Result<SignedIn> finish(const domain::Account& account, domain::Credentials credentials,
                                  const std::string& address, const std::string& userAgent,
                                  std::string words, base::Deadline deadline);
    base::Error refuse(const SignIn& request, const domain::Account* account, std::string_view why,
                       base::Deadline deadline);
    void noteFailure(const domain::Account& account, domain::Credentials credentials,
                     base::Deadline deadline);
    /// Uses a code up; false when it is wrong, or was used.
    base::Result<bool> useCode(const domain::Account& account, domain::Credentials& credentials,
                               const std::string& code, base::Deadline deadline);
    base::Result<domain::Credentials> proven(const Authenticated& who,
                                             const base::SecretText& password,
                                             base::Deadline deadline);
    Enrolment enrolmentOf(const domain::Account& account, const base::SecretText& secret) const;
    void record(const domain::Account& account, const std::string& address, std::string action,
                std::string outcome, std::string detail);

    AccessParts parts_;
    Throttle byAddress_, byAccount_, challenges_;
};

}  // namespace tenantry::tenants
