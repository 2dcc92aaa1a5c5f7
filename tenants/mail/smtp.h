/// Mail by SMTP (Poco::Net), with TLS from the start or by STARTTLS.
///
/// Ownership: kernel/main. Threads: any; each mail has a connection of its own. Errors:
/// kUnavailable when the server cannot be reached, is not who it says it is, or says 4xx;
/// kInvalidArgument when it says 5xx.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernel/base/clock.h"
#include "kernel/base/secret.h"
#include "tenants/mail/message.h"

namespace tenantry::tenants {

enum class SmtpTls : std::uint8_t {
    kNone = 1,  ///< in the clear: for a relay on this machine
    kStartTls,
    kImplicit,
};

struct SmtpOptions {
    std::string host;
    std::uint16_t port = 587;
    SmtpTls tls = SmtpTls::kStartTls;
    std::string username;  ///< empty: no sign-in
    base::SecretText password;
    std::string caFile;  ///< PEM file of authorities beside the system's
    std::string from;
    std::string fromName = "Tenantry";
};

/// "smtp://host:25" (in the clear), "smtp+starttls://user@host:587", "smtps://user@host:465".
/// kInvalidArgument in words.
base::Result<SmtpOptions> parseSmtp(const std::string& url);

class SmtpMailer final : public Mailer {
  public:
    SmtpMailer(SmtpOptions options, const base::Clock& clock);
    ~SmtpMailer() override;
    [[nodiscard]] MailWay way() const override;
    base::Status send(const Message& message, base::Deadline deadline) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Mail as files in a folder, for who has no server: NUMBER.eml, for its owner only.
class SpoolMailer final : public Mailer {
  public:
    SpoolMailer(std::string folder, std::string from, const base::Clock& clock);
    [[nodiscard]] MailWay way() const override { return {"spool", folder_, "", from_}; }
    base::Status send(const Message& message, base::Deadline deadline) override;

  private:
    std::string folder_, from_;
    const base::Clock& clock_;
};

}  // namespace tenantry::tenants
