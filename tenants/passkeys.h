/// Passkeys of Tenantry's own accounts: the challenges of both ceremonies, and what is kept. Who
/// may sign in with one is Access's to say.
///
/// A challenge is made and remembered here for five minutes and works once, whatever comes of it;
/// since it is kept in the store, any node may be asked next.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: any. Errors: kUnsupported while
/// the public address can have no passkeys; kInvalidArgument with a pointer; kConflict for a
/// challenge that was used, is too old or is somebody else's, and as PasskeyStore says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/guarded.h"
#include "kernel/domain/account.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/passkeys.h"
#include "tenants/webauthn.h"

namespace tenantry::tenants {

/// What a page hands to the browser.
struct PasskeyChallenge {
    RelyingParty party;
    std::string challenge;                      ///< base64url
    std::string userHandle;                     ///< base64url; the account, for a new passkey
    std::vector<domain::Passkey> present = {};  ///< of the account; a device has one of us
};

/// What the browser gave back for a new passkey. Bytes.
struct NewPasskey {
    std::string name;
    std::string clientData;
    std::string authenticatorData;
    std::vector<std::string> transports;
};

/// What the browser gave back at a sign-in. Bytes.
struct PasskeyAnswer {
    std::string credentialId;
    std::string userHandle;
    Assertion assertion;
};

/// What an answer shows.
struct PasskeyProof {
    std::optional<domain::Passkey> passkey = std::nullopt;  ///< the one it names, if it is known
    std::uint32_t signCount = 0;
    std::string refused = {};  ///< why it proves nothing; empty: it does
    bool forged = false;       ///< the signature is wrong, or the counter went back
};

class Passkeys {
  public:
    static constexpr auto kChallengeLife = std::chrono::minutes{5};
    static constexpr std::size_t kPerAccountMax = 10;
    static constexpr std::size_t kNameMax = 100;  ///< characters
    static constexpr std::size_t kTransportsMax = 8;

    Passkeys(domain::PasskeyStore& store, domain::DocumentStore& documents,
             const base::Clock& clock);

    /// By which address browsers reach us.
    void setPublicUrl(const std::string& url);
    [[nodiscard]] base::Result<RelyingParty> party() const;

    base::Result<PasskeyChallenge> beginRegistration(const base::AccountId& account,
                                                     base::Deadline deadline);
    base::Result<domain::Passkey> finishRegistration(const base::AccountId& account,
                                                     const NewPasskey& answer,
                                                     base::Deadline deadline);
    base::Result<PasskeyChallenge> beginSignIn(base::Deadline deadline);
    /// Uses the challenge up and verifies the answer. An error only where nothing could be judged.
    base::Result<PasskeyProof> prove(const PasskeyAnswer& answer, base::Deadline deadline);
    /// Notes that a proof was used; false when its counter was used by somebody else meanwhile.
    base::Result<bool> use(const PasskeyProof& proof, base::Deadline deadline);

    base::Result<std::vector<domain::Passkey>> of(const base::AccountId& account,
                                                  base::Deadline deadline) const;
    /// The one with its new name. kNotFound.
    base::Result<domain::Passkey> rename(const base::AccountId& account, const std::string& id,
                                         const std::string& name, base::Deadline deadline);
    /// The one that was there. kNotFound.
    base::Result<domain::Passkey> remove(const base::AccountId& account, const std::string& id,
                                         base::Deadline deadline);

  private:
    base::Result<std::string> newChallenge(const std::string& owner, base::Deadline deadline);
    /// Kept for this owner, and nobody has used it: then it is used now.
    base::Result<bool> useChallenge(const std::string& challenge, const std::string& owner,
                                    base::Deadline deadline);

    domain::PasskeyStore& store_;
    domain::DocumentStore& documents_;
    const base::Clock& clock_;
    base::Guarded<std::optional<base::Result<RelyingParty>>> party_;
};

}  // namespace tenantry::tenants
