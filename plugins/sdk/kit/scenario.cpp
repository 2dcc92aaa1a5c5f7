#include "plugins/sdk/kit/scenario.h"

#include <algorithm>
#include <initializer_list>

namespace tenantry::kit {

namespace {

using base::Json;

constexpr std::string_view kOpen = "${";

base::Error wrong(const std::string& pointer, const std::string& sentence) {
    return base::invalidArgument(
        "In the scenario, " + (pointer.empty() ? "the document" : pointer) + " " + sentence,
        pointer);
}

base::Status onlyKeys(const Json& object, const std::string& at,
                      std::initializer_list<std::string_view> known) {
    if (!object.isObject()) return wrong(at, "must be an object.");
    for (const auto& [key, value] : object.members()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        std::string list;
        for (const auto& one : known) list += (list.empty() ? "" : ", ") + std::string(one);
        return wrong(at + "/" + key, "is not a key the kit knows. It knows: " + list + ".");
    }
    return base::ok();
}

base::Result<std::string> text(const Json& object, const std::string& at, const std::string& key,
                               bool required = false) {
    const Json value = object[key];
    if (value.missing() && !required) return std::string();
    if (auto found = value.asString()) return *found;
    return wrong(at + "/" + key, value.missing() ? "is missing." : "must be text.");
}

base::Result<std::vector<std::string>> texts(const Json& object, const std::string& at,
                                             const std::string& key) {
    std::vector<std::string> out;
    const Json list = object[key];
    if (list.missing()) return out;
    if (!list.isArray()) return wrong(at + "/" + key, "must be a list of texts.");
    for (const auto& item : list.items()) {
        auto one = item.asString();
        if (!one || one->empty())
            return wrong(at + "/" + key, "must be a list of texts that are not empty.");
        out.push_back(std::move(*one));
    }
    return out;
}

base::Result<std::uint64_t> count(const Json& object, const std::string& at, const std::string& key,
                                  std::uint64_t otherwise) {
    const Json value = object[key];
    if (value.missing()) return otherwise;
    const auto number = value.asInt();
    if (!number || *number < 0)
        return wrong(at + "/" + key, "must be a whole number, not below 0.");
    return static_cast<std::uint64_t>(*number);
}

void writeMerged(base::JsonWriter& out, const Json& target, const Json& patch) {
    if (!patch.isObject()) {
        out.raw(patch.text());
        return;
    }
    out.beginObject();
    for (const auto& [key, value] : target.members()) {
        const Json change = patch[key];
        if (change.isNull()) continue;
        out.key(key);
        if (change.missing())
            out.raw(value.text());
        else
            writeMerged(out, value, change);
    }
    for (const auto& [key, value] : patch.members()) {
        if (value.isNull() || !target[key].missing()) continue;
        out.key(key);
        writeMerged(out, Json(), value);
    }
    out.endObject();
}

/// A ${name} that nobody replaced, anywhere below; commands keep theirs for the shell.
base::Status noVariableLeft(const Json& value, const std::string& at) {
    if (const auto found = value.asString()) {
        const auto open = found->find(kOpen);
        if (open == std::string::npos) return base::ok();
        return wrong(at, "uses the variable " +
                             found->substr(open, found->find('}', open) + 1 - open) +
                             ", which backend.start did not print.");
    }
    std::size_t n = 0;
    for (const auto& item : value.items())
        TNY_CHECKED(noVariableLeft(item, at + "/" + std::to_string(n++)));
    for (const auto& [key, member] : value.members())
        TNY_CHECKED(noVariableLeft(member, at + "/" + key));
    return base::ok();
}

void replaceAll(std::string& text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

std::string withVariables(std::string_view json, const Variables& variables) {
    std::string out(json);
    for (const auto& [name, value] : variables) {
        replaceAll(out, "\"${" + name + ":number}\"", value);
        base::JsonWriter writer;
        writer.string(value);
        const std::string quoted = std::move(writer).take();
        replaceAll(out, "${" + name + "}", quoted.substr(1, quoted.size() - 2));
    }
    return out;
}

/// Reads one scenario; the base configuration is what every variant is laid over.
class Reader {
  public:
    explicit Reader(Json json) : json_(std::move(json)) {}

    base::Result<Scenario> read() {
        TNY_CHECKED(onlyKeys(json_, "",
                             {"name", "config", "secrets", "canaries", "wrong_credentials",
                              "unreachable", "empty", "second_tenant", "large", "bad_configs",
                              "expect", "known", "actions", "expired_cursors", "backend"}));
        TNY_TRY(out_.name, text(json_, "", "name"));
        TNY_CHECKED(readTenants());
        TNY_CHECKED(readBadConfigs());
        TNY_CHECKED(readExpect());
        TNY_CHECKED(readKnown());
        TNY_CHECKED(readActions());
        TNY_TRY(out_.expiredCursors, texts(json_, "", "expired_cursors"));
        TNY_TRY(out_.canaries, texts(json_, "", "canaries"));
        return std::move(out_);
    }

  private:
    base::Result<std::map<std::string, std::string>> secretsOf(const Json& object,
                                                               const std::string& at) {
        std::map<std::string, std::string> out;
        if (!object["secrets"].missing() && !object["secrets"].isObject())
            return wrong(at + "/secrets", "must be an object from reference to text.");
        for (const auto& [ref, value] : object["secrets"].members()) {
            if (!value.isString()) return wrong(at + "/secrets/" + ref, "must be text.");
            out[ref] = value.stringOr("");
        }
        return out;
    }

    /// A variant: what it says of config and secrets, over the scenario's own.
    base::Result<Tenant> variant(const Json& object, const std::string& at) {
        if (!object["config"].missing() && !object["config"].isObject())
            return wrong(at + "/config", "must be an object.");
        TNY_CHECKED(noVariableLeft(object["config"], at + "/config"));
        TNY_CHECKED(noVariableLeft(object["secrets"], at + "/secrets"));
        Tenant out = out_.tenant;
        if (object["config"].isObject()) out.configJson = merged(json_["config"], object["config"]);
        TNY_TRY(const auto own, secretsOf(object, at));
        for (const auto& [ref, value] : own) out.secrets[ref] = value;
        return out;
    }

    base::Status simpleVariant(const std::string& key, std::optional<Tenant>& into) {
        if (json_[key].missing()) return base::ok();
        const std::string at = "/" + key;
        TNY_CHECKED(onlyKeys(json_[key], at, {"config", "secrets"}));
        TNY_TRY(into, variant(json_[key], at));
        return base::ok();
    }

    base::Status readTenants() {
        if (!json_["config"].isObject()) return wrong("/config", "must be an object.");
        TNY_CHECKED(noVariableLeft(json_["config"], "/config"));
        TNY_CHECKED(noVariableLeft(json_["secrets"], "/secrets"));
        out_.tenant.configJson = json_["config"].text();
        TNY_TRY(out_.tenant.secrets, secretsOf(json_, ""));
        TNY_CHECKED(simpleVariant("wrong_credentials", out_.wrongCredentials));
        TNY_CHECKED(simpleVariant("unreachable", out_.unreachable));
        TNY_CHECKED(simpleVariant("empty", out_.empty));
        if (const Json second = json_["second_tenant"]; !second.missing()) {
            TNY_CHECKED(onlyKeys(second, "/second_tenant", {"config", "secrets", "canaries"}));
            SecondTenant one;
            TNY_TRY(one.tenant, variant(second, "/second_tenant"));
            TNY_TRY(one.canaries, texts(second, "/second_tenant", "canaries"));
            if (one.canaries.empty())
                return wrong("/second_tenant/canaries",
                             "must name at least one text that only this directory holds.");
            out_.second = std::move(one);
        }
        if (const Json large = json_["large"]; !large.missing()) {
            TNY_CHECKED(onlyKeys(large, "/large", {"config", "secrets", "users", "memory_mb"}));
            LargeTenant one;
            TNY_TRY(one.tenant, variant(large, "/large"));
            TNY_TRY(one.users, count(large, "/large", "users", one.users));
            TNY_TRY(one.memoryMb, count(large, "/large", "memory_mb", one.memoryMb));
            out_.large = std::move(one);
        }
        return base::ok();
    }

    base::Status readBadConfigs() {
        if (!json_["bad_configs"].missing() && !json_["bad_configs"].isArray())
            return wrong("/bad_configs", "must be a list.");
        std::size_t n = 0;
        for (const auto& item : json_["bad_configs"].items()) {
            const std::string at = "/bad_configs/" + std::to_string(n++);
            TNY_CHECKED(onlyKeys(item, at, {"config", "secrets", "pointer"}));
            BadConfig one;
            TNY_TRY(one.tenant, variant(item, at));
            TNY_TRY(one.pointer, text(item, at, "pointer", true));
            out_.badConfigs.push_back(std::move(one));
        }
        return base::ok();
    }

    base::Status readExpect() {
        if (!json_["expect"].missing() && !json_["expect"].isObject())
            return wrong("/expect", "must be an object from kind to a number.");
        for (const auto& [kind, value] : json_["expect"].members()) {
            const std::string at = "/expect/" + kind;
            Expectation one;
            if (value.isNumber()) {
                TNY_TRY(one.count, count(json_["expect"], "/expect", kind, 0));
                one.exact = true;
            } else {
                TNY_CHECKED(onlyKeys(value, at, {"exactly", "at_least"}));
                one.exact = !value["exactly"].missing();
                TNY_TRY(one.count, count(value, at, one.exact ? "exactly" : "at_least", 0));
            }
            out_.expect[kind] = one;
        }
        return base::ok();
    }

    base::Status readKnown() {
        std::size_t n = 0;
        for (const auto& item : json_["known"].items()) {
            const std::string at = "/known/" + std::to_string(n++);
            TNY_CHECKED(onlyKeys(item, at, {"kind", "id", "attributes"}));
            KnownRecord one;
            TNY_TRY(const std::string kind, text(item, at, "kind"));
            if (!kind.empty()) one.kind = kind;
            TNY_TRY(one.id, text(item, at, "id", true));
            if (!item["attributes"].isObject())
                return wrong(at + "/attributes", "must be an object.");
            TNY_CHECKED(noVariableLeft(item, at));
            one.attributes = item["attributes"];
            out_.known.push_back(std::move(one));
        }
        return base::ok();
    }

    base::Status readActions() {
        if (!json_["actions"].missing() && !json_["actions"].isArray())
            return wrong("/actions", "must be a list of samples.");
        std::size_t n = 0;
        for (const auto& item : json_["actions"].items()) {
            TNY_TRY(ActionSample one, readAction(item, "/actions/" + std::to_string(n++)));
            out_.actions.push_back(std::move(one));
        }
        return base::ok();
    }

    static base::Result<ActionSample> readAction(const Json& item, const std::string& at) {
        TNY_CHECKED(onlyKeys(item, at,
                             {"action", "id", "args", "state", "gone", "prepare", "effects",
                              "reverse_args", "outside"}));
        ActionSample one;
        one.pointer = at;
        TNY_TRY(one.action, text(item, at, "action", true));
        TNY_TRY(one.id, text(item, at, "id"));
        TNY_TRY(one.prepare, text(item, at, "prepare"));
        TNY_TRY(one.effects, text(item, at, "effects"));
        TNY_TRY(one.outside, text(item, at, "outside"));
        for (const char* key : {"id", "args", "state", "reverse_args", "outside"})
            TNY_CHECKED(noVariableLeft(item[key], at + "/" + key));
        for (const char* key : {"args", "state", "reverse_args"})
            if (!item[key].missing() && !item[key].isObject())
                return wrong(at + "/" + key, "must be an object.");
        if (!item["gone"].missing() && !item["gone"].isBool())
            return wrong(at + "/gone", "must be true or false.");
        if (!item["args"].missing()) one.argsJson = item["args"].text();
        if (!item["reverse_args"].missing()) one.reverseArgs = item["reverse_args"].text();
        one.state = item["state"];
        one.gone = item["gone"].boolOr(false);
        return one;
    }

    const Json json_;
    Scenario out_;
};

base::Result<BackendCommands> commandsOf(const Json& json) {
    BackendCommands out;
    const Json backend = json["backend"];
    if (backend.missing()) return out;
    TNY_CHECKED(onlyKeys(backend, "/backend",
                         {"start", "ready_within_s", "reset", "create", "change", "delete"}));
    TNY_TRY(out.start, text(backend, "/backend", "start"));
    TNY_TRY(out.reset, text(backend, "/backend", "reset"));
    TNY_TRY(out.create, text(backend, "/backend", "create"));
    TNY_TRY(out.change, text(backend, "/backend", "change"));
    TNY_TRY(out.remove, text(backend, "/backend", "delete"));
    TNY_TRY(const auto seconds, count(backend, "/backend", "ready_within_s", 20));
    out.readyWithin = std::chrono::seconds(std::min<std::uint64_t>(seconds, 600));
    return out;
}

base::Result<Json> parsed(std::string_view text) {
    auto json = Json::parse(text);
    if (!json) return base::invalidArgument("The scenario is not JSON: " + json.error().message);
    return json;
}

}  // namespace

std::string merged(const Json& target, const Json& patch) {
    base::JsonWriter out;
    writeMerged(out, target, patch);
    return std::move(out).take();
}

base::Result<BackendCommands> readBackendCommands(std::string_view text) {
    TNY_TRY(const Json json, parsed(text));
    return commandsOf(json);
}

base::Result<Scenario> readScenario(std::string_view text, const Variables& variables) {
    TNY_TRY(const Json json, parsed(withVariables(text, variables)));
    TNY_TRY(Scenario scenario, Reader(json).read());
    TNY_TRY(scenario.backend, commandsOf(json));
    return scenario;
}

}  // namespace tenantry::kit
