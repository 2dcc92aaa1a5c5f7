#include "api/rest/query.h"

#include <algorithm>
#include <charconv>

namespace tenantry::rest {
namespace {

constexpr std::size_t kShownBytesMax = 40;

std::string listOf(const std::vector<std::string_view>& names) {
    std::string out;
    for (const auto name : names) out += (out.empty() ? "" : ", ") + std::string(name);
    return out.empty() ? "none" : out;
}

}  // namespace

base::Result<Query> Query::read(const http::Request& request,
                                const std::vector<std::string_view>& allowed) {
    Query out;
    for (const auto& [name, value] : request.head.target.query) {
        const std::string pointer = "?" + name;
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
            return base::invalidArgument("There is no query parameter \"" +
                                             name.substr(0, kShownBytesMax) +
                                             "\" here; possible are: " + listOf(allowed) + ".",
                                         pointer);
        }
        if (out.text(name)) {
            return base::invalidArgument("The query parameter \"" + name + "\" is given twice.",
                                         pointer);
        }
        out.values_.emplace_back(name, value);
    }
    return out;
}

std::optional<std::string> Query::text(std::string_view name) const {
    for (const auto& [key, value] : values_) {
        if (key == name && !value.empty()) return value;
    }
    return std::nullopt;
}

base::Result<std::size_t> Query::number(std::string_view name, std::size_t fallback,
                                        std::size_t min, std::size_t cutAt) const {
    const auto given = text(name);
    if (!given) return fallback;
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
    const bool tooLarge = error == std::errc::result_out_of_range;
    if (!tooLarge &&
        (error != std::errc() || end != given->data() + given->size() || value < min)) {
        return base::invalidArgument("\"" + std::string(name) +
                                         "\" is a whole number of at least " + std::to_string(min) +
                                         ".",
                                     "?" + std::string(name));
    }
    return tooLarge ? cutAt : std::min(value, cutAt);
}

base::Error Query::notOneOf(std::string_view name, std::string_view given, std::string_view words) {
    return base::invalidArgument("\"" + std::string(given.substr(0, kShownBytesMax)) +
                                     "\" is no value of \"" + std::string(name) +
                                     "\"; possible are: " + std::string(words) + ".",
                                 "?" + std::string(name));
}

}  // namespace tenantry::rest
