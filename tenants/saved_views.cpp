#include "tenants/saved_views.h"

#include <algorithm>
#include <tuple>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/domain/filter.h"
#include "kernel/domain/query.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Permission;

namespace {

constexpr std::string_view kOwn = "view";
constexpr std::string_view kShared = "shared_view";
constexpr std::size_t kColumnsBytesMax = 1000;

std::string kindOf(const SavedView& view) {
    return std::string(view.organization ? kShared : kOwn);
}

std::string ownerOf(const SavedView& view) {
    return view.organization ? view.organization->text() : view.author.text();
}

domain::Document documentOf(const SavedView& view) {
    const auto& content = view.content;
    base::JsonWriter json;
    json.beginObject().key("name").string(content.name).key("search").string(content.search);
    json.key("filter").string(content.filter).key("sort").string(content.sort);
    json.key("columns").string(content.columns).key("author").string(view.author.text());
    json.key("author_name").string(view.authorName);
    json.key("modified_at").string(base::toRfc3339(view.modifiedAt)).endObject();
    return {kindOf(view), view.id, ownerOf(view), std::move(json).take()};
}

std::optional<SavedView> viewOf(const domain::Document& document) {
    const auto json = base::Json::parse(document.json);
    if (!json) return std::nullopt;
    const auto text = [&](std::string_view name) { return (*json)[name].stringOr(""); };
    SavedView out;
    out.id = document.id;
    out.content = {text("name"), text("search"), text("filter"), text("sort"), text("columns")};
    out.author = base::AccountId(text("author"));
    out.authorName = text("author_name");
    if (document.kind == kShared) out.organization = base::OrganizationId(document.owner);
    out.modifiedAt = base::parseRfc3339(text("modified_at")).value_or(base::TimePoint{});
    return out;
}

/// Who sees the organization, and who works in it or below it.
bool isFor(const domain::Operator& asker, const domain::Scope& visible,
           const base::OrganizationId& organization) {
    if (visible.contains(organization)) return true;
    const auto& tree = *asker.tree();
    const auto at = tree.find(organization);
    if (!at) return false;
    return std::any_of(asker.holdings().begin(), asker.holdings().end(), [&](const auto& one) {
        const auto place = tree.find(one.organization);
        return place && !one.permissions.empty() && tree.subtree(*at).contains(*place);
    });
}

base::Status check(const ViewContent& content) {
    if (content.search.size() > base::limits::kSearchBytesMax)
        return base::invalidArgument(
            "A search has at most " + std::to_string(base::limits::kSearchBytesMax) + " bytes.",
            "/search");
    if (content.columns.size() > kColumnsBytesMax)
        return base::invalidArgument("The columns are too long.", "/columns");
    if (!content.filter.empty())
        if (const auto parsed = domain::Filter::parse(content.filter); !parsed)
            return base::Error(parsed.error()).at("/filter");
    if (const auto parsed = domain::parseSort(content.sort); !parsed)
        return base::Error(parsed.error()).at("/sort");
    return base::ok();
}

}  // namespace

SavedViews::SavedViews(domain::DocumentStore& store, const base::Clock& clock)
    : store_(store), clock_(clock) {}

bool SavedViews::mayChange(const domain::Operator& asker, const SavedView& view) {
    if (view.organization) return asker.may(Permission::kOrgsManage, *view.organization);
    return view.author == asker.account();
}

base::Result<std::vector<SavedView>> SavedViews::list(const domain::Operator& asker,
                                                      Deadline deadline) const {
    TNY_TRY(const auto own, store_.documents(kOwn, asker.account().text(), deadline));
    TNY_TRY(const auto shared, store_.documents(kShared, "", deadline));
    const auto visible = asker.visible();
    std::vector<SavedView> out;
    for (const auto& document : own)
        if (auto view = viewOf(document)) out.push_back(std::move(*view));
    for (const auto& document : shared)
        if (auto view = viewOf(document); view && isFor(asker, visible, *view->organization))
            out.push_back(std::move(*view));
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.organization.has_value(), a.content.name, a.id) <
               std::tuple(b.organization.has_value(), b.content.name, b.id);
    });
    return out;
}

base::Result<std::vector<SavedView>> SavedViews::beside(const SavedView& view,
                                                        Deadline deadline) const {
    TNY_TRY(const auto all, store_.documents(kindOf(view), ownerOf(view), deadline));
    std::vector<SavedView> out;
    for (const auto& document : all)
        if (auto one = viewOf(document); one && one->id != view.id) out.push_back(std::move(*one));
    return out;
}

base::Status SavedViews::checkRoom(const SavedView& view, Deadline deadline) const {
    TNY_TRY(const auto others, beside(view, deadline));
    if (std::any_of(others.begin(), others.end(),
                    [&](const auto& one) { return one.content.name == view.content.name; }))
        return base::conflict("There is a view \"" + view.content.name +
                              "\" already. Replace that one, or choose another name.")
            .at("/name");
    const auto most = view.organization ? kPerOrganizationMax : kPerAccountMax;
    if (others.size() >= most)
        return base::conflict("There are " + std::to_string(most) +
                              " views already. Delete those that are not in use.");
    return base::ok();
}

base::Result<SavedView> SavedViews::create(const domain::Operator& asker,
                                           const ViewContent& content,
                                           const std::string& organization, Deadline deadline) {
    SavedView view{base::newUuid(),  content,      asker.account(),
                   asker.username(), std::nullopt, clock_.now()};
    if (!organization.empty()) {
        const auto ordinal = asker.tree()->resolve(organization);
        if (!ordinal || !asker.visible().contains(*ordinal))
            return base::notFound("There is no organization \"" + organization +
                                  "\" in your scope.")
                .at("/organization");
        const auto& where = asker.tree()->at(*ordinal);
        if (!asker.may(Permission::kOrgsManage, where.id))
            return base::forbidden("You need \"orgs.manage\" on " + where.name +
                                   " to share a view there.");
        view.organization = where.id;
    }
    TNY_CHECKED(check(content));
    TNY_CHECKED(checkRoom(view, deadline));
    TNY_CHECKED(store_.addDocument(documentOf(view), deadline));
    return view;
}

base::Result<SavedView> SavedViews::changeable(const domain::Operator& asker, const std::string& id,
                                               Deadline deadline) const {
    TNY_TRY(auto all, list(asker, deadline));
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
    if (found == all.end()) return base::notFound("There is no such view in your scope.");
    if (!mayChange(asker, *found))
        return base::forbidden(
            "You need \"orgs.manage\" on the organization that shares this view.");
    return std::move(*found);
}

base::Result<SavedView> SavedViews::replace(const domain::Operator& asker, const std::string& id,
                                            const ViewContent& content, Deadline deadline) {
    TNY_TRY(auto view, changeable(asker, id, deadline));
    TNY_CHECKED(check(content));
    view.content = content;
    view.author = view.organization ? asker.account() : view.author;
    view.authorName = asker.username();
    view.modifiedAt = clock_.now();
    TNY_CHECKED(checkRoom(view, deadline));
    TNY_CHECKED(store_.putDocument(documentOf(view), deadline));
    return view;
}

base::Result<SavedView> SavedViews::remove(const domain::Operator& asker, const std::string& id,
                                           Deadline deadline) {
    TNY_TRY(auto view, changeable(asker, id, deadline));
    TNY_CHECKED(store_.removeDocument(kindOf(view), view.id, deadline));
    return view;
}

}  // namespace tenantry::tenants
