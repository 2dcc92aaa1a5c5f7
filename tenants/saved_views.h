/// Named ways to look at the list of users: search, filter, order and columns. One's own, and those
/// that an organization shares with everybody who works in it or below it.
///
/// A view gives no access: whoever opens it sees what they may see anyway.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: any. Errors: kNotFound for a view
/// that the asker does not see; kForbidden without orgs.manage on the organization it is shared in;
/// kConflict when there are too many, or the name is taken; kInvalidArgument with a pointer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/scope.h"

namespace tenantry::tenants {

struct ViewContent {
    std::string name;
    std::string search;
    std::string filter;   ///< in the filter language
    std::string sort;     ///< "last_name,-last_login_at"
    std::string columns;  ///< as the console writes it
    bool operator==(const ViewContent&) const = default;
};

struct SavedView {
    std::string id;
    ViewContent content;
    base::AccountId author;
    std::string authorName;                            ///< username when it was written
    std::optional<base::OrganizationId> organization;  ///< that shares it; empty: the author's own
    base::TimePoint modifiedAt{};
};

class SavedViews {
  public:
    static constexpr std::size_t kPerAccountMax = 100;
    static constexpr std::size_t kPerOrganizationMax = 100;

    SavedViews(domain::DocumentStore& store, const base::Clock& clock);

    /// By name: one's own, then those that are shared.
    base::Result<std::vector<SavedView>> list(const domain::Operator& asker,
                                              base::Deadline deadline) const;
    /// `organization`: id or slug; empty for one's own.
    base::Result<SavedView> create(const domain::Operator& asker, const ViewContent& content,
                                   const std::string& organization, base::Deadline deadline);
    /// It stays shared where it is.
    base::Result<SavedView> replace(const domain::Operator& asker, const std::string& id,
                                    const ViewContent& content, base::Deadline deadline);
    base::Result<SavedView> remove(const domain::Operator& asker, const std::string& id,
                                   base::Deadline deadline);
    /// Whether the asker may replace and remove it.
    static bool mayChange(const domain::Operator& asker, const SavedView& view);

  private:
    base::Result<SavedView> changeable(const domain::Operator& asker, const std::string& id,
                                       base::Deadline deadline) const;
    /// What stands beside it: of the same account or organization.
    base::Result<std::vector<SavedView>> beside(const SavedView& view,
                                                base::Deadline deadline) const;
    base::Status checkRoom(const SavedView& view, base::Deadline deadline) const;

    domain::DocumentStore& store_;
    const base::Clock& clock_;
};

}  // namespace tenantry::tenants
