// Passkeys over HTTP: registered, used, renamed and deleted; and every refusal that a forged or
// foreign answer gets.
#include <gtest/gtest.h>

#include "tenants/oidc/id_token.h"
#include "tests/api/site_environment.h"
#include "tests/fakes/soft_authenticator.h"

namespace tenantry::testing {
namespace {

using tenants::fromBase64Url;
using tenants::toBase64Url;

constexpr const char* kMine = "/api/v1/me/passkeys";
constexpr const char* kOptions = "/api/v1/me/passkeys/options";
constexpr const char* kSignIn = "/api/v1/session/passkey";
constexpr const char* kSignInOptions = "/api/v1/session/passkey/options";
const std::string kProof = std::string(R"({"current_password":")") + Site::kPassword + "\"}";

std::string origin() {
    return "http://localhost:" + std::to_string(site().port());
}

/// An account of its own for a test, with its browser and its device.
struct Owner {
    explicit Owner(const std::string& username, const std::string& organization = "north")
        : name(username) {
        domain::Account account;
        account.id = base::AccountId(base::newUuid());
        account.home = site().organizationId(organization);
        account.username = username;
        account.email = username + "@msp.example";
        account.grants = {{"help_desk", account.home}};
        const auto added =
            site().kit().access.unsafeAddAccount(account, base::SecretText(Site::kPassword),
                                                 base::Deadline::after(std::chrono::seconds{10}));
        EXPECT_TRUE(added);
        id = account.id.text();
        device.credentialId = "credential of " + username;
        client = std::make_unique<ApiClient>(site().port(), username);
    }

    static std::string body(const tenants::NewPasskey& made) {
        base::JsonWriter out;
        out.beginObject().key("name").string(made.name);
        out.key("client_data").string(toBase64Url(made.clientData));
        out.key("authenticator_data").string(toBase64Url(made.authenticatorData));
        out.key("transports").beginArray().string("internal").endArray().endObject();
        return std::move(out).take();
    }
    static std::string body(const tenants::PasskeyAnswer& answer) {
        base::JsonWriter out;
        out.beginObject().key("id").string(toBase64Url(answer.credentialId));
        out.key("user_handle").string(toBase64Url(answer.userHandle));
        out.key("client_data").string(toBase64Url(answer.assertion.clientData));
        out.key("authenticator_data").string(toBase64Url(answer.assertion.authenticatorData));
        out.key("signature").string(toBase64Url(answer.assertion.signature)).endObject();
        return std::move(out).take();
    }
    std::string challenge() {
        const auto options = client->post(kOptions, kProof);
        EXPECT_EQ(options.status, 200) << options.body;
        EXPECT_EQ(fromBase64Url(options.json()["user"]["id"].stringOr("")), id);
        return options.json()["challenge"].stringOr("");
    }
    Reply enrol() { return client->post(kMine, body(device.create(challenge(), name + "'s key"))); }
    static std::string signInChallenge() {
        const auto options = ApiClient(site().port()).post(kSignInOptions);
        EXPECT_EQ(options.status, 200) << options.body;
        EXPECT_EQ(options.json()["rp_id"].asString(), "localhost");
        return options.json()["challenge"].stringOr("");
    }
    tenants::PasskeyAnswer answer() { return device.get(signInChallenge(), id); }
    static Reply send(const tenants::PasskeyAnswer& answer) {
        return ApiClient(site().port()).post(kSignIn, body(answer));
    }
    Reply signIn() { return send(answer()); }

    std::string name, id;
    SoftAuthenticator device{"localhost", origin()};
    std::unique_ptr<ApiClient> client;
};

void expectRefused(const Reply& reply, const std::string& what) {
    EXPECT_EQ(reply.status, 401) << what << ": " << reply.body;
    EXPECT_EQ(reply.json()["type"].asString(), "urn:tenantry:problem:unauthenticated") << what;
    EXPECT_EQ(reply.json()["detail"].asString(),
              "This passkey was not accepted. Sign in with your password, or ask your "
              "administrator.")
        << what;
    EXPECT_TRUE(reply.header("set-cookie").empty()) << what;
}

TEST(Passkeys, AreRegisteredUsedRenamedAndDeleted) {
    Owner ada("pk-ada");
    const auto empty = ada.client->get(kMine).json();
    EXPECT_EQ(empty["total"].asInt(), 0);
    EXPECT_EQ(empty["origin"].asString(), origin());
    EXPECT_TRUE(empty["unavailable"].isNull());
    const auto made = ada.enrol();
    ASSERT_EQ(made.status, 201) << made.body;
    const auto path = std::string(kMine) + "/" + made.json()["id"].stringOr("");
    const auto mailed = [] {
        site().kit().outbox.sendAll(base::Deadline::after(std::chrono::seconds{10}));
        return site().kit().mailer.lastTo("pk-ada@msp.example").subject;
    };
    EXPECT_EQ(mailed().rfind("A passkey was added", 0), 0U) << mailed();
    EXPECT_TRUE(made.json()["last_used_at"].isNull());
    const auto session = ada.signIn();
    ASSERT_EQ(session.status, 201) << session.body;
    const auto cookie = session.header("set-cookie");
    EXPECT_NE(cookie.find("HttpOnly; SameSite=Strict"), std::string::npos);
    const auto me =
        ApiClient(site().port())
            .bare("GET", "/api/v1/me", "", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    EXPECT_EQ(me.json()["account"]["username"].asString(), "pk-ada");
    EXPECT_EQ(ada.client->patch(path, R"({"name":"Łódź laptop"})").json()["name"].asString(),
              "Łódź laptop");
    const auto listed = ada.client->get(kMine).json();
    ASSERT_EQ(listed["total"].asInt(), 1);
    EXPECT_TRUE(listed["items"].items().at(0)["last_used_at"].isString());
    EXPECT_EQ(ada.client->remove(path).status, 204);
    EXPECT_EQ(mailed().rfind("A passkey was removed", 0), 0U) << mailed();
    expectRefused(ada.signIn(), "deleted");
    EXPECT_EQ(ada.client->remove(path).status, 404);
    const auto trail = as("north").get("/api/v1/activity?limit=20").body;
    for (const char* action : {"account.add_passkey", "account.remove_passkey", "sign_in"})
        EXPECT_NE(trail.find(action), std::string::npos) << action;
}

TEST(Passkeys, AreRefusedForAnotherOriginChallengeCounterOrAccount) {
    Owner ada("pk-refused");
    Owner eve("pk-eve");
    ASSERT_EQ(ada.enrol().status, 201);
    ASSERT_EQ(eve.enrol().status, 201);
    ada.device.origin = "https://portal.example.evil";
    expectRefused(ada.signIn(), "another origin");
    ada.device.origin = origin();
    expectRefused(Owner::send(ada.device.get("c29tZXRoaW5n", ada.id)), "another challenge");
    expectRefused(Owner::send(ada.device.get(ada.challenge(), ada.id)),
                  "a challenge for a new passkey");
    auto stolen = eve.answer();
    stolen.userHandle = ada.id;
    expectRefused(Owner::send(stolen), "another account's credential");
    auto swapped = eve.answer();
    swapped.credentialId = ada.device.credentialId;
    swapped.userHandle = ada.id;
    expectRefused(Owner::send(swapped), "another account's signature");
    const auto once = ada.answer();
    EXPECT_EQ(Owner::send(once).status, 201);
    expectRefused(Owner::send(once), "replayed");
    ada.device.count = 1;
    expectRefused(ada.signIn(), "a counter that went back");
    ada.device.count = 50;
    EXPECT_EQ(ada.signIn().status, 201);
    auto unknown = ada.answer();
    unknown.credentialId = "nobody's";
    expectRefused(Owner::send(unknown), "an unknown credential");
}

TEST(Passkeys, ASiteOfSomebodyElseCannotUseThem) {
    Owner ada("pk-csrf");
    ASSERT_EQ(ada.enrol().status, 201);
    const auto foreign =
        ApiClient(site().port())
            .bare("POST", kSignIn, Owner::body(ada.answer()), {{"Origin", "https://evil.example"}});
    EXPECT_EQ(foreign.status, 403);
    const auto withoutToken =
        ApiClient(site().port()).bare("POST", kOptions, kProof, {{"Cookie", ada.client->cookie()}});
    EXPECT_EQ(withoutToken.status, 403);
}

TEST(Passkeys, RegistrationIsRefusedInWords) {
    Owner ada("pk-words");
    const auto wrong = ada.client->post(kOptions, R"({"current_password":"not it at all"})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_EQ(wrong.json()["pointer"].asString(), "/current_password");
    const auto old = ada.device.create("c29tZXRoaW5n");
    EXPECT_EQ(ada.client->post(kMine, Owner::body(old)).status, 409);
    ada.device.origin = "https://evil.example";
    const auto elsewhere = ada.enrol();
    EXPECT_EQ(elsewhere.status, 400);
    EXPECT_EQ(elsewhere.json()["pointer"].asString(), "/client_data");
    ada.device.origin = origin();
    ada.device.verifiesUser = false;
    const auto unverified = ada.enrol();
    EXPECT_EQ(unverified.status, 400);
    EXPECT_EQ(unverified.json()["pointer"].asString(), "/authenticator_data");
    const auto nonsense =
        ada.client->post(kMine, R"({"name":"x","client_data":"!!!","authenticator_data":"eA"})");
    EXPECT_EQ(nonsense.status, 400);
    EXPECT_EQ(nonsense.json()["pointer"].asString(), "/client_data");
    EXPECT_EQ(ada.client->get(kMine).json()["total"].asInt(), 0);
}

TEST(Passkeys, AnotherBranchSeesAndTouchesNone) {
    Owner ada("pk-north");
    Owner sue("pk-south", "south");
    const auto made = ada.enrol();
    ASSERT_EQ(made.status, 201);
    const auto path = std::string(kMine) + "/" + made.json()["id"].stringOr("");
    for (auto* other : {sue.client.get(), &as("south"), &as("north"), &as("admin")}) {
        EXPECT_EQ(other->get(kMine).json()["total"].asInt(), 0);
        EXPECT_EQ(other->patch(path, R"({"name":"mine"})").status, 404);
        EXPECT_EQ(other->remove(path).status, 404);
    }
    EXPECT_EQ(sue.client->post(kMine, Owner::body(sue.device.create(ada.challenge()))).status, 409)
        << "a challenge is for who asked for it";
    EXPECT_EQ(as("south").get("/api/v1/activity?limit=50").body.find("pk-north"),
              std::string::npos);
    EXPECT_EQ(ada.signIn().status, 201);
}

TEST(Passkeys, AnOperatorsResetOfMfaRemovesThem) {
    Owner ada("pk-reset");
    ASSERT_EQ(ada.enrol().status, 201);
    ASSERT_EQ(ada.signIn().status, 201);
    site().kit().accounts.showAgain(base::AccountId(ada.id),
                                    base::Deadline::after(std::chrono::seconds{10}));
    const auto done = as("north").post(userPath("pk-reset") + "/actions/reset_mfa", "{}");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.json()["outcome"].asString(), "done");
    expectRefused(ada.signIn(), "reset");
}

TEST(Passkeys, AnApiTokenCannotTouchThem) {
    const auto made = as("north").post(
        "/api/v1/tokens",
        R"({"organization":"north","name":"pk","permissions":["users.view"],"expires_at":")" +
            base::toRfc3339(base::SystemClock().now() + std::chrono::hours{1}) + "\"}");
    ASSERT_EQ(made.status, 201) << made.body;
    const Fields bearer = {{"Authorization", "Bearer " + made.json()["token"].stringOr("")}};
    ApiClient robot(site().port());
    EXPECT_EQ(robot.bare("GET", kMine, "", bearer).status, 403);
    EXPECT_EQ(robot.bare("POST", kOptions, kProof, bearer).status, 403);
}

}  // namespace
}  // namespace tenantry::testing
