#include "tenants/organizations.h"

#include <algorithm>

#include "kernel/base/limits.h"

namespace tenantry::tenants {

using domain::Organization;
using domain::OrganizationTree;
using domain::Permission;

namespace {

base::Status checkName(const std::string& name) {
    if (name.empty() || name.size() > base::limits::kNameBytesMax)
        return base::invalidArgument("A name has 1 to 256 bytes.", "/name");
    const bool control = std::any_of(name.begin(), name.end(),
                                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (control) return base::invalidArgument("A name has no control characters.", "/name");
    return base::ok();
}

base::Status checkTags(const std::vector<std::string>& tags) {
    if (tags.size() > 50)
        return base::invalidArgument("An organization has at most 50 tags.", "/tags");
    for (const auto& tag : tags)
        if (tag.empty() || tag.size() > 64)
            return base::invalidArgument("A tag has 1 to 64 bytes.", "/tags");
    return base::ok();
}

/// `wanted`, or with a number behind it when another organization has it.
std::string freeSlug(const OrganizationTree& tree, const std::string& wanted) {
    std::string slug = wanted;
    for (int n = 2; tree.findSlug(slug); ++n) slug = wanted + "-" + std::to_string(n);
    return slug;
}

}  // namespace

Organizations::Organizations(domain::OrganizationStore& store, domain::UserViewWriter& view,
                             domain::EventSink& events, const base::Clock& clock)
    : store_(store), view_(view), events_(events), clock_(clock) {
    tree_.with([](domain::TreePtr& tree) { tree = std::make_shared<OrganizationTree>(); });
}

base::Status Organizations::load(base::Deadline deadline) {
    TNY_TRY(auto all, store_.loadOrganizations(deadline));
    TNY_TRY(auto tree,
            base::within("stored organizations", OrganizationTree::build(std::move(all))));
    view_.setTree(tree);
    tree_.with([&](domain::TreePtr& current) { current = tree; });
    return base::ok();
}

domain::TreePtr Organizations::tree() const {
    return tree_.withShared([](const domain::TreePtr& tree) { return tree; });
}

base::Status Organizations::replace(const Organization& organization, base::Deadline deadline) {
    auto all = tree()->all();
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const auto& one) { return one.id == organization.id; });
    if (same == all.end())
        all.push_back(organization);
    else
        *same = organization;
    TNY_TRY(auto next, OrganizationTree::build(std::move(all)));
    TNY_CHECKED(store_.putOrganization(organization, deadline));
    view_.setTree(next);
    tree_.with([&](domain::TreePtr& current) { current = next; });
    events_.publish({"organizations_changed", organization.id,
                     R"({"organizations":[")" + organization.id.text() + "\"]}"});
    return base::ok();
}

base::Status Organizations::unsafePut(const Organization& organization, base::Deadline deadline) {
    const std::lock_guard lock(writing_);
    return replace(organization, deadline);
}

base::Result<Organization> Organizations::create(const domain::Operator& asker,
                                                 const NewOrganization& request,
                                                 base::Deadline deadline) {
    TNY_CHECKED(checkName(request.name));
    TNY_CHECKED(checkTags(request.tags));
    const std::lock_guard lock(writing_);
    const auto now = tree();
    const auto parent = now->resolve(request.parent);
    if (!parent || !asker.visible().contains(now->at(*parent).id))
        return base::notFound("There is no organization \"" + request.parent + "\" in your scope.")
            .at("/parent");
    if (!asker.may(Permission::kOrgsManage, now->at(*parent).id))
        return base::forbidden("You need \"orgs.manage\" on " + now->at(*parent).name + ".");
    if (request.kind <= now->at(*parent).kind)
        return base::invalidArgument("A " + std::string(domain::name(request.kind)) +
                                         " cannot stand below a " +
                                         std::string(domain::name(now->at(*parent).kind)) + ".",
                                     "/kind");
    Organization made;
    made.id = base::OrganizationId(base::newUuid());
    made.parent = now->at(*parent).id;
    made.kind = request.kind;
    made.name = request.name;
    made.tags = request.tags;
    made.createdAt = made.modifiedAt = clock_.now();
    if (request.slug.empty()) {
        made.slug = freeSlug(*now, domain::slugFor(request.name));
    } else {
        if (!domain::isSlug(request.slug))
            return base::invalidArgument(
                "A slug has 1 to 64 of a-z, 0-9 and -, and no - at an end.", "/slug");
        if (now->findSlug(request.slug))
            return base::conflict("The slug \"" + request.slug + "\" is taken.").at("/slug");
        made.slug = request.slug;
    }
    TNY_CHECKED(replace(made, deadline));
    return made;
}

base::Result<Organization> Organizations::change(const domain::Operator& asker,
                                                 const base::OrganizationId& id,
                                                 const OrganizationChange& request,
                                                 base::Deadline deadline) {
    const std::lock_guard lock(writing_);
    const auto now = tree();
    const auto ordinal = now->find(id);
    if (!ordinal || !asker.visible().contains(id))
        return base::notFound("There is no such organization in your scope.");
    Organization changed = now->at(*ordinal);
    if (!asker.may(Permission::kOrgsManage, id))
        return base::forbidden("You need \"orgs.manage\" on " + changed.name + ".");
    if (request.name) {
        TNY_CHECKED(checkName(*request.name));
        changed.name = *request.name;
    }
    if (request.slug && *request.slug != changed.slug) {
        if (!domain::isSlug(*request.slug))
            return base::invalidArgument(
                "A slug has 1 to 64 of a-z, 0-9 and -, and no - at an end.", "/slug");
        if (now->findSlug(*request.slug))
            return base::conflict("The slug \"" + *request.slug + "\" is taken.").at("/slug");
        changed.slug = *request.slug;
    }
    if (request.tags) {
        TNY_CHECKED(checkTags(*request.tags));
        changed.tags = *request.tags;
    }
    if (request.state) changed.state = *request.state;
    if (request.parent) {
        const auto parent = now->resolve(*request.parent);
        if (!parent || !asker.visible().contains(now->at(*parent).id))
            return base::notFound("There is no organization \"" + *request.parent +
                                  "\" in your scope.")
                .at("/parent");
        if (!asker.may(Permission::kOrgsManage, now->at(*parent).id))
            return base::forbidden("You need \"orgs.manage\" on " + now->at(*parent).name + ".");
        changed.parent = now->at(*parent).id;
    }
    changed.modifiedAt = clock_.now();
    TNY_CHECKED(replace(changed, deadline));
    return changed;
}

}  // namespace tenantry::tenants
