// Passkeys: what real Chromium gave is accepted, and everything that is not quite it is refused.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "kernel/base/limits.h"
#include "tenants/oidc/id_token.h"
#include "tests/fakes/soft_authenticator.h"
#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using base::ErrorCode;
using base::SecretText;
using testing::SoftAuthenticator;
using testing::soon;
using testing::World;

base::Json recorded() {
    std::ifstream in("tests/data/webauthn/chromium.json");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return base::Json::parse(text).value();
}
std::string bytesOf(const base::Json& value) {
    return fromBase64Url(value.stringOr("")).value();
}
/// With one bit of it turned.
std::string spoilt(std::string bytes, std::size_t at) {
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    return bytes;
}

TEST(WebAuthn, WhatChromiumGaveIsVerifiedForEveryAlgorithm) {
    const auto all = recorded();
    const RelyingParty party{all["rp_id"].stringOr(""), all["origin"].stringOr("")};
    const auto challenge = all["challenge"].stringOr("");
    ASSERT_EQ(all["passkeys"].size(), std::size(kAlgorithms));
    for (const auto& one : all["passkeys"].items()) {
        const auto created = one["created"];
        const auto clientData = bytesOf(created["client_data"]);
        EXPECT_EQ(challengeIn(clientData), challenge);
        const auto page = checkClientData(clientData, Ceremony::kCreate, challenge, party);
        EXPECT_TRUE(page) << page.error().text();
        const auto made = checkNewCredential(bytesOf(created["authenticator_data"]), party);
        ASSERT_TRUE(made) << made.error().text();
        EXPECT_EQ(made->algorithm, one["algorithm"].asInt());
        EXPECT_EQ(toBase64Url(made->id), one["id"].stringOr(""));
        EXPECT_EQ(made->signCount, 1U);

        const auto used = one["used"];
        const Assertion assertion{bytesOf(used["client_data"]), bytesOf(used["authenticator_data"]),
                                  bytesOf(used["signature"])};
        EXPECT_TRUE(checkClientData(assertion.clientData, Ceremony::kGet, challenge, party));
        const auto count = checkAssertion(assertion, made->algorithm, made->publicKey, party);
        ASSERT_TRUE(count) << count.error().text();
        EXPECT_EQ(*count, 2U);

        for (auto wrong : {Assertion{spoilt(assertion.clientData, 30), assertion.authenticatorData,
                                     assertion.signature},
                           Assertion{assertion.clientData, spoilt(assertion.authenticatorData, 36),
                                     assertion.signature},
                           Assertion{assertion.clientData, assertion.authenticatorData,
                                     spoilt(assertion.signature, 20)},
                           Assertion{assertion.clientData, assertion.authenticatorData, ""},
                           Assertion{assertion.clientData, "short", assertion.signature}})
            EXPECT_FALSE(checkAssertion(wrong, made->algorithm, made->publicKey, party));
        EXPECT_FALSE(checkAssertion(assertion, made->algorithm, made->publicKey,
                                    {"portal.example", party.origin}));
        EXPECT_FALSE(checkAssertion(assertion, made->algorithm,
                                    spoilt(made->publicKey, made->publicKey.size() / 2), party));
        EXPECT_FALSE(checkAssertion(assertion, 0, made->publicKey, party));
        EXPECT_FALSE(checkAssertion(assertion, made->algorithm, "", party));
    }
}

TEST(WebAuthn, ClientDataOfAnythingElseIsRefused) {
    const RelyingParty party{"portal.example", "https://portal.example"};
    const auto judged = [&](const std::string& json, Ceremony ceremony = Ceremony::kGet) {
        return checkClientData(json, ceremony, "abc", party).has_value();
    };
    const std::string good =
        R"({"type":"webauthn.get","challenge":"abc","origin":"https://portal.example"})";
    EXPECT_TRUE(judged(good));
    EXPECT_FALSE(judged(good, Ceremony::kCreate));
    for (
        const char* wrong :
        {"", "[]", "null", "{}", "{\"type\":\"webauthn.get\"",
         R"({"type":"webauthn.get","challenge":"abd","origin":"https://portal.example"})",
         R"({"type":"webauthn.get","challenge":"","origin":"https://portal.example"})",
         R"({"type":"webauthn.get","challenge":"abc","origin":"http://portal.example"})",
         R"({"type":"webauthn.get","challenge":"abc","origin":"https://portal.example:444"})",
         R"({"type":"webauthn.get","challenge":"abc","origin":"https://portal.example.evil"})",
         R"({"type":"webauthn.get","challenge":"abc","origin":"https://www.portal.example"})",
         R"({"type":"webauthn.get","challenge":"abc","origin":null})",
         R"({"type":"webauthn.get","challenge":"abc","origin":"https://portal.example","crossOrigin":true})",
         R"({"type":"webauthn.get","challenge":"abc","origin":"https://portal.example","topOrigin":"https://x.example"})"})
        EXPECT_FALSE(judged(wrong)) << wrong;
    EXPECT_FALSE(judged(good + std::string(kClientDataBytesMax, ' ')));
}

TEST(WebAuthn, AuthenticatorDataIsReadWholeOrNotAtAll) {
    const RelyingParty party{"portal.example", "https://portal.example"};
    SoftAuthenticator device(party.id, party.origin);
    const auto good = device.create("abc").authenticatorData;
    EXPECT_TRUE(checkNewCredential(good, party));
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(checkNewCredential(good.substr(0, size), party)) << size;
    EXPECT_FALSE(checkNewCredential(good, {"other.example", party.origin}));
    device.verifiesUser = false;
    const auto unverified = checkNewCredential(device.create("abc").authenticatorData, party);
    ASSERT_FALSE(unverified);
    EXPECT_EQ(unverified.error().pointer, "/authenticator_data");
    device.verifiesUser = true;
    device.credentialId = std::string(kCredentialIdBytesMax + 1, 'x');
    EXPECT_FALSE(checkNewCredential(device.create("abc").authenticatorData, party));
}

TEST(WebAuthn, TheRelyingPartyIsThePublicAddress) {
    const std::pair<const char*, RelyingParty> good[] = {
        {"https://portal.example", {"portal.example", "https://portal.example"}},
        {"https://Portal.Example:8443/x", {"portal.example", "https://portal.example:8443"}},
        {"https://portal.example:443/", {"portal.example", "https://portal.example"}},
        {"http://localhost:8080", {"localhost", "http://localhost:8080"}},
        {"http://127.0.0.1:8080", {"localhost", "http://localhost:8080"}},
        {"http://[::1]:8080", {"localhost", "http://localhost:8080"}},
    };
    for (const auto& [url, expected] : good) {
        const auto party = relyingPartyOf(url);
        ASSERT_TRUE(party) << url << ": " << party.error().text();
        EXPECT_EQ(party->id, expected.id) << url;
        EXPECT_EQ(party->origin, expected.origin) << url;
    }
    for (const char* url :
         {"", "portal.example", "ftp://portal.example", "http://portal.example",
          "https://192.0.2.7", "http://192.0.2.7:8080", "https://[2001:db8::1]"}) {
        const auto party = relyingPartyOf(url);
        ASSERT_FALSE(party) << url;
        EXPECT_EQ(party.error().code, ErrorCode::kUnsupported);
    }
}

/// Ada of north, with a device of hers.
class PasskeySignInTest : public ::testing::Test {
  protected:
    static constexpr const char* kPassword = "correct horse battery";

    PasskeySignInTest() {
        world_.openPortal();
        account_ = add("ada");
    }
    domain::Account add(const std::string& username) {
        domain::Account out;
        out.id = base::AccountId(base::newUuid());
        out.home = world_.organizationId("north");
        out.username = username;
        out.email = username + "@msp.example";
        out.grants = {{"help_desk", out.home}};
        EXPECT_TRUE(world_.access.unsafeAddAccount(out, SecretText(kPassword), soon()));
        return world_.store.account(out.id, soon()).value();
    }
    Authenticated signedIn(const std::string& username) {
        const auto session =
            world_.access.signIn({username, SecretText(kPassword), "", ""}, soon()).value();
        return world_.access.authenticate(session.token, "192.0.2.1", soon()).value();
    }
    base::Result<domain::Passkey> enrol(const std::string& username, SoftAuthenticator& device) {
        const auto who = signedIn(username);
        const auto begun = world_.access.beginPasskey(who, SecretText(kPassword), soon());
        if (!begun) return begun.error();
        return world_.access.addPasskey(who, device.create(begun->challenge), soon());
    }
    std::string challenge() {
        return world_.access.beginPasskeySignIn("192.0.2.9", soon()).value().challenge;
    }
    base::Result<SignedIn> signIn(PasskeyAnswer answer) {
        return world_.access.signInByPasskey({std::move(answer), "192.0.2.9", "test"}, soon());
    }
    base::Result<SignedIn> signIn() { return signIn(device_.get(challenge(), handle())); }
    std::string handle() const { return account_.id.text(); }
    /// Why the newest entry says that a sign-in was refused.
    std::string whyRefused() {
        const auto all = world_.store.activities();
        for (auto one = all.rbegin(); one != all.rend(); ++one)
            if (one->action == "session.create")
                return one->outcome == "refused" ? one->detail : "(" + one->outcome + ")";
        return "(nothing)";
    }
    domain::Account now() { return world_.store.account(account_.id, soon()).value(); }
    void change(const std::function<void(domain::Account&)>& how) {
        ASSERT_TRUE(world_.kit.accounts.update(account_.id, how, soon()));
    }

    World world_;
    SoftAuthenticator device_{"portal.example", "https://portal.example"};
    domain::Account account_;
};

TEST_F(PasskeySignInTest, OpensASessionWithoutNamePasswordOrCode) {
    ASSERT_TRUE(enrol("ada", device_));
    change([](auto& one) { one.mfaRequired = true; });
    const auto session = signIn();
    ASSERT_TRUE(session) << session.error().text();
    EXPECT_EQ(session->next, NextStep::kNone);
    const auto who = world_.access.authenticate(session->token, "192.0.2.9", soon());
    ASSERT_TRUE(who);
    EXPECT_EQ(who->account.id, account_.id);
    const auto kept = world_.kit.passkeys.of(account_.id, soon()).value();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].lastUsedAt, world_.clock.now());
    EXPECT_EQ(kept[0].signCount, 2U);
    const auto entry = world_.store.activities().back();
    EXPECT_EQ(entry.action, "session.create");
    EXPECT_EQ(entry.outcome, "done");
    EXPECT_EQ(entry.detail, "Signed in with the passkey Laptop.");
    EXPECT_EQ(entry.remoteAddress, "192.0.2.9");
}

TEST_F(PasskeySignInTest, EveryRefusalSaysTheSame) {
    ASSERT_TRUE(enrol("ada", device_));
    const auto known = challenge();
    auto forged = device_.get(known, handle());
    forged.assertion.signature = spoilt(forged.assertion.signature, 30);
    auto unknown = device_.get(challenge(), handle());
    unknown.credentialId = "another";
    const auto one = signIn(forged);
    const auto two = signIn(unknown);
    change([](auto& account) { account.status = domain::UserStatus::kSuspended; });
    const auto three = signIn();
    EXPECT_EQ(whyRefused(), "the account may not sign in");
    ASSERT_FALSE(one || two || three);
    EXPECT_EQ(one.error().code, ErrorCode::kUnauthenticated);
    EXPECT_EQ(one.error().text(), two.error().text());
    EXPECT_EQ(one.error().text(), three.error().text());
}

TEST_F(PasskeySignInTest, AChallengeWorksOnceForFiveMinutesAndForWhatItWasMade) {
    ASSERT_TRUE(enrol("ada", device_));
    const auto answer = device_.get(challenge(), handle());
    ASSERT_TRUE(signIn(answer));
    ASSERT_FALSE(signIn(answer)) << "replayed";
    EXPECT_EQ(whyRefused(), "the challenge is not ours, was used, or is too old");
    ASSERT_FALSE(signIn(device_.get("bm90LW91cnM", handle()))) << "never made";
    const auto old = device_.get(challenge(), handle());
    world_.clock.advance(Passkeys::kChallengeLife);
    ASSERT_FALSE(signIn(old));
    EXPECT_EQ(whyRefused(), "the challenge is not ours, was used, or is too old");
    // One for a new passkey opens nothing.
    const auto who = signedIn("ada");
    const auto begun = world_.access.beginPasskey(who, SecretText(kPassword), soon()).value();
    ASSERT_FALSE(signIn(device_.get(begun.challenge, handle())));
    // A refused answer used its challenge up, too.
    const auto tried = challenge();
    auto wrong = device_.get(tried, handle());
    wrong.assertion.signature = spoilt(wrong.assertion.signature, 30);
    ASSERT_FALSE(signIn(wrong));
    ASSERT_FALSE(signIn(device_.get(tried, handle())));
    EXPECT_EQ(whyRefused(), "the challenge is not ours, was used, or is too old");
}

TEST_F(PasskeySignInTest, AnotherOriginPageOrPartyIsRefused) {
    ASSERT_TRUE(enrol("ada", device_));
    device_.origin = "https://portal.example.evil";
    ASSERT_FALSE(signIn());
    EXPECT_NE(whyRefused().find("another address"), std::string::npos) << whyRefused();
    device_.origin = "https://portal.example";
    device_.embedded = true;
    ASSERT_FALSE(signIn());
    device_.embedded = false;
    device_.rpId = "evil.example";
    ASSERT_FALSE(signIn());
    device_.rpId = "portal.example";
    device_.verifiesUser = false;
    ASSERT_FALSE(signIn()) << "nobody was verified";
    device_.verifiesUser = true;
    EXPECT_TRUE(signIn());
}

TEST_F(PasskeySignInTest, TheCounterNeverGoesBackAndACopyIsSeen) {
    ASSERT_TRUE(enrol("ada", device_));
    ASSERT_TRUE(signIn());
    device_.count = 2;
    ASSERT_FALSE(signIn());
    EXPECT_NE(whyRefused().find("copied"), std::string::npos) << whyRefused();
    device_.count = 0;
    ASSERT_FALSE(signIn());
    device_.count = 9;
    EXPECT_TRUE(signIn());
}

TEST_F(PasskeySignInTest, AnotherAccountsHandleIsRefused) {
    ASSERT_TRUE(enrol("ada", device_));
    const auto other = add("bob");
    ASSERT_FALSE(signIn(device_.get(challenge(), other.id.text())));
    EXPECT_EQ(whyRefused(), "the passkey is of another account");
    ASSERT_FALSE(signIn(device_.get(challenge(), "")));
}

TEST_F(PasskeySignInTest, ForgedAnswersLockTheAccountOutAsWrongPasswordsDo) {
    ASSERT_TRUE(enrol("ada", device_));
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i) {
        auto forged = device_.get(challenge(), handle());
        forged.assertion.signature = spoilt(forged.assertion.signature, 30);
        ASSERT_FALSE(signIn(forged));
    }
    EXPECT_TRUE(now().lockedOut);
    ASSERT_FALSE(signIn());
    EXPECT_EQ(whyRefused(), "locked out");
    world_.clock.advance(base::limits::kSignInLockout);
    ASSERT_TRUE(signIn());
    EXPECT_FALSE(now().lockedOut);
}

TEST_F(PasskeySignInTest, AWrongPasswordLocksThePasskeyOutToo) {
    ASSERT_TRUE(enrol("ada", device_));
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i)
        ASSERT_FALSE(world_.access.signIn({"ada", SecretText("wrong password"), "", ""}, soon()));
    ASSERT_FALSE(signIn());
    EXPECT_EQ(whyRefused(), "locked out");
}

TEST_F(PasskeySignInTest, AStateThatRefusesThePasswordRefusesThePasskey) {
    ASSERT_TRUE(enrol("ada", device_));
    change([](auto& one) { one.federatedOnly = true; });
    ASSERT_FALSE(signIn());
    EXPECT_EQ(whyRefused(), "single sign-on only");
    change([](auto& one) { one.federatedOnly = false; });
    for (const auto status : {domain::UserStatus::kSuspended, domain::UserStatus::kStaged,
                              domain::UserStatus::kProvisioned, domain::UserStatus::kDeleted}) {
        change([&](auto& one) { one.status = status; });
        ASSERT_FALSE(signIn());
        EXPECT_EQ(whyRefused(), "the account may not sign in");
    }
}

TEST_F(PasskeySignInTest, AnExpiredOrTakenPasswordIsChosenAnewFirst) {
    ASSERT_TRUE(enrol("ada", device_));
    change([](auto& one) { one.status = domain::UserStatus::kAwaitingNewPassword; });
    const auto step = signIn();
    ASSERT_TRUE(step);
    EXPECT_EQ(step->next, NextStep::kNewPassword);
    EXPECT_TRUE(step->token.empty());
    EXPECT_FALSE(step->link.empty());
    ASSERT_TRUE(world_.kit.accounts.act(account_.id, domain::Action::kResetPassword, "{}", nullptr,
                                        soon()));
    const auto taken = signIn();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->next, NextStep::kNewPassword);
    EXPECT_EQ(now().status, domain::UserStatus::kRecovery);
}

TEST_F(PasskeySignInTest, OneAddressAsksForAsManyChallengesAsAnOfficeNeeds) {
    int given = 0;
    while (given < 1000 && world_.access.beginPasskeySignIn("192.0.2.77", soon())) ++given;
    EXPECT_EQ(given, 300);
    EXPECT_EQ(world_.access.beginPasskeySignIn("192.0.2.77", soon()).error().code,
              ErrorCode::kTooMany);
    EXPECT_TRUE(world_.access.beginPasskeySignIn("192.0.2.78", soon()));
}

TEST_F(PasskeySignInTest, AddingOneTakesThePasswordAndItsOwnChallenge) {
    const auto who = signedIn("ada");
    const auto wrong = world_.access.beginPasskey(who, SecretText("wrong password"), soon());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().pointer, "/current_password");
    const auto begun = world_.access.beginPasskey(who, SecretText(kPassword), soon()).value();
    add("bob");
    const auto bob = signedIn("bob");
    const auto stolen = world_.access.addPasskey(bob, device_.create(begun.challenge), soon());
    ASSERT_FALSE(stolen);
    EXPECT_EQ(stolen.error().code, ErrorCode::kConflict);
    const auto made = device_.create(begun.challenge);
    ASSERT_TRUE(world_.access.addPasskey(who, made, soon())) << "it was not used up by bob";
    EXPECT_EQ(world_.access.addPasskey(who, made, soon()).error().code, ErrorCode::kConflict);
    EXPECT_EQ(enrol("bob", device_).error().code, ErrorCode::kConflict) << "of ada already";
    const auto listed = world_.access.beginPasskey(who, SecretText(kPassword), soon()).value();
    ASSERT_EQ(listed.present.size(), 1U);
    EXPECT_EQ(listed.present[0].credentialId, toBase64Url(device_.credentialId));
}

TEST_F(PasskeySignInTest, AnAccountHasAtMostTen) {
    for (std::size_t i = 0; i < Passkeys::kPerAccountMax; ++i) {
        device_.credentialId = "credential " + std::to_string(i);
        ASSERT_TRUE(enrol("ada", device_)) << i;
    }
    device_.credentialId = "one more";
    EXPECT_EQ(enrol("ada", device_).error().code, ErrorCode::kConflict);
}

TEST_F(PasskeySignInTest, AnIdentityProvidersAccountHasNone) {
    const auto who = signedIn("ada");
    change([](auto& one) { one.federatedOnly = true; });
    auto federated = who;
    federated.account = now();
    EXPECT_EQ(world_.access.beginPasskey(federated, SecretText(kPassword), soon()).error().code,
              ErrorCode::kConflict);
}

TEST_F(PasskeySignInTest, OnlyItsOwnerRenamesAndRemovesItAndThenItOpensNothing) {
    const auto passkey = enrol("ada", device_).value();
    add("bob");
    const auto bob = signedIn("bob");
    EXPECT_EQ(world_.access.renamePasskey(bob, passkey.id, "x", soon()).error().code,
              ErrorCode::kNotFound);
    EXPECT_EQ(world_.access.removePasskey(bob, passkey.id, soon()).error().code,
              ErrorCode::kNotFound);
    const auto who = signedIn("ada");
    EXPECT_EQ(world_.access.renamePasskey(who, passkey.id, "Old laptop", soon())->name,
              "Old laptop");
    EXPECT_FALSE(world_.access.renamePasskey(who, passkey.id, "", soon()));
    ASSERT_TRUE(world_.access.removePasskey(who, passkey.id, soon()));
    EXPECT_FALSE(signIn());
}

TEST_F(PasskeySignInTest, ResettingMfaAndDeletingTheAccountRemoveThem) {
    ASSERT_TRUE(enrol("ada", device_));
    ASSERT_TRUE(
        world_.kit.accounts.act(account_.id, domain::Action::kResetMfa, "{}", nullptr, soon()));
    EXPECT_TRUE(world_.kit.passkeys.of(account_.id, soon())->empty());
    ASSERT_FALSE(signIn());
    ASSERT_TRUE(enrol("ada", device_));
    ASSERT_TRUE(
        world_.kit.accounts.act(account_.id, domain::Action::kDelete, "{}", nullptr, soon()));
    EXPECT_TRUE(world_.kit.passkeys.of(account_.id, soon())->empty());
}

TEST_F(PasskeySignInTest, WithoutAHostNameThereAreNoneAndItSaysSo) {
    world_.kit.passkeys.setPublicUrl("https://192.0.2.7");
    const auto refused = world_.access.beginPasskeySignIn("", soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(refused.error().message.find("public-url"), std::string::npos);
}

}  // namespace
}  // namespace tenantry::tenants
