#include "tenants/import.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::tenants {

using base::Json;

namespace {

base::Error at(base::Error error, const std::string& list, std::size_t index) {
    error.pointer = "/" + list + "/" + std::to_string(index) + error.pointer;
    return error;
}

std::vector<std::string> textsOf(const Json& json) {
    std::vector<std::string> out;
    for (const auto& item : json.items()) out.push_back(item.stringOr(""));
    return out;
}

base::Result<base::OrganizationId> organizationOf(const Organizations& organizations,
                                                  const Json& slug, const char* field) {
    const auto tree = organizations.tree();
    const auto ordinal = tree->findSlug(slug.stringOr(""));
    if (!ordinal)
        return base::invalidArgument("There is no organization \"" + slug.stringOr("") + "\".",
                                     std::string("/") + field);
    return tree->at(*ordinal).id;
}

/// Whether it was added (false: it was there).
base::Result<bool> importOrganization(const ImportParts& parts, const Json& json,
                                      base::Deadline deadline) {
    domain::Organization one;
    one.slug = json["slug"].stringOr("");
    one.name = json["name"].stringOr("");
    if (!domain::isSlug(one.slug))
        return base::invalidArgument("\"" + one.slug + "\" is no slug.", "/slug");
    if (parts.organizations.tree()->findSlug(one.slug)) return false;
    const auto kind = domain::organizationKind(json["kind"].stringOr(""));
    if (!kind)
        return base::invalidArgument("The kind is platform, distributor, partner or tenant.",
                                     "/kind");
    one.kind = *kind;
    if (json["parent"].isString()) {
        TNY_TRY(one.parent, organizationOf(parts.organizations, json["parent"], "parent"));
    }
    one.id = base::OrganizationId(base::newUuid());
    one.tags = textsOf(json["tags"]);
    one.createdAt = one.modifiedAt = parts.clock.now();
    TNY_CHECKED(parts.organizations.unsafePut(one, deadline));
    return true;
}

base::Result<bool> importConnection(const ImportParts& parts, const Json& json,
                                    base::Deadline deadline) {
    TNY_TRY(const auto organization,
            organizationOf(parts.organizations, json["organization"], "organization"));
    NewConnection request;
    request.connector = json["connector"].stringOr("");
    request.name = json["name"].stringOr("");
    request.configJson = json["config"].text();
    if (const auto interval = json["interval_s"].asInt())
        request.syncInterval = std::chrono::seconds(*interval);
    for (const auto& known : parts.connections.all())
        if (known.connection.organization == organization && known.connection.name == request.name)
            return false;
    TNY_TRY(const auto made, parts.connections.unsafeCreate(organization, request, deadline));
    static_cast<void>(made);
    return true;
}

base::Result<bool> importAccount(const ImportParts& parts, const Json& json,
                                 const std::vector<domain::Account>& known,
                                 base::Deadline deadline) {
    domain::Account account;
    account.username = json["username"].stringOr("");
    const auto same = [&](const domain::Account& one) { return one.username == account.username; };
    if (std::any_of(known.begin(), known.end(), same)) return false;
    account.id = base::AccountId(base::newUuid());
    TNY_TRY(account.home, organizationOf(parts.organizations, json["home"], "home"));
    account.email = json["email"].stringOr("");
    account.firstName = json["first_name"].stringOr("");
    account.lastName = json["last_name"].stringOr("");
    for (const auto& grant : json["grants"].items()) {
        TNY_TRY(auto organization,
                organizationOf(parts.organizations, grant["organization"], "grants"));
        account.grants.push_back({grant["role"].stringOr(""), std::move(organization)});
    }
    account.createdAt = account.modifiedAt = parts.clock.now();
    TNY_CHECKED(parts.access.unsafeAddAccount(
        account, base::SecretText(json["password"].stringOr("")), deadline));
    return true;
}

}  // namespace

base::Result<ImportCount> importHierarchy(const ImportParts& parts, const std::string& document,
                                          base::Deadline deadline) {
    TNY_TRY(const Json json, Json::parse(document));
    ImportCount count;
    const auto each = [&](const std::string& list, std::size_t& added,
                          const auto& one) -> base::Status {
        const auto items = json[list].items();
        for (std::size_t i = 0; i < items.size(); ++i) {
            auto result = one(items[i]);
            if (!result) return at(std::move(result).error(), list, i);
            ++(*result ? added : count.alreadyThere);
        }
        return base::ok();
    };
    TNY_CHECKED(each("organizations", count.organizations,
                     [&](const Json& item) { return importOrganization(parts, item, deadline); }));
    TNY_CHECKED(each("connections", count.connections,
                     [&](const Json& item) { return importConnection(parts, item, deadline); }));
    TNY_TRY(const auto accounts, parts.accounts.loadAccounts(deadline));
    TNY_CHECKED(each("accounts", count.accounts, [&](const Json& item) {
        return importAccount(parts, item, accounts, deadline);
    }));
    return count;
}

}  // namespace tenantry::tenants
