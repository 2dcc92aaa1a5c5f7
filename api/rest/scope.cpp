#include "api/rest/resources.h"

namespace tenantry::rest {

base::Result<domain::Ordinal> organizationOf(const domain::Scope& visible,
                                             const std::string& idOrSlug) {
    const auto ordinal = visible.tree() ? visible.tree()->resolve(idOrSlug) : std::nullopt;
    if (!ordinal || !visible.contains(*ordinal)) {
        return base::notFound("There is no organization \"" + idOrSlug.substr(0, 64) +
                              "\" in your scope.");
    }
    return *ordinal;
}

base::Result<domain::Scope> scopeOf(const Call& call, const domain::Scope& whole) {
    const auto wanted = call.query.text("scope");
    if (!wanted) return whole;
    const auto ordinal = organizationOf(whole, *wanted);
    if (!ordinal) return base::Error(ordinal.error()).at("?scope");
    return whole.narrowedTo(*wanted);
}

}  // namespace tenantry::rest
