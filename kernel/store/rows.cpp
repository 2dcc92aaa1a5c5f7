#include "kernel/store/rows.h"

#include "kernel/base/json.h"

namespace tenantry::store {

std::string placeholders(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) out += ',';
        out += ":c" + std::to_string(i);
    }
    return out;
}

std::string storable(std::string_view text) {
    return base::isValidUtf8(text) ? std::string(text) : base::toValidUtf8(text);
}

std::string listToJson(const std::vector<std::string>& list) {
    if (list.empty()) return "[]";
    base::JsonWriter json;
    json.beginArray();
    for (const auto& one : list) json.string(one);
    json.endArray();
    return std::move(json).take();
}

std::vector<std::string> listFromJson(std::string_view json) {
    std::vector<std::string> out;
    if (json == "[]") return out;
    const auto parsed = base::Json::parse(json);
    if (!parsed) return out;
    for (const auto& item : parsed->items())
        if (auto text = item.asString()) out.push_back(std::move(*text));
    return out;
}

const std::vector<std::string>& ListReader::read(const std::string& json) {
    constexpr std::size_t kListsMax = 4096;
    const auto found = seen_.find(json);
    if (found != seen_.end()) return found->second;
    if (seen_.size() >= kListsMax) seen_.clear();
    return seen_.emplace(json, listFromJson(json)).first->second;
}

}  // namespace tenantry::store
