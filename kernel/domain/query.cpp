#include "kernel/domain/query.h"

#include <algorithm>
#include <functional>

namespace tenantry::domain {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::string fieldsWhere(bool (*holds)(UserField)) {
    std::string out;
    for (auto i = static_cast<std::uint8_t>(UserField::kId);
         i < static_cast<std::uint8_t>(UserField::kAttribute); ++i)
        if (const auto field = static_cast<UserField>(i); holds(field))
            out += (out.empty() ? "" : ", ") + std::string(name(field));
    return out;
}

std::vector<std::string_view> splitAtCommas(std::string_view text) {
    std::vector<std::string_view> out;
    while (true) {
        const auto comma = text.find(',');
        out.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return out;
        text.remove_prefix(comma + 1);
    }
}

/// What the request said, for a message: cut, since a request may be long.
std::string quoted(std::string_view text) {
    return "\"" + std::string(text.substr(0, 40)) + "\"";
}

}  // namespace

base::Result<std::vector<SortKey>> parseSort(std::string_view text) {
    std::vector<SortKey> keys;
    if (trimmed(text).empty()) return keys;
    for (auto word : splitAtCommas(text)) {
        const bool descending = !word.empty() && word.front() == '-';
        if (descending) word.remove_prefix(1);
        const auto field = userField(word);
        if (!field || !isSortable(*field))
            return base::invalidArgument("Cannot sort by " + quoted(word) +
                                         "; possible are: " + fieldsWhere(&isSortable) + ".");
        if (std::any_of(keys.begin(), keys.end(), [&](auto& k) { return k.field == *field; }))
            return base::invalidArgument("The sort names " + quoted(word) + " twice.");
        if (keys.size() == base::limits::kSortColumnsMax)
            return base::invalidArgument("A sort has at most " +
                                         std::to_string(base::limits::kSortColumnsMax) +
                                         " columns.");
        keys.push_back({*field, descending});
    }
    return keys;
}

base::Result<std::vector<UserField>> parseFacets(std::string_view text) {
    std::vector<UserField> out;
    if (trimmed(text).empty()) return out;
    for (const auto word : splitAtCommas(text)) {
        const auto field = userField(word);
        if (!field || !isFacet(*field))
            return base::invalidArgument("Cannot count by " + quoted(word) +
                                         "; possible are: " + fieldsWhere(&isFacet) + ".");
        if (std::find(out.begin(), out.end(), *field) == out.end()) out.push_back(*field);
    }
    return out;
}

}  // namespace tenantry::domain
