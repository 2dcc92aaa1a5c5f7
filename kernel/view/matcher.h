/// A filter made ready for many rows: words become bits, organizations become bitmaps.
///
/// Ownership: keeps the filter alive, refers to the Lookup, which must outlive it. Threads: one
/// query's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/domain/filter.h"
#include "kernel/domain/scope.h"
#include "kernel/view/subject.h"

namespace tenantry::view {

/// What must be known of a user to decide a filter.
enum class Needs : std::uint8_t {
    kClass = 1,  ///< what its class says
    kPlace,      ///< its organization and connection
    kUser,       ///< the user itself
};

class Matcher {
  public:
    /// `tree` is the scope's: the organizations that a filter names are looked up there.
    Matcher(const domain::FilterNode& node, const domain::OrganizationTree& tree);

    /// RFC 7644 section 3.4.2.2, with the meaning of nothing as kernel/domain/filter.h says.
    [[nodiscard]] bool matches(const Subject& subject) const { return holds(subject, {}); }

    [[nodiscard]] Needs needs() const;
    /// A text that what is searched of a user must hold, folded for search, for the filter to hold;
    /// empty when nothing is known of it.
    [[nodiscard]] std::string needle() const;
    /// Adds the fields that it looks at.
    void collectFields(std::vector<domain::UserField>& out) const;

  private:
    /// The one value that is looked at inside of roles[...] and the like.
    struct Element {
        std::optional<std::string_view> text;
        domain::AlertMask alert = 0;
    };

    [[nodiscard]] bool holds(const Subject& subject, const Element& element) const;
    [[nodiscard]] bool holdsForOne(const Subject& subject) const;
    [[nodiscard]] bool compares(const Subject& subject, const Element& element) const;
    [[nodiscard]] bool comparesWord(std::uint64_t numbers) const;
    [[nodiscard]] Needs needsOfComparison() const;
    void prepareOrganizations(const domain::OrganizationTree& tree);
    void prepareWords();

    const domain::FilterNode& node_;
    std::vector<Matcher> children_;
    std::vector<bool> organizations_;  ///< by ordinal, for the fields of organizations
    std::uint64_t words_ = 0;          ///< bit n: the word numbered n fulfils the comparison
};

}  // namespace tenantry::view
