#include "kernel/domain/descriptor.h"

#include "kernel/base/json.h"

namespace tenantry::domain {

namespace {

using base::Json;

std::vector<std::string> texts(const Json& json) {
    std::vector<std::string> out;
    for (const auto& item : json.items())
        if (auto text = item.asString()) out.push_back(std::move(*text));
    return out;
}

KindDescriptor parseKind(const std::string& name, const Json& json) {
    KindDescriptor kind;
    kind.name = name;
    for (const auto& [attribute, spec] : json["attributes"].members()) {
        AttributeDescriptor one;
        one.name = attribute;
        one.maps = spec["maps"].stringOr("");
        one.type = spec["type"].stringOr("string");
        one.title = spec["title"].stringOr("");
        one.readOnly = spec["mutability"].stringOr("") == "readOnly";
        one.pii = spec["pii"].boolOr(false);
        for (const auto& [native, canonical] : spec["values"].members())
            one.values[native] = canonical.stringOr("");
        kind.attributes.push_back(std::move(one));
    }
    return kind;
}

ActionDescriptor parseAction(const std::string& name, const Json& json) {
    ActionDescriptor action;
    action.name = name;
    action.kind = json["kind"].stringOr("user");
    action.whenStatus = texts(json["when"]["status"]);
    action.title = json["title"].stringOr("");
    action.reverse = json["reverse"].stringOr("");
    action.risk = json["risk"].stringOr("low");
    action.idempotent = json["idempotent"].boolOr(false);
    action.emulated = json["emulated"].boolOr(false);
    action.returnsSecret = json["returns_secret"].boolOr(false);
    action.note = json["note"].stringOr("");
    if (!json["args"].missing()) action.argsJson = json["args"].text();
    return action;
}

}  // namespace

base::Result<ConnectorDescriptor> parseDescriptor(std::string_view text) {
    TNY_TRY(const Json json, base::within("descriptor", Json::parse(text)));
    if (json["tny"].intOr(0) != 1)
        return base::invalidArgument("The descriptor must say \"tny\": 1.", "/tny");
    ConnectorDescriptor out;
    for (const auto& [field, target] : {std::pair{"id", &out.id},
                                        {"name", &out.name},
                                        {"vendor", &out.vendor},
                                        {"version", &out.version}}) {
        *target = json[field].stringOr("");
        if (target->empty())
            return base::invalidArgument("The descriptor has no \"" + std::string(field) + "\".",
                                         std::string("/") + field);
    }
    if (json["abi"]["major"].intOr(0) != 1)
        return base::invalidArgument(
            "The connector was built for another major version of the boundary.", "/abi/major");
    if (!json["config"].isObject())
        return base::invalidArgument("The descriptor has no configuration schema.", "/config");
    out.help = json["help"].stringOr("");
    out.configSchemaJson = json["config"].text();
    for (const auto& [property, spec] : json["config"]["properties"].members())
        if (spec["x-tny-secret"].boolOr(false)) out.secretFields.push_back(property);
    for (const auto& [kind, spec] : json["kinds"].members())
        out.kinds[kind] = parseKind(kind, spec);
    if (out.kinds.count("user") == 0)
        return base::invalidArgument("The descriptor declares no kind \"user\".", "/kinds");
    for (const auto& [action, spec] : json["actions"].members())
        out.actions[action] = parseAction(action, spec);
    for (const auto& limit : json["limits"].items())
        out.limits.push_back({limit["bucket"].stringOr("api"), limit["rate"].asDouble().value_or(0),
                              limit["burst"].asDouble().value_or(1)});
    out.callsPerInstance = static_cast<int>(json["concurrency"]["per_instance"].intOr(1));
    out.mayRunInProcess = json["isolation"]["inproc"].boolOr(false);
    return out;
}

}  // namespace tenantry::domain
