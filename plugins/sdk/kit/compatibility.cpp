// S7: what a descriptor may not take away.
#include "plugins/sdk/kit/verify.h"

namespace tenantry::kit {

namespace {

using base::Json;

bool holds(const Json& list, const std::string& text) {
    for (const auto& item : list.items())
        if (item.stringOr("") == text) return true;
    return false;
}

class Comparison {
  public:
    Comparison(const Json& before, const Json& next) : before_(before), next_(next) {}

    std::vector<std::string> run() {
        if (before_["id"].text() != next_["id"].text())
            add("the id was " + before_["id"].stringOr("") + " and is " + next_["id"].stringOr(""));
        if (next_["config_version"].intOr(0) < before_["config_version"].intOr(0))
            add("config_version went back");
        for (const auto& [name, kind] : before_["kinds"].members())
            compareKind(name, kind, next_["kinds"][name]);
        for (const auto& [name, action] : before_["actions"].members())
            compareAction(name, action, next_["actions"][name]);
        compareConfig(before_["config"], next_["config"]);
        return std::move(out_);
    }

  private:
    void add(std::string what) { out_.push_back(std::move(what)); }

    void compareKind(const std::string& name, const Json& before, const Json& next) {
        const std::string at = "kind " + name;
        if (next.missing()) return add(at + " is gone");
        for (const auto& mode : before["list"].items())
            if (!holds(next["list"], mode.stringOr("")))
                add(at + " can no longer be listed \"" + mode.stringOr("") + "\"");
        if (before["get"].boolOr(false) && !next["get"].boolOr(false)) add(at + " lost get");
        for (const auto& filter : before["filters"].items())
            if (!holds(next["filters"], filter.stringOr("")))
                add(at + " lost the filter " + filter.stringOr(""));
        for (const auto& [attribute, spec] : before["attributes"].members()) {
            const Json now = next["attributes"][attribute];
            const std::string which = at + ": attribute " + attribute;
            if (now.missing()) {
                add(which + " is gone");
                continue;
            }
            if (spec["type"].stringOr("string") != now["type"].stringOr("string"))
                add(which + " changed its type");
            if (spec["multi"].boolOr(false) != now["multi"].boolOr(false))
                add(which + " changed between one and many");
            if (!spec["maps"].missing() && spec["maps"].text() != now["maps"].text())
                add(which + " maps to another field");
        }
    }

    void compareAction(const std::string& name, const Json& before, const Json& next) {
        const std::string at = "action " + name;
        if (next.missing()) return add(at + " is gone");
        if (before["idempotent"].boolOr(false) && !next["idempotent"].boolOr(false))
            add(at + " is no longer idempotent");
        if (before["dry_run"].boolOr(false) && !next["dry_run"].boolOr(false))
            add(at + " can no longer be tried");
        compareSchema(at + ": argument ", before["args"], next["args"]);
    }

    void compareConfig(const Json& before, const Json& next) {
        compareSchema("configuration: ", before, next);
        for (const auto& [name, spec] : before["properties"].members())
            if (spec["x-tny-secret"].boolOr(false) &&
                !next["properties"][name]["x-tny-secret"].boolOr(false) &&
                !next["properties"][name].missing())
                add("configuration: " + name + " is no longer a secret");
    }

    /// What was accepted must stay accepted.
    void compareSchema(const std::string& at, const Json& before, const Json& next) {
        for (const auto& [name, spec] : before["properties"].members()) {
            const Json now = next["properties"][name];
            if (now.missing()) {
                add(at + name + " is gone");
                continue;
            }
            if (!spec["type"].missing() && !now["type"].missing() &&
                spec["type"].text() != now["type"].text())
                add(at + name + " changed its type");
            for (const auto& value : spec["enum"].items())
                if (!now["enum"].missing() && !holds(now["enum"], value.stringOr("")))
                    add(at + name + " no longer takes " + value.text());
        }
        for (const auto& name : next["required"].items())
            if (!holds(before["required"], name.stringOr("")))
                add(at + name.stringOr("") + " became required");
    }

    const Json& before_;
    const Json& next_;
    std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> breakingChanges(const Json& before, const Json& next) {
    return Comparison(before, next).run();
}

}  // namespace tenantry::kit
