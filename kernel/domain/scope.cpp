#include "kernel/domain/scope.h"

#include <algorithm>

namespace tenantry::domain {

namespace {

/// Sorted and merged, so that membership is one binary search and two scopes can be compared.
std::vector<Interval> normalized(std::vector<Interval> intervals) {
    std::sort(intervals.begin(), intervals.end(),
              [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
    std::vector<Interval> out;
    for (const auto& one : intervals) {
        if (one.begin >= one.end) continue;
        if (!out.empty() && one.begin <= out.back().end)
            out.back().end = std::max(out.back().end, one.end);
        else
            out.push_back(one);
    }
    return out;
}

bool holds(const std::vector<Interval>& intervals, Ordinal ordinal) {
    const auto after = std::upper_bound(intervals.begin(), intervals.end(), ordinal,
                                        [](Ordinal o, const Interval& i) { return o < i.begin; });
    return after != intervals.begin() && std::prev(after)->contains(ordinal);
}

}  // namespace

Scope::Scope(TreePtr tree, std::vector<Interval> intervals)
    : tree_(std::move(tree)), intervals_(normalized(std::move(intervals))), whole_(intervals_) {}

bool Scope::contains(Ordinal ordinal) const {
    return holds(intervals_, ordinal);
}

bool Scope::contains(const OrganizationId& id) const {
    if (!tree_) return false;
    const auto ordinal = tree_->find(id);
    return ordinal && contains(*ordinal);
}

bool Scope::containsAll(const std::vector<OrganizationId>& ids) const {
    return tree_ && !ids.empty() && std::all_of(ids.begin(), ids.end(), [&](const auto& id) {
               const auto ordinal = tree_->find(id);
               return ordinal && holds(whole_, *ordinal);
           });
}

std::vector<OrganizationId> Scope::organizations() const {
    std::vector<OrganizationId> out;
    for (const auto& interval : intervals_)
        for (Ordinal o = interval.begin; o < interval.end; ++o) out.push_back(tree_->at(o).id);
    return out;
}

std::size_t Scope::size() const {
    std::size_t count = 0;
    for (const auto& interval : intervals_) count += interval.end - interval.begin;
    return count;
}

base::Result<Scope> Scope::narrowedTo(std::string_view idOrSlug) const {
    const auto ordinal = tree_ ? tree_->resolve(idOrSlug) : std::nullopt;
    if (!ordinal)
        return base::notFound("There is no organization \"" + std::string(idOrSlug) +
                              "\" in your scope.");
    const Interval wanted = tree_->subtree(*ordinal);
    std::vector<Interval> cut;
    for (const auto& mine : intervals_) {
        const Interval both{std::max(mine.begin, wanted.begin), std::min(mine.end, wanted.end)};
        if (both.begin < both.end) cut.push_back(both);
    }
    if (cut.empty())
        return base::notFound("There is no organization \"" + std::string(idOrSlug) +
                              "\" in your scope.");
    Scope out(tree_, std::move(cut));
    out.whole_ = whole_;
    return out;
}

Operator::Operator(base::AccountId account, std::string username, std::string remoteAddress,
                   std::vector<Grant> grants, std::vector<Holding> holdings, TreePtr tree)
    : account_(std::move(account)),
      username_(std::move(username)),
      remoteAddress_(std::move(remoteAddress)),
      grants_(std::move(grants)),
      holdings_(std::move(holdings)),
      tree_(std::move(tree)) {}

PermissionSet Operator::permissionsOn(const OrganizationId& organization) const {
    PermissionSet set;
    const auto ordinal = tree_ ? tree_->find(organization) : std::nullopt;
    if (!ordinal) return set;
    for (const auto& holding : holdings_) {
        const auto held = tree_->find(holding.organization);
        if (held && tree_->subtree(*held).contains(*ordinal)) set |= holding.permissions;
    }
    return set;
}

bool Operator::may(Permission permission, const OrganizationId& organization) const {
    return permissionsOn(organization).has(permission);
}

Scope Operator::scopeFor(Permission permission) const {
    std::vector<Interval> intervals;
    for (const auto& holding : holdings_) {
        const auto ordinal = tree_ ? tree_->find(holding.organization) : std::nullopt;
        if (ordinal && holding.permissions.has(permission))
            intervals.push_back(tree_->subtree(*ordinal));
    }
    return Scope(tree_, std::move(intervals));
}

}  // namespace tenantry::domain
