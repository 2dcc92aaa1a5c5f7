#include "kernel/domain/connection.h"

#include "kernel/base/json.h"
#include "kernel/base/limits.h"

namespace tenantry::domain {

std::string_view name(ConnectionState state) {
    switch (state) {
        case ConnectionState::kNeverRead:
            return "never_read";
        case ConnectionState::kCurrent:
            return "current";
        case ConnectionState::kStale:
            return "stale";
        case ConnectionState::kUnreachable:
            return "unreachable";
    }
    return "never_read";
}

std::optional<ConnectionState> connectionState(std::string_view text) {
    for (const auto state : {ConnectionState::kNeverRead, ConnectionState::kCurrent,
                             ConnectionState::kStale, ConnectionState::kUnreachable})
        if (name(state) == text) return state;
    return std::nullopt;
}

std::string toJson(const Capabilities& capabilities) {
    base::JsonWriter json;
    json.beginObject();
    for (const auto& [action, one] : capabilities) {
        json.key(action)
            .beginObject()
            .key("supported")
            .boolean(one.supported)
            .key("emulated")
            .boolean(one.emulated);
        json.key("reason").string(one.reason).endObject();
    }
    json.endObject();
    return std::move(json).take();
}

Capabilities capabilitiesFromJson(std::string_view text) {
    Capabilities out;
    const auto json = base::Json::parse(text);
    if (!json) return out;
    for (const auto& [action, one] : json->members())
        out[action] = {one["supported"].boolOr(true), one["emulated"].boolOr(false),
                       one["reason"].stringOr("")};
    return out;
}

ConnectionState stateAt(const ConnectionHealth& health, TimePoint now) {
    if (health.state != ConnectionState::kCurrent || !health.lastCompleteAt) return health.state;
    return now - *health.lastCompleteAt > base::limits::kStaleAfter ? ConnectionState::kStale
                                                                    : ConnectionState::kCurrent;
}

TimePoint stateSince(const ConnectionHealth& health, TimePoint now) {
    if (stateAt(health, now) == ConnectionState::kStale && health.lastCompleteAt)
        return *health.lastCompleteAt;
    return health.since;
}

}  // namespace tenantry::domain
