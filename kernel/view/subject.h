/// A user as a query sees it, wherever it stands: in a segment or beside them.
///
/// Ownership: refers to the snapshot it was found in. Threads: one query's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/domain/user_row.h"
#include "kernel/view/snapshot.h"

namespace tenantry::view {

struct Subject {
    const UserClass* shared = nullptr;
    const Part* part = nullptr;
    domain::Ordinal ordinal = kUnknownOrdinal;  ///< in the scope's tree
    bool stale = false;
    base::TimePoint now{};
    // Where the rest stands: one of the two. Neither where only class or place are asked for.
    const SegmentState* state = nullptr;
    std::uint32_t number = 0, run = 0;  ///< of the row
    const DeltaRow* delta = nullptr;

    /// Of a field of one text; `scratch` may be used to hold it.
    [[nodiscard]] std::string_view text(domain::UserField field, std::string& scratch) const;
    /// In milliseconds; kNoTime without one.
    [[nodiscard]] std::int64_t time(domain::UserField field) const;
    [[nodiscard]] std::string_view attributes() const;
    [[nodiscard]] domain::AlertMask alerts() const;
    [[nodiscard]] std::string id() const;
    /// Refers to the snapshot.
    [[nodiscard]] domain::UserRow row() const {
        domain::UserRow out;
        writeTo(out);
        return out;
    }
    /// REQUIRES: `out` is new.
    void writeTo(domain::UserRow& out) const;
};

}  // namespace tenantry::view
