#include "api/rest/body.h"

#include <algorithm>
#include <set>

namespace tenantry::rest {
namespace {

using base::invalidArgument;
using base::Json;

std::string pointerTo(std::string_view name) {
    return "/" + std::string(name);
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool isJsonType(const http::Request& request) {
    const std::string type = request.headers().getOr("Content-Type", "");
    const std::string_view media = http::trimmed(std::string_view(type).substr(0, type.find(';')));
    return http::equalIgnoringCase(media, "application/json");
}

base::Status checkLength(std::string_view name, const std::string& text, Length length) {
    const std::size_t count = characters(text);
    if (count >= length.min && count <= length.max) return base::ok();
    return invalidArgument("\"" + std::string(name) + "\" has " + std::to_string(length.min) +
                               " to " + std::to_string(length.max) + " characters.",
                           pointerTo(name));
}

base::Error wrongType(std::string_view name, std::string_view type) {
    return invalidArgument("\"" + std::string(name) + "\" must be " + std::string(type) + ".",
                           pointerTo(name));
}

/// Where a name is given twice in one object; nothing when nowhere. Which of the two counts would
/// be anybody's guess. Nothing nests deeper than Json::parse() lets it.
std::optional<std::string> twice(const Json& json, const std::string& at) {
    std::set<std::string> seen;
    for (const auto& [name, value] : json.members()) {
        const std::string here = at + "/" + name.substr(0, 40);
        if (!seen.insert(name).second) return here;
        if (auto below = twice(value, here)) return below;
    }
    if (!json.isArray()) return std::nullopt;
    std::size_t index = 0;
    for (const auto& item : json.items())
        if (auto below = twice(item, at + "/" + std::to_string(index++))) return below;
    return std::nullopt;
}

}  // namespace

base::Result<Body> Body::read(const http::Request& request,
                              const std::vector<std::string_view>& allowed, Presence presence) {
    Body body;
    if (request.body.empty() && presence == Presence::kOptional) return body;
    if (request.body.empty()) return invalidArgument("The request needs a JSON body.");
    if (!isJsonType(request)) {
        return invalidArgument("Send the body as JSON, with Content-Type: application/json.");
    }
    TNY_TRY(body.json_, Json::parse(request.body));
    if (!body.json_.isObject()) return invalidArgument("The body must be a JSON object.");
    for (const auto& [name, value] : body.json_.members())
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
            return invalidArgument("There is no member \"" + name.substr(0, 40) + "\" here.",
                                   pointerTo(name));
    if (const auto where = twice(body.json_, ""))
        return invalidArgument("This is given twice: " + *where + ".", *where);
    return body;
}

base::Result<std::string> Body::need(std::string_view name, Length length) const {
    TNY_TRY(auto given, text(name, length));
    if (!given)
        return invalidArgument("\"" + std::string(name) + "\" is missing.", pointerTo(name));
    return std::move(*given);
}

base::Result<std::optional<std::string>> Body::text(std::string_view name, Length length) const {
    const Json value = json_[name];
    if (value.missing()) return std::optional<std::string>{};
    auto given = value.asString();
    if (!given) return wrongType(name, "a text");
    TNY_CHECKED(checkLength(name, *given, length));
    return given;
}

base::Result<std::optional<bool>> Body::flag(std::string_view name) const {
    const Json value = json_[name];
    if (value.missing()) return std::optional<bool>{};
    const auto given = value.asBool();
    if (!given) return wrongType(name, "true or false");
    return given;
}

base::Result<std::optional<std::int64_t>> Body::number(std::string_view name) const {
    const Json value = json_[name];
    if (value.missing()) return std::optional<std::int64_t>{};
    const auto given = value.asInt();
    if (!given) return wrongType(name, "a whole number");
    return given;
}

base::Result<std::optional<std::vector<std::string>>> Body::texts(std::string_view name,
                                                                  std::size_t countMax,
                                                                  Length length) const {
    const Json value = json_[name];
    if (value.missing()) return std::optional<std::vector<std::string>>{};
    if (!value.isArray() || value.size() > countMax) {
        return wrongType(name, "a list of at most " + std::to_string(countMax) + " texts");
    }
    std::vector<std::string> out;
    for (const Json& item : value.items()) {
        auto given = item.asString();
        if (!given) return wrongType(name, "a list of texts");
        TNY_CHECKED(checkLength(name, *given, length));
        out.push_back(std::move(*given));
    }
    return std::optional(std::move(out));
}

base::Result<std::optional<std::string>> Body::object(std::string_view name) const {
    const Json value = json_[name];
    if (value.missing()) return std::optional<std::string>{};
    if (!value.isObject()) return wrongType(name, "an object");
    return std::optional(value.text());
}

}  // namespace tenantry::rest
