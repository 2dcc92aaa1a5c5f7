/// What went wrong with an LDAP operation, and the one place where it becomes an SDK error.
#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include <tenantry/error.hpp>

namespace tenantry::ldap {

/// Thrown by Session. Kept apart from tny::Error because what a result code means to the host
/// depends on what was being done.
class Failure : public std::exception {
  public:
    Failure(int code, std::string diagnostic) : code_(code), diagnostic_(std::move(diagnostic)) {}

    /// An LDAP result code, or a negative one of libldap's own (-1 server down, -5 timeout).
    int code() const noexcept { return code_; }
    /// The server's or the library's words; may be empty, may hold names.
    const std::string& diagnostic() const noexcept { return diagnostic_; }
    /// The connection cannot be used any more.
    bool connectionLost() const noexcept;
    /// A change went out and its answer never came.
    bool writeSent() const noexcept { return writeSent_; }
    Failure&& afterWrite() && { return writeSent_ = true, std::move(*this); }
    const char* what() const noexcept override { return diagnostic_.c_str(); }

  private:
    int code_;
    bool writeSent_ = false;
    std::string diagnostic_;
};

enum class During : std::uint8_t { kConnect = 1, kTls, kBind, kRead, kWrite };

/// The error the host understands. `url` is the server's address, for the words.
tny::Error translate(const Failure& failure, During during, const std::string& url);

/// "insufficient access (50)": the code's standard words.
std::string nameOf(int code);

}  // namespace tenantry::ldap
