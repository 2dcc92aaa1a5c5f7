/// The real server in this process: the platform of kernel/main on a SQLite file, the front on
/// loopback, a real SMTP server to which its mail goes, and a clock that a test moves on.
///
/// nordwind (platform) > north, south (partners) > north-tenant, south-tenant. admin has the
/// platform; north and south are administrators of their partner, "both" of the two, one by one.
///
/// Ownership: the test. Threads: its main thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/rest/front.h"
#include "kernel/main/platform.h"
#include "tests/api/api_client.h"
#include "tests/fakes/shifted_clock.h"
#include "tests/support/smtp_server.h"

namespace tenantry::testing {

class PortalSite {
  public:
    static constexpr const char* kPassword = "correct horse battery";

    /// Why it cannot be started on this machine; nothing when it can.
    static std::optional<std::string> unavailable() { return SmtpServer::unavailable(); }

    PortalSite();
    ~PortalSite();
    PortalSite(const PortalSite&) = delete;
    PortalSite& operator=(const PortalSite&) = delete;

    [[nodiscard]] std::uint16_t port() const { return front_.port(); }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
    [[nodiscard]] std::string database() const { return folder_.path() / "data/tenantry.db"; }
    [[nodiscard]] SmtpServer& smtp() { return smtp_; }
    [[nodiscard]] main::Platform& platform() { return *platform_; }
    [[nodiscard]] base::OrganizationId organizationId(const std::string& slug) const;
    [[nodiscard]] base::TimePoint now() const { return clock_.now(); }
    /// All sessions of as() are begun anew: they may have ended meanwhile.
    void advance(std::chrono::milliseconds span);
    /// Reads a directory and waits for the end.
    void read(const base::ConnectionId& id);
    /// What the housekeeper does every half minute.
    void tidy();

    /// Signed in with kPassword.
    ApiClient& as(const std::string& username);
    /// Without a session.
    Reply open(const std::string& path, const std::string& body);
    /// Invites USERNAME, USERNAME@msp.example, to north; `more` goes into the body.
    Reply invite(const std::string& username, const std::string& more = "",
                 const std::string& organization = "north", const std::string& by = "north");
    /// Invited, and accepted with kPassword.
    void member(const std::string& username, const std::string& more = "");
    /// The text of the next mail to that account that was not read yet; waits for it.
    std::string mailTo(const std::string& username);
    /// The token of the link in the next mail.
    std::string mailedToken(const std::string& username);
    Reply accept(const std::string& token, const std::string& password,
                 const std::string& code = "");
    Reply signIn(const std::string& username, const std::string& password = kPassword,
                 const std::string& code = "");
    /// As `by` sees it; a missing value when they do not.
    base::Json user(const std::string& username, const std::string& by = "admin");
    std::string path(const std::string& username);
    Reply act(const std::string& username, const std::string& action,
              const std::string& body = "{}", const std::string& by = "north");
    [[nodiscard]] std::string status(const std::string& username);

  private:
    void populate();
    void addOrganization(const std::string& slug, const std::string& parent,
                         domain::OrganizationKind kind);
    void addAccount(const std::string& username, std::vector<domain::Grant> grants);

    ShiftedClock clock_;
    TempFolder folder_;
    SmtpServer smtp_{"plain"};
    rest::Front front_{clock_};
    std::unique_ptr<main::Platform> platform_;
    std::unique_ptr<rest::Services> services_;
    std::map<std::string, std::unique_ptr<ApiClient>> clients_;
    std::map<std::string, int> read_;
};

/// A JSON object of texts.
std::string bodyOf(std::initializer_list<std::pair<const char*, std::string>> members);

}  // namespace tenantry::testing
