/// An identity provider that says what a test wants it to say: discovery, keys and tokens are real,
/// their content is the test's.
///
/// Ownership: the test. Threads: its server's own; tell() from the test's.
#pragma once

#include <Poco/Net/HTTPServer.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tenantry::testing {

/// What the next token says. An empty text is left out.
struct Saying {
    std::string subject = "subject-1";
    std::string email;
    bool emailVerified = true;
    std::string nonce;
    std::string issuer;  ///< empty: its own
    std::string audience = "tenantry";
    std::string algorithm = "RS256";  ///< also "none" and "HS256"
    int key = 0;                      ///< 0, 1: published after rotate(); 2: never published
    long endsIn = 300;                ///< seconds
};

class FakeProvider {
  public:
    static constexpr const char* kClientSecret = "canary-client-secret-swordfish";

    FakeProvider();
    ~FakeProvider();
    [[nodiscard]] std::string issuer() const;
    void tell(const Saying& saying);
    /// Publishes another key, and no longer the first.
    void rotate();
    /// How often the keys were asked for.
    [[nodiscard]] int keysAsked() const;
    /// The body and the Authorization of the last call for a token.
    [[nodiscard]] std::string lastForm() const;
    [[nodiscard]] std::string lastAuthorization() const;

    struct State;

  private:
    std::shared_ptr<State> state_;
    std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace tenantry::testing
