// Who has which role where, and until when. Giving and taking one is the action assign_role.
#include <algorithm>
#include <map>
#include <tuple>

#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"
#include "kernel/base/text.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;

struct Held {
    domain::Account account;
    domain::Grant grant;
    domain::Ordinal where = domain::kNoOrdinal;
};

bool found(const domain::Account& account, const std::string& folded) {
    const std::string text =
        account.username + "\n" + account.firstName + " " + account.lastName + "\n" + account.email;
    return folded.empty() || base::caseFold(text).find(folded) != std::string::npos;
}

/// Of the accounts that the asker sees: the view decides, as it does for the list of users.
std::vector<Held> heldIn(const Services& services, const Call& call, const domain::Scope& scope) {
    const auto visible = call.asker().visible();
    const auto role = call.query.text("role");
    const auto folded = base::caseFold(call.query.text("q").value_or(""));
    std::vector<Held> out;
    for (const auto& account : services.accounts.known()) {
        if (account.status == domain::UserStatus::kDeleted || !found(account, folded) ||
            !services.view.get(visible, services.accounts.userIdOf(account)))
            continue;
        for (const auto& grant : account.grants) {
            const auto where = visible.tree()->find(grant.organization);
            if (!where || !scope.contains(*where) || (role && grant.role != *role)) continue;
            out.push_back({account, grant, *where});
        }
    }
    std::sort(out.begin(), out.end(), [](const Held& a, const Held& b) {
        return std::tie(a.where, a.account.username, a.grant.role) <
               std::tie(b.where, b.account.username, b.grant.role);
    });
    return out;
}

void write(JsonWriter& out, const Services& services, const Call& call, const Held& one,
           const std::string& title) {
    const auto& [account, grant, where] = one;
    const auto id = services.accounts.userIdOf(account);
    out.beginObject().key("user").beginObject().key("id").string(id.text());
    out.key("username").string(account.username);
    out.key("display_name")
        .string(account.firstName.empty() && account.lastName.empty()
                    ? account.username
                    : account.firstName + (account.lastName.empty() ? "" : " ") + account.lastName);
    out.key("status").string(domain::name(domain::shownStatus(account))).endObject();
    out.key("role").string(grant.role);
    out.key("title").string(title);
    out.key("organization");
    writeOrganizationName(out, *call.asker().tree(), grant.organization);
    out.key("expires_at");
    writeTime(out, grant.expiresAt);
    out.key("ended").boolean(grant.expiresAt && *grant.expiresAt <= services.clock.now());
    out.key("mine").boolean(account.id == call.asker().account()).endObject();
}

base::Result<Reply> list(const Services& services, const Call& call) {
    TNY_TRY(const auto scope, scopeOf(call, call.asker().visible()));
    TNY_TRY(const auto offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(const auto limit,
            call.query.number("limit", limits::kUsersPageDefault, 1, limits::kActivityPageMax));
    const auto all = heldIn(services, call, scope);
    std::map<std::string, std::string> titles;
    const auto title = [&](const std::string& id) -> const std::string& {
        const auto [at, added] = titles.try_emplace(id, id);
        if (!added) return at->second;
        if (const auto role = services.roles.find(id, call.deadline())) at->second = role->name;
        return at->second;
    };
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (std::size_t i = offset; i < all.size() && i - offset < limit; ++i)
        write(out, services, call, all[i], title(all[i].grant.role));
    out.endArray();
    writeCount(out, "total", all.size());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addGrants(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/grants", .query = {"scope", "role", "q", "offset", "limit"}},
               [&services](const Call& call) { return list(services, call); });
}

}  // namespace tenantry::rest
