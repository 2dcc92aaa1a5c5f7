#include "tenants/connection_config.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"

namespace tenantry::tenants {

namespace {

using base::Json;
constexpr std::string_view kReference = "$secret";

bool isReference(const Json& value) {
    return value.isObject() && !value[kReference].missing();
}

bool isSecretField(const domain::ConnectorDescriptor& descriptor, const std::string& name) {
    const auto& fields = descriptor.secretFields;
    return std::find(fields.begin(), fields.end(), name) != fields.end();
}

base::Result<Json> object(const std::string& text) {
    if (text.size() > base::limits::kConfigBytesMax)
        return base::invalidArgument("The configuration is too long.", "/config");
    auto json = Json::parse(text);
    if (!json) return std::move(json).error().at("/config");
    if (!json->isObject())
        return base::invalidArgument("The configuration must be a JSON object.", "/config");
    return json;
}

/// The properties that say where the directory is.
std::vector<std::string> endpointFields(const domain::ConnectorDescriptor& descriptor) {
    std::vector<std::string> marked;
    std::vector<std::string> addresses;
    const auto schema = Json::parse(descriptor.configSchemaJson);
    if (!schema) return {};
    for (const auto& [name, spec] : (*schema)["properties"].members()) {
        if (spec["x-tny-endpoint"].boolOr(false)) marked.push_back(name);
        if (spec["format"].stringOr("") == "uri") addresses.push_back(name);
    }
    return marked.empty() ? addresses : marked;
}

std::string titleOf(const domain::ConnectorDescriptor& descriptor, const std::string& field) {
    const auto schema = Json::parse(descriptor.configSchemaJson);
    return schema ? (*schema)["properties"][field]["title"].stringOr(field) : field;
}

}  // namespace

base::Result<SplitConfig> splitSecrets(const domain::ConnectorDescriptor& descriptor,
                                       const std::string& configJson) {
    TNY_TRY(const Json config, object(configJson));
    SplitConfig out;
    base::JsonWriter rest;
    rest.beginObject();
    for (const auto& [name, value] : config.members()) {
        if (!isSecretField(descriptor, name) || isReference(value)) {
            rest.key(name).raw(value.text());
            continue;
        }
        const auto secret = value.asString();
        if (!secret)
            return base::invalidArgument("\"" + name + "\" must be a text.", "/config/" + name);
        if (secret->empty()) continue;
        out.secrets.emplace(name, base::SecretText(*secret));
        rest.key(name).beginObject().key(kReference).string(name).endObject();
    }
    rest.endObject();
    out.configJson = std::move(rest).take();
    return out;
}

base::Result<std::string> mergeConfig(const std::string& baseText, const std::string& changesText) {
    TNY_TRY(const Json before, object(baseText));
    TNY_TRY(const Json changes, object(changesText));
    base::JsonWriter out;
    out.beginObject();
    for (const auto& [name, value] : before.members())
        if (changes[name].missing()) out.key(name).raw(value.text());
    for (const auto& [name, value] : changes.members()) {
        if (isReference(value))
            return base::invalidArgument(
                "\"" + name + "\" must be given as it is, not as a reference.", "/config/" + name);
        if (!value.isNull()) out.key(name).raw(value.text());
    }
    out.endObject();
    return std::move(out).take();
}

base::Status checkSecretsStay(const domain::ConnectorDescriptor& descriptor,
                              const std::string& baseText, const std::string& changesText) {
    TNY_TRY(const Json before, object(baseText));
    TNY_TRY(const Json changes, object(changesText));
    for (const auto& field : endpointFields(descriptor)) {
        const Json after = changes[field];
        if (after.missing()) continue;
        const Json was = before[field];
        if (was.missing() ? after.isNull() : after.text() == was.text()) continue;
        for (const auto& [secret, value] : before.members())
            if (isReference(value) && changes[secret].missing())
                return base::invalidArgument(
                    "\"" + titleOf(descriptor, field) + "\" changes, so give \"" +
                        titleOf(descriptor, secret) + "\" again: it was kept for another place.",
                    "/config/" + secret);
    }
    return base::ok();
}

std::string shownConfig(const domain::ConnectorDescriptor* descriptor,
                        const std::string& configJson) {
    base::JsonWriter out;
    out.beginObject();
    if (const auto config = Json::parse(configJson))
        for (const auto& [name, value] : config->members())
            if (!isReference(value) && (descriptor == nullptr || !isSecretField(*descriptor, name)))
                out.key(name).raw(value.text());
    out.endObject();
    return std::move(out).take();
}

std::vector<std::string> secretsSet(const std::string& configJson) {
    std::vector<std::string> out;
    if (const auto config = Json::parse(configJson))
        for (const auto& [name, value] : config->members())
            if (isReference(value)) out.push_back(name);
    return out;
}

}  // namespace tenantry::tenants
