#include "tenants/passkeys.h"

#include "kernel/base/crypto.h"
#include "tenants/oidc/id_token.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Passkey;

namespace {

constexpr const char* kChallengeKind = "passkey_challenge";
/// Whose a challenge is that is for whoever signs in: no account has this id.
constexpr const char* kSignIn = "sign-in";

std::string idOf(std::string_view credentialId) {
    return base::digestHex("passkey " + std::string(credentialId));
}
std::string handleOf(const base::AccountId& account) {
    return account.text();
}

std::size_t charactersOf(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
    return count;
}
base::Status checkName(const std::string& name) {
    if (name.empty() || charactersOf(name) > Passkeys::kNameMax)
        return base::invalidArgument("A passkey's name has 1 to 100 characters.", "/name");
    return base::ok();
}

}  // namespace

Passkeys::Passkeys(domain::PasskeyStore& store, domain::DocumentStore& documents,
                   const base::Clock& clock)
    : store_(store), documents_(documents), clock_(clock) {}

void Passkeys::setPublicUrl(const std::string& url) {
    auto party = relyingPartyOf(url);
    party_.with([&](auto& kept) { kept = std::move(party); });
}

base::Result<RelyingParty> Passkeys::party() const {
    auto known = party_.withShared([](const auto& kept) { return kept; });
    if (!known) return base::unsupported("Passkeys are not ready: the server is starting.");
    return std::move(*known);
}

base::Result<std::string> Passkeys::newChallenge(const std::string& owner, Deadline deadline) {
    auto challenge = base::randomToken();
    TNY_CHECKED(documents_.addDocument({kChallengeKind,
                                        base::digestHex(challenge),
                                        owner,
                                        "{}",
                                        {},
                                        clock_.now() + kChallengeLife},
                                       deadline));
    return challenge;
}

base::Result<bool> Passkeys::useChallenge(const std::string& challenge, const std::string& owner,
                                          Deadline deadline) {
    const auto id = base::digestHex(challenge);
    const auto kept = documents_.document(kChallengeKind, id, deadline);
    if (!kept) {
        if (kept.error().code == base::ErrorCode::kNotFound) return false;
        return kept.error();
    }
    // Somebody else's stays as it is: nobody can use up what they were not given.
    if (kept->owner != owner) return false;
    const auto removed = documents_.removeDocument(kChallengeKind, id, deadline);
    if (!removed) {
        if (removed.error().code == base::ErrorCode::kNotFound) return false;
        return removed.error();
    }
    return kept->expiresAt && clock_.now() < *kept->expiresAt;
}

base::Result<PasskeyChallenge> Passkeys::beginRegistration(const base::AccountId& account,
                                                           Deadline deadline) {
    PasskeyChallenge out;
    TNY_TRY(out.party, party());
    TNY_TRY(out.present, store_.passkeysOf(account, deadline));
    if (out.present.size() >= kPerAccountMax)
        return base::conflict("You have " + std::to_string(kPerAccountMax) +
                              " passkeys already. Delete one that is not in use.");
    TNY_TRY(out.challenge, newChallenge(account.text(), deadline));
    out.userHandle = toBase64Url(handleOf(account));
    return out;
}

base::Result<Passkey> Passkeys::finishRegistration(const base::AccountId& account,
                                                   const NewPasskey& answer, Deadline deadline) {
    TNY_TRY(const auto where, party());
    TNY_CHECKED(checkName(answer.name));
    const auto challenge = challengeIn(answer.clientData).value_or("");
    TNY_TRY(const bool ours, useChallenge(challenge, account.text(), deadline));
    if (!ours) return base::conflict("This took too long, or was done already. Begin again.");
    TNY_CHECKED(checkClientData(answer.clientData, Ceremony::kCreate, challenge, where));
    TNY_TRY(const auto made, checkNewCredential(answer.authenticatorData, where));
    Passkey out;
    out.id = idOf(made.id);
    out.account = account;
    out.credentialId = toBase64Url(made.id);
    out.publicKey = toBase64Url(made.publicKey);
    out.algorithm = made.algorithm;
    out.signCount = made.signCount;
    out.name = answer.name;
    out.transports = answer.transports;
    out.createdAt = clock_.now();
    TNY_CHECKED(store_.addPasskey(out, kPerAccountMax, deadline));
    return out;
}

base::Result<PasskeyChallenge> Passkeys::beginSignIn(Deadline deadline) {
    PasskeyChallenge out;
    TNY_TRY(out.party, party());
    TNY_TRY(out.challenge, newChallenge(kSignIn, deadline));
    return out;
}

base::Result<PasskeyProof> Passkeys::prove(const PasskeyAnswer& answer, Deadline deadline) {
    TNY_TRY(const auto where, party());
    PasskeyProof out;
    const auto refuse = [&](std::string why) {
        out.refused = std::move(why);
        return out;
    };
    const auto& assertion = answer.assertion;
    const auto challenge = challengeIn(assertion.clientData).value_or("");
    TNY_TRY(const bool ours, useChallenge(challenge, kSignIn, deadline));
    auto found = store_.passkey(idOf(answer.credentialId), deadline);
    if (!found && found.error().code != base::ErrorCode::kNotFound) return found.error();
    if (!found) return refuse("no such passkey");
    out.passkey = std::move(*found);
    if (!ours) return refuse("the challenge is not ours, was used, or is too old");
    const auto page = checkClientData(assertion.clientData, Ceremony::kGet, challenge, where);
    if (!page) return refuse(page.error().message);
    if (answer.userHandle != handleOf(out.passkey->account))
        return refuse("the passkey is of another account");
    const auto key = fromBase64Url(out.passkey->publicKey);
    const auto count = checkAssertion(assertion, out.passkey->algorithm, key.value_or(""), where);
    if (!count) {
        out.forged = true;
        return refuse(count.error().message);
    }
    out.signCount = *count;
    if (!domain::countsUp(out.passkey->signCount, out.signCount)) {
        out.forged = true;
        return refuse("the passkey's counter went back: it may have been copied");
    }
    return out;
}

base::Result<bool> Passkeys::use(const PasskeyProof& proof, Deadline deadline) {
    const auto used = store_.usePasskey(proof.passkey->id, proof.signCount, clock_.now(), deadline);
    if (used) return true;
    const auto code = used.error().code;
    if (code == base::ErrorCode::kConflict || code == base::ErrorCode::kNotFound) return false;
    return used.error();
}

base::Result<std::vector<Passkey>> Passkeys::of(const base::AccountId& account,
                                                Deadline deadline) const {
    return store_.passkeysOf(account, deadline);
}

base::Result<Passkey> Passkeys::rename(const base::AccountId& account, const std::string& id,
                                       const std::string& name, Deadline deadline) {
    TNY_CHECKED(checkName(name));
    TNY_CHECKED(store_.renamePasskey(account, id, name, deadline));
    return store_.passkey(id, deadline);
}

base::Result<Passkey> Passkeys::remove(const base::AccountId& account, const std::string& id,
                                       Deadline deadline) {
    TNY_TRY(auto found, store_.passkey(id, deadline));
    TNY_CHECKED(store_.removePasskey(account, id, deadline));
    return found;
}

}  // namespace tenantry::tenants
