/// Where passkeys are kept.
///
/// Ownership, threads and errors: as stores.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/domain/passkey.h"

namespace tenantry::domain {

class PasskeyStore {
  public:
    virtual ~PasskeyStore() = default;
    /// kConflict when its id is taken, by whomever, when its account has `most` already, also with
    /// two that add at once, or when the account is gone.
    virtual base::Status addPasskey(const Passkey& passkey, std::size_t most,
                                    base::Deadline deadline) = 0;
    virtual base::Result<Passkey> passkey(std::string_view id, base::Deadline deadline) = 0;
    /// Oldest first.
    virtual base::Result<std::vector<Passkey>> passkeysOf(const base::AccountId& account,
                                                          base::Deadline deadline) = 0;
    /// kNotFound when the account has no such passkey.
    virtual base::Status renamePasskey(const base::AccountId& account, std::string_view id,
                                       std::string_view name, base::Deadline deadline) = 0;
    /// Notes one use. kConflict unless countsUp() from the stored counter, which is judged and
    /// replaced at once: of two uses with one count one wins. kNotFound when it is gone.
    virtual base::Status usePasskey(std::string_view id, std::uint32_t signCount,
                                    base::TimePoint at, base::Deadline deadline) = 0;
    /// kNotFound when the account has no such passkey (any more).
    virtual base::Status removePasskey(const base::AccountId& account, std::string_view id,
                                       base::Deadline deadline) = 0;
    virtual base::Status removePasskeysOf(const base::AccountId& account,
                                          base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
