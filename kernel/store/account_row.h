/// The rows of an account and its credentials.
///
/// Threads: values; a Session's own thread. Private to kernel/store.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/crypto.h"
#include "kernel/domain/account.h"
#include "kernel/store/database.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

/// In the order of AccountRow::each(), of a table that is called a.
inline constexpr std::string_view kAccountColumns =
    "a.id, a.home_id, a.username, a.first_name, a.last_name, a.email, a.phone, a.status, "
    "a.status_cause, a.break_glass, a.grants, a.last_login_at_ms, a.created_at_ms, "
    "a.modified_at_ms, a.revision, (SELECT d.document FROM account_details d WHERE d.account_id = "
    "a.id)";

struct AccountRow {
    std::string id, home, username, firstName, lastName, email, phone, status, statusCause;
    int breakGlass = 0;
    std::string grants;
    NullableMillis lastLoginAt;
    long long createdAt = 0, modifiedAt = 0, revision = 1;
    Nullable<std::string> details;  ///< what has no column, as a JSON object

    AccountRow() = default;
    explicit AccountRow(const domain::Account& from);
    [[nodiscard]] domain::Account value() const;

    template <class Visitor>
    void each(Visitor&& visit) {
        visit(id);
        visit(home);
        visit(username);
        visit(firstName);
        visit(lastName);
        visit(email);
        visit(phone);
        visit(status);
        visit(statusCause);
        visit(breakGlass);
        visit(grants);
        visit(lastLoginAt);
        visit(createdAt);
        visit(modifiedAt);
        visit(revision);
        visit(details);
    }
};

/// An account with its credentials, which may be missing.
struct SignInRow {
    AccountRow account;
    Nullable<std::string> passwordHash;
    Nullable<int> failures;
    NullableMillis lockedUntil;
    Nullable<std::string> factors;  ///< sealed

    /// kInternal when the sealing key does not open them.
    [[nodiscard]] base::Result<domain::Credentials> credentials(const base::SealingKey& key) const;
    template <class Visitor>
    void each(Visitor&& visit) {
        account.each(visit);
        visit(passwordHash);
        visit(failures);
        visit(lockedUntil);
        visit(factors);
    }
};

/// Adds it, or replaces the one with its revision when `mayReplace`. kConflict as AccountStore
/// says.
base::Status writeAccount(Session& session, const domain::Account& account, bool mayReplace);
void writeCredentials(Session& session, const std::string& account,
                      const domain::Credentials& credentials, const base::SealingKey& key);

}  // namespace tenantry::store
