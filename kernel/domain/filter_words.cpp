#include "kernel/domain/filter_words.h"

#include <algorithm>
#include <numeric>

#include "kernel/base/text.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

namespace {

constexpr std::string_view kCoreUserUrn = "urn:ietf:params:scim:schemas:core:2.0:user:";
constexpr std::string_view kAttributes = "attributes.";

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, diagonal + 1, change});
        }
    }
    return row.back();
}

/// "attributes.badge": letters, digits, "_", "-", "$" between dots.
bool isAttributePath(std::string_view path) {
    return !path.empty() && path.front() != '.' && path.back() != '.' &&
           path.find("..") == std::string_view::npos && path.find(':') == std::string_view::npos;
}

}  // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t kShown = 40;
    if (text.size() <= kShown) return "\"" + std::string(text) + "\"";
    std::size_t end = kShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return "\"" + std::string(text.substr(0, end)) + "...\"";
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    std::optional<std::string> best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 2);
    for (const auto& one : known)
        if (const auto d = distance(word.substr(0, 64), one);
            d <= bestDistance && (!best || d < bestDistance)) {
            best = one;
            bestDistance = d;
        }
    return best;
}

std::vector<std::string> fieldNames() {
    std::vector<std::string> out;
    for (auto i = static_cast<std::uint8_t>(UserField::kId);
         i < static_cast<std::uint8_t>(UserField::kAttribute); ++i)
        out.emplace_back(name(static_cast<UserField>(i)));
    return out;
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::vector<std::string> wordsOf(UserField field) {
    std::vector<std::string> out;
    if (field == UserField::kStatus) {
        for (std::uint8_t i = 1; i <= kUserStatusCount; ++i)
            out.emplace_back(name(static_cast<UserStatus>(i)));
    } else if (field == UserField::kAlerts) {
        for (std::uint8_t i = 1; i <= kAlertCount; ++i)
            out.emplace_back(name(static_cast<Alert>(i)));
    } else {
        for (const auto cause :
             {StatusCause::kInactive, StatusCause::kOperator, StatusCause::kBackend})
            out.emplace_back(name(cause));
    }
    return out;
}

std::optional<Target> resolve(const Word& word) {
    std::string_view folded = word.folded;
    std::string_view text = word.text;
    if (folded.substr(0, kCoreUserUrn.size()) == kCoreUserUrn) {
        folded.remove_prefix(kCoreUserUrn.size());
        text.remove_prefix(kCoreUserUrn.size());
    }
    if (const auto field = userField(folded)) return Target{*field, {}};
    for (const std::string_view part : {"id", "slug", "name"})
        if (folded == "organization." + std::string(part))
            return Target{UserField::kOrganization, std::string(part)};
    // RFC 7643 section 2.4: the values of a multi-valued attribute are its "value".
    for (const auto field : {UserField::kRoles, UserField::kMfaMethods, UserField::kAlerts})
        if (folded == std::string(name(field)) + ".value") return Target{field, {}};
    if (folded.substr(0, kAttributes.size()) == kAttributes &&
        isAttributePath(text.substr(kAttributes.size())))
        return Target{UserField::kAttribute, std::string(text.substr(kAttributes.size()))};
    return std::nullopt;
}

}  // namespace tenantry::domain
