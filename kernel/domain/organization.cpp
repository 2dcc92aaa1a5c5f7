#include "kernel/domain/organization.h"

#include <algorithm>
#include <map>

#include "kernel/base/limits.h"

namespace tenantry::domain {

namespace limits = base::limits;

std::string_view name(OrganizationKind kind) {
    switch (kind) {
        case OrganizationKind::kPlatform:
            return "platform";
        case OrganizationKind::kDistributor:
            return "distributor";
        case OrganizationKind::kPartner:
            return "partner";
        case OrganizationKind::kTenant:
            return "tenant";
    }
    return "tenant";
}

std::optional<OrganizationKind> organizationKind(std::string_view text) {
    for (const auto kind : {OrganizationKind::kPlatform, OrganizationKind::kDistributor,
                            OrganizationKind::kPartner, OrganizationKind::kTenant})
        if (name(kind) == text) return kind;
    return std::nullopt;
}

std::string_view name(OrganizationState state) {
    switch (state) {
        case OrganizationState::kActive:
            return "active";
        case OrganizationState::kSuspended:
            return "suspended";
        case OrganizationState::kMaintenance:
            return "maintenance";
    }
    return "active";
}

std::optional<OrganizationState> organizationState(std::string_view text) {
    for (const auto state : {OrganizationState::kActive, OrganizationState::kSuspended,
                             OrganizationState::kMaintenance})
        if (name(state) == text) return state;
    return std::nullopt;
}

bool isSlug(std::string_view slug) {
    if (slug.empty() || slug.size() > 64 || slug.front() == '-' || slug.back() == '-' ||
        base::isUuid(slug))
        return false;
    return std::all_of(slug.begin(), slug.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string slugFor(std::string_view text) {
    std::string slug;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        const bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (keep)
            slug += c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() == 60) break;
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return isSlug(slug) ? slug : "organization";
}

base::Result<TreePtr> OrganizationTree::build(std::vector<Organization> organizations) {
    std::map<std::string, std::vector<std::size_t>> children;
    std::unordered_map<OrganizationId, std::size_t> index;
    std::optional<std::size_t> root;
    for (std::size_t i = 0; i < organizations.size(); ++i) {
        const auto& one = organizations[i];
        if (!index.emplace(one.id, i).second)
            return base::invalidArgument("Two organizations have the id " + one.id.text() + ".");
        if (one.parent.empty()) {
            if (root)
                return base::invalidArgument("Only one organization can be without a parent.",
                                             "/parent");
            root = i;
        }
        children[one.parent.text()].push_back(i);
    }
    auto tree = std::make_shared<OrganizationTree>();
    if (organizations.empty()) return TreePtr(tree);
    if (!root) return base::invalidArgument("No organization is without a parent.", "/parent");
    for (const auto& one : organizations) {
        if (one.parent.empty()) continue;
        const auto parent = index.find(one.parent);
        if (parent == index.end())
            return base::invalidArgument("The parent of \"" + one.name + "\" does not exist.",
                                         "/parent");
        if (organizations[parent->second].kind >= one.kind)
            return base::invalidArgument("\"" + one.name + "\" is a " +
                                             std::string(domain::name(one.kind)) +
                                             ": its parent must be of a higher kind than that.",
                                         "/parent");
    }
    // Depth first, siblings by name; an explicit stack, since input decides the depth.
    struct Step {
        std::size_t index;
        std::uint32_t depth;
        std::int64_t parent;
    };
    std::vector<Step> stack{{*root, 0, -1}};
    while (!stack.empty()) {
        const Step step = stack.back();
        stack.pop_back();
        if (step.depth >= limits::kOrganizationDepthMax)
            return base::invalidArgument("The organizations nest too deep.", "/parent");
        const auto ordinal = static_cast<Ordinal>(tree->nodes_.size());
        auto& one = organizations[step.index];
        tree->byId_.emplace(one.id, ordinal);
        if (!tree->bySlug_.emplace(one.slug, ordinal).second)
            return base::invalidArgument("Two organizations have the slug \"" + one.slug + "\".",
                                         "/slug");
        auto& below = children[one.id.text()];
        std::sort(below.begin(), below.end(), [&](std::size_t a, std::size_t b) {
            return std::tie(organizations[b].name, organizations[b].id) <
                   std::tie(organizations[a].name, organizations[a].id);
        });
        for (const std::size_t child : below) stack.push_back({child, step.depth + 1, ordinal});
        tree->depths_.push_back(step.depth);
        tree->parents_.push_back(step.parent);
        tree->nodes_.push_back(one);
    }
    if (tree->nodes_.size() != organizations.size())
        return base::invalidArgument("The organizations form a circle.", "/parent");
    tree->ends_.resize(tree->nodes_.size());
    for (std::size_t i = tree->nodes_.size(); i-- > 0;) {
        tree->ends_[i] = std::max(tree->ends_[i], static_cast<Ordinal>(i + 1));
        if (tree->parents_[i] >= 0) {
            auto& end = tree->ends_[static_cast<std::size_t>(tree->parents_[i])];
            end = std::max(end, tree->ends_[i]);
        }
    }
    return TreePtr(tree);
}

std::optional<Ordinal> OrganizationTree::find(const OrganizationId& id) const {
    const auto found = byId_.find(id);
    return found == byId_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Ordinal> OrganizationTree::findSlug(std::string_view slug) const {
    const auto found = bySlug_.find(std::string(slug));
    return found == bySlug_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Ordinal> OrganizationTree::resolve(std::string_view idOrSlug) const {
    if (base::isUuid(idOrSlug)) return find(OrganizationId(std::string(idOrSlug)));
    return findSlug(idOrSlug);
}

std::optional<Ordinal> OrganizationTree::parentOf(Ordinal ordinal) const {
    return parents_[ordinal] < 0 ? std::nullopt
                                 : std::optional(static_cast<Ordinal>(parents_[ordinal]));
}

std::vector<Ordinal> OrganizationTree::path(Ordinal ordinal) const {
    std::vector<Ordinal> out;
    for (std::optional<Ordinal> at = ordinal; at; at = parentOf(*at)) out.push_back(*at);
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace tenantry::domain
