/// A user as a query sees it, wherever it stands: in a segment or beside them.
///
/// Ownership: refers to the snapshot it was found in. Threads: one query's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/domain/user.h"
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
    std::uint32_t row = 0, run = 0;
    const DeltaRow* delta = nullptr;

    /// Of a field of one text; `scratch` may be used to hold it.
    [[nodiscard]] std::string_view text(domain::UserField field, std::string& scratch) const;
    /// In milliseconds; kNoTime without one.
    [[nodiscard]] std::int64_t time(domain::UserField field) const;
    [[nodiscard]] std::string_view attributes() const;
    [[nodiscard]] domain::AlertMask alerts() const;
    [[nodiscard]] std::string id() const;
    [[nodiscard]] domain::User user() const;
};

/// The user in a row of a segment.
domain::User userAt(const SegmentState& state, std::uint32_t row, std::uint32_t run,
                    const Part& part);

}  // namespace tenantry::view
