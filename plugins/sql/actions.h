#pragma once

#include <tenantry/plugin.hpp>

#include "plugins/sql/reader.h"

namespace tenantry::sql {

/// What an action did.
struct ActionOutcome {
    tny::Record record = tny::user("");  ///< the new state, read back
    std::string secret;                  ///< a temporary password that was made; empty: none
};

/// Carries out the actions of a mapping.
///
/// Each runs in one transaction: the row is locked and read, the etag and the state are checked,
/// the guards asked, the statements run, the row is read again and must be in the state the action
/// promises, or all is undone. So a mapping with a wrong statement changes nothing.
///
/// Errors (tny::Error): notFound, conflict (stale etag), unsupported with the mapping's reason,
/// argument with a pointer, policy (a guard), unavailable (nothing happened), outcomeUnknown (the
/// connection was lost once something had been written).
class Actions {
  public:
    Actions(const Settings& settings, const Reader& reader)
        : settings_(settings), reader_(reader) {}

    /// REQUIRES: `db` is connected.
    ActionOutcome perform(tny::Call& call, Database& db, const tny::Act& act, Moment now) const;

    /// What this mapping can do, for schema().
    tny::Capabilities capabilities() const;

  private:
    struct Plan;
    Plan plan(const tny::Act& act, Moment now) const;
    void planEdit(const tny::Act& act, Plan& plan) const;
    void planPassword(const tny::Act& act, Plan& plan) const;
    enum class Phase { kReading = 1, kWriting, kCommitting };
    ActionOutcome attempt(const tny::Call& call, Database& db, const Plan& plan,
                          Phase& phase) const;
    std::optional<ActionOutcome> before(Database& db, const Plan& plan) const;
    ActionOutcome readBack(Database& db, const Plan& plan,
                           const std::optional<UserRow>& inside) const;
    void askGuards(Database& db, const Plan& plan) const;
    void runStatements(Database& db, const Plan& plan) const;

    const Settings& settings_;
    const Reader& reader_;
};

}  // namespace tenantry::sql
