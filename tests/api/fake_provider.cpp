#include "tests/api/fake_provider.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <array>
#include <ctime>

#include "kernel/base/json.h"
#include "tenants/oidc/id_token.h"

namespace tenantry::testing {

using tenants::toBase64Url;

struct FakeProvider::State {
    State() {
        for (auto& one : keys) one = EVP_RSA_gen(2048);
    }
    ~State() {
        for (auto* one : keys) EVP_PKEY_free(one);
    }

    [[nodiscard]] std::string number(int key, const char* name) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(keys.at(static_cast<std::size_t>(key)), name, &value);
        std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
        BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
        BN_free(value);
        return toBase64Url(out);
    }
    [[nodiscard]] std::string jwks() const {
        base::JsonWriter out;
        out.beginObject().key("keys").beginArray().beginObject();
        out.key("kty").string("RSA").key("use").string("sig").key("alg").string("RS256");
        out.key("kid").string("key-" + std::to_string(published));
        out.key("n").string(number(published, OSSL_PKEY_PARAM_RSA_N));
        out.key("e").string(number(published, OSSL_PKEY_PARAM_RSA_E));
        out.endObject().endArray().endObject();
        return std::move(out).take();
    }
    [[nodiscard]] std::string token() const {
        base::JsonWriter head;
        // A forger names a key that is known.
        head.beginObject().key("alg").string(saying.algorithm).key("typ").string("JWT");
        head.key("kid")
            .string("key-" + std::to_string(saying.key == 2 ? published : saying.key))
            .endObject();
        const auto now = static_cast<std::int64_t>(std::time(nullptr));
        base::JsonWriter body;
        body.beginObject().key("iss").string(saying.issuer.empty() ? issuer : saying.issuer);
        body.key("sub").string(saying.subject).key("aud").string(saying.audience);
        body.key("nonce").string(saying.nonce).key("email").string(saying.email);
        body.key("email_verified").boolean(saying.emailVerified);
        body.key("iat").number(now - 1).key("exp").number(now + saying.endsIn).endObject();
        const std::string text =
            toBase64Url(std::move(head).take()) + "." + toBase64Url(std::move(body).take());
        return text + "." + signature(text);
    }
    [[nodiscard]] std::string signature(const std::string& text) const {
        if (saying.algorithm == "none") return "";
        std::string out(512, '\0');
        if (saying.algorithm == "HS256") {
            // The public key as a shared secret: the classic confusion.
            const std::string secret = number(published, OSSL_PKEY_PARAM_RSA_N);
            unsigned size = 0;
            HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                 reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                 reinterpret_cast<unsigned char*>(out.data()), &size);
            out.resize(size);
            return toBase64Url(out);
        }
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        std::size_t size = out.size();
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr,
                           keys.at(static_cast<std::size_t>(saying.key)));
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        EVP_MD_CTX_free(context);
        out.resize(size);
        return toBase64Url(out);
    }

    mutable std::mutex mutex;
    std::string issuer;
    Saying saying;
    std::array<EVP_PKEY*, 3> keys{};
    int published = 0;
    int asked = 0;
    std::string form, authorization;
};

namespace {

class Handler final : public Poco::Net::HTTPRequestHandler {
  public:
    explicit Handler(std::shared_ptr<FakeProvider::State> state) : state_(std::move(state)) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        const std::lock_guard lock(state_->mutex);
        response.setContentType("application/json");
        response.send() << answer(request, body);
    }

  private:
    std::string answer(const Poco::Net::HTTPServerRequest& request, const std::string& body) {
        const auto& issuer = state_->issuer;
        if (request.getURI() == "/.well-known/openid-configuration")
            return R"({"issuer":")" + issuer + R"(","authorization_endpoint":")" + issuer +
                   R"(/auth","token_endpoint":")" + issuer + R"(/token","jwks_uri":")" + issuer +
                   "/keys\"}";
        if (request.getURI() == "/keys") {
            ++state_->asked;
            return state_->jwks();
        }
        state_->form = body;
        state_->authorization = request.get("Authorization", "");
        return R"({"access_token":"x","token_type":"Bearer","id_token":")" + state_->token() +
               "\"}";
    }
    std::shared_ptr<FakeProvider::State> state_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit Factory(std::shared_ptr<FakeProvider::State> state) : state_(std::move(state)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler(state_);  // NOLINT: Poco owns it
    }

  private:
    std::shared_ptr<FakeProvider::State> state_;
};

}  // namespace

FakeProvider::FakeProvider() : state_(std::make_shared<State>()) {
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    state_->issuer = "http://127.0.0.1:" + std::to_string(socket.address().port());
    server_ = std::make_unique<Poco::Net::HTTPServer>(new Factory(state_), socket,
                                                      new Poco::Net::HTTPServerParams);
    server_->start();
}

FakeProvider::~FakeProvider() {
    server_->stopAll(true);
}

std::string FakeProvider::issuer() const {
    return state_->issuer;
}

void FakeProvider::tell(const Saying& saying) {
    const std::lock_guard lock(state_->mutex);
    state_->saying = saying;
}

void FakeProvider::rotate() {
    const std::lock_guard lock(state_->mutex);
    state_->published = 1;
}

int FakeProvider::keysAsked() const {
    const std::lock_guard lock(state_->mutex);
    return state_->asked;
}

std::string FakeProvider::lastForm() const {
    const std::lock_guard lock(state_->mutex);
    return state_->form;
}

std::string FakeProvider::lastAuthorization() const {
    const std::lock_guard lock(state_->mutex);
    return state_->authorization;
}

}  // namespace tenantry::testing
