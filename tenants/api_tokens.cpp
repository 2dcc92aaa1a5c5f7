#include "tenants/api_tokens.h"

#include <algorithm>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "tenants/accounts.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Permission;

namespace {

constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kHintBytes = 8;

domain::Document documentOf(const ApiToken& token) {
    base::JsonWriter json;
    json.beginObject().key("name").string(token.name).key("hint").string(token.hint);
    json.key("organization").string(token.organization.text());
    json.key("permissions").beginArray();
    for (const auto one : token.permissions.list()) json.string(domain::name(one));
    json.endArray();
    json.key("created_at").string(base::toRfc3339(token.createdAt)).endObject();
    return {std::string(kApiTokenKind), token.digest, token.account.text(),
            std::move(json).take(),     {},           token.expiresAt};
}

}  // namespace

std::optional<ApiToken> apiTokenOf(const domain::Document& document) {
    const auto json = base::Json::parse(document.json);
    if (!json || !document.expiresAt) return std::nullopt;
    ApiToken out;
    out.digest = document.id;
    out.id = document.id.substr(0, kIdDigits);
    out.account = base::AccountId(document.owner);
    out.name = (*json)["name"].stringOr("");
    out.hint = (*json)["hint"].stringOr("");
    out.organization = base::OrganizationId((*json)["organization"].stringOr(""));
    for (const auto& item : (*json)["permissions"].items())
        if (const auto one = domain::permission(item.stringOr(""))) out.permissions.add(*one);
    out.createdAt =
        base::parseRfc3339((*json)["created_at"].stringOr("")).value_or(base::TimePoint{});
    out.expiresAt = *document.expiresAt;
    return out;
}

ApiTokens::ApiTokens(domain::DocumentStore& store, domain::AccountStore& accounts,
                     const base::Clock& clock)
    : store_(store), accounts_(accounts), clock_(clock) {}

base::Result<std::pair<ApiToken, base::SecretText>> ApiTokens::create(const domain::Operator& asker,
                                                                      const NewApiToken& request,
                                                                      Deadline deadline) {
    const auto ordinal = asker.tree()->resolve(request.organization);
    if (!ordinal || !asker.visible().contains(*ordinal))
        return base::notFound("There is no organization \"" + request.organization +
                              "\" in your scope.")
            .at("/organization");
    const auto& where = asker.tree()->at(*ordinal);
    if (!asker.may(Permission::kTokensManage, where.id))
        return base::forbidden("You need \"tokens.manage\" on " + where.name + ".");
    if (request.name.empty() || request.name.size() > 100)
        return base::invalidArgument("A token's name has 1 to 100 bytes.", "/name");
    if (request.permissions.empty())
        return base::invalidArgument("Say what the token may do.", "/permissions");
    const auto mine = asker.permissionsOn(where.id);
    for (const auto one : request.permissions.list())
        if (!mine.has(one))
            return base::forbidden("You cannot give \"" + std::string(domain::name(one)) +
                                   "\": you do not hold it there yourself.")
                .at("/permissions");
    const auto now = clock_.now();
    if (request.expiresAt <= now || request.expiresAt > now + kLifeMax)
        return base::invalidArgument("A token ends in the future, within a year.", "/expires_at");
    TNY_TRY(const auto others, store_.documents(kApiTokenKind, asker.account().text(), deadline));
    if (others.size() >= kPerAccountMax)
        return base::conflict("You have 50 tokens already. Revoke those that are not in use.");
    base::SecretText secret(std::string(kApiTokenPrefix) + base::randomToken());
    ApiToken token;
    token.digest = base::digestHex(secret.reveal());
    token.id = token.digest.substr(0, kIdDigits);
    token.account = asker.account();
    token.name = request.name;
    token.hint = secret.reveal().substr(0, kHintBytes);
    token.organization = where.id;
    token.permissions = request.permissions;
    token.createdAt = now;
    token.expiresAt = request.expiresAt;
    TNY_CHECKED(store_.addDocument(documentOf(token), deadline));
    return std::pair(std::move(token), std::move(secret));
}

base::Result<std::vector<ApiToken>> ApiTokens::list(const domain::Operator& asker,
                                                    Deadline deadline) const {
    TNY_TRY(const auto all, store_.documents(kApiTokenKind, "", deadline));
    TNY_TRY(const auto uses, store_.documents(kApiTokenUseKind, "", deadline));
    const auto managed = asker.scopeFor(Permission::kTokensManage);
    std::vector<ApiToken> out;
    for (const auto& document : all) {
        auto token = apiTokenOf(document);
        if (!token) continue;
        if (token->account != asker.account()) {
            // Of others: those whose owner lies in the scope, and not only the token.
            const auto owner = accounts_.account(token->account, deadline);
            if (!owner || !managed.containsAll(assignedOf(*owner)) ||
                !managed.contains(token->organization))
                continue;
        }
        const auto use = std::find_if(uses.begin(), uses.end(),
                                      [&](const auto& one) { return one.id == token->digest; });
        if (use != uses.end()) {
            const auto json = base::Json::parse(use->json);
            if (json) token->lastUsedAt = base::parseRfc3339((*json)["at"].stringOr(""));
        }
        out.push_back(std::move(*token));
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.createdAt > b.createdAt; });
    return out;
}

base::Result<ApiToken> ApiTokens::revoke(const domain::Operator& asker, const std::string& id,
                                         Deadline deadline) {
    TNY_TRY(const auto all, list(asker, deadline));
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
    if (found == all.end()) return base::notFound("There is no such token in your scope.");
    TNY_CHECKED(store_.removeDocument(kApiTokenKind, found->digest, deadline));
    return *found;
}

}  // namespace tenantry::tenants
