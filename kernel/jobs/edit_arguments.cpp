#include "kernel/jobs/edit_arguments.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::jobs {

using base::Json;

namespace {

/// The API's name of a canonical field, where the boundary's differs.
std::string boundaryName(const std::string& name) {
    return name == "username" ? "login" : name;
}

const domain::AttributeDescriptor* attributeFor(const domain::ConnectorDescriptor& descriptor,
                                                const std::string& name) {
    const auto* kind = descriptor.kind("user");
    if (kind == nullptr) return nullptr;
    const auto canonical = boundaryName(name);
    const auto byMaps =
        std::find_if(kind->attributes.begin(), kind->attributes.end(), [&](const auto& a) {
            return a.maps == canonical || (canonical == "email" && a.maps == "emails");
        });
    if (byMaps != kind->attributes.end()) return &*byMaps;
    const auto byName = std::find_if(kind->attributes.begin(), kind->attributes.end(),
                                     [&](const auto& a) { return a.name == name; });
    return byName == kind->attributes.end() ? nullptr : &*byName;
}

}  // namespace

std::string valueOf(const domain::User& user, const std::string& field) {
    if (field == "username") return user.username;
    if (field == "first_name") return user.firstName;
    if (field == "last_name") return user.lastName;
    if (field == "display_name") return user.displayName;
    if (field == "email") return user.email;
    if (field == "phone") return user.phone;
    return {};
}

base::Result<EditPlan> planEdit(const domain::ConnectorDescriptor& descriptor,
                                const std::string& parametersJson) {
    TNY_TRY(const Json parameters, Json::parse(parametersJson));
    const Json attributes = parameters["attributes"];
    if (!attributes.isObject() || attributes.size() == 0)
        return base::invalidArgument("Say what to change: \"attributes\" is empty.",
                                     "/parameters/attributes");
    EditPlan plan;
    base::JsonWriter args;
    args.beginObject().key("attributes").beginObject();
    for (const auto& [name, value] : attributes.members()) {
        const auto pointer = "/parameters/attributes/" + name;
        const auto* attribute = attributeFor(descriptor, name);
        if (attribute == nullptr)
            return base::invalidArgument("This directory has no attribute \"" + name + "\".",
                                         pointer);
        if (attribute->readOnly)
            return base::invalidArgument("\"" + name + "\" cannot be changed in this directory.",
                                         pointer);
        if (value.isObject() || value.isArray())
            return base::invalidArgument("\"" + name + "\" must be a single value.", pointer);
        args.key(attribute->name).raw(value.text());
        for (const auto* field :
             {"username", "first_name", "last_name", "display_name", "email", "phone"})
            if (name == field) plan.wanted[name] = value.stringOr("");
    }
    args.endObject().endObject();
    plan.argsJson = std::move(args).take();
    return plan;
}

}  // namespace tenantry::jobs
