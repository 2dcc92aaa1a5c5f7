/// A mail, and the ways to hand it over.
///
/// Threads: a Mailer may be used from any thread.
#pragma once

#include <string>

#include "kernel/base/clock.h"
#include "kernel/base/deadline.h"
#include "kernel/base/result.h"

namespace tenantry::tenants {

struct Message {
    std::string to;      ///< an address
    std::string toName;  ///< may be empty
    std::string subject;
    std::string text;
    std::string html;
};

/// Whether `text` is one address, of printable ASCII without anything that ends a header or a
/// command of SMTP.
bool isMailAddress(const std::string& text);

/// The mail as it goes over the wire (RFC 5322, MIME): headers are encoded, so that no line break
/// of a name or a subject becomes a header. kInvalidArgument for an address that is none.
base::Result<std::string> render(const Message& message, const std::string& from,
                                 const std::string& fromName, base::TimePoint now);

/// How mail leaves, as an administrator is told it.
struct MailWay {
    std::string kind = "none";  ///< "smtp" or "spool"
    std::string server;         ///< "HOST:PORT", or the folder
    std::string encryption;     ///< "none", "starttls" or "tls"; empty for a folder
    std::string from;
};

class Mailer {
  public:
    virtual ~Mailer() = default;
    [[nodiscard]] virtual MailWay way() const { return {}; }
    /// kUnavailable: try again later. kInvalidArgument: it will never go.
    virtual base::Status send(const Message& message, base::Deadline deadline) = 0;
};

}  // namespace tenantry::tenants
