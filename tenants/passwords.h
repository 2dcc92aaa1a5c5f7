/// Passwords: hashed a few at a time, and judged before they are taken.
///
/// Ownership: kernel/main. Threads: any. Errors: kTooMany when too many are hashed at once;
/// kInvalidArgument at /password for one that may not be used. Bounds: at most
/// limits::kPasswordHashesAtOnce at a time, so that sign-ins cannot starve the server; the last
/// kFormerKept of an account may not be used again.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/base/limits.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/account.h"

namespace tenantry::tenants {

class Passwords {
  public:
    static constexpr std::size_t kFormerKept = 5;

    /// `breachedFile`: passwords that are known to be in the wild; empty: none but the built-in
    /// few. Either one password a line, or SHA-1 digests in hexadecimal, sorted, as they are
    /// published ("DIGEST" or "DIGEST:COUNT"): such a file is searched where it lies, whatever its
    /// size.
    explicit Passwords(std::string breachedFile = {});

    base::Result<std::string> hash(const base::SecretText& password, base::Deadline deadline);
    /// The same work whether or not there is a hash.
    base::Result<bool> matches(const base::SecretText& password, const std::string& hash,
                               base::Deadline deadline);
    /// Length, username, breaches, and that it is none of the former ones of `credentials`.
    base::Status check(const base::SecretText& password, const std::string& username,
                       const domain::Credentials& credentials, base::Deadline deadline,
                       std::size_t bytesMin = base::limits::kPasswordBytesMin);
    /// `credentials` with the new password; the one before becomes a former one.
    base::Status put(domain::Credentials& credentials, const base::SecretText& password,
                     base::Deadline deadline);

  private:
    bool takeSlot(base::Deadline deadline);
    void giveSlot();
    [[nodiscard]] bool isBreached(const base::SecretText& password) const;

    std::string breachedFile_;
    std::string decoy_;  ///< verified where there is no hash, so that the time is the same
    std::mutex hashing_;
    std::condition_variable free_;
    int running_ = 0;
};

/// kInvalidArgument with the pointer when it is too short, too long or contains the username.
base::Status checkPassword(const base::SecretText& password, const std::string& username,
                           std::size_t bytesMin = base::limits::kPasswordBytesMin);

}  // namespace tenantry::tenants
