#include "kernel/pluginhost/descriptor_check.h"

// Before RapidJSON, whose assertions it turns into exceptions.
#include <valijson/adapters/rapidjson_adapter.hpp>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/domain/action.h"
#include "kernel/domain/user_mapping.h"
#include "kernel/pluginhost/host_interfaces.h"
#include "kernel/pluginhost/http/egress_list.h"
#include "kernel/pluginhost/schema_rules.h"

namespace tenantry::pluginhost {

namespace {

using base::Json;

template <std::size_t N>
bool isOneOf(const std::string& text, const std::array<std::string_view, N>& allowed) {
    return std::find(allowed.begin(), allowed.end(), text) != allowed.end();
}

bool isDottedName(const std::string& text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '.' || c == '_' || c == '-';
    });
    return plain && text.find('.') != std::string::npos && text.front() != '.' &&
           text.back() != '.' && text.size() <= base::limits::kNameBytesMax;
}

constexpr std::size_t kTitleBytesMax = 60;

base::Error wrong(const std::string& sentence, const std::string& pointer) {
    return base::invalidArgument(sentence, pointer);
}

base::Status checkAttribute(const std::string& at, const Json& spec, bool ofUser) {
    static constexpr std::array<std::string_view, 6> kTypes = {"string", "boolean",  "integer",
                                                               "number", "datetime", "complex"};
    if (!spec.isObject()) return wrong("An attribute must be an object.", at);
    if (!isOneOf(spec["type"].stringOr("string"), kTypes))
        return wrong(
            "An attribute's type is one of string, boolean, integer, number, datetime and "
            "complex.",
            at + "/type");
    const std::string maps = spec["maps"].stringOr("");
    if (ofUser && !maps.empty() && !domain::isCanonicalField(maps))
        return wrong("There is no canonical field \"" + maps + "\" to map to.", at + "/maps");
    for (const auto& [native, canonical] : spec["values"].members())
        if (!canonical.isString())
            return wrong("Values map a text to a text.", at + "/values/" + native);
    return base::ok();
}

base::Status checkKind(const std::string& name, const Json& spec) {
    static constexpr std::array<std::string_view, 2> kModes = {"full", "delta"};
    static constexpr std::array<std::string_view, 2> kCursors = {"durable", "connection"};
    const std::string at = "/kinds/" + name;
    if (!spec["list"].isArray() || spec["list"].size() == 0)
        return wrong("A kind says how it can be listed: [\"full\"], [\"full\",\"delta\"] ...",
                     at + "/list");
    for (const auto& mode : spec["list"].items())
        if (!isOneOf(mode.stringOr(""), kModes))
            return wrong("A kind is listed \"full\" or \"delta\".", at + "/list");
    if (!isOneOf(spec["cursor"].stringOr("durable"), kCursors))
        return wrong("A cursor is \"durable\" or \"connection\".", at + "/cursor");
    for (const auto& [attribute, one] : spec["attributes"].members())
        TNY_CHECKED(checkAttribute(at + "/attributes/" + attribute, one, name == "user"));
    return base::ok();
}

base::Status readable(const std::string& schemaText, const std::string& at);

base::Status checkAction(const std::string& name, const Json& spec, const Json& kinds) {
    static constexpr std::array<std::string_view, 3> kRisks = {"low", "medium", "high"};
    const std::string at = "/actions/" + name;
    if (!isDottedName(name))
        return wrong("An action is named like \"user.suspend\" or \"x.vendor.verb\".", at);
    if (kinds[spec["kind"].stringOr("user")].missing())
        return wrong("The action's kind is not declared.", at + "/kind");
    if (!isOneOf(spec["risk"].stringOr("low"), kRisks))
        return wrong("A risk is low, medium or high.", at + "/risk");
    if (!spec["args"].missing() && !spec["args"].isObject())
        return wrong("The arguments' schema must be an object.", at + "/args");
    if (!domain::isVendorAction(name)) return base::ok();
    // Its words and its form come from nowhere else.
    const auto title = spec["title"].stringOr("");
    if (title.empty() || title.size() > kTitleBytesMax)
        return wrong("An action of the connector's own needs a title of 1 to 60 bytes.",
                     at + "/title");
    if (spec["args"].missing()) return base::ok();
    TNY_CHECKED(checkSchemaRules(spec["args"], at + "/args"));
    return readable(spec["args"].text(), at + "/args");
}

base::Status checkLimits(const domain::ConnectorDescriptor& descriptor) {
    for (const auto& limit : descriptor.limits)
        if (limit.bucket.empty() || limit.rate <= 0 || limit.burst < 1)
            return wrong("A limit needs a bucket, a rate above 0 and a burst of at least 1.",
                         "/limits");
    if (descriptor.callsPerInstance < 1 ||
        descriptor.callsPerInstance > base::limits::kWorkerCallThreads)
        return wrong(
            "per_instance must be 1 to " + std::to_string(base::limits::kWorkerCallThreads) + ".",
            "/concurrency/per_instance");
    return base::ok();
}

base::Status checkHosts(const Json& hosts) {
    if (!hosts.missing() && !hosts.isArray())
        return wrong("The hosts are a list: [\"*.acme.com\"].", "/isolation/hosts");
    std::size_t at = 0;
    for (const auto& host : hosts.items()) {
        if (!http::isHostPattern(host.stringOr("")))
            return wrong(
                "A host is written \"api.acme.com\", \"*.acme.com\" or \"api.acme.com:8443\".",
                "/isolation/hosts/" + std::to_string(at));
        ++at;
    }
    return base::ok();
}

base::Status checkIsolation(const Json& spec) {
    constexpr std::int64_t kMemoryMbMin = 16;
    constexpr std::int64_t kMemoryMbMax = 64 * 1024;
    const auto memory = spec["memory_mb"];
    const auto megabytes = memory.intOr(memory.missing() ? kMemoryMbMin : 0);
    if (megabytes < kMemoryMbMin || megabytes > kMemoryMbMax)
        return wrong("memory_mb is a number from 16 to 65536.", "/isolation/memory_mb");
    const auto egress = spec["egress"];
    if (!egress.missing() && !egress.isArray() && egress.stringOr("") != "host-http")
        return wrong(
            "egress is \"host-http\", or a list of what the connector speaks itself: [\"ldap\"].",
            "/isolation/egress");
    return base::ok();
}

/// "<root>['tls']['port']" (valijson's path) as an RFC 6901 pointer.
std::string pointerOf(const valijson::ValidationResults::Error& error) {
    std::string out;
    for (const auto& step : error.context) {
        if (step.size() > 2 && step.front() == '[' && step.back() == ']') {
            std::string name = step.substr(1, step.size() - 2);
            if (name.size() > 1 && name.front() == '"') name = name.substr(1, name.size() - 2);
            out += '/' + name;
        }
    }
    return out;
}

/// A secret arrives as a reference, so its own schema does not apply here.
void freeSecrets(rapidjson::Document& schema, const domain::ConnectorDescriptor& descriptor) {
    const auto properties = schema.FindMember("properties");
    if (properties == schema.MemberEnd() || !properties->value.IsObject()) return;
    for (const auto& field : descriptor.secretFields) {
        const auto found = properties->value.FindMember(field.c_str());
        if (found != properties->value.MemberEnd()) found->value.SetObject();
    }
}

base::Status readable(const std::string& schemaText, const std::string& at) {
    using valijson::adapters::RapidJsonAdapter;
    rapidjson::Document json;
    json.Parse(schemaText.data(), schemaText.size());
    try {
        valijson::Schema schema;
        valijson::SchemaParser().populateSchema(RapidJsonAdapter(json), schema);
    } catch (const std::exception& e) {  // its way to refuse what it does not know
        return wrong(std::string("This is not a JSON Schema that can be used: ") + e.what(), at);
    }
    return base::ok();
}

base::Status validate(const rapidjson::Document& schemaJson, const rapidjson::Document& config,
                      const std::string& whole) {
    using valijson::adapters::RapidJsonAdapter;
    valijson::Schema schema;
    valijson::SchemaParser().populateSchema(RapidJsonAdapter(schemaJson), schema);
    valijson::ValidationResults results;
    if (valijson::Validator().validate(schema, RapidJsonAdapter(config), &results))
        return base::ok();
    valijson::ValidationResults::Error next;
    // The last one is the deepest: it names the field.
    std::string pointer;
    std::string sentence = whole;
    for (bool first = true; results.popError(next); first = false) {
        const std::string at = pointerOf(next);
        if (!first && at.size() <= pointer.size()) continue;
        pointer = at;
        sentence = next.description;
    }
    return base::invalidArgument(sentence, pointer);
}

}  // namespace

base::Result<domain::ConnectorDescriptor> checkDescriptor(std::string_view text) {
    if (text.size() > base::limits::kDescriptorBytesMax)
        return wrong("The descriptor is too large.", "");
    TNY_TRY(domain::ConnectorDescriptor descriptor, domain::parseDescriptor(text));
    TNY_TRY(const Json json, Json::parse(text));
    if (!isDottedName(descriptor.id))
        return wrong("The id must be a reverse domain name such as \"com.acme.directory\".", "/id");
    for (const auto& needed : json["abi"]["requires"].items())
        if (!offersInterface(needed.stringOr("")))
            return wrong("This version of Tenantry does not offer \"" + needed.stringOr("") + "\".",
                         "/abi/requires");
    for (const auto& [name, spec] : json["kinds"].members()) TNY_CHECKED(checkKind(name, spec));
    for (const auto& [name, spec] : json["actions"].members())
        TNY_CHECKED(checkAction(name, spec, json["kinds"]));
    TNY_CHECKED(checkLimits(descriptor));
    TNY_CHECKED(checkHosts(json["isolation"]["hosts"]));
    TNY_CHECKED(checkIsolation(json["isolation"]));
    TNY_CHECKED(checkSchemaRules(json["config"], "/config"));
    TNY_CHECKED(readable(descriptor.configSchemaJson, "/config"));
    return descriptor;
}

base::Status checkArguments(const domain::ActionDescriptor& action, std::string_view text) {
    if (text.size() > base::limits::kConfigBytesMax)
        return base::invalidArgument("The arguments are too large.");
    // This reader first: it bounds how deeply a document nests.
    const auto given = Json::parse(text);
    if (!given || !given->isObject())
        return base::invalidArgument("The arguments must be a JSON object.");
    const std::string schemaText =
        action.argsJson.empty() ? R"({"type":"object","maxProperties":0})" : action.argsJson;
    const auto schemaRead = Json::parse(schemaText);
    if (!schemaRead) return base::internal("The schema of the arguments cannot be read.");
    TNY_CHECKED(checkTextLengths(*schemaRead, *given));
    rapidjson::Document schema, arguments;
    schema.Parse(schemaText.data(), schemaText.size());
    arguments.Parse(text.data(), text.size());
    if (schema.HasParseError() || arguments.HasParseError())
        return base::invalidArgument("The arguments must be a JSON object.");
    try {
        return validate(schema, arguments, "The arguments do not fit.");
    } catch (const std::exception& e) {  // valijson's way to refuse a schema it does not know
        return base::internal(std::string("The schema of the arguments is not usable: ") +
                              e.what());
    }
}

base::Status checkConfig(const domain::ConnectorDescriptor& descriptor, std::string_view text) {
    if (text.size() > base::limits::kConfigBytesMax)
        return base::invalidArgument("The configuration is too large.");
    // This reader first: it bounds how deeply a document nests.
    const auto schemaRead = Json::parse(descriptor.configSchemaJson);
    if (!schemaRead) return base::internal("The connector's schema cannot be read.");
    const auto configRead = Json::parse(text);
    if (!configRead || !configRead->isObject())
        return base::invalidArgument("The configuration must be a JSON object.");
    TNY_CHECKED(checkTextLengths(*schemaRead, *configRead));
    rapidjson::Document schema;
    rapidjson::Document config;
    schema.Parse(descriptor.configSchemaJson.data(), descriptor.configSchemaJson.size());
    config.Parse(text.data(), text.size());
    if (schema.HasParseError() || config.HasParseError())
        return base::invalidArgument("The configuration must be a JSON object.");
    freeSecrets(schema, descriptor);
    try {
        return validate(schema, config, "The configuration does not fit.");
    } catch (const std::exception& e) {  // valijson's way to refuse a schema it does not know
        return base::internal(std::string("The connector's configuration schema is not usable: ") +
                              e.what());
    }
}

}  // namespace tenantry::pluginhost
